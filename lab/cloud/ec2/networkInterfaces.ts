import { ApiError } from "../apiError";
import { ACCOUNT_ID } from "../identifiers";
import type { Tags } from "../tags";
import { dotted, parseCidr } from "./cidr";
import {
  type ConnectionTracking,
  NETWORK_INTERFACE,
  type NetworkInterface,
  type NetworkInterfaceAssociation,
  type NetworkInterfaceAttachment,
} from "./kinds/networkInterface";
import { SECURITY_GROUP } from "./kinds/securityGroup";
import { SUBNET, type Subnet } from "./kinds/subnet";
import { type Ec2Network, ec2Operations, existing } from "./network";

/** What whoever makes an interface says of it. The rest follows from its subnet. */
export interface Placement extends Partial<
  Omit<
    NetworkInterface,
    | "subnetId"
    | "vpcId"
    | "availabilityZone"
    | "availabilityZoneId"
    | "macAddress"
    | "privateDnsName"
    | "attachment"
    | "networkInterfaceId"
  >
> {
  readonly subnetId: string;
  /** Default: a new one. */
  readonly networkInterfaceId?: string;
  readonly attachment?: Pick<NetworkInterfaceAttachment, "instanceId" | "instanceOwnerId">;
}

/** The owner of the attachments of most services. */
export const AMAZON_AWS = "amazon-aws";

/** Which of a subnet's addresses the first interface gets that asks for none. */
const FIRST_ADDRESS = 10;

/** Puts a network interface into a subnet. What has an attachment is in use. */
export function placeInterface(network: Ec2Network, { attachment, ...placement }: Placement): NetworkInterface {
  const subnet = existing(network.subnets, SUBNET, placement.subnetId);
  const networkInterfaceId = placement.networkInterfaceId ?? network.newId("eni");
  const privateIpAddress = addressIn(network, subnet, placement.privateIpAddress);
  const placed: NetworkInterface = {
    description: "",
    interfaceType: "interface",
    requesterManaged: false,
    sourceDestCheck: true,
    groupIds: [],
    status: attachment === undefined ? "available" : "in-use",
    ...placement,
    networkInterfaceId,
    vpcId: subnet.vpcId,
    availabilityZone: subnet.availabilityZone,
    availabilityZoneId: subnet.availabilityZoneId,
    macAddress: `0e:${(network.newDigits("mac", 10).match(/../g) ?? []).join(":")}`,
    privateIpAddress,
    privateDnsName: privateName(network.region, privateIpAddress),
    ...(attachment && { attachment: attached(network, attachment) }),
  };
  network.networkInterfaces.put(networkInterfaceId, placed);
  network.tags.put(networkInterfaceId, {});
  return placed;
}

function attached(
  network: Ec2Network,
  { instanceId, instanceOwnerId }: NonNullable<Placement["attachment"]>,
): NetworkInterfaceAttachment {
  return {
    attachmentId: network.newId("eni-attach"),
    attachTime: new Date().toISOString(),
    deviceIndex: instanceId === undefined ? 1 : 0,
    deleteOnTermination: instanceId !== undefined,
    status: "attached",
    ...(instanceId !== undefined && { instanceId }),
    instanceOwnerId,
  };
}

