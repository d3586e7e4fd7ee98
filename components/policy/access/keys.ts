import type { DynamoDbAction, DynamoDbResourceType } from "../actions";
import { splitArn } from "../matching";
import { nameAfter, NOT_KNOWN, roleOfSession, type RequestContext } from "../requestContext";
import type { AccessCaller, OrganizationMembership } from "./facts";

/** The keys that a way sets, in lower case: absent on a way that does not give them. */
export const WAY_KEYS: ReadonlySet<string> = new Set([
  "aws:sourceip",
  "aws:vpcsourceip",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourcevpcarn",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
]);

/** What stands for a key that a request does not have. */
export const ABSENT: readonly string[] = Object.freeze([]);

/** Key in lower case → its values, `ABSENT` or `NOT_KNOWN`; and the tags, unless they are not known. */
export interface Keys {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly tags: ReadonlyMap<string, readonly string[]> | undefined;
}

const PRINCIPAL_TAG = "aws:principaltag/";
const RESOURCE_TAG = "aws:resourcetag/";
const REQUEST_TAGS = ["aws:requesttag/", "aws:tagkeys"];
const OF_DYNAMODB = "dynamodb:";
const OF_RESOURCES = ["aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "aws:requestedregion"];

const OF_CALLERS = [
  ...["aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths"],
  ...["aws:principaltype", "aws:username"],
];

/** Whether the value of a key follows from who calls. */
export function readsCaller(key: string): boolean {
  return OF_CALLERS.includes(key) || key.startsWith(PRINCIPAL_TAG);
}

/** Whether the value of a key follows from the action or the resource of a request. */
export function readsRequest(key: string): boolean {
  return (
    OF_RESOURCES.includes(key) ||
    [RESOURCE_TAG, OF_DYNAMODB, ...REQUEST_TAGS].some((beginning) => key.startsWith(beginning))
  );
}

/**
 * What callers with credentials of their own never have: these are for services that call by themselves or on behalf
 * of others.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html.
 */
const OF_SERVICES: readonly (readonly [string, readonly string[]])[] = [
  ["aws:viaawsservice", ["false"]],
  ["aws:principalisawsservice", ["false"]],
  ...["calledvia", "calledviafirst", "calledvialast", "principalservicename", "principalservicenameslist"].map(
    (name) => [`aws:${name}`, ABSENT] as const,
  ),
  ...["sourceaccount", "sourcearn", "sourceorgid", "sourceorgpaths"].map((name) => [`aws:${name}`, ABSENT] as const),
];

/** What follows from a caller. */
export function callerKeys({ arn, tags }: AccessCaller, member: OrganizationMembership | "none" | undefined): Keys {
  const parts = splitArn(arn);
  const isUser = arn.includes(":user/");
  const name = nameAfter("user/", arn);
  const values = new Map<string, readonly string[]>([
    ...OF_SERVICES,
    ["aws:principalarn", [roleOfSession(arn) ?? arn]],
    ["aws:principalaccount", parts === undefined ? NOT_KNOWN : [parts[4] ?? ""]],
    ["aws:principalorgid", organizationId(member)],
    ["aws:principalorgpaths", organizationPaths(member)],
    ["aws:principaltype", [isUser ? "User" : "AssumedRole"]],
    ["aws:username", name === undefined ? ABSENT : [name]],
  ]);
  return { values, tags: tags && tagKeys(tags) };
}

/** What a request asks for. */
export interface KeyedResource {
  readonly arn: string;
  readonly account: string;
  readonly kind: DynamoDbResourceType | "none";
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Of an action without a resource: where the tables are. */
  readonly regions?: ReadonlySet<string> | undefined;
}

/** What follows from a resource. Only tables have the tags of their table for certain. */
export function resourceKeys(resource: KeyedResource, member: OrganizationMembership | "none" | undefined): Keys {
  const { arn, account, kind, tags } = resource;
  const regions = resource.regions ?? new Set([arn.split(":")[3] ?? ""]);
  const [region = ""] = regions;
  const values = new Map<string, readonly string[]>([
    ["aws:resourceaccount", [account]],
    ["aws:resourceorgid", organizationId(member)],
    ["aws:resourceorgpaths", organizationPaths(member)],
    ["aws:requestedregion", regions.size === 1 && region !== "" ? [region] : NOT_KNOWN],
  ]);
  if (kind === "none") return { values, tags: new Map() };
  return { values, tags: kind === "table" || kind === "index" ? tags && tagKeys(tags) : undefined };
}

function tagKeys(tags: Readonly<Record<string, string>>): ReadonlyMap<string, readonly string[]> {
  return new Map(Object.entries(tags).map(([tag, value]) => [tag.toLowerCase(), [value]]));
}

function organizationId(member: OrganizationMembership | "none" | undefined): readonly string[] {
  if (member === undefined) return NOT_KNOWN;
  if (member === "none") return ABSENT;
  return member.id === undefined ? NOT_KNOWN : [member.id];
}

function organizationPaths(member: OrganizationMembership | "none" | undefined): readonly string[] {
  if (member === "none") return ABSENT;
  return member?.path === undefined ? NOT_KNOWN : [member.path];
}

/** The keys of one request: what the way says comes first. */
export class RequestKeys implements RequestContext {
  readonly #way: ReadonlyMap<string, readonly string[]>;
  readonly #caller: Keys;
  readonly #resource: Keys;
  readonly #action: DynamoDbAction;

  constructor(way: ReadonlyMap<string, readonly string[]>, caller: Keys, resource: Keys, action: DynamoDbAction) {
    this.#way = way;
    this.#caller = caller;
    this.#resource = resource;
    this.#action = action;
  }

  get(key: string): readonly string[] | undefined {
    const values = this.#values(key);
    return values === undefined || values.length === 0 ? undefined : values;
  }

  #values(key: string): readonly string[] | undefined {
    const ofWay = this.#way.get(key);
    if (ofWay !== undefined) return ofWay;
    if (WAY_KEYS.has(key)) return undefined;
    const derived = this.#caller.values.get(key) ?? this.#resource.values.get(key);
    if (derived !== undefined) return derived;
    if (key.startsWith(PRINCIPAL_TAG)) return tagIn(this.#caller, key.slice(PRINCIPAL_TAG.length));
    if (key.startsWith(RESOURCE_TAG)) return tagIn(this.#resource, key.slice(RESOURCE_TAG.length));
    // Requests for items carry no tags, and other requests nothing about items.
    if (REQUEST_TAGS.some((beginning) => key.startsWith(beginning)))
      return this.#action.onItems ? undefined : NOT_KNOWN;
    if (key.startsWith(OF_DYNAMODB) && !this.#action.onItems && !carries(this.#action, key)) return undefined;
    return NOT_KNOWN;
  }
}

function carries({ conditionKeys }: DynamoDbAction, key: string): boolean {
  return conditionKeys.some((each) => each.toLowerCase() === key);
}

function tagIn({ tags }: Keys, tag: string): readonly string[] | undefined {
  return tags === undefined ? NOT_KNOWN : tags.get(tag);
}
