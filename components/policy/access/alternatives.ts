import { rangeStarts } from "../addresses";
import type { KeyTest } from "../conditions";
import { NOT_KNOWN } from "../requestContext";
import type { AccessContext } from "./facts";

/** The keys of a way, in lower case, for one choice among what is possible. */
export type WayKeys = ReadonlyMap<string, readonly string[]>;

/** What policies do with a key. */
export interface KeyUse {
  readonly tests: readonly KeyTest[];
  readonly isVariable: boolean;
}

/** Several choices at once: addresses of NAT gateways beside ranges of subnets. */
const MOST_ALTERNATIVES = 64;

/**
 * What a request on this way can look like to the policies: one alternative for each of the values that a key can have,
 * and for ranges one for each part that policies tell apart. More than they can all be judged by: the key is not known.
 *
 * @param testsOf The tests of a key in all policies, and whether it is a variable in one.
 */
export function alternativesOf(
  { keys, oneOf = {}, unknown = [] }: AccessContext,
  testsOf: (key: string) => KeyUse,
): readonly WayKeys[] {
  const given = new Map<string, readonly string[]>();
  for (const [key, values] of Object.entries(keys))
    given.set(key.toLowerCase(), typeof values === "string" ? [values] : values);
  for (const key of unknown) given.set(key.toLowerCase(), NOT_KNOWN);
  let alternatives: readonly WayKeys[] = [given];
  for (const [name, values] of Object.entries(oneOf)) {
    const key = name.toLowerCase();
    const choices = choicesOf(values, testsOf(key));
    const isKnown = choices !== undefined && choices.length * alternatives.length <= MOST_ALTERNATIVES;
    alternatives = alternatives.flatMap((alternative) =>
      (isKnown ? choices.map((choice) => [choice]) : [NOT_KNOWN]).map((each) => new Map([...alternative, [key, each]])),
    );
  }
  return alternatives;
}

/** The values between which policies make a difference, or `undefined` where they cannot be told. */
function choicesOf(values: readonly string[], { tests, isVariable }: KeyUse): readonly string[] | undefined {
  if (values.length === 0) return undefined;
  if (!values.some((value) => value.includes("/"))) return [...new Set(values)];
  const areRanges = tests.every(({ operator: { family } }) => family === "IpAddress" || family === "Null");
  if (!areRanges || isVariable) return undefined;
  const expected = tests.flatMap((test) =>
    test.operator.family === "Null" ? [] : test.expected.map((value) => value?.text ?? ""),
  );
  return rangeStarts(values, [...new Set(expected)]);
}
