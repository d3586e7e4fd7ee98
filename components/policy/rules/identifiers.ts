import { callerArnProblem, isRootUser, principalProblem, type CallerArnProblem } from "../callerArns";
import {
  accountIdProblem,
  organizationIdProblem,
  organizationPathProblem,
  vpcEndpointIdProblem,
  vpcIdProblem,
} from "../ids";
import { KNOWN_REGIONS } from "../knownRegions";
import { matchesPattern, patternOf } from "../matching";
import type { Problem } from "../problem";
import { regionProblem } from "../regions";
import { parseArn } from "./arn";
import { finding, quoted, type PolicyFinding } from "./finding";
import type { Operator } from "./operators";
import { partitionIn, type Condition, type Entry, type Policy, type PolicyContext, type Statement } from "./policy";
import { didYouMean } from "./suggestion";
import { hasWildcard } from "./wildcards";

/** What the values of a key are that AWS makes up. */
interface Identifier {
  readonly problem: (value: string) => Problem | undefined;
  /** What a pattern for some can be. */
  readonly pattern: RegExp;
  /** The check of Access Analyzer that tells what is none. */
  readonly check?: string;
}

const IDENTIFIERS: ReadonlyMap<string, Identifier> = new Map(
  (
    [
      [
        "aws:SourceVpce",
        {
          problem: vpcEndpointIdProblem,
          pattern: /^(?:vpce-|(?:v|vp|vpc|vpce)?[*?])[0-9a-f*?-]*$/,
          check: "Invalid vpce format",
        },
      ],
      ...["aws:SourceVpc", "aws:Ec2InstanceSourceVpc"].map(
        (key) =>
          [
            key,
            { problem: vpcIdProblem, pattern: /^(?:vpc-|(?:v|vp|vpc)?[*?])[0-9a-f*?-]*$/, check: "Invalid vpc format" },
          ] as const,
      ),
      ...["Principal", "Resource", "Source", "Vpce"].map(
        (whose) => [`aws:${whose}Account`, { problem: accountIdProblem, pattern: /^[\d*?]*$/ }] as const,
      ),
      ...["Principal", "Resource", "Source", "Vpce"].map(
        (whose) =>
          [`aws:${whose}OrgID`, { problem: organizationIdProblem, pattern: /^(?:o-|o?[*?])[a-z0-9*?-]*$/ }] as const,
      ),
    ] satisfies readonly (readonly [string, Identifier])[]
  ).map(([key, identifier]) => [key.toLowerCase(), identifier]),
);

/** Paths may have wildcards in endpoint policies too; those that begin with one can match. */
const ORGANIZATION_PATHS: Identifier = { problem: organizationPathProblem, pattern: /^o?[*?]/ };

/** Whether the key of a condition has ids for values: of accounts, VPCs, endpoints, organizations. */
export function isIdentifier({ keyId }: Condition): boolean {
  return IDENTIFIERS.has(keyId);
}

/**
 * Values that the key never has: the id of a VPC for that of an endpoint, a session's ARN for a role's, a Region that
 * is none.
 */
export function* impossibleIdentifiers(statement: Statement, { context }: Policy): Iterable<PolicyFinding> {
  for (const condition of statement.conditions) {
    const { keyId, operator, values } = condition;
    if (keyId === "aws:principalarn") {
      for (const entry of values) yield* unsuitableCaller(entry, condition, statement, context);
    } else if (operator.family === "String") {
      const judge = JUDGES.get(keyId) ?? unsuitableIdentifier;
      for (const entry of values) if (!entry.text.includes("${")) yield* judge(entry, condition);
    }
  }
}

/** Keys whose values are no ids, but some that are known. */
const JUDGES: ReadonlyMap<string, (entry: Entry, condition: Condition) => Iterable<PolicyFinding>> = new Map([
  ["aws:requestedregion", unsuitableRegion],
  ["aws:principaltype", unsuitableType],
]);

function* unsuitableIdentifier(entry: Entry, condition: Condition): Iterable<PolicyFinding> {
  const { key, keyId, operator } = condition;
  const text = comparedText(entry, operator);
  const identifier = keyId.endsWith("orgpaths") ? ORGANIZATION_PATHS : IDENTIFIERS.get(keyId);
  const problem = identifier === undefined ? undefined : problemOf(identifier, operator, text);
  if (problem !== undefined) yield neverTheValue(entry, key, operator, problem, identifier?.check);
}

