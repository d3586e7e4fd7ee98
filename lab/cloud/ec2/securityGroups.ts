import { ApiError } from "../apiError";
import { requireName, SECURITY_GROUP_NAMES } from "../names";
import type { Tags } from "../tags";
import { isServicePrefixList } from "./kinds/prefixList";
import {
  type RulePermission,
  SECURITY_GROUP,
  SECURITY_GROUP_RULE,
  type SecurityGroup,
  type SecurityGroupRule,
} from "./kinds/securityGroup";
import { VPC } from "./kinds/vpc";
import { dependencyViolation, type Ec2Network, ec2Operations, existing } from "./network";

export interface AuthorizeRequest {
  readonly groupId: string;
  readonly permissions: readonly RulePermission[];
  readonly tags?: Tags;
}

export interface RevokeRequest {
  readonly groupId: string;
  readonly securityGroupRuleIds: readonly string[];
}

export interface ModifyRulesRequest {
  readonly groupId: string;
  readonly rules: readonly { readonly securityGroupRuleId: string; readonly permission: RulePermission }[];
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
      existing(network.vpcs, VPC, request.vpcId);
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

    deleteSecurityGroup: ({ groupId }: { readonly groupId: string }): void => {
      const group = existing(network.securityGroups, SECURITY_GROUP, groupId);
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
      existing(network.securityGroups, SECURITY_GROUP, groupId);
      for (const permission of permissions) requirePermission(network, { ...permission, groupId, isEgress });
      return permissions.map((permission) => {
        const rule = putRule(network, { ...permission, groupId, isEgress });
        network.tags.put(rule.securityGroupRuleId, tags);
        return rule;
      });
    };
  const revoke = ({ groupId, securityGroupRuleIds }: RevokeRequest): void => {
    existing(network.securityGroups, SECURITY_GROUP, groupId);
    for (const id of securityGroupRuleIds) existing(network.securityGroupRules, SECURITY_GROUP_RULE, id);
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

    /** All of them, or none where one is not there. */
    modifySecurityGroupRules: ({ groupId, rules }: ModifyRulesRequest): void => {
      existing(network.securityGroups, SECURITY_GROUP, groupId);
      const changed = rules.map(({ securityGroupRuleId: id, permission }) => {
        const { isEgress } = existing(network.securityGroupRules, SECURITY_GROUP_RULE, id);
        return { securityGroupRuleId: id, groupId, isEgress, ...permission };
      });
      for (const rule of changed) network.securityGroupRules.put(rule.securityGroupRuleId, rule);
    },
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
  const isKnown = isServicePrefixList(network.region, prefixListId) || network.prefixLists.get(prefixListId ?? "");
  if (prefixListId !== undefined && !isKnown) {
    throw new ApiError("InvalidPrefixListId.NotFound", `The prefix list ID '${prefixListId}' does not exist`);
  }
  if (referencedGroupId !== undefined) existing(network.securityGroups, SECURITY_GROUP, referencedGroupId);
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
