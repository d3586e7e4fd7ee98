import type { DynamoDbResourceType } from "../actions";
import { isJsonObject, listOf } from "../document";
import type { RequestPrincipal } from "../evaluate";
import { splitArn } from "../matching";
import { roleOfSession, type ReadableRequest } from "../requestContext";
import type { AccessPolicies, AccessPolicyKind, AccessTable, NamedPolicy, OrganizationMembership } from "./facts";
import { callerKeys, resourceKeys, type KeyedResource, type Keys } from "./keys";
import { reaches, ReadDocuments, type ReadPolicy, type ReadStatement } from "./readDocuments";

/** The policies at each level of an organization: each level must allow. */
export type Levels = readonly (readonly ReadPolicy[])[];

export interface ReadCaller {
  readonly arn: string;
  readonly account: string | undefined;
  readonly principal: RequestPrincipal;
  readonly keys: Keys;
  readonly identity: readonly ReadPolicy[];
  readonly boundary: ReadPolicy | undefined;
  readonly session: ReadPolicy | undefined;
  readonly serviceControl: Levels;
  /** Service-linked roles are limited by no policy of an organization. */
  readonly isServiceLinked: boolean;
  /** All its policies, in the order in which AWS looks for what denies. */
  readonly policies: readonly ReadPolicy[];
  /** The ARN of the role itself, and whether it is known which of its sessions calls. */
  readonly role: string | undefined;
  readonly isSession: boolean;
}

export interface ReadResource {
  readonly place: number;
  readonly arn: string;
  readonly parts: readonly string[];
  readonly account: string | undefined;
  readonly kind: DynamoDbResourceType | "none";
  readonly tags: AccessTable["tags"];
  /** The policies that name it, where those of callers, tables and accounts do not: it counts on their ways alone. */
  readonly namedBy: ReadonlySet<ReadPolicy> | undefined;
  readonly policy: ReadPolicy | undefined;
  readonly resourceControl: Levels;
  readonly keys: Keys;
  /** Its own policies, with those of its account's organization, and without: service-linked roles are spared. */
  readonly policies: readonly ReadPolicy[];
  readonly ownPolicies: readonly ReadPolicy[];
  readonly asked: ReadableRequest;
  /** All that sets it apart from other resources but its ARN. */
  readonly ownFacts: string;
}

/** Everything that decides, read once, for any number of pairs of ways. */
export interface ReadAccess {
  readonly callers: readonly ReadCaller[];
  readonly callerOf: (arn: string) => ReadCaller | undefined;
  /** In the order of their places. It grows as policies are read that name more. */
  readonly resources: readonly ReadResource[];
  /** Where a resource stands among them. */
  readonly placeOf: (arn: string, accountOfCaller: string | undefined) => number | undefined;
  /** The places of what statements reach, in order. */
  readonly reachedBy: (statements: readonly ReadStatement[]) => readonly number[];
  /** Reads a policy more: that of an endpoint, one that is changed. */
  readonly readPolicy: (kind: AccessPolicyKind, policy: NamedPolicy) => ReadPolicy;
  /** The statements of all policies. */
  readonly statements: () => Iterable<ReadStatement>;
}

/** Reads all policies, each document once. */
export function readPolicies({ callers, tables, accounts = {} }: AccessPolicies): ReadAccess {
  const documents = new ReadDocuments();
  const read = (kind: AccessPolicyKind, policy: NamedPolicy): ReadPolicy => documents.policy(kind, policy);
  const levelsOf = memberLevels(accounts, read);
  const readCallers = callers.map((caller): ReadCaller => {
    const account = splitArn(caller.arn)?.[4];
    const isServiceLinked = /:role\/aws-service-role\//.test(caller.arn);
    const sessions = { name: `session policies of ${caller.arn}` };
    const organization = isServiceLinked ? [] : levelsOf("serviceControl", account);
    const identity = caller.identityPolicies.map((policy) => read("identity", policy));
    const boundary = caller.boundary && read("boundary", caller.boundary);
    const session = caller.mayHaveSessionPolicies === true ? read("session", sessions) : undefined;
    return {
      arn: caller.arn,
      account,
      principal: { arn: caller.arn, account },
      keys: callerKeys(caller, account === undefined ? undefined : accounts[account]),
      identity,
      boundary,
      session,
      serviceControl: organization,
      policies: policiesOf({ serviceControl: organization, identity, boundary, session }),
      isServiceLinked,
      role: roleOfSession(caller.arn) ?? caller.arn,
      isSession: roleOfSession(caller.arn) !== undefined,
    };
  });
  const resources = new ReadResources(tables, readCallers, { accounts, read, levelsOf });
  resources.addNamed(documents.statements());
  return {
    callers: readCallers,
    callerOf: callersByArn(readCallers),
    resources: resources.all,
    placeOf: (arn, account) => resources.places.get(nameOf(arn, account)),
    reachedBy: (statements) => resources.reachedBy(statements),
    readPolicy: (kind, policy) => {
      const found = read(kind, policy);
      resources.addNamed(found.statements, found);
      return found;
    },
    statements: () => documents.statements(),
  };
}

