import type { Region } from "../cloud/cloud";
import { site, table } from "./site";

/** What leaves the private subnets passes a firewall's endpoint on its way to the NAT gateway. */
export async function inspection(region: Region): Promise<void> {
  const bank = await site(region, "bank", "10.60.0.0/16");
  const internetGatewayId = await bank.internetGateway("internet");
  const front: string[] = [];
  const inspected: string[] = [];
  for (const [i, zone] of (["a", "b"] as const).entries()) {
    const edge = await bank.subnet(`public-${zone}`, `10.60.${i}.0/24`, zone);
    const firewall = await bank.subnet(`firewall-${zone}`, `10.60.${10 + i}.0/28`, zone);
    const own = await bank.subnet(`private-${zone}`, `10.60.${20 + i}.0/24`, zone);
    const { natGatewayId } = await bank.natGateway(`nat-${zone}`, edge);
    const vpcEndpointId = await bank.firewallEndpoint(`firewall-${zone}`, firewall);
    await bank.routeTable(`firewall-${zone}`, [firewall], { natGatewayId });
    await bank.routeTable(`private-${zone}`, [own], { vpcEndpointId });
    front.push(edge);
    inspected.push(own);
  }
  await bank.routeTable("public", front, { gatewayId: internetGatewayId });
  await table(region, "accounts");
  await bank.lambda("payments", inspected);
}
