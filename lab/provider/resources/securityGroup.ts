import type { RulePermission, SecurityGroupRule } from "../../cloud/ec2/kinds/securityGroup";
import { permissionKey } from "../../cloud/ec2/securityGroups";
import { ACCOUNT_ID, regionalArn } from "../../cloud/identifiers";
import { onceIndependent, withoutLambdaInterfaces } from "../dependents";
import { ec2Tags } from "../ec2Tags";
import { pick } from "../pick";
import {
  autonamed,
  computed,
  defaulted,
  optional,
  optionalComputed,
  type Place,
  required,
  type ResourceType,
  resourceType,
} from "../resourceType";
import { boolean, list, needed, number, object, possible, set, string, type TypeOf } from "../shapes";

const inlineRuleFields = {
  protocol: needed(string),
  fromPort: needed(number),
  toPort: needed(number),
  cidrBlocks: possible(list(string)),
  ipv6CidrBlocks: possible(list(string)),
  prefixListIds: possible(list(string)),
  securityGroups: possible(set(string)),
  self: possible(boolean),
  description: possible(string),
} as const;
const inlineIngress = object("ec2/SecurityGroupIngress", inlineRuleFields);
const inlineEgress = object("ec2/SecurityGroupEgress", inlineRuleFields);
type InlineRule = TypeOf<typeof inlineEgress>;

export const securityGroup = resourceType({
  token: "aws:ec2/securityGroup:SecurityGroup",
  what: "Security Group",
  subject: ({ name }) => name,
  properties: {
    // Its characters are EC2's affair.
    name: autonamed(255, (name) =>
      name.startsWith("sg-") ? "invalid value for name (cannot begin with sg-)" : undefined,
    ),
    description: defaulted(string, "Managed by Pulumi", { replaces: true }),
    vpcId: optionalComputed(string, { replaces: true }),
    ingress: optionalComputed(set(inlineIngress)),
    egress: optionalComputed(set(inlineEgress)),
    revokeRulesOnDelete: defaulted(boolean, false, { notReadable: true }),
    arn: computed(string),
    ownerId: computed(string),
  },
  refused: ["namePrefix"],
  exactlyOneOf: [["vpcId"]],
  goneCodes: ["InvalidGroup.NotFound"],

  create: async ({ aws, inputs: { name, description, vpcId = "", ingress = [], egress = [] }, tags }) => {
    const { groupId } = await aws.ec2.createSecurityGroup({ groupName: name, description, vpcId, tags });
    // The provider lets nothing out that the program does not name.
    await applyRules(aws, groupId, EGRESS, egress);
    await applyRules(aws, groupId, INGRESS, ingress);
    return groupId;
  },

  read: async ({ aws, id, known }) => {
    const [found] = await aws.ec2.describeSecurityGroups({ ids: [id] });
    if (found === undefined) return undefined;
    const { rules } = found;
    return {
      name: found.groupName,
      description: found.description,
      vpcId: found.vpcId,
      ingress: inlined(id, rules.filter(INGRESS.has), known.ingress ?? []),
      egress: inlined(id, rules.filter(EGRESS.has), known.egress ?? []),
      tags: found.tags,
      ownerId: ACCOUNT_ID,
      arn: regionalArn(aws.name, "ec2", `security-group/${id}`),
    };
  },

  update: async ({ aws, id, inputs, changed }) => {
    if (changed.has("egress")) await applyRules(aws, id, EGRESS, inputs.egress ?? []);
    if (changed.has("ingress")) await applyRules(aws, id, INGRESS, inputs.ingress ?? []);
  },

  delete: async ({ aws, id, known }) => {
    await withoutLambdaInterfaces(aws, { "group-id": [id] }, `deleting ENIs using Security Group (${id})`);
    if (known.revokeRulesOnDelete) {
      await applyRules(aws, id, EGRESS, []);
      await applyRules(aws, id, INGRESS, []);
    }
    await onceIndependent(() => aws.ec2.deleteSecurityGroup({ groupId: id }));
  },
  retag: ec2Tags,
});

interface Direction {
  readonly has: (rule: SecurityGroupRule) => boolean;
  readonly authorize: "authorizeSecurityGroupEgress" | "authorizeSecurityGroupIngress";
  readonly revoke: "revokeSecurityGroupEgress" | "revokeSecurityGroupIngress";
}

const EGRESS: Direction = {
  has: ({ isEgress }) => isEgress,
  authorize: "authorizeSecurityGroupEgress",
  revoke: "revokeSecurityGroupEgress",
};
const INGRESS: Direction = {
  has: ({ isEgress }) => !isEgress,
  authorize: "authorizeSecurityGroupIngress",
  revoke: "revokeSecurityGroupIngress",
};

/** Makes the rules of one direction these and no others. */
async function applyRules(
  { ec2 }: Place["aws"],
  groupId: string,
  direction: Direction,
  inline: readonly InlineRule[],
): Promise<void> {
  const [found] = await ec2.describeSecurityGroups({ ids: [groupId] });
  const actual = found?.rules.filter(direction.has) ?? [];
  const wanted = inline.flatMap((rule) => permissionsOf(groupId, rule));
  const wantedKeys = new Set(wanted.map(describedKey));
  const actualKeys = new Set(actual.map(describedKey));
  const surplus = actual.filter((rule) => !wantedKeys.has(describedKey(rule)));
  const missing = wanted.filter((permission) => !actualKeys.has(describedKey(permission)));
  if (surplus.length > 0) {
    await ec2[direction.revoke]({
      groupId,
      securityGroupRuleIds: surplus.map(({ securityGroupRuleId }) => securityGroupRuleId),
    });
  }
  if (missing.length > 0) await ec2[direction.authorize]({ groupId, permissions: missing });
}

