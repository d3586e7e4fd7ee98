import type { Lab } from "../../lab/lab";

/** Where a network is unless it says otherwise. */
export const REGION = "us-east-1";

/** A VPC with route tables that exist before any program runs. */
export interface Network {
  readonly vpcId: string;
  /** Route table name → id. */
  readonly routeTables: Record<string, string>;
}

export async function network(lab: Lab, names: readonly string[], region = REGION): Promise<Network> {
  const { ec2 } = lab.cloud.region(region);
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const routeTables: Record<string, string> = {};
  for (const name of names) routeTables[name] = (await ec2.createRouteTable({ vpcId })).routeTableId;
  return { vpcId, routeTables };
}

/** A network whose route tables have a subnet each, and reach DynamoDB through a NAT gateway. */
export interface CheckedNetwork extends Network {
  /** Route table name → id of its subnet. */
  readonly subnets: Record<string, string>;
}

export async function checkedNetwork(lab: Lab, names: readonly string[], region = REGION): Promise<CheckedNetwork> {
  const { ec2 } = lab.cloud.region(region);
  const made = await network(lab, names, region);
  const natGatewayId = await natGateway(lab, made.vpcId, region);
  const subnets: Record<string, string> = {};
  for (const [i, name] of names.entries()) {
    const routeTableId = made.routeTables[name] ?? "";
    // Of 64 addresses each: there is room for a thousand.
    const { subnetId } = await ec2.createSubnet({
      vpcId: made.vpcId,
      cidrBlock: `10.0.${Math.floor(i / 4)}.${(i % 4) * 64}/26`,
    });
    await ec2.associateRouteTable({ routeTableId, subnetId });
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    subnets[name] = subnetId;
  }
  return { ...made, subnets };
}

async function natGateway(lab: Lab, vpcId: string, region: string): Promise<string> {
  const { ec2 } = lab.cloud.region(region);
  const { internetGatewayId } = await ec2.createInternetGateway({});
  await ec2.attachInternetGateway({ internetGatewayId, vpcId });
  const { subnetId } = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.255.0/24" });
  const { routeTableId } = await ec2.createRouteTable({ vpcId });
  await ec2.associateRouteTable({ routeTableId, subnetId });
  await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId: internetGatewayId });
  const { allocationId } = await ec2.allocateAddress({});
  return (await ec2.createNatGateway({ subnetId, allocationId })).natGatewayId;
}

/** A table for checks to name. */
export async function createCheckedTable(lab: Lab, tableName: string, region = REGION): Promise<void> {
  const key = {
    attributes: [{ name: "sku", type: "S" }],
    hashKey: "sku",
    billingMode: "PAY_PER_REQUEST",
    readCapacity: 0,
    writeCapacity: 0,
  };
  await lab.cloud.region(region).dynamodb.createTable({ tableName, ...key, deletionProtectionEnabled: false });
}

/** The endpoint that a route table's DynamoDB traffic takes; `undefined` where it takes the default route. */
export function endpointOf(lab: Lab, routeTableId: string, region = REGION): string | undefined {
  return lab.cloud.routesOf(region, routeTableId).find((route) => route.destinationPrefixListId !== undefined)
    ?.gatewayId;
}

/** The route tables, by name, whose traffic takes an endpoint. */
export function switchedTables(lab: Lab, { routeTables }: Network, region = REGION): string[] {
  return Object.keys(routeTables).filter((name) => endpointOf(lab, routeTables[name] ?? "", region) !== undefined);
}
