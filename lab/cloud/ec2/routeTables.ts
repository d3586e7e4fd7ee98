import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, canonicalIpv6Cidr, parseCidr } from "./cidr";
import { isServicePrefixList, MANAGED_PREFIX_LIST } from "./kinds/prefixList";
import {
  ROUTE_TABLE,
  type RouteTable,
  type Route,
  type RouteDestination,
  type RouteTarget,
  type RouteTableAssociation,
} from "./kinds/routeTable";
import { SUBNET } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";
import { requireAttached, routeTo } from "./routeTargets";
import { localRoutes } from "./vpcRanges";

export interface RouteRequest extends RouteDestination, RouteTarget {
  readonly routeTableId: string;
  /** Of a gateway load balancer. The route has it for its gateway. */
  readonly vpcEndpointId?: string;
}

/** The destination of a route, as an identity within its table. */
export function destinationOf(route: RouteDestination): string {
  return route.destinationCidrBlock ?? route.destinationIpv6CidrBlock ?? route.destinationPrefixListId ?? "";
}

/**
 * CreateRouteTable, DescribeRouteTables, DeleteRouteTable.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
 */
export const routeTableOperations = ec2Operations((network) => {
  return {
    createRouteTable: ({ vpcId, tags = {} }: { readonly vpcId: string; readonly tags?: Tags }): RouteTable => {
      const vpc = existing(network.vpcs, VPC, vpcId);
      const routeTableId = network.newId("rtb");
      const table: RouteTable = { routeTableId, vpcId, routes: localRoutes(vpc), associations: [] };
      network.routeTables.put(routeTableId, table);
      network.tags.put(routeTableId, tags);
      return table;
    },

    deleteRouteTable: ({ routeTableId }: { readonly routeTableId: string }): void => {
      if (existing(network.routeTables, ROUTE_TABLE, routeTableId).associations.length > 0) {
        throw dependencyViolation("routeTable", routeTableId);
      }
      leaveEndpoints(network, routeTableId);
      network.tags.remove(routeTableId);
      network.routeTables.remove(routeTableId);
    },
  };
});

/**
 * CreateRoute, ReplaceRoute, DeleteRoute. The routes of gateway endpoints cannot be made, changed or deleted by hand:
 * https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html#vpc-endpoints-routing
 */
export const routeOperations = ec2Operations((network) => {
  return {
    createRoute: ({ routeTableId, ...request }: RouteRequest): void => {
      const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
      const route = canonical(request);
      const destination = requireDestination(network, table, route);
      if (table.routes.some((known) => destinationOf(known) === destination)) {
        throw new ApiError("RouteAlreadyExists", `The route identified by ${destination} already exists.`);
      }
      requireRoom(network, table);
      const created = routeTo(network, table, route);
      network.routeTables.put(routeTableId, { ...table, routes: [...table.routes, created] });
    },

    replaceRoute: ({ routeTableId, ...request }: RouteRequest): void => {
      const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
      const route = canonical(request);
      const destination = requireDestination(network, table, route);
      requireReplaceable(network, table, destination);
      const changed = routeTo(network, table, route);
      network.routeTables.put(routeTableId, {
        ...table,
        routes: table.routes.map((known) => (destinationOf(known) === destination ? changed : known)),
      });
    },

    deleteRoute: ({ routeTableId, ...destination }: RouteDestination & { readonly routeTableId: string }): void => {
      const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
      const route = requireRoute(table, destinationOf(canonical(destination)));
      if (route.gatewayId === "local") {
        throw new ApiError(
          "InvalidParameterValue",
          `cannot remove local route ${destinationOf(route)} in route table ${routeTableId}`,
        );
      }
      if (isOfGatewayEndpoint(network, route)) {
        throw new ApiError(
          "InvalidParameterValue",
          `cannot remove VPC endpoint route ${destinationOf(route)} in route table ${routeTableId}`,
        );
      }
      network.routeTables.put(routeTableId, { ...table, routes: table.routes.filter((known) => known !== route) });
    },
  };
});

