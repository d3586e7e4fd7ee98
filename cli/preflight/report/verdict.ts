import { counted } from "../../words";
import { countedBlocker, counts } from "./counts";
import type { RouteTableReport, Verdict, VpcReport } from "./report";
import { suggestedStaging, type Staging } from "./stages";

type Known = Pick<VpcReport, "vpcId" | "direction" | "routeTables" | "findings">;

/** What follows from the findings of a VPC, for people to decide by. */
export function verdictAndStages(known: Known): Staging & { readonly verdict: Verdict } {
  const { vpcId, direction, routeTables, findings } = known;
  // A withdrawal has no order of its own: `throughStage` is lowered.
  const staging = direction === "switch" ? suggestedStaging(routeTables, findings) : { stages: [], leftOut: [] };
  const open = {
    blockers: findings.filter(countedBlocker).length,
    toAcknowledge: findings.filter((finding) => finding.severity === "high" && counts(finding)).length,
    unknown: findings.filter((finding) => finding.severity === "unknown" && counts(finding)).length,
  };
  const [canSwitch, answer] =
    direction === "switch" ? switchAnswer(routeTables, staging, open) : withdrawalAnswer(routeTables, open);
  return {
    ...staging,
    verdict: { canSwitch, ...open, sentence: [`${vpcId} ${answer}`, ...openText(open)].join("; ") },
  };
}

type Open = Pick<Verdict, "blockers" | "toAcknowledge" | "unknown">;

type Answer = readonly [canSwitch: Verdict["canSwitch"], text: string];

function openText({ blockers, toAcknowledge, unknown }: Open): readonly string[] {
  const parts = [
    ...(blockers === 0 ? [] : [counted(blockers, "blocker")]),
    ...(toAcknowledge === 0 ? [] : [`${toAcknowledge} to acknowledge`]),
    ...(unknown === 0 ? [] : [`${unknown} unknown`]),
  ];
  return parts.length === 0 ? [] : [parts.join(", ")];
}

function switchAnswer(
  routeTables: readonly RouteTableReport[],
  { stages, leftOut }: Staging,
  { unknown }: Open,
): Answer {
  if (routeTables.length === 0) return noTables(unknown, "switch");
  const switched = routeTables.filter(({ pathToday }) => pathToday === "endpoint").length;
  if (switched === routeTables.length) return [true, "is switched: all of its route tables are on the endpoint"];
  if (stages.length === 0) return [false, "cannot be switched"];
  const blocked = leftOut.length - switched;
  const how = `in ${counted(stages.length, "stage")}${blocked === 0 ? "" : `, without ${counted(blocked, "route table")}`}`;
  return unknown > 0
    ? ["unknown", `can be switched ${how}, if what is unknown is fine`]
    : [true, `can be switched ${how}`];
}

function withdrawalAnswer(routeTables: readonly RouteTableReport[], { blockers, unknown }: Open): Answer {
  if (routeTables.length === 0) return noTables(unknown, "withdraw");
  if (blockers > 0) return [false, "cannot be withdrawn from the endpoint"];
  return unknown > 0
    ? ["unknown", "can be withdrawn from the endpoint, if what is unknown is fine"]
    : [true, "can be withdrawn from the endpoint"];
}

function noTables(unknown: number, direction: VpcReport["direction"]): Answer {
  return unknown > 0 ? ["unknown", "cannot be seen"] : [false, `has no route table to ${direction}`];
}
