import { inAddressRange } from "./addresses";
import { instantOfDate } from "./calendar";
import { isJsonObject, listOf } from "./document";
import { allOf, anyOf, hasWholeAccount, matchesArn, matchesPattern, matchIf, not, type Match } from "./matching";
import type { PolicyKind } from "./principals";
import { NOT_KNOWN, type RequestContext } from "./requestContext";
import { parseOperator, type Operator } from "./rules/operators";
import { isMultivalued, keysIn, resolved, templateOf, type PlainText, type Template } from "./variables";

/** A `Condition` element, read once. */
export interface Condition {
  readonly tests: readonly KeyTest[];
  /** Whether all of it could be read: AWS takes no document where it cannot. */
  readonly readable: boolean;
}

/** What is demanded of one key. */
export interface KeyTest {
  /** In lower case: the case of keys does not matter. */
  readonly key: string;
  readonly operator: Operator;
  /** `undefined` is a value that is no text. */
  readonly expected: readonly (ExpectedValue | undefined)[];
}

/** A value of a policy: as written, and as it is compared, unless AWS does not say how. */
interface ExpectedValue {
  readonly text: string;
  readonly template: Template | undefined;
}

/** How a value of a request compares with a value of a policy, in which all variables are replaced. */
type Comparison = (expected: PlainText, actual: string) => Match;

const stringEquals: Comparison = ({ text }, actual) => matchIf(text === actual);
const stringEqualsIgnoreCase: Comparison = ({ text }, actual) => matchIf(text.toLowerCase() === actual.toLowerCase());
const stringLike: Comparison = ({ pattern }, actual) => matchIf(matchesPattern(pattern, actual));
const arnLike: Comparison = ({ arn }, actual) => matchesArn(arn, actual);
const bool: Comparison = ({ text }, actual) => compared(booleanOf(text), booleanOf(actual), (a, b) => a === b);
const binary: Comparison = ({ text }, actual) => compared(bytesOf(text), bytesOf(actual), (a, b) => a.equals(b));
const ipAddress: Comparison = ({ text }, actual) => {
  const within = inAddressRange(text, actual);
  return within === undefined ? "unknown" : matchIf(within);
};

/** What the operators compare by; those of which they are the opposite where they are negated. */
const COMPARISONS: ReadonlyMap<string, Comparison> = new Map([
  ["StringEquals", stringEquals],
  ["StringEqualsIgnoreCase", stringEqualsIgnoreCase],
  ["StringLike", stringLike],
  ["ArnLike", arnLike],
  ["ArnEquals", arnLike],
  ["IpAddress", ipAddress],
  ["Bool", bool],
  ["BinaryEquals", binary],
  ...ordering("Numeric", numberOf),
  ...ordering("Date", instantOf),
]);

/** What decides how a statement reads. */
export interface Language {
  readonly kind: PolicyKind;
  /** Whether the policy's version knows variables. */
  readonly variables: boolean;
}

/**
 * Reads a `Condition` element.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html.
 */
export function conditionOf(element: unknown, language: Language): Condition {
  if (!isJsonObject(element)) return { tests: [], readable: element === undefined };
  const tests: KeyTest[] = [];
  let readable = true;
  for (const [name, keys] of Object.entries(element)) {
    const operator = parseOperator(name);
    if (operator === undefined || !isJsonObject(keys)) {
      readable = false;
      continue;
    }
    // Keys that differ in their case alone are one: AWS refuses the document.
    if (new Set(Object.keys(keys).map((key) => key.toLowerCase())).size < Object.keys(keys).length) readable = false;
    for (const [key, values] of Object.entries(keys))
      tests.push({ key: key.toLowerCase(), operator, expected: expectedValues(operator, values, language) });
  }
  return { tests, readable };
}

function expectedValues(
  { family, wildcards }: Operator,
  values: unknown,
  { kind, variables }: Language,
): KeyTest["expected"] {
  return listOf(values).map((value) => {
    const text = textOf(value);
    if (text === undefined) return undefined;
    const isUnpromised = kind === "endpoint" && wildcards && text.startsWith("arn:") && !hasWholeAccount(text);
    // Variables may stand in the values of these operators alone.
    return {
      text,
      template: isUnpromised ? undefined : templateOf(text, variables && (family === "String" || family === "Arn")),
    };
  });
}

/**
 * The keys that decide about a condition: those that it tests and those of its variables, as often as they stand in it.
 */
export function keysOf({ tests }: Condition): {
  readonly tested: readonly string[];
  readonly variables: readonly string[];
} {
  return {
    tested: tests.map(({ key }) => key),
    variables: tests.flatMap(({ expected }) =>
      expected.flatMap((value) => (value?.template === undefined ? [] : keysIn(value.template))),
    ),
  };
}

