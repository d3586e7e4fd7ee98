import type * as iam from "@aws-sdk/client-iam";
import type { Iam } from "../../../cloud/iam";
import type { AccountDetail } from "../../../cloud/iam/details";
import { operation, type ServedOperations } from "../../operations";
import { tagList } from "../../tags";
import * as shapes from "./shapes";

const POLICIES: ServedOperations = {
  CreatePolicy: shapes.asking<iam.CreatePolicyRequest, iam.CreatePolicyResponse, Iam["createPolicy"]>(
    ["PolicyName", "Path", "PolicyDocument", "Description", "Tags"],
    (to) => to.createPolicy,
    ({ tags, ...policy }) => ({ Policy: { ...shapes.listedPolicy({ ...policy, tags }), Tags: tagList(tags) } }),
  ),
  GetPolicy: shapes.asking<iam.GetPolicyRequest, iam.GetPolicyResponse, Iam["getPolicy"]>(
    ["PolicyArn"],
    (of) => of.getPolicy,
    (policy) => ({
      Policy: { ...shapes.listedPolicy(policy), Description: policy.description, Tags: tagList(policy.tags) },
    }),
  ),
  ListPolicies: operation<iam.ListPoliciesRequest, iam.ListPoliciesResponse>(
    ["Scope", "OnlyAttached", "PathPrefix", "PolicyUsageFilter", "Marker", "MaxItems"],
    async (region, { Scope: scope = "All", OnlyAttached, PathPrefix: prefix = "/", PolicyUsageFilter, ...page }) => {
      const policies = (await region.iam.listPolicies({ scope })).filter(
        (policy) =>
          policy.path.startsWith(prefix) &&
          (OnlyAttached !== true || policy.attachmentCount > 0) &&
          (PolicyUsageFilter !== "PermissionsBoundary" || policy.permissionsBoundaryUsageCount > 0) &&
          (PolicyUsageFilter !== "PermissionsPolicy" || policy.attachmentCount > 0),
      );
      const { items, ...rest } = shapes.paged(policies, ({ arn }) => arn, page);
      return { Policies: items.map(shapes.listedPolicy), ...rest };
    },
  ),
  ListEntitiesForPolicy: shapes.asking<
    iam.ListEntitiesForPolicyRequest,
    iam.ListEntitiesForPolicyResponse,
    Iam["listEntitiesForPolicy"]
  >(
    ["PolicyArn"],
    (of) => of.listEntitiesForPolicy,
    ({ roles, users, groups }) => ({
      PolicyRoles: roles.map(({ roleName, roleId }) => ({ RoleName: roleName, RoleId: roleId })),
      PolicyUsers: users.map(({ userName, userId }) => ({ UserName: userName, UserId: userId })),
      PolicyGroups: groups.map(({ groupName, groupId }) => ({ GroupName: groupName, GroupId: groupId })),
      IsTruncated: false,
    }),
  ),
  DeletePolicy: shapes.changing<iam.DeletePolicyRequest>(["PolicyArn"], (to) => to.deletePolicy),
  CreatePolicyVersion: shapes.asking<
    iam.CreatePolicyVersionRequest,
    iam.CreatePolicyVersionResponse,
    Iam["createPolicyVersion"]
  >(
    ["PolicyArn", "PolicyDocument", "SetAsDefault"],
    (to) => to.createPolicyVersion,
    (version) => ({ PolicyVersion: shapes.versionItem(version) }),
  ),
  GetPolicyVersion: shapes.asking<iam.GetPolicyVersionRequest, iam.GetPolicyVersionResponse, Iam["getPolicyVersion"]>(
    ["PolicyArn", "VersionId"],
    (of) => of.getPolicyVersion,
    (version) => ({
      PolicyVersion: { ...shapes.versionItem(version), Document: shapes.encoded(version.document) },
    }),
  ),
  ListPolicyVersions: operation<iam.ListPolicyVersionsRequest, iam.ListPolicyVersionsResponse>(
    ["PolicyArn", "Marker", "MaxItems"],
    async (region, { PolicyArn: policyArn, ...page }) => {
      const versions = await region.iam.listPolicyVersions({ policyArn });
      const { items, ...rest } = shapes.paged(versions, ({ versionId }) => versionId, page);
      return { Versions: items.map(shapes.versionItem), ...rest };
    },
  ),
  SetDefaultPolicyVersion: shapes.changing<iam.SetDefaultPolicyVersionRequest>(
    ["PolicyArn", "VersionId"],
    (to) => to.setDefaultPolicyVersion,
  ),
  DeletePolicyVersion: shapes.changing<iam.DeletePolicyVersionRequest>(
    ["PolicyArn", "VersionId"],
    (to) => to.deletePolicyVersion,
  ),
};

