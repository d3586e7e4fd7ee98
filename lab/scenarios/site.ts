import type { Region } from "../cloud/cloud";
import type { RouteRequest } from "../cloud/ec2/routeTables";

/** Where a default route leads. */
export type Target = Omit<RouteRequest, "routeTableId" | "destinationCidrBlock">;

/** A VPC that is built by the calls that its owner would make. */
export interface Site {
  readonly region: Region;
  readonly vpcId: string;
  /** A subnet in the zone of this letter. */
  subnet(name: string, cidrBlock: string, zone: "a" | "b" | "c"): Promise<string>;
  /** A route table of these subnets, whose default route leads there; without: the VPC's own addresses are all. */
  routeTable(name: string, subnetIds: readonly string[], defaultRoute?: Target): Promise<string>;
  /** A public NAT gateway with an address of its own. */
  natGateway(name: string, subnetId: string): Promise<Nat>;
  /** One for the whole VPC. */
  regionalNatGateway(name: string): Promise<string>;
  internetGateway(name: string): Promise<string>;
  /** An endpoint of somebody's firewall, as a gateway load balancer has it. */
  firewallEndpoint(name: string, subnetId: string): Promise<string>;
  /** A function in these subnets, of a role of its own that may use every table. */
  lambda(name: string, subnetIds: readonly string[], policy?: string): Promise<string>;
}

export interface Nat {
  readonly natGatewayId: string;
  readonly publicIp: string;
}

export const EVERYWHERE = "0.0.0.0/0";

/** A VPC with a name, and what is built in it. */
export async function site(region: Region, name: string, cidrBlock = "10.0.0.0/16"): Promise<Site> {
  const { ec2 } = region;
  const { vpcId } = await ec2.createVpc({ cidrBlock, tags: { Name: name } });
  await ec2.modifyVpcAttribute({ vpcId, enableDnsHostnames: true });
  const tagged = (part: string): { readonly tags: { readonly Name: string } } => ({
    tags: { Name: `${name}-${part}` },
  });
  return {
    region,
    vpcId,
    subnet: async (part, cidr, zone) => {
      const request = { vpcId, cidrBlock: cidr, availabilityZone: `${region.name}${zone}`, ...tagged(part) };
      return (await ec2.createSubnet(request)).subnetId;
    },
    routeTable: async (part, subnetIds, defaultRoute) => {
      const { routeTableId } = await ec2.createRouteTable({ vpcId, ...tagged(part) });
      for (const subnetId of subnetIds) await ec2.associateRouteTable({ routeTableId, subnetId });
      if (defaultRoute !== undefined)
        await ec2.createRoute({ routeTableId, destinationCidrBlock: EVERYWHERE, ...defaultRoute });
      return routeTableId;
    },
    natGateway: async (part, subnetId) => {
      const { allocationId, publicIp } = await ec2.allocateAddress(tagged(part));
      const { natGatewayId } = await ec2.createNatGateway({ subnetId, allocationId, ...tagged(part) });
      return { natGatewayId, publicIp };
    },
    regionalNatGateway: async (part) =>
      (await ec2.createNatGateway({ availabilityMode: "regional", vpcId, ...tagged(part) })).natGatewayId,
    internetGateway: async (part) => {
      const { internetGatewayId } = await ec2.createInternetGateway(tagged(part));
      await ec2.attachInternetGateway({ internetGatewayId, vpcId });
      return internetGatewayId;
    },
    firewallEndpoint: async (part, subnetId) => {
      const serviceName = `com.amazonaws.vpce.${region.name}.vpce-svc-0f1e2d3c4b5a69788`;
      const vpcEndpointType = "GatewayLoadBalancer";
      const request = { vpcId, vpcEndpointType, serviceName, subnetIds: [subnetId], ...tagged(part) };
      return (await ec2.createVpcEndpoint(request)).vpcEndpointId;
    },
    lambda: (part, subnetIds, policy) => lambda(region, `${name}-${part}`, subnetIds, policy),
  };
}

/** A policy of these statements. */
export function policyOf(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

const ANY_TABLE = policyOf({ Effect: "Allow", Action: "dynamodb:*", Resource: "*" });

/** Who may have a role: this service. */
export function forService(name: string): string {
  return policyOf({ Effect: "Allow", Principal: { Service: `${name}.amazonaws.com` }, Action: "sts:AssumeRole" });
}

/** A table with one key, encrypted by DynamoDB's own key of KMS or by another. */
export async function table({ dynamodb }: Region, tableName: string, kmsKeyArn?: string): Promise<string> {
  const { tableArn } = await dynamodb.createTable({
    tableName,
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    readCapacity: 0,
    writeCapacity: 0,
    deletionProtectionEnabled: false,
    kmsKeyArn,
  });
  return tableArn;
}

async function lambda(
  { iam, lambda: functions, ec2 }: Region,
  name: string,
  subnetIds: readonly string[],
  policy = ANY_TABLE,
): Promise<string> {
  const role = await iam.createRole({ roleName: name, assumeRolePolicyDocument: forService("lambda") });
  await iam.putRolePolicy({ roleName: name, policyName: "tables", policyDocument: policy });
  await iam.attachRolePolicy({
    roleName: name,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
  });
  const [subnet] = await ec2.describeSubnets({ ids: [subnetIds[0] ?? ""] });
  const [group] = await ec2.describeSecurityGroups({
    filters: { "vpc-id": [subnet?.vpcId ?? ""], "group-name": ["default"] },
  });
  await functions.createFunction({
    functionName: name,
    role: role.arn,
    runtime: "nodejs24.x",
    handler: "index.handler",
    memorySize: 128,
    timeout: 3,
    architectures: ["arm64"],
    environment: {},
    vpcConfig: { subnetIds, securityGroupIds: [group?.groupId ?? ""] },
    ephemeralStorageSize: 512,
    tracingMode: "PassThrough",
    logging: { logFormat: "Text", logGroup: `/aws/lambda/${name}` },
    layers: [],
    code: { fingerprint: name, size: name.length },
  });
  return role.arn;
}
