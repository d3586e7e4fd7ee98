import type { Kind } from "./kind";
import { ownerId } from "./owner";

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html, with the attributes DescribeVpcAttribute serves.
 */
export interface Vpc {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly instanceTenancy: string;
  readonly state: "available";
  readonly isDefault: boolean;
  readonly enableDnsSupport: boolean;
  readonly enableDnsHostnames: boolean;
  readonly enableNetworkAddressUsageMetrics: boolean;
  readonly dhcpOptionsId: string;
  readonly defaultNetworkAclId: string;
  readonly defaultSecurityGroupId: string;
  /** The route table the VPC was created with; the main one may have become another. */
  readonly defaultRouteTableId: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const VPC: Kind<Vpc> = {
  what: "vpc ID",
  id: "vpcId",
  idPrefix: "vpc",
  notFound: "InvalidVpcID.NotFound",
  malformed: "InvalidVpcID.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "vpc-id": "vpcId",
    cidr: "cidrBlock",
    "cidr-block": "cidrBlock",
    state: "state",
    "is-default": "isDefault",
    "owner-id": ownerId,
    "dhcp-options-id": "dhcpOptionsId",
  },
};
