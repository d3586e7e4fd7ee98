import type * as iam from "@aws-sdk/client-iam";
import { ApiError } from "../../cloud/apiError";
import type { Role } from "../../cloud/iam";
import type { Tags } from "../../cloud/tags";
import { operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";
import { tagList, tagMap } from "../tags";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
const ITEMS_OF_A_PAGE = { member: "maxItems", least: 1, most: 1000 };
const DEFAULT_ITEMS = 100;

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
      return { Roles: items.map(listed), ...rest };
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
    ["RoleName", "Marker", "MaxItems"],
    async (region, { RoleName: roleName, ...page }) => {
      const { items, ...rest } = paged(await region.iam.listAttachedRolePolicies({ roleName }), (arn) => arn, page);
      return {
        AttachedPolicies: items.map((arn) => ({ PolicyName: arn.split("/").at(-1), PolicyArn: arn })),
        ...rest,
      };
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

/** https://docs.aws.amazon.com/IAM/latest/APIReference/: roles, and what is attached to them. */
export const IAM: ServedOperations = { ...ROLES, ...ROLE_POLICIES };

interface PageRequest {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

function paged<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { Marker: marker, MaxItems: maxItems = DEFAULT_ITEMS }: PageRequest,
): { readonly items: readonly T[]; readonly IsTruncated: boolean; readonly Marker?: string } {
  const { items, next } = markedPage(all, idOf, {
    marker: opened(marker, () => new ApiError("ValidationError", "Invalid Marker.")),
    most: requireRange(maxItems, ITEMS_OF_A_PAGE, "ValidationError"),
  });
  return { items, IsTruncated: next !== undefined, Marker: sealed(next) };
}

/** Documents come URL-encoded, by RFC 3986. */
function encoded(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** "IAM resource-listing operations return a subset": without tags and boundary. */
function listed(role: Role): iam.Role {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encoded(role.assumeRolePolicyDocument),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

function described(role: Role): iam.Role {
  return {
    ...listed(role),
    ...(hasTags(role.tags) && { Tags: tagList(role.tags) }),
    ...(role.permissionsBoundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: "PermissionsBoundaryPolicy",
        PermissionsBoundaryArn: role.permissionsBoundary,
      },
    }),
  };
}

function hasTags(tags: Tags): boolean {
  return Object.keys(tags).length > 0;
}
