import type { FilterValue, Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html */
export interface Route extends RouteDestination, RouteTarget {
  readonly origin: "CreateRouteTable" | "CreateRoute" | "EnableVgwRoutePropagation" | "Advertisement";
  readonly state: "active" | "blackhole";
}

export interface RouteDestination {
  readonly destinationCidrBlock?: string;
  readonly destinationIpv6CidrBlock?: string;
  readonly destinationPrefixListId?: string;
}

/** Where a route leads: one of these, but that an interface of an instance has both. */
export interface RouteTarget {
  /** `local`, an internet gateway, a virtual private gateway, or an endpoint. */
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
  readonly networkInterfaceId?: string;
  readonly instanceId?: string;
  readonly instanceOwnerId?: string;
  readonly transitGatewayId?: string;
  readonly vpcPeeringConnectionId?: string;
  readonly egressOnlyInternetGatewayId?: string;
  readonly localGatewayId?: string;
  readonly carrierGatewayId?: string;
  readonly coreNetworkArn?: string;
}

export interface RouteTableAssociation {
  readonly routeTableAssociationId: string;
  readonly routeTableId: string;
  readonly main: boolean;
  readonly subnetId?: string;
  /** Of an edge association: what comes in by this gateway goes by the table. */
  readonly gatewayId?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html */
export interface RouteTable extends Owned {
  readonly routeTableId: string;
  readonly vpcId: string;
  readonly routes: readonly Route[];
  readonly associations: readonly RouteTableAssociation[];
  /** The virtual private gateways that put their routes here. */
  readonly propagatingVgws?: readonly string[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export const ROUTE_TABLE: Kind<RouteTable> = {
  what: "routeTable ID",
  id: "routeTableId",
  idPrefix: "rtb",
  notFound: "InvalidRouteTableID.NotFound",
  malformed: "InvalidRouteTableId.Malformed",
  pages: { least: 5, most: 100 },
  filters: {
    "route-table-id": "routeTableId",
    "owner-id": ownerId,
    "vpc-id": "vpcId",
    ...each((table) => table.associations, {
      "association.subnet-id": "subnetId",
      "association.gateway-id": "gatewayId",
      "association.main": "main",
      "association.route-table-id": "routeTableId",
      "association.route-table-association-id": "routeTableAssociationId",
    }),
    ...each((table) => table.routes, {
      "route.destination-cidr-block": "destinationCidrBlock",
      "route.destination-ipv6-cidr-block": "destinationIpv6CidrBlock",
      "route.egress-only-internet-gateway-id": "egressOnlyInternetGatewayId",
      "route.instance-id": "instanceId",
      "route.destination-prefix-list-id": "destinationPrefixListId",
      "route.gateway-id": "gatewayId",
      "route.nat-gateway-id": "natGatewayId",
      "route.origin": "origin",
      "route.state": "state",
      "route.transit-gateway-id": "transitGatewayId",
      "route.vpc-peering-connection-id": "vpcPeeringConnectionId",
    }),
  },
};

/** Filters that ask for a field of one of the parts of a table. */
function each<P extends { readonly [F in keyof P]?: FilterValue }>(
  partsOf: (table: RouteTable) => readonly P[],
  fields: Readonly<Record<string, keyof P>>,
): Kind<RouteTable>["filters"] {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, (table) => partsOf(table).map((part) => part[field])]),
  );
}
