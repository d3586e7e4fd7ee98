import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { blackhole } from "./blackholes";
import {
  EGRESS_ONLY_INTERNET_GATEWAY,
  type EgressOnlyInternetGateway,
  VPN_GATEWAY,
  type VpnGateway,
} from "./kinds/gateway";
import { ROUTE_TABLE, type Route } from "./kinds/routeTable";
import { VPC } from "./kinds/vpc";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { destinationOf } from "./routeTables";

export interface CreateVpnGatewayRequest {
  readonly type: string;
  readonly amazonSideAsn?: number;
  readonly tags?: Tags;
}

interface Propagation {
  readonly routeTableId: string;
  readonly gatewayId: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html */
export const vpnGatewayOperations = ec2Operations((network) => {
  const gatewayOf = (id: string): VpnGateway => existing(network.vpnGateways, VPN_GATEWAY, id);
  return {
    createVpnGateway: ({ type, amazonSideAsn = 64_512, tags = {} }: CreateVpnGatewayRequest): VpnGateway => {
      if (type !== "ipsec.1") throw new ApiError("InvalidParameterValue", `Invalid type '${type}'`);
      const vpnGatewayId = network.newId("vgw");
      const gateway: VpnGateway = { vpnGatewayId, type: "ipsec.1", state: "available", amazonSideAsn, propagates: [] };
      network.vpnGateways.put(vpnGatewayId, gateway);
      network.tags.put(vpnGatewayId, tags);
      return gateway;
    },

    attachVpnGateway: ({ vpnGatewayId, vpcId }: { readonly vpnGatewayId: string; readonly vpcId: string }): void => {
      const gateway = gatewayOf(vpnGatewayId);
      existing(network.vpcs, VPC, vpcId);
      if (gateway.vpcId !== undefined || network.vpnGateways.all().some((known) => known.vpcId === vpcId)) {
        throw new ApiError(
          "InvalidParameterValue",
          `The specified VPC or virtual private gateway is already attached.`,
        );
      }
      network.vpnGateways.put(vpnGatewayId, { ...gateway, vpcId });
    },

    detachVpnGateway: ({ vpnGatewayId, vpcId }: { readonly vpnGatewayId: string; readonly vpcId: string }): void => {
      const { vpcId: attachedTo, ...gateway } = gatewayOf(vpnGatewayId);
      if (attachedTo !== vpcId) {
        throw new ApiError(
          "InvalidVpnGatewayAttachment.NotFound",
          `The attachment with vpn gateway ID '${vpnGatewayId}' and vpc ID '${vpcId}' does not exist`,
        );
      }
      network.vpnGateways.put(vpnGatewayId, gateway);
      blackhole(network, "gatewayId", vpnGatewayId);
    },

    deleteVpnGateway: ({ vpnGatewayId }: { readonly vpnGatewayId: string }): void => {
      if (gatewayOf(vpnGatewayId).vpcId !== undefined) {
        throw new ApiError("IncorrectState", `The vpnGateway ID '${vpnGatewayId}' is attached to a VPC`);
      }
      network.vpnGateways.remove(vpnGatewayId);
      network.tags.remove(vpnGatewayId);
    },
  };
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html */
export const propagationOperations = ec2Operations((network) => {
  return {
    enableVgwRoutePropagation: ({ routeTableId, gatewayId }: Propagation): void => {
      const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
      const gateway = existing(network.vpnGateways, VPN_GATEWAY, gatewayId);
      if (gateway.vpcId !== table.vpcId) {
        throw new ApiError("Gateway.NotAttached", `resource ${gatewayId} is not attached to network ${table.vpcId}`);
      }
      const propagatingVgws = [...new Set([...(table.propagatingVgws ?? []), gatewayId])];
      network.routeTables.put(routeTableId, { ...table, propagatingVgws });
      propagate(network, gateway);
    },

    disableVgwRoutePropagation: ({ routeTableId, gatewayId }: Propagation): void => {
      const table = existing(network.routeTables, ROUTE_TABLE, routeTableId);
      network.routeTables.put(routeTableId, {
        ...table,
        propagatingVgws: (table.propagatingVgws ?? []).filter((id) => id !== gatewayId),
        routes: table.routes.filter((route) => !isPropagated(route, gatewayId)),
      });
    },
  };
});

function isPropagated({ origin, gatewayId }: Route, vpnGatewayId: string): boolean {
  return origin === "EnableVgwRoutePropagation" && gatewayId === vpnGatewayId;
}

/** Gives the tables to which a gateway propagates the routes that it knows. A static route to a range stays. */
export function propagate(network: Ec2Network, { vpnGatewayId, propagates }: VpnGateway): void {
  for (const table of network.routeTables.all()) {
    if (!table.propagatingVgws?.includes(vpnGatewayId)) continue;
    const others = table.routes.filter((route) => !isPropagated(route, vpnGatewayId));
    const taken = others.map(destinationOf);
    const propagated = propagates
      .filter((range) => !taken.includes(range))
      .map((destinationCidrBlock): Route => {
        const common = { gatewayId: vpnGatewayId, state: "active" } as const;
        return { destinationCidrBlock, ...common, origin: "EnableVgwRoutePropagation" };
      });
    network.routeTables.put(table.routeTableId, { ...table, routes: [...others, ...propagated] });
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateEgressOnlyInternetGateway.html */
export const egressOnlyOperations = ec2Operations((network) => {
  return {
    createEgressOnlyInternetGateway: ({
      vpcId,
      tags = {},
    }: {
      readonly vpcId: string;
      readonly tags?: Tags;
    }): EgressOnlyInternetGateway => {
      existing(network.vpcs, VPC, vpcId);
      const gateway = { egressOnlyInternetGatewayId: network.newId("eigw"), vpcId };
      network.egressOnlyInternetGateways.put(gateway.egressOnlyInternetGatewayId, gateway);
      network.tags.put(gateway.egressOnlyInternetGatewayId, tags);
      return gateway;
    },

    deleteEgressOnlyInternetGateway: ({
      egressOnlyInternetGatewayId: id,
    }: {
      egressOnlyInternetGatewayId: string;
    }): void => {
      existing(network.egressOnlyInternetGateways, EGRESS_ONLY_INTERNET_GATEWAY, id);
      network.egressOnlyInternetGateways.remove(id);
      network.tags.remove(id);
      blackhole(network, "egressOnlyInternetGatewayId", id);
    },
  };
});
