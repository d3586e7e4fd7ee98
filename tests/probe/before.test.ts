import * as assert from "node:assert/strict";

import type { ProbeReport } from "../../components/check/probe/report";
import { DENIED, ENVIRONMENT, NO_TABLE, invoke, oldPath, setEnvironment, testCases } from "./invocations";

/** 3.5 s and the function's margin: some end only with their time. */
const REMAINING_MILLIS = 5500;

describe("the probe before a switch", () => {
  testCases(
    "before",
    [
      {
        title: "passes when the control call is allowed",
        scenario: oldPath,
        check: ({ requests, connections, sdkVersion }) => {
          assert.equal(requests, 1);
          assert.equal(connections.length, 1);
          assert.match(connections[0]?.localAddress ?? "", /^127\.0\.0\.1:\d+$/);
          assert.match(connections[0]?.remoteAddress ?? "", /^127\.0\.0\.1:\d+$/);
          assert.equal(connections[0]?.answeredRequests, 1);
          assert.match(sdkVersion, /^3\.\d+/);
        },
      },
      {
        title: "waits for a role that is not known yet, until it is known steadily",
        scenario: ({ earlier }) => (earlier === 0 || earlier === 2 ? DENIED.byIdentity : "allow"),
        check: ({ requests }) => assert.equal(requests, 6),
      },
      {
        title: "waits for DynamoDB",
        scenario: ({ earlier }) => (earlier === 0 ? { error: "InternalServerError", status: 500 } : "allow"),
        check: ({ requests }) => assert.equal(requests, 2),
      },
      {
        title: "does not take a call that is throttled for a role that acts, once one was denied",
        scenario: ({ earlier }) => (earlier === 0 ? DENIED.byIdentity : { error: "ThrottlingException" }),
        refused: "UnknownDenial",
        says: /throttled: ThrottlingException/,
      },
      ...["ThrottlingException", "RequestLimitExceeded", "ProvisionedThroughputExceededException"].map((error) => ({
        title: `takes ${error} for an answer: there is a path, and the account's calls are used up`,
        scenario: () => ({ error }),
        check: ({ requests }: ProbeReport) => assert.equal(requests, 1),
      })),
      {
        title: "names an endpoint's policy",
        scenario: () => DENIED.byEndpoint,
        refused: "DeniedByEndpointPolicy",
        says: /the policy of the endpoint that it takes today denies the function/,
      },
      {
        title: "names a missing permission",
        scenario: () => DENIED.byIdentity,
        refused: "DeniedByRole",
        says: /needs dynamodb:DescribeContinuousBackups on "/,
      },
      {
        title: "keeps words that it does not know",
        scenario: () => DENIED.byBoundary,
        refused: "UnknownDenial",
        says: /because no permissions boundary allows/,
      },
      { title: "says that the table is missing", scenario: () => NO_TABLE, refused: "TableNotFound" },
      {
        title: "says so in the words of the operations on backups, too",
        scenario: () => ({ error: "TableNotFoundException" }),
        refused: "TableNotFound",
      },
      {
        title: "names the causes when connections are reset",
        scenario: () => "reset",
        refused: "NoPath",
        says: /reset: ECONNRESET\).*security group.*NAT gateway.*rollout\.isolated/,
      },
      {
        title: "names the causes when nothing answers",
        scenario: () => "silence",
        refused: "NoPath",
        says: /timed out: no answer within \d+ ms\)/,
      },
    ],
    REMAINING_MILLIS,
  );

  it("says that nothing listens", async () => {
    const restoreEnvironment = setEnvironment({ ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" });
    const outcome = await invoke("before", "Stock", 4000);
    restoreEnvironment();
    assert.ok(outcome instanceof Error);
    assert.equal(outcome.name, "NoPath");
    assert.match(outcome.message, /not reached: ECONNREFUSED/);
  });
});
