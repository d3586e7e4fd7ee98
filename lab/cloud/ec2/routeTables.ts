import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, parseCidr } from "./cidr";
import { INTERNET_GATEWAY } from "./kinds/gateway";
import { isServicePrefixList } from "./kinds/prefixList";
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

export interface RouteRequest extends RouteDestination, RouteTarget {
  readonly routeTableId: string;
}

/** The destination of a route, as an identity within its table. */
export function destinationOf({ destinationCidrBlock, destinationPrefixListId }: RouteDestination): string {
  return destinationCidrBlock ?? destinationPrefixListId ?? "";
}

/**
 * CreateRouteTable, DescribeRouteTables, DeleteRouteTable.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRouteTable.html
 */
export const routeTableOperations = ec2Operations((network) => {
  return {
    createRouteTable: ({ vpcId, tags = {} }: { readonly vpcId: string; readonly tags?: Tags }): RouteTable => {
      const { cidrBlock } = existing(network.vpcs, VPC, vpcId);
      const routeTableId = network.newId("rtb");
      const table: RouteTable = {
        routeTableId,
        vpcId,
        routes: [{ destinationCidrBlock: cidrBlock, gatewayId: "local", origin: "CreateRouteTable", state: "active" }],
        associations: [],
      };
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
      const created: Route = { ...route, origin: "CreateRoute", state: stateOf(network, table, route) };
      network.routeTables.put(routeTableId, { ...table, routes: [...table.routes, created] });
    },

    replaceRoute: ({ routeTableId, ...request }: RouteRequest): void => {
      const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
      const route = canonical(request);
      const destination = requireDestination(network, table, route);
      requireReplaceable(table, destination);
      const changed: Route = { ...route, origin: "CreateRoute", state: stateOf(network, table, route) };
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
      if (route.gatewayId?.startsWith("vpce-")) {
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
    associateRouteTable: ({
      routeTableId,
      subnetId,
    }: {
      readonly routeTableId: string;
      readonly subnetId: string;
    }): RouteTableAssociation => {
      requireSameVpc(
        existing(network.routeTables, ROUTE_TABLE, routeTableId),
        existing(network.subnets, SUBNET, subnetId),
      );
      if (network.routeTables.all().some((table) => table.associations.some((known) => known.subnetId === subnetId))) {
        throw new ApiError(
          "Resource.AlreadyAssociated",
          `the specified association for route table ${routeTableId} conflicts with an existing association`,
        );
      }
      const association = { routeTableAssociationId: network.newId("rtbassoc"), routeTableId, main: false, subnetId };
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
  if (route.destinationCidrBlock !== undefined && parseCidr(route.destinationCidrBlock) === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${destination}) for parameter destinationCidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  const managed = table.routes.some(
    (known) => destinationOf(known) === destination && known.gatewayId?.startsWith("vpce-"),
  );
  if (isServicePrefixList(network.region, route.destinationPrefixListId) && !managed) {
    throw new ApiError(
      "InvalidParameterValue",
      `The prefix list ${destination} belongs to a gateway endpoint and cannot be the destination of a route.`,
    );
  }
  return destination;
}

function canonical<D extends RouteDestination>(route: D): D {
  const range = route.destinationCidrBlock === undefined ? undefined : parseCidr(route.destinationCidrBlock);
  return range === undefined ? route : { ...route, destinationCidrBlock: canonicalCidr(range) };
}

/**
 * Not the code of an absent route elsewhere: AWS is asked in https://github.com/getmoto/moto/pull/6425. The route of a
 * gateway endpoint is changed by way of the endpoint only.
 */
function requireReplaceable(table: RouteTable, destination: string): void {
  const route = table.routes.find((known) => destinationOf(known) === destination);
  if (route === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
    );
  }
  if (route.gatewayId?.startsWith("vpce-")) {
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

function stateOf(network: Ec2Network, table: RouteTable, target: RouteTarget): Route["state"] {
  const { gatewayId, natGatewayId, networkInterfaceId, transitGatewayId, vpcPeeringConnectionId } = target;
  const targets = [gatewayId, natGatewayId, networkInterfaceId, transitGatewayId, vpcPeeringConnectionId];
  if (targets.every((id) => id === undefined)) {
    throw new ApiError("MissingParameter", "The request must contain the parameter gatewayId");
  }
  if (target.gatewayId?.startsWith("vpce-")) {
    throw new ApiError("InvalidParameterValue", `invalid value for parameter gateway-id: ${target.gatewayId}`);
  }
  if (target.gatewayId?.startsWith("igw-")) {
    const gateway = existing(network.internetGateways, INTERNET_GATEWAY, target.gatewayId);
    if (gateway.vpcId === table.vpcId) return "active";
    throw new ApiError(
      "InvalidParameterValue",
      `route table ${table.routeTableId} and network gateway ${target.gatewayId} belong to different networks`,
    );
  }
  if (target.natGatewayId !== undefined) {
    const gateway = network.natGateways.get(target.natGatewayId);
    if (gateway === undefined) {
      throw new ApiError("InvalidNatGatewayID.NotFound", `The natGateway ID '${target.natGatewayId}' does not exist`);
    }
    if (gateway.vpcId !== table.vpcId) {
      throw new ApiError(
        "InvalidParameterValue",
        `route table ${table.routeTableId} and NAT gateway ${target.natGatewayId} belong to different networks`,
      );
    }
  }
  return "active";
}

function leaveEndpoints(network: Ec2Network, routeTableId: string): void {
  for (const endpoint of network.endpoints.all()) {
    if (!endpoint.routeTableIds.includes(routeTableId)) continue;
    const routeTableIds = endpoint.routeTableIds.filter((id) => id !== routeTableId);
    network.endpoints.put(endpoint.vpcEndpointId, { ...endpoint, routeTableIds });
  }
}
