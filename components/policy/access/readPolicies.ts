import { DYNAMODB_ACTIONS, type DynamoDbAction, type DynamoDbResourceType } from "../actions";
import { compilePolicy, variablesOf, type CompiledPolicy, type CompiledStatement } from "../compile";
import { keysOf, type KeyTest } from "../conditions";
import { isJsonObject, listOf, type JsonObject, type PolicyDocument } from "../document";
import type { PolicyKind, RequestPrincipal } from "../evaluate";
import { splitArn, type Match } from "../matching";
import { namedPrincipals, type NamedPrincipal } from "../principals";
import { roleOfSession, type ReadableRequest } from "../requestContext";
import type { KeyUse } from "./alternatives";
import type { AccessPolicies, AccessPolicyKind, AccessTable, NamedPolicy, OrganizationMembership } from "./facts";
import { callerKeys, readsRequest, resourceKeys, type KeyedResource, type Keys } from "./keys";

/** A statement, with what can be said of it once for all requests. */
export interface ReadStatement {
  readonly compiled: CompiledStatement;
  readonly sid: string | undefined;
  /** In lower case: those of its conditions and of all its variables. */
  readonly keys: ReadonlySet<string>;
  /** Whether its conditions or principals depend on the action or the resource, and not on the caller alone. */
  readonly readsRequest: boolean;
  readonly hasResourceVariables: boolean;
  /** Whom `Principal` or `NotPrincipal` lists. */
  readonly principals: readonly NamedPrincipal[];
  readonly excludesPrincipals: boolean;
  /** `matchesAction` of each of `ACTIONS`. */
  readonly actions: readonly Match[];
  /** Of a statement without variables in its resources: what was found by the place of a resource. */
  readonly resources: (Match | undefined)[];
  /** Of a policy that is about to change: whether it stands in the planned document, or in that of today. */
  readonly isPlanned?: boolean;
}

/** One policy of one caller, table, account or endpoint. */
export interface ReadPolicy {
  readonly name: string;
  readonly kind: AccessPolicyKind;
  /** Those about DynamoDB: the denying and the allowing ones. */
  readonly statements: readonly ReadStatement[];
  readonly denies: readonly ReadStatement[];
  readonly allows: readonly ReadStatement[];
  /** What an outcome depends on where nobody can say what the policy says. */
  readonly unknown: string | undefined;
  /** As it was given. */
  readonly given: NamedPolicy;
  /** Of all documents that were read, the how many-th; 0 where there is none. */
  readonly document: number;
}

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
  readonly policy: ReadPolicy | undefined;
  readonly resourceControl: Levels;
  readonly keys: Keys;
  /** Its own policies, with those of its account's organization, and without: service-linked roles are spared. */
  readonly policies: readonly ReadPolicy[];
  readonly ownPolicies: readonly ReadPolicy[];
  /** To ask whether statements match it, where nothing but the ARN counts. */
  readonly asked: ReadableRequest;
  /** All that sets it apart from other resources but its ARN. */
  readonly ownFacts: string;
}

/** Everything that decides, read once, for any number of pairs of ways. */
export interface ReadAccess {
  readonly callers: readonly ReadCaller[];
  readonly resources: readonly ReadResource[];
  /** Reads a policy more: that of an endpoint, one that is changed. */
  readonly readPolicy: (kind: AccessPolicyKind, policy: NamedPolicy) => ReadPolicy;
  /** The statements of all policies. */
  readonly statements: () => Iterable<ReadStatement>;
}

/** Every action that takes the way: the DynamoDB Streams API has other addresses, which no gateway endpoint serves. */
export const ACTIONS: readonly (DynamoDbAction & { readonly asked: string })[] = [...DYNAMODB_ACTIONS.values()]
  .filter(({ ofStreamsApi }) => !ofStreamsApi)
  .map((action) => ({ ...action, asked: `dynamodb:${action.name.toLowerCase()}` }));

