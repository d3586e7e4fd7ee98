import { closest } from "./suggestion";

/** What an operator compares: the types of condition keys that fit follow from it. */
export type OperatorFamily = "String" | "Numeric" | "Date" | "Bool" | "Binary" | "IpAddress" | "Arn" | "Null";

/** A condition operator, taken apart: `ForAllValues:StringNotLikeIfExists`. */
export interface Operator {
  readonly name: string;
  readonly set: "ForAllValues" | "ForAnyValue" | undefined;
  readonly family: OperatorFamily;
  /** It holds where nothing matches, and therefore where the key is absent. */
  readonly negated: boolean;
  readonly wildcards: boolean;
  readonly ifExists: boolean;
}

const NAMES: Readonly<Record<OperatorFamily, readonly string[]>> = {
  String: [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
  ],
  Numeric: ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
    (name) => `Numeric${name}`,
  ),
  Date: ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"].map(
    (name) => `Date${name}`,
  ),
  Bool: ["Bool"],
  Binary: ["BinaryEquals"],
  IpAddress: ["IpAddress", "NotIpAddress"],
  Arn: ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
  Null: ["Null"],
};

const FAMILIES: ReadonlyMap<string, OperatorFamily> = new Map(
  (Object.keys(NAMES) as OperatorFamily[]).flatMap((family) => NAMES[family].map((name) => [name, family])),
);

/** Every operator without its prefix and suffix. */
export const OPERATOR_NAMES: readonly string[] = [...FAMILIES.keys()];

/**
 * The operator that `text` names, or `undefined` where there is none.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
 */
export function parseOperator(text: string): Operator | undefined {
  const { set, rest } = splitSet(text);
  const ifExists = rest.endsWith(IF_EXISTS);
  const name = ifExists ? rest.slice(0, -IF_EXISTS.length) : rest;
  const family = FAMILIES.get(name);
  if (family === undefined) return undefined;
  return {
    name,
    set,
    family,
    negated: name.includes("Not"),
    wildcards: name.endsWith("Like") || family === "Arn",
    ifExists,
  };
}

/** The operator that is most likely meant by what is none. */
export function meantOperator(text: string): string | undefined {
  const colon = text.indexOf(":");
  const name = text.slice(colon + 1);
  const ifExists = name.endsWith(IF_EXISTS);
  const suggestion = closest(ifExists ? name.slice(0, -IF_EXISTS.length) : name, OPERATOR_NAMES);
  if (suggestion === undefined) return undefined;
  const set = colon < 0 ? "" : `${closest(text.slice(0, colon), ["ForAllValues", "ForAnyValue"]) ?? "ForAnyValue"}:`;
  return `${set}${suggestion}${ifExists ? IF_EXISTS : ""}`;
}

const IF_EXISTS = "IfExists";

function splitSet(text: string): { set: Operator["set"]; rest: string } {
  if (!text.includes(":")) return { set: undefined, rest: text };
  for (const set of ["ForAllValues", "ForAnyValue"] as const) {
    if (text.startsWith(`${set}:`)) return { set, rest: text.slice(set.length + 1) };
  }
  return { set: undefined, rest: text };
}
