import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { type Address, ADDRESS, INTERNET_GATEWAY, type InternetGateway, isLive } from "./kinds/gateway";
import { VPC } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";

interface GatewayAttachment {
  readonly internetGatewayId: string;
  readonly vpcId: string;
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
      if (network.networkInterfaces.all().some((each) => each.vpcId === vpcId && each.association !== undefined)) {
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

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html */
export const addressOperations = ec2Operations((network) => {
  return {
    allocateAddress: ({ tags = {} }: { readonly tags?: Tags }): Address => allocate(network, tags),

    releaseAddress: ({ allocationId }: { readonly allocationId: string }): void => {
      existing(network.addresses, ADDRESS, allocationId);
      if (isAssociated(network, allocationId)) {
        throw new ApiError("InvalidIPAddress.InUse", `The address with allocation id ${allocationId} is in use.`);
      }
      network.tags.remove(allocationId);
      network.addresses.remove(allocationId);
    },
  };
});

export function allocate(network: Ec2Network, tags: Tags): Address {
  const allocationId = network.newId("eipalloc");
  // 198.51.100.0/24 and 203.0.113.0/24 are set aside for documentation (RFC 5737).
  const host = parseInt(network.newDigits("address", 4), 16) % 508;
  const publicIp = host < 254 ? `198.51.100.${host + 1}` : `203.0.113.${host - 253}`;
  const address: Address = { allocationId, publicIp, domain: "vpc" };
  network.addresses.put(allocationId, address);
  network.tags.put(allocationId, tags);
  return address;
}

/** Whether something has the address: the interface of a NAT gateway, or a regional one itself. */
export function isAssociated(network: Ec2Network, allocationId: string): boolean {
  return (
    network.networkInterfaces.all().some(({ association }) => association?.allocationId === allocationId) ||
    network.natGateways
      .all()
      .some((nat) => isLive(nat) && nat.zones?.some((zone) => zone.allocationId === allocationId))
  );
}
