import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import dynalite from "dynalite";
import type { DrillModel } from "../../cli/drill/report/model";
import { endpointStore } from "../../cli/drill/store/endpointStore";
import { fillStore, tableShape } from "../../cli/drill/store/tables";
import { begin, client, drill, type Drilled, isAlive, MAIN } from "./drills";

/** One break of one kind, and what is seen of it in as long again. */
const ONCE = ["--every", "500ms", "--for", "1s", "--max-interruption", "10s"];
const SHORT = ["--every", "500ms", "--for", "1s", "--max-interruption", "500ms"];

const STOCK = {
  TableName: "Stock",
  AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
};

/** An unmodified SDK, which writes. */
const SDK = (requestHandler: object): string => `
  process.removeAllListeners("warning");
  const { DynamoDBClient, UpdateItemCommand } = require(${JSON.stringify(require.resolve("@aws-sdk/client-dynamodb"))});
  const client = new DynamoDBClient({ requestHandler: ${JSON.stringify(requestHandler)} });
  const update = { TableName: "Stock", Key: { id: { S: "1" } }, UpdateExpression: "ADD seen :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
  (async () => { for (;;) { await client.send(new UpdateItemCommand(update)); await new Promise((done) => setTimeout(done, 20)); } })();`;

/** An unmodified SDK, which writes without a pause, and tells of what it had to ask for again. */
const WRITES_AGAIN = (command: string): string => `
  process.removeAllListeners("warning");
  const sdk = require(${JSON.stringify(require.resolve("@aws-sdk/client-dynamodb"))});
  const client = new sdk.DynamoDBClient({});
  const Key = { id: { S: "1" } };
  const update = { TableName: "Stock", Key, UpdateExpression: "ADD seen :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
  (async () => {
    for (let i = 1; ; i++) {
      const { name, $metadata } = await client.send(${command}).catch((error) => error);
      if (($metadata?.attempts ?? 1) === 1) continue;
      const { Item: item } = await client.send(new sdk.GetItemCommand({ TableName: "Stock", Key }));
      console.log("asked for", i, "and counted", item.seen?.N, name ?? "applied");
    }
  })();`;

