import * as assert from "node:assert/strict";
import { REGION, testNetwork } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

const statement = (effect: "Allow" | "Deny", action: string | readonly string[], more = {}): object => ({
  Effect: effect,
  Action: action,
  Resource: "*",
  ...more,
});
const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const trusting = (principal: unknown, more = {}): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole", ...more }],
  });
const ACCOUNT = { AWS: "123456789012" };

describe("who calls AWS's API", () => {
  const on = wire();
  let made = 0;

  async function createRole(document: string, trust = trusting(ACCOUNT), request = {}): Promise<string> {
    const RoleName = `role-${made++}`;
    const { Role } = await on.iam.createRole({ RoleName, AssumeRolePolicyDocument: trust, ...request });
    await on.iam.putRolePolicy({ RoleName, PolicyName: "own", PolicyDocument: document });
    return present(Role?.Arn);
  }
  async function session(RoleArn: string, request = {}) {
    const { Credentials: keys } = await on.sts.assumeRole({ RoleArn, RoleSessionName: "test", ...request });
    return {
      accessKeyId: present(keys?.AccessKeyId),
      secretAccessKey: present(keys?.SecretAccessKey),
      sessionToken: present(keys?.SessionToken),
    };
  }
  async function createUser(document?: string) {
    const UserName = `user-${made++}`;
    await on.iam.createUser({ UserName });
    if (document !== undefined) {
      await on.iam.putUserPolicy({ UserName, PolicyName: "own", PolicyDocument: document });
    }
    const { AccessKey: key } = await on.iam.createAccessKey({ UserName });
    const keys = { accessKeyId: present(key?.AccessKeyId), secretAccessKey: present(key?.SecretAccessKey) };
    return { UserName, keys, clients: on.as(keys) };
  }
  const asRole = async (document: string, request = {}) => on.as(await session(await createRole(document), request));

  everyOperation("sts", on, {
    GetCallerIdentity: async () => {
      const { Account, Arn } = await on.sts.getCallerIdentity({});
      assert.deepEqual([Account, Arn], ["123456789012", "arn:aws:sts::123456789012:assumed-role/deployment/lab"]);
      const { UserName, clients } = await createUser();
      const { UserId } = present((await on.iam.getUser({ UserName })).User);
      const user = await clients.sts.getCallerIdentity({});
      assert.deepEqual([user.UserId, user.Arn], [UserId, `arn:aws:iam::123456789012:user/${UserName}`]);
    },
    AssumeRole: async () => {
      const arn = await createRole(policy(statement("Allow", "iam:GetRole")));
      const { AssumedRoleUser, Credentials } = await on.sts.assumeRole({ RoleArn: arn, RoleSessionName: "it" });
      assert.ok(present(Credentials?.Expiration).getTime() > Date.now() + 3_500_000);
      const name = present(arn.split("/").at(-1));
      assert.ok(AssumedRoleUser);
      assert.equal(AssumedRoleUser.Arn, `arn:aws:sts::123456789012:assumed-role/${name}/it`);
      const caller = await on.as(await session(arn, { RoleSessionName: "it" })).sts.getCallerIdentity({});
      assert.deepEqual([caller.Arn, caller.UserId], [AssumedRoleUser.Arn, AssumedRoleUser.AssumedRoleId]);
      await on.iam.deleteRolePolicy({ RoleName: name, PolicyName: "own" });
      await on.iam.deleteRole({ RoleName: name });
      await refusedWith(session(arn), "AccessDenied", /is not authorized to perform: sts:AssumeRole on resource/);
    },
  });

  it("is its trust policy's affair who assumes a role, and by what", async () => {
    const { UserName, clients } = await createUser();
    const assume = async (RoleArn: string, request = {}) =>
      clients.sts.assumeRole({ RoleArn, RoleSessionName: "test", ...request });
    const forLambda = await createRole(policy(), trusting({ Service: "lambda.amazonaws.com" }));
    await refusedWith(session(forLambda), "AccessDenied");
    const named = await createRole(policy(), trusting({ AWS: `arn:aws:iam::123456789012:user/${UserName}` }));
    await assume(named);
    const forAccount = await createRole(policy());
    await refusedWith(assume(forAccount), "AccessDenied", /because no identity-based policy allows the sts:AssumeRole/);
    await on.iam.putUserPolicy({
      UserName,
      PolicyName: "own",
      PolicyDocument: policy(statement("Allow", "sts:AssumeRole")),
    });
    await assume(forAccount);
    const external = { StringEquals: { "sts:ExternalId": "secret" } };
    const byId = await createRole(policy(), trusting(ACCOUNT, { Condition: external }));
    await refusedWith(assume(byId), "AccessDenied");
    await assume(byId, { ExternalId: "secret" });
    const fromOrganization = trusting({ AWS: "*" }, { Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } } });
    await refusedWith(assume(await createRole(policy(), fromOrganization)), "NotServedByTheLab", /aws:principalorgid/);
  });

  it("has a session for as long as the role lets it, and no longer", async () => {
    const arn = await createRole(policy(statement("Allow", "iam:*")));
    await refusedWith(session(arn, { DurationSeconds: 3601 }), "ValidationError", /exceeds the MaxSessionDuration/);
    const keys = await session(arn, { DurationSeconds: 900 });
    const other = { ...keys, sessionToken: "another" };
    await refusedWith(on.as(other).iam.listRoles({}), "InvalidClientTokenId", /security token included .* is invalid/);
    const sessions = on.lab.cloud.region(REGION).sts;
    const old = await sessions.assumeRole({ roleArn: arn, roleSessionName: "old", durationSeconds: -1 });
    const { accessKeyId, secretAccessKey, sessionToken } = old;
    const expired = { accessKeyId, secretAccessKey, sessionToken };
    await refusedWith(
      on.as(expired).iam.listRoles({}),
      "ExpiredToken",
      "The security token included in the request is expired",
    );
    await refusedWith(on.as(expired).dynamodb.listTables({}), "ExpiredTokenException");
  });

  it("is refused in the words and codes of each service", async () => {
    const { ec2, iam, lambda, dynamodb } = await asRole(policy());
    const denied = (action: string, resource = ""): RegExp =>
      new RegExp(
        `User: arn:aws:sts::123456789012:assumed-role/role-\\d+/test is not authorized to perform: ${action}` +
          `${resource} because no identity-based policy allows the ${action} action`,
      );
    await refusedWith(ec2.describeVpcs({}), "UnauthorizedOperation", denied("ec2:DescribeVpcs"));
    await refusedWith(ec2.describeVpcs({}), "UnauthorizedOperation", /Encoded authorization failure message: \S+$/);
    await refusedWith(ec2.createVpc({ CidrBlock: "10.0.0.0/16", DryRun: true }), "UnauthorizedOperation");
    const roles = " on resource: arn:aws:iam::123456789012:role/";
    await refusedWith(iam.listRoles({}), "AccessDenied", denied("iam:ListRoles", roles));
    const own = " on resource: arn:aws:lambda:us-east-1:123456789012:function:f";
    await refusedWith(
      lambda.getFunction({ FunctionName: "f" }),
      "AccessDeniedException",
      denied("lambda:GetFunction", own),
    );
    const tables = " on resource: arn:aws:dynamodb:us-east-1:123456789012:table/\\*";
    await refusedWith(dynamodb.listTables({}), "AccessDeniedException", denied("dynamodb:ListTables", tables));
    const { error, action } = present(on.lab.cloud.calls.at(-1));
    assert.deepEqual([action, error?.code], ["ListTables", "AccessDeniedException"]);
    const allowed = await asRole(policy(statement("Allow", "ec2:CreateVpc")));
    await refusedWith(allowed.ec2.createVpc({ CidrBlock: "10.0.0.0/16", DryRun: true }), "DryRunOperation");
    assert.deepEqual((await on.ec2.describeVpcs({})).Vpcs, []);
  });

  it("may do what its policies allow on just the resources that they name", async () => {
    const { vpcId, region } = await testNetwork(on.lab.cloud);
    const { subnetId } = await region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.1.0/24" });
    const Resource = `arn:aws:ec2:${REGION}:123456789012:vpc/${vpcId}`;
    const { ec2 } = await asRole(
      policy(
        statement("Allow", "ec2:ModifyVpcAttribute", { Resource }),
        statement("Allow", "ec2:*", { Condition: { StringEquals: { "ec2:ResourceTag/team": "a" } } }),
      ),
    );
    await ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } });
    const { VpcId } = present((await on.ec2.createVpc({ CidrBlock: "10.2.0.0/16" })).Vpc);
    const change = async () => ec2.modifyVpcAttribute({ VpcId, EnableDnsHostnames: { Value: true } });
    await refusedWith(change(), "UnauthorizedOperation", new RegExp(`on resource: \\S+:vpc/${present(VpcId)} because`));
    await on.ec2.createTags({ Resources: [present(VpcId)], Tags: [{ Key: "team", Value: "a" }] });
    await change();
    await refusedWith(ec2.deleteSubnet({ SubnetId: subnetId }), "UnauthorizedOperation");
  });

  it("has the policies of its groups and its customer managed ones, in the version that is in force", async () => {
    const { UserName, clients } = await createUser();
    const list = async () => clients.iam.listUsers({});
    await refusedWith(list(), "AccessDenied");
    const { Policy } = await on.iam.createPolicy({
      PolicyName: "listing",
      PolicyDocument: policy(statement("Allow", "iam:ListUsers")),
    });
    await on.iam.createGroup({ GroupName: "listers" });
    await on.iam.attachGroupPolicy({ GroupName: "listers", PolicyArn: Policy?.Arn });
    await on.iam.addUserToGroup({ GroupName: "listers", UserName });
    await list();
    await on.iam.createPolicyVersion({
      PolicyArn: Policy?.Arn,
      PolicyDocument: policy(statement("Deny", "iam:ListUsers")),
      SetAsDefault: true,
    });
    await on.iam.attachUserPolicy({ UserName, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
    await refusedWith(list(), "AccessDenied", /iam:ListUsers .* with an explicit deny in an identity-based policy$/);
  });

  it("is bounded by its boundary, and a session by what it was given along", async () => {
    const PermissionsBoundary = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    const arn = await createRole(policy(statement("Allow", "*")), trusting(ACCOUNT), { PermissionsBoundary });
    const bounded = on.as(await session(arn));
    await bounded.iam.listUsers({});
    await refusedWith(
      bounded.dynamodb.listTables({}),
      "AccessDeniedException",
      /because no permissions boundary allows the dynamodb:ListTables action$/,
    );
    const free = await createRole(policy(statement("Allow", "*")));
    const given = on.as(await session(free, { Policy: policy(statement("Allow", "dynamodb:*")) }));
    await given.dynamodb.listTables({});
    await refusedWith(
      given.iam.listUsers({}),
      "AccessDenied",
      /because no session policy allows the iam:ListUsers action/,
    );
    const PolicyArns = [{ arn: PermissionsBoundary }];
    await on.as(await session(free, { PolicyArns })).iam.listUsers({});
  });

  it("is nobody with a key that was deleted or deactivated", async () => {
    const { UserName, keys, clients } = await createUser(policy(statement("Allow", "*")));
    await clients.iam.listUsers({});
    assert.equal((await clients.iam.getUser({})).User?.UserName, UserName);
    await on.iam.updateAccessKey({ UserName, AccessKeyId: keys.accessKeyId, Status: "Inactive" });
    await refusedWith(clients.iam.listUsers({}), "InvalidClientTokenId");
    await on.iam.updateAccessKey({ UserName, AccessKeyId: keys.accessKeyId, Status: "Active" });
    await clients.iam.listUsers({});
    await on.iam.deleteAccessKey({ UserName, AccessKeyId: keys.accessKeyId });
    await refusedWith(clients.dynamodb.listTables({}), "UnrecognizedClientException");
  });

  it("is the same principal in a subnet and here", async () => {
    const { vpcId, region } = await testNetwork(on.lab.cloud);
    const { subnetId } = await region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.1.0/24" });
    const roleArn = await createRole(policy(statement("Allow", "dynamodb:*")));
    const client = await on.lab.attachClient({ subnetId, roleArn });
    const clients = on.as(client.credentials);
    const { Arn } = await clients.sts.getCallerIdentity({});
    assert.equal(Arn, `arn:aws:sts::123456789012:assumed-role/${present(roleArn.split("/").at(-1))}/client`);
    await clients.dynamodb.listTables({});
    await refusedWith(clients.ec2.describeVpcs({}), "UnauthorizedOperation");
    client.detach();
  });
});
