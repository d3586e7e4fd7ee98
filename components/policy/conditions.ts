import { inAddressRange } from "./addresses";
import { isJsonObject, listOf } from "./document";
import { allOf, anyOf, matchesArn, matchesPattern, matchIf, not, type Match } from "./matching";
import type { RequestContext } from "./requestContext";
import { plainText, resolvedPattern, resolveVariables, type Piece } from "./variables";

/** How a value of a request compares with a value of a policy. */
type Comparison = (expected: ExpectedValue, actual: string) => Match;

/** A value of a policy, as written and with its variables replaced. */
interface ExpectedValue {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

interface Operator {
  readonly compare: Comparison;
  /** Whether variables may stand in the values: with the string and ARN operators alone. */
  readonly variables: boolean;
  /** Whether it is the opposite of `compare`, with regard to all values: `StringNotEquals` means none of them. */
  readonly negated: boolean;
}

type SetOperator = "forallvalues" | "foranyvalue" | undefined;

/** An operator as a policy names it, taken apart: `ForAllValues:StringLikeIfExists`. */
interface NamedOperator extends Operator {
  readonly setOperator: SetOperator;
  readonly ifExists: boolean;
}

const stringEquals: Comparison = ({ pieces }, actual) => matchIf(plainText(pieces) === actual);
const stringEqualsIgnoreCase: Comparison = ({ pieces }, actual) => matchIf(plainText(pieces).toLowerCase() === actual.toLowerCase());
const stringLike: Comparison = ({ pieces }, actual) => matchIf(matchesPattern(resolvedPattern(pieces), actual));
const arnLike: Comparison = ({ pieces }, actual) => matchesArn(resolvedPattern(pieces), actual);
const bool: Comparison = ({ text }, actual) => compared(booleanOf(text), booleanOf(actual), (a, b) => a === b);
const binary: Comparison = ({ text }, actual) => compared(bytesOf(text), bytesOf(actual), (a, b) => a.equals(b));
const ipAddress: Comparison = ({ text }, actual) => {
  const within = inAddressRange(text, actual);
  return within === undefined ? "unknown" : matchIf(within);
};

/** The condition operators by name in lower case, except `Null`. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair("StringEquals", "StringNotEquals", stringEquals, true),
  ...pair("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", stringEqualsIgnoreCase, true),
  ...pair("StringLike", "StringNotLike", stringLike, true),
  ...pair("ArnLike", "ArnNotLike", arnLike, true),
  ...pair("ArnEquals", "ArnNotEquals", arnLike, true),
  ...pair("IpAddress", "NotIpAddress", ipAddress, false),
  ...pair("Bool", undefined, bool, false),
  ...pair("BinaryEquals", undefined, binary, false),
  ...ordering("Numeric", numberOf),
  ...ordering("Date", instantOf),
]);

/**
 * Whether a `Condition` element holds for a request: all its operators, for all their keys.
 *
 * @param variables The context where the policy's version knows variables, else `undefined`.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html and
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html.
 */
export function matchesCondition(element: unknown, context: RequestContext, variables: RequestContext | undefined): Match {
  if (element === undefined) return "yes";
  if (!isJsonObject(element)) return "unknown";
  return allOf(
    Object.entries(element).flatMap(([operator, keys]) => {
      if (!isJsonObject(keys)) return ["unknown" as const];
      return Object.entries(keys).map(([key, values]) => matchesKey(operator, context.get(key.toLowerCase()), listOf(values), variables));
    }),
  );
}

function matchesKey(operatorName: string, actual: readonly string[] | undefined, values: readonly unknown[], variables: RequestContext | undefined): Match {
  const expected = values.map(textOf);
  if (expected.length === 0) return "unknown";
  if (operatorName.toLowerCase() === "null") return anyOf(expected.map((text) => matchesNull(text, actual)));
  const operator = namedOperator(operatorName);
  if (operator === undefined) return "unknown";
  const holds = (value: string): Match => matchesValue(operator, value, expected, variables);
  return matchesSet(operator, actual, holds);
}

/** `Null` is the one operator that has neither a set operator nor `IfExists`. */
function matchesNull(expected: string | undefined, actual: readonly string[] | undefined): Match {
  const absent = expected === undefined ? undefined : booleanOf(expected);
  return absent === undefined ? "unknown" : matchIf(absent === (actual === undefined));
}

/**
 * How the values of a request together satisfy an operator.
 *
 * Without a key, a negated operator holds and others do not. `ForAllValues` holds without a value and `ForAnyValue`
 * does not, where an empty string is no value. AWS says nothing about several values without a set operator, nor
 * which of two rules applies to a missing key under `ForAnyValue:…IfExists`.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
 */
function matchesSet({ setOperator, ifExists, negated }: NamedOperator, actual: readonly string[] | undefined, holds: (value: string) => Match): Match {
  if (actual === undefined && ifExists) return setOperator === "foranyvalue" ? "unknown" : "yes";
  if (setOperator === undefined) {
    const [value, ...further] = actual ?? [];
    if (value === undefined) return matchIf(negated);
    return further.length > 0 ? "unknown" : holds(value);
  }
  const all = setOperator === "forallvalues";
  if (actual === undefined || actual.every((value) => value === "")) return matchIf(all);
  return all ? allOf(actual.map(holds)) : anyOf(actual.map(holds));
}

/**
 * Whether one value of the request satisfies an operator: one of the expected values matches, or none does if it is
 * negated.
 *
 * A value with a variable that the request does not have matches nothing. AWS adds that this "might cause the entire
 * statement to be invalid", so it does not follow that the opposite holds.
 */
function matchesValue(operator: Operator, actual: string, expected: readonly (string | undefined)[], variables: RequestContext | undefined): Match {
  const matches = anyOf(
    expected.map((text): Match => {
      if (text === undefined) return "unknown";
      const resolved = resolveVariables(text, operator.variables ? variables : undefined);
      if (resolved.kind === "unresolved") return operator.negated ? "unknown" : "no";
      return resolved.kind === "unreadable" ? "unknown" : operator.compare({ text, pieces: resolved.pieces }, actual);
    }),
  );
  return operator.negated ? not(matches) : matches;
}

/** The operator of this name, or `undefined` where there is none. */
function namedOperator(name: string): NamedOperator | undefined {
  const [, setOperator, rest = ""] = /^(?:(forallvalues|foranyvalue):)?(.*)$/.exec(name.toLowerCase()) ?? [];
  const ifExists = rest.endsWith("ifexists");
  const operator = OPERATORS.get(ifExists ? rest.slice(0, -"ifexists".length) : rest);
  return operator && { ...operator, setOperator: setOperator as SetOperator, ifExists };
}

function pair(name: string, opposite: string | undefined, compare: Comparison, variables: boolean): readonly (readonly [string, Operator])[] {
  const operator = [name.toLowerCase(), { compare, variables, negated: false }] as const;
  return opposite === undefined ? [operator] : [operator, [opposite.toLowerCase(), { compare, variables, negated: true }]];
}

/** The six operators that compare by size; the value of the request is on the left: `NumericLessThan` means less. */
function ordering(kind: "Numeric" | "Date", read: (text: string) => number | undefined): readonly (readonly [string, Operator])[] {
  const by = (holds: (actual: number, expected: number) => boolean): Comparison => ({ text }, actual) => compared(read(actual), read(text), holds);
  return [
    ...pair(`${kind}Equals`, `${kind}NotEquals`, by((actual, expected) => actual === expected), false),
    ...pair(`${kind}LessThan`, undefined, by((actual, expected) => actual < expected), false),
    ...pair(`${kind}LessThanEquals`, undefined, by((actual, expected) => actual <= expected), false),
    ...pair(`${kind}GreaterThan`, undefined, by((actual, expected) => actual > expected), false),
    ...pair(`${kind}GreaterThanEquals`, undefined, by((actual, expected) => actual >= expected), false),
  ];
}

function compared<Value>(a: Value | undefined, b: Value | undefined, holds: (a: Value, b: Value) => boolean): Match {
  return a === undefined || b === undefined ? "unknown" : matchIf(holds(a, b));
}

/** A value of a policy as text: JSON's numbers and booleans count as their text. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

function booleanOf(text: string): boolean | undefined {
  const word = text.toLowerCase();
  return word === "true" || word === "false" ? word === "true" : undefined;
}

function bytesOf(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, "base64");
  return bytes.toString("base64") === base64 ? bytes : undefined;
}

function numberOf(text: string): number | undefined {
  const number = /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

const W3C_DATE = /^\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/** Milliseconds since 1970: of a date in a form of https://www.w3.org/TR/NOTE-datetime, or of seconds (epoch time). */
function instantOf(text: string): number | undefined {
  const millis = W3C_DATE.test(text) ? Date.parse(text) : (numberOf(text) ?? NaN) * 1000;
  return Number.isNaN(millis) ? undefined : millis;
}
