import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError } from "../../../cloud/apiError";
import type { Region } from "../../../cloud/cloud";
import type { RulePermission, SecurityGroupRule } from "../../../cloud/ec2/kinds/securityGroup";
import { permissionKey } from "../../../cloud/ec2/securityGroups";
import { ACCOUNT_ID, regionalArn } from "../../../cloud/identifiers";
import { NOT_SERVED } from "../../../cloud/rolePolicies";
import { operation, type ServedOperation, type ServedOperations } from "../../operations";
import { tagList } from "../../tags";
import * as items from "./items";
import { specifiedTags } from "./tagSpecifications";

type Side = "Ingress" | "Egress";

/** One rule with its members beside the group, as the AWS CLI's `--protocol --port --cidr` has it; of ingress only. */
const SHORT_FORM = {
  Ingress: ["IpProtocol", "FromPort", "ToPort", "CidrIp"],
  Egress: [],
} as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html and its neighbours. */
export const SECURITY_GROUP_CHANGES: ServedOperations = {
  CreateSecurityGroup: operation<ec2.CreateSecurityGroupRequest, ec2.CreateSecurityGroupResult>(
    ["GroupName", "Description", "VpcId", "TagSpecifications"],
    async (
      region,
      { GroupName: groupName, Description: description, VpcId: vpcId, TagSpecifications: specifications },
    ) => {
      // Without it the default VPC is meant, and the lab has none.
      if (vpcId === undefined) throw new ApiError("VPCIdNotSpecified", "No default VPC for this user");
      const tags = specifiedTags("security-group", specifications);
      const { groupId } = await region.ec2.createSecurityGroup({ groupName, description, vpcId, tags });
      return {
        GroupId: groupId,
        Tags: tagList(tags),
        SecurityGroupArn: regionalArn(region.name, "ec2", `security-group/${groupId}`),
      };
    },
  ),
  DeleteSecurityGroup: operation<ec2.DeleteSecurityGroupRequest, ec2.DeleteSecurityGroupResult>(
    ["GroupId"],
    async (region, { GroupId: groupId }) => {
      if (groupId === undefined) throw missing("groupId");
      await region.ec2.deleteSecurityGroup({ groupId });
      return { Return: true, GroupId: groupId };
    },
  ),
  AuthorizeSecurityGroupIngress: authorizing("Ingress"),
  AuthorizeSecurityGroupEgress: authorizing("Egress"),
  RevokeSecurityGroupIngress: revoking("Ingress"),
  RevokeSecurityGroupEgress: revoking("Egress"),
  ModifySecurityGroupRules: operation<ec2.ModifySecurityGroupRulesRequest, ec2.ModifySecurityGroupRulesResult>(
    ["GroupId", "SecurityGroupRules"],
    async (region, { GroupId: groupId, SecurityGroupRules: changes }) => {
      if (changes.length === 0) throw missing("SecurityGroupRules");
      const rules = changes.map(({ SecurityGroupRule: rule = {}, SecurityGroupRuleId: securityGroupRuleId }) => {
        if (securityGroupRuleId === undefined) throw missing("SecurityGroupRuleId");
        return { securityGroupRuleId, permission: changedPermission(rule) };
      });
      await region.ec2.modifySecurityGroupRules({ groupId, rules });
      return { Return: true };
    },
  ),
};

function authorizing(side: Side): ServedOperation {
  return operation<
    ec2.AuthorizeSecurityGroupEgressRequest & ec2.AuthorizeSecurityGroupIngressRequest,
    ec2.AuthorizeSecurityGroupEgressResult
  >(
    ["GroupId", "IpPermissions", "TagSpecifications", ...SHORT_FORM[side]],
    async (region, { GroupId: groupId, TagSpecifications: specifications, ...input }) => {
      const tags = specifiedTags("security-group-rule", specifications);
      const permissions = permissionsOf(input);
      const authorize = region.ec2[`authorizeSecurityGroup${side}`];
      const rules = await authorize({ groupId, permissions, tags });
      return {
        Return: true,
        SecurityGroupRules: rules.map((rule) => items.securityGroupRuleItem({ ...rule, tags }, region.name)),
      };
    },
  );
}

