import type { FilterValue, Kind } from "./kind";
import { ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html */
export interface Route extends RouteDestination, RouteTarget {
  readonly origin: "CreateRouteTable" | "CreateRoute";
  readonly state: "active" | "blackhole";
}

export interface RouteDestination {
  readonly destinationCidrBlock?: string;
  readonly destinationPrefixListId?: string;
}

/** Where a route leads: exactly one of these. `gatewayId` is `local`, an internet gateway or a gateway endpoint. */
export interface RouteTarget {
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
  readonly networkInterfaceId?: string;
  readonly transitGatewayId?: string;
  readonly vpcPeeringConnectionId?: string;
}

export interface RouteTableAssociation {
  readonly routeTableAssociationId: string;
  readonly routeTableId: string;
  readonly main: boolean;
  readonly subnetId?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RouteTable.html */
export interface RouteTable {
  readonly routeTableId: string;
  readonly vpcId: string;
  readonly routes: readonly Route[];
  readonly associations: readonly RouteTableAssociation[];
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
      "association.main": "main",
      "association.route-table-id": "routeTableId",
      "association.route-table-association-id": "routeTableAssociationId",
    }),
    ...each((table) => table.routes, {
      "route.destination-cidr-block": "destinationCidrBlock",
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
