import * as assert from "node:assert/strict";
import {
  type GroupDetail,
  type ManagedPolicyDetail,
  paginateGetAccountAuthorizationDetails,
  paginateListRoles,
  type RoleDetail,
  type UserDetail,
  waitUntilRoleExists,
} from "@aws-sdk/client-iam";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "dynamodb:*", Resource: "*" }],
});

/** IAM's documents come URL-encoded. */
const decoded = (document: string | undefined): string => decodeURIComponent(present(document));

describe("IAM for AWS's own client", () => {
  const on = wire();
  let made = 0;
  async function createRole(request = {}): Promise<string> {
    const RoleName = `role-${String(made++).padStart(2, "0")}`;
    await on.iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST, ...request });
    return RoleName;
  }
  const roleOf = async (RoleName: string) => present((await on.iam.getRole({ RoleName })).Role);
  const attached = async (RoleName: string) => (await on.iam.listAttachedRolePolicies({ RoleName })).AttachedPolicies;
  const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

  async function createUser(request = {}): Promise<string> {
    const UserName = `user-${String(made++).padStart(2, "0")}`;
    await on.iam.createUser({ UserName, ...request });
    return UserName;
  }
  async function createGroup(request = {}): Promise<string> {
    const GroupName = `group-${String(made++).padStart(2, "0")}`;
    await on.iam.createGroup({ GroupName, ...request });
    return GroupName;
  }
  async function createPolicy(): Promise<string> {
    const { Policy } = await on.iam.createPolicy({ PolicyName: `policy-${made++}`, PolicyDocument: POLICY });
    return present(Policy?.Arn);
  }
  async function createProfile(request = {}): Promise<string> {
    const InstanceProfileName = `profile-${made++}`;
    await on.iam.createInstanceProfile({ InstanceProfileName, ...request });
    return InstanceProfileName;
  }
  type Call = (request: object) => Promise<{
    readonly PolicyNames?: readonly string[];
    readonly PolicyDocument?: string;
    readonly AttachedPolicies?: readonly object[];
  }>;
  const call =
    (name: string): Call =>
    (request) =>
      (on.iam as unknown as Readonly<Record<string, Call>>)[name]?.(request) ?? assert.fail(name);

  /** What users and groups do alike. */
  function inlinePolicies(kind: string, make: () => Promise<object>): Readonly<Record<string, () => Promise<void>>> {
    const policy = { PolicyName: "items", PolicyDocument: POLICY };
    const { PolicyName } = policy;
    const [put, get] = [call(`put${kind}Policy`), call(`get${kind}Policy`)];
    const [list, remove] = [call(`list${kind}Policies`), call(`delete${kind}Policy`)];
    return {
      [`Put${kind}Policy`]: async () => {
        const holder = await make();
        await put({ ...holder, ...policy });
        assert.deepEqual((await list(holder)).PolicyNames, ["items"]);
        await refusedWith(call(`delete${kind}`)(holder), "DeleteConflictException", /must delete policies first/);
      },
      [`Get${kind}Policy`]: async () => {
        const holder = await make();
        await refusedWith(get({ ...holder, PolicyName }), "NoSuchEntityException");
        await put({ ...holder, ...policy });
        assert.equal(decoded((await get({ ...holder, PolicyName })).PolicyDocument), POLICY);
      },
      [`List${kind}Policies`]: async () => {
        const holder = await make();
        assert.deepEqual((await list(holder)).PolicyNames, []);
        await put({ ...holder, ...policy });
        assert.deepEqual((await list(holder)).PolicyNames, ["items"]);
      },
      [`Delete${kind}Policy`]: async () => {
        const holder = await make();
        await put({ ...holder, ...policy });
        await remove({ ...holder, PolicyName });
        assert.deepEqual((await list(holder)).PolicyNames, []);
      },
    };
  }

  function attachedPolicies(kind: string, make: () => Promise<object>): Readonly<Record<string, () => Promise<void>>> {
    const [attach, detach] = [call(`attach${kind}Policy`), call(`detach${kind}Policy`)];
    const list = call(`listAttached${kind}Policies`);
    return {
      [`Attach${kind}Policy`]: async () => {
        const holder = await make();
        await attach({ ...holder, PolicyArn });
        assert.deepEqual((await list(holder)).AttachedPolicies, [
          { PolicyName: PolicyArn.split("/").at(-1), PolicyArn },
        ]);
        const unknown = attach({ ...holder, PolicyArn: "arn:aws:iam::123456789012:policy/none" });
        await refusedWith(unknown, "NoSuchEntityException", /policy\/none does not exist or is not attachable/);
      },
      [`ListAttached${kind}Policies`]: async () => {
        const holder = await make();
        assert.deepEqual((await list(holder)).AttachedPolicies, []);
        await attach({ ...holder, PolicyArn });
        assert.equal((await list({ ...holder, PathPrefix: "/service-role/" })).AttachedPolicies?.length, 1);
        assert.deepEqual((await list({ ...holder, PathPrefix: "/job-function/" })).AttachedPolicies, []);
      },
      [`Detach${kind}Policy`]: async () => {
        const holder = await make();
        await refusedWith(detach({ ...holder, PolicyArn }), "NoSuchEntityException");
        await attach({ ...holder, PolicyArn });
        await detach({ ...holder, PolicyArn });
        assert.deepEqual((await list(holder)).AttachedPolicies, []);
      },
    };
  }

  everyOperation("iam", on, {
    CreateRole: async () => {
      const RoleName = await createRole({ Path: "/app/", Description: "it's <new>", MaxSessionDuration: 7200 });
      await waitUntilRoleExists({ client: on.iam, maxWaitTime: 60 }, { RoleName });
      const role = await roleOf(RoleName);
      assert.equal(role.Arn, `arn:aws:iam::123456789012:role/app/${RoleName}`);
      assert.deepEqual([role.Description, role.MaxSessionDuration], ["it's <new>", 7200]);
      assert.ok(role.CreateDate instanceof Date);
      const again = on.iam.createRole({ RoleName, AssumeRolePolicyDocument: TRUST });
      await refusedWith(again, "EntityAlreadyExistsException");
    },
    GetRole: async () => {
      const RoleName = await createRole({ Tags: [{ Key: "team", Value: "a" }] });
      const role = await roleOf(RoleName);
      assert.equal(decoded(role.AssumeRolePolicyDocument), TRUST);
      assert.deepEqual(role.Tags, [{ Key: "team", Value: "a" }]);
      await refusedWith(roleOf("none"), "NoSuchEntityException", "The role with name none cannot be found.");
    },
    ListRoles: async () => {
      const names: string[] = [];
      for (let i = 0; i < 5; i++) names.push(await createRole({ Path: "/listed/" }));
      const pages: (readonly (string | undefined)[])[] = [];
      for await (const { Roles = [] } of paginateListRoles({ client: on.iam, pageSize: 2 }, { PathPrefix: "/listed/" }))
        pages.push(Roles.map((role) => role.RoleName));
      assert.deepEqual(pages, [names.slice(0, 2), names.slice(2, 4), names.slice(4)]);
      await refusedWith(on.iam.listRoles({ MaxItems: 1001 }), "ValidationError", /less than or equal to 1000/);
      await refusedWith(on.iam.listRoles({ Marker: "none" }), "ValidationError", "Invalid Marker.");
    },
    UpdateRole: async () => {
      const RoleName = await createRole();
      await on.iam.updateRole({ RoleName, Description: "changed", MaxSessionDuration: 3600 });
      assert.equal((await roleOf(RoleName)).Description, "changed");
    },
    UpdateAssumeRolePolicy: async () => {
      const RoleName = await createRole();
      const PolicyDocument = TRUST.replace("lambda", "ec2");
      await on.iam.updateAssumeRolePolicy({ RoleName, PolicyDocument });
      assert.equal(decoded((await roleOf(RoleName)).AssumeRolePolicyDocument), PolicyDocument);
    },
    PutRolePermissionsBoundary: async () => {
      const RoleName = await createRole();
      await on.iam.putRolePermissionsBoundary({ RoleName, PermissionsBoundary: PolicyArn });
      assert.equal((await roleOf(RoleName)).PermissionsBoundary?.PermissionsBoundaryArn, PolicyArn);
    },
    DeleteRolePermissionsBoundary: async () => {
      const RoleName = await createRole({ PermissionsBoundary: PolicyArn });
      await on.iam.deleteRolePermissionsBoundary({ RoleName });
      assert.equal((await roleOf(RoleName)).PermissionsBoundary, undefined);
    },
    TagRole: async () => {
      const RoleName = await createRole();
      await on.iam.tagRole({ RoleName, Tags: [{ Key: "stage", Value: "canary" }] });
      assert.deepEqual((await roleOf(RoleName)).Tags, [{ Key: "stage", Value: "canary" }]);
    },
    UntagRole: async () => {
      const RoleName = await createRole({ Tags: [{ Key: "a", Value: "1" }] });
      await on.iam.untagRole({ RoleName, TagKeys: ["a"] });
      assert.equal((await roleOf(RoleName)).Tags, undefined);
    },
    ListRoleTags: async () => {
      const RoleName = await createRole({ Tags: [{ Key: "a", Value: "1" }] });
      await on.iam.tagRole({ RoleName, Tags: [{ Key: "b", Value: "2" }] });
      const { Tags, IsTruncated, Marker } = await on.iam.listRoleTags({ RoleName, MaxItems: 1 });
      assert.deepEqual([Tags, IsTruncated], [[{ Key: "a", Value: "1" }], true]);
      assert.deepEqual((await on.iam.listRoleTags({ RoleName, Marker })).Tags, [{ Key: "b", Value: "2" }]);
    },
    DeleteRole: async () => {
      const RoleName = await createRole();
      await on.iam.deleteRole({ RoleName });
      await refusedWith(roleOf(RoleName), "NoSuchEntityException");
    },
    PutRolePolicy: async () => {
      const RoleName = await createRole();
      await on.iam.putRolePolicy({ RoleName, PolicyName: "items", PolicyDocument: POLICY });
      await refusedWith(on.iam.deleteRole({ RoleName }), "DeleteConflictException");
      const broken = on.iam.putRolePolicy({ RoleName, PolicyName: "items", PolicyDocument: "{" });
      await refusedWith(broken, "MalformedPolicyDocumentException");
    },
    GetRolePolicy: async () => {
      const RoleName = await createRole();
      await on.iam.putRolePolicy({ RoleName, PolicyName: "items", PolicyDocument: POLICY });
      const { PolicyDocument } = await on.iam.getRolePolicy({ RoleName, PolicyName: "items" });
      assert.equal(decoded(PolicyDocument), POLICY);
      assert.doesNotMatch(present(PolicyDocument), /\*/);
    },
    ListRolePolicies: async () => {
      const RoleName = await createRole();
      await on.iam.putRolePolicy({ RoleName, PolicyName: "items", PolicyDocument: POLICY });
      assert.deepEqual((await on.iam.listRolePolicies({ RoleName })).PolicyNames, ["items"]);
    },
    DeleteRolePolicy: async () => {
      const RoleName = await createRole();
      await on.iam.putRolePolicy({ RoleName, PolicyName: "items", PolicyDocument: POLICY });
      await on.iam.deleteRolePolicy({ RoleName, PolicyName: "items" });
      assert.deepEqual((await on.iam.listRolePolicies({ RoleName })).PolicyNames, []);
    },
    AttachRolePolicy: async () => {
      const RoleName = await createRole();
      await on.iam.attachRolePolicy({ RoleName, PolicyArn });
      assert.deepEqual(await attached(RoleName), [{ PolicyName: "AWSLambdaBasicExecutionRole", PolicyArn }]);
    },
    ListAttachedRolePolicies: async () => {
      const RoleName = await createRole();
      assert.deepEqual(await attached(RoleName), []);
      await on.lab.cloud.region(REGION).iam.attachRolePolicy({ roleName: RoleName, policyArn: PolicyArn });
      assert.equal((await attached(RoleName))?.length, 1);
    },
    DetachRolePolicy: async () => {
      const RoleName = await createRole();
      await on.iam.attachRolePolicy({ RoleName, PolicyArn });
      await on.iam.detachRolePolicy({ RoleName, PolicyArn });
      assert.deepEqual(await attached(RoleName), []);
    },
    CreateUser: async () => {
      const UserName = await createUser({ Path: "/people/", Tags: [{ Key: "team", Value: "a" }] });
      const { User } = await on.iam.getUser({ UserName });
      assert.equal(User?.Arn, `arn:aws:iam::123456789012:user/people/${UserName}`);
      assert.match(present(User.UserId), /^AIDA[0-9A-F]{17}$/);
      await refusedWith(createUser({ UserName }), "EntityAlreadyExistsException");
    },
    GetUser: async () => {
      const UserName = await createUser({ PermissionsBoundary: PolicyArn });
      assert.equal((await on.iam.getUser({ UserName })).User?.PermissionsBoundary?.PermissionsBoundaryArn, PolicyArn);
      await refusedWith(on.iam.getUser({}), "ValidationError", /Must specify userName/);
      const absent = "The user with name none cannot be found.";
      await refusedWith(on.iam.getUser({ UserName: "none" }), "NoSuchEntityException", absent);
    },
    ListUsers: async () => {
      const names = [await createUser({ Path: "/listed/" }), await createUser({ Path: "/listed/" })];
      const first = await on.iam.listUsers({ PathPrefix: "/listed/", MaxItems: 1 });
      const second = await on.iam.listUsers({ PathPrefix: "/listed/", Marker: first.Marker });
      assert.deepEqual(
        [first, second].map(({ Users = [] }) => Users[0]?.UserName),
        names,
      );
      assert.deepEqual([first.IsTruncated, second.IsTruncated], [true, false]);
    },
    DeleteUser: async () => {
      const UserName = await createUser();
      const { AccessKey } = await on.iam.createAccessKey({ UserName });
      await refusedWith(on.iam.deleteUser({ UserName }), "DeleteConflictException", /must delete access keys first/);
      await on.iam.deleteAccessKey({ UserName, AccessKeyId: AccessKey?.AccessKeyId });
      await on.iam.deleteUser({ UserName });
      await refusedWith(on.iam.getUser({ UserName }), "NoSuchEntityException");
    },
    TagUser: async () => {
      const UserName = await createUser();
      await on.iam.tagUser({ UserName, Tags: [{ Key: "a", Value: "1" }] });
      assert.deepEqual((await on.iam.getUser({ UserName })).User?.Tags, [{ Key: "a", Value: "1" }]);
    },
    UntagUser: async () => {
      const UserName = await createUser({ Tags: [{ Key: "a", Value: "1" }] });
      await on.iam.untagUser({ UserName, TagKeys: ["a"] });
      assert.equal((await on.iam.getUser({ UserName })).User?.Tags, undefined);
    },
    ListUserTags: async () => {
      const UserName = await createUser();
      await on.iam.tagUser({ UserName, Tags: [{ Key: "b", Value: "2" }] });
      assert.deepEqual((await on.iam.listUserTags({ UserName })).Tags, [{ Key: "b", Value: "2" }]);
    },
    PutUserPermissionsBoundary: async () => {
      const UserName = await createUser();
      await on.iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary: PolicyArn });
      assert.ok((await on.iam.getUser({ UserName })).User?.PermissionsBoundary);
      const PermissionsBoundary = "arn:aws:iam::123456789012:policy/none";
      const absent = on.iam.putUserPermissionsBoundary({ UserName, PermissionsBoundary });
      await refusedWith(absent, "NoSuchEntityException", /none does not exist or is not attachable/);
    },
    DeleteUserPermissionsBoundary: async () => {
      const UserName = await createUser({ PermissionsBoundary: PolicyArn });
      await on.iam.deleteUserPermissionsBoundary({ UserName });
      assert.equal((await on.iam.getUser({ UserName })).User?.PermissionsBoundary, undefined);
    },
    ...inlinePolicies("User", async () => ({ UserName: await createUser() })),
    ...attachedPolicies("User", async () => ({ UserName: await createUser() })),
    ...inlinePolicies("Group", async () => ({ GroupName: await createGroup() })),
    ...attachedPolicies("Group", async () => ({ GroupName: await createGroup() })),
    CreateAccessKey: async () => {
      const UserName = await createUser();
      const { AccessKey } = await on.iam.createAccessKey({ UserName });
      assert.match(present(AccessKey?.AccessKeyId), /^AKIA[0-9A-Z]{16}$/);
      await on.iam.createAccessKey({ UserName });
      await refusedWith(on.iam.createAccessKey({ UserName }), "LimitExceededException", /AccessKeysPerUser: 2/);
      const recorded = on.lab.cloud.calls.filter(({ action }) => action === "CreateAccessKey");
      assert.ok(!JSON.stringify(recorded).includes(present(AccessKey?.SecretAccessKey)));
    },
    ListAccessKeys: async () => {
      const UserName = await createUser();
      const keys = async () => (await on.iam.listAccessKeys({ UserName })).AccessKeyMetadata;
      assert.deepEqual(await keys(), []);
      await on.iam.createAccessKey({ UserName });
      assert.equal((await keys())?.[0]?.Status, "Active");
    },
    UpdateAccessKey: async () => {
      const UserName = await createUser();
      const AccessKeyId = (await on.iam.createAccessKey({ UserName })).AccessKey?.AccessKeyId;
      await on.iam.updateAccessKey({ UserName, AccessKeyId, Status: "Inactive" });
      assert.equal((await on.iam.listAccessKeys({ UserName })).AccessKeyMetadata?.[0]?.Status, "Inactive");
    },
    DeleteAccessKey: async () => {
      const UserName = await createUser();
      const AccessKeyId = (await on.iam.createAccessKey({ UserName })).AccessKey?.AccessKeyId;
      await on.iam.deleteAccessKey({ UserName, AccessKeyId });
      await refusedWith(on.iam.deleteAccessKey({ UserName, AccessKeyId }), "NoSuchEntityException");
    },
    CreateGroup: async () => {
      const GroupName = await createGroup({ Path: "/teams/" });
      const { Group, Users } = await on.iam.getGroup({ GroupName });
      assert.deepEqual([Group?.Arn, Users], [`arn:aws:iam::123456789012:group/teams/${GroupName}`, []]);
    },
    GetGroup: async () => {
      const [GroupName, UserName] = [await createGroup(), await createUser()];
      await on.iam.addUserToGroup({ GroupName, UserName });
      assert.deepEqual(
        (await on.iam.getGroup({ GroupName })).Users?.map((user) => user.UserName),
        [UserName],
      );
    },
    ListGroups: async () => {
      const names = [await createGroup({ Path: "/listed/" }), await createGroup({ Path: "/listed/" })];
      const { Groups } = await on.iam.listGroups({ PathPrefix: "/listed/" });
      assert.deepEqual(
        Groups?.map((group) => group.GroupName),
        names,
      );
    },
    ListGroupsForUser: async () => {
      const [GroupName, UserName] = [await createGroup(), await createUser()];
      assert.deepEqual((await on.iam.listGroupsForUser({ UserName })).Groups, []);
      await on.iam.addUserToGroup({ GroupName, UserName });
      assert.equal((await on.iam.listGroupsForUser({ UserName })).Groups?.[0]?.GroupName, GroupName);
    },
    AddUserToGroup: async () => {
      const [GroupName, UserName] = [await createGroup(), await createUser()];
      await on.iam.addUserToGroup({ GroupName, UserName });
      await refusedWith(on.iam.deleteGroup({ GroupName }), "DeleteConflictException", /remove users from group/);
      await refusedWith(on.iam.deleteUser({ UserName }), "DeleteConflictException", /remove users from group/);
    },
    RemoveUserFromGroup: async () => {
      const [GroupName, UserName] = [await createGroup(), await createUser()];
      await on.iam.addUserToGroup({ GroupName, UserName });
      await on.iam.removeUserFromGroup({ GroupName, UserName });
      assert.deepEqual((await on.iam.getGroup({ GroupName })).Users, []);
    },
    DeleteGroup: async () => {
      const GroupName = await createGroup();
      await on.iam.deleteGroup({ GroupName });
      await refusedWith(on.iam.getGroup({ GroupName }), "NoSuchEntityException");
    },
    CreatePolicy: async () => {
      const arn = await createPolicy();
      const { Policy } = await on.iam.getPolicy({ PolicyArn: arn });
      assert.deepEqual([Policy?.DefaultVersionId, Policy?.AttachmentCount], ["v1", 0]);
      const again = on.iam.createPolicy({ PolicyName: arn.split("/").at(-1), PolicyDocument: POLICY });
      await refusedWith(again, "EntityAlreadyExistsException");
    },
    GetPolicy: async () => {
      const arn = await createPolicy();
      await on.iam.attachUserPolicy({ UserName: await createUser(), PolicyArn: arn });
      await on.iam.createUser({ UserName: "bounded", PermissionsBoundary: arn });
      const { Policy } = await on.iam.getPolicy({ PolicyArn: arn });
      assert.deepEqual([Policy?.AttachmentCount, Policy?.PermissionsBoundaryUsageCount], [1, 1]);
      const aws = await on.iam.getPolicy({ PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
      assert.equal(aws.Policy?.PolicyName, "ReadOnlyAccess");
      for (const name of ["ReadOnly", "arn", "versions"])
        await refusedWith(on.iam.getPolicy({ PolicyArn: `arn:aws:iam::aws:policy/${name}` }), "NoSuchEntityException");
    },
    ListPolicies: async () => {
      const arn = await createPolicy();
      const local = async () =>
        (await on.iam.listPolicies({ Scope: "Local" })).Policies?.map((policy) => policy.Arn) ?? [];
      assert.ok((await local()).includes(arn));
      await on.iam.deletePolicy({ PolicyArn: arn });
      assert.ok(!(await local()).includes(arn));
      const { Policies, IsTruncated } = await on.iam.listPolicies({ Scope: "AWS", MaxItems: 1000 });
      assert.deepEqual([Policies?.length, IsTruncated], [1000, true]);
      // By name alone another part of the package's file is read.
      for (const each of (Policies ?? []).filter((_, i) => i % 111 === 0))
        assert.deepEqual((await on.iam.getPolicy({ PolicyArn: each.Arn })).Policy, { ...each, Tags: [] });
    },
    ListEntitiesForPolicy: async () => {
      const arn = await createPolicy();
      const RoleName = await createRole();
      await on.iam.attachRolePolicy({ RoleName, PolicyArn: arn });
      const { PolicyRoles, PolicyUsers } = await on.iam.listEntitiesForPolicy({ PolicyArn: arn });
      assert.deepEqual([PolicyRoles?.map((role) => role.RoleName), PolicyUsers], [[RoleName], []]);
    },
    DeletePolicy: async () => {
      const arn = await createPolicy();
      const UserName = await createUser();
      await on.iam.attachUserPolicy({ UserName, PolicyArn: arn });
      await refusedWith(on.iam.deletePolicy({ PolicyArn: arn }), "DeleteConflictException");
      await on.iam.detachUserPolicy({ UserName, PolicyArn: arn });
      await on.iam.deletePolicy({ PolicyArn: arn });
      await refusedWith(on.iam.getPolicy({ PolicyArn: arn }), "NoSuchEntityException");
    },
    CreatePolicyVersion: async () => {
      const arn = await createPolicy();
      await on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY, SetAsDefault: true });
      assert.equal((await on.iam.getPolicy({ PolicyArn: arn })).Policy?.DefaultVersionId, "v2");
      for (let i = 0; i < 3; i++) await on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY });
      const sixth = on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY });
      await refusedWith(sixth, "LimitExceededException");
    },
    GetPolicyVersion: async () => {
      const arn = await createPolicy();
      const version = async () => on.iam.getPolicyVersion({ PolicyArn: arn, VersionId: "v2" });
      await refusedWith(version(), "NoSuchEntityException");
      await on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY });
      const { PolicyVersion } = await version();
      assert.deepEqual([decoded(PolicyVersion?.Document), PolicyVersion?.IsDefaultVersion], [POLICY, false]);
    },
    ListPolicyVersions: async () => {
      const arn = await createPolicy();
      await on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY });
      const { Versions } = await on.iam.listPolicyVersions({ PolicyArn: arn });
      assert.deepEqual(
        Versions?.map(({ VersionId, IsDefaultVersion }) => [VersionId, IsDefaultVersion]),
        [
          ["v1", true],
          ["v2", false],
        ],
      );
    },
    SetDefaultPolicyVersion: async () => {
      const arn = await createPolicy();
      await on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY });
      await on.iam.setDefaultPolicyVersion({ PolicyArn: arn, VersionId: "v2" });
      assert.equal((await on.iam.getPolicy({ PolicyArn: arn })).Policy?.DefaultVersionId, "v2");
    },
    DeletePolicyVersion: async () => {
      const arn = await createPolicy();
      await on.iam.createPolicyVersion({ PolicyArn: arn, PolicyDocument: POLICY });
      const deleted = async (VersionId: string) => on.iam.deletePolicyVersion({ PolicyArn: arn, VersionId });
      await refusedWith(deleted("v1"), "DeleteConflictException");
      await deleted("v2");
      assert.equal((await on.iam.listPolicyVersions({ PolicyArn: arn })).Versions?.length, 1);
    },
    CreateInstanceProfile: async () => {
      const InstanceProfileName = await createProfile();
      const { InstanceProfile } = await on.iam.getInstanceProfile({ InstanceProfileName });
      assert.deepEqual(InstanceProfile?.Roles, []);
      await refusedWith(on.iam.createInstanceProfile({ InstanceProfileName }), "EntityAlreadyExistsException");
    },
    GetInstanceProfile: async () => {
      const [InstanceProfileName, RoleName] = [await createProfile(), await createRole()];
      await on.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
      const { InstanceProfile } = await on.iam.getInstanceProfile({ InstanceProfileName });
      assert.equal(InstanceProfile?.Roles?.[0]?.RoleName, RoleName);
    },
    ListInstanceProfiles: async () => {
      const InstanceProfileName = await createProfile({ Path: "/listed/" });
      const { InstanceProfiles } = await on.iam.listInstanceProfiles({ PathPrefix: "/listed/" });
      assert.equal(InstanceProfiles?.[0]?.InstanceProfileName, InstanceProfileName);
    },
    ListInstanceProfilesForRole: async () => {
      const [InstanceProfileName, RoleName] = [await createProfile(), await createRole()];
      assert.deepEqual((await on.iam.listInstanceProfilesForRole({ RoleName })).InstanceProfiles, []);
      await on.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
      assert.equal((await on.iam.listInstanceProfilesForRole({ RoleName })).InstanceProfiles?.length, 1);
    },
    AddRoleToInstanceProfile: async () => {
      const [InstanceProfileName, RoleName] = [await createProfile(), await createRole()];
      await on.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
      await refusedWith(on.iam.deleteRole({ RoleName }), "DeleteConflictException", /from instance profile first/);
      const second = on.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName: await createRole() });
      await refusedWith(second, "LimitExceededException");
    },
    RemoveRoleFromInstanceProfile: async () => {
      const [InstanceProfileName, RoleName] = [await createProfile(), await createRole()];
      await on.iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
      await on.iam.removeRoleFromInstanceProfile({ InstanceProfileName, RoleName });
      await on.iam.deleteRole({ RoleName });
    },
    DeleteInstanceProfile: async () => {
      const InstanceProfileName = await createProfile();
      await on.iam.deleteInstanceProfile({ InstanceProfileName });
      await refusedWith(on.iam.getInstanceProfile({ InstanceProfileName }), "NoSuchEntityException");
    },
    GetAccountAuthorizationDetails: async () => {
      const [GroupName, UserName, RoleName] = [await createGroup(), await createUser(), await createRole()];
      await on.iam.addUserToGroup({ GroupName, UserName });
      await on.iam.putUserPolicy({ UserName, PolicyName: "own", PolicyDocument: POLICY });
      await on.iam.attachRolePolicy({ RoleName, PolicyArn });
      const [users, groups, roles, policies]: [UserDetail[], GroupDetail[], RoleDetail[], ManagedPolicyDetail[]] = [
        [],
        [],
        [],
        [],
      ];
      for await (const page of paginateGetAccountAuthorizationDetails({ client: on.iam, pageSize: 7 }, {})) {
        users.push(...(page.UserDetailList ?? []));
        groups.push(...(page.GroupDetailList ?? []));
        roles.push(...(page.RoleDetailList ?? []));
        policies.push(...(page.Policies ?? []));
      }
      const user = users.find((each) => each.UserName === UserName);
      assert.deepEqual([user?.GroupList, decoded(user?.UserPolicyList?.[0]?.PolicyDocument)], [[GroupName], POLICY]);
      assert.ok(groups.some((group) => group.GroupName === GroupName));
      const role = roles.find((each) => each.RoleName === RoleName);
      assert.deepEqual(role?.AttachedManagedPolicies?.[0]?.PolicyArn, PolicyArn);
      const managed = policies.find((policy) => policy.Arn === PolicyArn);
      assert.match(decoded(managed?.PolicyVersionList?.[0]?.Document), /logs:CreateLogGroup/);
      const only = await on.iam.getAccountAuthorizationDetails({ Filter: ["Group"] });
      assert.deepEqual([only.UserDetailList, only.GroupDetailList?.length], [[], groups.length]);
    },
    GetContextKeysForPrincipalPolicy: async () => {
      const [GroupName, UserName] = [await createGroup(), await createUser()];
      await on.iam.addUserToGroup({ GroupName, UserName });
      const conditioned = POLICY.replace("}]", ',"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}]');
      await on.iam.putGroupPolicy({ GroupName, PolicyName: "p", PolicyDocument: conditioned });
      const PolicySourceArn = (await on.iam.getUser({ UserName })).User?.Arn;
      const PolicyInputList = [POLICY.replace('"*"', '"arn:aws:dynamodb:*:*:table/${aws:username}"')];
      const { ContextKeyNames } = await on.iam.getContextKeysForPrincipalPolicy({ PolicySourceArn, PolicyInputList });
      assert.deepEqual(ContextKeyNames, ["aws:SourceVpce", "aws:username"]);
    },
  });
});
