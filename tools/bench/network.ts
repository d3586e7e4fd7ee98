import type { Region } from "../../lab/cloud/cloud";
import { startLab } from "../../lab/lab";

/** A VPC that exists already, as a program knows it: by its ids. */
export interface Network {
  readonly vpcId: string;
  /** Route table name → id. Each leads to DynamoDB through one NAT gateway. */
  readonly routeTables: Readonly<Record<string, string>>;
  /** Route table name → id of the subnet that uses it. */
  readonly subnets: Readonly<Record<string, string>>;
  /** A DynamoDB table. */
  readonly table: string;
}

/** The Region of a lab's provider that names none. */
export const REGION = "us-east-1";

/** Makes a VPC in a lab whose state stays in `stateFile`: every deployment begins with the same cloud. */
export async function makeNetwork(stateFile: string, tables: number): Promise<Network> {
  const lab = await startLab({ stateFile });
  try {
    return await buildNetwork(lab.cloud.region(REGION), tables);
  } finally {
    await lab.stop();
  }
}

/** Builds the VPC, and a DynamoDB table beside it. */
export async function buildNetwork({ ec2, dynamodb }: Region, tables: number): Promise<Network> {
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const { subnetId: natSubnetId } = await ec2.createSubnet({ vpcId, cidrBlock: subnetCidr(0) });
  const { natGatewayId } = await ec2.createNatGateway({ subnetId: natSubnetId, allocationId: (await ec2.allocateAddress({})).allocationId });
  const routeTables: Record<string, string> = {};
  const subnets: Record<string, string> = {};
  for (let i = 1; i <= tables; i++) {
    const { routeTableId } = await ec2.createRouteTable({ vpcId });
    const { subnetId } = await ec2.createSubnet({ vpcId, cidrBlock: subnetCidr(i) });
    await ec2.associateRouteTable({ routeTableId, subnetId });
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    const name = `private-${String(i).padStart(4, "0")}`;
    routeTables[name] = routeTableId;
    subnets[name] = subnetId;
  }
  const { tableName } = await dynamodb.createTable({
    tableName: "Stock",
    hashKey: "sku",
    attributes: [{ name: "sku", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    readCapacity: 0,
    writeCapacity: 0,
    deletionProtectionEnabled: false,
  });
  return { vpcId, routeTables, subnets, table: tableName };
}

/** Of 64 addresses each: a VPC of /16 has room for 1024 of them. */
function subnetCidr(i: number): string {
  return `10.0.${Math.floor(i / 4)}.${(i % 4) * 64}/26`;
}

/** The same VPC with its first route tables alone. */
export function firstTables(network: Network, tables: number): Network {
  const first = (named: Readonly<Record<string, string>>): Readonly<Record<string, string>> => Object.fromEntries(Object.entries(named).slice(0, tables));
  return { ...network, routeTables: first(network.routeTables), subnets: first(network.subnets) };
}
