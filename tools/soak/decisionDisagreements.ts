import type { AccessDecision } from "../../policy";
import type { DecisionCase } from "./decisionCases";

/** Where an independent evaluator says something else, and AWS's documents decide. */
export interface KnownDecisionDisagreement {
  readonly name: string;
  readonly reason: string;
  readonly source: string;
  /** Whether it can be what sets the two apart. */
  readonly raisedBy: (given: DecisionCase, ours: AccessDecision) => boolean;
}

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide";

export const DECISION_DISAGREEMENTS: readonly KnownDecisionDisagreement[] = [
  {
    name: "NotPrincipal that lists a part of the caller",
    reason:
      "Where a NotPrincipal lists the account but not the role, or the role but not the account, AWS says that it " +
      "might deny, and does not promise either: unknown here, settled there.",
    source: `${IAM}/reference_policies_elements_notprincipal.html`,
    raisedBy: ({ policies: { tablePolicy = [] } }, ours) =>
      ours.outcome !== "allowed" && tablePolicy.some(({ NotPrincipal }) => NotPrincipal !== undefined),
  },
  {
    name: "a session of the role that calls",
    reason:
      "A policy names one session of the role. The caller is given as the role, and any of its sessions may call: " +
      "unknown here, another principal there.",
    source: `${IAM}/reference_policies_elements_principal.html`,
    raisedBy: ({ request: { caller }, policies: { tablePolicy = [] } }, ours) =>
      ours.outcome !== "allowed" &&
      caller.includes(":role/") &&
      tablePolicy.some(({ Principal, NotPrincipal }) =>
        JSON.stringify([Principal, NotPrincipal]).includes(":assumed-role/"),
      ),
  },
  {
    name: "everyone beyond a boundary",
    reason:
      "What a table's policy allows to everyone is not limited by a boundary where aws:PrincipalArn is in its " +
      "condition. AWS does not say what is without it: unknown here, allowed there.",
    source: `${IAM}/reference_policies_evaluation-logic_policy-eval-denyallow.html`,
    raisedBy: ({ policies: { boundary, tablePolicy = [] } }, ours) =>
      ours.outcome === "unknown" && boundary !== undefined && tablePolicy.some(({ Principal }) => Principal === "*"),
  },
];

/** The names of those that a case raises. */
export function knownDisagreementsIn(given: DecisionCase, ours: AccessDecision): readonly string[] {
  return DECISION_DISAGREEMENTS.filter(({ raisedBy }) => raisedBy(given, ours)).map(({ name }) => name);
}

/** Each known disagreement with the document that decides, and how often it came up. */
export function decisionsText(comparisons: number, known: ReadonlyMap<string, number>): string {
  const count = (name: string): string => String(known.get(name) ?? 0).padStart(8);
  return [
    `@cloud-copilot/iam-simulate: ${comparisons} requests with all their policies; where they differ, how often, and ` +
      "what decides:",
    ...DECISION_DISAGREEMENTS.map(({ name, source }) => `${count(name)}  ${name}: ${source}`),
  ].join("\n");
}
