import type { Region } from "../cloud/cloud";
import type { RouteTarget } from "../cloud/ec2/kinds/routeTable";

/** A VPC that is built by the calls that its owner would make. */
export interface Site {
  readonly region: Region;
  readonly vpcId: string;
  /** A subnet in the zone of this letter. */
  subnet(name: string, cidrBlock: string, zone: "a" | "b" | "c"): Promise<string>;
  /** A route table of these subnets, whose default route leads there; without: the VPC's own addresses are all. */
  routeTable(name: string, subnetIds: readonly string[], defaultRoute?: RouteTarget): Promise<string>;
  /** A public NAT gateway with an address of its own. */
  natGateway(name: string, subnetId: string): Promise<string>;
  internetGateway(name: string): Promise<string>;
  /** A function in these subnets, of a role of its own that may use every table. */
  lambda(name: string, subnetIds: readonly string[], policy?: string): Promise<string>;
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
      const { allocationId } = await ec2.allocateAddress(tagged(part));
      return (await ec2.createNatGateway({ subnetId, allocationId, ...tagged(part) })).natGatewayId;
    },
    internetGateway: async (part) => {
      const { internetGatewayId } = await ec2.createInternetGateway(tagged(part));
      await ec2.attachInternetGateway({ internetGatewayId, vpcId });
      return internetGatewayId;
    },
    lambda: (part, subnetIds, policy) => lambda(region, `${name}-${part}`, subnetIds, policy),
  };
}

const ANY_TABLE = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "dynamodb:*", Resource: "*" }],
});

const FOR_LAMBDA = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

async function lambda(
  { iam, lambda: functions, ec2 }: Region,
  name: string,
  subnetIds: readonly string[],
  policy = ANY_TABLE,
): Promise<string> {
  const role = await iam.createRole({ roleName: name, assumeRolePolicyDocument: FOR_LAMBDA });
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
