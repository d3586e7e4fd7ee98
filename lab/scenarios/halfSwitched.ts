import type { Region } from "../cloud/cloud";
import { site, table } from "./site";

/**
 * Somebody has begun: one route table is on an endpoint of theirs and has lost its NAT gateway, and another one has a
 * route of its own for a part of DynamoDB's addresses.
 */
export async function halfSwitched(region: Region): Promise<void> {
  const { ec2 } = region;
  const depot = await site(region, "depot", "10.80.0.0/16");
  const internetGatewayId = await depot.internetGateway("internet");
  const edge = await depot.subnet("public-a", "10.80.0.0/24", "a");
  await depot.routeTable("public", [edge], { gatewayId: internetGatewayId });
  const { natGatewayId } = await depot.natGateway("nat", edge);
  const { natGatewayId: gone } = await depot.natGateway("nat-old", edge);
  const [first, second, third] = [
    await depot.subnet("first", "10.80.1.0/24", "a"),
    await depot.subnet("second", "10.80.2.0/24", "b"),
    await depot.subnet("third", "10.80.3.0/24", "c"),
  ];
  const begun = await depot.routeTable("first", [first], { natGatewayId: gone });
  const serviceName = `com.amazonaws.${region.name}.dynamodb`;
  const tags = { Name: "depot-by-hand" };
  await ec2.createVpcEndpoint({ vpcId: depot.vpcId, serviceName, routeTableIds: [begun], tags });
  await region.scenarioData.failNatGateway({
    natGatewayId: gone,
    failureCode: "InternalError",
    failureMessage: "Network interface could not be created",
  });
  const pinned = await depot.routeTable("second", [second], { natGatewayId });
  const [list] = await ec2.describePrefixLists({ filters: { "prefix-list-name": [serviceName] } });
  const [range = ""] = list?.cidrs ?? [];
  await ec2.createRoute({ routeTableId: pinned, destinationCidrBlock: range, natGatewayId });
  await depot.routeTable("third", [third], { natGatewayId });
  await table(region, "parcels");
  for (const [name, subnetId] of [
    ["first", first],
    ["second", second],
    ["third", third],
  ] as const)
    await depot.lambda(name, [subnetId]);
}
