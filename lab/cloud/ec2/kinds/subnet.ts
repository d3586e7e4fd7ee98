import type { Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

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
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const SUBNET: Kind<Subnet> = {
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
    state: "state",
  },
};
