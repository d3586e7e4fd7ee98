import { DYNAMODB_ACTIONS, type DynamoDbAction } from "../actions";
import { compilePolicy, variablesOf, type CompiledPolicy, type CompiledStatement } from "../compile";
import { keysOf, type KeyTest } from "../conditions";
import { isJsonObject, type JsonObject, type PolicyDocument } from "../document";
import type { PolicyKind } from "../evaluate";
import { matchIf, type Match } from "../matching";
import { isEveryone, namedPrincipals, type NamedPrincipal } from "../principals";
import type { ReadableRequest } from "../requestContext";
import type { KeyUse } from "./alternatives";
import type { AccessPolicyKind, NamedPolicy } from "./facts";
import { readsCaller, readsRequest } from "./keys";

/** A statement, with what can be said of it once for all requests. */
export interface ReadStatement {
  readonly compiled: CompiledStatement;
  readonly sid: string | undefined;
  /** In lower case: those of its conditions and of all its variables. */
  readonly keys: ReadonlySet<string>;
  /** Whether its conditions or principals depend on the action or the resource, and not on the caller alone. */
  readonly readsRequest: boolean;
  readonly hasResourceVariables: boolean;
  /** A number that all statements with the same principals and conditions have. */
  readonly whom: number;
  /** Whether these depend on who calls, and not on the way alone. */
  readonly readsCaller: boolean;
  /** Whom `Principal` or `NotPrincipal` lists. */
  readonly principals: readonly NamedPrincipal[];
  readonly excludesPrincipals: boolean;
  /** `matchesAction` of each of `ACTIONS`: one list for all statements with the same actions. */
  readonly actions: readonly Match[];
  /** What was found by the place of a resource: one list for all statements with the same resources. */
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
  /** The same for the same policy, and for no other. */
  readonly key: string;
  /** Of all documents that were read, the how many-th; 0 where there is none. */
  readonly document: number;
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

/** Documents that were read, each once, and once what statements of several have alike. */
export class ReadDocuments {
  readonly #documents = new Map<PolicyKind, Map<string | PolicyDocument, ReadDocument>>();
  readonly #policies = new Map<string, ReadPolicy>();
  readonly #actions = new Map<string, ReadStatement["actions"]>();
  readonly #resources = new Map<string, ReadStatement["resources"]>();
  readonly #whom = new Map<string, number>();
  #count = 0;

