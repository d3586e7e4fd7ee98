import assert from "node:assert/strict";
import { courseOf, isLost, reportOf } from "../../cli/drill/report/report";
import type { Asked, DrillEvent } from "../../cli/drill/events";
import { describeRequest } from "../../cli/drill/proxy/operation";
import { judgedRun, limitsOf } from "../../cli/drill/report/model";
import { exitCodeOf } from "../../cli/drill/report/exitCode";
import { SDKS } from "../../cli/drill/sdk/facts";
import { sdksOf } from "../../cli/drill/sdk/identify";
import type { Schedule } from "../../cli/drill/settings";
import { tableShape } from "../../cli/drill/store/tables";
import type { Finding } from "../../cli/finding";

const SCHEDULE: Schedule = {
  kinds: ["reset", "silence"],
  everyMillis: 1000,
  forMillis: 5000,
  reconnectDelayMillis: 0,
  maxInterruptionMillis: 3000,
  readiness: { by: "firstAnswer" },
};

const asked = (at: number, request: number, connection: number, more: Partial<Asked> = {}): Asked => ({
  type: "asked",
  at,
  request,
  connection,
  met: "store",
  operation: "PutItem",
  isWrite: true,
  call: `call ${request}`,
  isCallKnown: true,
  hasToken: false,
  hasCondition: false,
  addsUp: false,
  userAgent: "",
  ...more,
});
const answered = (at: number, request: number, isDelivered = true, errorCode?: string): DrillEvent => ({
  type: "answered",
  at,
  request,
  statusCode: errorCode === undefined ? 200 : 400,
  errorCode,
  isDelivered,
});
const opened = (at: number, connection: number): DrillEvent => ({ type: "connectionOpened", at, connection });
const closed = (at: number, connection: number, by: "client" | "drill" = "client"): DrillEvent => ({
  type: "connectionClosed",
  at,
  connection,
  by,
});
const broken = (at: number, kind: "reset" | "silence", ...connections: number[]): DrillEvent => ({
  type: "broken",
  at,
  number: 1,
  kind,
  connections,
});
const finished = (at: number): DrillEvent => ({ type: "finished", at, by: "time" });
const run = (...events: DrillEvent[]): ReturnType<typeof judgedRun> => judgedRun(reportOf("client", events), SCHEDULE);
const ids = ({ findings }: { findings: readonly Finding[] }): readonly string[] => findings.map(({ id }) => id);

