import type { Kind } from "./kind";
import { type Owned, ownerId } from "./owner";
import type { BlockPublicAccess, EncryptionControl } from "./vpcSettings";

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Vpc.html, with the attributes DescribeVpcAttribute serves.
 */
export interface Vpc extends Owned {
  readonly vpcId: string;
  readonly cidrBlock: string;
  /** Those that were associated after it was made. */
  readonly moreCidrBlocks?: readonly { readonly associationId: string; readonly cidrBlock: string }[];
  readonly ipv6CidrBlocks?: readonly { readonly associationId: string; readonly ipv6CidrBlock: string }[];
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

/** A VPC as it is described: with what its Region and others have set for it. */
export interface DescribedVpc extends Vpc {
  readonly blockMode: BlockPublicAccess["internetGatewayBlockMode"];
  readonly encryptionControl?: EncryptionControl;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const VPC: Kind<DescribedVpc> = {
  what: "vpc ID",
  id: "vpcId",
  idPrefix: "vpc",
  notFound: "InvalidVpcID.NotFound",
  malformed: "InvalidVpcID.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "vpc-id": "vpcId",
    "cidr-block-association.cidr-block": ({ cidrBlock, moreCidrBlocks = [] }) => [
      cidrBlock,
      ...moreCidrBlocks.map((each) => each.cidrBlock),
    ],
    "cidr-block-association.association-id": ({ vpcId, moreCidrBlocks = [] }) => [
      firstAssociationId(vpcId),
      ...moreCidrBlocks.map((each) => each.associationId),
    ],
    "cidr-block-association.state": () => ["associated"],
    "ipv6-cidr-block-association.ipv6-cidr-block": ({ ipv6CidrBlocks = [] }) =>
      ipv6CidrBlocks.map((each) => each.ipv6CidrBlock),
    "ipv6-cidr-block-association.association-id": ({ ipv6CidrBlocks = [] }) =>
      ipv6CidrBlocks.map((each) => each.associationId),
    "ipv6-cidr-block-association.state": ({ ipv6CidrBlocks = [] }) => ipv6CidrBlocks.map(() => "associated"),
    cidr: "cidrBlock",
    "cidr-block": "cidrBlock",
    state: "state",
    "is-default": "isDefault",
    "owner-id": ownerId,
    "dhcp-options-id": "dhcpOptionsId",
  },
};

/** The association of the range with which a VPC was made. */
export function firstAssociationId(vpcId: string): string {
  return vpcId.replace("vpc-", "vpc-cidr-assoc-");
}
