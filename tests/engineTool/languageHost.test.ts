import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";

import { type Engine, findEngine } from "../../tools/engine/engine";
import { Project, ended, eventually, isRunning, pidsIn, temporaryFolder } from "./project";

/** A machine without an engine builds one first. */
const ENGINE_TIMEOUT_MILLIS = 30 * 60_000;

const JAVASCRIPT = `
const pulumi = require("@pulumi/pulumi");
const config = new pulumi.Config();
console.log("printed to stdout");
console.error("printed to stderr");
new pulumi.Stash("name", { input: config.require("name") });
module.exports = {
  name: config.require("name"),
  token: config.requireSecret("token"),
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
  organization: pulumi.getOrganization(),
  parallel: process.env.PULUMI_NODEJS_PARALLEL,
  dryRun: pulumi.runtime.isDryRun(),
};`;

const TYPESCRIPT = `
import * as pulumi from "@pulumi/pulumi";
interface Where { readonly folder: string; readonly root: string }
const where: Where = { folder: process.cwd(), root: pulumi.runtime.getProject() };
export const folder: string = where.folder;
export const execArguments: readonly string[] = process.execArgv;`;

/** Unchecked, as the SDK offers it: the checks are its own, and take seconds. */
const TYPESCRIPT_CONFIG = JSON.stringify({
  compilerOptions: { noCheck: true, module: "node16", target: "es2022", types: ["node"], rootDir: "." },
});

const PROJECT = {
  "Pulumi.yaml": "name: tiny\nruntime: { name: nodejs, options: { typescript: false } }\n",
  "package.json": "{}",
};

