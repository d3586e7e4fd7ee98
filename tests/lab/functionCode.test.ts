import * as assert from "node:assert/strict";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startLab } from "../../lab/lab";
import { archivedFiles } from "../../lab/provider/archives";
import { REGION } from "./network";
import { createFunction, type Invoked, invokeFunction, functionRole, trafficLab } from "./trafficNetwork";

/** Every outcome that Lambda tells apart, chosen by the event. */
const OUTCOMES = `
  class NotThroughEndpoint extends Error { name = "NotThroughEndpoint"; }
  exports.handler = async ({ ask, stack }) => {
    switch (ask) {
      case "error": { const error = new NotThroughEndpoint("no"); if (stack !== undefined) error.stack = stack; throw error; }
      case "text": throw "a text";
      case "crash": setTimeout(() => { throw new TypeError("late"); }); return new Promise(() => {});
      case "exit": process.exit(3);
      case "hang": return new Promise(() => {});
      case "id": return process.pid;
    }
  };`;

describe("the code of a function", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-functions-"));
  const stateFile = join(folder, "state.jsonl");
  const on = trafficLab({ stateFile });
  after(() => rmSync(folder, { recursive: true }));
  before(async () => {
    await functionRole(on, "dynamodb:DescribeTable", "logs:*");
    await on.region.logs.createLogGroup({ logGroupName: "/checks" });
    await createFunction(on, "outcomes", OUTCOMES);
  });
  const invoke = (functionName: string, event: unknown = {}): Promise<Invoked> =>
    invokeFunction(on, functionName, event);
  const error = async (event: unknown): Promise<unknown> => {
    const { functionError, result } = await invoke("outcomes", event);
    assert.equal(functionError, "Unhandled");
    return result;
  };

  it("runs with the SDK, its role and its network interface, stays warm, and is logged", async () => {
    const source = `
      const { DynamoDB } = require("@aws-sdk/client-dynamodb");
      const client = new DynamoDB({});
      let invocations = 0;
      exports.handler = async (event, context) => {
        console.log("asked for", process.env.TABLE);
        const { Table } = await client.describeTable({ TableName: process.env.TABLE });
        const { functionName, memoryLimitInMB } = context;
        return { event, functionName, memoryLimitInMB, status: Table.TableStatus, invocations: ++invocations, left: context.getRemainingTimeInMillis() > 1000 };
      };`;
    await createFunction(on, "warm", source, { environment: { TABLE: "stock" } });
    const answer = { event: { a: 1 }, functionName: "warm", memoryLimitInMB: "256", status: "ACTIVE", left: true };
    assert.deepEqual((await invoke("warm", { a: 1 })).result, { ...answer, invocations: 1 });
    assert.deepEqual((await invoke("warm", { a: 1 })).result, { ...answer, invocations: 2 });
    const last = on.lab.traffic.requests.at(-1);
    assert.deepEqual([last?.functionName, last?.subnetId], ["warm", on.net.a.subnetId]);
    assert.match(last?.principalArn ?? "", /:assumed-role\/functions\/warm$/);
    const events = await on.region.logs.filterLogEvents({ logGroupName: "/checks" });
    assert.deepEqual(
      events.map(({ message }) => message),
      ["asked for stock", "asked for stock"],
    );
    await on.region.lambda.updateFunctionConfiguration({
      ...(await on.region.lambda.getFunction({ functionName: "warm" })),
      timeout: 6,
    });
    assert.deepEqual(
      (await invoke("warm", { a: 1 })).result,
      { ...answer, invocations: 1 },
      "a change needs a new environment",
    );
  });

  it("fails in Lambda's words", async () => {
    assert.deepEqual(await error({ ask: "error", stack: "" }), {
      errorType: "NotThroughEndpoint",
      errorMessage: "no",
      trace: [""],
    });
    const { trace } = (await error({ ask: "error" })) as { trace: string[] };
    assert.equal(trace[0], "NotThroughEndpoint: no");
    assert.deepEqual(await error({ ask: "text" }), { errorType: "string", errorMessage: "a text", trace: [] });
    assert.match(JSON.stringify(await error({ ask: "crash" })), /"TypeError","errorMessage":"late"/);
    assert.match(
      JSON.stringify(await error({ ask: "exit" })),
      /"Runtime.ExitError".*Runtime exited with error: exit status 3/,
    );
    await createFunction(on, "missing", `require("@smithy/no-part-of-the-runtime")`);
    assert.match(JSON.stringify(await invoke("missing")), /Runtime.ImportModuleError.*Cannot find module/);
    await createFunction(on, "named", `exports.other = 1`);
    assert.match(
      JSON.stringify(await invoke("named")),
      /Runtime.HandlerNotFound.*index.handler is undefined or not exported/,
    );
    await createFunction(on, "python", `-`, { runtime: "python3.13" });
    await assert.rejects(invoke("python"), {
      code: "NotServedByTheLab",
      message: /cannot run the function python: .* not of python3.13/,
    });
  });

  it("is ended when its time is over, and a new environment takes the next event", async () => {
    await createFunction(on, "hanging", OUTCOMES, { timeout: 0.2 });
    const first = (await invoke("hanging", { ask: "id" })).result;
    assert.match(
      JSON.stringify(await invoke("hanging", { ask: "hang" })),
      /Sandbox.Timedout.*Task timed out after 0.20 seconds/,
    );
    assert.throws(() => process.kill(first as number, 0), { code: "ESRCH" });
    assert.notEqual((await invoke("hanging", { ask: "id" })).result, first);
  });

  it("has one event at a time in an environment", async () => {
    const ids = await Promise.all([invoke("outcomes", { ask: "id" }), invoke("outcomes", { ask: "id" })]);
    assert.equal(new Set(ids.map(({ result }) => result)).size, 2);
  });

  it("comes back with the state file, as do the tables, and ends with the lab", async () => {
    const copy = join(folder, "copy.jsonl");
    copyFileSync(stateFile, copy);
    const again = await startLab({ stateFile: copy });
    const { lambda } = again.cloud.region(REGION);
    const { payload } = await lambda.invoke({ functionName: "warm", payload: "{}" });
    assert.match(payload, /"status":"ACTIVE","invocations":1/);

    const { payload: id } = await lambda.invoke({ functionName: "outcomes", payload: '{"ask":"id"}' });
    const interrupted = lambda.invoke({ functionName: "outcomes", payload: '{"ask":"hang"}' });
    // The lab asks first whether its caller may: only then does the function run.
    await sleep(100);
    await again.stop();
    assert.match((await interrupted).payload, /Runtime.ExitError/);
    assert.throws(() => process.kill(Number(id), 0), { code: "ESRCH" }, "no process is left");
  });

  it("is read from texts, files and folders of an archive", () => {
    const lib = join(folder, "lib");
    mkdirSync(join(lib, "deep"), { recursive: true });
    writeFileSync(join(lib, "deep", "b.js"), "b");
    const archive = {
      assets: { "a.js": { text: "a" }, "c.js": { path: join(lib, "deep", "b.js") }, lib: { path: lib } },
    };
    assert.deepEqual(Object.fromEntries(archivedFiles(archive, "")), {
      "a.js": "a",
      "c.js": "b",
      "lib/deep/b.js": "b",
    });
    assert.throws(() => [...archivedFiles({ path: join(folder, "none.zip") }, "")], /finds nothing at/);
    assert.throws(() => [...archivedFiles({ path: join(lib, "deep", "b.js") }, "")], /does not unpack/);
  });
});
