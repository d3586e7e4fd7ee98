import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

import { handler } from "../../components/check/probe/handler";
import { startDynamoDb } from "./dynamoDb";
import { ENVIRONMENT, eventOf, setEnvironment } from "./invocations";

const CHECKOUT = join(__dirname, "..", "..");
const SDK = join("node_modules", "@aws-sdk", "client-dynamodb");

describe("the probe's function", () => {
  const event = eventOf("before", "Stock");
  for (const unknown of [
    undefined,
    null,
    "before",
    7,
    [],
    { ...event, version: 2 },
    { ...event, phase: "later" },
    { ...event, table: "" },
    { ...event, vpcEndpointId: 7 },
  ]) {
    it(`does not understand ${JSON.stringify(unknown)}`, async () => {
      const context = { getRemainingTimeInMillis: () => 1000 };
      await assert.rejects(handler(unknown, context), { name: "UnknownEvent", stack: "" });
    });
  }

  it("says of an isolated route table that nothing answers, and of others nothing of the kind", async () => {
    const server = await startDynamoDb();
    const restore = setEnvironment({ ...ENVIRONMENT, AWS_ENDPOINT_URL_DYNAMODB: server.url });
    const context = { getRemainingTimeInMillis: () => 10_000 };
    const asked = (phase: "before" | "after", more: object): Promise<object> =>
      handler({ ...eventOf(phase, "Stock"), watch: undefined, ...more }, context);
    try {
      server.scenarios.set("Stock", () => "reset");
      const isolated = await asked("before", { isolated: true });
      server.scenarios.set("Stock", () => "allow");
      const [open, gate] = [await asked("before", {}), await asked("after", {})];
      assert.deepEqual(
        [isolated, open, gate].map((report) => ["isolated" in report && report.isolated, "watch" in report]),
        [
          [true, false],
          [false, false],
          [false, false],
        ],
      );
      // Nothing is open that would hold the function.
      for (let rounds = 40; rounds > 0 && (await server.connections()) > 0; rounds--) await delay(50);
      assert.equal(await server.connections(), 0);
    } finally {
      restore();
      await server.stop();
    }
  });

  it("runs as it is built, over TLS, where only the SDK can be found, and leaves nothing running", async () => {
    const certificate = join(__dirname, "localhost.pem");
    const server = await startDynamoDb({ pem: readFileSync(certificate) });
    server.scenarios.set("Stock", () => "allow");
    const folder = mkdtempSync(join(tmpdir(), "probe-"));
    try {
      cpSync(join(CHECKOUT, "dist", "components", "check", "probe"), folder, { recursive: true });
      mkdirSync(join(folder, SDK, ".."), { recursive: true });
      symlinkSync(join(CHECKOUT, SDK), join(folder, SDK));
      const invocation =
        "require('./handler').handler(JSON.parse(process.argv[1]), { getRemainingTimeInMillis: () => 600000 })" +
        ".then((report) => console.log(JSON.stringify(report)))";
      // It ends with its answer, or not before somebody ends it.
      const env = {
        ...ENVIRONMENT,
        PROBE_TIMEOUT_SECONDS: "600",
        NODE_EXTRA_CA_CERTS: certificate,
        AWS_ENDPOINT_URL_DYNAMODB: server.url,
      };
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["-e", invocation, JSON.stringify(eventOf("after", "Stock"))],
        { cwd: folder, env, timeout: 60_000 },
      );
      const { provenRequests, connections } = JSON.parse(stdout) as {
        provenRequests: number;
        connections: { remoteAddress: string; answeredRequests: number }[];
      };
      assert.equal(provenRequests, 3);
      assert.deepEqual(
        connections.map(({ remoteAddress, answeredRequests }) => ({ remoteAddress, answeredRequests })),
        Array(3).fill({ remoteAddress: `127.0.0.1:${server.port}`, answeredRequests: 1 }),
      );
    } finally {
      rmSync(folder, { recursive: true });
      await server.stop();
    }
  });
});
