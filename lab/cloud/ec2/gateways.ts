import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import {
  type Address,
  ADDRESS,
  INTERNET_GATEWAY,
  type InternetGateway,
  NAT_GATEWAY,
  type NatGateway,
} from "./kinds/gateway";
import { SUBNET } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";

interface GatewayAttachment {
  readonly internetGatewayId: string;
  readonly vpcId: string;
}

export interface CreateNatGatewayRequest {
  readonly subnetId: string;
  readonly allocationId?: string;
  readonly connectivityType?: "public" | "private";
  readonly tags?: Tags;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachInternetGateway.html */
export const internetGatewayOperations = ec2Operations((network) => {
  const gatewayOf = (id: string): InternetGateway => existing(network.internetGateways, INTERNET_GATEWAY, id);
  return {
    createInternetGateway: ({ tags = {} }: { readonly tags?: Tags }): InternetGateway => {
      const internetGatewayId = network.newId("igw");
      network.internetGateways.put(internetGatewayId, { internetGatewayId });
      network.tags.put(internetGatewayId, tags);
      return { internetGatewayId };
    },

    attachInternetGateway: ({ internetGatewayId, vpcId }: GatewayAttachment): void => {
      const gateway = gatewayOf(internetGatewayId);
      existing(network.vpcs, VPC, vpcId);
      if (gateway.vpcId === undefined && network.internetGateways.all().some((known) => known.vpcId === vpcId)) {
        throw new ApiError("InvalidParameterValue", `Network ${vpcId} already has an internet gateway attached`);
      }
      if (gateway.vpcId !== undefined) {
        throw new ApiError(
          "Resource.AlreadyAssociated",
          `resource ${internetGatewayId} is already attached to network ${gateway.vpcId}`,
        );
      }
      network.internetGateways.put(internetGatewayId, { internetGatewayId, vpcId });
    },

    detachInternetGateway: ({ internetGatewayId, vpcId }: GatewayAttachment): void => {
      if (gatewayOf(internetGatewayId).vpcId !== vpcId) {
        throw new ApiError("Gateway.NotAttached", `resource ${internetGatewayId} is not attached to network ${vpcId}`);
      }
      if (network.natGateways.all().some((nat) => nat.vpcId === vpcId && nat.publicIp !== undefined)) {
        throw new ApiError(
          "DependencyViolation",
          `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before ` +
            "detaching the gateway.",
        );
      }
      network.internetGateways.put(internetGatewayId, { internetGatewayId });
    },

    deleteInternetGateway: ({ internetGatewayId }: { readonly internetGatewayId: string }): void => {
      if (gatewayOf(internetGatewayId).vpcId !== undefined)
        throw dependencyViolation("internetGateway", internetGatewayId);
      network.tags.remove(internetGatewayId);
      network.internetGateways.remove(internetGatewayId);
    },
  };
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
export const natGatewayOperations = ec2Operations((network) => {
  return {
    createNatGateway: ({
      subnetId,
      allocationId,
      connectivityType = "public",
      tags = {},
    }: CreateNatGatewayRequest): NatGateway => {
      const { vpcId, cidrBlock } = existing(network.subnets, SUBNET, subnetId);
      const address = publicAddress(network, connectivityType, allocationId);
      const natGatewayId = network.newId("nat");
      const gateway: NatGateway = {
        natGatewayId,
        vpcId,
        subnetId,
        connectivityType,
        ...(address && { allocationId, associationId: network.newId("eipassoc"), publicIp: address.publicIp }),
        privateIp: cidrBlock.replace(/\d+\/\d+$/, "10"),
        networkInterfaceId: network.newId("eni"),
        state: "available",
      };
      network.natGateways.put(natGatewayId, gateway);
      network.tags.put(natGatewayId, tags);
      return gateway;
    },

    deleteNatGateway: ({ natGatewayId }: { readonly natGatewayId: string }): void => {
      existing(network.natGateways, NAT_GATEWAY, natGatewayId);
      network.tags.remove(natGatewayId);
      network.natGateways.remove(natGatewayId);
      blackhole(network, natGatewayId);
    },
  };
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html */
export const addressOperations = ec2Operations((network) => {
  return {
    allocateAddress: ({ tags = {} }: { readonly tags?: Tags }): Address => {
      const allocationId = network.newId("eipalloc");
      // 198.51.100.0/24 and 203.0.113.0/24 are set aside for documentation (RFC 5737).
      const host = parseInt(network.newDigits("address", 4), 16) % 508;
      const publicIp = host < 254 ? `198.51.100.${host + 1}` : `203.0.113.${host - 253}`;
      const address: Address = { allocationId, publicIp, domain: "vpc" };
      network.addresses.put(allocationId, address);
      network.tags.put(allocationId, tags);
      return address;
    },

    releaseAddress: ({ allocationId }: { readonly allocationId: string }): void => {
      existing(network.addresses, ADDRESS, allocationId);
      if (network.natGateways.all().some((nat) => nat.allocationId === allocationId)) {
        throw new ApiError("InvalidIPAddress.InUse", `The address with allocation id ${allocationId} is in use.`);
      }
      network.tags.remove(allocationId);
      network.addresses.remove(allocationId);
    },
  };
});

function publicAddress(
  network: Ec2Network,
  connectivityType: string,
  allocationId: string | undefined,
): Address | undefined {
  if (connectivityType === "private") return undefined;
  if (allocationId === undefined)
    throw new ApiError(
      "MissingParameter",
      "The request must include the AllocationId parameter. Add the required parameter and retry the request.",
    );
  if (network.natGateways.all().some((nat) => nat.allocationId === allocationId)) {
    throw new ApiError("Resource.AlreadyAssociated", `Elastic IP address [${allocationId}] is already associated`);
  }
  return existing(network.addresses, ADDRESS, allocationId);
}

/** Routes to a NAT gateway that is gone stay and lead nowhere. */
function blackhole(network: Ec2Network, natGatewayId: string): void {
  for (const table of network.routeTables.all()) {
    if (!table.routes.some((route) => route.natGatewayId === natGatewayId)) continue;
    network.routeTables.put(table.routeTableId, {
      ...table,
      routes: table.routes.map((route) =>
        route.natGatewayId === natGatewayId ? { ...route, state: "blackhole" } : route,
      ),
    });
  }
}
