import type * as iam from "@aws-sdk/client-iam";
import type { AccessKey } from "../../../cloud/iam/user";
import type { Iam } from "../../../cloud/iam";
import { operation, type ServedOperations } from "../../operations";
import { asking, attachedPolicies, changing, encoded, listedGroup, listedUser, paged, tagsAndBoundary } from "./shapes";

const USERS: ServedOperations = {
  CreateUser: asking<iam.CreateUserRequest, iam.CreateUserResponse, Iam["createUser"]>(
    ["UserName", "Path", "PermissionsBoundary", "Tags"],
    (to) => to.createUser,
    (user) => ({ User: { ...listedUser(user), ...tagsAndBoundary(user) } }),
  ),
  GetUser: asking<iam.GetUserRequest, iam.GetUserResponse, Iam["getUser"]>(
    ["UserName"],
    (of) => of.getUser,
    (user) => ({ User: { ...listedUser(user), ...tagsAndBoundary(user) } }),
  ),
  ListUsers: operation<iam.ListUsersRequest, iam.ListUsersResponse>(
    ["PathPrefix", "Marker", "MaxItems"],
    async (region, { PathPrefix: prefix = "/", ...page }) => {
      const users = (await region.iam.listUsers()).filter(({ path }) => path.startsWith(prefix));
      const { items, ...rest } = paged(users, ({ userName }) => userName, page);
      return { Users: items.map(listedUser), ...rest };
    },
  ),
  DeleteUser: changing<iam.DeleteUserRequest>(["UserName"], (to) => to.deleteUser),
  TagUser: changing<iam.TagUserRequest>(["UserName", "Tags"], (to) => to.tagUser),
  UntagUser: changing<iam.UntagUserRequest>(["UserName", "TagKeys"], (to) => to.untagUser),
  ListUserTags: operation<iam.ListUserTagsRequest, iam.ListUserTagsResponse>(
    ["UserName", "Marker", "MaxItems"],
    async (region, { UserName: userName, ...page }) => {
      const { tags } = await region.iam.getUser({ userName });
      const { items, ...rest } = paged(Object.entries(tags), ([key]) => key, page);
      return { Tags: items.map(([Key, Value]) => ({ Key, Value })), ...rest };
    },
  ),
  PutUserPermissionsBoundary: changing<iam.PutUserPermissionsBoundaryRequest>(
    ["UserName", "PermissionsBoundary"],
    (to) => to.putUserPermissionsBoundary,
  ),
  DeleteUserPermissionsBoundary: changing<iam.DeleteUserPermissionsBoundaryRequest>(
    ["UserName"],
    (to) => to.deleteUserPermissionsBoundary,
  ),
};

const USER_POLICIES: ServedOperations = {
  PutUserPolicy: changing<iam.PutUserPolicyRequest>(
    ["UserName", "PolicyName", "PolicyDocument"],
    (to) => to.putUserPolicy,
  ),
  GetUserPolicy: asking<iam.GetUserPolicyRequest, iam.GetUserPolicyResponse, Iam["getUserPolicy"]>(
    ["UserName", "PolicyName"],
    (of) => of.getUserPolicy,
    ({ policyDocument }, { UserName, PolicyName }) => ({
      UserName,
      PolicyName,
      PolicyDocument: encoded(policyDocument),
    }),
  ),
  ListUserPolicies: operation<iam.ListUserPoliciesRequest, iam.ListUserPoliciesResponse>(
    ["UserName", "Marker", "MaxItems"],
    async (region, { UserName: userName, ...page }) => {
      const { items, ...rest } = paged(await region.iam.listUserPolicies({ userName }), (name) => name, page);
      return { PolicyNames: [...items], ...rest };
    },
  ),
  DeleteUserPolicy: changing<iam.DeleteUserPolicyRequest>(["UserName", "PolicyName"], (to) => to.deleteUserPolicy),
  AttachUserPolicy: changing<iam.AttachUserPolicyRequest>(["UserName", "PolicyArn"], (to) => to.attachUserPolicy),
  ListAttachedUserPolicies: operation<iam.ListAttachedUserPoliciesRequest, iam.ListAttachedUserPoliciesResponse>(
    ["UserName", "PathPrefix", "Marker", "MaxItems"],
    async (region, { UserName: userName, PathPrefix: prefix = "/", ...page }) => {
      const arns = await region.iam.listAttachedUserPolicies({ userName });
      const { items, ...rest } = paged(withPath(arns, prefix), (arn) => arn, page);
      return { AttachedPolicies: attachedPolicies(items), ...rest };
    },
  ),
  DetachUserPolicy: changing<iam.DetachUserPolicyRequest>(["UserName", "PolicyArn"], (to) => to.detachUserPolicy),
};

/** Those of the policies that have a path. */
export function withPath(arns: readonly string[], prefix: string): readonly string[] {
  return arns.filter((arn) => arn.replace(/^.*?:policy/, "").startsWith(prefix));
}

