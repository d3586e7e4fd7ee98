import type { Lab } from "../../lab/lab";
import type { Connection } from "../../lab/dataPlane/traffic";
import type { IsolatedStack } from "./isolatedStack";

/** A private subnet of the example, with the route table of the same name. */
export interface PrivateSubnet {
  readonly name: string;
  readonly subnetId: string;
  readonly routeTableId: string;
}

/** The network of a stack of examples/staged, looked at from the cloud's side. */
export interface ExampleNetwork {
  /** The one of each stage, in the order of the stages. */
  readonly subnets: readonly PrivateSubnet[];
  /** The id of the gateway endpoint or NAT gateway by which a connection from one of the subnets went. */
  wayOf(connection: Connection): string;
  /** Where the routes lead that EC2 tells of: the endpoint's id, or the NAT gateway's. */
  routeOf(subnet: PrivateSubnet): string;
}

export const REGION = "us-east-1";

interface Resource {
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
}

/** Reads the example's ids from the stack's state. */
export async function exampleNetwork(lab: Lab, stack: IsolatedStack): Promise<ExampleNetwork> {
  const { stdout } = await stack.pulumi("stack", "export");
  const { resources } = (JSON.parse(stdout) as { deployment: { resources: readonly Resource[] } }).deployment;
  const privateIdsOf = (type: string): ReadonlyMap<string, string> =>
    new Map(
      resources
        .filter((resource) => resource.type === type)
        .map(({ urn, id = "" }) => [urn.split("::").at(-1) ?? "", id] as const)
        .filter(([name]) => name.startsWith("private-")),
    );
  const routeTableIds = privateIdsOf("aws:ec2/routeTable:RouteTable");
  const subnetIds = privateIdsOf("aws:ec2/subnet:Subnet");
  const subnets = [...routeTableIds]
    .sort()
    .map(([name, routeTableId]) => ({ name, routeTableId, subnetId: subnetIds.get(name) ?? "" }));
  const routesOf = ({ routeTableId }: PrivateSubnet): { readonly endpoint?: string; readonly standard?: string } => {
    const routes = lab.cloud.routesOf(REGION, routeTableId);
    return {
      endpoint: routes.find(({ destinationPrefixListId }) => destinationPrefixListId !== undefined)?.gatewayId,
      standard: routes.find(({ destinationCidrBlock }) => destinationCidrBlock === "0.0.0.0/0")?.natGatewayId,
    };
  };
  return {
    subnets,
    wayOf: ({ way, vpcEndpointId, subnetId }) => {
      const subnet = subnets.find((each) => each.subnetId === subnetId);
      return (
        vpcEndpointId ?? (way === "natGateway" && subnet !== undefined ? routesOf(subnet).standard : undefined) ?? way
      );
    },
    routeOf: (subnet) => {
      const { endpoint, standard } = routesOf(subnet);
      // The route to a prefix list is more specific than the default route.
      return endpoint ?? standard ?? "no route";
    },
  };
}