describe("the report of a drill", () => {
  it("does not take another worker's answer for that of a request that hangs", () => {
    const { breaks, findings, operations } = run(
      ...[opened(0, 1), opened(0, 2), asked(10, 1, 1), asked(10, 2, 2), broken(20, "silence", 1, 2)],
      ...[answered(20, 1, false), answered(20, 2, false)],
      // The second worker gives up; the first does not.
      ...[closed(320, 2), opened(330, 3), asked(331, 3, 3, { call: "call 2" }), answered(340, 3)],
      finished(5000),
    );
    const [first] = breaks;
    const afterMillis = first?.connections.map((each) => each.answered?.afterMillis);
    assert.deepEqual([afterMillis, first?.interruptionMillis], [[undefined, 320], null]);
    const [finding] = findings;
    assert.deepEqual([finding?.id, finding?.severity], ["drill-no-reconnect", "high"]);
    assert.match(String(finding?.message), /on 1 of 2 connections/);
    assert.equal(operations[0]?.stillHanging, 1);
  });

  it("goes by the next request on a new connection where an SDK does not name its calls", () => {
    const { breaks } = run(
      ...[opened(0, 1), asked(10, 1, 1, { isCallKnown: false }), broken(20, "silence", 1), answered(20, 1, false)],
      ...[
        closed(1020, 1),
        opened(1030, 2),
        asked(1031, 2, 2, { isCallKnown: false }),
        answered(1040, 2),
        finished(2000),
      ],
    );
    assert.deepEqual(breaks[0]?.connections[0]?.answered, { connection: 2, afterMillis: 1020, isRetry: false });
    assert.equal(breaks[0].connections[0].gaveUpAfterMillis, 1000);
  });

  it("does not take the same content from another worker for a retry, where calls have no names", () => {
    const same = { call: "content", isCallKnown: false };
    const { breaks } = run(
      ...[opened(0, 1), asked(10, 1, 1, same), broken(20, "silence", 1), answered(20, 1, false)],
      ...[opened(30, 2), asked(31, 2, 2, same), answered(40, 2), finished(5000)],
    );
    assert.equal(breaks[0]?.connections[0]?.answered, null);
  });

  it("counts an idle connection from the request that met its break, and one that none met not at all", () => {
    const { breaks, longestInterruptionMillis } = run(
      ...[opened(0, 1), opened(0, 2), asked(1, 1, 1), answered(2, 1), broken(20, "reset", 1, 2)],
      ...[asked(500, 2, 1, { met: "broken", call: "a" }), closed(500, 1, "drill"), opened(501, 3)],
      ...[asked(502, 3, 3, { call: "a" }), answered(510, 3), finished(2000)],
    );
    assert.deepEqual(breaks[0]?.connections[0]?.met, { operation: "PutItem", at: 500, wasInFlight: false });
    assert.equal(breaks[0].connections[1]?.met, null);
    assert.equal(longestInterruptionMillis, 10);
  });

  it("finds an interruption that is too long, and does not know of one that was not watched for so long", () => {
    const begun = [opened(0, 1), asked(10, 1, 1), broken(20, "silence", 1), answered(20, 1, false)];
    const again = [closed(4000, 1), opened(4001, 2), asked(4002, 2, 2, { call: "call 1" }), answered(4010, 2)];
    assert.deepEqual(ids(run(...begun, ...again, finished(5000))), ["drill-interruption", "drill-written-twice"]);
    assert.deepEqual(ids(run(...begun, finished(2000))), ["drill-cut-short"]);
    assert.deepEqual(ids(run(...begun, finished(3020))), ["drill-no-reconnect"]);
  });

  it("leaves out what happens when the drill ends the client", () => {
    const events = [opened(0, 1), asked(10, 1, 1), finished(20), closed(30, 1), broken(40, "reset", 1)];
    const course = courseOf(events);
    assert.equal(course.endedAt, 20);
    assert.equal(course.closed.size, 0);
    assert.equal(isLost(asked(10, 1, 1), course), false);
  });

  it("does not know of a break that no request met", () => {
    assert.deepEqual(ids(run(opened(0, 1), asked(1, 1, 1), answered(2, 1), broken(20, "reset", 1), finished(9000))), [
      "drill-break-not-met",
    ]);
  });

  for (const { title, more, error, outcome, found } of [
    { title: "recognised by its token", more: { hasToken: true }, outcome: "token", found: ["drill-known-by-token"] },
    {
      title: "refused by its condition",
      more: { hasCondition: true },
      error: "ConditionalCheckFailedException",
      outcome: "condition",
      found: ["drill-told-it-failed"],
    },
    {
      title: "refused as a duplicate",
      more: { hasCondition: true },
      error: "DuplicateItemException",
      outcome: "condition",
      found: ["drill-told-it-failed"],
    },
    { title: "added twice", more: { addsUp: true }, outcome: "added", found: ["drill-added-twice"] },
    { title: "written twice with one result", more: {}, outcome: "same", found: ["drill-written-twice"] },
    { title: "refused for another reason", more: {}, error: "ThrottlingException", outcome: "failed", found: [] },
  ])
    it(`tells a write that was applied, lost its answer and is ${title}`, () => {
      const same = { call: "one", ...more };
      const judged = run(
        ...[
          opened(0, 1),
          asked(10, 1, 1, same),
          broken(20, "reset", 1),
          answered(20, 1, false),
          closed(20, 1, "drill"),
        ],
        ...[opened(21, 2), asked(22, 2, 2, { ...same, attempt: 2 }), answered(30, 2, true, error), finished(4000)],
      );
      assert.deepEqual(judged.repeats, [{ operation: "PutItem", at: 22, outcome, isCallKnown: true }]);
      assert.deepEqual(ids(judged), found);
      assert.equal(judged.operations[0]?.retries, 1);
    });

  it("does not take a second write for a repetition of one whose answer came", () => {
    const { repeats } = run(
      ...[opened(0, 1), asked(10, 1, 1, { call: "x", isCallKnown: false }), answered(11, 1)],
      ...[asked(20, 2, 1, { call: "x", isCallKnown: false }), answered(21, 2), finished(4000)],
    );
    assert.deepEqual(repeats, []);
  });
});

