import { ApiError } from "../apiError";
import { ACCOUNT_ID } from "../identifiers";
import { EGRESS_ONLY_INTERNET_GATEWAY, INTERNET_GATEWAY, VPN_GATEWAY } from "./kinds/gateway";
import { INSTANCE } from "./kinds/instance";
import type { Route, RouteDestination, RouteTable, RouteTarget } from "./kinds/routeTable";
import { VPC_ENDPOINT } from "./kinds/vpcEndpoint";
import { VPC_PEERING_CONNECTION } from "./kinds/vpcPeering";
import { type Ec2Network, existing } from "./network";
import { interfaceOf } from "./networkInterfaces";
import { attachmentOf } from "./transitGateways";

export interface RequestedTarget extends RouteTarget {
  readonly vpcEndpointId?: string;
}

/** Of each kind of target: whether it is there for this table, and how the route shows it. */
type Target = (network: Ec2Network, table: RouteTable, id: string) => RouteTarget & Pick<Route, "state">;

const TARGETS: Readonly<Record<Exclude<keyof RequestedTarget, "instanceOwnerId">, Target>> = {
  gatewayId: (network, table, gatewayId) => {
    requireAttached(network, table, gatewayId);
    return { gatewayId, state: "active" };
  },
  natGatewayId: ({ natGateways }, table, natGatewayId) => {
    const gateway = natGateways.get(natGatewayId);
    if (gateway === undefined) {
      throw new ApiError("InvalidNatGatewayID.NotFound", `The natGateway ID '${natGatewayId}' does not exist`);
    }
    requireSameNetwork(table, "NAT gateway", natGatewayId, gateway.vpcId);
    return { natGatewayId, state: gateway.state === "available" ? "active" : "blackhole" };
  },
  networkInterfaceId: (network, table, networkInterfaceId) => {
    const { vpcId, status, attachment } = interfaceOf(network, networkInterfaceId);
    requireSameNetwork(table, "interface", networkInterfaceId, vpcId);
    const { instanceId } = attachment ?? {};
    return {
      networkInterfaceId,
      ...(instanceId !== undefined && { instanceId, instanceOwnerId: ACCOUNT_ID }),
      state: status === "in-use" ? "active" : "blackhole",
    };
  },
  instanceId: (network, table, instanceId) => {
    const { networkInterfaceId = "" } = existing(network.instances, INSTANCE, instanceId);
    return TARGETS.networkInterfaceId(network, table, networkInterfaceId);
  },
  transitGatewayId: (network, table, transitGatewayId) => {
    if (attachmentOf(network, transitGatewayId, table.vpcId) === undefined) {
      throw new ApiError(
        "InvalidTransitGatewayID.NotFound",
        `The transitGateway ID '${transitGatewayId}' does not exist.`,
      );
    }
    return { transitGatewayId, state: "active" };
  },
  vpcPeeringConnectionId: ({ peeringConnections }, table, vpcPeeringConnectionId) => {
    const { requester, accepter, status } = existing(
      peeringConnections,
      VPC_PEERING_CONNECTION,
      vpcPeeringConnectionId,
    );
    if (accepter.vpcId !== table.vpcId) {
      requireSameNetwork(table, "peering connection", vpcPeeringConnectionId, requester.vpcId);
    }
    return { vpcPeeringConnectionId, state: status === "active" ? "active" : "blackhole" };
  },
  egressOnlyInternetGatewayId: ({ egressOnlyInternetGateways }, table, egressOnlyInternetGatewayId) => {
    const gateway = existing(egressOnlyInternetGateways, EGRESS_ONLY_INTERNET_GATEWAY, egressOnlyInternetGatewayId);
    requireSameNetwork(table, "network gateway", egressOnlyInternetGatewayId, gateway.vpcId);
    return { egressOnlyInternetGatewayId, state: "active" };
  },
  vpcEndpointId: (network, table, vpcEndpointId) => {
    const { vpcId, vpcEndpointType } = existing(network.endpoints, VPC_ENDPOINT, vpcEndpointId);
    if (vpcEndpointType !== "GatewayLoadBalancer") {
      throw new ApiError("InvalidParameterValue", `invalid value for parameter vpc-endpoint-id: ${vpcEndpointId}`);
    }
    requireSameNetwork(table, "VPC endpoint", vpcEndpointId, vpcId);
    return { gatewayId: vpcEndpointId, state: "active" };
  },
  // The lab has none of these three, and takes them as they are.
  localGatewayId: (_network, _table, localGatewayId) => ({ localGatewayId, state: "active" }),
  carrierGatewayId: (_network, _table, carrierGatewayId) => ({ carrierGatewayId, state: "active" }),
  coreNetworkArn: (_network, _table, coreNetworkArn) => ({ coreNetworkArn, state: "active" }),
};

/** The route by hand that is asked for, if its target is there. */
export function routeTo(network: Ec2Network, table: RouteTable, request: RouteDestination & RequestedTarget): Route {
  const { destinationCidrBlock, destinationIpv6CidrBlock, destinationPrefixListId, ...targets } = request;
  const given = (Object.keys(TARGETS) as (keyof typeof TARGETS)[]).flatMap((kind) => {
    const id = targets[kind];
    return id === undefined ? [] : [[kind, id] as const];
  });
  const [target, ...others] = given;
  if (target === undefined) {
    throw new ApiError("MissingParameter", "The request must contain the parameter gatewayId");
  }
  if (others.length > 0) {
    throw new ApiError("InvalidParameterCombination", "Exactly one target of a route can be specified.");
  }
  const [kind, id] = target;
  return {
    ...(destinationCidrBlock !== undefined && { destinationCidrBlock }),
    ...(destinationIpv6CidrBlock !== undefined && { destinationIpv6CidrBlock }),
    ...(destinationPrefixListId !== undefined && { destinationPrefixListId }),
    ...TARGETS[kind](network, table, id),
    origin: "CreateRoute",
  };
}

/** A gateway of the table's VPC: an internet gateway or a virtual private one. */
export function requireAttached({ internetGateways, vpnGateways }: Ec2Network, table: RouteTable, id: string): void {
  if (id.startsWith("vgw-")) {
    requireSameNetwork(table, "network gateway", id, existing(vpnGateways, VPN_GATEWAY, id).vpcId);
  } else if (id.startsWith("igw-")) {
    requireSameNetwork(table, "network gateway", id, existing(internetGateways, INTERNET_GATEWAY, id).vpcId);
  } else {
    throw new ApiError("InvalidParameterValue", `invalid value for parameter gateway-id: ${id}`);
  }
}

function requireSameNetwork({ routeTableId, vpcId }: RouteTable, what: string, id: string, ofTarget?: string): void {
  if (ofTarget === vpcId) return;
  throw new ApiError(
    "InvalidParameterValue",
    `route table ${routeTableId} and ${what} ${id} belong to different networks`,
  );
}
