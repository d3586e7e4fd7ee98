import * as assert from "node:assert/strict";
import { paginateListRoles, waitUntilRoleExists } from "@aws-sdk/client-iam";
import { waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, type Wire, wire } from "./wire";

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
  });
});

describe("STS for AWS's own client", () => {
  const on = wire();
  everyOperation("sts", on, {
    GetCallerIdentity: async () => {
      const { Account, Arn } = await on.sts.getCallerIdentity({});
      assert.equal(Account, "123456789012");
      assert.match(present(Arn), /^arn:aws:sts::123456789012:assumed-role\//);
    },
  });
});

interface InVpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

async function createFunction({ lab }: Wire, functionName: string, code: string, vpcConfig?: InVpc): Promise<string> {
  const { iam, lambda } = lab.cloud.region(REGION);
  const roleName = `role-of-${functionName}`;
  const { arn } = await iam.createRole({ roleName, assumeRolePolicyDocument: TRUST });
  const policyDocument = POLICY.replace("dynamodb:*", "ec2:*");
  await iam.putRolePolicy({ roleName, policyName: "interfaces", policyDocument });
  const { functionArn } = await lambda.createFunction({
    functionName,
    role: arn,
    runtime: "nodejs22.x",
    handler: "index.handler",
    memorySize: 256,
    timeout: 3,
    architectures: ["arm64"],
    environment: { STAGE: "canary" },
    ephemeralStorageSize: 512,
    tracingMode: "PassThrough",
    logging: { logFormat: "Text", logGroup: `/aws/lambda/${functionName}` },
    layers: [],
    vpcConfig,
    code: { fingerprint: code, size: code.length, zipFile: { "index.js": code } },
    tags: { team: "a" },
  });
  return functionArn;
}

describe("Lambda for AWS's own client", () => {
  const on = wire();
  const ECHO = "exports.handler = async (event) => { if (event.fail) throw new Error('no'); return { got: event }; };";

  everyOperation("lambda", on, {
    ListFunctions: async () => {
      for (const name of ["b", "a", "c"]) await createFunction(on, name, ECHO);
      const first = await on.lambda.listFunctions({ MaxItems: 2 });
      const second = await on.lambda.listFunctions({ Marker: first.NextMarker });
      assert.deepEqual(
        [first, second].map(({ Functions = [] }) => Functions.map((each) => each.FunctionName)),
        [["a", "b"], ["c"]],
      );
      const [listed] = first.Functions ?? [];
      assert.deepEqual([listed?.MemorySize, listed?.Environment?.Variables], [256, { STAGE: "canary" }]);
      assert.equal(listed?.State, undefined);
      assert.equal(listed?.Role, "arn:aws:iam::123456789012:role/role-of-a");
      const { Functions: versions } = await on.lambda.listFunctions({ FunctionVersion: "ALL", MaxItems: 1 });
      assert.deepEqual(
        versions?.map(({ FunctionArn, Version }) => [FunctionArn, Version]),
        [[`${present(listed?.FunctionArn)}:$LATEST`, "$LATEST"]],
      );
      const { Vpc } = await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
      const { Subnet } = await on.ec2.createSubnet({ VpcId: Vpc?.VpcId, CidrBlock: "10.0.0.0/24" });
      const SubnetIds = [present(Subnet?.SubnetId)];
      await createFunction(on, "0", ECHO, { subnetIds: SubnetIds, securityGroupIds: [] });
      const { Functions: inVpc } = await on.lambda.listFunctions({ MaxItems: 1 });
      assert.deepEqual(inVpc?.[0]?.VpcConfig, { SubnetIds, SecurityGroupIds: [], VpcId: Vpc?.VpcId });
      await refusedWith(on.lambda.listFunctions({ Marker: "x" }), "InvalidParameterValueException", "Invalid Marker");
    },
    GetFunction: async () => {
      await createFunction(on, "got", ECHO);
      await waitUntilFunctionActiveV2({ client: on.lambda, maxWaitTime: 60 }, { FunctionName: "got" });
      const { Configuration, Tags } = await on.lambda.getFunction({ FunctionName: "got" });
      assert.deepEqual([Configuration?.Runtime, Configuration?.State, Tags], ["nodejs22.x", "Active", { team: "a" }]);
      const message = `Function not found: arn:aws:lambda:${REGION}:123456789012:function:none`;
      await refusedWith(on.lambda.getFunction({ FunctionName: "none" }), "ResourceNotFoundException", message);
    },
    GetFunctionConfiguration: async () => {
      const arn = await createFunction(on, "configured", ECHO);
      const configuration = await on.lambda.getFunctionConfiguration({ FunctionName: arn });
      assert.deepEqual([configuration.FunctionName, configuration.Handler], ["configured", "index.handler"]);
    },
    Invoke: async () => {
      await createFunction(on, "echo", ECHO);
      const invoke = async (Payload: string) => on.lambda.invoke({ FunctionName: "echo", Payload });
      const { StatusCode, Payload, ExecutedVersion } = await invoke('{"a":"ü"}');
      assert.deepEqual([StatusCode, ExecutedVersion], [200, "$LATEST"]);
      assert.equal(Payload?.transformToString(), '{"got":{"a":"ü"}}');
      assert.equal((await invoke('{"fail":true}')).FunctionError, "Unhandled");
      await refusedWith(invoke("{"), "InvalidRequestContentException");
    },
  });
});
