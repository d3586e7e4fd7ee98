import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeContinuousBackupsCommand, DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { applyFault, type FaultName, FAULTS, type FaultTarget } from "../../lab/faults";
import { createFunction, functionRole, invokeFunction, trafficLab, IMPATIENT } from "./trafficNetwork";
import { refused } from "./network";

const COUNTING = "let count = 0; exports.handler = async () => ({ pid: process.pid, count: ++count });";

describe("the fault", () => {
  const on = trafficLab();
  let ends: (() => void)[] = [];
  before(async () => {
    await functionRole(on);
    await createFunction(on, "counting", COUNTING);
  });
  afterEach(async () => {
    for (const end of ends) end();
    ends = [];
    await on.dissociate(on.net.a).catch(() => undefined);
  });
  const begin = (name: FaultName, target?: FaultTarget): (() => void) => {
    const end = applyFault(on.lab, name, target);
    ends.push(end);
    return end;
  };
  const inA = (config = {}): Promise<DynamoDBClient> => on.client({ subnetId: on.net.a.subnetId }, config);
  const ask = (client: DynamoDBClient): Promise<unknown> =>
    client.send(new DescribeTableCommand({ TableName: "stock" }));
  /** The endpoint that the client's next request goes through. */
  const wayOf = async (client: DynamoDBClient): Promise<string | undefined> => {
    await ask(client);
    return on.lab.traffic.requests.at(-1)?.vpcEndpointId;
  };
  const documentAllowing = (Action: string): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: "*", Action, Resource: "*" }] });
  const untilAllowed = async (client: DynamoDBClient): Promise<void> => {
    while ((await ask(client).catch(() => undefined)) === undefined) await sleep(10);
  };
  const count = async (): Promise<unknown> => {
    const { result } = await invokeFunction(on, "counting", {});
    return (result as { count: number }).count;
  };

  const SHOWN: Readonly<Partial<Record<FaultName, () => Promise<void>>>> = {
    "route-late": async () => {
      begin("route-late", { milliseconds: 250, routeTableId: on.net.a.routeTableId });
      const client = await inA();
      await ask(client);
      await on.associate(on.net.a);
      assert.equal(await wayOf(client), undefined);
      while ((await wayOf(client)) === undefined) await sleep(20);
    },
    "route-never": async () => {
      const end = begin("route-never");
      const client = await inA();
      await on.associate(on.net.a);
      assert.equal(await wayOf(client), undefined);
      end();
      assert.equal(await wayOf(client), on.net.vpcEndpointId);
    },
    "policy-denies": async () => {
      await on.associate(on.net.a);
      const end = begin("policy-denies");
      const client = await inA();
      await assert.rejects(ask(client), {
        name: "AccessDeniedException",
        message: /explicit deny in a VPC endpoint policy/,
      });
      end();
      await ask(client);
    },
    "policy-late": async () => {
      await on.associate(on.net.a);
      const end = begin("policy-late", { milliseconds: Infinity });
      const client = await inA();
      const { vpcEndpointId } = on.net;
      const policyDocument = documentAllowing("dynamodb:GetItem");
      await on.region.ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument });
      await ask(client);
      end();
      await assert.rejects(ask(client), { name: "AccessDeniedException", message: /no VPC endpoint policy allows/ });
      begin("policy-late", { milliseconds: 50 });
      await on.region.ec2.modifyVpcEndpoint({ vpcEndpointId, resetPolicy: true });
      await untilAllowed(client);
    },
    "role-late": async () => {
      const { iam } = on.region;
      const allow = (action: string): Promise<void> =>
        iam.putRolePolicy({ roleName: "late", policyName: "p", policyDocument: documentAllowing(action) });
      const end = begin("role-late", { milliseconds: Infinity });
      const { arn: roleArn } = await iam.createRole({ roleName: "late", assumeRolePolicyDocument: "{}" });
      await allow("dynamodb:DescribeTable");
      const client = await on.client({ subnetId: on.net.a.subnetId, roleArn });
      await assert.rejects(ask(client), { name: "AccessDeniedException", message: /no identity-based policy allows/ });
      end();
      await ask(client);
      await allow("dynamodb:GetItem");
      begin("role-late", { milliseconds: 50 });
      await allow("dynamodb:DescribeTable");
      await untilAllowed(client);
    },
    "no-egress": async () => {
      const end = begin("no-egress");
      await assert.rejects(ask(await inA(IMPATIENT)), { name: "TimeoutError" });
      end();
      await ask(await inA());
    },
    "silent-drop": async () => {
      begin("silent-drop");
      const client = await inA(IMPATIENT);
      await ask(client);
      await on.associate(on.net.a);
      await assert.rejects(ask(client), { name: "TimeoutError" });
    },
    "cold-start": async () => {
      begin("cold-start", { milliseconds: 30, functionName: "counting" });
      const startedAt = Date.now();
      assert.deepEqual([await count(), await count()], [1, 1]);
      assert.ok(Date.now() - startedAt >= 50);
    },
    evicted: async () => {
      const before = Number(await count());
      const end = begin("evicted", { functionName: /^another/ });
      assert.equal(await count(), before + 1, "it is another function's fault");
      end();
      begin("evicted", { functionName: /^count/ });
      assert.deepEqual([await count(), await count()], [1, 1]);
    },
    "slow-reconnect": async () => {
      begin("slow-reconnect", { milliseconds: 60 });
      const client = await inA();
      await ask(client);
      const switchedAt = Date.now();
      await on.associate(on.net.a);
      assert.equal(await wayOf(client), on.net.vpcEndpointId);
      assert.ok(Date.now() - switchedAt >= 50);
    },
    "api-error": async () => {
      begin("api-error", { routeTableId: on.net.a.routeTableId });
      await refused(on.associate(on.net.a), "UnauthorizedOperation");
      await on.associate(on.net.a);
    },
    throttle: async () => {
      begin("throttle", { times: 1 });
      await refused(on.associate(on.net.a), "RequestLimitExceeded");
      const client = await inA({ maxAttempts: 1 });
      await assert.rejects(ask(client), { name: "ThrottlingException" });
      await ask(client);
    },
    "limits-spent": async () => {
      const end = begin("limits-spent");
      const client = await inA({ maxAttempts: 1 });
      const backups = (): Promise<unknown> => client.send(new DescribeContinuousBackupsCommand({ TableName: "stock" }));
      await assert.rejects(backups(), { name: "ThrottlingException" });
      await ask(client);
      end();
      await backups();
    },
    "slow-start": async () => {
      begin("slow-start", { milliseconds: 60 });
      const client = await inA();
      const startedAt = Date.now();
      await ask(client);
      const startedAfter = Date.now() - startedAt;
      assert.ok(startedAfter >= 50, `${startedAfter} ms`);
      const again = Date.now();
      await ask(client);
      assert.ok(Date.now() - again < startedAfter);
      assert.deepEqual([await count(), await count()], [1, 1]);
    },
    inactive: async () => {
      begin("inactive", { milliseconds: 60, functionName: "counting" });
      await refused(count(), "ResourceNotReadyException");
      const startedAt = Date.now();
      await refused(count(), "ResourceConflictException");
      while ((await count().catch(() => undefined)) === undefined) await sleep(5);
      assert.ok(Date.now() - startedAt >= 50);
    },
    "creation-fails": async () => {
      const end = begin("creation-fails");
      await createFunction(on, "failed", COUNTING);
      end();
      const { lambda } = on.region;
      const { state, stateReasonCode } = await lambda.getFunction({ functionName: "failed" });
      assert.deepEqual([state, stateReasonCode], ["Failed", "InsufficientRolePermissions"]);
      for (const change of [
        lambda.invoke({ functionName: "failed", payload: "{}" }),
        lambda.updateFunctionCode({ functionName: "failed", code: { fingerprint: "", size: 0 } }),
      ]) {
        await assert.rejects(change, { code: "ResourceConflictException", message: /in the following state: Failed$/ });
      }
      await lambda.deleteFunction({ functionName: "failed" });
      await createFunction(on, "made-anew", COUNTING);
      assert.equal((await lambda.getFunction({ functionName: "made-anew" })).state, "Active");
    },
    "delivered-twice": async () => {
      const before = Number(await count());
      begin("delivered-twice");
      assert.equal(await count(), before + 2);
    },
  };

  /** Lambda's own errors, each by its code. */
  const refusing =
    (name: FaultName): (() => Promise<void>) =>
    async () => {
      const end = begin(name, { functionName: "counting", times: 1 });
      await refused(count(), name);
      await count();
      end();
    };

  for (const { name, description } of FAULTS) it(`${name}: ${description}`, SHOWN[name] ?? refusing(name));
});