function revoking(side: Side): ServedOperation {
  return operation<
    ec2.RevokeSecurityGroupEgressRequest & ec2.RevokeSecurityGroupIngressRequest,
    ec2.RevokeSecurityGroupEgressResult
  >(["GroupId", "IpPermissions", "SecurityGroupRuleIds", ...SHORT_FORM[side]], async (region, input) => {
    const { GroupId: groupId, SecurityGroupRuleIds: ids, ...asked } = input;
    const revoke = region.ec2[`revokeSecurityGroup${side}`];
    const revoked = await rulesOf(region, groupId, side);
    const securityGroupRuleIds = ids ?? idsOf(permissionsOf(asked), revoked);
    await revoke({ groupId, securityGroupRuleIds });
    return {
      Return: true,
      RevokedSecurityGroupRules: revoked
        .filter(({ securityGroupRuleId }) => securityGroupRuleIds.includes(securityGroupRuleId))
        .map((rule) => ({
          SecurityGroupRuleId: rule.securityGroupRuleId,
          GroupId: rule.groupId,
          IsEgress: rule.isEgress,
          IpProtocol: rule.ipProtocol,
          FromPort: rule.fromPort ?? -1,
          ToPort: rule.toPort ?? -1,
          CidrIpv4: rule.cidrIpv4,
          CidrIpv6: rule.cidrIpv6,
          PrefixListId: rule.prefixListId,
          ReferencedGroupId: rule.referencedGroupId,
          Description: rule.description,
        })),
    };
  });
}

async function rulesOf(region: Region, groupId: string, side: Side): Promise<readonly SecurityGroupRule[]> {
  const rules = await region.ec2.describeSecurityGroupRules({ filters: { "group-id": [groupId] } });
  return rules.filter(({ isEgress }) => isEgress === (side === "Egress"));
}

function idsOf(permissions: readonly RulePermission[], rules: readonly SecurityGroupRule[]): readonly string[] {
  return permissions.map((permission) => {
    const rule = rules.find((known) => permissionKey(known) === permissionKey(permission));
    if (rule !== undefined) return rule.securityGroupRuleId;
    throw new ApiError("InvalidPermission.NotFound", "The specified rule does not exist in this security group.");
  });
}

interface Permissions {
  readonly IpPermissions?: readonly ec2.IpPermission[];
  readonly IpProtocol?: string;
  readonly FromPort?: number;
  readonly ToPort?: number;
  readonly CidrIp?: string;
}

/** One rule for each peer of each permission. */
function permissionsOf({ IpPermissions: permissions, CidrIp: cidrIpv4, ...short }: Permissions): RulePermission[] {
  if (permissions === undefined) {
    if (cidrIpv4 === undefined) throw missing("ipPermissions");
    return [{ ...protocolAndPorts(short), cidrIpv4 }];
  }
  return permissions.flatMap((permission) => {
    const common = protocolAndPorts(permission);
    const { IpRanges = [], Ipv6Ranges = [], PrefixListIds = [], UserIdGroupPairs = [] } = permission;
    return [
      ...IpRanges.map((each) => ({ ...common, cidrIpv4: each.CidrIp, description: each.Description })),
      ...Ipv6Ranges.map((each) => ({ ...common, cidrIpv6: each.CidrIpv6, description: each.Description })),
      ...PrefixListIds.map((each) => ({ ...common, prefixListId: each.PrefixListId, description: each.Description })),
      ...UserIdGroupPairs.map((each) => ({
        ...common,
        referencedGroupId: ownGroup(each),
        description: each.Description,
      })),
    ];
  });
}

function changedPermission(rule: ec2.SecurityGroupRuleRequest): RulePermission {
  return {
    ...protocolAndPorts(rule),
    description: rule.Description,
    cidrIpv4: rule.CidrIpv4,
    cidrIpv6: rule.CidrIpv6,
    prefixListId: rule.PrefixListId,
    referencedGroupId: rule.ReferencedGroupId,
  };
}

function ownGroup({ GroupId: groupId, UserId: userId = ACCOUNT_ID }: ec2.UserIdGroupPair): string {
  if (groupId === undefined || userId !== ACCOUNT_ID) {
    throw new ApiError(NOT_SERVED, "Security groups of other accounts, or by name, are not served by the lab.");
  }
  return groupId;
}

function protocolAndPorts({
  IpProtocol: ipProtocol,
  FromPort: fromPort,
  ToPort: toPort,
}: Pick<ec2.IpPermission, "IpProtocol" | "FromPort" | "ToPort">): Pick<
  RulePermission,
  "ipProtocol" | "fromPort" | "toPort"
> {
  if (ipProtocol === undefined) throw missing("ipProtocol");
  return ipProtocol === "-1" || ipProtocol === "all" ? { ipProtocol: "-1" } : { ipProtocol, fromPort, toPort };
}

function missing(parameter: string): ApiError {
  return new ApiError("MissingParameter", `The request must contain the parameter ${parameter}`);
}
