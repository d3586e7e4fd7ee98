import type { Acknowledgement } from "./acknowledgements";
import type { Facts } from "./facts/facts";
import type { PreflightFinding } from "./report/report";
import type { Family, Rule } from "./rules/rule";
import type { Scope } from "./scope";

/** What the rules say of one VPC: the report is made of this and the facts. */
export interface Judged {
  readonly scope: Scope;
  /** In the order of the families and, within one, of the rules; acknowledged ones say so. */
  readonly findings: readonly PreflightFinding[];
  readonly passed: readonly { readonly id: string; readonly family: Family; readonly title: string }[];
}

/** What somebody has answered to findings, and when it is now. */
export interface Answers {
  readonly acknowledgements: readonly Acknowledgement[];
  /** By the id of what is unknown, the reason. */
  readonly acceptedUnknown: ReadonlyMap<string, string>;
  readonly now: Date;
}

/** Runs the rules on what is known. */
export function judge(facts: Facts, scope: Scope, rules: readonly Rule[], answers: Answers): Judged {
  const outcomes = rules
    .filter(({ directions }) => directions.includes(scope.direction))
    .map((rule) => ({ rule, found: rule.judge(facts, scope) }));
  return {
    scope,
    findings: outcomes.flatMap(({ rule: { id, family, reference }, found }) =>
      found.map((each) => {
        const finding = { id, family, ...each, ...(reference !== undefined && { reference }) };
        const acknowledged = acknowledgedIn(finding, answers);
        return { ...finding, ...(acknowledged !== undefined && { acknowledged }) };
      }),
    ),
    passed: outcomes
      .filter(({ found }) => found.length === 0)
      .map(({ rule: { id, family, title } }) => ({ id, family, title })),
  };
}

function acknowledgedIn(finding: PreflightFinding, answers: Answers): PreflightFinding["acknowledged"] {
  if (finding.severity === "unknown") {
    const reason = answers.acceptedUnknown.get(finding.id);
    return reason === undefined ? undefined : { reason };
  }
  const answer = answers.acknowledgements.find((each) => isMeant(each, finding) && !isPast(each, answers.now));
  return answer && { reason: answer.reason, ...(answer.until !== undefined && { until: answer.until }) };
}

/** By the id, and by what it is about: its subject, or a route table that it concerns. */
function isMeant({ id, subject }: Acknowledgement, finding: PreflightFinding): boolean {
  if (id !== finding.id) return false;
  return subject === undefined || subject === finding.subject || finding.routeTableIds.includes(subject);
}

/** A date counts to its end, in UTC. */
function isPast({ until }: Acknowledgement, now: Date): boolean {
  if (until === undefined) return false;
  const end = /^\d{4}-\d\d-\d\d$/.test(until) ? `${until}T23:59:59.999Z` : until;
  return now.getTime() > Date.parse(end);
}

/** Answers that answer nothing, which somebody should know of. */
export function notesOn(
  judged: readonly Judged[],
  { acknowledgements, acceptedUnknown, now }: Answers,
): readonly string[] {
  const findings = judged.flatMap((each) => each.findings);
  const open = findings.filter(({ severity }) => severity !== "unknown");
  return [
    ...acknowledgements.flatMap((each) => {
      const what = `${each.source}: ${each.id}${each.subject === undefined ? "" : ` of ${each.subject}`}`;
      if (!open.some((finding) => isMeant(each, finding)))
        return [`${what} is acknowledged, and nothing is found by it`];
      return isPast(each, now) ? [`${what} was acknowledged until ${each.until ?? ""}: it counts again`] : [];
    }),
    ...[...acceptedUnknown.keys()]
      .filter((id) => !findings.some((finding) => finding.severity === "unknown" && finding.id === id))
      .map((id) => `--accept-unknown: ${id} is accepted, and nothing is unknown by it`),
  ];
}
