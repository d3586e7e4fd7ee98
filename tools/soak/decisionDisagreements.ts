import type { PolicyStatement } from "../../components/policy/document";
import type { DecisionCase, DecisionPolicies } from "./decisionCases";
import { conditionsOf } from "./policiesDisagreements";

/** Where an independent evaluator says something else, and AWS's documents decide: what in a statement raises it. */
export interface KnownDecisionDisagreement {
  readonly name: string;
  readonly reason: string;
  readonly source: string;
  readonly raisedBy: (statement: PolicyStatement, given: DecisionCase, isOfEndpoint: boolean) => boolean;
}

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

export const DECISION_DISAGREEMENTS: readonly KnownDecisionDisagreement[] = [
  {
    name: "NotPrincipal that lists a part of the caller",
    reason:
      "Where a NotPrincipal lists the account but not the role, or the role but not the account, AWS says that it " +
      "might deny, and does not promise either: unknown here, settled there.",
    source: `${IAM}/reference_policies_elements_notprincipal.html`,
    raisedBy: ({ NotPrincipal }) => NotPrincipal !== undefined,
  },
  {
    name: "a session of the role that calls",
    reason:
      "A policy names one session of the role. The caller is given as the role, and any of its sessions may call: " +
      "unknown here, another principal there.",
    source: `${IAM}/reference_policies_elements_principal.html`,
    raisedBy: ({ Principal }, { request }) =>
      request.caller.includes(":role/") && JSON.stringify(Principal ?? "").includes(":assumed-role/"),
  },
  {
    name: "everyone beyond a boundary",
    reason:
      "What a table's policy allows to everyone is not limited by a boundary where aws:PrincipalArn is in its " +
      "condition. AWS does not say what is without it: unknown here, allowed there.",
    source: `${IAM}/reference_policies_evaluation-logic_policy-eval-denyallow.html`,
    raisedBy: ({ Effect, Principal }, { policies: { boundary, tablePolicy = [] } }) =>
      Effect === "Allow" &&
      Principal === "*" &&
      boundary !== undefined &&
      tablePolicy.some((each) => each.Effect === "Allow" && each.Principal === "*"),
  },
  {
    name: "an operator that does not fit its key",
    reason:
      "AWS's validation calls it an error (type mismatch), and nobody says what it does: all of such a document is " +
      "unknown here.",
    source: `${IAM}/access-analyzer-reference-policy-checks.html`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(({ operator, key }) => key === "aws:sourcevpc" && !operator.includes("String")),
  },
  {
    name: "a value that is none of its operator's",
    reason:
      "AWS's validation calls it an error, and nobody says what it compares as: unknown here, another value there.",
    source: `${IAM}/access-analyzer-reference-policy-checks.html`,
    raisedBy: (statement) =>
      conditionsOf(statement).some(
        ({ operator, values }) =>
          operator === "BinaryEquals" || values.some((each) => each === "perhaps" || each === "many"),
      ),
  },
  {
    name: "a part of an account in an ARN, in the policy of an endpoint",
    reason: "Such a policy takes an account or a wildcard, not both: all of it is unknown here.",
    source: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    raisedBy: (statement, _given, isOfEndpoint) =>
      isOfEndpoint &&
      conditionsOf(statement).some(({ values }) => values.some((each) => String(each).includes("1111*"))),
  },
  {
    name: "a variable that the request lacks in NotResource",
    reason: 'It "might cause the entire statement to be invalid": not promised, so a Deny applies.',
    source: `${IAM}/reference_policies_variables.html`,
    raisedBy: ({ NotResource = [] }, { policies: { tags } }) =>
      tags.team === undefined && JSON.stringify(NotResource).includes("${aws:PrincipalTag/team}"),
  },
];

/** What has no part in any decision, in place of a statement: a policy without one is none. */
const INERT: PolicyStatement = { Effect: "Deny", Action: "s3:GetObject", Resource: "*" };

/** The names of those that a case raises, and the case without the statements that raise them. */
export function withoutKnownDisagreements(given: DecisionCase): {
  readonly names: readonly string[];
  readonly rest: DecisionCase;
} {
  const names = new Set<string>();
  const withoutIn = (statement: PolicyStatement, isOfEndpoint: boolean): PolicyStatement => {
    const raised = DECISION_DISAGREEMENTS.filter(({ raisedBy }) => raisedBy(statement, given, isOfEndpoint));
    for (const { name } of raised) names.add(name);
    const hasPrincipal = statement.Principal !== undefined || statement.NotPrincipal !== undefined;
    return raised.length === 0 ? statement : { ...INERT, ...(hasPrincipal && { Principal: "*" }) };
  };
  const without = (statement: PolicyStatement): PolicyStatement => withoutIn(statement, false);
  const { identity, boundary, serviceControl, resourceControl, tablePolicy, endpointPolicy } = given.policies;
  const policies: DecisionPolicies = {
    ...given.policies,
    identity: identity.map(without),
    boundary: boundary?.map(without),
    serviceControl: serviceControl.map((level) => level.map(without)),
    resourceControl: resourceControl.map((level) => level.map(without)),
    tablePolicy: tablePolicy?.map(without),
    endpointPolicy: endpointPolicy.map((each) => withoutIn(each, true)),
  };
  return { names: [...names], rest: { ...given, policies } };
}

/** Each known disagreement with the document that decides, and how often it came up. */
export function decisionsText(comparisons: number, known: ReadonlyMap<string, number>): string {
  const count = (name: string): string => String(known.get(name) ?? 0).padStart(8);
  return [
    `@cloud-copilot/iam-simulate: ${comparisons} requests with all their policies; where they differ, what raises it ` +
      "and how often, and what decides. Without it they agree:",
    ...DECISION_DISAGREEMENTS.map(({ name, source }) => `${count(name)}  ${name}: ${source}`),
  ].join("\n");
}
