import type { Kind } from "./kind";
import { ownerId } from "./owner";

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

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export const SECURITY_GROUP: Kind<SecurityGroup> = {
  what: "security group",
  id: "groupId",
  idPrefix: "sg",
  notFound: "InvalidGroup.NotFound",
  malformed: "InvalidGroupId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "group-id": "groupId",
    "group-name": "groupName",
    description: "description",
    "owner-id": ownerId,
    "vpc-id": "vpcId",
  },
};

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
export const SECURITY_GROUP_RULE: Kind<SecurityGroupRule> = {
  what: "security group rule ID",
  id: "securityGroupRuleId",
  idPrefix: "sgr",
  notFound: "InvalidSecurityGroupRuleId.NotFound",
  malformed: "InvalidSecurityGroupRuleId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: { "group-id": "groupId", "security-group-rule-id": "securityGroupRuleId" },
};
