import type { Route } from "./kinds/routeTable";
import type { Vpc } from "./kinds/vpc";

/** Every table of a VPC leads to its own ranges. */
export function localRoutes({ cidrBlock, moreCidrBlocks = [], ipv6CidrBlocks = [] }: Vpc): readonly Route[] {
  const local = { gatewayId: "local", origin: "CreateRouteTable", state: "active" } as const;
  return [
    ...[cidrBlock, ...moreCidrBlocks.map((each) => each.cidrBlock)].map((destinationCidrBlock) => ({
      destinationCidrBlock,
      ...local,
    })),
    ...ipv6CidrBlocks.map(({ ipv6CidrBlock }) => ({ destinationIpv6CidrBlock: ipv6CidrBlock, ...local })),
  ];
}
