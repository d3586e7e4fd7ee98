import { resolve } from "node:path";
import { EC2 } from "@aws-sdk/client-ec2";
import { isUnjudged } from "../../cli/exit";
import type { PreflightReport } from "../../cli/preflight/report/report";
import { program } from "../../cli/program";
import { type Lab, startLab } from "../../lab/lab";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";

/** How a command of this process ended. */
export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Why nothing was judged. */
  readonly error: string | undefined;
}

/** Runs `preflight` as the command line does, with what it prints kept. */
export function preflight(...args: readonly string[]): Promise<Ended> {
  return ran("preflight", ...args);
}

/** Runs a command of the command line in this process. */
export async function ran(...args: readonly string[]): Promise<Ended> {
  const printed = { stdout: "", stderr: "" };
  const exitCode = process.exitCode;
  const streams = ["stdout", "stderr"] as const;
  const restore = streams.map((name) => {
    const { write } = Object.getOwnPropertyDescriptors(process[name]) as { write?: PropertyDescriptor };
    process[name].write = (text: string | Uint8Array) => {
      printed[name] += String(text);
      return true;
    };
    return (): void => {
      Reflect.deleteProperty(process[name], "write");
      if (write !== undefined) Object.defineProperty(process[name], "write", write);
    };
  });
  try {
    await program().parseAsync([...args], { from: "user" });
    return { exitCode: Number(process.exitCode ?? 0), ...printed, error: undefined };
  } catch (error) {
    if (!isUnjudged(error)) throw error;
    return { exitCode: 2, ...printed, error: error.message };
  } finally {
    for (const each of restore) each();
    process.exitCode = exitCode;
  }
}

/** What `--json` prints. */
export async function reported(...args: readonly string[]): Promise<PreflightReport> {
  const { stdout, error } = await preflight(...args, "--json");
  if (error !== undefined) throw new Error(error);
  return JSON.parse(stdout) as PreflightReport;
}

/** A lab with a VPC as many have it, and this process as a client of it. */
export interface Site {
  readonly lab: Lab;
  readonly ec2: EC2;
  readonly vpcId: string;
  /** With a subnet and a way by a NAT gateway each. */
  readonly privateTables: readonly [string, string];
  readonly publicTable: string;
  readonly mainTable: string;
  readonly otherVpc: { readonly vpcId: string; readonly table: string };
}

/** For the tests of the surrounding `describe`. */
export function site(): Site {
  const made: { site?: Site } = {};
  const environment = { ...process.env };
  before(async () => {
    const lab = await startLab();
    const { AWS_ENDPOINT_URL } = lab.environment;
    const keys = { AWS_ACCESS_KEY_ID: "anybody", AWS_SECRET_ACCESS_KEY: "any" };
    // Neither a profile of this machine nor its instance's role has a part in it.
    const nobody = {
      AWS_CONFIG_FILE: NO_FILE,
      AWS_SHARED_CREDENTIALS_FILE: NO_FILE,
      AWS_EC2_METADATA_DISABLED: "true",
    };
    Object.assign(process.env, { AWS_ENDPOINT_URL, AWS_REGION: REGION, AWS_MAX_ATTEMPTS: "1", ...keys, ...nobody });
    const ec2 = new EC2({ region: REGION });
    await lab.cloud.region(REGION).dynamodb.createTable({
      tableName: "StockTable",
      hashKey: "sku",
      attributes: [{ name: "sku", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      readCapacity: 0,
      writeCapacity: 0,
      deletionProtectionEnabled: false,
    });
    made.site = { lab, ec2, ...(await network(ec2)) };
  });
  after(async () => {
    made.site?.ec2.destroy();
    await made.site?.lab.stop();
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, environment);
  });
  return new Proxy({} as Site, { get: (_, name: keyof Site) => present(made.site)[name] });
}

const NO_FILE = resolve(__dirname, "no-such-file");

async function network(ec2: EC2): Promise<Omit<Site, "lab" | "ec2">> {
  const vpcId = await vpc(ec2, "10.0.0.0/16");
  const { RouteTables = [] } = await ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [vpcId] }] });
  const mainTable = present(RouteTables[0]?.RouteTableId);
  const publicTable = await table(ec2, vpcId);
  const front = await subnet(ec2, { vpcId, table: publicTable, cidr: "10.0.0.0/24" });
  const igw = present((await ec2.createInternetGateway({})).InternetGateway?.InternetGatewayId);
  await ec2.attachInternetGateway({ InternetGatewayId: igw, VpcId: vpcId });
  await ec2.createRoute({ RouteTableId: publicTable, DestinationCidrBlock: "0.0.0.0/0", GatewayId: igw });
  const { AllocationId } = await ec2.allocateAddress({});
  const { NatGateway } = await ec2.createNatGateway({ SubnetId: front, AllocationId });
  const privateTables = [await table(ec2, vpcId), await table(ec2, vpcId)] as const;
  for (const [i, id] of privateTables.entries()) {
    const SubnetId = await subnet(ec2, { vpcId, table: id, cidr: `10.0.${i + 1}.0/24` });
    await ec2.createNetworkInterface({ SubnetId });
    const NatGatewayId = NatGateway?.NatGatewayId;
    await ec2.createRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId });
  }
  const other = await vpc(ec2, "10.1.0.0/16");
  const otherVpc = { vpcId: other, table: await table(ec2, other) };
  return { vpcId, privateTables, publicTable, mainTable, otherVpc };
}

async function vpc(ec2: EC2, CidrBlock: string): Promise<string> {
  return present((await ec2.createVpc({ CidrBlock })).Vpc?.VpcId);
}

async function table(ec2: EC2, VpcId: string): Promise<string> {
  return present((await ec2.createRouteTable({ VpcId })).RouteTable?.RouteTableId);
}

async function subnet(
  ec2: EC2,
  { vpcId, table: RouteTableId, cidr }: { readonly vpcId: string; readonly table: string; readonly cidr: string },
): Promise<string> {
  const { Subnet } = await ec2.createSubnet({ VpcId: vpcId, CidrBlock: cidr });
  await ec2.associateRouteTable({ RouteTableId, SubnetId: present(Subnet?.SubnetId) });
  return present(Subnet?.SubnetId);
}