function describedKey(permission: RulePermission): string {
  return `${permissionKey(permission)}|${permission.description ?? ""}`;
}

/** An inline rule names many peers; AWS has one rule for each. */
function permissionsOf(groupId: string, rule: InlineRule): readonly RulePermission[] {
  const ports = rule.protocol === "-1" ? {} : { fromPort: rule.fromPort, toPort: rule.toPort };
  const shared = { ipProtocol: rule.protocol, ...ports, ...(rule.description && { description: rule.description }) };
  const groups = [...(rule.securityGroups ?? []), ...(rule.self ? [groupId] : [])];
  return [
    ...(rule.cidrBlocks ?? []).map((cidrIpv4) => ({ ...shared, cidrIpv4 })),
    ...(rule.ipv6CidrBlocks ?? []).map((cidrIpv6) => ({ ...shared, cidrIpv6 })),
    ...(rule.prefixListIds ?? []).map((prefixListId) => ({ ...shared, prefixListId })),
    ...groups.map((referencedGroupId) => ({ ...shared, referencedGroupId })),
  ];
}

/** The rules in the grouping of the program where AWS has all of them, and one by one where it does not. */
function inlined(
  groupId: string,
  actual: readonly RulePermission[],
  known: readonly InlineRule[],
): readonly InlineRule[] {
  const left = new Map(actual.map((permission) => [describedKey(permission), permission]));
  const whole = known.filter((rule) => {
    const keys = permissionsOf(groupId, rule).map(describedKey);
    if (!keys.every((key) => left.has(key))) return false;
    for (const key of keys) left.delete(key);
    return true;
  });
  return [...whole, ...[...left.values()].map((permission) => singleRule(groupId, permission))];
}

function singleRule(
  groupId: string,
  { ipProtocol, fromPort, toPort, description, ...peer }: RulePermission,
): InlineRule {
  return {
    protocol: ipProtocol,
    fromPort: fromPort ?? 0,
    toPort: toPort ?? 0,
    description,
    ...(peer.cidrIpv4 && { cidrBlocks: [peer.cidrIpv4] }),
    ...(peer.cidrIpv6 && { ipv6CidrBlocks: [peer.cidrIpv6] }),
    ...(peer.prefixListId && { prefixListIds: [peer.prefixListId] }),
    ...(peer.referencedGroupId === groupId && { self: true }),
    ...(peer.referencedGroupId && peer.referencedGroupId !== groupId && { securityGroups: [peer.referencedGroupId] }),
  };
}

export const securityGroupEgressRule = ruleType(
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "VPC Security Group Egress Rule",
  EGRESS,
);
export const securityGroupIngressRule = ruleType(
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "VPC Security Group Ingress Rule",
  INGRESS,
);

function ruleType(token: string, what: string, direction: Direction): ResourceType {
  return resourceType({
    token,
    what,
    subject: ({ securityGroupId }) => securityGroupId,
    properties: {
      securityGroupId: required(string, { replaces: true }),
      ipProtocol: required(string),
      fromPort: optional(number),
      toPort: optional(number),
      cidrIpv4: optional(string),
      cidrIpv6: optional(string),
      prefixListId: optional(string),
      referencedSecurityGroupId: optional(string),
      description: optional(string),
      arn: computed(string),
      securityGroupRuleId: computed(string),
    },
    exactlyOneOf: [["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"]],
    goneCodes: ["InvalidSecurityGroupRuleId.NotFound", "InvalidGroup.NotFound"],

    create: async ({ aws, inputs, tags }) => {
      const [rule] = await aws.ec2[direction.authorize]({
        groupId: inputs.securityGroupId,
        permissions: [permissionOf(inputs)],
        tags,
      });
      return rule?.securityGroupRuleId ?? "";
    },

    read: async ({ aws, id }) => {
      const [found] = await aws.ec2.describeSecurityGroupRules({ ids: [id] });
      return (
        found && {
          ...found,
          securityGroupId: found.groupId,
          referencedSecurityGroupId: found.referencedGroupId,
          arn: regionalArn(aws.name, "ec2", `security-group-rule/${id}`),
        }
      );
    },

    update: ({ aws, id, inputs }) =>
      aws.ec2.modifySecurityGroupRules({
        groupId: inputs.securityGroupId,
        rules: [{ securityGroupRuleId: id, permission: permissionOf(inputs) }],
      }),

    delete: ({ aws, id, known: { securityGroupId = "" } }) =>
      aws.ec2[direction.revoke]({ groupId: securityGroupId, securityGroupRuleIds: [id] }),
    retag: ec2Tags,
  });
}

type RuleInputs = RulePermission & { readonly referencedSecurityGroupId?: string };

function permissionOf(inputs: RuleInputs): RulePermission {
  return {
    ...pick(inputs, ["ipProtocol", "fromPort", "toPort", "cidrIpv4", "cidrIpv6", "prefixListId", "description"]),
    referencedGroupId: inputs.referencedSecurityGroupId,
  };
}
