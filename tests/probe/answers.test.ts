import * as assert from "node:assert/strict";

import * as fc from "fast-check";

import { type Answer, type Denier, answerIn, fitForReports, isAnswered } from "../../components/check/probe/answers";

const answered = { $metadata: { httpStatusCode: 400 } };
const deniedWith = (message: string): Answer =>
  answerIn({
    ...answered,
    name: "AccessDeniedException",
    message: `User: x is not authorized to perform: y ${message}`,
  });

describe("an answer", () => {
  const WORDS: readonly (readonly [string, Denier])[] = [
    ["because no identity-based policy allows the dynamodb:DescribeTable action", "identity"],
    ["with an explicit deny in an identity-based policy", "identity"],
    ["because no VPC endpoint policy allows the dynamodb:DescribeTable action", "endpointPolicy"],
    ["with an explicit deny in a VPC endpoint policy: vpce-0a1", "endpointPolicy"],
    ["because no vpc Endpoint Policy allows the dynamodb:DescribeTable action", "endpointPolicy"],
    ["because no Identity-based Policy allows the dynamodb:DescribeTable action", "identity"],
    ["because no service control policy allows the dynamodb:DescribeTable action", "unknown"],
    ["with an explicit deny in a resource-based policy", "unknown"],
    ["", "unknown"],
  ];
  for (const [words, by] of WORDS) {
    it(`that is denied ${words || "without a reason"} names ${by}`, () => {
      const answer = deniedWith(words);
      assert.equal(answer.kind, "denied");
      assert.equal("by" in answer && answer.by, by);
    });
  }

  const ERRORS: readonly (readonly [Record<string, unknown>, Answer])[] = [
    [{ name: "ResourceNotFoundException", ...answered }, { kind: "tableNotFound" }],
    [{ name: "TableNotFoundException", ...answered }, { kind: "tableNotFound" }],
    [
      { name: "ThrottlingException", ...answered },
      { kind: "throttled", said: "ThrottlingException" },
    ],
    [
      { name: "RequestLimitExceeded", ...answered },
      { kind: "throttled", said: "RequestLimitExceeded" },
    ],
    [
      { name: "InternalServerError", ...answered },
      { kind: "failed", said: "InternalServerError" },
    ],
    [
      { name: "SyntaxError", $response: {} },
      { kind: "failed", said: "SyntaxError" },
    ],
    [{ code: "ECONNABORTED" }, { kind: "reset", said: "ECONNABORTED" }],
    [{ code: "ETIMEDOUT" }, { kind: "timedOut", said: "ETIMEDOUT" }],
    [{}, { kind: "unreachable", said: "Error" }],
    [
      { name: "AccessDeniedException", ...answered },
      { kind: "denied", by: "unknown", said: "" },
    ],
    [
      { name: "TimeoutError", code: "ECONNRESET" },
      { kind: "reset", said: "ECONNRESET" },
    ],
    [
      { name: "Error", code: "ECONNRESET", message: "socket hang up" },
      { kind: "reset", said: "ECONNRESET" },
    ],
    [
      { name: "TimeoutError", code: "EPIPE", $metadata: { attempts: 1 } },
      { kind: "reset", said: "EPIPE" },
    ],
    [
      { name: "TimeoutError", code: "ETIMEDOUT" },
      { kind: "timedOut", said: "ETIMEDOUT" },
    ],
    [{ name: "TimeoutError" }, { kind: "timedOut", said: "TimeoutError" }],
    [
      { name: "Error", code: "ENOTFOUND" },
      { kind: "unreachable", said: "ENOTFOUND" },
    ],
    [{ name: "CredentialsProviderError" }, { kind: "unreachable", said: "CredentialsProviderError" }],
  ];
  for (const [error, answer] of ERRORS) {
    it(`with ${JSON.stringify(error)} is ${answer.kind}`, () => assert.deepEqual(answerIn(error), answer));
  }

  it("is told from silence by what came over the wire, whatever was thrown", () => {
    fc.assert(
      fc.property(fc.anything(), fc.boolean(), (thrown, overTheWire) => {
        const error = Object.assign(new Error("thrown", { cause: thrown }), overTheWire ? answered : {});
        assert.equal(isAnswered(answerIn(error)), overTheWire);
        assert.equal(isAnswered(answerIn(thrown)), false);
      }),
    );
  });

  const HARMLESS: readonly (readonly [said: string, shown: string])[] = [
    [
      "by arn:aws:sts::123456789012:assumed-role/probe/one and arn:aws:iam::123456789012:role/probe, too",
      "by the function's role and the function's role, too",
    ],
    ["arn:aws:iam::123456789012:user/alice", "the function's role"],
    ["accounts 123456789012 and 210987654321", "accounts ACCOUNT and ACCOUNT"],
    ["request 1234567890123, 12345678901 of them", "request 1234567890123, 12345678901 of them"],
    ["keys AKIAIOSFODNN7EXAMPLE and ASIAIOSFODNN7EXAMPLE", "keys ACCESS_KEY and ACCESS_KEY"],
    ["Credential=AKIAIOSFODNN7EXAMPLE/20260901/eu-west-1", "Credential=ACCESS_KEY/20260901/eu-west-1"],
    [
      "role AROAIOSFODNN7EXAMPLE in ASIA and EURASIAPACIFICREGIONS",
      "role AROAIOSFODNN7EXAMPLE in ASIA and EURASIAPACIFICREGIONS",
    ],
    ["x".repeat(600), "x".repeat(600)],
    ["x".repeat(601), "x".repeat(600)],
  ];
  for (const [said, shown] of HARMLESS)
    it(`of ${said.slice(0, 80)} tells ${shown.slice(0, 80)}`, () => assert.equal(fitForReports(said), shown));

  it("names neither accounts nor sessions, and keeps the reason", () => {
    const accounts = fc.stringMatching(/^\d{12}$/);
    const sessions = fc.stringMatching(/^[\w+=.@-]*$/);
    const partition = fc.constantFrom("aws", "aws-cn", "aws-us-gov");
    fc.assert(
      fc.property(accounts, partition, sessions, (account, aws, session) => {
        const said = fitForReports(
          `User: arn:${aws}:sts::${account}:assumed-role/probe/${session} is not authorized to perform: dynamodb:X ` +
            `on resource: arn:${aws}:dynamodb:eu-west-1:${account}:table/Stock with an explicit deny in policy ` +
            `${account}\nx-amz-security-token:secret`,
        );
        assert.equal(
          said,
          "User: the function's role is not authorized to perform: dynamodb:X " +
            `on resource: arn:${aws}:dynamodb:eu-west-1:ACCOUNT:table/Stock with an explicit deny in policy ACCOUNT`,
        );
      }),
    );
  });
});
