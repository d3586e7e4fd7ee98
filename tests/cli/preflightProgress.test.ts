import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { Progress } from "../../cli/preflight/progress";
import { type Lab, startLab } from "../../lab/lab";
import { findCommand } from "../../tools/engine/commands";
import { REGION } from "../lab/network";

const ERASE = "\r\u001b[K";

describe("the progress of preflight", () => {
  describe("on a stream", () => {
    const progressOf = (isTTY: boolean, { columns = 80, isQuiet = false } = {}) => {
      const written: string[] = [];
      const write = (each: string | Uint8Array): boolean => written.push(String(each)) > 0;
      return { written, progress: new Progress({ isTTY, columns, write }, isQuiet) };
    };
    const read = (progress: Progress): void => {
      progress.say("reading: a");
      progress.announce("7 tables: two calls each");
      progress.say("reading: b");
      progress.end();
      progress.end();
    };
    const { TERM } = process.env;
    afterEach(() => {
      if (TERM === undefined) delete process.env.TERM;
      else process.env.TERM = TERM;
    });

    it("is one line of a terminal, erased before a line that stays, and once at the end", () => {
      process.env.TERM = "xterm";
      const { progress, written } = progressOf(true);
      read(progress);
      const line = `${ERASE}reading: a${ERASE}7 tables: two calls each\n${ERASE}reading: b${ERASE}`;
      assert.equal(written.join(""), line);
    });

    it("is cut to the terminal's width, of which some say nothing", () => {
      process.env.TERM = "xterm";
      for (const [columns, length] of [
        [20, 19],
        [0, 79],
      ] as const) {
        const { progress, written } = progressOf(true, { columns });
        progress.say("x".repeat(200));
        assert.equal(written.join(""), `${ERASE}${"x".repeat(length)}`);
      }
    });

    it("has on a dumb terminal the lines that stay, and nothing that would have to be erased", () => {
      process.env.TERM = "dumb";
      const { progress, written } = progressOf(true);
      read(progress);
      assert.equal(written.join(""), "7 tables: two calls each\n");
    });

    it("is not there for a file, or who wants it quiet", () => {
      for (const { progress, written } of [progressOf(false), progressOf(true, { isQuiet: true })]) {
        read(progress);
        assert.deepEqual(written, []);
      }
    });
  });

  describe("on a terminal of its own", () => {
    const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-terminal-"));
    const terminal = join(folder, "terminal");
    let lab: Lab;
    before(async function () {
      const isHere = process.platform === "linux" && findCommand("go", process.env) !== undefined;
      if (!isHere && process.env.CI === undefined) this.skip();
      // Where Go has built nothing yet, it begins with its own packages.
      this.timeout(120_000);
      const build = ["build", "-o", terminal, resolve(__dirname, "terminal.go")];
      [lab] = await Promise.all([startLab({ scenario: "three-zones" }), promisify(execFile)("go", build)]);
    });
    after(async () => {
      await (lab as Lab | undefined)?.stop();
      rmSync(folder, { recursive: true });
    });

    /** The command line itself, with 60 columns to write into. */
    async function shown(environment: Readonly<Record<string, string>>, ...args: readonly string[]) {
      const noFile = join(folder, "no-such-file");
      const child = spawn(terminal, ["60", process.execPath, resolve("cli/dist/main.js"), "preflight", ...args], {
        env: {
          PATH: process.env.PATH,
          ...{ TERM: "xterm", AWS_REGION: REGION, AWS_ACCESS_KEY_ID: "anybody", AWS_SECRET_ACCESS_KEY: "any" },
          ...{ AWS_CONFIG_FILE: noFile, AWS_SHARED_CREDENTIALS_FILE: noFile, AWS_EC2_METADATA_DISABLED: "true" },
          AWS_ENDPOINT_URL: lab.environment.AWS_ENDPOINT_URL,
          ...environment,
        },
      });
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { stdout, lines: stderr.split(ERASE) };
    }

    it("says what is read, is gone before the report, and is not in it", async () => {
      const { stdout, lines } = await shown({ NO_COLOR: "1" });
      assert.match(stdout, /^vpc-\w+ can be switched in 3 stages/);
      for (const each of ["\u001b", "reading"]) assert.ok(!stdout.includes(each));
      const said = lines.slice(1, -1);
      assert.ok(said.length > 10, String(said.length));
      for (const each of said) assert.match(each, /^(reading: [a-z0-9]+:\w+|\d+ tables: two calls each\r\n$)/);
      assert.equal(lines.at(-1), "", "nothing is left on the line");
      assert.ok(said.every((each) => each.trimEnd().length < 60));
    });

    it("is gone before the line that says why nothing was judged", async () => {
      const { stdout, lines } = await shown({ TERM: "xterm" }, "--vpc", "vpc-0123456789abcdef0", "--region", REGION);
      assert.equal(stdout, "");
      assert.match(lines[1] ?? "", new RegExp(`^reading ${REGION}: \\w+:\\w+, call 1$`));
      assert.match(lines.at(-1) ?? "", /^[^\r]*vpc-0123456789abcdef0[^\r]*\r\n$/);
    });
  });
});