  /** The same object for the same kind, name and documents. */
  policy(kind: AccessPolicyKind, given: NamedPolicy): ReadPolicy {
    const { name, document, planned } = given;
    const today = this.#document(kind, document);
    const next = planned === undefined ? undefined : this.#document(kind, planned);
    const key = [kind, idOf(today), next === undefined ? "" : idOf(next), name].join(" ");
    const known = this.#policies.get(key);
    if (known !== undefined) return known;
    const ofToday = inForce(today, kind, name);
    const read: ReadPolicy =
      next === undefined
        ? { name, kind, given, key, ...ofToday, document: countOf(today) }
        : { name, kind, given, key, ...changing(ofToday, inForce(next, kind, name)), document: (this.#count += 1) };
    this.#policies.set(key, read);
    return read;
  }

  *statements(): Iterable<ReadStatement> {
    for (const known of this.#documents.values()) for (const { statements } of known.values()) yield* statements;
  }

  #document(kind: AccessPolicyKind, document: NamedPolicy["document"]): GivenDocument {
    if (document === undefined) return "unknown";
    if (document === null) return "none";
    const language = LANGUAGES[kind];
    const known = this.#documents.get(language) ?? new Map<string | PolicyDocument, ReadDocument>();
    this.#documents.set(language, known);
    const key = typeof document === "string" ? document : keyOf(document);
    const read = known.get(key) ?? this.#read(document, language);
    known.set(key, read);
    return read;
  }

  #read(document: string | PolicyDocument, kind: PolicyKind): ReadDocument {
    const compiled = compilePolicy(document, kind);
    const language = `${kind} ${String(compiled.document?.Version)}`;
    const statements = compiled.statements.map((each) => this.#statement(each, language)).filter(isOfDynamoDb);
    return { count: (this.#count += 1), compiled, statements };
  }

  #statement(compiled: CompiledStatement, language: string): ReadStatement {
    const isRead = isJsonObject(compiled.element);
    const element: JsonObject = isRead ? compiled.element : {};
    const { Sid, Principal, NotPrincipal, Action, NotAction, Resource, NotResource, Condition } = element;
    const listed = Principal ?? NotPrincipal;
    const principals = listed === undefined ? [] : namedPrincipals(listed);
    const keys = new Set([...keysOf(compiled.condition).tested, ...variablesOf(compiled)]);
    return {
      compiled,
      sid: typeof Sid === "string" ? Sid : undefined,
      keys,
      readsRequest: [...keys].some(readsRequest),
      hasResourceVariables: compiled.resourceVariables().length > 0,
      whom: alike(this.#whom, { language, isRead, Principal, NotPrincipal, Condition }, () => this.#whom.size),
      readsCaller:
        NotPrincipal !== undefined || principals.some((each) => !isEveryone(each)) || [...keys].some(readsCaller),
      principals,
      excludesPrincipals: NotPrincipal !== undefined,
      actions: alike(this.#actions, { Action, NotAction }, () =>
        ACTIONS.map(({ asked }) => compiled.matchesAction(asked)),
      ),
      resources: alike(this.#resources, { language, Resource, NotResource }, () => []),
    };
  }
}

/** What is known for some parts of a statement, by what they say. */
function alike<Value>(known: Map<string, Value>, parts: JsonObject, make: () => Value): Value {
  const key = JSON.stringify(parts);
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

interface ReadDocument {
  readonly count: number;
  readonly compiled: CompiledPolicy;
  readonly statements: readonly ReadStatement[];
}

/** Objects that say the same are one document, which is not the text: that may be one that AWS does not take. */
function keyOf(document: PolicyDocument): string | PolicyDocument {
  try {
    return `object ${JSON.stringify(document)}`;
  } catch {
    // What is no JSON, as it has itself in it, is the same as itself alone.
    return document;
  }
}

/** A document, or that there is none or nobody knows it. */
type GivenDocument = ReadDocument | "unknown" | "none";

function idOf(given: GivenDocument): string | number {
  return typeof given === "string" ? given : given.count;
}

function countOf(given: GivenDocument): number {
  return typeof given === "string" ? 0 : given.count;
}

/** Whether any action that is judged can be meant. */
function isOfDynamoDb({ actions }: ReadStatement): boolean {
  return actions.some((match) => match !== "no");
}

type InForce = Pick<ReadPolicy, "statements" | "denies" | "allows" | "unknown">;

const NOTHING = { statements: [], denies: [], allows: [] };

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
function inForce(given: GivenDocument, kind: AccessPolicyKind, name: string): InForce {
  if (typeof given === "string") return { ...NOTHING, unknown: given === "unknown" ? name : undefined };
  const { compiled, statements } = given;
  const isOfOrganization = kind === "serviceControl" || kind === "resourceControl";
  const isUnknown = isOfOrganization ? compiled.statements.length === 0 : compiled.problem !== undefined;
  if (isUnknown) return { ...NOTHING, unknown: `${name} (${compiled.problem ?? "it has no statement"})` };
  const [denies, allows] = ["Deny", "Allow"].map((effect) =>
    statements.filter((statement) => statement.compiled.effect === effect),
  ) as [ReadStatement[], ReadStatement[]];
  return { statements, denies, allows, unknown: undefined };
}

/** What a statement is asked about resources by, where nothing but the ARN counts. */
export interface PlacedResource {
  readonly place: number;
  readonly asked: ReadableRequest;
}

/** Whether a resource of a statement without variables is this one; else whether it can be. */
export function reaches(statement: ReadStatement, { place, asked }: PlacedResource): Match {
  return (statement.resources[place] ??= statement.hasResourceVariables
    ? matchIf(statement.compiled.mayMatchResource(asked))
    : statement.compiled.matchesResource(asked));
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
