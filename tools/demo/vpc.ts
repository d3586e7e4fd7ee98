import type { Lab } from "../../lab/lab";
import type { IsolatedStack } from "./isolatedStack";

/** A route table of the example, and where the lab's own routing sends its traffic to DynamoDB. */
export interface RoutedTable {
  readonly name: string;
  readonly id: string;
  /** The id of a gateway endpoint or NAT gateway. */
  readonly way: string;
}

/** The VPC of a stack of examples/minimal, looked at from the cloud's side. */
export interface ExampleVpc {
  /** The example's route tables, by name. */
  routedTables(): readonly RoutedTable[];
  /** Gives each route table a default route to a NAT gateway: the example has none, because it costs money. */
  addNatGateway(): Promise<void>;
  /** The names of the route tables that were switched since a mark, in the order in which it happened. */
  switchedSince(sequence: number): readonly string[];
}

const REGION = "us-east-1";

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
}

/** Reads the example's ids from the stack's state. */
export async function exampleVpc(lab: Lab, stack: IsolatedStack): Promise<ExampleVpc> {
  const { stdout } = await stack.pulumi("stack", "export");
  const { resources } = (JSON.parse(stdout) as { deployment: { resources: readonly Resource[] } }).deployment;
  const idsOf = (type: string): readonly (readonly [string, string])[] =>
    resources.filter((resource) => resource.type === type).map(({ urn, id = "" }) => [urn.split("::").at(-1) ?? "", id] as const);
  const routeTables = [...idsOf("aws:ec2/routeTable:RouteTable")].sort();
  const [, vpcId = ""] = idsOf("aws:ec2/vpc:Vpc")[0] ?? [];
  return {
    routedTables: () => routeTables.map(([name, id]) => ({ name, id, way: wayToDynamoDb(lab, id) })),
    addNatGateway: () => addNatGateway(lab, vpcId, routeTables.map(([, id]) => id)),
    switchedSince: (sequence) =>
      lab.cloud.mutationsSince(sequence).flatMap(({ action, parameters }) => {
        const added: unknown = action === "ModifyVpcEndpoint" ? parameters.addRouteTableIds : undefined;
        return Array.isArray(added) ? routeTables.filter(([, id]) => added.includes(id)).map(([name]) => name) : [];
      }),
  };
}

/** The route to a prefix list is more specific than the default route. */
function wayToDynamoDb(lab: Lab, routeTableId: string): string {
  const routes = lab.cloud.routesOf(REGION, routeTableId);
  const endpoint = routes.find(({ destinationPrefixListId }) => destinationPrefixListId !== undefined);
  const standard = routes.find(({ destinationCidrBlock }) => destinationCidrBlock === "0.0.0.0/0");
  return endpoint?.gatewayId ?? standard?.natGatewayId ?? "no route";
}

async function addNatGateway(lab: Lab, vpcId: string, routeTableIds: readonly string[]): Promise<void> {
  const { ec2 } = lab.cloud.region(REGION);
  const { internetGatewayId } = await ec2.createInternetGateway({});
  await ec2.attachInternetGateway({ internetGatewayId, vpcId });
  const { subnetId } = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.255.0/24" });
  const { allocationId } = await ec2.allocateAddress({});
  const { natGatewayId } = await ec2.createNatGateway({ subnetId, allocationId });
  for (const routeTableId of routeTableIds) await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
}
