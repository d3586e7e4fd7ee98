import { judged } from "../shapes/shapeFindings";
import type { JsonObject, LocatedStatement, PolicyDocument } from "./document";
import { placeFindings } from "./presets";
import {
  allowsThatHoldWithoutTheirKey,
  keysOfTheEndpointItself,
  sourceAddresses,
  sourceVpcArns,
} from "./rules/absentKeys";
import {
  actionsOfStreams,
  allowOfAllOtherActions,
  namesOfNoAction,
  patternsThatAdmitTableActions,
} from "./rules/actions";
import {
  repeatedKeys,
  unknownKeys,
  unknownOperators,
  unsuitableOperators,
  unsuitableSetOperators,
} from "./rules/conditions";
import { duplicateKeys, excessiveLength, meantStatements, readDocument } from "./rules/document";
import type { PolicyFinding } from "./rules/finding";
import { malformedDocument, malformedStatement, unsuitableVersion } from "./rules/grammar";
import { impossibleIdentifiers } from "./rules/identifiers";
import { readStatements, type Policy, type PolicyContext, type Statement } from "./rules/policy";
import { unsuitablePrincipal } from "./rules/principals";
import {
  allowsNoItems,
  contradictions,
  deniesEverything,
  denyOfDescribeEndpoints,
  denyOfReplication,
  denyWithoutOrganization,
  denyThatLocksOutAdministrators,
  denyThatMissesActions,
  missingAllow,
  missingDescribeEndpoints,
  repeatedEntries,
  repeatedStatements,
} from "./rules/reach";
import {
  actionsThatMissTheirResources,
  allowOfAllOtherResources,
  tablesWithoutIndexes,
  unsuitableResources,
} from "./rules/resources";
import {
  doubtfulDates,
  everyBoolean,
  unreadableValues,
  wildcardsTakenLiterally,
  wildcardsThatEndpointsRefuse,
} from "./rules/values";
import { unresolvedVariables } from "./rules/variables";

export {
  POLICY_FINDING_SEVERITIES,
  type PolicyFinding,
  type PolicyFindingCode,
  type PolicySeverity,
} from "./rules/finding";
export { resolvePath, type PolicyPath } from "./rules/path";
export type { PolicyContext } from "./rules/policy";

type PolicyRule = (policy: Policy) => Iterable<PolicyFinding>;
type StatementRule = (statement: Statement, policy: Policy) => Iterable<PolicyFinding>;

const RULES_OF_POLICIES: readonly PolicyRule[] = [
  malformedDocument,
  unsuitableVersion,
  missingAllow,
  allowsNoItems,
  missingDescribeEndpoints,
  repeatedStatements,
  tablesWithoutIndexes,
];

const RULES_OF_STATEMENTS: readonly StatementRule[] = [
  unsuitablePrincipal,
  namesOfNoAction,
  actionsOfStreams,
  allowOfAllOtherActions,
  patternsThatAdmitTableActions,
  unsuitableResources,
  allowOfAllOtherResources,
  actionsThatMissTheirResources,
  unresolvedVariables,
  repeatedEntries,
];

/** Of statements that have any. */
const RULES_OF_CONDITIONS: readonly StatementRule[] = [
  unknownOperators,
  unknownKeys,
  repeatedKeys,
  unsuitableOperators,
  unsuitableSetOperators,
  unreadableValues,
  everyBoolean,
  doubtfulDates,
  impossibleIdentifiers,
  wildcardsThatEndpointsRefuse,
  wildcardsTakenLiterally,
  allowsThatHoldWithoutTheirKey,
  keysOfTheEndpointItself,
  sourceAddresses,
  sourceVpcArns,
  denyWithoutOrganization,
  contradictions,
];

/** Of statements that deny. */
const RULES_OF_DENIES: readonly StatementRule[] = [
  deniesEverything,
  denyThatMissesActions,
  denyThatLocksOutAdministrators,
  denyOfDescribeEndpoints,
  denyOfReplication,
];

