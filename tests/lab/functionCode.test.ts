import * as assert from "node:assert/strict";
import { REGION } from "./network";
import { trafficLab } from "./trafficNetwork";

const PERMISSIONS = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface", "dynamodb:DescribeTable", "logs:*"];

describe("the code of a function", () => {
  const on = trafficLab();
  let role: string;
  before(async () => {
    const { iam, logs } = on.region;
    ({ arn: role } = await iam.createRole({ roleName: "check", assumeRolePolicyDocument: "{}" }));
    const statement = { Effect: "Allow", Action: PERMISSIONS, Resource: "*" };
    const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.putRolePolicy({ roleName: "check", policyName: "p", policyDocument });
    await logs.createLogGroup({ logGroupName: "/checks" });
  });

  const create = async (functionName: string, source: string, settings: object = {}): Promise<void> => {
    const { groupId } = await on.region.ec2.createSecurityGroup({ vpcId: on.net.vpcId, groupName: functionName, description: "-" });
    await on.region.lambda.createFunction({
      functionName,
      role,
      runtime: "nodejs24.x",
      handler: "index.handler",
      memorySize: 256,
      timeout: 5,
      architectures: ["arm64"],
      environment: { TABLE: "stock" },
      vpcConfig: { subnetIds: [on.net.a.subnetId], securityGroupIds: [groupId] },
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      logging: { logFormat: "Text", logGroup: "/checks" },
      layers: [],
      code: { fingerprint: source, size: source.length, zipFile: { "index.js": source } },
      ...settings,
    });
  };
  const invoke = async (functionName: string, event: unknown = {}): Promise<{ error?: string; result: unknown }> => {
    const { functionError, payload } = await on.region.lambda.invoke({ functionName, payload: JSON.stringify(event) });
    return { error: functionError, result: JSON.parse(payload) as unknown };
  };

  it("runs with the SDK, its role and its network interface, and stays warm", async () => {
    await create(
      "warm",
      `const { DynamoDB } = require("@aws-sdk/client-dynamodb");
       const client = new DynamoDB({});
       let invocations = 0;
       exports.handler = async (event, context) => {
         console.log("asked for", process.env.TABLE);
         const { Table } = await client.describeTable({ TableName: process.env.TABLE });
         return { event, status: Table.TableStatus, invocations: ++invocations, left: context.getRemainingTimeInMillis() > 1000 };
       };`,
    );
    const answer = { event: { a: 1 }, status: "ACTIVE", left: true };
    assert.deepEqual((await invoke("warm", { a: 1 })).result, { ...answer, invocations: 1 });
    assert.deepEqual((await invoke("warm", { a: 1 })).result, { ...answer, invocations: 2 });
    const last = on.lab.traffic.requests.at(-1);
    assert.equal(last?.functionName, "warm");
    assert.match(last.principalArn ?? "", /:assumed-role\/check\/warm$/);
    const lines = await on.lab.cloud.region(REGION).logs.filterLogEvents({ logGroupName: "/checks" });
    assert.deepEqual(lines.map(({ message }) => message), ["asked for stock", "asked for stock"]);
  });
});
