import * as assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startLab } from "../../../lab/lab";
import { EC2 } from "@aws-sdk/client-ec2";
import { openCloud } from "../../../lab/cloud/cloud";
import { REGION } from "../network";
import { present, refusedWith, wire } from "./wire";

/** What a client of these services signs for, and how its requests look. */
const authorization = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=anybody/20260101/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

describe("AWS's API in the lab", () => {
  const on = wire();

  async function ask(service: string, headers: Record<string, string>, body: string): Promise<[number, string]> {
    const response = await fetch(present(on.lab.environment.AWS_ENDPOINT_URL), {
      method: "POST",
      headers: { authorization: authorization(service), ...headers },
      body,
    });
    assert.ok(response.headers.get("x-amzn-requestid"));
    return [response.status, await response.text()];
  }
  const FORM = { "content-type": "application/x-www-form-urlencoded" };
  const query = (service: string, parameters: Record<string, string>) =>
    ask(service, FORM, new URLSearchParams(parameters).toString());
  const json = (target: string, body: object | string) =>
    ask(
      "dynamodb",
      { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
      typeof body === "string" ? body : JSON.stringify(body),
    );

  it("refuses what it does not serve by name, in the form of the protocol", async () => {
    const types = on.ec2.describeInstanceTypes({});
    await refusedWith(types, "InvalidAction", "The action DescribeInstanceTypes is not served by the lab.");
    const profile = on.iam.createLoginProfile({ UserName: "a", Password: "b" });
    await refusedWith(profile, "InvalidAction", "The action CreateLoginProfile is not served by the lab.");
    const item = on.dynamodb.getItem({ TableName: "a", Key: { id: { S: "1" } } });
    await refusedWith(item, "UnknownOperationException", "The action GetItem is not served by the lab.");
    const layers = on.lambda.listLayers({});
    await refusedWith(layers, "UnknownOperationException", "The action ListLayers is not served by the lab.");
    const [status, text] = await query("ec2", { Action: "MakeCoffee", Version: "2016-11-15" });
    assert.equal(status, 400);
    assert.match(text, /<Code>InvalidAction<\/Code><Message>The action MakeCoffee is not valid for this web service\./);
  });

  it("refuses what breaks AWS's model: enums, lengths, ranges, patterns", async () => {
    const domain = on.ec2.allocateAddress({ Domain: "moon" as never });
    await refusedWith(domain, "InvalidParameterValue", "Value (moon) for parameter domain is invalid.");
    const [RoleName, long] = ["a b", "x".repeat(1001)];
    const detected =
      "2 validation errors detected: Value 'a b' at 'roleName' failed to satisfy constraint: Member must satisfy " +
      `regular expression pattern: [\\w+=,.@-]+; Value '${long}' at 'description' failed to satisfy constraint: ` +
      "Member must have length less than or equal to 1000";
    await refusedWith(on.iam.updateRole({ RoleName, Description: long }), "ValidationError", detected);
    const status = on.iam.updateAccessKey({ AccessKeyId: "A".repeat(16), Status: "Lost" as never, UserName: "u" });
    await refusedWith(status, "ValidationError", /'status' .*Member must satisfy enum value set: \[Active, Inactive/);
    await refusedWith(
      on.dynamodb.listTables({ Limit: 0 }),
      "ValidationException",
      "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value " +
        "greater than or equal to 1",
    );
    const user = on.iam.createUser({ UserName: "u", Tags: [{ Key: "", Value: "a" }] });
    await refusedWith(user, "ValidationError", /Value '' at 'tags\.1\.member\.key' failed/);
    await refusedWith(on.lambda.listFunctions({ MaxItems: 0 }), "ValidationException", /'maxItems' failed/);
  });

  it("is got over by the SDK's retries: throttling, a lost connection and a 500", async () => {
    const { faults } = on.lab.cloud;
    const asked = async (): Promise<number> => {
      const before = on.lab.cloud.lastSequence;
      await on.iam.listRoles({});
      return on.lab.cloud.callsSince(before).filter(({ action }) => action === "ListRoles").length;
    };
    const fault = { action: "ListRoles", times: 1, message: "no" };
    faults.failOn({ ...fault, code: "Throttling", message: "Rate exceeded" });
    assert.equal(await asked(), 2);
    faults.failOn({ ...fault, code: "ServiceFailure", statusCode: 500 });
    assert.equal(await asked(), 2);
    faults.dropOn({ action: "ListRoles", times: 1 });
    assert.equal(await asked(), 2);
  });

  it("refuses a service that it does not have, and a request that is not signed", async () => {
    const [, text] = await query("sqs", { Action: "ListQueues" });
    assert.match(text, /The service sqs is not served by the lab, which has [a-z0-9, ]*dynamodb, ec2, [a-z0-9, ]+\./);
    const authorization = "AWS4-HMAC-SHA256 Credential=any/20261129/us-east-1/s3/aws4_request, Signature=0";
    const buckets = await fetch(present(on.lab.environment.AWS_ENDPOINT_URL), { headers: { authorization } });
    assert.match(await buckets.text(), /<Code>InvalidAction<\/Code><Message>The service s3 is not served by the lab/);
    const response = await fetch(present(on.lab.environment.AWS_ENDPOINT_URL), { method: "POST", headers: FORM });
    assert.equal(response.status, 403);
    assert.match(await response.text(), /MissingAuthenticationToken/);
  });

  it("refuses a parameter that it does not serve by name, and one that AWS does not have", async () => {
    await refusedWith(
      on.ec2.createVpc({ CidrBlock: "10.0.0.0/16", Ipv4IpamPoolId: "ipam-pool-0a1" }),
      "NotServedByTheLab",
      "The parameter Ipv4IpamPoolId of CreateVpc is not served by the lab.",
    );
    const [, text] = await query("ec2", { Action: "DescribeVpcs", Vpc: "1" });
    assert.match(text, /<Code>UnknownParameter<\/Code><Message>The parameter Vpc is not recognized/);
    assert.match((await query("iam", { Action: "ListRoles", Path: "/" }))[1], /The parameter Path is not served/);
    assert.match((await json("DynamoDB_20120810.ListTables", { Limits: 1 }))[1], /SerializationException/);
  });

  it("refuses a request without what it must have, and what cannot be read, as each service does", async () => {
    const [status, subnet] = await query("ec2", { Action: "CreateSubnet", CidrBlock: "10.0.0.0/24" });
    assert.equal(status, 400);
    assert.match(subnet, /<Code>MissingParameter<\/Code><Message>The request must contain the parameter VpcId</i);
    const [, role] = await query("iam", { Action: "GetRole" });
    assert.match(role, /<Code>ValidationError<\/Code><Message>1 validation error detected: Value null at 'roleName'/);
    const [, table] = await json("DynamoDB_20120810.DescribeTable", {});
    assert.match(table, /"__type":"com\.amazonaws\.dynamodb\.v20120810#ValidationException".*'tableName'/);
    assert.match((await json("DynamoDB_20120810.DescribeTable", { TableName: 1 }))[1], /SerializationException/);
    assert.match((await json("DynamoDB_20120810.DescribeTable", "{"))[1], /SerializationException/);
    const [, results] = await query("ec2", { Action: "DescribeVpcs", MaxResults: "many" });
    assert.match(results, /<Code>InvalidParameterValue<\/Code><Message>Value \(many\) for parameter maxResults/);
  });

  it("does nothing in a dry run, and says what it would have done", async () => {
    const dry = on.ec2.createVpc({ CidrBlock: "10.0.0.0/16", DryRun: true });
    await refusedWith(dry, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
    assert.deepEqual((await on.ec2.describeVpcs({})).Vpcs, []);
  });

  it("makes a thing once for each client token", async () => {
    const token = { CidrBlock: "10.0.0.0/16" };
    const { Vpc } = await on.ec2.createVpc(token);
    const request = { VpcId: Vpc?.VpcId, ClientToken: "once" };
    const first = await on.ec2.createRouteTable(request);
    const again = await on.ec2.createRouteTable(request);
    assert.equal(again.RouteTable?.RouteTableId, first.RouteTable?.RouteTableId);
    const { Vpc: other } = await on.ec2.createVpc(token);
    assert.notEqual(other?.VpcId, Vpc?.VpcId);
    const differing = on.ec2.createRouteTable({ ...request, VpcId: other?.VpcId });
    await refusedWith(differing, "IdempotentParameterMismatch");
  });

  it("keeps the Regions apart for which requests are signed, and takes roles for global", async () => {
    const elsewhere = new EC2({
      endpoint: on.lab.environment.AWS_ENDPOINT_URL,
      region: "eu-north-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const before = (await on.ec2.describeVpcs({})).Vpcs?.length;
    await elsewhere.createVpc({ CidrBlock: "10.0.0.0/16" });
    elsewhere.destroy();
    assert.equal((await on.ec2.describeVpcs({})).Vpcs?.length, before);
    assert.equal((await on.lab.cloud.region("eu-north-1").ec2.describeVpcs({})).length, 1);
  });

  it("refuses a token of another request", async () => {
    const { Vpc } = await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" });
    for (let i = 0; i < 6; i++) await on.ec2.createRouteTable({ VpcId: Vpc?.VpcId });
    const Filters = [{ Name: "vpc-id", Values: [present(Vpc?.VpcId)] }];
    const { NextToken } = await on.ec2.describeRouteTables({ Filters, MaxResults: 5 });
    assert.equal((await on.ec2.describeRouteTables({ Filters, MaxResults: 5, NextToken })).RouteTables?.length, 2);
    await refusedWith(on.ec2.describeRouteTables({ MaxResults: 5, NextToken }), "InvalidNextToken");
    await refusedWith(on.ec2.describeSubnets({ Filters, MaxResults: 5, NextToken }), "InvalidNextToken");
  });

  it("is got over by the client where it is throttled, fails, or loses the connection", async () => {
    const { faults } = on.lab.cloud;
    const fault = { action: "DescribeVpcs", times: 1 };
    faults.failOn({ ...fault, code: "RequestLimitExceeded", message: "Request limit exceeded.", statusCode: 503 });
    faults.failOn({ ...fault, code: "InternalError", message: "An internal error has occurred", statusCode: 500 });
    const { $metadata } = await on.ec2.describeVpcs({});
    assert.equal($metadata.attempts, 3);
    faults.dropOn(fault);
    await assert.rejects(query("ec2", { Action: "DescribeVpcs" }), { message: "fetch failed" });
    faults.dropOn(fault);
    assert.equal((await on.ec2.describeVpcs({})).$metadata.attempts, 2);
    assert.match(present($metadata.requestId), /^[0-9a-f-]{36}$/);
  });
});

describe("what EC2 and IAM answer to reads", () => {
  it("is behind their changes where the lab is told so, and nothing else is", async () => {
    const lagSeconds = 0.2;
    const lab = await startLab({ lagSeconds });
    try {
      const { ec2, iam, dynamodb } = lab.cloud.region(REGION);
      const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
      await iam.createRole({ roleName: "late", assumeRolePolicyDocument: "{}" });
      assert.deepEqual([...(await ec2.describeVpcs({}))], []);
      await assert.rejects(iam.getRole({ roleName: "late" }), { code: "NoSuchEntity" });
      await iam.updateRole({ roleName: "late", description: "a change sees what is" });
      assert.deepEqual(await dynamodb.listTables(), []);
      await sleep(1_100 * lagSeconds);
      assert.equal((await ec2.describeVpcs({})).length, 1);
      await ec2.deleteVpc({ vpcId });
      assert.equal((await ec2.describeVpcs({})).length, 1);
      assert.equal((await iam.getRole({ roleName: "late" })).description, "a change sees what is");
    } finally {
      await lab.stop();
    }
  });
});

describe("a filter", () => {
  it("takes * and ? for any characters, unless a backslash is before them, and all others as they are", async () => {
    const { ec2 } = openCloud().region(REGION);
    for (const name of ["a.b", "axb", "a*b", "a\\b", "axxb"])
      await ec2.createVpc({ cidrBlock: "10.0.0.0/16", tags: { name } });
    const found = async (value: string) =>
      (await ec2.describeVpcs({ filters: { "tag:name": [value] } })).map(({ tags }) => tags.name);
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ["a.b", ["a.b"]],
      ["a?b", ["a.b", "axb", "a*b", "a\\b"]],
      ["*x*", ["axb", "axxb"]],
      ["a\\*b", ["a*b"]],
      ["a\\\\b", ["a\\b"]],
      ["a\\?b", []],
      ["", []],
    ];
    for (const [value, names] of cases) assert.deepEqual(await found(value), names, value);
  });
});
