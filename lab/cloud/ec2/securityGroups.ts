import { ApiError } from "../apiError";
import { requireName, SECURITY_GROUP_NAMES } from "../names";
import {
  dependencyViolation,
  describe,
  type DescribeRequest,
  type Ec2Network,
  ec2Operations,
  existing,
  type Tagged,
  type Tags,
} from "./network";
import { isServicePrefixList } from "./prefixLists";
import { vpcOf } from "./vpcs";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroup.html */
export interface SecurityGroup {
  readonly groupId: string;
  readonly groupName: string;
  readonly description: string;
  readonly vpcId: string;
}

/** What one rule lets pass: exactly one of the four sources or destinations. */
export interface RulePermission {
  readonly ipProtocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly description?: string;
  readonly cidrIpv4?: string;
  readonly cidrIpv6?: string;
  readonly prefixListId?: string;
  readonly referencedGroupId?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SecurityGroupRule.html */
export interface SecurityGroupRule extends RulePermission {
  readonly securityGroupRuleId: string;
  readonly groupId: string;
  readonly isEgress: boolean;
}

/** A group as it is described. Its rules are the `IpPermissions` and `IpPermissionsEgress` of AWS. */
export type DescribedSecurityGroup = Tagged<SecurityGroup> & { readonly rules: readonly SecurityGroupRule[] };

export interface AuthorizeRequest {
  readonly groupId: string;
  readonly permissions: readonly RulePermission[];
  readonly tags?: Tags;
}

export interface RevokeRequest {
  readonly groupId: string;
  readonly securityGroupRuleIds: readonly string[];
}

const GROUP_NOT_FOUND = { code: "InvalidGroup.NotFound", what: "security group" } as const;
const RULE_NOT_FOUND = { code: "InvalidSecurityGroupRuleId.NotFound", what: "security group rule" } as const;

function groupOf(network: Ec2Network, groupId: string): SecurityGroup {
  const group = network.securityGroups.get(groupId);
  if (group === undefined) throw new ApiError(GROUP_NOT_FOUND.code, `The security group '${groupId}' does not exist`);
  return group;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const securityGroupOperations = ec2Operations((network) => {
  return {
    /** A new group lets everything out, until that rule is revoked. */
    createSecurityGroup: ({
      tags = {},
      ...request
    }: Omit<SecurityGroup, "groupId"> & { readonly tags?: Tags }): SecurityGroup => {
      requireName(SECURITY_GROUP_NAMES, request.groupName, "InvalidParameterValue");
      vpcOf(network, request.vpcId);
      if (
        network.securityGroups
          .all()
          .some((known) => known.vpcId === request.vpcId && known.groupName === request.groupName)
      ) {
        throw new ApiError(
          "InvalidGroup.Duplicate",
          `The security group '${request.groupName}' already exists for VPC '${request.vpcId}'`,
        );
      }
      const group = { groupId: network.newId("sg"), ...request };
      network.securityGroups.put(group.groupId, group);
      network.tags.put(group.groupId, tags);
      putRule(network, { groupId: group.groupId, isEgress: true, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" });
      return group;
    },

    describeSecurityGroups: (request: DescribeRequest): readonly DescribedSecurityGroup[] =>
      describe(
        network,
        {
          records: network.securityGroups,
          notFound: GROUP_NOT_FOUND,
          idOf: ({ groupId }) => groupId,
          filterable: {
            "group-id": ({ groupId }) => [groupId],
            "group-name": ({ groupName }) => [groupName],
            "vpc-id": ({ vpcId }) => [vpcId],
          },
        },
        request,
      ).map((group) => ({
        ...group,
        rules: network.securityGroupRules.all().filter(({ groupId }) => groupId === group.groupId),
      })),

    deleteSecurityGroup: ({ groupId }: { readonly groupId: string }): void => {
      const group = groupOf(network, groupId);
      if (network.vpcs.get(group.vpcId)?.defaultSecurityGroupId === groupId) {
        throw new ApiError(
          "CannotDelete",
          `the specified group: "${groupId}" name: "default" cannot be deleted by a user`,
        );
      }
      if (isInUse(network, groupId)) throw dependencyViolation("resource", groupId);
      for (const rule of network.securityGroupRules.all()) {
        if (rule.groupId === groupId) network.securityGroupRules.remove(rule.securityGroupRuleId);
      }
      network.tags.remove(groupId);
      network.securityGroups.remove(groupId);
    },
  };
});

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
export const securityGroupRuleOperations = ec2Operations((network) => {
  const authorize =
    (isEgress: boolean) =>
    ({ groupId, permissions, tags = {} }: AuthorizeRequest): readonly SecurityGroupRule[] => {
      groupOf(network, groupId);
      for (const permission of permissions) requirePermission(network, { ...permission, groupId, isEgress });
      return permissions.map((permission) => {
        const rule = putRule(network, { ...permission, groupId, isEgress });
        network.tags.put(rule.securityGroupRuleId, tags);
        return rule;
      });
    };
  const revoke = ({ groupId, securityGroupRuleIds }: RevokeRequest): void => {
    groupOf(network, groupId);
    for (const id of securityGroupRuleIds)
      existing(network.securityGroupRules, id, RULE_NOT_FOUND.code, RULE_NOT_FOUND.what);
    for (const id of securityGroupRuleIds) {
      network.tags.remove(id);
      network.securityGroupRules.remove(id);
    }
  };

  return {
    authorizeSecurityGroupIngress: authorize(false),
    authorizeSecurityGroupEgress: authorize(true),
    revokeSecurityGroupIngress: revoke,
    revokeSecurityGroupEgress: revoke,

    modifySecurityGroupRules: ({
      groupId,
      securityGroupRuleId,
      permission,
    }: {
      readonly groupId: string;
      readonly securityGroupRuleId: string;
      readonly permission: RulePermission;
    }): void => {
      groupOf(network, groupId);
      const { isEgress } = existing(
        network.securityGroupRules,
        securityGroupRuleId,
        RULE_NOT_FOUND.code,
        RULE_NOT_FOUND.what,
      );
      network.securityGroupRules.put(securityGroupRuleId, { securityGroupRuleId, groupId, isEgress, ...permission });
    },

    describeSecurityGroupRules: (request: DescribeRequest): readonly Tagged<SecurityGroupRule>[] =>
      describe(
        network,
        {
          records: network.securityGroupRules,
          notFound: RULE_NOT_FOUND,
          idOf: ({ securityGroupRuleId }) => securityGroupRuleId,
          filterable: { "group-id": ({ groupId }) => [groupId] },
        },
        request,
      ),
  };
});

type NewRule = Omit<SecurityGroupRule, "securityGroupRuleId">;

function putRule(network: Ec2Network, rule: NewRule): SecurityGroupRule {
  const created = { securityGroupRuleId: network.newId("sgr"), ...rule };
  network.securityGroupRules.put(created.securityGroupRuleId, created);
  return created;
}

/** Two rules that let the same pass are one: a description does not tell them apart. */
export function permissionKey({
  ipProtocol,
  fromPort,
  toPort,
  cidrIpv4,
  cidrIpv6,
  prefixListId,
  referencedGroupId,
}: RulePermission): string {
  const ports = ipProtocol === "-1" ? "" : `${fromPort ?? -1}-${toPort ?? -1}`;
  return [ipProtocol, ports, cidrIpv4, cidrIpv6, prefixListId, referencedGroupId].join("|");
}

function requirePermission(network: Ec2Network, rule: NewRule): void {
  const { cidrIpv4, cidrIpv6, prefixListId, referencedGroupId } = rule;
  const peers = [cidrIpv4, cidrIpv6, prefixListId, referencedGroupId].filter((peer) => peer !== undefined);
  if (peers.length !== 1) {
    throw new ApiError(
      "InvalidParameterValue",
      "A rule has exactly one of CidrIpv4, CidrIpv6, PrefixListId and ReferencedGroupId.",
    );
  }
  if (prefixListId !== undefined && !isServicePrefixList(network.region, prefixListId)) {
    throw new ApiError("InvalidPrefixListId.NotFound", `The prefix list ID '${prefixListId}' does not exist`);
  }
  if (referencedGroupId !== undefined) groupOf(network, referencedGroupId);
  const key = permissionKey(rule);
  const duplicate = network.securityGroupRules
    .all()
    .some(
      (known) => known.groupId === rule.groupId && known.isEgress === rule.isEgress && permissionKey(known) === key,
    );
  if (duplicate) {
    throw new ApiError(
      "InvalidPermission.Duplicate",
      `the specified rule "peer: ${String(peers[0])}, ${rule.ipProtocol}" already exists`,
    );
  }
}

function isInUse(network: Ec2Network, groupId: string): boolean {
  return (
    network.networkInterfaces.all().some(({ groupIds }) => groupIds.includes(groupId)) ||
    network.securityGroupRules.all().some((rule) => rule.referencedGroupId === groupId && rule.groupId !== groupId)
  );
}