/** Blocked, so that it cannot notice by itself that the engine is gone. */
const WAITS_FOREVER = (pidFile: string): string => `
require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, process.pid + " " + process.ppid);
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

describe("the Node language host, driven by the engine", () => {
  const folder = temporaryFolder();
  let engine: Engine;
  const projects: Project[] = [];
  const project = async (files: Record<string, string>): Promise<Project> => {
    const created = new Project(engine, { ...PROJECT, ...files });
    projects.push(created);
    const { code, stderr } = await created.pulumi("stack", "init", "dev");
    assert.equal(code, 0, stderr);
    return created;
  };

  before(async function () {
    this.timeout(ENGINE_TIMEOUT_MILLIS);
    engine = await engineWithoutNodeHost(folder);
  });
  after(() => {
    for (const each of projects) each.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  describe("a JavaScript program with configuration", () => {
    let tiny: Project;
    before(async () => {
      tiny = await project({ "index.js": JAVASCRIPT });
      await tiny.pulumi("config", "set-all", "--plaintext", "name=world", "--secret", "token=s3cret");
    });

    it("previews as a dry run and shows what the program prints", async () => {
      const { code, stdout } = await tiny.pulumi("preview", "--json");
      assert.equal(code, 0, stdout);
      const { steps, diagnostics } = JSON.parse(stdout) as {
        steps: { op: string; urn: string; newState: { outputs?: Record<string, unknown> } }[];
        diagnostics: { message: string }[];
      };
      assert.deepEqual(
        steps.map((step) => step.op),
        ["create", "create"],
      );
      const printed = diagnostics.map((diagnostic) => diagnostic.message.trim()).filter((line) => line !== "");
      assert.deepEqual(printed.sort(), ["printed to stderr", "printed to stdout"]);
      assert.doesNotMatch(stdout, /s3cret/);
    });

    it("updates with its configuration, its secret and the given parallelism", async () => {
      const { code, stdout } = await tiny.pulumi("up", "--yes", "--skip-preview", "--parallel", "3");
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /s3cret/);
      const expected = {
        name: "world",
        token: "[secret]",
        project: "tiny",
        stack: "dev",
        organization: "organization",
        parallel: "3",
        dryRun: false,
      };
      assert.deepEqual(await tiny.outputs(), expected);
      assert.deepEqual(await tiny.outputs("--show-secrets"), { ...expected, token: "s3cret" });
    });

    it("is described by `pulumi about`", async () => {
      const { code, stdout } = await tiny.pulumi("about", "--json");
      assert.equal(code, 0);
      const { runtime } = JSON.parse(stdout) as { runtime: { language: string; executable: string; version: string } };
      assert.equal(runtime.language, "nodejs");
      assert.equal(runtime.version, process.version);
    });

    it("leaves the user's home alone", () => assert.deepEqual(readdirSync(tiny.userHome), []));
  });

  it(
    "runs TypeScript from the folder that `main` names, with the Node arguments " + "that the project asks for",
    async () => {
      const typescript = await project({
        "Pulumi.yaml": [
          "name: tiny",
          "main: examples/minimal",
          "runtime: { name: nodejs, options: { nodeargs: --no-deprecation --title='two words', packagemanager: npm } }",
        ].join("\n"),
        "examples/minimal/package.json": JSON.stringify({ main: "index.ts" }),
        "examples/minimal/tsconfig.json": TYPESCRIPT_CONFIG,
        "examples/minimal/index.ts": TYPESCRIPT,
      });
      const { code, stdout } = await typescript.pulumi("up", "--yes", "--skip-preview");
      assert.equal(code, 0, stdout);
      assert.doesNotMatch(stdout, /warning/i);
      assert.deepEqual(await typescript.outputs(), {
        folder: join(typescript.folder, "examples", "minimal"),
        execArguments: ["--no-deprecation", "--title=two words"],
      });
    },
  );

  it("refuses runtime options of the wrong type or value", async () => {
    const wrong = await project({ "index.js": "" });
    for (const { options, expected } of [
      { options: "typescript: sometimes", expected: /runtime option typescript must be a boolean/ },
      { options: "packagemanager: cargo", expected: /packagemanager must be one of .*, got "cargo"/ },
    ]) {
      wrong.write("Pulumi.yaml", `name: tiny\nruntime: { name: nodejs, options: { ${options} } }\n`);
      const { code, stdout, stderr } = await wrong.pulumi("preview");
      assert.notEqual(code, 0);
      assert.match(stdout + stderr, expected);
    }
  });

  it(
    "shows the message of a RunError without a stack, and the exit code of a program " + "that fails without a word",
    async () => {
      const failing = await project({
        // With TypeScript: without it the SDK's report of an error takes Node 20 half a minute (util.inspect with
        // colors).
        "Pulumi.yaml": "name: tiny\nruntime: nodejs\n",
        "index.js": `throw new (require("@pulumi/pulumi").RunError)("the table is not there");`,
      });
      const reported = await failing.pulumi("preview");
      assert.notEqual(reported.code, 0);
      assert.match(reported.stdout, /the table is not there/);
      assert.doesNotMatch(reported.stdout, /^\s+at /m);
      assert.doesNotMatch(reported.stdout, /exit code/);

      failing.write("Pulumi.yaml", PROJECT["Pulumi.yaml"]);
      failing.write("index.js", "process.exit(3)");
      const silent = await failing.pulumi("preview");
      assert.notEqual(silent.code, 0);
      assert.match(silent.stdout, /exited with non-zero exit code: 3/);
    },
  );

  for (const { title, signal } of [
    { title: "a killed engine", signal: "SIGKILL" },
    { title: "an interrupted engine", signal: "SIGINT" },
  ] as const) {
    it(`${title} leaves neither the program nor its host running`, async () => {
      const pidFile = join(folder, `${signal}.pid`);
      const endless = await project({ "index.js": WAITS_FOREVER(pidFile) });
      const engineProcess = endless.start("preview");
      const engineEnd = ended(engineProcess);
      const processes = await pidsIn(pidFile);
      assert.equal(processes.length, 2);
      assert.ok(processes.every(isRunning));
      engineProcess.kill(signal);
      await eventually("program and host have ended", () => !processes.some(isRunning), 8);
      await engineEnd;
    });
  }

  it("says what is missing when a command needs Pulumi's own Node language host", async () => {
    const tiny = await project({ "index.js": "" });
    const { code, stdout, stderr } = await tiny.pulumi("install");
    assert.notEqual(code, 0);
    assert.match(stdout + stderr, /installDependencies needs Pulumi's own Node language host/);
  });
});

/** The engine as it would be on a machine whose Pulumi came without its Node language host: with ours. */
async function engineWithoutNodeHost(folder: string): Promise<Engine> {
  const complete = await findEngine();
  const installed = join(folder, "installed");
  mkdirSync(installed);
  copyFileSync(join(complete.folder, "pulumi"), join(installed, "pulumi"));
  symlinkSync(join(complete.folder, "pulumi-language-yaml"), join(installed, "pulumi-language-yaml"));
  const otherFolders = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((each) => !existsSync(join(each, "pulumi-language-nodejs")));
  const environment = { ...process.env, PATH: [installed, ...otherFolders].join(delimiter) };
  const engine = await findEngine({ environment, assemblyFolder: join(folder, "assembly") });
  assert.equal(engine.origin, "path");
  return engine;
}
