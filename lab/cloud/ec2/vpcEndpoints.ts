import { setTimeout as sleep } from "node:timers/promises";
import { ApiError } from "../apiError";
import type { Kind } from "./kinds/kind";
import { type PrefixList, prefixListOfService } from "./kinds/prefixList";
import { type Route, ROUTE_TABLE, type RouteTable } from "./kinds/routeTable";
import { blackhole } from "./blackholes";
import { acceptedPolicy, FULL_ACCESS } from "./endpointPolicies";
import type { CreateVpcEndpointRequest, ModifyVpcEndpointRequest } from "./endpointRequests";
import { acceptedIpAddressType, createInterfaceEndpoint, modifyInterfaceEndpoint } from "./interfaceEndpoints";
import { VPC } from "./kinds/vpc";
import { VPC_ENDPOINT, type VpcEndpoint } from "./kinds/vpcEndpoint";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { removeInterface } from "./networkInterfaces";
import { destinationOf } from "./routeTables";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnsuccessfulItem.html */
export interface UnsuccessfulItem {
  readonly resourceId: string;
  readonly error: { readonly code: string; readonly message: string };
}

/** How long a change of an endpoint takes: long enough that another one can meet it, too short to wait for. */
const MODIFICATION_MILLIS = 2;

/** Where a table is associated with an endpoint, the code is spelled in another way. */
const ASSOCIABLE: Kind<RouteTable> = { ...ROUTE_TABLE, notFound: "InvalidRouteTableId.NotFound" };

/**
 * CreateVpcEndpoint, DescribeVpcEndpoints, ModifyVpcEndpoint, DeleteVpcEndpoints, of each type.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpoint.html
 */
export const vpcEndpointOperations = ec2Operations((network) => {
  const underWay = new Set<string>();

  /** One change of an endpoint at a time; another that comes meanwhile is refused, not queued. */
  const exclusively = async <T>(vpcEndpointId: string, change: () => T): Promise<T> => {
    if (underWay.has(vpcEndpointId)) {
      throw new ApiError("OperationInProgress", `VpcEndpoint modify operation in progress: ${vpcEndpointId}`);
    }
    underWay.add(vpcEndpointId);
    try {
      await sleep(MODIFICATION_MILLIS);
      return change();
    } finally {
      underWay.delete(vpcEndpointId);
    }
  };

  return {
    createVpcEndpoint: (request: CreateVpcEndpointRequest): VpcEndpoint =>
      (request.vpcEndpointType ?? "Gateway") === "Gateway"
        ? createEndpoint(network, request)
        : createInterfaceEndpoint(network, request),

    modifyVpcEndpoint: async (request: ModifyVpcEndpointRequest): Promise<void> => {
      existing(network.endpoints, VPC_ENDPOINT, request.vpcEndpointId);
      await exclusively(request.vpcEndpointId, () => modifyEndpoint(network, request));
    },

    /** Answers per endpoint: a failure is an item of the answer, not an error. */
    deleteVpcEndpoints: async ({
      vpcEndpointIds,
    }: {
      readonly vpcEndpointIds: readonly string[];
    }): Promise<readonly UnsuccessfulItem[]> => {
      const outcomes = vpcEndpointIds.map(async (id): Promise<UnsuccessfulItem | undefined> => {
        try {
          existing(network.endpoints, VPC_ENDPOINT, id);
          await exclusively(id, () => deleteEndpoint(network, id));
          return undefined;
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          return { resourceId: id, error: { code: error.code, message: error.message } };
        }
      });
      return (await Promise.all(outcomes)).filter((outcome) => outcome !== undefined);
    },
  };
});

function createEndpoint(
  network: Ec2Network,
  { tags = {}, routeTableIds = [], ...request }: CreateVpcEndpointRequest,
): VpcEndpoint {
  existing(network.vpcs, VPC, request.vpcId);
  for (const parameter of ["subnetIds", "securityGroupIds", "privateDnsEnabled"] as const) {
    if (!request[parameter]) continue;
    throw new ApiError("InvalidParameter", `${parameter} cannot be specified for endpoints of type Gateway.`);
  }
  const list = prefixListOfService(network.region, request.serviceName);
  if (list === undefined) {
    throw new ApiError("InvalidServiceName", `The Vpc Endpoint Service '${request.serviceName}' does not exist`);
  }
  const gatewayEndpoints = network.endpoints.all().filter((each) => each.vpcEndpointType === "Gateway");
  if (gatewayEndpoints.length >= network.quotas.gatewayEndpoints) {
    throw new ApiError("VpcEndpointLimitExceeded", "The maximum number of VPC endpoints has been reached.");
  }
  const endpoint: VpcEndpoint = {
    vpcEndpointId: network.newId("vpce"),
    vpcEndpointType: "Gateway",
    vpcId: request.vpcId,
    serviceName: request.serviceName,
    state: "available",
    policyDocument: request.policyDocument === undefined ? FULL_ACCESS : acceptedPolicy(request.policyDocument),
    routeTableIds: [],
    ipAddressType: acceptedIpAddressType(request.ipAddressType ?? "ipv4"),
    requesterManaged: false,
    creationTimestamp: new Date().toISOString(),
    subnetIds: [],
    groupIds: [],
    networkInterfaceIds: [],
    privateDnsEnabled: false,
    dnsEntries: [],
  };
  requireAssociable(network, endpoint, list, routeTableIds);
  network.tags.put(endpoint.vpcEndpointId, tags);
  return associate(network, endpoint, list, routeTableIds);
}

