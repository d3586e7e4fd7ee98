import { isJsonObject, listOf } from "./document";
import { splitArn } from "./matching";

/** Who makes a request. An anonymous caller has none of this. */
export interface RequestPrincipal {
  /**
   * `arn:aws:iam::111122223333:user/NAME`, `:role/NAME` (some session of that role), `:root`, or that of a session:
   * `arn:aws:sts::111122223333:assumed-role/ROLE-NAME/SESSION-NAME`.
   *
   * The ARN of a session does not have the path of its role. Where the role has one, give the role's ARN as
   * `aws:PrincipalArn` in the context.
   */
  readonly arn?: string | undefined;
  /** Default: the account in `arn`. */
  readonly account?: string | undefined;
  /** `o-…`; absent where the account is in no organization. */
  readonly organization?: string | undefined;
  /** A service that calls as itself, such as `lambda.amazonaws.com`, and not with a role. */
  readonly service?: string | undefined;
  /**
   * The identity provider that the session came through: `cognito-identity.amazonaws.com`, the ARN of a SAML provider.
   */
  readonly identityProvider?: string | undefined;
}

/** One call, as AWS sees it when it evaluates policies. */
export interface PolicyRequest {
  /** Who makes the request. */
  readonly principal: RequestPrincipal;
  /** `dynamodb:GetItem`. Actions are not case-sensitive. */
  readonly action: string;
  /** The ARN of a table, index or stream; `*` for actions that have none, such as `dynamodb:ListTables`. */
  readonly resource: string;
  /**
   * Condition keys, not case-sensitive, with their values: text as in a policy, base64 where the key is binary. A key
   * that is given replaces the one that follows from the rest of the request; without any value, it is absent.
   *
   * What follows by itself: `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalOrgID`, `aws:PrincipalType`,
   * `aws:PrincipalIsAWSService`, `aws:PrincipalServiceName`, `aws:username` and `aws:ResourceAccount`. No other key is
   * present unless it is given: neither `aws:SourceVpce` nor `aws:ViaAWSService`.
   */
  readonly context?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

/** Condition key in lower case → its values, at least one; `NOT_KNOWN` where it may have any, or none. */
export interface RequestContext {
  get(key: string): readonly string[] | undefined;
}

/** What stands for the values of a key of which nothing is known. Whatever compares it is `unknown`. */
export const NOT_KNOWN: readonly string[] = Object.freeze(["(not known)"]);

/** A request that was read, or why it is none that can be evaluated. */
export type ReadRequest = RequestWithAllKeys | { readonly problem: string };

/** A request of which every key is known. */
export interface RequestWithAllKeys extends ReadableRequest {
  readonly context: ReadonlyMap<string, readonly string[]>;
}

export interface ReadableRequest {
  readonly principal: RequestPrincipal;
  /** In lower case: the case of actions does not matter. */
  readonly action: string;
  readonly resource: string;
  readonly resourceParts: readonly string[];
  readonly context: RequestContext;
  /** In characters: what the policy is compared with. */
  readonly size: number;
}

/** No request of AWS has more: its headers and keys of items are shorter. */
export const MOST_REQUEST_CHARACTERS = 262_144;

/**
 * The longest ARN (https://docs.aws.amazon.com/wellarchitected/latest/APIReference/API_Workload.html), in more parts
 * than any has.
 */
const LONGEST_RESOURCE = 2_048;
const MOST_RESOURCE_PARTS = 16;

/** Reads a request that may be anything. */
export function readRequest(given: unknown): ReadRequest {
  try {
    return readable(given as PolicyRequest);
  } catch (error) {
    return {
      problem: `the request cannot be read (${error instanceof Unreadable ? error.message : "one of its parts throws"})`,
    };
  }
}

/** What is wrong with a request. */
class Unreadable extends Error {}

function readable(request: PolicyRequest): RequestWithAllKeys {
  const principal = readPrincipal(request.principal);
  const [action, resource] = [textAt("action", request.action), textAt("resource", request.resource)];
  const resourceParts = resource.split(":");
  if (resource.length > LONGEST_RESOURCE || resourceParts.length > MOST_RESOURCE_PARTS)
    throw new Unreadable("resource is longer than any ARN");
  const context = new Map<string, readonly string[]>();
  let size = addContext(context, request.context) + action.length + resource.length;
  for (const part of PARTS_OF_PRINCIPALS) size += principal[part]?.length ?? 0;
  if (size > MOST_REQUEST_CHARACTERS) throw new Unreadable(TOO_MANY_CHARACTERS);
  addDerivedKeys(context, principal, resourceParts);
  return { principal, action: action.toLowerCase(), resource, resourceParts, context, size };
}

const PARTS_OF_PRINCIPALS = ["arn", "account", "organization", "service", "identityProvider"] as const;

/** Other languages' programs send null for what they leave out. */
function isLeftOut(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function readPrincipal(given: unknown): RequestPrincipal {
  if (!isJsonObject(given)) throw new Unreadable("principal is no object");
  const principal: { -readonly [part in keyof RequestPrincipal]: RequestPrincipal[part] } = {};
  for (const part of PARTS_OF_PRINCIPALS) {
    const value = given[part];
    if (!isLeftOut(value)) principal[part] = textAt(part, value);
  }
  return principal;
}

/** Adds the keys that are given, those without values too; returns how many characters they have. */
function addContext(context: Map<string, readonly string[]>, given: unknown): number {
  let size = 0;
  if (isLeftOut(given)) return size;
  if (!isJsonObject(given)) throw new Unreadable("context is no object");
  for (const key of Object.keys(given)) {
    const value = given[key];
    const values = typeof value === "string" ? [value] : textsAt(key, value, MOST_REQUEST_CHARACTERS - size);
    size += key.length;
    for (const text of values) size += 1 + text.length;
    if (size > MOST_REQUEST_CHARACTERS) throw new Unreadable(TOO_MANY_CHARACTERS);
    const name = key.toLowerCase();
    if (context.has(name))
      throw new Unreadable(`${shown(key)} stands twice in its context: the case of keys does not matter`);
    context.set(name, values);
  }
  return size;
}

/** Texts with at most so many characters. */
function textsAt(key: string, given: unknown, most: number): readonly string[] {
  const texts: string[] = [];
  let left = most;
  for (const value of listOf(given)) {
    const text = textAt(key, value);
    texts.push(text);
    left -= 1 + text.length;
    if (left < 0) throw new Unreadable(TOO_MANY_CHARACTERS);
  }
  return texts;
}

const TOO_MANY_CHARACTERS = `it has more than ${MOST_REQUEST_CHARACTERS} characters`;

function textAt(place: string, value: unknown): string {
  if (typeof value !== "string") throw new Unreadable(`${shown(place)} is no text`);
  return value;
}

function shown(place: string): string {
  return JSON.stringify(place.slice(0, 80));
}

/**
 * Adds the keys that follow from the rest of a request to those that are given, and leaves out those that are given
 * without a value.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, and for the values by
 * type of principal the table in https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
 */
function addDerivedKeys(
  context: Map<string, readonly string[]>,
  principal: RequestPrincipal,
  resourceParts: readonly string[],
): void {
  const { arn, organization, service } = principal;
  const setKey = (key: string, value: string | undefined): void => {
    if (value !== undefined && !context.has(key)) context.set(key, [value]);
  };
  const parts = arn === undefined ? undefined : splitArn(arn);
  setKey("aws:principalarn", parts === undefined ? arn : (roleOf(parts) ?? arn));
  setKey("aws:principalaccount", principal.account ?? parts?.[4]);
  setKey("aws:principalorgid", organization);
  setKey("aws:principaltype", principalType(principal, parts?.[5]));
  setKey("aws:principalisawsservice", isAnonymous(principal) ? undefined : String(service !== undefined));
  setKey("aws:principalservicename", service);
  setKey("aws:username", parts?.[2] === "iam" ? nameIn("user/", parts[5]) : undefined);
  setKey("aws:resourceaccount", resourceParts.length < 6 ? undefined : resourceParts[4] || undefined);
  for (const [key, values] of context) if (values.length === 0) context.delete(key);
}

/** An anonymous request is not signed, so that it lacks the keys which say who signed it. */
function isAnonymous(principal: RequestPrincipal): boolean {
  return PARTS_OF_PRINCIPALS.every((part) => principal[part] === undefined);
}

/** The ARN of the role of a session, without the role's path, or `undefined` if this is no session of a role. */
export function roleOfSession(arn: string): string | undefined {
  if (!arn.includes(":assumed-role/")) return undefined;
  const parts = splitArn(arn);
  return parts && roleOf(parts);
}

/** The same of an ARN that is cut already. */
export function roleOf([, partition, service, , account, resource = ""]: readonly string[]): string | undefined {
  if (service !== "sts" || !resource.startsWith("assumed-role/")) return undefined;
  const [, role] = resource.split("/");
  return `arn:${partition}:iam::${account}:role/${role}`;
}

/** The name at the end of an IAM ARN of this kind, without its path. */
export function nameAfter(kind: "user/" | "role/", arn: string): string | undefined {
  const [, , service, , , resource] = splitArn(arn) ?? [];
  return service === "iam" ? nameIn(kind, resource) : undefined;
}

function nameIn(kind: "user/" | "role/", resource = ""): string | undefined {
  return resource.startsWith(kind) ? resource.slice(resource.lastIndexOf("/") + 1) : undefined;
}

/** `resource` is the last part of the principal's ARN. */
function principalType(principal: RequestPrincipal, resource = ""): string | undefined {
  if (isAnonymous(principal)) return "Anonymous";
  if (principal.service !== undefined || principal.arn === undefined) return undefined;
  if (resource === "root") return "Account";
  if (resource.startsWith("user/")) return "User";
  if (resource.startsWith("federated-user/")) return "FederatedUser";
  return resource.startsWith("role/") || resource.startsWith("assumed-role/") ? "AssumedRole" : undefined;
}
