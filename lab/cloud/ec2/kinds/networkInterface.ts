import type { Kind } from "./kind";
import { ownerId } from "./owner";

/**
 * What other services have in a VPC: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
 */
export interface NetworkInterface {
  readonly networkInterfaceId: string;
  readonly description: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly status: "in-use";
  readonly interfaceType: "lambda";
  /** Whether a service of AWS has made it. */
  readonly requesterManaged: boolean;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const NETWORK_INTERFACE: Kind<NetworkInterface> = {
  what: "networkInterface ID",
  id: "networkInterfaceId",
  idPrefix: "eni",
  notFound: "InvalidNetworkInterfaceID.NotFound",
  malformed: "InvalidNetworkInterfaceId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "network-interface-id": "networkInterfaceId",
    "owner-id": ownerId,
    description: "description",
    "group-id": "groupIds",
    "interface-type": "interfaceType",
    "requester-managed": "requesterManaged",
    "subnet-id": "subnetId",
    "vpc-id": "vpcId",
    status: "status",
  },
};
