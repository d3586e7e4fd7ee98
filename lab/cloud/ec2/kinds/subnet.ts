import type { Kind } from "./kind";
import { type Owned, ownerId } from "./owner";
import type { BlockPublicAccess } from "./vpcSettings";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Subnet.html */
export interface Subnet extends Owned {
  readonly subnetId: string;
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly state: "available";
  readonly availableIpAddressCount: number;
  readonly mapPublicIpOnLaunch: boolean;
  readonly assignIpv6AddressOnCreation?: boolean;
  readonly enableDns64?: boolean;
  readonly ipv6CidrBlocks?: readonly { readonly associationId: string; readonly ipv6CidrBlock: string }[];
  /** It has no IPv4 range: its `cidrBlock` is empty. */
  readonly ipv6Native?: boolean;
  readonly outpostArn?: string;
}

/** A subnet as it is described: with what its Region has set for it. */
export interface DescribedSubnet extends Subnet {
  readonly blockMode: BlockPublicAccess["internetGatewayBlockMode"];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const SUBNET: Kind<DescribedSubnet> = {
  what: "subnet ID",
  id: "subnetId",
  idPrefix: "subnet",
  notFound: "InvalidSubnetID.NotFound",
  malformed: "InvalidSubnetID.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "subnet-id": "subnetId",
    "owner-id": ownerId,
    "vpc-id": "vpcId",
    cidr: "cidrBlock",
    "cidr-block": "cidrBlock",
    cidrBlock: "cidrBlock",
    "availability-zone": "availabilityZone",
    availabilityZone: "availabilityZone",
    "availability-zone-id": "availabilityZoneId",
    availabilityZoneId: "availabilityZoneId",
    "available-ip-address-count": "availableIpAddressCount",
    "map-public-ip-on-launch": "mapPublicIpOnLaunch",
    "default-for-az": () => [false],
    "enable-dns64": ({ enableDns64 = false }) => [enableDns64],
    "ipv6-native": ({ ipv6Native = false }) => [ipv6Native],
    "ipv6-cidr-block-association.ipv6-cidr-block": ({ ipv6CidrBlocks = [] }) =>
      ipv6CidrBlocks.map(({ ipv6CidrBlock }) => ipv6CidrBlock),
    "ipv6-cidr-block-association.association-id": ({ ipv6CidrBlocks = [] }) =>
      ipv6CidrBlocks.map(({ associationId }) => associationId),
    "ipv6-cidr-block-association.state": ({ ipv6CidrBlocks = [] }) => ipv6CidrBlocks.map(() => "associated"),
    "outpost-arn": "outpostArn",
    state: "state",
  },
};
