import type { Region } from "../cloud/cloud";
import { site, table } from "./site";

/** The VPCs of other accounts, which leave by this one. */
const SPOKES = [
  { cidrBlock: "10.51.0.0/16", vpcId: "vpc-0510510510510510a", accountId: "222222222222" },
  { cidrBlock: "10.52.0.0/16", vpcId: "vpc-0520520520520520b", accountId: "333333333333" },
] as const;

/** The attachment's subnets have the route tables of this VPC's tools: who switches these switches all networks. */
export async function centralEgress(region: Region): Promise<void> {
  const { ec2, scenarioData } = region;
  const egress = await site(region, "egress", "10.50.0.0/16");
  const internetGatewayId = await egress.internetGateway("internet");
  const { transitGatewayId } = await ec2.createTransitGateway({ tags: { Name: "backbone" } });
  const [front, tools, transit] = [[] as string[], [] as string[], [] as string[]];
  for (const [i, zone] of (["a", "b"] as const).entries()) {
    front.push(await egress.subnet(`public-${zone}`, `10.50.${i}.0/24`, zone));
    tools.push(await egress.subnet(`tools-${zone}`, `10.50.${10 + i}.0/24`, zone));
    transit.push(await egress.subnet(`transit-${zone}`, `10.50.${20 + i}.0/28`, zone));
  }
  const attachment = { transitGatewayId, vpcId: egress.vpcId, subnetIds: transit, tags: { Name: "egress" } };
  await ec2.createTransitGatewayVpcAttachment(attachment);
  const tables = [await egress.routeTable("public", front, { gatewayId: internetGatewayId })];
  for (const [i, zone] of (["a", "b"] as const).entries()) {
    const { natGatewayId } = await egress.natGateway(`nat-${zone}`, front[i] ?? "");
    tables.push(await egress.routeTable(`private-${zone}`, [tools[i] ?? "", transit[i] ?? ""], { natGatewayId }));
  }
  for (const { cidrBlock, vpcId: resourceId, accountId: resourceOwnerId } of SPOKES) {
    const attached = { transitGatewayId, resourceType: "vpc", resourceId, resourceOwnerId } as const;
    await scenarioData.attachToTransitGateway(attached);
    for (const routeTableId of tables)
      await ec2.createRoute({ routeTableId, destinationCidrBlock: cidrBlock, transitGatewayId });
  }
  await table(region, "inventory");
  await egress.lambda("scanner", tools);
}