describe("a request as a drill sees it", () => {
  const of = (target: string, body: object, headers = {}): ReturnType<typeof describeRequest> =>
    describeRequest({ "x-amz-target": `DynamoDB_20120810.${target}`, ...headers }, Buffer.from(JSON.stringify(body)));

  it("adds to what is there, has a token or a condition, as its expressions say", () => {
    const update = (expression: string): boolean => of("UpdateItem", { UpdateExpression: expression }).addsUp;
    for (const adding of ["ADD n :one", "SET n = n + :one", "set l = list_append(l, :x)"])
      assert.ok(update(adding), adding);
    for (const not of ["SET address = :a", "REMOVE n"]) assert.ok(!update(not), not);
    assert.ok(of("TransactWriteItems", { ClientRequestToken: "t" }).hasToken);
    assert.ok(of("PutItem", { ConditionExpression: "attribute_not_exists(id)" }).hasCondition);
    assert.ok(!of("GetItem", { ConditionExpression: "x" }).hasCondition);
  });

  it("writes, adds and has a condition by what its statements of PartiQL say", () => {
    const told = (operation: string, ...texts: readonly string[]): readonly boolean[] => {
      const statements = texts.map((Statement) => ({ Statement }));
      const body = operation === "ExecuteStatement" ? statements[0] : { Statements: statements };
      const { isWrite, hasCondition, addsUp } = of(operation, body ?? {});
      return [isWrite, hasCondition, addsUp];
    };
    const select = `SELECT * FROM "Stock" WHERE note = 'UPDATE'`;
    assert.deepEqual(told("ExecuteStatement", select), [false, false, false]);
    assert.deepEqual(told("ExecuteStatement", `DELETE FROM "Stock" WHERE id = 'a-b'`), [true, true, false]);
    assert.deepEqual(told("ExecuteStatement", `UPDATE "Stock" SET a = 'a+b' WHERE id = '1'`), [true, true, false]);
    const update = `UPDATE "Stock" SET n = n + 1 WHERE id = '1'`;
    assert.deepEqual(told("BatchExecuteStatement", select, update), [true, true, true]);
    assert.deepEqual(told("ExecuteStatement", "?"), [false, false, false]);
  });

  it("is known by its SDK's id of the call and number of the attempt, else by its content", () => {
    const known = of("PutItem", {}, { "amz-sdk-invocation-id": "i", "amz-sdk-request": "attempt=2; max=4" });
    assert.deepEqual([known.call, known.isCallKnown, known.attempt], ["i", true, 2]);
    assert.equal(of("PutItem", {}, { "amz-sdk-retry": "1/0/490" }).attempt, 2);
    assert.equal(of("PutItem", { a: 1 }).call, of("PutItem", { a: 1 }).call);
    assert.notEqual(of("PutItem", { a: 1 }).call, of("PutItem", { a: 2 }).call);
  });
});

