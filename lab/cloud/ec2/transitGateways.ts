import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { blackhole } from "./blackholes";
import { SUBNET } from "./kinds/subnet";
import {
  TRANSIT_GATEWAY,
  TRANSIT_GATEWAY_VPC_ATTACHMENT,
  type TransitGateway,
  type TransitGatewayAttachment,
} from "./kinds/transitGateway";
import { VPC } from "./kinds/vpc";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { AMAZON_AWS, placeInterface, removeInterface } from "./networkInterfaces";

export interface CreateTransitGatewayVpcAttachmentRequest {
  readonly transitGatewayId: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly tags?: Tags;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGateway.html */
export const transitGatewayOperations = ec2Operations((network) => {
  return {
    createTransitGateway: ({
      description = "",
      tags = {},
    }: {
      readonly description?: string;
      readonly tags?: Tags;
    }): TransitGateway => {
      const transitGatewayId = network.newId("tgw");
      const created: TransitGateway = {
        transitGatewayId,
        description,
        state: "available",
        creationTime: new Date().toISOString(),
      };
      network.transitGateways.put(transitGatewayId, created);
      network.tags.put(transitGatewayId, tags);
      return created;
    },

    deleteTransitGateway: ({ transitGatewayId }: { readonly transitGatewayId: string }): TransitGateway => {
      const gateway = existing(network.transitGateways, TRANSIT_GATEWAY, transitGatewayId);
      if (network.transitGatewayAttachments.all().some((each) => each.transitGatewayId === transitGatewayId)) {
        throw new ApiError(
          "IncorrectState",
          `${transitGatewayId} has non-deleted Transit Gateway Attachments and cannot be deleted.`,
        );
      }
      network.transitGateways.remove(transitGatewayId);
      network.tags.remove(transitGatewayId);
      return gateway;
    },
  };
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayVpcAttachment.html */
export const transitGatewayAttachmentOperations = ec2Operations((network) => {
  return {
    /** With an interface in each of the subnets, of which each zone has at most one. */
    createTransitGatewayVpcAttachment: ({
      transitGatewayId,
      vpcId,
      subnetIds,
      tags = {},
    }: CreateTransitGatewayVpcAttachmentRequest): TransitGatewayAttachment => {
      existing(network.transitGateways, TRANSIT_GATEWAY, transitGatewayId);
      existing(network.vpcs, VPC, vpcId);
      requireSubnets(network, vpcId, subnetIds);
      if (attachmentOf(network, transitGatewayId, vpcId) !== undefined) {
        throw new ApiError(
          "DuplicateTransitGatewayAttachment",
          `${transitGatewayId} has non-deleted Transit Gateway Attachments with same VPC ID.`,
        );
      }
      const attachment = attach(network, { transitGatewayId, vpcId, subnetIds });
      network.tags.put(attachment.transitGatewayAttachmentId, tags);
      return attachment;
    },

    deleteTransitGatewayVpcAttachment: ({
      transitGatewayAttachmentId,
    }: {
      readonly transitGatewayAttachmentId: string;
    }): TransitGatewayAttachment => {
      const attachment = existing(
        network.transitGatewayAttachments,
        TRANSIT_GATEWAY_VPC_ATTACHMENT,
        transitGatewayAttachmentId,
      );
      const { resourceId, transitGatewayId, networkInterfaceIds } = attachment;
      for (const id of networkInterfaceIds) removeInterface(network, id);
      network.transitGatewayAttachments.remove(transitGatewayAttachmentId);
      network.tags.remove(transitGatewayAttachmentId);
      blackhole(network, "transitGatewayId", transitGatewayId, resourceId);
      return attachment;
    },
  };
});

export function attachmentOf(
  network: Ec2Network,
  transitGatewayId: string,
  vpcId: string,
): TransitGatewayAttachment | undefined {
  return network.transitGatewayAttachments
    .all()
    .find((each) => each.transitGatewayId === transitGatewayId && each.resourceId === vpcId);
}

function attach(
  network: Ec2Network,
  { transitGatewayId, vpcId, subnetIds }: CreateTransitGatewayVpcAttachmentRequest,
): TransitGatewayAttachment {
  const transitGatewayAttachmentId = network.newId("tgw-attach");
  const interfaces = subnetIds.map((subnetId) =>
    placeInterface(network, {
      subnetId,
      description: `Network Interface for Transit Gateway Attachment ${transitGatewayAttachmentId}`,
      interfaceType: "transit_gateway",
      requesterManaged: true,
      requesterId: AMAZON_AWS,
      sourceDestCheck: false,
      attachment: { instanceOwnerId: AMAZON_AWS },
    }),
  );
  const attachment: TransitGatewayAttachment = {
    transitGatewayAttachmentId,
    transitGatewayId,
    resourceType: "vpc",
    resourceId: vpcId,
    state: "available",
    creationTime: new Date().toISOString(),
    subnetIds,
    networkInterfaceIds: interfaces.map(({ networkInterfaceId }) => networkInterfaceId),
  };
  network.transitGatewayAttachments.put(transitGatewayAttachmentId, attachment);
  return attachment;
}

function requireSubnets(network: Ec2Network, vpcId: string, subnetIds: readonly string[]): void {
  const subnets = subnetIds.map((id) => existing(network.subnets, SUBNET, id));
  const elsewhere = subnets.find((subnet) => subnet.vpcId !== vpcId);
  if (elsewhere !== undefined) {
    throw new ApiError("InvalidSubnet", `The subnet ${elsewhere.subnetId} does not belong to the VPC ${vpcId}.`);
  }
  if (new Set(subnets.map(({ availabilityZone }) => availabilityZone)).size < subnets.length) {
    throw new ApiError("DuplicateSubnetsInSameZone", "Duplicate Subnets for same AZ");
  }
}
