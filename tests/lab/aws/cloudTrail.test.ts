import * as assert from "node:assert/strict";
import { paginateLookupEvents } from "@aws-sdk/client-cloudtrail";
import { DynamoDBClient, DescribeTableCommand, GetItemCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

const OF_DYNAMODB = [{ AttributeKey: "EventSource" as const, AttributeValue: "dynamodb.amazonaws.com" }];

interface Event {
  readonly userIdentity: {
    readonly type: string;
    readonly accessKeyId: string;
    readonly sessionContext: { readonly sessionIssuer: { readonly arn: string } };
  };
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly requestParameters: object;
  readonly vpcEndpointId: string;
  readonly eventCategory: string;
  readonly tlsDetails: { readonly clientProvidedHostHeader: string };
}

describe("CloudTrail for AWS's own client", () => {
  const on = wire();

  /** A program in a subnet of a new VPC, whose way is an endpoint; with a table of its own. */
  async function client() {
    const VpcId = present((await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId);
    const { Subnet } = await on.ec2.createSubnet({ VpcId, CidrBlock: "10.0.1.0/24" });
    const { RouteTables = [] } = await on.ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
    const { VpcEndpoint: endpoint } = await on.ec2.createVpcEndpoint({
      VpcId,
      ServiceName: `com.amazonaws.${REGION}.dynamodb`,
      RouteTableIds: [present(RouteTables[0]?.RouteTableId)],
    });
    const trust = { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const { Role } = await on.iam.createRole({ RoleName: "reader", Path: "/apps/", AssumeRolePolicyDocument });
    const Statement = [{ Effect: "Allow", Action: "dynamodb:*", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await on.iam.putRolePolicy({ RoleName: "reader", PolicyName: "reads", PolicyDocument });
    const attached = await on.lab.attachClient({ subnetId: present(Subnet?.SubnetId), roleArn: present(Role?.Arn) });
    const { endpointUrl, region, credentials } = attached;
    const dynamodb = new DynamoDBClient({ endpoint: endpointUrl, region, credentials, maxAttempts: 1 });
    return { dynamodb, endpoint: present(endpoint?.VpcEndpointId), credentials };
  }

  everyOperation("cloudtrail", on, {
    LookupEvents: async () => {
      const before = new Date(Date.now() - 60_000);
      const { dynamodb, endpoint, credentials } = await client();
      await on.dynamodb.createTable({
        TableName: "stock",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        BillingMode: "PAY_PER_REQUEST",
      });
      await dynamodb.send(new GetItemCommand({ TableName: "stock", Key: { id: { S: "1" } } }));
      await dynamodb.send(new DescribeTableCommand({ TableName: "stock" }));
      await assert.rejects(dynamodb.send(new DescribeTableCommand({ TableName: "none" })));
      dynamodb.destroy();

      const { Events = [], NextToken } = await on.cloudtrail.lookupEvents({ LookupAttributes: OF_DYNAMODB });
      assert.equal(NextToken, undefined);
      assert.deepEqual(
        Events.map(({ EventName, ReadOnly, Resources: [table] = [] }) => [EventName, ReadOnly, table?.ResourceName]),
        [
          ["DescribeTable", "true", "none"],
          ["DescribeTable", "true", "stock"],
          ["CreateTable", "false", "stock"],
        ],
      );
      const event = JSON.parse(present(Events[1]?.CloudTrailEvent)) as Event;
      const arn = "arn:aws:iam::123456789012:role/apps/reader";
      const { type, accessKeyId, sessionContext } = event.userIdentity;
      assert.equal(sessionContext.sessionIssuer.arn, arn);
      assert.deepEqual([type, accessKeyId], ["AssumedRole", credentials.accessKeyId]);
      assert.equal(Events[1]?.AccessKeyId, credentials.accessKeyId);
      assert.match(event.sourceIPAddress, /^10\.0\.1\./);
      assert.match(event.userAgent, /aws-sdk-js\/3\./);
      assert.deepEqual(event.requestParameters, { tableName: "stock" });
      assert.equal(event.tlsDetails.clientProvidedHostHeader, `dynamodb.${REGION}.amazonaws.com`);
      assert.deepEqual([event.vpcEndpointId, event.eventCategory], [endpoint, "Management"]);
      const refused = JSON.parse(present(Events[0]?.CloudTrailEvent)) as Record<string, unknown>;
      assert.equal(refused.errorCode, "ResourceNotFoundException");

      const none = await on.cloudtrail.lookupEvents({ EndTime: before });
      assert.deepEqual(none.Events, []);
      const other = [{ AttributeKey: "EventSource" as const, AttributeValue: "s3.amazonaws.com" }];
      assert.deepEqual((await on.cloudtrail.lookupEvents({ LookupAttributes: other })).Events, []);
    },
  });

  it("has pages, which go on where the one before ended, whatever happens meanwhile", async () => {
    const dynamodb = on.dynamodb;
    for (let i = 0; i < 3; i++) await dynamodb.send(new ListTablesCommand({}));
    const ids: (string | undefined)[] = [];
    for await (const { Events = [] } of paginateLookupEvents({ client: on.cloudtrail, pageSize: 2 }, {})) {
      ids.push(...Events.map(({ EventId }) => EventId));
      if (ids.length === 2) await dynamodb.send(new ListTablesCommand({}));
    }
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.length >= 3);
  });

  it("refuses by name what the lab does not know, and in AWS's words what AWS does not", async () => {
    const asked = (AttributeKey: "EventSource" | "Username") => ({ AttributeKey, AttributeValue: "x" });
    await refusedWith(
      on.cloudtrail.lookupEvents({ LookupAttributes: [asked("Username")] }),
      "NotServedByTheLab",
      /Username/,
    );
    await refusedWith(on.cloudtrail.lookupEvents({ EventCategory: "insight" }), "NotServedByTheLab", /EventCategory/);
    const two = [asked("EventSource"), asked("EventSource")];
    await refusedWith(on.cloudtrail.lookupEvents({ LookupAttributes: two }), "InvalidLookupAttributesException");
    await refusedWith(on.cloudtrail.lookupEvents({ NextToken: "x" }), "InvalidNextTokenException");
    const [StartTime, EndTime] = [new Date(2_000_000), new Date(1_000_000)];
    await refusedWith(on.cloudtrail.lookupEvents({ StartTime, EndTime }), "InvalidTimeRangeException");
    await assert.rejects(on.cloudtrail.lookupEvents({ MaxResults: 51 }), /51/);
  });
});
