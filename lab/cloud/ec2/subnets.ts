import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, contains, type Ipv4Network, overlaps, parseCidr } from "./cidr";
import { SUBNET, type Subnet } from "./kinds/subnet";
import { VPC, type Vpc } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";
import { associateAcl, forgetAclAssociation } from "./networkAcls";
import { ipv6RangeOf } from "./vpcRanges";
import { zonesForUse } from "./zones";

export interface CreateSubnetRequest {
  readonly vpcId: string;
  /** Absent in an IPv6-only subnet. */
  readonly cidrBlock?: string;
  readonly ipv6CidrBlock?: string;
  readonly ipv6Native?: boolean;
  readonly availabilityZone?: string;
  readonly availabilityZoneId?: string;
  readonly tags?: Tags;
}

export interface ModifySubnetAttributeRequest {
  readonly subnetId: string;
  readonly mapPublicIpOnLaunch?: boolean;
  readonly assignIpv6AddressOnCreation?: boolean;
  readonly enableDns64?: boolean;
}

/**
 * CreateSubnet, DescribeSubnets, ModifySubnetAttribute, DeleteSubnet.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
export const subnetOperations = ec2Operations((network) => {
  return {
    createSubnet: ({ tags = {}, ...request }: CreateSubnetRequest): Subnet => {
      const range = rangeOf(network, request);
      const ipv6 = request.ipv6CidrBlock && ipv6RangeOf(network, request.vpcId, request.ipv6CidrBlock);
      const subnetId = network.newId("subnet");
      const subnet: Subnet = {
        subnetId,
        vpcId: request.vpcId,
        cidrBlock: range === undefined ? "" : canonicalCidr(range),
        ...zoneOf(network, request),
        state: "available",
        // Five addresses of every subnet are AWS's own.
        availableIpAddressCount: range === undefined ? 0 : 2 ** (32 - range.prefixLength) - 5,
        mapPublicIpOnLaunch: false,
        ...(ipv6 && { ipv6CidrBlocks: [ipv6] }),
        ...(range === undefined && { ipv6Native: true, assignIpv6AddressOnCreation: true }),
      };
      network.subnets.put(subnetId, subnet);
      associateAcl(network, network.vpcs.get(request.vpcId)?.defaultNetworkAclId ?? "", subnetId);
      network.tags.put(subnetId, tags);
      return subnet;
    },

    modifySubnetAttribute: ({ subnetId, ...attributes }: ModifySubnetAttributeRequest): void => {
      network.subnets.put(subnetId, { ...existing(network.subnets, SUBNET, subnetId), ...attributes });
    },

    deleteSubnet: ({ subnetId }: { readonly subnetId: string }): void => {
      existing(network.subnets, SUBNET, subnetId);
      if (network.networkInterfaces.all().some((each) => each.subnetId === subnetId))
        throw dependencyViolation("subnet", subnetId);
      forgetAssociations(network, subnetId);
      forgetAclAssociation(network, subnetId);
      network.tags.remove(subnetId);
      network.subnets.remove(subnetId);
    },
  };
});

/** The range, if it lies in the VPC and no other subnet has it; undefined for a subnet with IPv6 only. */
function rangeOf(
  network: Ec2Network,
  { vpcId, cidrBlock, ipv6Native = false, ipv6CidrBlock }: CreateSubnetRequest,
): Ipv4Network | undefined {
  const vpc = existing(network.vpcs, VPC, vpcId);
  if (cidrBlock !== undefined && !ipv6Native) return freeRange(network, vpc, cidrBlock);
  if (ipv6Native && cidrBlock === undefined && ipv6CidrBlock !== undefined) return undefined;
  throw new ApiError(
    ipv6Native ? "InvalidParameterCombination" : "MissingParameter",
    ipv6Native
      ? "An IPv6-only subnet has an IPv6 CIDR block and no IPv4 one."
      : "The request must contain the parameter cidrBlock",
  );
}

function freeRange(network: Ec2Network, { vpcId, ...vpc }: Vpc, cidrBlock: string): Ipv4Network {
  const range = parseCidr(cidrBlock);
  if (range === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${cidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  const isInside = [vpc.cidrBlock, ...(vpc.moreCidrBlocks ?? []).map((each) => each.cidrBlock)].some((each) => {
    const outer = parseCidr(each);
    return outer !== undefined && contains(outer, range);
  });
  if (range.prefixLength > 28 || !isInside) {
    throw new ApiError("InvalidSubnet.Range", `The CIDR '${cidrBlock}' is invalid.`);
  }
  for (const other of network.subnets.all()) {
    const taken = other.vpcId === vpcId ? parseCidr(other.cidrBlock) : undefined;
    if (taken !== undefined && overlaps(taken, range)) {
      throw new ApiError("InvalidSubnet.Conflict", `The CIDR '${cidrBlock}' conflicts with another subnet`);
    }
  }
  return range;
}

function zoneOf(
  network: Ec2Network,
  { availabilityZone, availabilityZoneId }: CreateSubnetRequest,
): Pick<Subnet, "availabilityZone" | "availabilityZoneId"> {
  const zones = zonesForUse(network);
  const asked = availabilityZone ?? availabilityZoneId ?? zones[0]?.zoneName ?? "";
  const zone = zones.find(({ zoneName, zoneId }) => [zoneName, zoneId].includes(asked));
  if (zone === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${asked}) for parameter availabilityZone is invalid. Subnets can currently only be created in the ` +
        `following availability zones: ${zones.map(({ zoneName }) => zoneName).join(", ")}.`,
    );
  }
  return { availabilityZone: zone.zoneName, availabilityZoneId: zone.zoneId };
}

function forgetAssociations(network: Ec2Network, subnetId: string): void {
  for (const table of network.routeTables.all()) {
    const associations = table.associations.filter((association) => association.subnetId !== subnetId);
    if (associations.length < table.associations.length) {
      network.routeTables.put(table.routeTableId, { ...table, associations });
    }
  }
}