describe("a drill", function () {
  this.timeout(120_000);
  const folder = mkdtempSync(join(tmpdir(), "drill-test-"));
  const file = (name: string, content: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  };
  after(() => {
    account.close();
    account.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  });

  const tables = file("tables.json", [STOCK, { ...STOCK, TableName: "Orders" }]);
  const items = file("items.json", {
    Stock: [{ PutRequest: { Item: { id: { S: "1" }, note: { S: "here" }, seen: { N: "0" } } } }],
  });
  const writesAgain = (command: string): Promise<Drilled> =>
    drill(
      ["--break", "reset", ...ONCE, "--tables", file("stock.json", STOCK), "--items", items],
      [process.execPath, "-e", WRITES_AGAIN(command)],
    );
  const drills = {
    reset: () => drill(["--break", "reset", ...ONCE]),
    silence: () => drill(["--break", "silence", ...ONCE]),
    all: () =>
      drill([
        ...["--break", "both", "--every", "500ms", "--for", "2s", "--max-interruption", "10s"],
        ...["--reconnect-delay", "100ms", "--deny-after", "900ms"],
      ]),
    hangs: () => drill(["--break", "silence", ...SHORT], client("hangs", "1")),
    idle: () => drill(["--break", "reset", ...ONCE], client("hangs", "2")),
    crashes: () => drill(["--break", "reset", ...ONCE], client("crashes")),
    ignores: () => drill(["--break", "reset", ...ONCE], client("ignores")),
    goesElsewhere: () => drill(["--break", "reset", ...ONCE], client("goesElsewhere", new URL(accountUrl()).port)),
    speaksTls: () => drill(["--break", "reset", ...ONCE], client("speaksTls")),
    ends: () => drill(["--break", "reset", ...ONCE], client("ends")),
    daemonises: () => drill(["--break", "reset", ...ONCE], client("daemonises")),
    warmsUp: () => drill(["--break", "reset", "--ready", "^warm", ...ONCE], client("warmsUp")),
    items: () =>
      drill(
        [...["--break", "reset", ...ONCE, "--tables", tables], ...["--items", items]],
        client("counts", "Stock", "1"),
      ),
    like: () =>
      drill(["--break", "reset", ...ONCE, "--like", "Stock"], client("counts", "Stock", "1"), MAIN, {
        AWS_ENDPOINT_URL_DYNAMODB: accountUrl(),
      }),
    endpoint: () =>
      drill(
        ["--break", "reset", ...ONCE, "--endpoint", accountUrl(), "--tables", tables],
        client("counts", "Orders", "1"),
      ),
    transacts: () => writesAgain("new sdk.TransactWriteItemsCommand({ TransactItems: [{ Update: update }] })"),
    adds: () =>
      writesAgain(`new sdk.ExecuteStatementCommand({ Statement: "UPDATE Stock SET seen = seen + 1 WHERE id = '1'" })`),
    inserts: () =>
      writesAgain(
        `new sdk.ExecuteStatementCommand({ Statement: "INSERT INTO Stock VALUE {'id': ?}", Parameters: [{ S: "no. " + i }] })`,
      ),
    sdk: () =>
      drill(
        [
          ...["--break", "silence", "--tables", file("one.json", STOCK), ...SHORT, "--compare"],
          `exec node ${file("timeouts.cjs", SDK({ requestTimeout: 200, throwOnRequestTimeout: true }))}`,
        ],
        [process.execPath, file("defaults.cjs", SDK({}))],
      ),
  };
  let account: Server;
  const asked: string[] = [];
  const accountUrl = (): string => `http://127.0.0.1:${(account.address() as AddressInfo).port}`;
  const done = {} as Record<keyof typeof drills, Drilled>;
  before(async () => {
    account = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    account.prependListener("request", ({ headers }: IncomingMessage) => {
      const key = /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1];
      asked.push(`${key ?? ""} ${String(headers["x-amz-target"]).split(".")[1] ?? ""}`);
    });
    await new Promise<void>((resolve) => account.listen(0, "127.0.0.1", resolve));
    await fillStore(endpointStore(new URL(accountUrl())), "eu-west-1", [tableShape(STOCK) ?? {}], []);
    asked.length = 0;
    const names = Object.keys(drills) as (keyof typeof drills)[];
    // A few at a time: each is two processes.
    const next = async (): Promise<void> => {
      for (let name = names.shift(); name !== undefined; name = names.shift()) done[name] = await drills[name]();
    };
    await Promise.all(Array.from({ length: 7 }, next));
  });

  it("tells how long a client took that tries again after a reset", () => {
    const { exitCode, run } = done.reset;
    const [broken] = run.breaks;
    assert.equal(exitCode, 0);
    assert.equal(broken?.kind, "reset");
    assert.equal(broken.connections[0]?.met?.operation, "ListTables");
    assert.equal(broken.connections[0].met.wasInFlight, true);
    assert.equal(broken.connections[0].answered?.isRetry, true);
    assert.notEqual(broken.connections[0].answered.connection, broken.connections[0].connection);
    assert.equal(run.longestInterruptionMillis, broken.interruptionMillis);
    const [operation] = run.operations;
    assert.deepEqual([operation?.failed, operation?.hung, operation?.retries], [1, 0, 1]);
  });

  it("resets an idle connection with its next request", () => {
    const { exitCode, run, stderr } = done.idle;
    assert.equal(stderr.match(/^\| lost ECONNRESET$/gm)?.length, 2);
    assert.equal(exitCode, 0);
    const connections = run.breaks[0]?.connections ?? [];
    assert.equal(connections.length, 2);
    assert.ok(connections.every(({ met, answered }) => met !== null && answered?.isRetry === false));
    assert.ok(connections.some(({ met }) => met?.wasInFlight === false));
    assert.equal(run.operations[0]?.failed, 2);
  });

  it("tells when a client gave up a connection that is silent", () => {
    const { exitCode, run, model } = done.silence;
    const connection = run.breaks[0]?.connections[0];
    assert.equal(exitCode, 0);
    assert.ok((connection?.gaveUpAfterMillis ?? 0) > 0);
    assert.equal(connection?.answered?.isRetry, true);
    const [operation] = run.operations;
    assert.deepEqual([operation?.failed, operation?.hung, operation?.stillHanging], [0, 1, 0]);
    assert.ok(model.limits.some((limit) => limit.includes("not a lost packet")));
  });

  it("does both in turn, keeps new connections waiting, and denies what comes then", () => {
    const { exitCode, run, findings } = done.all;
    assert.equal(exitCode, 0);
    assert.deepEqual(
      run.breaks.slice(0, 2).map(({ kind }) => kind),
      ["reset", "silence"],
    );
    // Timers may fire a little early.
    for (const { interruptionMillis } of run.breaks.slice(0, 2)) assert.ok((interruptionMillis ?? 0) >= 90);
    assert.ok((run.denial?.requests ?? 0) > 0);
    assert.ok((run.operations[0]?.errors.AccessDeniedException ?? 0) > 0);
    assert.ok(findings["drill-denied"]);
  });

  it("finds that a client without a time-out does not reconnect", () => {
    const { exitCode, run, findings } = done.hangs;
    assert.equal(exitCode, 1);
    assert.equal(findings["drill-no-reconnect"]?.severity, "blocker");
    assert.equal(run.longestInterruptionMillis, null);
    assert.equal(run.operations[0]?.stillHanging, 1);
    assert.ok(run.longestWithoutAnswerMillis >= 500);
  });

  it("finds that a client crashed", () => {
    const { exitCode, findings, run } = done.crashes;
    assert.equal(exitCode, 1);
    assert.match(findings["drill-client-crashed"]?.evidence[0] ?? "", /^exit code 3,/);
    assert.equal(run.endedBy, "client");
  });

  it("names a client that ignores the variable, with the ways to redirect it", async () => {
    const { exitCode, findings } = done.ignores;
    assert.equal(exitCode, 2);
    const { severity, remedy } = findings["drill-no-request"] ?? {};
    assert.equal(severity, "unknown");
    assert.match(remedy ?? "", /JavaScript v2: new AWS\.DynamoDB\(\{ endpoint: .*withEndpointConfiguration/);
    const accepted = ["--accept-unknown", "drill-no-request=it is idle at night"];
    assert.equal((await drill(["--break", "reset", ...ONCE, ...accepted], client("ignores"))).exitCode, 0);
  });

  it("names a client with an endpoint of its own by where it is connected to", function () {
    if (process.platform !== "linux") this.skip();
    assert.equal(done.goesElsewhere.exitCode, 2);
    const { evidence } = done.goesElsewhere.findings["drill-no-request"] ?? {};
    assert.deepEqual(evidence, [`it is connected to ${new URL(accountUrl()).host}`]);
  });

  it("names a client that speaks TLS", () => {
    assert.equal(done.speaksTls.exitCode, 2);
    assert.deepEqual(Object.keys(done.speaksTls.findings), ["drill-client-on-tls"]);
  });

  it("tells a client that ended before a break from one that does not reconnect", () => {
    assert.equal(done.ends.exitCode, 2);
    assert.deepEqual(Object.keys(done.ends.findings), ["drill-client-ended-early"]);
  });

  it("watches what a client left behind, and ends it", function () {
    if (process.platform !== "linux") this.skip();
    const { exitCode, run, stderr } = done.daemonises;
    assert.equal(exitCode, 0);
    assert.equal(run.clientEnd?.hasLeftOthers, true);
    assert.equal(run.breaks[0]?.connections[0]?.answered?.isRetry, true);
    assert.equal(isAlive(Number(/daemon (\d+)/.exec(stderr)?.[1])), false);
  });

  it("waits for a client that needs a warm-up", () => {
    const { stderr, run } = done.warmsUp;
    assert.ok(stderr.indexOf("| warm at last") > 0);
    assert.ok(stderr.indexOf("| warm at last") < stderr.indexOf("it is at work"));
    assert.equal(run.breaks.length, 1);
  });

  it("has the tables and items that it was given, and tells what was applied twice", () => {
    const { stderr, exitCode, findings } = done.items;
    assert.match(stderr, /\| seen here/);
    assert.equal(exitCode, 0);
    assert.equal(findings["drill-added-twice"]?.severity, "medium");
  });

  it("makes a table like one of the account, of which it asks nothing but DescribeTable", () => {
    const { exitCode, run, stderr } = done.like;
    assert.equal(exitCode, 0, stderr);
    assert.ok((run.operations[0]?.answered ?? 0) > 0);
    assert.deepEqual(run.operations[0]?.errors, {});
    assert.deepEqual(
      asked.filter((each) => each.startsWith("ACCOUNTKEY")),
      ["ACCOUNTKEY DescribeTable"],
    );
  });

  it("takes another store by its URL, and leaves the tables that are there", () => {
    const { exitCode, run, stderr } = done.endpoint;
    assert.equal(exitCode, 0, stderr);
    assert.equal(run.breaks[0]?.connections[0]?.answered?.isRetry, true);
    const writes = asked.filter((each) => each.endsWith(" UpdateItem"));
    assert.deepEqual([...new Set(writes)], ["DRILLACCESSKEY UpdateItem"]);
  });

  it("loses packets in namespaces of its own, and knows what is asked on silent connections", async function () {
    const times = ["--every", "500ms", "--for", "1500ms", "--max-interruption", "1s"];
    const compare = ["--compare", `exec '${client("hangs", "2").join("' '")}'`];
    const begun = begin(["--kernel", "--json", "--break", "both", ...times, ...compare, "--", ...client("well")]);
    const { exitCode, stdout, stderr } = await begun.ended;
    if (exitCode === 2 && /--kernel(?: needs|: packets)/.test(stderr)) this.skip();
    assert.equal(exitCode, 1, stderr);
    const { runs, breaking, limits } = JSON.parse(stdout) as DrillModel;
    const operations = runs.map((run) => run.operations.map(({ operation }) => operation));
    assert.equal(breaking, "kernel");
    const silence = runs[0]?.breaks[1]?.connections[0];
    assert.ok((silence?.gaveUpAfterMillis ?? 0) > 0);
    assert.equal(silence?.answered?.isRetry, true);
    assert.deepEqual(operations, [["ListTables"], ["ListTables", "not seen"]]);
    assert.ok(!limits.some((limit) => limit.includes("lost packet")));
  });

  it("compares an SDK's defaults with the setting that helps, and goes by the second", () => {
    const { model, exitCode, run } = done.sdk;
    const [defaults, timeouts] = model.runs;
    assert.equal(exitCode, 0);
    assert.deepEqual(
      run.sdks.map(({ id }) => id),
      ["javascript-3"],
    );
    const finding = defaults?.findings.find(({ id }) => id === "drill-no-reconnect");
    assert.match(finding?.remedy ?? "", /throwOnRequestTimeout/);
    assert.match(finding?.reference ?? "", /\/aws-sdk-js-v3\/.*\/CLIENTS\.md$/);
    assert.equal(timeouts?.breaks[0]?.connections[0]?.answered?.isRetry, true);
  });

  for (const [name, outcome, id, end] of [
    ["transacts", "token", "drill-known-by-token", "counted as often: applied"],
    ["adds", "added", "drill-added-twice", "counted once more: applied"],
    ["inserts", "condition", "drill-told-it-failed", "counted 0 times: DuplicateItemException"],
  ] as const)
    it(`tells what became of a write that an SDK asked for again: ${end}`, () => {
      const { run, findings, stderr } = done[name];
      const [repeat] = run.repeats;
      assert.deepEqual([repeat?.outcome, repeat?.isCallKnown], [outcome, true], stderr);
      assert.ok(id in findings);
      const [, asked = "", counted = "", said = ""] =
        /^\| asked for (\d+) and counted (\d+) (\w+)$/m.exec(stderr) ?? [];
      const expected = { transacts: Number(asked), adds: Number(asked) + 1, inserts: 0 }[name];
      assert.equal(Number(counted), expected, stderr);
      assert.equal(said, end.split(": ")[1]);
    });

  it("is told in text on stdout, what lasts on stderr, and no argument of the client anywhere", async () => {
    const { stdout, stderr, exitCode } = await begin(["--break", "reset", ...ONCE, "--", ...client("well", "S3CRET")])
      .ended;
    assert.equal(exitCode, 0, stderr);
    for (const said of [
      /^node: \d+ requests in /,
      /^ +\d+\.\d{3} s {2}break 1, reset: 1 connection$/m,
      /its retry is answered on connection 2 after \d/,
      /^ {2}ListTables +\d+ +1 +0 +0 +1$/m,
      /^longest interruption \d+ ms: within --max-interruption 10\.0 s$/m,
    ])
      assert.match(stdout, said);
    assert.match(stderr, /s {2}break 1, reset/);
    for (const never of ["S3CRET", "\u001b"]) assert.ok(!`${stdout}${stderr}`.includes(never));
  });

  it("ends the client when it is ended, and tells what it saw", async () => {
    const begun = begin(["--json", "--every", "1m", "--for", "5m", "--", ...client("tidies")]);
    begun.process.stderr?.on("data", (text: Buffer) => {
      if (text.includes("at work")) begun.process.kill("SIGINT");
    });
    const { exitCode, stdout, stderr } = await begun.ended;
    assert.equal(exitCode, 2);
    assert.match(stderr, /^\| tidied up$/m);
    assert.equal((JSON.parse(stdout) as DrillModel).runs[0]?.endedBy, "signal");
  });

  it("ends a client by force that does not want to, at the second signal at once", async () => {
    const begun = begin(["--every", "1m", "--for", "5m", "--", ...client("stays")]);
    let pid = 0;
    for await (const line of createInterface({ input: begun.process.stderr ?? process.stdin })) {
      pid ||= Number(/client (\d+)/.exec(line)?.[1] ?? 0);
      if (line.includes("at work")) begun.process.kill("SIGINT");
      if (line.includes("the drill ends")) break;
    }
    begun.process.kill("SIGTERM");
    const [exitCode] = (await once(begun.process, "exit")) as [number];
    assert.equal(exitCode, 130);
    assert.ok(pid > 0);
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  for (const { title, args, says } of [
    { title: "a time that is none", args: ["--every", "soon"], says: /--every: "soon" is no time/ },
    { title: "too little time for a break", args: ["--for", "10s"], says: /at least --for 60s/ },
    { title: "a pattern that is none", args: ["--ready", "("], says: /--ready: "\(" is neither/ },
    {
      title: "AWS as the store",
      args: ["--endpoint", "https://dynamodb.eu-west-1.amazonaws.com"],
      says: /not for DynamoDB itself/,
    },
    {
      title: "a file that is not there",
      args: ["--tables", "/nowhere.json"],
      says: /\/nowhere\.json cannot be read: ENOENT/,
    },
    {
      title: "a table without keys",
      args: ["--tables", file("keyless.json", { TableName: "Stock" })],
      says: /keyless\.json: a table needs/,
    },
    {
      title: "another store in namespaces",
      args: ["--kernel", "--endpoint", "http://localhost:8000"],
      says: /cannot reach --endpoint/,
    },
    {
      title: "an account in namespaces",
      args: ["--kernel", "--like", "Stock"],
      says: /describe-table --table-name Stock/,
    },
    {
      title: "an unknown without a reason",
      args: ["--accept-unknown", "drill-no-request"],
      says: /"drill-no-request": write ID=REASON/,
    },
  ])
    it(`refuses ${title}`, async () => {
      const { exitCode, stderr, stdout } = await begin([...args, "--", "true"]).ended;
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, says);
      assert.equal(stdout, "");
    });

  it("is refused on Windows, with where it runs", async () => {
    const windows = file("windows.cjs", `Object.defineProperty(process, "platform", { value: "win32" });`);
    const { exitCode, stderr } = await begin(["--", "true"], MAIN, { NODE_OPTIONS: `--require ${windows}` }).ended;
    assert.equal(exitCode, 2);
    assert.match(stderr, /^error: a drill needs process groups, which Windows does not have: run it in WSL/m);
  });

  it("says why a command cannot be started", async () => {
    const { exitCode, stderr } = await begin(["--", "no-such-program"]).ended;
    assert.equal(exitCode, 2);
    assert.match(stderr, /^error: no-such-program cannot be started: spawn no-such-program ENOENT$/m);
  });
});