/** The keys, of those not known, for which it is open whether a condition holds. */
export function undecidedKeys({ tests }: Condition, context: RequestContext): readonly string[] {
  return tests
    .filter((test) => matchesKey(test, context) === "unknown")
    .flatMap((test) => [test.key, ...keysOf({ tests: [test], readable: true }).variables])
    .filter((key) => context.get(key) === NOT_KNOWN);
}

/**
 * Whether a condition holds for a request: all its operators, for all their keys.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html.
 */
export function matchesCondition({ tests }: Condition, context: RequestContext): Match {
  return allOf(tests, (test) => matchesKey(test, context));
}

function matchesKey({ key, operator, expected }: KeyTest, context: RequestContext): Match {
  const actual = context.get(key);
  if (expected.length === 0 || actual === NOT_KNOWN) return "unknown";
  if (operator.family === "Null")
    return operator.set === undefined && !operator.ifExists
      ? anyOf(expected, (value) => matchesNull(value, actual))
      : "unknown";
  return matchesSet(operator, key, actual, (value) => matchesValue(operator, value, expected, context));
}

function matchesNull(expected: ExpectedValue | undefined, actual: readonly string[] | undefined): Match {
  const absent = expected === undefined ? undefined : booleanOf(expected.text);
  return absent === undefined ? "unknown" : matchIf(absent === (actual === undefined));
}

/**
 * How the values of a request together satisfy an operator.
 *
 * Without a key, a negated operator holds and others do not. `ForAllValues` holds without a value and `ForAnyValue`
 * does not, where an empty string is no value. AWS demands a set operator where a key can have several values and does
 * not say what is without one, nor which of two rules applies to a missing key under `ForAnyValue:…IfExists`.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
 */
function matchesSet(
  { set, ifExists, negated }: Operator,
  key: string,
  actual: readonly string[] | undefined,
  holds: (value: string) => Match,
): Match {
  if (actual === undefined && ifExists) return set === "ForAnyValue" ? "unknown" : "yes";
  if (set === undefined) {
    const [value, ...further] = actual ?? [];
    if (value === undefined) return matchIf(negated);
    return further.length > 0 || isMultivalued(key) ? "unknown" : holds(value);
  }
  const all = set === "ForAllValues";
  if (actual === undefined || actual.every((value) => value === "")) return matchIf(all);
  return all ? allOf(actual, holds) : anyOf(actual, holds);
}

/**
 * Whether one value of the request satisfies an operator: one of the expected values matches, or none does if it is
 * negated.
 *
 * A value with a variable that the request does not have matches nothing. AWS adds that this "might cause the entire
 * statement to be invalid", so it does not follow that the opposite holds.
 */
function matchesValue(
  operator: Operator,
  actual: string,
  expected: KeyTest["expected"],
  context: RequestContext,
): Match {
  const compare = COMPARISONS.get(operator.name.replace("Not", "")) ?? (() => "unknown" as const);
  const matches = anyOf(expected, (value): Match => {
    if (value?.template === undefined) return "unknown";
    const replaced = resolved(value.template, context);
    if (replaced === "unresolved") return operator.negated ? "unknown" : "no";
    return replaced === "unreadable" ? "unknown" : compare(replaced, actual);
  });
  return operator.negated ? not(matches) : matches;
}

/** The operators that compare by size; the value of the request is on the left: `NumericLessThan` means less. */
function ordering(
  kind: "Numeric" | "Date",
  read: (text: string) => number | undefined,
): readonly (readonly [string, Comparison])[] {
  const by =
    (holds: (actual: number, expected: number) => boolean): Comparison =>
    ({ text }, actual) =>
      compared(read(actual), read(text), holds);
  return [
    [`${kind}Equals`, by((actual, expected) => actual === expected)],
    [`${kind}LessThan`, by((actual, expected) => actual < expected)],
    [`${kind}LessThanEquals`, by((actual, expected) => actual <= expected)],
    [`${kind}GreaterThan`, by((actual, expected) => actual > expected)],
    [`${kind}GreaterThanEquals`, by((actual, expected) => actual >= expected)],
  ];
}

function compared<Value>(a: Value | undefined, b: Value | undefined, holds: (a: Value, b: Value) => boolean): Match {
  return a === undefined || b === undefined ? "unknown" : matchIf(holds(a, b));
}

/** A value of a policy as text: JSON's numbers and booleans count as their text. */
function textOf(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
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
  const number = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) ? number : undefined;
}

/**
 * Milliseconds since 1970, of a date or of seconds (epoch time). Four digits are a year to one of AWS's sources and
 * seconds to the other.
 */
function instantOf(text: string): number | undefined {
  if (/^\d{4}$/.test(text)) return undefined;
  const seconds = numberOf(text);
  return seconds === undefined ? instantOfDate(text) : seconds * 1000;
}