/**
 * Everything that is wrong with a policy, or seldom meant, where it takes effect as `context` says.
 *
 * Pure, and never throws, whatever `document` is; a `context` that cannot be is an error. Findings about the document
 * come first, then those of each statement in their order, and the same document always yields the same ones.
 * docs/policy-findings.md explains their codes.
 */
export function validatePolicy(document: string | PolicyDocument, context: PolicyContext): readonly PolicyFinding[] {
  const misplaced = [
    ...judged("PolicyContext", context, (given) => placeFindings("context", given), {
      path: "context.",
      whole: "context",
    }),
  ];
  if (misplaced.length > 0)
    throw new Error(
      [
        "the policy cannot be validated",
        ...misplaced.map(({ path, message, suggestion }) => `  ${path}: ${message}; ${suggestion}`),
      ].join("\n"),
    );
  const read = readDocument(document);
  if ("problem" in read)
    return [
      read.problem,
      ...findingsInStatements(read.statements, { document: {}, context, statements: readStatements(read.statements) }),
    ];
  const located = meantStatements(read.document);
  const policy: Policy = { document: read.document, context, statements: readStatements(located) };
  return [...findingsInDocument(read.text, policy), ...findingsInStatements(located, policy)];
}

/** The rules among these that can tell why AWS takes no document. */
const RULES_OF_REFUSALS: ReadonlySet<PolicyRule | StatementRule> = new Set<PolicyRule | StatementRule>([
  ...[malformedDocument, unsuitableVersion, repeatedStatements],
  ...[unsuitablePrincipal, namesOfNoAction, unsuitableResources],
  ...[
    unknownOperators,
    unknownKeys,
    repeatedKeys,
    unsuitableOperators,
    impossibleIdentifiers,
    wildcardsThatEndpointsRefuse,
  ],
]);

/**
 * What the rules find that can tell why AWS takes no document, but for those of its text, one finding after the other
 * in their order: whoever wants the first refusal, asks no further.
 */
export function* refusals(document: JsonObject, context: PolicyContext): Iterable<PolicyFinding> {
  const located = meantStatements(document);
  const policy: Policy = { document, context, statements: readStatements(located) };
  for (const rule of RULES_OF_POLICIES) if (RULES_OF_REFUSALS.has(rule)) yield* rule(policy);
  for (const statement of located) yield* malformedStatement(statement, context);
  for (const statement of policy.statements) {
    for (const rules of rulesFor(statement))
      for (const rule of rules) if (RULES_OF_REFUSALS.has(rule)) yield* rule(statement, policy);
  }
}

/** Of statements that do not stand where they belong, nothing is said as a whole: it would have no place. */
function findingsInDocument(text: string, policy: Policy): readonly PolicyFinding[] {
  const placed = policy.document.Statement === undefined ? { ...policy, statements: [] } : policy;
  const findings: PolicyFinding[] = [];
  add(findings, duplicateKeys(text, policy.document));
  add(findings, excessiveLength(text, policy.context));
  for (const rule of RULES_OF_POLICIES) add(findings, rule(placed));
  return findings;
}

function findingsInStatements(located: readonly LocatedStatement[], policy: Policy): readonly PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  for (const statement of located) add(findings, malformedStatement(statement, policy.context));
  for (const statement of policy.statements) {
    for (const rules of rulesFor(statement)) for (const rule of rules) add(findings, rule(statement, policy));
  }
  return findings;
}

/** To ask a rule takes longer than its answer that there is nothing to say. */
function rulesFor({ element, effect }: Statement): readonly (readonly StatementRule[])[] {
  const rules = [RULES_OF_STATEMENTS];
  if (element.Condition !== undefined) rules.push(RULES_OF_CONDITIONS);
  if (effect === "Deny") rules.push(RULES_OF_DENIES);
  return rules;
}

function add(findings: PolicyFinding[], found: Iterable<PolicyFinding>): void {
  for (const finding of found) findings.push(finding);
}
