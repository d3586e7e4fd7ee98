import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { CHECKOUT, type Ended, ended, temporaryFolder, writeAt } from "./project";

const LOCK_FILE = (version: string): string =>
  JSON.stringify({ packages: { "": {}, "node_modules/typescript": { version } } });

/** Logs that it ran, and installs what the lock file names: a compiler and a bundler. */
const FAKE_NPM = `
const fs = require("node:fs");
fs.appendFileSync("log", "npm " + process.argv.slice(2).join(" ") + "\\n");
console.log("npm noise");
const locks = process.env.XDG_CACHE_HOME + "/pulumi-dynamodb-endpoint/ready";
fs.writeFileSync("locks", (fs.statSync(locks).mode & 0o777).toString(8) + " " + fs.readdirSync(locks).length);
if (fs.existsSync("npm-fails")) { console.error("E404 no such package"); process.exit(1); }
fs.rmSync("node_modules", { recursive: true, force: true });
fs.mkdirSync("node_modules/typescript/bin", { recursive: true });
const { packages } = JSON.parse(fs.readFileSync("package-lock.json"));
delete packages[""];
fs.writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
fs.copyFileSync("fake-tsc.js", "node_modules/typescript/bin/tsc");
fs.mkdirSync("node_modules/esbuild/bin", { recursive: true });
fs.copyFileSync("fake-esbuild.js", "node_modules/esbuild/bin/esbuild");`;

const FAKE_TSC = `
const fs = require("node:fs");
fs.appendFileSync("log", "tsc\\n");
fs.mkdirSync("dist");
if (fs.existsSync("tsc-fails")) { console.log("index.ts(1,1): error TS1005"); process.exit(2); }`;

const FAKE_ESBUILD = `
const fs = require("node:fs");
fs.appendFileSync("log", "esbuild\\n");
fs.writeFileSync("dist/index.js", "");`;

const FAKE_BUNDLE = `
import { appendFileSync } from "node:fs";
appendFileSync("log", "bundle\\n");`;

const FAKE_CLI_BUNDLE = `
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
mkdirSync("cli/dist", { recursive: true });
writeFileSync("cli/dist/main.js", "");
appendFileSync("log", "bundleCli\\n");`;

const BUILD = ["tsc", "esbuild", "bundle", "bundleCli"];

