import { SEVERITIES, type Severity } from "../../finding";
import { FAMILIES } from "../rules/rule";
import type { PreflightFinding, RouteTableReport, VpcReport } from "./report";

/** Interfaces that call DynamoDB, or may. */
export function possibleClients({ clients }: Pick<RouteTableReport, "clients">): number {
  return clients
    .filter(({ callsDynamoDb }) => callsDynamoDb !== "no")
    .reduce((sum, { interfaces }) => sum + interfaces, 0);
}

/** Interfaces that flow logs have seen sending packets to DynamoDB. */
export function seenClients({ clients }: Pick<RouteTableReport, "clients">): number {
  return clients
    .filter(({ callsDynamoDb }) => callsDynamoDb === "seen")
    .reduce((sum, { interfaces }) => sum + interfaces, 0);
}

/** What somebody has acknowledged does not count, and stays in the report. */
export function counts({ acknowledged }: PreflightFinding): boolean {
  return acknowledged === undefined;
}

export function countedBlocker(finding: PreflightFinding): boolean {
  return finding.severity === "blocker" && counts(finding);
}

/** The worst first; what is unknown may be the worst. */
const WORST_FIRST: readonly (Severity | "unknown")[] = ["blocker", "unknown", ...SEVERITIES.slice(1)];

/** In the order in which a support engineer walks, the worst of a family first, what is acknowledged last. */
export function inWalkingOrder(findings: readonly PreflightFinding[]): readonly PreflightFinding[] {
  const rank = (finding: PreflightFinding): number =>
    FAMILIES.indexOf(finding.family) * 100 + (counts(finding) ? 0 : 50) + WORST_FIRST.indexOf(finding.severity);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** What can be switched now, then what has to be looked into, then what takes work; of these what costs most. */
export function byWhatToDoFirst(vpcs: readonly VpcReport[]): readonly VpcReport[] {
  const rank = ({ verdict, stages }: VpcReport): number => {
    if (verdict.canSwitch === true) return stages.length === 0 ? 3 : 0;
    return verdict.canSwitch === "unknown" ? 1 : 2;
  };
  return [...vpcs].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      a.verdict.blockers - b.verdict.blockers ||
      (hourlyUsd(b) ?? 0) - (hourlyUsd(a) ?? 0) ||
      clientsOf(b) - clientsOf(a) ||
      (placeOf(a) < placeOf(b) ? -1 : 1),
  );
}

/** Possible clients of all its route tables. */
export function clientsOf({ routeTables }: Pick<VpcReport, "routeTables">): number {
  return routeTables.reduce((sum, table) => sum + possibleClients(table), 0);
}

export function interfacesOf({ routeTables }: Pick<VpcReport, "routeTables">): number {
  return routeTables.flatMap(({ clients }) => clients).reduce((sum, { interfaces }) => sum + interfaces, 0);
}

/** What its NAT gateways cost, as far as that is known. */
export function hourlyUsd({ natGateways }: Pick<VpcReport, "natGateways">): number | undefined {
  const known = natGateways.flatMap(({ usdPerHour }) => (usdPerHour === undefined ? [] : [usdPerHour]));
  return known.length === 0 ? undefined : known.reduce((sum, each) => sum + each, 0);
}

function placeOf({ account, region, vpcId }: VpcReport): string {
  return `${account} ${region} ${vpcId}`;
}
