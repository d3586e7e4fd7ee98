import type { RouteTarget } from "./kinds/routeTable";
import type { Ec2Network } from "./network";

/** Routes to what is gone stay, and lead nowhere: everywhere, or in the tables of one VPC. */
export function blackhole(network: Ec2Network, target: keyof RouteTarget, id: string, vpcId?: string): void {
  for (const table of network.routeTables.all()) {
    if (vpcId !== undefined && table.vpcId !== vpcId) continue;
    if (!table.routes.some((route) => route[target] === id)) continue;
    network.routeTables.put(table.routeTableId, {
      ...table,
      routes: table.routes.map((route) => (route[target] === id ? { ...route, state: "blackhole" } : route)),
    });
  }
}