describe("making a clone ready", () => {
  let clone: string;
  beforeEach(() => {
    clone = temporaryFolder();
    for (const file of ["ready.mjs", "engine/lock.cjs", "engine/npm.cjs", "engine/userFolder.cjs"]) {
      cpSync(join(CHECKOUT, "tools", file), join(clone, "tools", file));
    }
    write("package-lock.json", LOCK_FILE("6.0.3"));
    write("tsconfig.build.json", "{}");
    write("index.ts", "export {};");
    write("components/endpoint.ts", "export {};");
    write("provider/main.ts", "export {};");
    write("cli/main.ts", "export {};");
    write("tools/bundle.mjs", FAKE_BUNDLE);
    write("tools/bundleCli.mjs", FAKE_CLI_BUNDLE);
    write("fake/npm-cli.js", FAKE_NPM);
    write("fake-tsc.js", FAKE_TSC);
    write("fake-esbuild.js", FAKE_ESBUILD);
  });
  afterEach(() => rmSync(clone, { recursive: true, force: true }));

  const write = (file: string, content = ""): void => writeAt(join(clone, file), content);
  const start = (): ChildProcess =>
    spawn(process.execPath, [join(clone, "tools", "ready.mjs")], {
      env: {
        ...process.env,
        npm_execpath: join(clone, "fake", "npm-cli.js"),
        XDG_CACHE_HOME: join(clone, "cache"),
        TMPDIR: join(clone, "shared"),
      },
    });
  const ready = (): Promise<Ended> => ended(start());
  const log = (): string[] => readFileSync(join(clone, "log"), "utf8").trim().split("\n");
  const INSTALL = "npm ci --no-audit --no-fund";

  it("installs and builds a fresh one, with a line on stderr for each", async () => {
    const { code, stdout, stderr } = await ready();
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, /^Installing packages: done in \d+\.\d s\nBuilding dist: done in \d+\.\d s\n$/);
    assert.deepEqual(log(), [INSTALL, ...BUILD]);
  });

  it("is silent and does nothing when nothing is to do: a README is no source", async () => {
    await ready();
    write("components/README.md");
    assert.deepEqual(await ready(), { code: 0, stdout: "", stderr: "" });
    assert.deepEqual(log(), [INSTALL, ...BUILD]);
  });

  for (const { title, change, expected } of [
    {
      title: "installs again when the lock file asks for something else",
      change: () => write("package-lock.json", LOCK_FILE("6.0.4")),
      expected: [INSTALL, ...BUILD],
    },
    {
      title: "installs again when node_modules is gone",
      change: () => rmSync(join(clone, "node_modules"), { recursive: true }),
      expected: [INSTALL, ...BUILD],
    },
    {
      title: "builds again when dist is gone",
      change: () => rmSync(join(clone, "dist"), { recursive: true }),
      expected: BUILD,
    },
    {
      title: "builds again when a source changed",
      change: () => utimesSync(join(clone, "index.ts"), 1, 1),
      expected: BUILD,
    },
    {
      title: "builds again when the compiler's settings changed",
      change: () => write("tsconfig.json", "{}"),
      expected: BUILD,
    },
    {
      title: "builds again when a source is gone",
      change: () => rmSync(join(clone, "components/endpoint.ts")),
      expected: BUILD,
    },
  ]) {
    it(title, async () => {
      await ready();
      write("dist/left-over.js");
      change();
      assert.equal((await ready()).code, 0);
      assert.deepEqual(log(), [INSTALL, ...BUILD, ...expected]);
      assert.ok(!existsSync(join(clone, "dist/left-over.js")), "dist was not emptied");
    });
  }

  it("accepts packages that were installed by hand", async () => {
    await ready();
    rmSync(join(clone, "node_modules/.ready.json"));
    await ready();
    assert.deepEqual(log(), [INSTALL, ...BUILD, ...BUILD]);
  });

  it("shows npm's own words when the installation fails", async () => {
    write("npm-fails");
    const { code, stderr } = await ready();
    assert.equal(code, 1);
    assert.match(stderr, /^Installing packages failed after \d+\.\d s:\nnpm noise\nE404 no such package\n$/);
  });

  it("shows the compiler's words when the build fails, and builds again the next time", async () => {
    write("tsc-fails");
    const { code, stderr } = await ready();
    assert.equal(code, 1);
    assert.match(stderr, /Building dist failed after \d+\.\d s:\nindex\.ts\(1,1\): error TS1005\n$/);
    assert.ok(!existsSync(join(clone, "dist")));
    rmSync(join(clone, "tsc-fails"));
    assert.equal((await ready()).code, 0);
  });

  it("is held up by nothing that lies in the folder that all users share", async () => {
    mkdirSync(join(clone, "shared"));
    assert.equal((await ready()).code, 0);
    assert.equal(readFileSync(join(clone, "locks"), "utf8"), "700 1");
    assert.deepEqual(readdirSync(join(clone, "shared")), []);
  });

  it("says what is wrong with the folder that the lock would lie in", async () => {
    mkdirSync(join(clone, "cache"));
    symlinkSync(clone, join(clone, "cache", "pulumi-dynamodb-endpoint"));
    const { code, stderr } = await ready();
    assert.equal(code, 1);
    assert.equal(
      stderr,
      `${join(clone, "cache", "pulumi-dynamodb-endpoint")} cannot be used: it is a symbolic link, which leads wherever ` +
        "whoever made it likes; set XDG_CACHE_HOME to a folder of your own\n",
    );
    assert.ok(!existsSync(join(clone, "log")), "went on without a lock");
  });

  it("installs once when two start together", async () => {
    const ends = await Promise.all([ready(), ready()]);
    assert.deepEqual(
      ends.map((end) => end.code),
      [0, 0],
    );
    assert.deepEqual(log(), [INSTALL, ...BUILD]);
  });
});
