import type { JsonPatchOperation, NewlyAllowed, PolicyEdit } from "../../../components/policy/access/facts";
import { counted } from "../../words";
import type { AccessReport, FlipShown } from "../report";

/** The report in one sentence. */
export function verdictText({ flips, unknown, vpcId, direction }: AccessReport): string {
  const denied = rolesOf(flips, "blocker");
  const allowed = rolesOf(flips, "medium");
  const open = unknown.length + flips.filter(({ severity }) => severity === "unknown").length;
  const when = direction === "switch" ? "when its traffic is switched" : "when its traffic goes back";
  const said = [
    denied === 0
      ? "nobody is denied what is allowed today"
      : `${counted(denied, "caller")} denied what is allowed today`,
    ...(allowed === 0 ? [] : [`${counted(allowed, "caller")} allowed what is denied today`]),
    ...(open === 0 ? [] : [`${open} unknown`]),
  ];
  return `${vpcId}, ${when}: ${said.join("; ")}`;
}

function rolesOf(flips: readonly FlipShown[], severity: FlipShown["severity"]): number {
  return new Set(flips.flatMap((flip) => (flip.severity === severity ? [flip.caller] : []))).size;
}

/** By what organization policies it was judged. */
export function organizationText({ organization: { id, policies, exportedAt } }: AccessReport): string {
  const name = id === undefined ? "" : ` ${id}`;
  if (policies === "none") return "The account is in no organization.";
  if (policies === "given")
    return `Policies of the organization${name} as exported at ${exportedAt ?? "an unknown time"}.`;
  return `Policies of the organization${name} are not known: --organization brings what \`access export-organization\` wrote.`;
}

/** "by Lambda function orders, ECS service prices" */
export function workloadsText({ workloads, routeTableIds }: FlipShown, most: number): string {
  if (routeTableIds.length === 0) return "from elsewhere";
  if (workloads.length === 0) return "asked for by name";
  const rest = workloads.length - most;
  return `by ${workloads.slice(0, most).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** What an edit allows besides. */
export function newlyAllowedText({ newlyAllows }: PolicyEdit): string {
  if (newlyAllows.length === 0) return "it allows nothing else";
  return `it also allows ${newlyAllows.map(oneText).join("; ")}`;
}

function oneText({ caller, actions, resources, way }: NewlyAllowed): string {
  return `${caller}: ${actions.join(", ")} on ${resources.join(", ")}, ${way === "before" ? "as today" : "on the other way"}`;
}

/** The edits of one policy: what is right during the switch, and what may be afterwards, for each way. */
export interface EditsOfPolicy {
  readonly policy: string;
  readonly during: PolicyEdit;
  readonly afterwards: readonly PolicyEdit[];
}

export function byPolicy(edits: FlipShown["edits"]): readonly EditsOfPolicy[] {
  const nameOf = ({ policy, isPlanned }: FlipShown["edits"][number]): string =>
    isPlanned === true ? `${policy} in the plan` : policy;
  const names = [...new Set(edits.map(nameOf))];
  return names.flatMap((policy) => {
    const own = edits.filter((edit) => nameOf(edit) === policy);
    return own[0] === undefined
      ? []
      : [{ policy, during: own[0].during, afterwards: own.map((edit) => edit.afterwards) }];
  });
}

/** Of several nobody can apply one patch after the other: each is of the document as it is today. */
export function afterwardsText({ during, afterwards }: EditsOfPolicy): string {
  const [only, ...others] = afterwards;
  if (only === undefined) return "";
  if (others.length === 0 && patchText(only.patch) === patchText(during.patch)) return "the same";
  if (others.length === 0) return `${only.words}; ${newlyAllowedText(only)}: ${patchText(only.patch)}`;
  return `${afterwards.map(({ words }) => words).join("; or ")}: each for one way, with its patch in --json`;
}

export function patchText(patch: readonly JsonPatchOperation[]): string {
  return JSON.stringify(patch);
}
