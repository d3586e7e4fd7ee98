import type { Route } from "../cloud/ec2/kinds/routeTable";

/** A route as the provider's `routes` have it. */
export interface ListedRoute {
  readonly cidrBlock?: string;
  readonly destinationPrefixListId?: string;
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
  readonly networkInterfaceId?: string;
  readonly transitGatewayId?: string;
  readonly vpcPeeringConnectionId?: string;
}

/** The provider lists neither the VPC's own route nor those of gateway endpoints, so that they are no drift. */
export function ownRoutes(routes: readonly Route[]): readonly ListedRoute[] {
  return routes
    .filter(({ gatewayId }) => gatewayId !== "local" && !gatewayId?.startsWith("vpce-"))
    .map((route) => ({
      cidrBlock: route.destinationCidrBlock,
      destinationPrefixListId: route.destinationPrefixListId,
      gatewayId: route.gatewayId,
      natGatewayId: route.natGatewayId,
      networkInterfaceId: route.networkInterfaceId,
      transitGatewayId: route.transitGatewayId,
      vpcPeeringConnectionId: route.vpcPeeringConnectionId,
    }));
}