describe("the SDK of a client", () => {
  for (const [userAgent, id, version] of [
    [
      "aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2 api/dynamodb#3.1164.0 m/E",
      "javascript-3",
      "3.1164.0",
    ],
    ["aws-sdk-nodejs/2.1692.0 linux/v20.20.2 promise", "javascript-2", "2.1692.0"],
    ["Boto3/1.40.1 md/Botocore#1.40.1 ua/2.1 os/linux lang/python#3.11.7", "boto3", "1.40.1"],
    ["Botocore/1.29.0 Python/3.9", "boto3", "1.29.0"],
    ["aiobotocore/2.13.0 md/Botocore#1.34 ua/2.0", "aiobotocore", "2.13.0"],
    ["aws-cli/2.15.0 Python/3.11 exe/x86_64 Botocore/2.0", "cli", "2.15.0"],
    ["aws-sdk-java/2.31.0 md/io#sync md/http#Apache ua/2.1", "java-2", "2.31.0"],
    ["aws-sdk-java/1.12.700 Linux/5.10 OpenJDK_64-Bit_Server_VM", "java-1", "1.12.700"],
    ["aws-sdk-go-v2/1.36.0 ua/2.1 os/linux lang/go#1.25", "go-2", "1.36.0"],
    ["aws-sdk-go/1.55.5 (go1.22; linux; amd64)", "go-1", "1.55.5"],
    ["aws-sdk-dotnet-coreclr/3.7.400 aws-sdk-dotnet-core/3.7", "dotnet", "3.7.400"],
    ["Mozilla/5.0 aws-sdk-js/2.1693.0 callback", "javascript-2", "2.1693.0"],
    ["aws-sdk-dotnet-coreclr/4.0.9.6 ua/2.1 os/linux#6.1 md/ARCH#Arm64 api/DynamoDB#4.0.9.6", "dotnet", "4.0.9.6"],
    ["aws-sdk-rust/1.3.3 os/linux lang/rust/1.80.0", "rust", "1.3.3"],
    ["aws-sdk-php/3.300.0 ua/2.0 OS/Linux", "php", "3.300.0"],
    ["aws-sdk-ruby3/3.200.0 ua/2.0 api/dynamodb#1.110.0", "ruby", "3.200.0"],
    ["aws-sdk-cpp/1.11.400 ua/2.1 api/DynamoDB", "cpp", "1.11.400"],
  ] as const)
    it(`is ${id} by "${userAgent}"`, () => {
      assert.deepEqual(
        sdksOf([userAgent, "curl/8.0"]).map((sdk) => [sdk.id, sdk.version]),
        [[id, version]],
      );
    });

  it("is described with what each fact rests on, whichever it is", () => {
    assert.equal(new Set(SDKS.map(({ id }) => id)).size, SDKS.length);
    for (const { id, sources, ...facts } of SDKS)
      for (const fact of ["userAgent", "defaults", "attempts", "setting"] as const) {
        assert.notEqual(String(facts[fact]), "", id);
        assert.ok(sources[fact].startsWith("https://") && URL.canParse(sources[fact]), `${id} ${fact}`);
      }
  });
});

describe("what a drill cannot show", () => {
  it("is more where the system does not show what left the process group", () => {
    const more = limitsOf("proxy", SCHEDULE, "darwin").slice(limitsOf("proxy", SCHEDULE, "linux").length);
    assert.equal(more.length, 1);
    assert.match(more[0] ?? "", /left the client's process group, .* neither watched nor ended/);
  });
});

describe("the exit code of a drill", () => {
  const finding = (severity: Finding["severity"], id = "an-id"): Finding => ({
    ...{ id, severity, subject: "", message: "", evidence: [], remedy: "" },
  });
  for (const [title, findings, failOn, accepted, exitCode] of [
    ["nothing found", [], "info", [], 0],
    ["a finding at --fail-on", [finding("high")], "high", [], 1],
    ["a finding above --fail-on", [finding("blocker")], "high", [], 1],
    ["a finding below --fail-on", [finding("medium")], "high", [], 0],
    ["--fail-on never", [finding("blocker")], "never", [], 0],
    ["an unknown", [finding("unknown")], "high", [], 2],
    ["an unknown that is accepted", [finding("unknown")], "high", ["an-id"], 0],
    ["another unknown that is accepted", [finding("unknown")], "high", ["other"], 2],
    ["a finding beside an unknown", [finding("unknown"), finding("high")], "high", [], 1],
  ] as const)
    it(`is ${exitCode} for ${title}`, () =>
      assert.equal(exitCodeOf(findings, failOn, new Map(accepted.map((id) => [id, "known"]))), exitCode));
});

describe("the shape of a table", () => {
  it("has keys and indexes of what CreateTable or DescribeTable has, and no capacity", () => {
    const keys = [{ AttributeName: "id", KeyType: "HASH" }];
    const described = {
      TableName: "Stock",
      TableStatus: "ACTIVE",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: keys,
      ProvisionedThroughput: { ReadCapacityUnits: 5 },
      GlobalSecondaryIndexes: [
        {
          IndexName: "by",
          KeySchema: keys,
          Projection: { ProjectionType: "ALL" },
          IndexStatus: "ACTIVE",
          ItemCount: 3,
        },
      ],
      LocalSecondaryIndexes: [],
    };
    assert.deepEqual(tableShape(described), {
      TableName: "Stock",
      AttributeDefinitions: described.AttributeDefinitions,
      KeySchema: keys,
      GlobalSecondaryIndexes: [{ IndexName: "by", KeySchema: keys, Projection: { ProjectionType: "ALL" } }],
      BillingMode: "PAY_PER_REQUEST",
    });
    assert.equal(tableShape({ TableName: "Stock" }), undefined);
  });
});
