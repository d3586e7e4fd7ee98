import assert from "node:assert/strict";
import type { ApiCall } from "../../lab/cloud/frontDoor";
import type { Lab } from "../../lab/lab";
import type { CheckReport, ProbeEvent } from "../../components/check/probe/report";
import type { CheckedNetwork } from "../rehearsal/network";
import type { CheckedRollout } from "./checkedRollouts";

/** What happened to one route table, by the lab's own log; times as in `ApiCall`. */
interface Happening {
  readonly table: string;
  readonly vpcEndpointId: string;
  readonly at: number;
  readonly answeredAt: number;
}

/** An association that was made or removed. */
interface RouteChange extends Happening {
  readonly isSwitch: boolean;
}

/** A gate that passed. */
interface Proof extends Happening {
  readonly report: CheckReport;
}

/**
 * Throws where a route table was switched while one of an earlier stage was not switched, or checked and not proven: by
 * what the lab was asked and answered, and by the traffic that it saw. The answer is how often that could have been.
 */
export function requireProvenStages(
  lab: Lab,
  net: CheckedNetwork,
  stages: CheckedRollout["stages"],
  mark: number,
): number {
  const calls = lab.cloud
    .callsSince(mark)
    .filter(({ error, answeredAt }) => error === undefined && answeredAt !== undefined);
  const changes = calls.flatMap((call) => routeChangesIn(call, net));
  const endpoints = changes.map(({ vpcEndpointId }) => vpcEndpointId);
  const proofs = calls.flatMap(proofsIn).filter(({ vpcEndpointId }) => endpoints.includes(vpcEndpointId));
  for (const proof of proofs) requireTraffic(lab, net, proof);
  let judged = 0;
  for (const [k, tables] of stages.entries()) {
    const earlier = stages.slice(0, k).flat();
    for (const change of changes.filter(
      ({ isSwitch, table }) => isSwitch && tables.some(({ name }) => name === table),
    )) {
      for (const { name, isChecked } of earlier) requireProven(change, name, changes, isChecked ? proofs : undefined);
      judged += earlier.filter(({ isChecked }) => isChecked).length;
    }
  }
  return judged;
}

/** `proofs` is absent where none is asked for. */
function requireProven(
  next: RouteChange,
  table: string,
  changes: readonly RouteChange[],
  proofs: readonly Proof[] | undefined,
): void {
  const what = `${next.table} was switched while ${table}, of an earlier stage,`;
  const inForce = changes.filter((change) => change.table === table && change.answeredAt <= next.at).at(-1);
  assert.ok(inForce?.isSwitch && inForce.vpcEndpointId === next.vpcEndpointId, `${what} was not switched`);
  if (proofs === undefined) return;
  const isProven = proofs.some(
    (proof) =>
      proof.table === table &&
      proof.vpcEndpointId === next.vpcEndpointId &&
      inForce.answeredAt <= proof.at &&
      proof.answeredAt <= next.at,
  );
  assert.ok(isProven, `${what} was not proven`);
}

/** A gate that passed has had its requests allowed through the endpoint, from the checked subnet. */
function requireTraffic(lab: Lab, net: CheckedNetwork, { table, vpcEndpointId, at, answeredAt, report }: Proof): void {
  const through = lab.traffic.requests.filter(
    (request) =>
      request.subnetId === net.subnets[table] &&
      request.operation === "DescribeTable" &&
      request.errorCode === undefined &&
      request.vpcEndpointId === vpcEndpointId &&
      at <= request.at &&
      request.at <= answeredAt,
  );
  assert.ok(
    report.provenRequests >= 1 && through.length >= report.provenRequests,
    `${table} reports ${report.provenRequests} proven requests; ${vpcEndpointId} saw ${through.length}`,
  );
}

function routeChangesIn(
  { action, parameters, at, answeredAt = at }: ApiCall,
  { routeTables }: CheckedNetwork,
): readonly RouteChange[] {
  if (action !== "ModifyVpcEndpoint") return [];
  const {
    vpcEndpointId,
    addRouteTableIds = [],
    removeRouteTableIds = [],
  } = parameters as { vpcEndpointId: string; addRouteTableIds?: string[]; removeRouteTableIds?: string[] };
  return Object.entries(routeTables).flatMap(([table, id]) =>
    [...addRouteTableIds, ...removeRouteTableIds].includes(id)
      ? [{ table, vpcEndpointId, at, answeredAt, isSwitch: addRouteTableIds.includes(id) }]
      : [],
  );
}

function proofsIn({ action, parameters, answer, at, answeredAt = at }: ApiCall): readonly Proof[] {
  if (action !== "Invoke") return [];
  const { phase, routeTable: table, vpcEndpointId } = JSON.parse(String(parameters.payload)) as ProbeEvent;
  const { functionError, payload } = answer as { functionError?: string; payload: string };
  if (phase !== "after" || functionError !== undefined) return [];
  return [{ table, vpcEndpointId, at, answeredAt, report: JSON.parse(payload) as CheckReport }];
}
