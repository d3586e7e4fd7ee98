import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, isAbsolute, join } from "node:path";
import { gzipSync } from "node:zlib";

import { EngineNotFound, findEngine } from "../../tools/engine/engine";
import { ENGINE_VERSION } from "../../tools/engine/versions";
import { Machine } from "./fakes";
import { CHECKOUT, ended, eventually, isRunning, pidsIn } from "./project";

const HOSTS = ["pulumi-language-nodejs", "pulumi-language-yaml"];

describe("finding an engine", () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => {
    const touched = existsSync(join(machine.home, ".pulumi"));
    machine.remove();
    assert.ok(!touched, "the user's Pulumi home was touched");
  });

  it("takes the one on the PATH, and puts it into one folder with its language hosts", async () => {
    machine.installPulumi("v3.230.1");
    const { folder, version, origin } = await findEngine(machine.options);
    assert.deepEqual({ version, origin }, { version: "3.230.1", origin: "path" });
    assert.ok(isAbsolute(folder) && basename(folder) === "bin");
    assert.deepEqual(readdirSync(folder).sort(), ["pulumi", ...HOSTS]);
    const env = { PULUMI_HOME: machine.cacheFolder };
    assert.equal(execFileSync(join(folder, "pulumi"), { env }).toString(), "v3.230.1\n");
  });

  it("notices when the one on the PATH is upgraded", async () => {
    machine.installPulumi("v3.230.1");
    await findEngine(machine.options);
    machine.installPulumi("v3.240.12");
    assert.equal((await findEngine(machine.options)).version, "3.240.12");
  });

  it("passes over one that is too old", async () => {
    machine.installPulumi("v3.217.1");
    machine.installRelease();
    const { version, origin } = await findEngine(machine.options);
    assert.deepEqual({ version, origin }, { version: "3.259.0", origin: "download" });
  });

  it("supplies a Node language host where that alone is missing", async () => {
    machine.installPulumi("v3.259.0", ["pulumi-language-yaml"]);
    const { folder, origin } = await findEngine(machine.options);
    assert.equal(origin, "path");
    assert.match(execFileSync(join(folder, "pulumi-language-nodejs"), ["--version"]).toString(), /^\d+\.\d+\.\d+\n$/);
  });

  it("builds a YAML language host where that alone is missing", async () => {
    machine.installPulumi("v3.259.0", ["pulumi-language-nodejs"]);
    machine.installGo();
    const { folder, origin } = await findEngine(machine.options);
    assert.equal(origin, "path");
    assert.ok(existsSync(join(folder, "pulumi-language-yaml")));
    assert.deepEqual(machine.log, ["build pulumi-language-yaml"]);
  });

  it("downloads once what is pinned, without the user's access token", async () => {
    machine.installRelease();
    machine.environment.PULUMI_ACCESS_TOKEN = "pul-secret";
    const first = await findEngine(machine.options);
    const second = await findEngine(machine.options);
    assert.deepEqual(second, first);
    assert.equal(first.origin, "download");
    const archive = `pulumi-v3.259.0-${process.platform}-${process.arch}.tar.gz`;
    assert.deepEqual(machine.log, [`curl https://get.pulumi.com/releases/sdk/${archive} token=undefined`]);
    const [entry = ""] = entriesOf(machine);
    assert.deepEqual(readdirSync(join(machine.cacheFolder, entry)), ["bin"]);
  });

  it("downloads what has its commands in a folder more, as for Windows", async () => {
    machine.installRelease("v3.259.0", undefined, "pulumi/bin");
    const { folder } = await findEngine(machine.options);
    assert.deepEqual(readdirSync(folder).sort(), ["pulumi", ...HOSTS]);
    const [entry = ""] = entriesOf(machine);
    assert.deepEqual(readdirSync(join(machine.cacheFolder, entry)), ["bin"]);
  });

  it("builds once where the download is not reachable, and does not ask for it again", async () => {
    machine.installOfflineCurl();
    machine.installGo();
    const first = await findEngine(machine.options);
    const second = await findEngine(machine.options);
    assert.deepEqual(second, first);
    assert.equal(first.origin, "build");
    assert.deepEqual(machine.log, ["curl", "build pulumi pulumi-language-yaml"]);
  });

  for (const { title, release, reason } of [
    {
      title: "that ends before its end",
      release: () => machine.installRelease("v3.259.0", (archive) => archive.subarray(0, -1)),
      reason: /tar\.gz is not what is pinned: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}\n/,
    },
    {
      title: "of something else",
      release: () => machine.installRelease("v3.259.0", () => gzipSync("something else")),
      reason: /tar\.gz is not what is pinned: its SHA-256 is/,
    },
    {
      title: "of another version",
      release: () => machine.installRelease("v3.258.0"),
      reason: /the pulumi that was made says to be 3\.258\.0, not 3\.259\.0\n/,
    },
    {
      title: "that nothing is pinned for",
      release: () => {
        machine.installRelease();
        writeFileSync(machine.options.checksumsFile, `${"0".repeat(64)}  pulumi-v3.259.0-plan9-x64.tar.gz\n`);
      },
      reason: /checksums\.txt has no checksum of pulumi-v3\.259\.0-\S+\.tar\.gz\n/,
    },
  ]) {
    it(`keeps nothing of a download ${title}, and builds instead`, async () => {
      release();
      await assert.rejects(findEngine(machine.options), reason);
      assert.deepEqual(entriesOf(machine), []);
      machine.installGo();
      assert.equal((await findEngine(machine.options)).origin, "build");
    });
  }

  it("has a checksum of the archives of its version for Linux and macOS, and of no other", () => {
    const lines = readFileSync(join(CHECKOUT, "tools", "engine", "checksums.txt"), "utf8")
      .trim()
      .split("\n");
    const pinned = lines.flatMap((line) => (line.startsWith("#") ? [] : [line.replace(/^[0-9a-f]{64} {2}/, "")]));
    const platforms = ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"];
    assert.deepEqual(
      pinned.sort(),
      platforms.map((platform) => `pulumi-v${ENGINE_VERSION}-${platform}.tar.gz`),
    );
  });

  it("keeps nothing of a build of another version", async () => {
    machine.installGo("", "go1.26.0", "v3.258.0");
    await assert.rejects(findEngine(machine.options), /built with Go: the pulumi that was made says to be 3\.258\.0/);
    assert.deepEqual(entriesOf(machine), []);
  });

  it("keeps nothing of a build that fails", async () => {
    machine.installGo(
      `writeFileSync(folder + "pulumi", "half"); console.error("link: no space left"); process.exit(1);`,
    );
    await assert.rejects(findEngine(machine.options), /built with Go: link: no space left/);
    assert.deepEqual(entriesOf(machine), []);
    machine.installGo();
    assert.equal((await findEngine(machine.options)).origin, "build");
  });

  describe("when nothing works", () => {
    const messageOf = async (): Promise<string> => {
      const error = await findEngine(machine.options).then(
        () => assert.fail("an engine was found"),
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof EngineNotFound);
      return error.message;
    };

    it("names what was tried, why each failed and what to install", async () => {
      assert.equal(
        await messageOf(),
        [
          "No Pulumi engine could be found or made:",
          "  - installed: pulumi is not installed",
          `  - downloaded (pulumi 3.259.0): ${machine.options.checksumsFile} has no checksum of ` +
            `pulumi-v3.259.0-${process.platform}-${process.arch}.tar.gz`,
          "  - built with Go: Go is not installed (1.25.11 or later is needed)",
          "Install the Pulumi CLI 3.218.0 or later (https://www.pulumi.com/docs/install/),",
          "or Go 1.25.11 or later (https://go.dev/dl/), with which the engine is built from source.",
        ].join("\n"),
      );
    });

    it("gives the cause that each tool named, in one line", async () => {
      machine.installPulumi("v3.100.0");
      machine.installOfflineCurl();
      machine.installGo("", "go1.19.13");
      const message = await messageOf();
      assert.match(message, /installed: \S+pulumi is too old: 3\.100\.0 \(3\.218\.0 or later is needed\)\n/);
      assert.match(message, /downloaded \(pulumi 3\.259\.0\): curl: \(6\) Could not resolve host\n/);
      assert.match(message, /built with Go: Go 1\.19\.13 is too old \(1\.25\.11 or later is needed\)\n/);
    });
  });

  describe("with several processes", () => {
    const find = (): ChildProcess => findInAnotherProcess(machine);

    it("builds once when two start together", async () => {
      machine.installGo("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);");
      const [left, right] = await Promise.all([ended(find()), ended(find())]);
      assert.equal(left.code, 0, left.stderr);
      assert.equal(right.stdout, left.stdout);
      assert.deepEqual(machine.log, ["build pulumi pulumi-language-yaml"]);
    });

    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      it(`takes nothing half-made for an engine, and is not held up, after ${signal} during a build`, async () => {
        const pidFile = join(machine.folder, "go.pid");
        const hang =
          `writeFileSync(folder + "pulumi", "half"); writeFileSync(${JSON.stringify(pidFile)}, ` +
          "String(process.pid));";
        machine.installGo(`${hang} setInterval(() => {}, 1000); return;`);
        const first = find();
        const end = ended(first);
        const [compiler = 0] = await pidsIn(pidFile);
        first.kill(signal);
        await end;
        if (signal === "SIGTERM") {
          await eventually("the compiler has ended", () => !isRunning(compiler), 5);
          assert.deepEqual(entriesOf(machine), []);
        } else process.kill(compiler);
        machine.installGo();
        const started = Date.now();
        const { folder } = await findEngine(machine.options);
        assert.ok(Date.now() - started < 3_000);
        assert.equal(execFileSync(join(folder, "pulumi")).toString(), "v3.259.0\n");
        assert.equal(entriesOf(machine).length, 1);
      });
    }
  });
});

/** Builds, downloads and what is left of them. */
function entriesOf(machine: Machine): readonly string[] {
  return readdirSync(machine.cacheFolder).filter((name) => name !== "home");
}

function findInAnotherProcess(machine: Machine): ChildProcess {
  const program = `
    for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
    const { findEngine } = require("./tools/engine/engine");
    const { silently } = require("./tools/engine/progress");
    findEngine({ ...JSON.parse(process.argv[1]), progress: silently }).then((engine) => console.log(engine.folder));`;
  const options = JSON.stringify({ ...machine.options, progress: undefined });
  return spawn(process.execPath, ["--require", "ts-node/register", "--eval", program, options], { cwd: CHECKOUT });
}
