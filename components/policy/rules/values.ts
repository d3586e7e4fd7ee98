import { isIP } from "node:net";
import { instantOfDate } from "../calendar";
import { parseArn } from "./arn";
import { finding, quoted, type PolicyFinding } from "./finding";
import { isIdentifier } from "./identifiers";
import { typeOfKey } from "./keys";
import type { Operator, OperatorFamily } from "./operators";
import type { Condition, Policy, Statement } from "./policy";
import { everyWildcardHasNeighbours, hasWildcard } from "./wildcards";

/** Values that their operator cannot read. What `aws:PrincipalArn` can be is told by itself. */
export function* unreadableValues({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { operator, values, keyId } of conditions) {
    if (operator.family === "String" || (operator.family === "Arn" && keyId === "aws:principalarn")) continue;
    for (const { path, text } of values) {
      if (text.includes("${") || isReadable(operator, text)) continue;
      const { what, check } = EXAMPLES[operator.family];
      yield finding(
        "InvalidConditionValue",
        path,
        `${quoted(text)} is not what ${quoted(operator.name)} compares: AWS refuses it or it never matches; write ` +
          what,
        check,
      );
    }
  }
}

/** What an operator compares, and the check of Access Analyzer that tells what it does not. */
const EXAMPLES: Readonly<Record<OperatorFamily, { readonly what: string; readonly check?: string }>> = {
  String: { what: "text" },
  Numeric: { what: "a number in digits alone, such as 3600", check: "Type mismatch number" },
  Date: { what: "a date such as 2026-11-23, or 2026-11-23T22:00:00Z with its zone", check: "Type mismatch date" },
  Bool: { what: '"true" or "false"', check: "Type mismatch Boolean" },
  Binary: { what: "Base64" },
  IpAddress: { what: "an address or a range such as 10.0.0.0/16", check: "Type mismatch IP range" },
  Arn: { what: 'an ARN such as "arn:aws:iam::123456789012:role/NAME"' },
  Null: { what: '"true" (the key is absent) or "false"', check: "Type mismatch Boolean" },
};

function isReadable({ family }: Operator, text: string): boolean {
  switch (family) {
    case "Bool":
    case "Null":
      return isBoolean(text, "true") || isBoolean(text, "false");
    case "Numeric":
      return /^-?\d+(?:\.\d+)?$/.test(text);
    case "Date":
      return /^\d+$/.test(text) || instantOfDate(text) !== undefined;
    case "IpAddress":
      return isAddressRange(text);
    case "Arn":
      return (
        text === "*" ||
        (text.trim() === text && (parseArn(text) !== undefined || (hasWildcard(text) && text.startsWith("arn:"))))
      );
    case "String":
    case "Binary":
      return true;
  }
}

function isBoolean(text: string, value: "true" | "false"): boolean {
  return text.toLowerCase() === value;
}

/** Numbers for dates that are not seconds of these decades: a day without its hyphens, milliseconds. */
export function* doubtfulDates({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { operator, values, keyId } of conditions) {
    if (operator.family !== "Date" && !(operator.family === "Numeric" && typeOfKey(keyId) === "Date")) continue;
    for (const { path, text } of values) {
      if (!/^\d+$/.test(text) || text.length === SECONDS_DIGITS) continue;
      const message =
        `${quoted(text)} counts as seconds since 1970, which is ` +
        `${text.length < SECONDS_DIGITS ? "long ago" : "in a far future"}; write a date such as 2026-11-23T22:00:00Z`;
      yield finding("DoubtfulDate", path, message);
    }
  }
}

/** The seconds since 1970 have ten digits from 2001 to 2286. */
const SECONDS_DIGITS = 10;

function isAddressRange(text: string): boolean {
  if (text.length > 64) return false;
  const slash = text.indexOf("/");
  const address = slash < 0 ? text : text.slice(0, slash);
  const bits = slash < 0 ? "0" : text.slice(slash + 1);
  const version = isIP(address);
  return version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

/** Conditions that take both, and so hold wherever there is the key. */
export function* everyBoolean({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { path, key, operator, values } of conditions) {
    if (values.length < 2 || !(operator.family === "Bool" || operator.family === "Null")) continue;
    if (!(["true", "false"] as const).every((value) => values.some(({ text }) => isBoolean(text, value)))) continue;
    yield finding(
      "EveryBoolean",
      path,
      `${quoted(key)} may be "true" and "false" alike, which limits nothing; write one of the two`,
    );
  }
}

/** See https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html ("Considerations"). */
export function* wildcardsThatEndpointsRefuse({ conditions }: Statement, { context }: Policy): Iterable<PolicyFinding> {
  if (context.kind !== "endpoint") return;
  for (const condition of conditions) {
    const { key, operator, values } = condition;
    if (operator.family !== "String" || !operator.wildcards) continue;
    for (const { path, text } of values) {
      if (!hasWildcard(text)) continue;
      if (isIdentifier(condition)) {
        yield finding(
          "WildcardInIdentifier",
          path,
          `${quoted(text)} has a wildcard, which endpoint policies do not take for ${quoted(key)}; write each id in ` +
            "full",
        );
      } else if (!everyWildcardHasNeighbours(text)) {
        const message =
          `${quoted(text)} has a wildcard with fewer than six characters on both of its sides, which endpoint ` +
          "policies do not take; write more of the text, or use an Arn operator for ARNs";
        yield finding("ShortWildcard", path, message);
      }
    }
  }
}

/** Wildcards that an operator takes as the characters themselves. */
export function* wildcardsTakenLiterally({ conditions }: Statement): Iterable<PolicyFinding> {
  for (const { operator, values, keyId } of conditions) {
    if (!takesLiterally(operator, keyId)) continue;
    for (const { path, text } of values) {
      if (!hasWildcard(text) || text.includes("${")) continue;
      const like = operator.negated ? "StringNotLike" : "StringLike";
      const outcome = operator.negated ? "the condition holds for nearly every request" : "nothing matches";
      yield finding(
        "WildcardWithoutLike",
        path,
        `${quoted(text)} is compared character by character by ${quoted(operator.name)}: ${outcome}; write "${like}"`,
      );
    }
  }
}

/** Addresses are no text: how they are compared is told by itself. */
function takesLiterally(operator: Condition["operator"], keyId: string): boolean {
  return operator.family === "String" && !operator.wildcards && typeOfKey(keyId) !== "IPAddress";
}
