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
  /** A regional one lies in no subnet, and has its address and interface in `zones`. */
  readonly subnetId?: string;
  readonly connectivityType: "public" | "private";
  readonly availabilityMode: "zonal" | "regional";
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicIp?: string;
  readonly privateIp?: string;
  readonly networkInterfaceId?: string;
  readonly zones?: readonly NatGatewayZone[];
  /** Of a regional one: whether AWS takes care of zones and addresses. */
  readonly isAutomatic?: boolean;
  /** Of a regional one: AWS makes a table for it, of which it says nothing but the id. */
  readonly routeTableId?: string;
  readonly state: "available" | "failed" | "deleting" | "deleted";
  readonly createTime: string;
  readonly deleteTime?: string;
  readonly failureCode?: string;
  readonly failureMessage?: string;
  readonly attachedAppliances?: readonly NatGatewayAppliance[];
}

/** What a regional NAT gateway has in one zone. */
export interface NatGatewayZone {
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly allocationId: string;
  readonly associationId: string;
  readonly publicIp: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NatGatewayAttachedAppliance.html */
export interface NatGatewayAppliance {
  readonly type: "network-firewall-proxy";
  readonly applianceArn: string;
  readonly vpcEndpointId?: string;
  readonly attachmentState: "attached";
  readonly modificationState: "completed";
}

/** Whether it still has its addresses and its interface. */
export function isLive({ state }: Pick<NatGateway, "state">): boolean {
  return state === "available" || state === "deleting";
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
  filters: {
    "internet-gateway-id": "internetGatewayId",
    "attachment.vpc-id": "vpcId",
    "attachment.state": ({ vpcId }) => [vpcId && "available"],
    "owner-id": ownerId,
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
export const NAT_GATEWAY: Kind<NatGateway> = {
  what: "NAT gateway ID",
  id: "natGatewayId",
  idPrefix: "nat",
  notFound: "NatGatewayNotFound",
  malformed: "NatGatewayMalformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "nat-gateway-id": "natGatewayId",
    "vpc-id": "vpcId",
    "subnet-id": "subnetId",
    state: "state",
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html: it has no pages. */
export const ADDRESS: Kind<DescribedAddress> = {
  what: "allocation ID",
  id: "allocationId",
  idPrefix: "eipalloc",
  notFound: "InvalidAllocationID.NotFound",
  malformed: "InvalidAllocationID.Malformed",
  otherIds: { PublicIps: { filter: "public-ip", notFound: "InvalidAddress.NotFound" } },
  filters: {
    "allocation-id": "allocationId",
    "association-id": "associationId",
    domain: "domain",
    "network-interface-id": "networkInterfaceId",
    "network-interface-owner-id": ({ networkInterfaceId }) => (networkInterfaceId === undefined ? [] : ownerId({})),
    "private-ip-address": "privateIpAddress",
    "public-ip": "publicIp",
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EgressOnlyInternetGateway.html */
export interface EgressOnlyInternetGateway {
  readonly egressOnlyInternetGatewayId: string;
  readonly vpcId: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeEgressOnlyInternetGateways.html */
export const EGRESS_ONLY_INTERNET_GATEWAY: Kind<EgressOnlyInternetGateway> = {
  what: "egressOnlyInternetGateway ID",
  id: "egressOnlyInternetGatewayId",
  idPrefix: "eigw",
  notFound: "InvalidGatewayID.NotFound",
  pages: { least: 5, most: 255 },
  // It has filters of tags only.
  filters: {},
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnGateway.html */
export interface VpnGateway {
  readonly vpnGatewayId: string;
  readonly type: "ipsec.1";
  readonly state: "available" | "deleted";
  readonly amazonSideAsn: number;
  /** The VPC that it is attached to. */
  readonly vpcId?: string;
  /** The ranges that it knows of the other side. */
  readonly propagates: readonly string[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpnGateways.html: it has no pages. */
export const VPN_GATEWAY: Kind<VpnGateway> = {
  what: "vpnGateway ID",
  id: "vpnGatewayId",
  idPrefix: "vgw",
  notFound: "InvalidVpnGatewayID.NotFound",
  filters: {
    "vpn-gateway-id": "vpnGatewayId",
    "amazon-side-asn": "amazonSideAsn",
    "attachment.vpc-id": "vpcId",
    "attachment.state": ({ vpcId }) => [vpcId && "attached"],
    state: "state",
    type: "type",
  },
};
