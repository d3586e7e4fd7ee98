import type { Region } from "../cloud/cloud";
import { site, type Site, table } from "./site";

/** A VPC as most are: per zone a public subnet with a NAT gateway, and a private one with a route table of its own. */
export async function threeZones(region: Region): Promise<void> {
  const shop = await site(region, "shop");
  await threeZonesIn(shop);
  await table(region, "orders");
}

export const ZONES = ["a", "b", "c"] as const;

/** The private subnets, zone by zone. */
export async function threeZonesIn(vpc: Site, network = "10.0"): Promise<readonly string[]> {
  const internetGatewayId = await vpc.internetGateway("internet");
  const publicSubnets: string[] = [];
  const privateSubnets: string[] = [];
  for (const [i, zone] of ZONES.entries()) {
    publicSubnets.push(await vpc.subnet(`public-${zone}`, `${network}.${i}.0/24`, zone));
    privateSubnets.push(await vpc.subnet(`private-${zone}`, `${network}.${16 * (i + 1)}.0/20`, zone));
  }
  await vpc.routeTable("public", publicSubnets, { gatewayId: internetGatewayId });
  for (const [i, zone] of ZONES.entries()) {
    const { natGatewayId } = await vpc.natGateway(`nat-${zone}`, publicSubnets[i] ?? "");
    await vpc.routeTable(`private-${zone}`, [privateSubnets[i] ?? ""], { natGatewayId });
  }
  await vpc.lambda("orders", privateSubnets);
  await vpc.lambda("prices", privateSubnets.slice(0, 1));
  return privateSubnets;
}