function requireRoom({ quotas }: Ec2Network, { routes }: RouteTable): void {
  if (routes.filter(({ gatewayId }) => gatewayId !== "local").length < quotas.routesPerTable) return;
  throw new ApiError("RouteLimitExceeded", "The maximum number of routes has been reached.");
}

/**
 * AssociateRouteTable, ReplaceRouteTableAssociation, DisassociateRouteTable.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html
 */
export const routeTableAssociationOperations = ec2Operations((network) => {
  const put = (association: RouteTableAssociation): void => {
    const table = existing(network.routeTables, ROUTE_TABLE, association.routeTableId);
    network.routeTables.put(table.routeTableId, { ...table, associations: [...table.associations, association] });
  };
  const take = (associationId: string): RouteTableAssociation => {
    const { table, association } = associationOf(network, associationId);
    const associations = table.associations.filter((known) => known !== association);
    network.routeTables.put(table.routeTableId, { ...table, associations });
    return association;
  };

  return {
    associateRouteTable: (request: AssociateRouteTableRequest): RouteTableAssociation => {
      const ends = acceptedEnds(network, request);
      const { routeTableId } = request;
      const association = { routeTableAssociationId: network.newId("rtbassoc"), routeTableId, main: false, ...ends };
      put(association);
      return association;
    },

    /**
     * The association of a subnet, or of the whole VPC (its main route table), passes to another table and gets a new
     * id.
     */
    replaceRouteTableAssociation: ({
      associationId,
      routeTableId,
    }: {
      readonly associationId: string;
      readonly routeTableId: string;
    }): RouteTableAssociation => {
      requireSameVpc(
        existing(network.routeTables, ROUTE_TABLE, routeTableId),
        associationOf(network, associationId).table,
      );
      const association = { ...take(associationId), routeTableAssociationId: network.newId("rtbassoc"), routeTableId };
      put(association);
      return association;
    },

    disassociateRouteTable: ({ associationId }: { readonly associationId: string }): void => {
      if (associationOf(network, associationId).association.main) {
        throw new ApiError(
          "InvalidParameterValue",
          `cannot disassociate the main route table association ${associationId}`,
        );
      }
      take(associationId);
    },
  };
});

function associationOf(
  network: Ec2Network,
  associationId: string,
): { readonly table: RouteTable; readonly association: RouteTableAssociation } {
  for (const table of network.routeTables.all()) {
    const association = table.associations.find((known) => known.routeTableAssociationId === associationId);
    if (association !== undefined) return { table, association };
  }
  throw new ApiError("InvalidAssociationID.NotFound", `The association ID '${associationId}' does not exist`);
}

export interface AssociateRouteTableRequest {
  readonly routeTableId: string;
  /** One of the two. */
  readonly subnetId?: string;
  readonly gatewayId?: string;
}

function acceptedEnds(
  network: Ec2Network,
  { routeTableId, subnetId, gatewayId }: AssociateRouteTableRequest,
): Pick<RouteTableAssociation, "subnetId" | "gatewayId"> {
  const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
  const ends = { ...(subnetId !== undefined && { subnetId }), ...(gatewayId !== undefined && { gatewayId }) };
  if (Object.keys(ends).length !== 1) {
    throw new ApiError("InvalidParameterCombination", "Either 'subnetId' or 'gatewayId' should be provided.");
  }
  if (subnetId !== undefined) requireSameVpc(table, existing(network.subnets, SUBNET, subnetId));
  if (gatewayId !== undefined) requireAttached(network, table, gatewayId);
  if (isTaken(network, ends)) {
    throw new ApiError(
      "Resource.AlreadyAssociated",
      `the specified association for route table ${routeTableId} conflicts with an existing association`,
    );
  }
  return ends;
}

/** Whether the subnet, or the gateway, is associated with a table already. */
function isTaken(network: Ec2Network, { subnetId, gatewayId }: Partial<RouteTableAssociation>): boolean {
  return network.routeTables
    .all()
    .some(({ associations }) =>
      associations.some((known) => !known.main && known.subnetId === subnetId && known.gatewayId === gatewayId),
    );
}

