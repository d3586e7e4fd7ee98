import { mayCall } from "../clients";
import type { Facts, FactValues, NetworkInterface } from "../facts/facts";
import { isTold } from "../facts/told";
import { interfacesIn, scopedTables } from "../network";
import type { Scope } from "../scope";
import { callsSeen, seenHere, whyNotSeen } from "../seen";
import type { FlowsSeen, ObservedReport, VpcReport } from "./report";

/** Who really called; nothing where nobody asked. */
export function observedIn(facts: Facts, scope: Scope): Pick<VpcReport, "observed"> {
  const here = seenHere(facts, scope);
  const flows = isTold(facts.flows) ? flowsSeen(facts, facts.flows.value, scope) : undefined;
  const missing = [facts.calls, facts.flows].flatMap((fact) => whyNotSeen(fact) ?? []);
  if (here === undefined && flows === undefined && missing.length === 0) return {};
  const observed: ObservedReport = {
    ...(here !== undefined && { calls: callsSeen(here) }),
    ...(flows !== undefined && { flows }),
    missing: missing.map(({ permission, message }) => ({ permission, message })),
  };
  return { observed };
}

function flowsSeen(
  { routeTables, subnets, networkInterfaces }: Facts,
  { interfaces, ...flows }: FactValues["flows"],
  scope: Scope,
): FlowsSeen {
  if (!isTold(routeTables) || !isTold(subnets) || !isTold(networkInterfaces)) return { ...flows, routeTables: [] };
  const bytesOf = new Map(interfaces.map(({ networkInterfaceId: id, bytes }) => [id, bytes]));
  const read = new Set(flows.logs.filter(({ outcome }) => outcome === "read").map(({ resourceId }) => resourceId));
  const isCovered = ({ VpcId, SubnetId, NetworkInterfaceId }: NetworkInterface): boolean =>
    [VpcId, SubnetId, NetworkInterfaceId].some((id) => read.has(id ?? ""));
  const known = { routeTables: routeTables.value, subnets: subnets.value };
  return {
    ...flows,
    routeTables: scopedTables(known, scope).map(({ id, subnets: own }) => {
      const clients = interfacesIn(own, networkInterfaces.value).filter(mayCall);
      const seen = clients.flatMap(({ NetworkInterfaceId = "" }) => bytesOf.get(NetworkInterfaceId) ?? []);
      const bytes = seen.reduce((sum, each) => sum + each, 0);
      const covered = clients.filter(isCovered).length;
      return { routeTableId: id, clients: clients.length, covered, seen: seen.length, bytes };
    }),
  };
}
