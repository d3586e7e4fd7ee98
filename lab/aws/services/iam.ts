import type * as iam from "@aws-sdk/client-iam";
import type { Role } from "../../cloud/iam";
import { operation, type ServedOperations } from "../operations";
import { tagMap } from "../tags";
import { POLICIES_AND_PROFILES } from "./iam/policies";
import { attachedPolicies, encoded, listedRole, paged, tagsAndBoundary } from "./iam/shapes";
import { USERS_AND_GROUPS, withPath } from "./iam/users";

const ROLES: ServedOperations = {
  CreateRole: operation<iam.CreateRoleRequest, iam.CreateRoleResponse>(
    [
      "RoleName",
      "AssumeRolePolicyDocument",
      "Path",
      "Description",
      "MaxSessionDuration",
      "PermissionsBoundary",
      "Tags",
    ],
    async (region, input) => ({
      Role: described(
        await region.iam.createRole({
          roleName: input.RoleName,
          assumeRolePolicyDocument: input.AssumeRolePolicyDocument,
          path: input.Path,
          description: input.Description,
          maxSessionDuration: input.MaxSessionDuration,
          permissionsBoundary: input.PermissionsBoundary,
          tags: tagMap(input.Tags),
        }),
      ),
    }),
  ),
  GetRole: operation<iam.GetRoleRequest, iam.GetRoleResponse>(["RoleName"], async (region, { RoleName: roleName }) => ({
    Role: described(await region.iam.getRole({ roleName })),
  })),
  ListRoles: operation<iam.ListRolesRequest, iam.ListRolesResponse>(
    ["PathPrefix", "Marker", "MaxItems"],
    async (region, { PathPrefix: prefix = "/", ...page }) => {
      const roles = (await region.iam.listRoles()).filter(({ path }) => path.startsWith(prefix));
      const { items, ...rest } = paged(roles, ({ roleName }) => roleName, page);
      return { Roles: items.map(listedRole), ...rest };
    },
  ),
  UpdateRole: operation<iam.UpdateRoleRequest, iam.UpdateRoleResponse>(
    ["RoleName", "Description", "MaxSessionDuration"],
    async (region, { RoleName: roleName, Description: description, MaxSessionDuration: maxSessionDuration }) => {
      await region.iam.updateRole({ roleName, description, maxSessionDuration });
      return {};
    },
  ),
  UpdateAssumeRolePolicy: operation<iam.UpdateAssumeRolePolicyRequest, object>(
    ["RoleName", "PolicyDocument"],
    async (region, { RoleName: roleName, PolicyDocument: policyDocument }) => {
      await region.iam.updateAssumeRolePolicy({ roleName, policyDocument });
      return {};
    },
  ),
  PutRolePermissionsBoundary: operation<iam.PutRolePermissionsBoundaryRequest, object>(
    ["RoleName", "PermissionsBoundary"],
    async (region, { RoleName: roleName, PermissionsBoundary: permissionsBoundary }) => {
      await region.iam.putRolePermissionsBoundary({ roleName, permissionsBoundary });
      return {};
    },
  ),
  DeleteRolePermissionsBoundary: operation<iam.DeleteRolePermissionsBoundaryRequest, object>(
    ["RoleName"],
    async (region, { RoleName: roleName }) => {
      await region.iam.deleteRolePermissionsBoundary({ roleName });
      return {};
    },
  ),
  TagRole: operation<iam.TagRoleRequest, object>(
    ["RoleName", "Tags"],
    async (region, { RoleName: roleName, Tags: tags }) => {
      await region.iam.tagRole({ roleName, tags: tagMap(tags) });
      return {};
    },
  ),
  UntagRole: operation<iam.UntagRoleRequest, object>(
    ["RoleName", "TagKeys"],
    async (region, { RoleName: roleName, TagKeys: tagKeys }) => {
      await region.iam.untagRole({ roleName, tagKeys });
      return {};
    },
  ),
  ListRoleTags: operation<iam.ListRoleTagsRequest, iam.ListRoleTagsResponse>(
    ["RoleName", "Marker", "MaxItems"],
    async (region, { RoleName: roleName, ...page }) => {
      const { tags } = await region.iam.getRole({ roleName });
      const { items, ...rest } = paged(Object.entries(tags), ([key]) => key, page);
      return { Tags: items.map(([Key, Value]) => ({ Key, Value })), ...rest };
    },
  ),
  DeleteRole: operation<iam.DeleteRoleRequest, object>(["RoleName"], async (region, { RoleName: roleName }) => {
    await region.iam.deleteRole({ roleName });
    return {};
  }),
};

const ROLE_POLICIES: ServedOperations = {
  PutRolePolicy: operation<iam.PutRolePolicyRequest, object>(
    ["RoleName", "PolicyName", "PolicyDocument"],
    async (region, { RoleName: roleName, PolicyName: policyName, PolicyDocument: policyDocument }) => {
      await region.iam.putRolePolicy({ roleName, policyName, policyDocument });
      return {};
    },
  ),
  GetRolePolicy: operation<iam.GetRolePolicyRequest, iam.GetRolePolicyResponse>(
    ["RoleName", "PolicyName"],
    async (region, { RoleName: roleName, PolicyName: policyName }) => {
      const { policyDocument } = await region.iam.getRolePolicy({ roleName, policyName });
      return { RoleName: roleName, PolicyName: policyName, PolicyDocument: encoded(policyDocument) };
    },
  ),
  ListRolePolicies: operation<iam.ListRolePoliciesRequest, iam.ListRolePoliciesResponse>(
    ["RoleName", "Marker", "MaxItems"],
    async (region, { RoleName: roleName, ...page }) => {
      const { items, ...rest } = paged(await region.iam.listRolePolicies({ roleName }), (name) => name, page);
      return { PolicyNames: [...items], ...rest };
    },
  ),
  DeleteRolePolicy: operation<iam.DeleteRolePolicyRequest, object>(
    ["RoleName", "PolicyName"],
    async (region, { RoleName: roleName, PolicyName: policyName }) => {
      await region.iam.deleteRolePolicy({ roleName, policyName });
      return {};
    },
  ),
  AttachRolePolicy: operation<iam.AttachRolePolicyRequest, object>(
    ["RoleName", "PolicyArn"],
    async (region, { RoleName: roleName, PolicyArn: policyArn }) => {
      await region.iam.attachRolePolicy({ roleName, policyArn });
      return {};
    },
  ),
  ListAttachedRolePolicies: operation<iam.ListAttachedRolePoliciesRequest, iam.ListAttachedRolePoliciesResponse>(
    ["RoleName", "PathPrefix", "Marker", "MaxItems"],
    async (region, { RoleName: roleName, PathPrefix: prefix = "/", ...page }) => {
      const arns = await region.iam.listAttachedRolePolicies({ roleName });
      const { items, ...rest } = paged(withPath(arns, prefix), (arn) => arn, page);
      return { AttachedPolicies: attachedPolicies(items), ...rest };
    },
  ),
  DetachRolePolicy: operation<iam.DetachRolePolicyRequest, object>(
    ["RoleName", "PolicyArn"],
    async (region, { RoleName: roleName, PolicyArn: policyArn }) => {
      await region.iam.detachRolePolicy({ roleName, policyArn });
      return {};
    },
  ),
};

/** https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export const IAM: ServedOperations = {
  ...ROLES,
  ...ROLE_POLICIES,
  ...USERS_AND_GROUPS,
  ...POLICIES_AND_PROFILES,
};

function described(role: Role): iam.Role {
  return { ...listedRole(role), ...tagsAndBoundary(role) };
}