const PROFILES: ServedOperations = {
  CreateInstanceProfile: shapes.asking<
    iam.CreateInstanceProfileRequest,
    iam.CreateInstanceProfileResponse,
    Iam["createInstanceProfile"]
  >(
    ["InstanceProfileName", "Path", "Tags"],
    (to) => to.createInstanceProfile,
    (profile) => ({ InstanceProfile: shapes.profileItem(profile) }),
  ),
  GetInstanceProfile: shapes.asking<
    iam.GetInstanceProfileRequest,
    iam.GetInstanceProfileResponse,
    Iam["getInstanceProfile"]
  >(
    ["InstanceProfileName"],
    (of) => of.getInstanceProfile,
    (profile) => ({ InstanceProfile: shapes.profileItem(profile) }),
  ),
  ListInstanceProfiles: operation<iam.ListInstanceProfilesRequest, iam.ListInstanceProfilesResponse>(
    ["PathPrefix", "Marker", "MaxItems"],
    async (region, { PathPrefix: prefix = "/", ...page }) => {
      const profiles = (await region.iam.listInstanceProfiles()).filter(({ path }) => path.startsWith(prefix));
      const { items, ...rest } = shapes.paged(profiles, ({ instanceProfileName }) => instanceProfileName, page);
      return { InstanceProfiles: items.map(shapes.profileItem), ...rest };
    },
  ),
  ListInstanceProfilesForRole: operation<
    iam.ListInstanceProfilesForRoleRequest,
    iam.ListInstanceProfilesForRoleResponse
  >(["RoleName", "Marker", "MaxItems"], async (region, { RoleName: roleName, ...page }) => {
    const profiles = await region.iam.listInstanceProfilesForRole({ roleName });
    const { items, ...rest } = shapes.paged(profiles, ({ instanceProfileName }) => instanceProfileName, page);
    return { InstanceProfiles: items.map(shapes.profileItem), ...rest };
  }),
  AddRoleToInstanceProfile: shapes.changing<iam.AddRoleToInstanceProfileRequest>(
    ["InstanceProfileName", "RoleName"],
    (to) => to.addRoleToInstanceProfile,
  ),
  RemoveRoleFromInstanceProfile: shapes.changing<iam.RemoveRoleFromInstanceProfileRequest>(
    ["InstanceProfileName", "RoleName"],
    (to) => to.removeRoleFromInstanceProfile,
  ),
  DeleteInstanceProfile: shapes.changing<iam.DeleteInstanceProfileRequest>(
    ["InstanceProfileName"],
    (to) => to.deleteInstanceProfile,
  ),
};

/** In this order, so that a page ends anywhere between them. */
const LISTS = {
  User: "UserDetailList",
  Group: "GroupDetailList",
  Role: "RoleDetailList",
  LocalManagedPolicy: "Policies",
  AWSManagedPolicy: "Policies",
} as const;

const DETAILS: ServedOperations = {
  GetAccountAuthorizationDetails: operation<
    iam.GetAccountAuthorizationDetailsRequest,
    iam.GetAccountAuthorizationDetailsResponse
  >(["Filter", "Marker", "MaxItems"], async (region, { Filter: filter, ...page }) => {
    const details = await region.iam.getAccountAuthorizationDetails();
    const asked = details.filter(({ type }) => filter === undefined || filter.length === 0 || filter.includes(type));
    const { items, ...rest } = shapes.paged(asked, idOf, page);
    const lists = { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] } as Lists;
    for (const detail of items) lists[LISTS[detail.type]].push(detailItem(detail));
    return { ...lists, ...rest };
  }),
  GetContextKeysForPrincipalPolicy: shapes.asking<
    iam.GetContextKeysForPrincipalPolicyRequest,
    iam.GetContextKeysForPolicyResponse,
    Iam["getContextKeysForPrincipalPolicy"]
  >(
    ["PolicySourceArn", "PolicyInputList"],
    (of) => of.getContextKeysForPrincipalPolicy,
    (keys) => ({ ContextKeyNames: [...keys] }),
  ),
};

type Lists = Record<(typeof LISTS)[keyof typeof LISTS], object[]>;

function idOf(detail: AccountDetail): string {
  const order = String(Object.keys(LISTS).indexOf(detail.type));
  if (detail.type === "User") return order + detail.user.userName;
  if (detail.type === "Group") return order + detail.group.groupName;
  return order + (detail.type === "Role" ? detail.role.roleName : detail.policy.arn);
}

function detailItem(detail: AccountDetail): object {
  switch (detail.type) {
    case "User": {
      const { user } = detail;
      return {
        ...shapes.listedUser(user),
        ...shapes.tagsAndBoundary(user),
        UserPolicyList: shapes.inlinePolicies(user.inlinePolicies),
        GroupList: user.groupNames,
        AttachedManagedPolicies: shapes.attachedPolicies(user.attachedPolicyArns),
      };
    }
    case "Group": {
      const { group } = detail;
      return {
        ...shapes.listedGroup(group),
        GroupPolicyList: shapes.inlinePolicies(group.inlinePolicies),
        AttachedManagedPolicies: shapes.attachedPolicies(group.attachedPolicyArns),
      };
    }
    case "Role": {
      const { role, profiles } = detail;
      return {
        ...shapes.listedRole(role),
        ...shapes.tagsAndBoundary(role),
        InstanceProfileList: profiles.map((profile) => shapes.profileItem({ ...profile, roles: [role] })),
        RolePolicyList: shapes.inlinePolicies(role.inlinePolicies),
        AttachedManagedPolicies: shapes.attachedPolicies(role.attachedPolicyArns),
      };
    }
    default: {
      const { policy, type } = detail;
      const versions = policy.versions.filter(
        ({ versionId }) => type === "LocalManagedPolicy" || versionId === policy.defaultVersionId,
      );
      return {
        ...shapes.listedPolicy(policy),
        PolicyVersionList: versions.map((version) => ({
          ...shapes.versionItem({ ...version, isDefaultVersion: version.versionId === policy.defaultVersionId }),
          Document: shapes.encoded(version.document),
        })),
      };
    }
  }
}

/** Managed policies, instance profiles, and what tells of the whole account. */
export const POLICIES_AND_PROFILES: ServedOperations = { ...POLICIES, ...PROFILES, ...DETAILS };