const ACCESS_KEYS: ServedOperations = {
  CreateAccessKey: asking<iam.CreateAccessKeyRequest, iam.CreateAccessKeyResponse, Iam["createAccessKey"]>(
    ["UserName"],
    (to) => to.createAccessKey,
    ({ secretAccessKey, ...key }) => ({ AccessKey: { ...keyItem(key), SecretAccessKey: secretAccessKey } }),
  ),
  ListAccessKeys: operation<iam.ListAccessKeysRequest, iam.ListAccessKeysResponse>(
    ["UserName", "Marker", "MaxItems"],
    async (region, { UserName: userName, ...page }) => {
      const keys = await region.iam.listAccessKeys({ userName });
      const { items, ...rest } = paged(keys, ({ accessKeyId }) => accessKeyId, page);
      return { AccessKeyMetadata: items.map(keyItem), ...rest };
    },
  ),
  UpdateAccessKey: changing<iam.UpdateAccessKeyRequest>(
    ["UserName", "AccessKeyId", "Status"],
    (to) => to.updateAccessKey,
  ),
  DeleteAccessKey: changing<iam.DeleteAccessKeyRequest>(["UserName", "AccessKeyId"], (to) => to.deleteAccessKey),
};

function keyItem({ userName, accessKeyId, status, createDate }: AccessKey) {
  return { UserName: userName, AccessKeyId: accessKeyId, Status: status, CreateDate: new Date(createDate) };
}

const GROUPS: ServedOperations = {
  CreateGroup: asking<iam.CreateGroupRequest, iam.CreateGroupResponse, Iam["createGroup"]>(
    ["GroupName", "Path"],
    (to) => to.createGroup,
    (group) => ({ Group: listedGroup(group) }),
  ),
  GetGroup: operation<iam.GetGroupRequest, iam.GetGroupResponse>(
    ["GroupName", "Marker", "MaxItems"],
    async (region, { GroupName: groupName, ...page }) => {
      const { group, users } = await region.iam.getGroup({ groupName });
      const { items, ...rest } = paged(users, ({ userName }) => userName, page);
      return { Group: listedGroup(group), Users: items.map(listedUser), ...rest };
    },
  ),
  ListGroups: operation<iam.ListGroupsRequest, iam.ListGroupsResponse>(
    ["PathPrefix", "Marker", "MaxItems"],
    async (region, { PathPrefix: prefix = "/", ...page }) => {
      const groups = (await region.iam.listGroups()).filter(({ path }) => path.startsWith(prefix));
      const { items, ...rest } = paged(groups, ({ groupName }) => groupName, page);
      return { Groups: items.map(listedGroup), ...rest };
    },
  ),
  ListGroupsForUser: operation<iam.ListGroupsForUserRequest, iam.ListGroupsForUserResponse>(
    ["UserName", "Marker", "MaxItems"],
    async (region, { UserName: userName, ...page }) => {
      const groups = await region.iam.listGroupsForUser({ userName });
      const { items, ...rest } = paged(groups, ({ groupName }) => groupName, page);
      return { Groups: items.map(listedGroup), ...rest };
    },
  ),
  DeleteGroup: changing<iam.DeleteGroupRequest>(["GroupName"], (to) => to.deleteGroup),
  AddUserToGroup: changing<iam.AddUserToGroupRequest>(["GroupName", "UserName"], (to) => to.addUserToGroup),
  RemoveUserFromGroup: changing<iam.RemoveUserFromGroupRequest>(
    ["GroupName", "UserName"],
    (to) => to.removeUserFromGroup,
  ),
  PutGroupPolicy: changing<iam.PutGroupPolicyRequest>(
    ["GroupName", "PolicyName", "PolicyDocument"],
    (to) => to.putGroupPolicy,
  ),
  GetGroupPolicy: asking<iam.GetGroupPolicyRequest, iam.GetGroupPolicyResponse, Iam["getGroupPolicy"]>(
    ["GroupName", "PolicyName"],
    (of) => of.getGroupPolicy,
    ({ policyDocument }, { GroupName, PolicyName }) => ({
      GroupName,
      PolicyName,
      PolicyDocument: encoded(policyDocument),
    }),
  ),
  ListGroupPolicies: operation<iam.ListGroupPoliciesRequest, iam.ListGroupPoliciesResponse>(
    ["GroupName", "Marker", "MaxItems"],
    async (region, { GroupName: groupName, ...page }) => {
      const { items, ...rest } = paged(await region.iam.listGroupPolicies({ groupName }), (name) => name, page);
      return { PolicyNames: [...items], ...rest };
    },
  ),
  DeleteGroupPolicy: changing<iam.DeleteGroupPolicyRequest>(["GroupName", "PolicyName"], (to) => to.deleteGroupPolicy),
  AttachGroupPolicy: changing<iam.AttachGroupPolicyRequest>(["GroupName", "PolicyArn"], (to) => to.attachGroupPolicy),
  ListAttachedGroupPolicies: operation<iam.ListAttachedGroupPoliciesRequest, iam.ListAttachedGroupPoliciesResponse>(
    ["GroupName", "PathPrefix", "Marker", "MaxItems"],
    async (region, { GroupName: groupName, PathPrefix: prefix = "/", ...page }) => {
      const arns = await region.iam.listAttachedGroupPolicies({ groupName });
      const { items, ...rest } = paged(withPath(arns, prefix), (arn) => arn, page);
      return { AttachedPolicies: attachedPolicies(items), ...rest };
    },
  ),
  DetachGroupPolicy: changing<iam.DetachGroupPolicyRequest>(["GroupName", "PolicyArn"], (to) => to.detachGroupPolicy),
};

/** Users with their keys, and groups. */
export const USERS_AND_GROUPS: ServedOperations = { ...USERS, ...USER_POLICIES, ...ACCESS_KEYS, ...GROUPS };
