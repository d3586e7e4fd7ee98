import * as assert from "node:assert/strict";
import { waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, type Wire, wire } from "./wire";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const POLICY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "ec2:*", Resource: "*" }],
});

interface InVpc {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
}

async function createFunction({ lab }: Wire, functionName: string, code: string, vpcConfig?: InVpc): Promise<string> {
  const { iam, lambda } = lab.cloud.region(REGION);
  const roleName = `role-of-${functionName}`;
  const { arn } = await iam.createRole({ roleName, assumeRolePolicyDocument: TRUST });
  const policyDocument = POLICY;
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
        [[`${present(listed.FunctionArn)}:$LATEST`, "$LATEST"]],
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
