import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { ClientRequest } from "../../lab/clients";
import type { Region } from "../../lab/cloud/cloud";
import type { FunctionSettings } from "../../lab/cloud/functionConfiguration";
import { startLab, type Lab, type LabOptions } from "../../lab/lab";
import { REGION, SERVICE } from "./network";

/** A VPC whose two private subnets reach DynamoDB through a NAT gateway, each by a route table of its own. */
export interface TrafficNetwork {
  readonly vpcId: string;
  readonly publicIp: string;
  readonly vpcEndpointId: string;
  readonly a: PrivateSubnet;
  readonly b: PrivateSubnet;
}

export interface PrivateSubnet {
  readonly subnetId: string;
  readonly routeTableId: string;
}

export interface TrafficLab {
  readonly lab: Lab;
  readonly region: Region;
  readonly net: TrafficNetwork;
  /** An SDK client in a subnet; it is destroyed with the lab. */
  client(request: ClientRequest, config?: DynamoDBClientConfig): Promise<DynamoDBClient>;
  associate(...subnets: readonly PrivateSubnet[]): Promise<void>;
  dissociate(...subnets: readonly PrivateSubnet[]): Promise<void>;
}

/** For a client that must not wait for an answer that never comes. */
export const IMPATIENT: DynamoDBClientConfig = {
  maxAttempts: 1,
  requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true },
};

/** A lab with a network and a table, for the tests of one `describe`. */
export function trafficLab(options: LabOptions = {}): TrafficLab {
  let lab: Lab | undefined;
  let net: TrafficNetwork | undefined;
  const clients: DynamoDBClient[] = [];
  before(async () => {
    lab = await startLab(options);
    net = await trafficNetwork(lab.cloud.region(REGION));
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await lab?.stop();
  });
  const started = (): Lab => lab ?? raise();
  const modify = async (change: object): Promise<void> =>
    started()
      .cloud.region(REGION)
      .ec2.modifyVpcEndpoint({ vpcEndpointId: net?.vpcEndpointId ?? "", ...change });
  return {
    get lab() {
      return started();
    },
    get region() {
      return started().cloud.region(REGION);
    },
    get net() {
      return net ?? raise();
    },
    client: async (request, config = {}) => {
      const { endpointUrl: endpoint, region, credentials } = await started().attachClient(request);
      const client = new DynamoDBClient({ endpoint, region, credentials, ...config });
      clients.push(client);
      return client;
    },
    associate: (...subnets) => modify({ addRouteTableIds: subnets.map(({ routeTableId }) => routeTableId) }),
    dissociate: (...subnets) => modify({ removeRouteTableIds: subnets.map(({ routeTableId }) => routeTableId) }),
  };
}

function raise(): never {
  throw new Error("the lab is started by the hook before the tests");
}

async function trafficNetwork({ ec2, dynamodb }: Region): Promise<TrafficNetwork> {
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const { subnetId } = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
  const { allocationId, publicIp } = await ec2.allocateAddress({});
  const { natGatewayId } = await ec2.createNatGateway({ subnetId, allocationId });
  const privateSubnet = async (cidrBlock: string): Promise<PrivateSubnet> => {
    const subnet = await ec2.createSubnet({ vpcId, cidrBlock });
    const { routeTableId } = await ec2.createRouteTable({ vpcId });
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    await ec2.associateRouteTable({ routeTableId, subnetId: subnet.subnetId });
    return { subnetId: subnet.subnetId, routeTableId };
  };
  const [a, b] = [await privateSubnet("10.0.1.0/24"), await privateSubnet("10.0.2.0/24")];
  const { vpcEndpointId } = await ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE });
  await dynamodb.createTable({
    tableName: "stock",
    hashKey: "id",
    attributes: ["id", "shelf"].map((name) => ({ name, type: "S" })),
    globalSecondaryIndexes: [{ indexName: "by-shelf", hashKey: "shelf" }],
    billingMode: "PAY_PER_REQUEST",
    readCapacity: 0,
    writeCapacity: 0,
    deletionProtectionEnabled: false,
  });
  return { vpcId, publicIp, vpcEndpointId, a, b };
}

/** Gives the role of `createFunction` these permissions, and those that a function in a VPC needs. */
export async function functionRole({ region: { iam } }: TrafficLab, ...actions: readonly string[]): Promise<void> {
  const interfaces = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"];
  const statement = { Effect: "Allow", Action: [...interfaces, ...actions], Resource: "*" };
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await iam.createRole({ roleName: "functions", assumeRolePolicyDocument: "{}" });
  await iam.putRolePolicy({ roleName: "functions", policyName: "p", policyDocument });
}

/** A function in subnet `a`, of one file. */
export async function createFunction(
  { region: { lambda, ec2 }, net }: TrafficLab,
  functionName: string,
  source: string,
  settings: Partial<FunctionSettings> = {},
): Promise<void> {
  const { groupId } = await ec2.createSecurityGroup({ vpcId: net.vpcId, groupName: functionName, description: "-" });
  await lambda.createFunction({
    functionName,
    role: "arn:aws:iam::123456789012:role/functions",
    runtime: "nodejs24.x",
    handler: "index.handler",
    memorySize: 256,
    timeout: 5,
    architectures: ["arm64"],
    environment: {},
    vpcConfig: { subnetIds: [net.a.subnetId], securityGroupIds: [groupId] },
    ephemeralStorageSize: 512,
    tracingMode: "PassThrough",
    logging: { logFormat: "Text", logGroup: "/checks" },
    layers: [],
    code: { fingerprint: source, size: source.length, zipFile: { "index.js": source } },
    ...settings,
  });
}

export interface Invoked {
  readonly functionError?: string;
  readonly result: unknown;
}

export async function invokeFunction(
  { region: { lambda } }: TrafficLab,
  functionName: string,
  event: unknown,
): Promise<Invoked> {
  const { functionError, payload } = await lambda.invoke({ functionName, payload: JSON.stringify(event) });
  return { functionError, result: JSON.parse(payload) };
}
