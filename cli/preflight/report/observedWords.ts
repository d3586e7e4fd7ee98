import { counted } from "../../words";
import { TELLING_FIELD } from "../facts/flowRecords";
import type { ReadFlowLog, Window } from "../facts/facts";
import { callerText, historyText } from "../seenWords";
import type { FlowsSeen, ObservedReport, RouteTableReport } from "./report";
import { tableText } from "./words";

/** Of principals and of flow logs: more nobody reads. */
const MOST = 40;

/** Who really called, and what cannot be told of it, a line each. */
export function observedLines(
  { calls, flows, missing }: ObservedReport,
  routeTables: readonly RouteTableReport[],
): readonly string[] {
  return [
    ...missing.map(({ permission, message }) => `Not known without ${permission}: ${message}`),
    ...(flows === undefined ? [] : flowLines(flows, routeTables)),
    ...(calls === undefined ? [] : [historyText(calls), ...bounded(calls.callers.map(callerText))]),
  ];
}

function bounded(lines: readonly string[]): readonly string[] {
  const rest = lines.length - MOST;
  return rest > 0 ? [...lines.slice(0, MOST), `and ${rest} more: --json has them`] : lines;
}

function flowLines(flows: FlowsSeen, routeTables: readonly RouteTableReport[]): readonly string[] {
  if (flows.logs.length === 0) return [`No flow log is of this VPC, its subnets or interfaces. ${MAKE_ONE}`];
  const isRead = flows.logs.some(({ outcome }) => outcome === "read");
  const tables = flows.routeTables.map(
    (table) => `${tableText(table.routeTableId, routeTables)}: ${countText(table, flows)}`,
  );
  return [...(isRead ? bounded(tables) : []), ...bounded(flows.logs.flatMap((log) => logText(log) ?? []))];
}

/** "2 really call DynamoDB (flow logs, last 24 h), 3 more may; 4096 bytes" */
function countText({ clients, covered, seen, bytes }: FlowsSeen["routeTables"][number], window: Window): string {
  if (covered === 0) return `no flow log that was read is of ${counted(clients, "possible client")} here`;
  const apart = clients === covered ? "" : `; no flow log is of ${clients - covered} of these`;
  return (
    `${seen} really call${seen === 1 ? "s" : ""} DynamoDB (flow logs, last ${hoursIn(window)} h), ` +
    `${clients - seen} more may${apart}; ${bytes} bytes sent`
  );
}

/** Of a route table, where flow logs have told. */
export function seenText(routeTableId: string, observed: ObservedReport | undefined): string | undefined {
  const flows = observed?.flows;
  const table = flows?.routeTables.find((each) => each.routeTableId === routeTableId);
  return flows === undefined || table === undefined || table.covered === 0 ? undefined : countText(table, flows);
}

function hoursIn({ from, to }: Window): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 3_600_000);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-basics.html: a flow log cannot be changed. */
const MAKE_ONE =
  `Make one with ${TELLING_FIELD}, flow-direction and traffic-path before the roll-out, to CloudWatch Logs, or there ` +
  "will be no before.";

/** What is to be known of a flow log; nothing of one that was read whole. */
function logText({ flowLogId, resourceId, outcome, records, isCut }: ReadFlowLog): string | undefined {
  const name = `${flowLogId} of ${resourceId}`;
  if (outcome === "read")
    return isCut ? `${name} was cut off after ${counted(records, "record")}: ask for fewer hours.` : undefined;
  return `${name}: ${WHY[outcome]}`;
}

const WHY: Readonly<Record<Exclude<ReadFlowLog["outcome"], "read">, string>> = {
  noField:
    `its format lacks ${TELLING_FIELD}, or what says who sent what and when. A flow log cannot gain a field. ` +
    MAKE_ONE,
  elsewhere:
    `its records are not in CloudWatch Logs, where they are looked for: ask for ${TELLING_FIELD} = DYNAMODB where they ` +
    "are, in Athena for example.",
  rejects: `it has only what was refused, and no traffic. ${MAKE_ONE}`,
  noGroup: "its log group is not there: it has no records, or nobody has let it write any.",
};
