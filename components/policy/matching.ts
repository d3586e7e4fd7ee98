/**
 * Whether a part of a statement applies to a request. `unknown` is what cannot be read, and what AWS does not promise:
 * it never helps an Allow to apply, and never keeps a Deny from applying.
 */
export type Match = "yes" | "no" | "unknown";

/** `yes` if all are, `no` if one is: what can be read and does not apply is not outweighed by what cannot be read. */
export function allOf(matches: Iterable<Match>): Match {
  let all: Match = "yes";
  for (const match of matches) {
    if (match === "no") return "no";
    if (match === "unknown") all = "unknown";
  }
  return all;
}

/** `yes` if one is, `no` if all are. */
export function anyOf(matches: Iterable<Match>): Match {
  let any: Match = "no";
  for (const match of matches) {
    if (match === "yes") return "yes";
    if (match === "unknown") any = "unknown";
  }
  return any;
}

export function not(match: Match): Match {
  if (match === "unknown") return "unknown";
  return match === "yes" ? "no" : "yes";
}

export function matchIf(condition: boolean): Match {
  return condition ? "yes" : "no";
}

/** A text with wildcards: UTF-16 code units, `ANY_CHARACTERS` and `ONE_CHARACTER`. */
export type Pattern = readonly number[];

/** `*`: any number of characters, none included. */
export const ANY_CHARACTERS = -1;
/** `?`: exactly one character. */
export const ONE_CHARACTER = -2;

const ASTERISK = "*".charCodeAt(0);
const QUESTION_MARK = "?".charCodeAt(0);
const COLON = ":".charCodeAt(0);
/** The parts of an ARN: `arn`, partition, service, Region, account and, with all its own colons, the resource. */
const ARN_PARTS = 6;

/** The pattern that `text` is: its `*` and `?` are wildcards. */
export function patternOf(text: string): Pattern {
  const pattern = literalPattern(text);
  for (const [i, unit] of pattern.entries()) {
    if (unit === ASTERISK) pattern[i] = ANY_CHARACTERS;
    else if (unit === QUESTION_MARK) pattern[i] = ONE_CHARACTER;
  }
  return pattern;
}

/** The pattern that matches `text` and nothing else. */
export function literalPattern(text: string): number[] {
  const units: number[] = [];
  for (let i = 0; i < text.length; i++) units.push(text.charCodeAt(i));
  return units;
}

/**
 * Whether all of `text` matches, case-sensitively.
 *
 * Only the last `*` is ever extended: what an earlier one could take, the last one can. So there are never more steps
 * than the lengths of pattern and text multiplied, whatever the policy says.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let i = 0; i < text.length; ) {
    const expected = pattern[at];
    if (expected === ANY_CHARACTERS) {
      star = at++;
      retry = i;
    } else if (expected === ONE_CHARACTER || expected === text.charCodeAt(i)) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[at] === ANY_CHARACTERS) at++;
  return at === pattern.length;
}

/**
 * Whether a `Resource` pattern matches the ARN of a resource.
 *
 * A wildcard stays within its part of the ARN, but a `*` at the end of a part may take further parts as well; within
 * the resource (after the fifth colon) colons are characters like others, as in the ARN of a stream.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html ("Using wildcards in
 * resource ARNs").
 */
export function matchesResource(pattern: Pattern, resource: string): boolean {
  const parts = arnParts(pattern);
  const texts = resource.split(":");
  const last = parts.pop() ?? [];
  let starts = new Set([0]);
  for (const part of parts) {
    const next = new Set<number>();
    for (const start of starts) {
      if (!matchesPattern(part, texts[start] ?? "")) continue;
      next.add(start + 1);
      if (part.at(-1) !== ANY_CHARACTERS) continue;
      for (let further = start + 2; further < texts.length; further++) next.add(further);
      break;
    }
    starts = next;
  }
  for (const start of starts) if (start < texts.length && matchesPattern(last, texts.slice(start).join(":"))) return true;
  return false;
}

/**
 * Whether an ARN matches a pattern part by part, as the ARN condition operators compare. What does not have the parts
 * of an ARN cannot be compared.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html ("Amazon
 * Resource Name (ARN) condition operators").
 */
export function matchesArn(pattern: Pattern, arn: string): Match {
  const parts = arnParts(pattern);
  const texts = splitArn(arn);
  if (parts.length < ARN_PARTS || texts === undefined) return "unknown";
  return matchIf(parts.every((part, i) => matchesPattern(part, texts[i] ?? "")));
}

/** The six parts of an ARN, or `undefined` where there are fewer. */
export function splitArn(arn: string): readonly string[] | undefined {
  const texts = arn.split(":");
  if (texts.length < ARN_PARTS) return undefined;
  return [...texts.slice(0, ARN_PARTS - 1), texts.slice(ARN_PARTS - 1).join(":")];
}

/** A pattern cut at its first five colons. */
function arnParts(pattern: Pattern): Pattern[] {
  const parts: Pattern[] = [];
  let from = 0;
  while (parts.length < ARN_PARTS - 1) {
    const colon = pattern.indexOf(COLON, from);
    if (colon < 0) break;
    parts.push(pattern.slice(from, colon));
    from = colon + 1;
  }
  parts.push(pattern.slice(from));
  return parts;
}
