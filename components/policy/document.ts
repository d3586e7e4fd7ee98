/** The longest endpoint policy that AWS takes, white space included (quota L-3248932A). */
export const MAX_POLICY_CHARACTERS = 20_480;

/**
 * The version of the policy language that knows no policy variables, which is also what its absence means, and the one
 * that does.
 */
export const VERSION_WITHOUT_VARIABLES = "2008-10-17";
export const VERSION_WITH_VARIABLES = "2012-10-17";

/**
 * The policy that an endpoint has when nothing else is said, exactly as AWS writes it, so that an adopted endpoint
 * that was never given another one does not differ.
 *
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Default endpoint policy").
 */
export const FULL_ACCESS = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});

/** As `FullAWSAccess` of organizations: what leaves everything to other policies, where no principal is named. */
export const FULL_ACCESS_OF_IDENTITY = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
});

/**
 * A policy in the words of the IAM JSON policy grammar.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html.
 */
export interface PolicyDocument {
  /** `2012-10-17`, or `2008-10-17`, which is also what its absence means and knows no policy variables. */
  readonly Version?: string | undefined;
  /** A name for the document, which AWS does not read; none in policies of identities. */
  readonly Id?: string | undefined;
  /** What is allowed and denied. A request that no statement allows is denied. */
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

/** One statement: whom it concerns, doing what, to what, under which conditions. */
export interface PolicyStatement {
  /** A name for the statement, unique in its document. Letters and digits only in policies of identities. */
  readonly Sid?: string | undefined;
  /** A Deny that holds overrides every Allow. */
  readonly Effect: "Allow" | "Deny";
  /** Absent in policies of identities, which concern whoever they are attached to. */
  readonly Principal?: PolicyPrincipal | undefined;
  /** Everyone but these. */
  readonly NotPrincipal?: PolicyPrincipal | undefined;
  /** `dynamodb:GetItem`; `*` and `?` are wildcards. Either this or `NotAction`. */
  readonly Action?: OneOrMore<string> | undefined;
  /** Every action but these. */
  readonly NotAction?: OneOrMore<string> | undefined;
  /** ARNs of tables, indexes and streams; `*` and `?` are wildcards. Either this or `NotResource`. */
  readonly Resource?: OneOrMore<string> | undefined;
  /** Every resource but these. */
  readonly NotResource?: OneOrMore<string> | undefined;
  /** When the statement holds: all of its operators and keys. Default: always. */
  readonly Condition?: PolicyCondition | undefined;
}

/** Everyone, or the kinds of principals with their names. */
export type PolicyPrincipal = "*" | { readonly [kind in PrincipalKind]?: OneOrMore<string> | undefined };

export type PrincipalKind = "AWS" | "Service" | "Federated" | "CanonicalUser";

/**
 * Operator (`StringEquals`, `ForAnyValue:StringLikeIfExists`) → condition key → the values that it is compared with.
 */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, OneOrMore<ConditionValue>>>>>;

export type ConditionValue = string | number | boolean;

/** AWS takes a single value for a list of one, everywhere in a policy. */
export type OneOrMore<Value> = Value | readonly Value[];

/** An object as it comes out of JSON: nothing is known of what is in it. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** What stands where a statement belongs, and where that is: `Statement[0]`, or `Statement` where there is no list. */
export interface LocatedStatement {
  readonly path: string;
  readonly statement: unknown;
}

/**
 * The longest text that AWS reads as a policy, white space included
 * (https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html).
 */
export const MOST_CHARACTERS_READ = 131_072;

/** What JSON makes of an object, and how long that is at least; no `value` where AWS would not read as much. */
export interface PlainCopy {
  readonly value: unknown;
  readonly size: number;
}

/**
 * Copies what JSON would have of a document that is an object, however it is made: such an object can hold one part in
 * many places, and itself, so that its text would never end. Throws what its parts throw.
 */
export function plainCopy(document: unknown): PlainCopy {
  let size = 0;
  const copyOf = (given: unknown): unknown => {
    size += typeof given === "string" ? given.length + 1 : 1;
    if (size > MOST_CHARACTERS_READ) throw new TooLarge();
    if (typeof given !== "object" || given === null) return plainValue(given);
    const value = given as JsonObject & { readonly toJSON?: () => unknown };
    if (typeof value.toJSON === "function") return copyOf(value.toJSON());
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      for (let i = 0; i < value.length; i++) list.push(copyOf(value[i]) ?? null);
      return list;
    }
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      size += key.length;
      const part = copyOf(value[key]);
      if (part === undefined) continue;
      if (key === "__proto__") Object.defineProperty(copy, key, { value: part, enumerable: true });
      else copy[key] = part;
    }
    return copy;
  };
  try {
    return { value: copyOf(document), size };
  } catch (error) {
    if (error instanceof TooLarge) return { value: undefined, size: Infinity };
    throw error;
  }
}

class TooLarge extends Error {}

/** What JSON makes of a value that is no object. */
function plainValue(value: unknown): unknown {
  if (typeof value === "bigint") throw new TypeError("a BigInt is no JSON");
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  return typeof value === "function" || typeof value === "symbol" ? undefined : value;
}

/** The document as an object, or `undefined` where it is none (`validatePolicy` says why). */
export function documentObject(document: string | PolicyDocument | JsonObject): JsonObject | undefined {
  let parsed: unknown = document;
  if (typeof document === "string") {
    try {
      parsed = JSON.parse(document);
    } catch {
      // A text that is no JSON is no object either.
    }
  }
  return isJsonObject(parsed) ? parsed : undefined;
}

/**
 * Everything that stands where a statement belongs, in order, readable as one or not: whoever reads a policy decides
 * what an unreadable statement means. Nothing where the document is no object or has no `Statement`.
 */
export function statementsOf(document: string | PolicyDocument | JsonObject): readonly LocatedStatement[] {
  const statements = documentObject(document)?.Statement;
  if (statements === undefined) return [];
  if (!Array.isArray(statements)) return [{ path: "Statement", statement: statements }];
  return statements.map((statement: unknown, i) => ({ path: `Statement[${i}]`, statement }));
}

/** Whether `value` is an object of JSON, which a list is not. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A list as it is, a single value as a list of one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
