import { hasWildcard } from "./rules/wildcards";

/**
 * Whether a part of a statement applies to a request. `unknown` is what cannot be read, and what AWS does not promise:
 * it never helps an Allow to apply, and never keeps a Deny from applying.
 */
export type Match = "yes" | "no" | "unknown";

/** `yes` if all are, `no` if one is: what can be read and does not apply is not outweighed by what cannot be read. */
export function allOf<Item>(items: Iterable<Item>, matches: (item: Item) => Match): Match {
  let all: Match = "yes";
  for (const item of items) {
    const match = matches(item);
    if (match === "no") return "no";
    if (match === "unknown") all = "unknown";
  }
  return all;
}

/** `yes` if one is, `no` if all are. */
export function anyOf<Item>(items: Iterable<Item>, matches: (item: Item) => Match): Match {
  let any: Match = "no";
  for (const item of items) {
    const match = matches(item);
    if (match === "yes") return "yes";
    if (match === "unknown") any = "unknown";
  }
  return any;
}

export function both(one: Match, other: Match): Match {
  return one === "yes" || other === "no" ? other : one;
}

export function not(match: Match): Match {
  if (match === "unknown") return "unknown";
  return match === "yes" ? "no" : "yes";
}

export function matchIf(condition: boolean): Match {
  return condition ? "yes" : "no";
}

/** A text with wildcards: UTF-16 code units, `ANY_CHARACTERS` and `ONE_CHARACTER`; a string where there are none. */
export type Pattern = string | readonly number[];

/** `*`: any number of characters, none included. */
export const ANY_CHARACTERS = -1;
/** `?`: exactly one character. */
export const ONE_CHARACTER = -2;

const ASTERISK = "*".charCodeAt(0);
const QUESTION_MARK = "?".charCodeAt(0);
const COLON = ":".charCodeAt(0);
/** The parts of an ARN: `arn`, partition, service, Region, account and, with all its own colons, the resource. */
const ARN_PARTS = 6;
const SERVICE_PART = 2;
const ACCOUNT_PART = 4;

/** A stretch of a text of a policy: as written, where wildcards count, or put in for a variable, where they do not. */
export interface Piece {
  readonly text: string;
  readonly literal: boolean;
}

/** The pattern that `text` is: its `*` and `?` are wildcards. */
export function patternOf(text: string): Pattern {
  if (!hasWildcard(text)) return text;
  const units: number[] = [];
  for (let i = 0; i < text.length; i++) units.push(unitOf(text.charCodeAt(i)));
  return units;
}

/** The pattern that some pieces are together. */
export function patternOfPieces(pieces: readonly Piece[]): Pattern {
  if (!pieces.some(({ text, literal }) => !literal && hasWildcard(text)))
    return pieces.map(({ text }) => text).join("");
  const units: number[] = [];
  for (const { text, literal } of pieces) {
    for (let i = 0; i < text.length; i++) units.push(literal ? text.charCodeAt(i) : unitOf(text.charCodeAt(i)));
  }
  return units;
}

function unitOf(code: number): number {
  if (code === ASTERISK) return ANY_CHARACTERS;
  return code === QUESTION_MARK ? ONE_CHARACTER : code;
}

/**
 * Whether all of `text` matches, case-sensitively.
 *
 * Only the last `*` is ever extended: what an earlier one could take, the last one can. So there are never more steps
 * than the lengths of pattern and text multiplied, whatever the policy says.
 */
export function matchesPattern(pattern: Pattern, text: string): boolean {
  if (typeof pattern === "string") return pattern === text;
  let at = 0;
  let star = -1;
  let retry = 0;
  for (let i = 0; i < text.length;) {
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

/** The parts of an ARN, however many there are. */
export type ArnText = readonly string[];

/** A pattern of ARNs, cut at its first five colons; a string where it has no wildcards. */
export type ArnPattern = string | readonly Pattern[];

export function arnPatternOf(pattern: Pattern): ArnPattern {
  if (typeof pattern === "string") return pattern;
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

/**
 * Whether a text can stand for resources: it begins with `arn:`, and no wildcard is in the service or reaches it.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html: "You can't use a
 * wildcard in the service segment that identifies the AWS product."
 */
export function namesService(text: string): boolean {
  if (!hasWildcard(text)) return text.startsWith("arn:");
  const service = text.startsWith("arn:") ? partOf(text, SERVICE_PART) : undefined;
  return service !== undefined && !hasWildcard(service);
}

/**
 * Whether the account in an ARN is one, or a wildcard: endpoint policies do not take an account with a wildcard in it.
 *
 * See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Considerations").
 */
export function hasWholeAccount(text: string): boolean {
  if (!hasWildcard(text)) return true;
  const account = partOf(text, ACCOUNT_PART);
  return account === undefined || account === "*" || !hasWildcard(account);
}

/** The part of an ARN with this number, the first being 0, or `undefined` where there are fewer. */
function partOf(text: string, number: number): string | undefined {
  let from = 0;
  for (let i = 0; i < number; i++) {
    const colon = text.indexOf(":", from);
    if (colon < 0) return undefined;
    from = colon + 1;
  }
  const end = text.indexOf(":", from);
  return end < 0 ? text.slice(from) : text.slice(from, end);
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
  return matchesArnText(arnPatternOf(pattern), resource, resource.split(":"));
}

/** The same of a pattern and an ARN that are cut already, as they are compared many times. */
export function matchesArnText(parts: ArnPattern, resource: string, texts: ArnText): boolean {
  if (typeof parts === "string") return parts === resource;
  const last = parts.length - 1;
  let starts: readonly number[] = [0];
  for (let i = 0; i < last; i++) starts = startsAfter(parts[i] as Pattern, starts, texts);
  return starts.some(
    (start) => start < texts.length && matchesPattern(parts[last] as Pattern, texts.slice(start).join(":")),
  );
}

/** Where the next part of an ARN may begin after one that began at one of `starts`, in order. */
function startsAfter(part: Pattern, starts: readonly number[], texts: ArnText): readonly number[] {
  const next: number[] = [];
  for (const start of starts) {
    if (!matchesPattern(part, texts[start] ?? "")) continue;
    next.push(start + 1);
    if (part[part.length - 1] !== ANY_CHARACTERS) continue;
    for (let further = start + 2; further < texts.length; further++) next.push(further);
    // What begins later can take no more than this.
    break;
  }
  return next;
}

/**
 * Whether an ARN matches a pattern part by part, as the ARN condition operators compare. What does not have the parts
 * of an ARN cannot be compared.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html ("Amazon
 * Resource Name (ARN) condition operators").
 */
export function matchesArn(pattern: ArnPattern, arn: string): Match {
  const texts = splitArn(arn);
  const parts = typeof pattern === "string" ? splitArn(pattern) : pattern;
  if (parts === undefined || parts.length < ARN_PARTS || texts === undefined) return "unknown";
  return matchIf(parts.every((part, i) => matchesPattern(part, texts[i] as string)));
}

/** The six parts of an ARN, or `undefined` where there are fewer. */
export function splitArn(arn: string): readonly string[] | undefined {
  const texts = arn.split(":");
  if (texts.length <= ARN_PARTS) return texts.length < ARN_PARTS ? undefined : texts;
  return [...texts.slice(0, ARN_PARTS - 1), texts.slice(ARN_PARTS - 1).join(":")];
}
