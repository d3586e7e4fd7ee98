import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, contains, type Ipv4Network, overlaps, parseCidr } from "./cidr";
import { availabilityZonesOf } from "./kinds/availabilityZone";
import { SUBNET, type Subnet } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";
import { associateAcl, forgetAclAssociation } from "./networkAcls";

export interface CreateSubnetRequest {
  readonly vpcId: string;
  readonly cidrBlock: string;
  readonly availabilityZone?: string;
  readonly availabilityZoneId?: string;
  readonly tags?: Tags;
}

/**
 * CreateSubnet, DescribeSubnets, ModifySubnetAttribute, DeleteSubnet.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html
 */
export const subnetOperations = ec2Operations((network) => {
  return {
    createSubnet: ({ tags = {}, ...request }: CreateSubnetRequest): Subnet => {
      const range = requireFreeRange(network, request);
      const subnetId = network.newId("subnet");
      const subnet: Subnet = {
        subnetId,
        vpcId: request.vpcId,
        cidrBlock: canonicalCidr(range),
        ...zoneOf(network.region, request),
        state: "available",
        // Five addresses of every subnet are AWS's own.
        availableIpAddressCount: 2 ** (32 - range.prefixLength) - 5,
        mapPublicIpOnLaunch: false,
      };
      network.subnets.put(subnetId, subnet);
      associateAcl(network, network.vpcs.get(request.vpcId)?.defaultNetworkAclId ?? "", subnetId);
      network.tags.put(subnetId, tags);
      return subnet;
    },

    modifySubnetAttribute: ({
      subnetId,
      mapPublicIpOnLaunch,
    }: {
      readonly subnetId: string;
      readonly mapPublicIpOnLaunch: boolean;
    }): void => {
      network.subnets.put(subnetId, { ...existing(network.subnets, SUBNET, subnetId), mapPublicIpOnLaunch });
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

/** The range, if it lies in the VPC and no other subnet has it. */
function requireFreeRange(network: Ec2Network, { vpcId, cidrBlock }: CreateSubnetRequest): Ipv4Network {
  const vpcRange = parseCidr(existing(network.vpcs, VPC, vpcId).cidrBlock);
  const range = parseCidr(cidrBlock);
  if (range === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${cidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (range.prefixLength > 28 || vpcRange === undefined || !contains(vpcRange, range)) {
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
  region: string,
  { availabilityZone, availabilityZoneId }: CreateSubnetRequest,
): Pick<Subnet, "availabilityZone" | "availabilityZoneId"> {
  const zones = availabilityZonesOf(region);
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
