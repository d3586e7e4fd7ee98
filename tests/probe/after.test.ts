import * as assert from "node:assert/strict";

import type { CheckReport } from "../../components/check/probe/report";
import type { Reply } from "./dynamoDb";
import { DENIED, NO_TABLE, WATCH, oldPath, testCases } from "./invocations";

const THROTTLED: Reply = { error: "ThrottlingException" };

/** 6 s and the function's margin: what refuses does so at its end. A request has a sixth, on a busy machine too. */
const REMAINING_MILLIS = 8000;

describe("the probe after a switch", () => {
  testCases(
    "after",
    [
      {
        title: "passes when three new connections in a row took the endpoint",
        scenario: (asked) => (asked.at < 500 ? oldPath(asked) : "allow"),
        check: (report) => {
          const { provenRequests, provenAfterMillis, connections, requests, watch } = report as CheckReport;
          assert.equal(provenRequests, 3);
          assert.equal(requests, 5, "one denied, its control call, three allowed");
          assert.equal(new Set(connections.map(({ localAddress }) => localAddress)).size, 5);
          assert.ok(provenAfterMillis >= 2900, `at most one conditional call a second: ${provenAfterMillis} ms`);
          assert.deepEqual(watch, WATCH);
        },
      },
      {
        title: "says that traffic does not take the endpoint",
        scenario: oldPath,
        refused: "NotThroughEndpoint",
        says: /do not take vpce-0a1.*explicit association/,
      },
      {
        title: "says so where the control call is throttled, which is an answer",
        scenario: ({ action }) => (action === "DescribeTable" ? DENIED.byIdentity : THROTTLED),
        refused: "NotThroughEndpoint",
        says: /DynamoDB answered the control calls and denied/,
      },
      {
        title: "keeps that a control call was allowed when the next one is throttled",
        scenario: ({ action, earlier }) =>
          action === "DescribeTable" ? DENIED.byIdentity : earlier < 2 ? "allow" : THROTTLED,
        refused: "NotThroughEndpoint",
        says: /DynamoDB answered the control calls/,
      },
      {
        title: "is neither nearer to its proof nor further from it by a call that is throttled",
        scenario: ({ earlier }) => (earlier === 1 ? THROTTLED : "allow"),
        check: (report) => assert.equal((report as CheckReport).provenRequests, 3),
      },
      {
        title: "says that calls were throttled where that is all that it knows",
        scenario: () => THROTTLED,
        refused: "UnknownDenial",
        says: /throttled: ThrottlingException.*control call beside it was throttled/,
      },
      {
        title: "names the endpoint's policy",
        scenario: () => DENIED.byEndpoint,
        refused: "DeniedByEndpointPolicy",
        says: /policy of vpce-0a1/,
      },
      {
        title: "keeps words that it does not know, with what the control call got",
        scenario: ({ action }) => (action === "DescribeTable" ? DENIED.withoutReason : "allow"),
        refused: "UnknownDenial",
        says: /not authorized to perform: dynamodb:ACTION.*control call beside it was allowed/,
      },
      {
        title: "does not take a permission that is missing everywhere for a wrong path",
        scenario: () => DENIED.byIdentity,
        refused: "DeniedByRole",
        says: /It needs dynamodb:DescribeContinuousBackups on "table-\d+" always, and dynamodb:DescribeTable through vpce-0a1/,
      },
      {
        title: "takes a policy that has begun to let requests through for the reason, not the path",
        scenario: ({ at }) => (at > 4500 ? "allow" : DENIED.byEndpoint),
        refused: "DeniedByEndpointPolicy",
        says: /denies the function, though not always \(it allowed \d of its requests\)/,
      },
      { title: "says that the table is missing", scenario: () => NO_TABLE, refused: "TableNotFound" },
      {
        title: "says that nothing answers",
        scenario: () => "silence",
        refused: "NoPath",
        says: /after the switch.*vpce-0a1 is available/,
      },
      {
        title: "is not content with connections that take the endpoint now and then",
        scenario: (asked) => (Math.floor((asked.at + 500) / 1000) % 2 === 0 ? "allow" : oldPath(asked)),
        refused: "ReconnectTimedOut",
        says: /at most 1 in a row/,
      },
    ],
    REMAINING_MILLIS,
  );
});
