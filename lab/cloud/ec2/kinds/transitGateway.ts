import { ACCOUNT_ID } from "../../identifiers";
import type { Kind } from "./kind";
import { type Owned, ownerId, ownerOf } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGateway.html */
export interface TransitGateway extends Owned {
  readonly transitGatewayId: string;
  readonly description: string;
  readonly state: "available";
  readonly creationTime: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayAttachment.html */
export interface TransitGatewayAttachment {
  readonly transitGatewayAttachmentId: string;
  readonly transitGatewayId: string;
  readonly resourceType: "vpc" | "vpn" | "direct-connect-gateway" | "peering" | "connect";
  readonly resourceId: string;
  /** The account of what is attached. Absent: the lab's. */
  readonly resourceOwnerId?: string;
  readonly state: "available";
  readonly creationTime: string;
  /** Of a VPC: the subnets with the interfaces, and these. */
  readonly subnetIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGateways.html */
export const TRANSIT_GATEWAY: Kind<TransitGateway> = {
  what: "transitGateway ID",
  id: "transitGatewayId",
  idPrefix: "tgw",
  notFound: "InvalidTransitGatewayID.NotFound",
  malformed: "InvalidTransitGatewayID.Malformed",
  pages: { least: 5, most: 1000 },
  filters: { "transit-gateway-id": "transitGatewayId", "owner-id": ownerId, state: "state" },
};

const ATTACHMENT: Omit<Kind<TransitGatewayAttachment>, "filters"> = {
  what: "transitGatewayAttachment ID",
  id: "transitGatewayAttachmentId",
  idPrefix: "tgw-attach",
  notFound: "InvalidTransitGatewayAttachmentID.NotFound",
  malformed: "InvalidTransitGatewayAttachmentID.Malformed",
  pages: { least: 5, most: 1000 },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayAttachments.html */
export const TRANSIT_GATEWAY_ATTACHMENT: Kind<TransitGatewayAttachment> = {
  ...ATTACHMENT,
  filters: {
    "transit-gateway-attachment-id": "transitGatewayAttachmentId",
    "transit-gateway-id": "transitGatewayId",
    "transit-gateway-owner-id": () => [ACCOUNT_ID],
    "resource-id": "resourceId",
    "resource-owner-id": ({ resourceOwnerId }) => [ownerOf({ ownerId: resourceOwnerId })],
    "resource-type": "resourceType",
    state: "state",
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayVpcAttachments.html */
export const TRANSIT_GATEWAY_VPC_ATTACHMENT: Kind<TransitGatewayAttachment> = {
  ...ATTACHMENT,
  filters: {
    "transit-gateway-attachment-id": "transitGatewayAttachmentId",
    "transit-gateway-id": "transitGatewayId",
    "vpc-id": "resourceId",
    state: "state",
  },
};