function modifyEndpoint(network: Ec2Network, request: ModifyVpcEndpointRequest): void {
  const { addRouteTableIds = [], removeRouteTableIds = [] } = request;
  const endpoint = existing(network.endpoints, VPC_ENDPOINT, request.vpcEndpointId);
  if (endpoint.vpcEndpointType !== "Gateway") {
    modifyInterfaceEndpoint(network, endpoint, request);
    return;
  }
  const list = prefixListOf(network, endpoint);
  const policyDocument = request.resetPolicy
    ? FULL_ACCESS
    : request.policyDocument === undefined
      ? endpoint.policyDocument
      : acceptedPolicy(request.policyDocument);
  const ipAddressType = acceptedIpAddressType(request.ipAddressType ?? endpoint.ipAddressType);
  requireAssociable(network, endpoint, list, addRouteTableIds);
  requireAssociated(network, endpoint, removeRouteTableIds);
  const kept = dissociate(network, { ...endpoint, policyDocument, ipAddressType }, removeRouteTableIds);
  associate(network, kept, list, addRouteTableIds);
}

function deleteEndpoint(network: Ec2Network, vpcEndpointId: string): void {
  const endpoint = existing(network.endpoints, VPC_ENDPOINT, vpcEndpointId);
  dissociate(network, endpoint, endpoint.routeTableIds);
  for (const id of endpoint.networkInterfaceIds) removeInterface(network, id);
  blackhole(network, "gatewayId", vpcEndpointId);
  network.tags.remove(vpcEndpointId);
  network.endpoints.remove(vpcEndpointId);
}

function prefixListOf({ region }: Ec2Network, { serviceName }: VpcEndpoint): PrefixList {
  const list = prefixListOfService(region, serviceName);
  if (list === undefined) throw new Error(`an endpoint of an unknown service: ${serviceName}`);
  return list;
}

/** One endpoint route per service and route table; table and endpoint lie in the same VPC. */
function requireAssociable(
  network: Ec2Network,
  endpoint: VpcEndpoint,
  list: PrefixList,
  routeTableIds: readonly string[],
): void {
  for (const id of routeTableIds) {
    const table = existing(network.routeTables, ASSOCIABLE, id);
    if (table.vpcId !== endpoint.vpcId) {
      throw new ApiError("InvalidParameter", `Route table ${id} does not belong to VPC ${endpoint.vpcId}`);
    }
    const occupied = table.routes.find((route) => destinationOf(route) === list.prefixListId);
    if (occupied !== undefined && occupied.gatewayId !== endpoint.vpcEndpointId) {
      throw new ApiError(
        "RouteAlreadyExists",
        `route table ${id} already has a route with destination-prefix-list-id ${list.prefixListId}`,
      );
    }
  }
}

function requireAssociated(network: Ec2Network, endpoint: VpcEndpoint, routeTableIds: readonly string[]): void {
  for (const id of routeTableIds) {
    existing(network.routeTables, ASSOCIABLE, id);
    if (!endpoint.routeTableIds.includes(id)) {
      throw new ApiError(
        "InvalidParameter",
        `Route table ${id} is not associated with VPC endpoint ${endpoint.vpcEndpointId}`,
      );
    }
  }
}

/** Adds the endpoint's route to these tables. A table that has it already keeps it: associating twice is no error. */
function associate(
  network: Ec2Network,
  endpoint: VpcEndpoint,
  list: PrefixList,
  routeTableIds: readonly string[],
): VpcEndpoint {
  const added = [...new Set(routeTableIds)].filter((id) => !endpoint.routeTableIds.includes(id));
  const route: Route = {
    destinationPrefixListId: list.prefixListId,
    gatewayId: endpoint.vpcEndpointId,
    origin: "CreateRoute",
    state: "active",
  };
  changeRoutes(network, added, (routes) => [...routes, route]);
  const associated = { ...endpoint, routeTableIds: [...endpoint.routeTableIds, ...added] };
  network.endpoints.put(endpoint.vpcEndpointId, associated);
  return associated;
}

function dissociate(network: Ec2Network, endpoint: VpcEndpoint, routeTableIds: readonly string[]): VpcEndpoint {
  changeRoutes(network, routeTableIds, (routes) =>
    routes.filter(({ gatewayId }) => gatewayId !== endpoint.vpcEndpointId),
  );
  const dissociated = {
    ...endpoint,
    routeTableIds: endpoint.routeTableIds.filter((id) => !routeTableIds.includes(id)),
  };
  network.endpoints.put(endpoint.vpcEndpointId, dissociated);
  return dissociated;
}

function changeRoutes(
  network: Ec2Network,
  routeTableIds: readonly string[],
  change: (routes: readonly Route[]) => readonly Route[],
): void {
  for (const id of routeTableIds) {
    const table = network.routeTables.get(id);
    if (table !== undefined) network.routeTables.put(id, { ...table, routes: change(table.routes) });
  }
}
