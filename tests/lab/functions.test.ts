import * as assert from "node:assert/strict";
import * as lambda from "@pulumi/aws/lambda";
import * as iam from "@pulumi/aws/iam";
import * as pulumi from "@pulumi/pulumi";
import { applyFault } from "../../lab/faults";
import { rehearsal, stepsOf, succeeded } from "../engine/rehearsal";

const program = (triggers: Record<string, string>) => () => {
  const role = new iam.Role("role", {
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    },
  });
  const fn = new lambda.Function(
    "check",
    {
      name: "check",
      role: role.arn,
      runtime: "nodejs24.x",
      handler: "index.handler",
      code: new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.StringAsset("exports.handler = async () => ({})"),
      }),
    },
    { deleteBeforeReplace: true },
  );
  const gate = new lambda.Invocation(
    "gate",
    { functionName: fn.name, input: JSON.stringify({ table: "t" }), triggers },
    { deleteBeforeReplace: true },
  );
  return Promise.resolve({ result: gate.result });
};

describe("a function on the lab", () => {
  const stacks = rehearsal();
  const invocations = (): number => stacks.lab.cloud.calls.filter(({ action }) => action === "Invoke").length;

  it("fails the invocation before there is an id, so that the next update tries again", async () => {
    const stack = await stacks.stack();
    const { functions } = stacks.lab.cloud;
    functions.behave("check", {
      outcome: "fail",
      error: { errorType: "NotThroughEndpoint", errorMessage: "no", trace: [] },
    });
    const failed = await stack.up(program({ stage: "1" }));
    assert.ok(
      failed.errors
        .join("\n")
        .includes(
          'invoking Lambda Function (check): {"errorType":"NotThroughEndpoint","errorMessage":"no","trace":[]}',
        ),
    );
    assert.ok((await stack.resources()).every(({ urn }) => !urn.endsWith("::gate")));

    functions.behave(/^ch/, {
      outcome: "slow",
      milliseconds: 20,
      then: { outcome: "succeed", result: (event: unknown) => ({ event }) },
    });
    const passed = succeeded(await stack.up());
    assert.equal(passed.outputs["result"], '{"event":{"table":"t"}}');
    assert.equal(invocations(), 2);
    assert.deepEqual(
      stepsOf(await stack.up(undefined, { refresh: true })).filter((step) => !step.startsWith("refresh")),
      [],
    );
    assert.equal(invocations(), 2, "a refresh does not invoke");

    assert.deepEqual(stepsOf(await stack.up(program({ stage: "2" }))), [
      "delete-replaced gate",
      "replace gate",
      "create-replacement gate",
    ]);
    assert.equal(invocations(), 3);
    assert.equal(stepsOf(await stack.destroy()).length, 3);
    assert.equal(invocations(), 3, "a deletion does not invoke");
  });

  it(
    "that could not be set up is in the state, is updated with nothing, and stays as " + "it is until it is replaced",
    async () => {
      const stack = await stacks.stack();
      stacks.lab.cloud.functions.behave("check", { outcome: "succeed" });
      const end = applyFault(stacks.lab, "creation-fails");
      const failed = await stack.up(program({}));
      end();
      const fn = (await stack.resources()).find(({ urn }) => urn.endsWith("::check"));
      assert.match(
        failed.errors.join("\n"),
        /creating urn:\S+::check: 1 error occurred:\s+\* waiting for Lambda Function \(check\) create: unexpected state 'Failed', wanted target '[^']+'\. last error: InsufficientRolePermissions: The function's execution role/,
      );
      assert.equal(fn?.id, "check");

      const again = await stack.up();
      assert.deepEqual(
        again.steps.filter(({ name }) => name === "check").map(({ operation, diffs }) => [operation, diffs]),
        [["update", []]],
      );
      assert.match(
        again.errors.join("\n"),
        /https response error StatusCode: 409, RequestID: \S+, ResourceConflictException: The operation cannot be performed at this time\. The function is currently in the following state: Failed/,
      );
      assert.deepEqual(stepsOf(await stack.up(undefined, { replace: [fn.urn] })), [
        "delete-replaced check",
        "replace check",
        "create-replacement check",
        "create gate",
      ]);
      succeeded(await stack.destroy());
    },
  );

  it("is found by its name and ARN, at a qualifier that it has, and in its own Region only", async () => {
    const { lambda: api, iam: roles } = stacks.lab.cloud.region("us-east-1");
    const { arn: role } = await roles.createRole({ roleName: "named", assumeRolePolicyDocument: "{}" });
    const settings = {
      role,
      memorySize: 128,
      timeout: 1,
      architectures: [],
      environment: {},
      layers: [],
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      logging: { logFormat: "Text", logGroup: "own" },
    };
    const { functionArn } = await api.createFunction({
      functionName: "my-probe-1",
      ...settings,
      code: { fingerprint: "", size: 0 },
    });
    await api.createAlias({ functionName: "my-probe-1", name: "live", functionVersion: "$LATEST" });
    stacks.lab.cloud.functions.behave("my-probe-1", { outcome: "succeed" });
    const invoke = (functionName: string, qualifier?: string): Promise<unknown> =>
      api.invoke({ functionName, qualifier, payload: "{}" });
    for (const functionName of [
      "my-probe-1",
      "my-probe-1:live",
      functionArn,
      `${functionArn}:$LATEST`,
      "123456789012:function:my-probe-1:live",
    ])
      await invoke(functionName);
    await invoke(`${functionArn}:live`, "live");
    await assert.rejects(invoke(`${functionArn}:live`, "$LATEST"), {
      code: "InvalidParameterValueException",
      message: /^The derived qualifier from the function name does not match/,
    });
    for (const missing of ["my-probe-1:gone", functionArn.replace("us-east-1", "eu-west-1"), "live"])
      await assert.rejects(invoke(missing), { code: "ResourceNotFoundException" });
    await api.deleteFunction({ functionName: "my-probe-1" });
    await api.createFunction({ functionName: "my-probe-1", ...settings, code: { fingerprint: "", size: 0 } });
    await assert.rejects(invoke("my-probe-1:live"), { code: "ResourceNotFoundException" });
  });

  it("times out when it is slower than its time allows", async () => {
    const { lambda: api, iam: roles } = stacks.lab.cloud.region("us-east-1");
    const { arn: role } = await roles.createRole({ roleName: "slow", assumeRolePolicyDocument: "{}" });
    const logging = { logFormat: "Text", logGroup: "/aws/lambda/slow" };
    const settings = { role, memorySize: 128, timeout: 0.02, architectures: [], environment: {}, layers: [], logging };
    await api.createFunction({
      functionName: "slow",
      ...settings,
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      code: { fingerprint: "", size: 0 },
    });
    stacks.lab.cloud.functions.behave("slow", { outcome: "slow", milliseconds: 10_000 });
    const { functionError, payload } = await api.invoke({ functionName: "slow", payload: "{}" });
    assert.equal(functionError, "Unhandled");
    assert.match(payload, /Task timed out after 0.02 seconds/);
  });
});
