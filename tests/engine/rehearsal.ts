import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { findEngine } from "../../tools/engine/engine";
import { rehearsedStack, type Outcome, type RehearsedStack } from "../../tools/rehearsal/stack";
import { startLab, type Lab } from "../../lab/lab";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";

export const REGION = "us-east-1";

/** A lab and stacks on the real engine, for the tests of one `describe`. */
export interface Rehearsal {
  readonly lab: Lab;
  /** Where the stacks keep their state; removed afterwards. */
  readonly folder: string;
  /** Without an environment the stack's engine attaches to the lab. */
  stack(environment?: Readonly<Record<string, string>>): Promise<RehearsedStack>;
}

/** Starts a lab before the tests of the surrounding `describe`, and ends it with everything it left after them. */
export function rehearsal(): Rehearsal {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-test-"));
  let lab: Lab | undefined;
  let stacks = 0;
  before(async () => void (lab = await startLab()));
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const started = (): Lab => {
    if (lab === undefined) throw new Error("the lab is started by the hook before the tests");
    return lab;
  };
  return {
    get lab() {
      return started();
    },
    folder,
    stack: async (environment) =>
      rehearsedStack({ engine: await findEngine(), folder, name: `stack-${(stacks += 1)}`, environment: environment ?? started().environment }),
  };
}

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
    const { subnetId } = await ec2.createSubnet({ vpcId: made.vpcId, cidrBlock: `10.0.${i}.0/24` });
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

/** A program with one endpoint, named `ddb`. */
export function endpointProgram(args: DynamoDbEndpointArgs): PulumiFn {
  return () => {
    const endpoint = new DynamoDbEndpoint("ddb", args);
    return Promise.resolve({ vpcEndpointId: endpoint.vpcEndpointId, associationIds: endpoint.associationIds });
  };
}

/** The endpoint that a route table's DynamoDB traffic takes; `undefined` where it takes the default route. */
export function endpointOf(lab: Lab, routeTableId: string, region = REGION): string | undefined {
  return lab.cloud.routesOf(region, routeTableId).find((route) => route.destinationPrefixListId !== undefined)?.gatewayId;
}

/** The route tables, by name, whose traffic takes an endpoint. */
export function switchedTables(lab: Lab, { routeTables }: Network, region = REGION): string[] {
  return Object.keys(routeTables).filter((name) => endpointOf(lab, routeTables[name] ?? "", region) !== undefined);
}

/** One line for each change of routes since a mark, in the order in which they were asked for: `+rtb-1 vpce-1`. */
export function routeChangesSince(lab: Lab, mark: number): string[] {
  return lab.cloud.mutationsSince(mark).flatMap(({ action, parameters, error }) => {
    if (action !== "ModifyVpcEndpoint" || error !== undefined) return [];
    const { vpcEndpointId, addRouteTableIds = [], removeRouteTableIds = [] } = parameters as { vpcEndpointId: string; addRouteTableIds?: string[]; removeRouteTableIds?: string[] };
    return [...addRouteTableIds.map((id) => `+${id} ${vpcEndpointId}`), ...removeRouteTableIds.map((id) => `-${id} ${vpcEndpointId}`)];
  });
}

/** `operation name` of each step of a success but those of the stack, its providers and the ledgers. */
export function stepsOf(outcome: Outcome): string[] {
  return succeeded(outcome).steps.filter(({ type }) => type.startsWith("aws:")).map(({ operation, name }) => `${operation} ${name}`);
}

/** An outcome that must be a success; what went wrong is in the failure's message. */
export function succeeded(outcome: Outcome): Outcome {
  if (!outcome.ok) throw new Error(`the operation failed:\n${outcome.errors.join("\n")}\n${outcome.text}`);
  return outcome;
}
