import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { promisify } from "node:util";
import { startLab } from "../../lab/lab";
import { npm, output } from "./commands";

const CHECKOUT = resolve(__dirname, "..", "..");

/** Of all bundles together, with all commands. */
const MOST_BYTES = 8 * 1024 * 1024;

/** Says on stderr, when the process ends, which files it has loaded. */
const RECORDER = `
process.on("exit", () => {
  const loaded = Object.keys(require.cache).filter((file) => file !== __filename);
  process.stderr.write("\\nloaded " + JSON.stringify(loaded));
});`;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: object;
  readonly peerDependencies?: object;
  readonly optionalDependencies?: object;
}

interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

describe("the npm package of the command line", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cli-package-test-")));
  const project = join(folder, "project");
  const installed = join(project, "node_modules", "pulumi-dynamodb-endpoint-cli");
  let files: readonly string[];

  before(async () => {
    const packing = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
    const [packed] = JSON.parse(await npm(join(CHECKOUT, "cli"), ...packing)) as [
      { filename: string; files: readonly { path: string }[] },
    ];
    files = packed.files.map(({ path }) => path);
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), "{}");
    writeFileSync(join(folder, "recorder.cjs"), RECORDER);
    // Offline: what would have to be fetched beside it fails here.
    await npm(
      project,
      "install",
      "--offline",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      join(folder, packed.filename),
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const cli = (...args: readonly string[]): Ended => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(installed, "dist", "main.js"), ...args], {
      cwd: project,
      encoding: "utf8",
      input: "",
    });
    return { exitCode: status, stdout, stderr };
  };
  /** The names of the files that a run loads. */
  const loadedBy = (...args: readonly string[]): readonly string[] => {
    const main = join(installed, "dist", "main.js");
    const recorded = ["--require", join(folder, "recorder.cjs"), main, ...args];
    const { stderr } = spawnSync(process.execPath, recorded, { cwd: project, encoding: "utf8", input: "" });
    const [, json = "null"] = /\nloaded (.*)$/.exec(stderr) ?? [];
    return (JSON.parse(json) as readonly string[]).map((file) => basename(file)).sort();
  };
  const commands = (): readonly string[] => {
    const [, listed = ""] = /^Commands:\n((?: +.*\n)+)/m.exec(cli("--help").stdout) ?? [];
    return [...listed.matchAll(/^ {2}(\w+) /gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
  };

  it("has the bundles, what they are made of, and nothing else", () => {
    // What asks a service of AWS is a file of its own: AWS's SDK is most of it.
    const asking = readdirSync(join(CHECKOUT, "cli", "dist")).filter((name) => /^preflight\.\w+\.js$/.test(name));
    const readers = asking.map((name) => name.replace(/\.js$/, ""));
    const parts = ["main", "liveTables", "exportOrganization", "reviewAccess"];
    const bundles = [...parts, ...readers, ...commands()].map((name) => `dist/${name}.js`);
    assert.ok(bundles.length > 2, bundles.join());
    for (const needed of ["package.json", "dist/LICENSE", "dist/LICENSES.txt", ...bundles])
      assert.ok(files.includes(needed), needed);
    assert.deepEqual(files.filter((file) => /\.[cm]?[jt]s$/.test(file)).sort(), [...bundles].sort());
    assert.deepEqual(
      files.filter((file) => !/^(?:package\.json|README\.md|dist\/[\w.]+)$/.test(file)),
      [],
    );
  });

  it("needs nothing installed beside it", () => {
    const { dependencies, peerDependencies, optionalDependencies } = manifestIn(installed);
    assert.deepEqual({ ...dependencies, ...peerDependencies, ...optionalDependencies }, {});
    const modules = readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."));
    assert.deepEqual(modules, ["pulumi-dynamodb-endpoint-cli"]);
  });

  it("is smaller than 8 MB", () => {
    const bytes = files.reduce((sum, file) => sum + statSync(join(installed, file)).size, 0);
    assert.ok(bytes < MOST_BYTES, String(bytes));
  });

  it("is as package managers, bundlers and Node expect it", async () => {
    const publint = join(CHECKOUT, "node_modules", "publint", "src", "cli.js");
    const args = [publint, "run", installed, "--strict", "--pack", "false"];
    assert.match(await output(process.execPath, args, project), /All good!/);
  });

  it("has its licence, and those of what is bundled, by name and version", () => {
    const read = (file: string): string => readFileSync(join(installed, "dist", file), "utf8");
    assert.equal(read("LICENSE"), readFileSync(join(CHECKOUT, "LICENSE"), "utf8"));
    const bundled = JSON.parse(read("bundled.json")) as readonly string[];
    assert.ok(bundled.includes("node_modules/commander"), bundled.join());
    const licences = read("LICENSES.txt");
    for (const each of bundled) {
      const { name, version } = manifestIn(join(CHECKOUT, each));
      assert.ok(licences.includes(`${name} ${version} (`), name);
    }
  });

  it("has the version of the components' package, and says it", () => {
    const { version } = manifestIn(CHECKOUT);
    assert.equal(manifestIn(installed).version, version);
    for (const option of ["--version", "-V"])
      assert.deepEqual(cli(option), { exitCode: 0, stdout: `${version}\n`, stderr: "" });
  });

  it("is a command of the project that installs it", async () => {
    const name = process.platform === "win32" ? "dynamodb-endpoint.cmd" : "dynamodb-endpoint";
    const said = await output(join(project, "node_modules", ".bin", name), ["--version"], project);
    assert.equal(said, `${manifestIn(CHECKOUT).version}\n`);
  });

  it("loads the entry alone for help, the version and mistakes, and a command's file when it is called", () => {
    for (const args of [
      ["--help"],
      ["--version"],
      ["help", "review"],
      ["review", "--help"],
      ["reviw"],
      ["review", "--jsn"],
    ])
      assert.deepEqual(loadedBy(...args), ["main.js"], args.join(" "));
    assert.deepEqual(loadedBy("review", "no-such-preview.json"), ["main.js", "review.js"]);
  });

  it("says whose permission flips by facts that were written down, and loads nothing of AWS for it", () => {
    const asked = ["access", "--vpc", "vpc-0a1b2c3d", "--facts", "no-such-folder"];
    assert.deepEqual(loadedBy(...asked), ["access.js", "main.js"]);
    const { exitCode, stdout, stderr } = cli(...asked);
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, /^error: --facts no-such-folder: .*\n$/);
    const schemas = files.filter((file) => /schema\.json$/.test(file));
    for (const name of ["access", "accessPlan"]) assert.ok(schemas.includes(`dist/${name}.schema.json`), name);
  });

  it("asks AWS by itself, and loads the services that it asks", async () => {
    const lab = await startLab();
    const { vpcId } = await lab.cloud.region("us-east-1").ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
    const keys = { AWS_ACCESS_KEY_ID: "anybody", AWS_SECRET_ACCESS_KEY: "any", AWS_REGION: "us-east-1" };
    const main = join(installed, "dist", "main.js");
    const args = ["--require", join(folder, "recorder.cjs"), main, "preflight", "--checks", "R1", "--json"];
    const env = { ...process.env, ...lab.environment, ...keys };
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: project, env });
      const { vpcs } = JSON.parse(stdout) as { readonly vpcs: readonly { readonly vpcId: string }[] };
      assert.deepEqual(
        vpcs.map((vpc) => vpc.vpcId),
        [vpcId],
      );
      const [, json = "null"] = /\nloaded (.*)$/.exec(stderr) ?? [];
      const loaded = (JSON.parse(json) as readonly string[]).map((file) => basename(file)).sort();
      assert.deepEqual(loaded, ["main.js", "preflight.ec2.js", "preflight.js", "preflight.sts.js"]);
    } finally {
      await lab.stop();
    }
  });

  it("has a help for each command, with an example of it", () => {
    for (const name of commands()) {
      const { exitCode, stdout, stderr } = cli(name, "--help");
      assert.deepEqual([exitCode, stderr], [0, ""], name);
      assert.match(stdout, new RegExp(`\nExamples?:\n(?:.*\n)*  \\$ .*dynamodb-endpoint ${name}\\b`), name);
      assert.deepEqual(cli("help", name), { exitCode, stdout, stderr }, name);
    }
  });

  it("says in its help what it ends with", () => {
    const { exitCode, stdout } = cli("--help");
    assert.equal(exitCode, 0);
    for (const code of [0, 1, 2]) assert.match(stdout, new RegExp(`^Exit codes:\n(?:.*\n)*  ${code}  \\S`, "m"));
  });

  for (const { args, says } of [
    { args: ["reviw"], says: /unknown command 'reviw'\n\(Did you mean review\?\)/ },
    { args: ["help", "reviw"], says: /'reviw' is invalid [^]*\breview\b/ },
    { args: ["--versoin"], says: /unknown option '--versoin'\n\(Did you mean --version\?\)/ },
    { args: ["review", "--fail-onn", "any"], says: /unknown option '--fail-onn'\n\(Did you mean --fail-on\?\)/ },
    { args: ["review", "--fail-on", "any"], says: /'any' is invalid\. Allowed choices are never, unannounced, / },
    { args: ["review", "--json", "--markdown"], says: /'--markdown' cannot be used with option '--json'/ },
  ])
    it(`refuses \`${args.join(" ")}\` and says what there is`, () => {
      const { exitCode, stdout, stderr } = cli(...args);
      assert.deepEqual([exitCode, stdout], [2, ""]);
      assert.match(stderr, says);
      assert.match(stderr, /--help tells more/);
    });

  it("says what it can do where it is asked for nothing", () => {
    const { exitCode, stdout, stderr } = cli();
    assert.deepEqual([exitCode, stdout], [2, ""]);
    assert.match(stderr, /^Usage: dynamodb-endpoint /);
  });
});
