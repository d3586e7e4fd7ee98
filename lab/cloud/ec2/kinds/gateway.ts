import type { Kind } from "./kind";
import { ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InternetGateway.html */
export interface InternetGateway {
  readonly internetGatewayId: string;
  /** The VPC it is attached to. */
  readonly vpcId?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGateway.html */
export interface NatGateway {
  readonly natGatewayId: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly connectivityType: "public" | "private";
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicIp?: string;
  readonly privateIp: string;
  readonly networkInterfaceId: string;
  readonly state: "available";
}

/** An Elastic IP address: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Address.html */
export interface Address {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly domain: "vpc";
}

/** An address as it is described: with what it is associated with. */
export interface DescribedAddress extends Address {
  readonly associationId?: string;
  readonly networkInterfaceId?: string;
  readonly privateIpAddress?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
export const INTERNET_GATEWAY: Kind<InternetGateway> = {
  what: "internetGateway ID",
  id: "internetGatewayId",
  idPrefix: "igw",
  notFound: "InvalidInternetGatewayID.NotFound",
  malformed: "InvalidInternetGatewayId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: { "internet-gateway-id": "internetGatewayId", "attachment.vpc-id": "vpcId", "owner-id": ownerId },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
export const NAT_GATEWAY: Kind<NatGateway> = {
  what: "NAT gateway ID",
  id: "natGatewayId",
  idPrefix: "nat",
  notFound: "NatGatewayNotFound",
  malformed: "NatGatewayMalformed",
  pages: { least: 5, most: 1000 },
  filters: { "nat-gateway-id": "natGatewayId", "vpc-id": "vpcId", "subnet-id": "subnetId", state: "state" },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html: it has no pages. */
export const ADDRESS: Kind<DescribedAddress> = {
  what: "allocation ID",
  id: "allocationId",
  idPrefix: "eipalloc",
  notFound: "InvalidAllocationID.NotFound",
  malformed: "InvalidAllocationID.Malformed",
  filters: {
    "allocation-id": "allocationId",
    "association-id": "associationId",
    domain: "domain",
    "network-interface-id": "networkInterfaceId",
    "private-ip-address": "privateIpAddress",
    "public-ip": "publicIp",
  },
};