const NO_KEYS = new Map<string, readonly string[]>();

interface ResourceFacts {
  readonly accounts: NonNullable<AccessPolicies["accounts"]>;
  readonly read: (kind: AccessPolicyKind, policy: NamedPolicy) => ReadPolicy;
  readonly levelsOf: (kind: "serviceControl" | "resourceControl", account: string | undefined) => Levels;
}

/** A table, and the policies of what lies below it. */
interface ReadTable {
  readonly table: AccessTable;
  readonly policy: ReadPolicy | undefined;
  readonly ofStreams: ReadonlyMap<string, ReadPolicy>;
}

/** The tables with all below them, and for each account of a caller what actions without a resource are asked on. */
class ReadResources {
  readonly all: ReadResource[] = [];
  readonly places = new Map<string, number>();
  readonly #facts: ResourceFacts;
  readonly #tables: readonly ReadTable[];
  readonly #texts = new Set<string>();
  readonly #readers = new Set<ReadPolicy>();
  readonly #namedBy = new Map<string, Set<ReadPolicy>>();
  /** What statements with the same resources reach, among as many as there were. */
  readonly #reached = new Map<ReadStatement["resources"], { readonly places: number[]; count: number }>();

  constructor(tables: readonly AccessTable[], callers: readonly ReadCaller[], facts: ResourceFacts) {
    this.#facts = facts;
    this.#tables = tables.map((table) => ({
      table,
      policy: table.policy && facts.read("table", table.policy),
      ofStreams: new Map(
        Object.entries(table.streamPolicies ?? {}).map(([label, policy]) => [label, facts.read("table", policy)]),
      ),
    }));
    const regions = new Set(tables.map(({ arn }) => arn.split(":")[3] ?? ""));
    const accountsOfCallers = new Set(callers.flatMap(({ account }) => (account === undefined ? [] : [account])));
    for (const account of accountsOfCallers) this.#add({ arn: "*", account, kind: "none", regions });
    for (const each of this.#tables) for (const resource of resourcesOf(each)) this.#addOf(each, resource);
  }

  /** Adds the indexes, streams and so on that statements name, each with a label that the pattern matches. */
  addNamed(statements: Iterable<ReadStatement>, by?: ReadPolicy): void {
    if (by !== undefined && this.#readers.has(by)) return;
    if (by !== undefined) this.#readers.add(by);
    for (const { compiled } of statements) {
      const { Resource, NotResource } = isJsonObject(compiled.element) ? compiled.element : {};
      for (const text of [...listOf(Resource), ...listOf(NotResource)]) {
        if (typeof text !== "string" || this.#texts.has(text)) continue;
        if (by === undefined) this.#texts.add(text);
        const named = belowTable(text);
        if (named === undefined) continue;
        for (const each of this.#tables)
          if (named.mayBeOf(each.table.arn)) this.#addOf(each, below(each, named.kind, named.label), by);
      }
    }
  }

  reachedBy(statements: readonly ReadStatement[]): readonly number[] {
    const places = new Set<number>();
    for (const statement of statements) for (const place of this.#placesOf(statement)) places.add(place);
    return [...places].sort((a, b) => a - b);
  }

  #placesOf(statement: ReadStatement): readonly number[] {
    const known = this.#reached.get(statement.resources) ?? { places: [], count: 0 };
    this.#reached.set(statement.resources, known);
    for (const resource of this.all.slice(known.count))
      if (reaches(statement, resource) !== "no") known.places.push(resource.place);
    known.count = this.all.length;
    return known.places;
  }

  #addOf({ table, policy, ofStreams }: ReadTable, { arn, kind, label = "" }: NamedResource, by?: ReadPolicy): void {
    if (by !== undefined) this.#namedBy.get(arn)?.add(by);
    if (this.places.has(arn)) return;
    const namedBy = by === undefined ? undefined : new Set([by]);
    if (namedBy !== undefined) this.#namedBy.set(arn, namedBy);
    const own = kind === "table" || kind === "index" ? policy : undefined;
    const account = table.arn.split(":")[4] ?? "";
    this.#add({ arn, account, kind, tags: table.tags }, kind === "stream" ? ofStreams.get(label) : own, namedBy);
  }

  #add(resource: KeyedResource, policy?: ReadPolicy, namedBy?: ReadonlySet<ReadPolicy>): void {
    const { arn, account, kind, tags } = resource;
    const { accounts, levelsOf } = this.#facts;
    const parts = arn.split(":");
    const resourceControl = levelsOf("resourceControl", account);
    this.places.set(nameOf(arn, account), this.all.length);
    this.all.push({
      place: this.all.length,
      arn,
      kind,
      parts,
      tags,
      namedBy,
      ...factsOf({ account, kind, parts, tags, policy, resourceControl }),
      asked: { principal: {}, action: "", resource: arn, resourceParts: parts, context: NO_KEYS, size: 0 },
      keys: resourceKeys(resource, accounts[account]),
    });
  }
}

