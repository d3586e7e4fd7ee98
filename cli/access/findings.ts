import type { AccessDecision, AccessFlip, AccessPolicyKind } from "../../components/policy/access/facts";
import { partitionOf } from "../../components/policy/regions";
import type { Finding } from "../finding";
import { listed } from "../preflight/network";
import { OF_A_CHECK } from "./callers";
import type { Scope } from "../preflight/scope";
import type { FlipShown } from "./report";

const LOGIC = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html";

const KINDS: Readonly<Record<AccessPolicyKind, string>> = {
  identity: "identity policy",
  boundary: "permissions boundary",
  session: "session policy",
  table: "resource policy",
  endpoint: "endpoint policy",
  serviceControl: "service control policy",
  resourceControl: "resource control policy",
};

export function arnOfTable({ account, region }: Scope, name: string): string {
  return `arn:${partitionOf(region)}:dynamodb:${region}:${account}:table/${name}`;
}

/** "the service control policy perimeter (p-1): Statement[1] (NetworkPerimeter)" */
export function whyText({ by, notAllowedBy, outcome, dependsOn }: AccessDecision): string {
  if (by !== undefined && outcome !== "unknown") {
    const sid = by.sid === undefined ? "" : ` (${by.sid})`;
    const kind = by.policy.includes(KINDS[by.kind]) ? "" : `${KINDS[by.kind]} `;
    return `${outcome === "denied" ? "denied" : "allowed"} by the ${kind}${by.policy}: ${by.path}${sid}`;
  }
  if (notAllowedBy !== undefined) return `no ${KINDS[notAllowedBy]} allows it`;
  return outcome === "unknown" ? `it depends on ${dependsOn.join(", ")}` : outcome;
}

/** Denied where it was allowed is what stops a switch; allowed where it was denied is to be known. */
export function flipFinding(
  { caller, actions, resources, before, after, edits }: AccessFlip,
  { routeTableIds, workloads }: Pick<FlipShown, "routeTableIds" | "workloads">,
): FlipShown {
  const isOfCheck = workloads.length > 0 && workloads.every((workload) => workload.endsWith(OF_A_CHECK));
  const severity = isOfCheck ? "info" : severityOf(before.outcome, after.outcome);
  const denying = severity === "blocker" ? after : before;
  return {
    id: (denying.by?.kind ?? denying.notAllowedBy) === "endpoint" ? "P2" : "P1",
    severity,
    subject: caller,
    message: messageOf(actions, resources, before, after),
    evidence: [`today ${whyText(before)}`, `then ${whyText(after)}`],
    remedy: edits.length > 0 ? edits.map(({ during }) => during.words).join("; and ") : REMEDIES[severity],
    reference: LOGIC,
    routeTableIds,
    caller,
    workloads,
    actions,
    resources,
    before,
    after,
    edits,
  };
}

type FlipSeverity = "blocker" | "medium" | "unknown" | "info";

const REMEDIES: Readonly<Record<FlipSeverity, string>> = {
  blocker: "No small edit keeps both ways allowed: look at the policy that denies, with whoever owns it.",
  medium: "Look whether that is meant.",
  unknown: "Look at the statements that ask for what is not known.",
  info: "Nothing: by that the function of a reconnection check tells which way its requests take.",
};

function severityOf(before: AccessDecision["outcome"], after: AccessDecision["outcome"]): FlipSeverity {
  if (before === "unknown" || after === "unknown") return "unknown";
  return after === "denied" ? "blocker" : "medium";
}

const MOST_CALLERS = 10;

/** What flips of one caller for the same reasons, together: tables, indexes and backups have actions of their own. */
export function alikeFlips(flips: readonly FlipShown[]): readonly FlipShown[] {
  const groups = new Map<string, FlipShown>();
  for (const flip of flips) {
    const { id, caller, severity, evidence, edits, routeTableIds } = flip;
    const key = JSON.stringify([id, caller, severity, evidence, edits, routeTableIds]);
    const known = groups.get(key);
    groups.set(key, known === undefined ? flip : joined(known, flip));
  }
  return [...groups.values()];
}

function joined(one: FlipShown, other: FlipShown): FlipShown {
  const actions = [...new Set([...one.actions, ...other.actions])].sort();
  const resources = [...new Set([...one.resources, ...other.resources])].sort();
  return { ...one, actions, resources, message: messageOf(actions, resources, one.before, one.after) };
}

function messageOf(
  actions: readonly string[],
  resources: readonly string[],
  before: AccessDecision,
  after: AccessDecision,
): string {
  const short = resources.map((arn) => arn.split(":").slice(5).join(":") || arn);
  const tablesFirst = [...short].sort((one, other) => placeOf(one) - placeOf(other));
  const usualFirst = [...actions].sort((one, other) => usualness(one) - usualness(other));
  return `${listed(usualFirst, 5)} on ${listed(tablesFirst, 5)}: ${before.outcome} today, ${after.outcome} on the other way.`;
}

/** Tables, then what lies below them, then what has no name of a table. */
function placeOf(resource: string): number {
  const parts = resource.split("/");
  return parts[0] === "table" ? parts.length : parts.length + 10;
}

/** What programs call most. */
const USUAL = [
  ...["GetItem", "Query", "PutItem", "UpdateItem", "Scan", "DeleteItem", "BatchGetItem", "BatchWriteItem"],
  ...["ConditionCheckItem", "DescribeTable"],
];

function usualness(action: string): number {
  const place = USUAL.indexOf(action.split(":")[1] ?? "");
  return place < 0 ? USUAL.length : place;
}

const LOOK = "Look at the statements that ask for it, or accept it by name with --accept-unknown.";

/** By the beginning of what is not known. */
const REMEDIES_OF_UNKNOWN: readonly (readonly [beginning: string, remedy: string])[] = [
  [
    "organization policies of",
    "Export them in the management account, `dynamodb-endpoint access export-organization > org.json`, and give them " +
      "to `dynamodb-endpoint access --organization org.json`; or accept it by name with --accept-unknown.",
  ],
  ["resource policies of", "Name the tables that matter with --tables, or accept it by name with --accept-unknown."],
  [
    "resource policy of table",
    "Ask its account for it, and give it with --plan; where that account lets this one read it, name the table's ARN " +
      "with --tables.",
  ],
  ["session policies of", "Ask whoever takes these roles for the session policies that they pass."],
  ["the policies of", "Ask the account of this role for them."],
];

export function unknownFinding(dependsOn: string, callers: readonly string[]): Finding {
  return {
    id: "P1",
    severity: "unknown",
    subject: dependsOn,
    message: `Whether permissions flip depends on ${dependsOn}, which is not known.`,
    evidence: callers.length > MOST_CALLERS ? [listed(callers, MOST_CALLERS)] : callers,
    remedy: REMEDIES_OF_UNKNOWN.find(([beginning]) => dependsOn.startsWith(beginning))?.[1] ?? LOOK,
    reference: LOGIC,
  };
}

export function missingFinding({ vpcId }: Scope, permissions: readonly string[]): Finding {
  const distinct = [...new Set(permissions)].sort();
  return {
    id: "P1",
    severity: "unknown",
    subject: vpcId,
    message: "Who calls from these subnets, and by which policies, is not wholly known.",
    evidence: distinct,
    remedy: `Allow ${distinct.join(", ")}, or accept it by name with --accept-unknown.`,
  };
}
