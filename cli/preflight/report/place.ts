import { anchorsFor } from "../../page/markup";
import { inWalkingOrder } from "./counts";
import type { PreflightFinding, VpcReport } from "./report";

/** A VPC, and where on a page its things are. */
export interface Place {
  readonly vpc: VpcReport;
  readonly id: string;
  /** In the order in which they are shown. */
  readonly findings: readonly PlacedFinding[];
  /** Route table id → its anchor. */
  readonly tables: ReadonlyMap<string, string>;
}

export interface PlacedFinding {
  readonly finding: PreflightFinding;
  readonly anchor: string;
}

/** The same for the same report, so that an address into a page can be passed on. */
export function placesOf(vpcs: readonly VpcReport[]): readonly Place[] {
  const ids = anchorsFor(vpcs.map(({ vpcId }) => `vpc ${vpcId}`));
  const findings = vpcs.map((vpc) => inWalkingOrder(vpc.findings));
  const findingAnchors = anchorsFor(findings.flat().map(({ id, subject }) => `finding ${id} ${subject}`)).values();
  const tableAnchors = anchorsFor(
    vpcs.flatMap(({ routeTables }) => routeTables.map(({ routeTableId }) => `table ${routeTableId}`)),
  ).values();
  const next = (anchors: IterableIterator<string>): string => String(anchors.next().value);
  return vpcs.map((vpc, i) => ({
    vpc,
    id: ids[i] ?? "",
    findings: (findings[i] ?? []).map((finding) => ({ finding, anchor: next(findingAnchors) })),
    tables: new Map(vpc.routeTables.map(({ routeTableId }) => [routeTableId, next(tableAnchors)])),
  }));
}
