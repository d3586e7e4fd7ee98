import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { canonicalCidr, parseCidr } from "./cidr";
import { isLive } from "./kinds/gateway";
import { VPC, type Vpc } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";
import { createDefaultAcl } from "./networkAcls";
import { addIpv6 } from "./vpcRanges";
import { defaultDhcpOptions } from "./vpcSettings";

export interface CreateVpcRequest {
  readonly cidrBlock: string;
  readonly instanceTenancy?: string;
  readonly amazonProvidedIpv6CidrBlock?: boolean;
  readonly tags?: Tags;
}

export interface ModifyVpcAttributeRequest {
  readonly vpcId: string;
  readonly enableDnsSupport?: boolean;
  readonly enableDnsHostnames?: boolean;
  readonly enableNetworkAddressUsageMetrics?: boolean;
}

/**
 * CreateVpc, DescribeVpcs, ModifyVpcAttribute, DeleteVpc.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html
 */
export const vpcOperations = ec2Operations((network) => {
  return {
    createVpc: ({ instanceTenancy = "default", tags = {}, ...request }: CreateVpcRequest): Vpc => {
      const cidrBlock = requireVpcRange(request.cidrBlock);
      const vpcId = network.newId("vpc");
      const vpc: Vpc = {
        vpcId,
        cidrBlock,
        instanceTenancy,
        state: "available",
        isDefault: false,
        enableDnsSupport: true,
        enableDnsHostnames: false,
        enableNetworkAddressUsageMetrics: false,
        dhcpOptionsId: defaultDhcpOptions(network),
        defaultNetworkAclId: createDefaultAcl(network, vpcId),
        defaultSecurityGroupId: createDefaultSecurityGroup(network, vpcId),
        defaultRouteTableId: createMainRouteTable(network, vpcId, cidrBlock),
      };
      network.vpcs.put(vpcId, vpc);
      network.tags.put(vpcId, tags);
      if (request.amazonProvidedIpv6CidrBlock) addIpv6(network, vpc);
      return vpc;
    },

    modifyVpcAttribute: ({ vpcId, ...attributes }: ModifyVpcAttributeRequest): void => {
      network.vpcs.put(vpcId, { ...existing(network.vpcs, VPC, vpcId), ...attributes });
    },

    deleteVpc: ({ vpcId }: { readonly vpcId: string }): void => {
      const vpc = existing(network.vpcs, VPC, vpcId);
      if (isInUse(network, vpc)) throw dependencyViolation("vpc", vpcId);
      for (const table of network.routeTables.all()) {
        if (table.vpcId !== vpcId) continue;
        network.tags.remove(table.routeTableId);
        network.routeTables.remove(table.routeTableId);
      }
      for (const rule of network.securityGroupRules.all()) {
        if (rule.groupId === vpc.defaultSecurityGroupId) network.securityGroupRules.remove(rule.securityGroupRuleId);
      }
      network.tags.remove(vpc.defaultNetworkAclId);
      network.networkAcls.remove(vpc.defaultNetworkAclId);
      network.tags.remove(vpc.defaultSecurityGroupId);
      network.securityGroups.remove(vpc.defaultSecurityGroupId);
      network.tags.remove(vpcId);
      network.vpcs.remove(vpcId);
    },
  };
});

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: between /28 and /16. */
function requireVpcRange(cidrBlock: string): string {
  const network = parseCidr(cidrBlock);
  if (network === undefined) {
    throw new ApiError(
      "InvalidParameterValue",
      `Value (${cidrBlock}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  if (network.prefixLength < 16 || network.prefixLength > 28) {
    throw new ApiError("InvalidVpc.Range", `The CIDR '${cidrBlock}' is invalid.`);
  }
  return canonicalCidr(network);
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html */
function createDefaultSecurityGroup(network: Ec2Network, vpcId: string): string {
  const groupId = network.newId("sg");
  network.securityGroups.put(groupId, {
    groupId,
    groupName: "default",
    description: "default VPC security group",
    vpcId,
  });
  network.tags.put(groupId, {});
  const rule = { groupId, ipProtocol: "-1" };
  for (const side of [
    { isEgress: false, referencedGroupId: groupId },
    { isEgress: true, cidrIpv4: "0.0.0.0/0" },
  ]) {
    const securityGroupRuleId = network.newId("sgr");
    network.securityGroupRules.put(securityGroupRuleId, { securityGroupRuleId, ...rule, ...side });
  }
  return groupId;
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html#main-route-table */
function createMainRouteTable(network: Ec2Network, vpcId: string, cidrBlock: string): string {
  const routeTableId = network.newId("rtb");
  network.routeTables.put(routeTableId, {
    routeTableId,
    vpcId,
    routes: [{ destinationCidrBlock: cidrBlock, gatewayId: "local", origin: "CreateRouteTable", state: "active" }],
    associations: [{ routeTableAssociationId: network.newId("rtbassoc"), routeTableId, main: true }],
  });
  network.tags.put(routeTableId, {});
  return routeTableId;
}

function isInUse(network: Ec2Network, { vpcId, defaultSecurityGroupId }: Vpc): boolean {
  const inVpc = (record: { readonly vpcId?: string }): boolean => record.vpcId === vpcId;
  return (
    network.subnets.all().some(inVpc) ||
    network.endpoints.all().some(inVpc) ||
    network.internetGateways.all().some(inVpc) ||
    network.natGateways.all().some((gateway) => inVpc(gateway) && isLive(gateway)) ||
    network.egressOnlyInternetGateways.all().some(inVpc) ||
    network.vpnGateways.all().some(inVpc) ||
    network.transitGatewayAttachments.all().some(({ resourceId }) => resourceId === vpcId) ||
    network.networkAcls.all().some((acl) => inVpc(acl) && !acl.isDefault) ||
    network.securityGroups.all().some((group) => inVpc(group) && group.groupId !== defaultSecurityGroupId) ||
    network.routeTables.all().some((table) => inVpc(table) && !table.associations.some(({ main }) => main))
  );
}
