import * as assert from "node:assert/strict";
import { paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { REGION } from "../network";
import { everyOperation, refusedWith, wire } from "./wire";

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
});