export function removeInterface(network: Ec2Network, networkInterfaceId: string): void {
  network.networkInterfaces.remove(networkInterfaceId);
  network.tags.remove(networkInterfaceId);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html */
function privateName(region: string, address: string): string {
  const domain = region === "us-east-1" ? "ec2.internal" : `${region}.compute.internal`;
  return `ip-${address.replaceAll(".", "-")}.${domain}`;
}

function addressIn(network: Ec2Network, { subnetId, cidrBlock }: Subnet, asked: string | undefined): string {
  // An IPv6-only subnet has none.
  const range = parseCidr(cidrBlock);
  if (range === undefined) return "";
  const taken = takenAddresses(network, subnetId);
  if (asked !== undefined) {
    const wanted = parseCidr(`${asked}/32`)?.first ?? -1;
    if (wanted < range.first + 4 || wanted >= range.last) {
      throw new ApiError("InvalidParameterValue", `Address does not fall within the subnet's address range`);
    }
    if (taken.has(asked)) throw new ApiError("InvalidIPAddress.InUse", `The specified address is already in use.`);
    return asked;
  }
  for (let address = range.first + FIRST_ADDRESS; address < range.last; address++) {
    if (!taken.has(dotted(address))) return dotted(address);
  }
  throw new ApiError(
    "InsufficientFreeAddressesInSubnet",
    `The specified subnet does not have enough free addresses to satisfy the request.`,
  );
}

/** The addresses that interfaces have in a subnet. */
export function takenAddresses({ networkInterfaces }: Ec2Network, subnetId: string): ReadonlySet<string> {
  return new Set(
    networkInterfaces
      .all()
      .filter((each) => each.subnetId === subnetId)
      .map(({ privateIpAddress }) => privateIpAddress),
  );
}

export interface CreateNetworkInterfaceRequest {
  readonly subnetId: string;
  readonly description?: string;
  readonly privateIpAddress?: string;
  readonly groups?: readonly string[];
  readonly connectionTrackingSpecification?: ConnectionTracking;
  readonly tags?: Tags;
}

export interface ModifyNetworkInterfaceAttributeRequest {
  readonly networkInterfaceId: string;
  readonly description?: string;
  readonly sourceDestCheck?: boolean;
  readonly groups?: readonly string[];
  readonly connectionTrackingSpecification?: ConnectionTracking;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html */
export const networkInterfaceOperations = ec2Operations((network) => {
  return {
    createNetworkInterface: ({ tags = {}, groups, ...request }: CreateNetworkInterfaceRequest): NetworkInterface => {
      const { vpcId } = existing(network.subnets, SUBNET, request.subnetId);
      const { connectionTrackingSpecification: connectionTrackingConfiguration, ...placement } = request;
      const groupIds = groupsIn(network, vpcId, groups);
      const created = placeInterface(network, {
        ...placement,
        groupIds,
        ...(connectionTrackingConfiguration && { connectionTrackingConfiguration }),
      });
      network.tags.put(created.networkInterfaceId, tags);
      return created;
    },

    /** Some attributes, of which AWS takes one a call. */
    modifyNetworkInterfaceAttribute: ({
      networkInterfaceId,
      groups,
      connectionTrackingSpecification: connectionTrackingConfiguration,
      ...attributes
    }: ModifyNetworkInterfaceAttributeRequest): void => {
      const known = interfaceOf(network, networkInterfaceId);
      network.networkInterfaces.put(networkInterfaceId, {
        ...known,
        ...attributes,
        ...(groups && { groupIds: groupsIn(network, known.vpcId, groups) }),
        ...(connectionTrackingConfiguration && { connectionTrackingConfiguration }),
      });
    },

    deleteNetworkInterface: ({ networkInterfaceId }: { readonly networkInterfaceId: string }): void => {
      const { status, requesterManaged } = interfaceOf(network, networkInterfaceId);
      if (requesterManaged) {
        throw new ApiError(
          "OperationNotPermitted",
          `You do not have permission to access the specified resource: ${networkInterfaceId}`,
        );
      }
      if (status === "in-use") {
        throw new ApiError("InvalidParameterValue", `Network interface '${networkInterfaceId}' is currently in use.`);
      }
      removeInterface(network, networkInterfaceId);
    },
  };
});

export function interfaceOf(network: Ec2Network, networkInterfaceId: string): NetworkInterface {
  return existing(network.networkInterfaces, NETWORK_INTERFACE, networkInterfaceId);
}

/** The groups that are asked for, of the same VPC; without any, the VPC's default group. */
export function groupsIn(network: Ec2Network, vpcId: string, groups: readonly string[] = []): readonly string[] {
  for (const id of groups) {
    if (existing(network.securityGroups, SECURITY_GROUP, id).vpcId === vpcId) continue;
    throw new ApiError("InvalidGroup.NotFound", `You have specified two resources that belong to different networks.`);
  }
  if (groups.length > 0) return groups;
  const { defaultSecurityGroupId = "" } = network.vpcs.get(vpcId) ?? {};
  return [defaultSecurityGroupId];
}

/** What an Elastic IP address of the lab's account gives an interface. */
export function elasticAddress(
  address: { readonly allocationId: string; readonly publicIp: string },
  associationId: string,
): NetworkInterfaceAssociation {
  return { allocationId: address.allocationId, associationId, publicIp: address.publicIp, ipOwnerId: ACCOUNT_ID };
}