function requireSameVpc(table: RouteTable, other: { readonly vpcId: string }): void {
  if (table.vpcId === other.vpcId) return;
  throw new ApiError(
    "InvalidParameterValue",
    `Route table ${table.routeTableId} and network ${other.vpcId} belong to different networks`,
  );
}

function requireDestination(network: Ec2Network, table: RouteTable, route: RouteDestination): string {
  const destination = destinationOf(route);
  if (destination === "")
    throw new ApiError("MissingParameter", "The request must contain the parameter destinationCidrBlock");
  const { destinationCidrBlock: range, destinationIpv6CidrBlock: range6, destinationPrefixListId: list } = route;
  if (range !== undefined && parseCidr(range) === undefined) throw noRange("destinationCidrBlock", range);
  if (range6 !== undefined && canonicalIpv6Cidr(range6) === undefined)
    throw noRange("destinationIpv6CidrBlock", range6);
  if (list === undefined) return destination;
  const managed = table.routes.some(
    (known) => destinationOf(known) === destination && isOfGatewayEndpoint(network, known),
  );
  if (isServicePrefixList(network.region, list)) {
    if (managed) return destination;
    throw new ApiError(
      "InvalidParameterValue",
      `The prefix list ${destination} belongs to a gateway endpoint and cannot be the destination of a route.`,
    );
  }
  existing(network.prefixLists, MANAGED_PREFIX_LIST, list);
  return destination;
}

function noRange(parameter: string, range: string): ApiError {
  return new ApiError(
    "InvalidParameterValue",
    `Value (${range}) for parameter ${parameter} is invalid. This is not a valid CIDR block.`,
  );
}

/** The managed route of a gateway endpoint; those to other endpoints are made by hand. */
export function isOfGatewayEndpoint({ endpoints }: Ec2Network, { gatewayId }: Pick<Route, "gatewayId">): boolean {
  return gatewayId?.startsWith("vpce-") === true && endpoints.get(gatewayId)?.vpcEndpointType === "Gateway";
}

function canonical<D extends RouteDestination>(route: D): D {
  const { destinationCidrBlock, destinationIpv6CidrBlock } = route;
  const range = destinationCidrBlock === undefined ? undefined : parseCidr(destinationCidrBlock);
  const range6 = destinationIpv6CidrBlock === undefined ? undefined : canonicalIpv6Cidr(destinationIpv6CidrBlock);
  return {
    ...route,
    ...(range && { destinationCidrBlock: canonicalCidr(range) }),
    ...(range6 && { destinationIpv6CidrBlock: range6 }),
  };
}

/**
 * Not the code of an absent route elsewhere: AWS is asked in https://github.com/getmoto/moto/pull/6425. The route of a
 * gateway endpoint is changed by way of the endpoint only.
 */
function requireReplaceable(network: Ec2Network, table: RouteTable, destination: string): void {
  const route = table.routes.find((known) => destinationOf(known) === destination);
  if (route === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
    );
  }
  if (isOfGatewayEndpoint(network, route)) {
    throw new ApiError(
      "InvalidParameterValue",
      `cannot replace VPC endpoint route ${destination} in route table ${table.routeTableId}`,
    );
  }
}

function requireRoute(table: RouteTable, destination: string): Route {
  const route = table.routes.find((known) => destinationOf(known) === destination);
  if (route !== undefined) return route;
  throw new ApiError(
    "InvalidRoute.NotFound",
    `no route with destination-cidr-block ${destination} in route table ${table.routeTableId}`,
  );
}

function leaveEndpoints(network: Ec2Network, routeTableId: string): void {
  for (const endpoint of network.endpoints.all()) {
    if (!endpoint.routeTableIds.includes(routeTableId)) continue;
    const routeTableIds = endpoint.routeTableIds.filter((id) => id !== routeTableId);
    network.endpoints.put(endpoint.vpcEndpointId, { ...endpoint, routeTableIds });
  }
}
