import * as assert from "node:assert/strict";
import { paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { REGION, SERVICE } from "../network";
import { everyOperation, present, refusedWith, wire } from "./wire";

const ROLE = "arn:aws:iam::123456789012:role/flow-logs";
const GROUP = { logGroupName: "/flows" };

describe("CloudWatch Logs for AWS's own client", () => {
  const on = wire();

  before(async () => {
    const { logs } = on.lab.cloud.region(REGION);
    await logs.createLogGroup(GROUP);
    const logEvents = ["2 eni-1 DYNAMODB", "2 eni-2 S3", "2 eni-3 DYNAMODB", "one two"].map((message, i) => ({
      timestamp: 1000 * (i + 1),
      message,
    }));
    await logs.putLogEvents({ ...GROUP, logStreamName: "eni-all", logEvents });
  });

  const messages = async (asked: object): Promise<readonly (string | undefined)[]> => {
    const { events = [] } = await on.logs.filterLogEvents({ ...GROUP, ...asked });
    return events.map(({ message }) => message);
  };

  everyOperation("logs", on, {
    FilterLogEvents: async () => {
      assert.deepEqual(await messages({}), ["2 eni-1 DYNAMODB", "2 eni-2 S3", "2 eni-3 DYNAMODB", "one two"]);
      const byField = await messages({ filterPattern: "[f1, f2, f3=DYNAMODB]" });
      assert.deepEqual(byField, ["2 eni-1 DYNAMODB", "2 eni-3 DYNAMODB"]);
      assert.deepEqual(await messages({ filterPattern: "[f1, f2]" }), ["one two"]);
      assert.deepEqual(await messages({ startTime: 2000, endTime: 2999 }), ["2 eni-2 S3"]);
      const paged: (string | undefined)[] = [];
      for await (const { events = [] } of paginateFilterLogEvents({ client: on.logs, pageSize: 3 }, { ...GROUP }))
        paged.push(...events.map(({ message }) => message));
      assert.deepEqual(paged, await messages({}));
    },
  });

  it("refuses by name what the lab does not know, and in AWS's words what AWS does not", async () => {
    for (const filterPattern of ["ERROR", "[f1, ...]", "{ $.a = 1 }", "[f1=%x%]"])
      await refusedWith(on.logs.filterLogEvents({ ...GROUP, filterPattern }), "NotServedByTheLab");
    await refusedWith(
      on.logs.filterLogEvents({ ...GROUP, logStreamNames: ["x"] }),
      "NotServedByTheLab",
      /logStreamNames/,
    );
    await refusedWith(on.logs.filterLogEvents({ logGroupName: "none" }), "ResourceNotFoundException");
    await refusedWith(on.logs.filterLogEvents({ ...GROUP, nextToken: "x" }), "InvalidParameterException");
    await refusedWith(on.logs.filterLogEvents({}), "InvalidParameterException");
  });

  it("has the records of flow logs: of interfaces that EC2 has, by the format of each log", async () => {
    const VpcId = present((await on.ec2.createVpc({ CidrBlock: "10.0.0.0/16" })).Vpc?.VpcId);
    const SubnetId = present((await on.ec2.createSubnet({ VpcId, CidrBlock: "10.0.1.0/24" })).Subnet?.SubnetId);
    const { RouteTables = [] } = await on.ec2.describeRouteTables({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] });
    const RouteTableIds = [present(RouteTables[0]?.RouteTableId)];
    await on.ec2.createVpcEndpoint({ VpcId, ServiceName: SERVICE, RouteTableIds });
    const { NetworkInterface: made } = await on.ec2.createNetworkInterface({ SubnetId });
    const id = present(made?.NetworkInterfaceId);
    const log = { ResourceType: "Subnet" as const, TrafficType: "ALL" as const, DeliverLogsPermissionArn: ROLE };
    const LogFormat =
      "${interface-id} ${flow-direction} ${pkt-dst-aws-service} ${traffic-path} ${srcaddr} ${instance-id}";
    await on.ec2.createFlowLogs({ ...log, ResourceIds: [SubnetId], LogGroupName: "/traffic", LogFormat });

    for (const place of [{ networkInterfaceId: id }, { subnetId: SubnetId }]) {
      const attached = await on.lab.attachClient(place);
      const { endpointUrl: endpoint, region, credentials } = attached;
      const client = new DynamoDBClient({ endpoint, region, credentials });
      await client.send(new ListTablesCommand({}));
      client.destroy();
      attached.detach();
    }
    const { events = [] } = await on.logs.filterLogEvents({ logGroupName: "/traffic" });
    assert.deepEqual(
      events.map(({ message, logStreamName }) => [logStreamName, message]),
      [
        [`${id}-all`, `${id} egress DYNAMODB 7 ${made?.PrivateIpAddress ?? ""} -`],
        [`${id}-all`, `${id} ingress - - ${addressOf(events)} -`],
      ],
    );
  });

  /** DynamoDB's, which is of no private range. */
  function addressOf(events: readonly { readonly message?: string }[]): string {
    const address = events[1]?.message?.split(" ")[4] ?? "";
    assert.doesNotMatch(address, /^10\./);
    return address;
  }
});