function problemOf({ problem, pattern }: Identifier, operator: Operator, text: string): Problem | undefined {
  return operator.wildcards && hasWildcard(text) && pattern.test(text) ? undefined : problem(text);
}

function comparedText({ text }: Entry, { name }: Operator): string {
  return name.endsWith("IgnoreCase") ? text.toLowerCase() : text;
}

function* unsuitableRegion(entry: Entry, { key, operator }: Condition): Iterable<PolicyFinding> {
  const text = comparedText(entry, operator);
  if (hasWildcard(text)) return;
  const problem = regionProblem(text);
  if (problem !== undefined) yield neverTheValue(entry, key, operator, problem);
  else if (!KNOWN_REGIONS.includes(text)) yield finding("UnknownRegion", entry.path, unknownRegion(text), "");
}

/** See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html ("Principal key values"). */
const PRINCIPAL_TYPES = ["Account", "User", "FederatedUser", "AssumedRole", "Anonymous"];

function* unsuitableType(entry: Entry, { key, operator }: Condition): Iterable<PolicyFinding> {
  const { text } = entry;
  const written = operator.wildcards ? patternOf(text) : comparedText(entry, operator);
  const types = operator.name.endsWith("IgnoreCase")
    ? PRINCIPAL_TYPES.map((type) => type.toLowerCase())
    : PRINCIPAL_TYPES;
  if (types.some((type) => matchesPattern(written, type))) return;
  const problem = {
    message: `${quoted(text)} is no type of principal`,
    suggestion: `write one of ${PRINCIPAL_TYPES.join(", ")}${didYouMean(text, PRINCIPAL_TYPES)}`,
  };
  yield neverTheValue(entry, key, operator, problem);
}

/** What to say of a Region that has the form of one and is not known. */
export function unknownRegion(region: string): string {
  return (
    `${quoted(region)} is no Region that is known: nothing matches unless it is newer than this package; check its ` +
    "name"
  );
}

function neverTheValue(
  { path, text }: Entry,
  key: string,
  operator: Operator,
  problem: Problem,
  check?: string,
): PolicyFinding {
  const reason = problem.message.startsWith('"') ? problem.message : `${quoted(text)} ${problem.message}`;
  const outcome = operator.negated ? "the condition holds for every request" : "the condition never holds";
  return finding(
    "WrongIdentifier",
    path,
    `${reason}, and is never the value of ${quoted(key)}: ${outcome}; ${problem.suggestion}`,
    check,
  );
}

/** A value of `aws:PrincipalArn` that no caller has, or more callers than it seems. */
function* unsuitableCaller(
  entry: Entry,
  condition: Condition,
  statement: Statement,
  context: PolicyContext,
): Iterable<PolicyFinding> {
  const { key, operator } = condition;
  if (operator.family !== "Arn" && operator.family !== "String") return;
  // What has wildcards under an operator that takes them literally is told as that.
  if (!operator.wildcards && hasWildcard(entry.text)) return;
  const problem = callerProblem(entry, condition, statement, context);
  if (problem === undefined) return;
  if (problem.matchesNobody) yield neverTheValue(entry, key, operator, problem);
  else if (context.kind === "endpoint" && isPartialAccount(entry)) {
    yield finding(
      "PartialAccount",
      entry.path,
      `${problem.message}, and endpoint policies take an account ID or a wildcard, not both; ${problem.suggestion}`,
    );
  } else
    yield finding(
      "DoubtfulPrincipal",
      entry.path,
      `${problem.message} (seldom what is meant in ${quoted(key)}); ${problem.suggestion}`,
    );
}

function callerProblem(
  { text }: Entry,
  { operator }: Condition,
  { effect }: Statement,
  context: PolicyContext,
): CallerArnProblem | undefined {
  const place = { partition: partitionIn(context), accountsIn: "aws:PrincipalAccount" };
  const arn = text.replace(/\$\{[^}]*\}?/g, "*");
  if (isRootUser(arn))
    return (effect === "Allow") === operator.negated ? callerArnProblem(arn, place) : principalProblem(arn, place);
  const problem = callerArnProblem(arn, place);
  // As text a pattern can match without being an ARN.
  if (problem?.matchesNobody !== true || operator.family === "Arn" || !hasWildcard(arn) || parseArn(arn) !== undefined)
    return problem;
  return {
    ...problem,
    message: `${quoted(text)} is compared as text, and is no ARN of a role or user`,
    matchesNobody: false,
  };
}

function isPartialAccount({ text }: Entry): boolean {
  const account = parseArn(text)?.account ?? "";
  return /\d/.test(account) && hasWildcard(account);
}