const LANGUAGES: Readonly<Record<AccessPolicyKind, PolicyKind>> = {
  identity: "identity",
  boundary: "identity",
  session: "identity",
  serviceControl: "identity",
  table: "resource",
  resourceControl: "resource",
  endpoint: "endpoint",
};

/** Reads all policies, each document once. */
export function readPolicies({ callers, tables, accounts = {} }: AccessPolicies): ReadAccess {
  let count = 0;
  const documents = new Map<PolicyKind, Map<string | PolicyDocument, ReadDocument>>();
  const read = (kind: AccessPolicyKind, given: NamedPolicy): ReadPolicy => {
    const { name, document, planned } = given;
    const own = (text: NamedPolicy["document"]): InForce & Pick<ReadPolicy, "document"> => {
      if (text === undefined) return { ...NOTHING, unknown: name, document: 0 };
      if (text === null) return { ...NOTHING, unknown: undefined, document: 0 };
      const known = documents.get(LANGUAGES[kind]) ?? new Map<string | PolicyDocument, ReadDocument>();
      documents.set(LANGUAGES[kind], known);
      const found = known.get(text) ?? readDocument(text, LANGUAGES[kind], (count += 1));
      known.set(text, found);
      return { document: found.count, ...inForce(found, kind, name) };
    };
    if (planned === undefined) return { name, kind, given, ...own(document) };
    return { name, kind, given, ...changing(own(document), own(planned)), document: (count += 1) };
  };
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
      policies: [...organization.flat(), ...identity, ...[boundary, session].filter((each) => each !== undefined)],
      isServiceLinked,
      role: roleOfSession(caller.arn) ?? caller.arn,
      isSession: roleOfSession(caller.arn) !== undefined,
    };
  });
  const resources = new ReadResources(tables, readCallers, { accounts, read, levelsOf });
  const statements = function* (): Iterable<ReadStatement> {
    for (const known of documents.values()) for (const each of known.values()) yield* each.statements;
  };
  resources.addNamed(statements());
  return {
    callers: readCallers,
    resources: resources.all,
    readPolicy: (kind, policy) => {
      const found = read(kind, policy);
      resources.addNamed(found.statements);
      return found;
    },
    statements,
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
  /** It grows as policies are read that name more. */
  readonly all: ReadResource[] = [];
  readonly #facts: ResourceFacts;
  readonly #tables: readonly ReadTable[];
  readonly #known = new Set<string>();
  readonly #texts = new Set<unknown>();

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
  addNamed(statements: Iterable<ReadStatement>): void {
    for (const { compiled } of statements) {
      const { Resource, NotResource } = isJsonObject(compiled.element) ? compiled.element : {};
      for (const text of [...listOf(Resource), ...listOf(NotResource)]) {
        if (typeof text !== "string" || this.#texts.has(text)) continue;
        this.#texts.add(text);
        const named = belowTable(text);
        if (named === undefined) continue;
        for (const each of this.#tables)
          if (named.mayBeOf(each.table.arn)) this.#addOf(each, below(each, named.kind, named.label));
      }
    }
  }

  #addOf({ table, policy, ofStreams }: ReadTable, { arn, kind, label = "" }: NamedResource): void {
    if (this.#known.has(arn)) return;
    this.#known.add(arn);
    const own = kind === "table" || kind === "index" ? policy : undefined;
    const account = table.arn.split(":")[4] ?? "";
    this.#add({ arn, account, kind, tags: table.tags }, kind === "stream" ? ofStreams.get(label) : own);
  }

  #add(resource: KeyedResource, policy?: ReadPolicy): void {
    const { arn, account, kind, tags } = resource;
    const { accounts, levelsOf } = this.#facts;
    const parts = arn.split(":");
    const resourceControl = levelsOf("resourceControl", account);
    const own = policy === undefined ? [] : [policy];
    this.all.push({
      place: this.all.length,
      arn,
      account,
      kind,
      parts,
      policy,
      resourceControl,
      policies: [...resourceControl.flat(), ...own],
      ownPolicies: own,
      asked: { principal: {}, action: "", resource: arn, resourceParts: parts, context: NO_KEYS, size: 0 },
      keys: resourceKeys(resource, accounts[account]),
      ownFacts: JSON.stringify([kind, account, parts[3], tags, policy?.name, policy?.document]),
    });
  }
}

interface ReadDocument {
  readonly count: number;
  readonly compiled: CompiledPolicy;
  readonly statements: readonly ReadStatement[];
}

function readDocument(document: string | PolicyDocument, kind: PolicyKind, count: number): ReadDocument {
  const compiled = compilePolicy(document, kind);
  const statements = compiled.statements.map(readStatement).filter(isOfDynamoDb);
  return { count, compiled, statements };
}

/** Whether any action that is judged can be meant. */
function isOfDynamoDb({ actions }: ReadStatement): boolean {
  return actions.some((match) => match !== "no");
}

const NOTHING = { statements: [], denies: [], allows: [] };

type InForce = Pick<ReadPolicy, "statements" | "denies" | "allows" | "unknown">;

/** The statements of both documents of a policy, each of which is in force on ways of its own. */
function changing(today: InForce, planned: InForce): InForce {
  const marked = (statements: readonly ReadStatement[], isPlanned: boolean): readonly ReadStatement[] =>
    statements.map((statement) => ({ ...statement, isPlanned }));
  const [denies, allows] = (["denies", "allows"] as const).map((effect) => [
    ...marked(today[effect], false),
    ...marked(planned[effect], true),
  ]) as [ReadStatement[], ReadStatement[]];
  return { statements: [...denies, ...allows], denies, allows, unknown: today.unknown ?? planned.unknown };
}

/**
 * What of a document is in force. AWS has checked an organization's policies by rules of their own, so that there only
 * what cannot be read at all counts.
 */
function inForce({ compiled, statements }: ReadDocument, kind: AccessPolicyKind, name: string): InForce {
  const isOfOrganization = kind === "serviceControl" || kind === "resourceControl";
  const isUnknown = isOfOrganization ? compiled.statements.length === 0 : compiled.problem !== undefined;
  if (isUnknown) return { ...NOTHING, unknown: `${name} (${compiled.problem ?? "it has no statement"})` };
  const [denies, allows] = ["Deny", "Allow"].map((effect) =>
    statements.filter((statement) => statement.compiled.effect === effect),
  ) as [ReadStatement[], ReadStatement[]];
  return { statements, denies, allows, unknown: undefined };
}

function readStatement(compiled: CompiledStatement): ReadStatement {
  const element: JsonObject = isJsonObject(compiled.element) ? compiled.element : {};
  const { Sid, Principal, NotPrincipal } = element;
  const listed = Principal ?? NotPrincipal;
  const keys = new Set([...keysOf(compiled.condition).tested, ...variablesOf(compiled)]);
  return {
    compiled,
    sid: typeof Sid === "string" ? Sid : undefined,
    keys,
    readsRequest: [...keys].some(readsRequest),
    hasResourceVariables: compiled.resourceVariables().length > 0,
    principals: listed === undefined ? [] : namedPrincipals(listed),
    excludesPrincipals: NotPrincipal !== undefined,
    actions: ACTIONS.map(({ asked }) => compiled.matchesAction(asked)),
    resources: [],
  };
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

/** What all policies do with a key. */
export function useOf(key: string, statements: Iterable<ReadStatement>): KeyUse {
  const tests: KeyTest[] = [];
  let isVariable = false;
  for (const { compiled, keys } of statements) {
    if (!keys.has(key)) continue;
    for (const test of compiled.condition.tests) if (test.key === key) tests.push(test);
    isVariable ||= variablesOf(compiled).includes(key);
  }
  return { tests, isVariable };
}
