import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FAULTS } from "../../lab/faults";
import { CHECKOUT } from "./stacks";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("npm run demo", () => {
  /** Everything that the demo and what it starts may leave behind lies in here. */
  let temporary: string;
  let demo: ChildProcess;
  beforeEach(() => (temporary = realpathSync(mkdtempSync(join(tmpdir(), "demo-test-")))));
  afterEach(() => {
    demo.kill("SIGKILL");
    rmSync(temporary, { recursive: true, force: true });
  });

  const start = (...args: readonly string[]): ChildProcess => {
    const places = { TMPDIR: temporary, TEMP: temporary, TMP: temporary };
    // A cache that ts-node shares among all its users is not the demo's.
    const env = { ...process.env, ...places, DISABLE_V8_COMPILE_CACHE: "1", [MARK]: temporary };
    demo = spawn(process.execPath, ["-r", "ts-node/register", "tools/demo.ts", ...args], { cwd: CHECKOUT, env });
    return demo;
  };
  const assertNothingLeft = async (): Promise<void> => {
    assert.deepEqual(readdirSync(temporary), []);
    // A program notices that its engine is gone, and ends by itself.
    for (const deadline = Date.now() + 5_000; processesOf(temporary).length > 0 && Date.now() < deadline;)
      await sleep(50);
    assert.deepEqual(processesOf(temporary), []);
  };

  it(
    "tells what a reviewer and live clients see, also of a stage that does not " + "recover, and leaves nothing",
    async () => {
      const { code, stdout, stderr } = await ended(start());
      assert.equal(code, 0, stdout + stderr);
      const told = stdout.replace(/\s+/g, " ");
      for (const [table, stage] of [
        ["private-a", "canary"],
        ["private-b", "half"],
        ["private-c", "rest"],
      ] as const) {
        assert.match(told, new RegExp(`${table} rtb-\\w+ DynamoDB → nat-`));
        assert.match(
          told,
          new RegExp(
            `▲ 3 route tables switch to the endpoint: .* stage "${stage}": ${table} \\(rtb-\\w+\\): checked afterwards`,
          ),
        );
        assertFortune(table, stdout);
      }
      assert.match(
        told,
        /▲ 2 route tables are withdrawn from the endpoint\. .* private-b \(rtb-\w+\) private-c \(rtb-\w+\)/,
      );
      assert.match(
        told,
        /private-b the check fails: NotThroughEndpoint .* pulumi up stops with an error .*✗ .*stage "half" is switched, but not proven: NotThroughEndpoint: .*✓ private-c is untouched/,
      );
      assert.match(told, /✓ Silent: no warning, no change\./);
      assert.ok(!stdout.includes("\x1b"), "a pipe gets no colours");
      assert.ok(
        stdout.split("\n").every((line) => line.length <= 80),
        stdout,
      );
      await assertNothingLeft();
    },
  );

  it("leaves nothing when it is interrupted while the engine works", async () => {
    const child = start();
    child.stdout?.on("data", (chunk: Buffer) => {
      // The first step has been told: the engine is at the second.
      if (chunk.toString().includes("✓")) setTimeout(() => child.kill("SIGINT"), 1_000);
    });
    const { code, stdout, stderr } = await ended(child);
    assert.equal(code, 130, stdout + stderr);
    assert.doesNotMatch(stdout, /\d {2}The roll-out/);
    await assertNothingLeft();
  });

  it("refuses an option and a fault that it does not know, and shows which there are", async () => {
    const option = await ended(start("--kep"));
    assert.equal(option.code, 2);
    assert.match(option.stderr, /Unknown option '--kep'/);
    assert.match(option.stderr, /--keep {9}keeps the cloud/);
    const fault = await ended(start("--fault", "quiet-drop"));
    assert.equal(fault.code, 2);
    assert.match(fault.stderr, /There is no fault "quiet-drop"/);
    for (const { name } of FAULTS) assert.match(fault.stderr, new RegExp(`^ {2}${name}$`, "m"));
  });
});

/** The line of each event of a table's client, the row of the closing table, and that they agree. */
function assertFortune(table: string, stdout: string): void {
  const events = stdout
    .split("\n")
    .filter((line) => new RegExp(`^ +[\\d.]+ s {2}${table} `).test(line))
    .map((line) => line.replace(/^ +[\d.]+ s +\S+ +/, ""));
  const [added = "", broken = "", reconnected = "", proven = ""] = events.filter(
    (event) => !event.startsWith("the check fails"),
  );
  assert.match(added, /^EC2 adds the route to vpce-\w+$/);
  assert.match(broken, /^connection by nat-\w+ was reset$/);
  const [, interruptionMillis = ""] =
    /^reconnected through vpce-\w+ after (\d+) ms$/.exec(reconnected) ?? assert.fail(reconnected);
  assert.match(proven, /^proven: \d requests in a row took vpce-\w+$/);
  assert.match(stdout, new RegExp(`^ {4}${table} +1 +${interruptionMillis} ms +yes$`, "m"));
  assert.match(stdout, new RegExp(`^ {4}${table} +\\w+ +\\d+ ms +\\d requests$`, "m"));
}

/** In the environment of the demo and of everything that it starts. */
const MARK = "DEMO_TEST_FOLDER";

/** The processes with the mark in their environment, as far as the platform tells. */
function processesOf(folder: string): readonly string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(`${MARK}=${folder}`));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended meanwhile, or is somebody else's.
    return "";
  }
}

function ended(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
}