/** What actions without a resource are asked on is called the same in every account. */
function nameOf(arn: string, account: string | undefined): string {
  return arn === "*" ? `* ${account}` : arn;
}

type FactsOfResource = Pick<ReadResource, "account" | "kind" | "parts" | "tags" | "policy" | "resourceControl">;

/** What follows from a resource's policies. */
export function factsOf(
  facts: FactsOfResource,
): Pick<ReadResource, "account" | "policy" | "resourceControl" | "policies" | "ownPolicies" | "ownFacts"> {
  const { account, kind, parts, tags, policy, resourceControl } = facts;
  const ownPolicies = policy === undefined ? [] : [policy];
  return {
    account,
    policy,
    resourceControl,
    policies: [...resourceControl.flat(), ...ownPolicies],
    ownPolicies,
    ownFacts: JSON.stringify([kind, account, parts[3], tags, policy?.name, policy?.document]),
  };
}

/** Finds callers by their ARNs. */
export function callersByArn(callers: readonly ReadCaller[]): ReadAccess["callerOf"] {
  const byArn = new Map(callers.map((caller) => [caller.arn, caller]));
  return (arn) => byArn.get(arn);
}

/** All policies of a caller. */
export function policiesOf({
  serviceControl,
  identity,
  boundary,
  session,
}: Pick<ReadCaller, "serviceControl" | "identity" | "boundary" | "session">): ReadCaller["policies"] {
  return [...serviceControl.flat(), ...identity, ...[boundary, session].filter((each) => each !== undefined)];
}

/**
 * An organization's policies limit the principals (SCP) and the resources (RCP) of its member accounts, and nothing of
 * its management account.
 *
 * See https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html ("Tasks and entities
 * not restricted by SCPs") and
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 * ("Resources and entities not restricted by RCPs").
 */
function memberLevels(
  accounts: Readonly<Record<string, OrganizationMembership | "none">>,
  read: (kind: AccessPolicyKind, policy: NamedPolicy) => ReadPolicy,
): (kind: "serviceControl" | "resourceControl", account: string | undefined) => Levels {
  const known = new Map<string, Levels>();
  const levelsOf = (kind: "serviceControl" | "resourceControl", account: string | undefined): Levels => {
    const membership = account === undefined ? undefined : accounts[account];
    if (membership === "none" || membership?.isManagementAccount === true) return [];
    if (membership?.levels === undefined)
      return [[read(kind, { name: `organization policies of account ${account ?? "(not known)"}` })]];
    return membership.levels.flatMap((level) => {
      const policies = kind === "serviceControl" ? level.serviceControlPolicies : level.resourceControlPolicies;
      return policies === undefined ? [] : [policies.map((policy) => read(kind, policy))];
    });
  };
  return (kind, account) => {
    const key = `${kind} ${account}`;
    const levels = known.get(key) ?? levelsOf(kind, account);
    known.set(key, levels);
    return levels;
  };
}

interface NamedResource {
  readonly arn: string;
  readonly kind: DynamoDbResourceType;
  readonly label?: string;
}

const BELOW_TABLES = ["index", "stream", "backup", "export", "import"] as const;

function below({ table }: ReadTable, kind: BelowTable["kind"], label: string): NamedResource {
  return { arn: `${table.arn}/${kind}/${label}`, kind, label };
}

/** A table and what lies below it: `*` stands for all that no policy names. */
function resourcesOf(read: ReadTable): readonly NamedResource[] {
  const { arn } = read.table;
  const [, partition, , , account, resource = ""] = arn.split(":");
  return [
    { arn, kind: "table" },
    ...BELOW_TABLES.map((kind) => below(read, kind, "*")),
    ...[...read.ofStreams.keys()].map((label) => below(read, "stream", label)),
    {
      arn: `arn:${partition}:dynamodb::${account}:global-table/${resource.replace(/^table\//, "")}`,
      kind: "global-table",
    },
  ];
}

interface BelowTable {
  readonly kind: (typeof BELOW_TABLES)[number];
  readonly label: string;
  readonly mayBeOf: (tableArn: string) => boolean;
}

function belowTable(text: string): BelowTable | undefined {
  const [, table = "", kind = "", label = ""] = /table\/([^/]*)\/([a-z]+)\/([^/${}]+)$/.exec(text) ?? [];
  const isKind = (BELOW_TABLES as readonly string[]).includes(kind);
  if (!isKind || label === "*" || label.length > 255) return undefined;
  const isNamed = /^[\w.-]+$/.test(table);
  return {
    kind: kind as BelowTable["kind"],
    label: label.replaceAll("*", "any").replaceAll("?", "x"),
    mayBeOf: (tableArn) => !isNamed || tableArn.endsWith(`/${table}`),
  };
}
