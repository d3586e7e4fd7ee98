import type { FilterValue, Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterfaceAttachment.html */
export interface NetworkInterfaceAttachment {
  readonly attachmentId: string;
  readonly attachTime?: string;
  readonly deviceIndex: number;
  readonly deleteOnTermination: boolean;
  readonly status: "attached";
  /** Absent where a service of AWS has it. */
  readonly instanceId?: string;
  readonly instanceOwnerId: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterfaceAssociation.html */
export interface NetworkInterfaceAssociation {
  readonly publicIp: string;
  readonly ipOwnerId: string;
  readonly allocationId?: string;
  readonly associationId?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ConnectionTrackingConfiguration.html */
export interface ConnectionTracking {
  readonly tcpEstablishedTimeout?: number;
  readonly udpStreamTimeout?: number;
  readonly udpTimeout?: number;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html */
export interface NetworkInterface extends Owned {
  readonly networkInterfaceId: string;
  readonly description: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly availabilityZoneId: string;
  readonly groupIds: readonly string[];
  readonly status: "available" | "in-use";
  /** As AWS has it: "interface", "lambda", "nat_gateway", … */
  readonly interfaceType: string;
  readonly macAddress: string;
  readonly privateIpAddress: string;
  readonly privateDnsName: string;
  readonly ipv6Addresses?: readonly string[];
  readonly sourceDestCheck: boolean;
  /** Whether a service of AWS has made it. */
  readonly requesterManaged: boolean;
  /** That service's alias, or an account of it. */
  readonly requesterId?: string;
  readonly attachment?: NetworkInterfaceAttachment;
  readonly association?: NetworkInterfaceAssociation;
  readonly connectionTrackingConfiguration?: ConnectionTracking;
}

/** An interface as it is described: its groups have their names. */
export interface DescribedNetworkInterface extends NetworkInterface {
  readonly groups: readonly NamedGroup[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GroupIdentifier.html */
export interface NamedGroup {
  readonly groupId: string;
  readonly groupName: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const NETWORK_INTERFACE: Kind<DescribedNetworkInterface> = {
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
    "group-name": ({ groups }) => groups.map(({ groupName }) => groupName),
    "interface-type": "interfaceType",
    "requester-managed": "requesterManaged",
    "requester-id": "requesterId",
    "subnet-id": "subnetId",
    "vpc-id": "vpcId",
    "availability-zone": "availabilityZone",
    "availability-zone-id": "availabilityZoneId",
    "mac-address": "macAddress",
    "private-ip-address": "privateIpAddress",
    "private-dns-name": "privateDnsName",
    "addresses.private-ip-address": "privateIpAddress",
    "addresses.primary": () => [true],
    "addresses.association.public-ip": associated("publicIp"),
    "addresses.association.owner-id": associated("ipOwnerId"),
    "association.public-ip": associated("publicIp"),
    "association.ip-owner-id": associated("ipOwnerId"),
    "association.allocation-id": associated("allocationId"),
    "association.association-id": associated("associationId"),
    "attachment.attachment-id": attached("attachmentId"),
    "attachment.instance-id": attached("instanceId"),
    "attachment.instance-owner-id": attached("instanceOwnerId"),
    "attachment.device-index": attached("deviceIndex"),
    "attachment.status": attached("status"),
    "attachment.delete-on-termination": attached("deleteOnTermination"),
    "attachment.attach-time": attached("attachTime"),
    "ipv6-addresses.ipv6-address": "ipv6Addresses",
    "source-dest-check": "sourceDestCheck",
    status: "status",
  },
};

function associated(field: keyof NetworkInterfaceAssociation) {
  return ({ association }: NetworkInterface): readonly FilterValue[] => [association?.[field]];
}

function attached(field: keyof NetworkInterfaceAttachment) {
  return ({ attachment }: NetworkInterface): readonly FilterValue[] => [attachment?.[field]];
}
