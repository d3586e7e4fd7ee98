import type { Region } from "../cloud/cloud";
import { EVERYWHERE, site, table } from "./site";

/** Two subnets are associated nowhere, and so have the main route table, which has the route to the NAT gateway. */
export async function mainTable(region: Region): Promise<void> {
  const legacy = await site(region, "legacy", "10.30.0.0/16");
  const internetGatewayId = await legacy.internetGateway("internet");
  const edge = await legacy.subnet("public-a", "10.30.0.0/24", "a");
  await legacy.routeTable("public", [edge], { gatewayId: internetGatewayId });
  const { natGatewayId } = await legacy.natGateway("nat-a", edge);
  const named = await legacy.subnet("app-a", "10.30.1.0/24", "a");
  const forgotten = [
    await legacy.subnet("jobs-a", "10.30.2.0/24", "a"),
    await legacy.subnet("jobs-b", "10.30.3.0/24", "b"),
  ];
  await legacy.routeTable("app", [named], { natGatewayId });
  const [main] = await region.ec2.describeRouteTables({
    filters: { "vpc-id": [legacy.vpcId], "association.main": ["true"] },
  });
  await region.ec2.createRoute({
    routeTableId: main?.routeTableId ?? "",
    destinationCidrBlock: EVERYWHERE,
    natGatewayId,
  });
  await table(region, "jobs");
  await legacy.lambda("app", [named]);
  await legacy.lambda("nightly", forgotten);
}
