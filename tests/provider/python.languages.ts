import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewPreview } from "../../cli/review/judge/reviewPreview";
import { readDigest } from "../../cli/review/read/digest";
import { startLab } from "../../lab/lab";
import { findCommand, run } from "../../tools/engine/commands";
import { engineEnvironment, findEngine } from "../../tools/engine/engine";
import { CHECKOUT } from "../../tools/provider/process";
import { generateSdk } from "../../tools/provider/sdk";
import { network, switchedTables } from "../../tools/rehearsal/network";
import { pluginArchive } from "../../tools/release/artifacts";
import { snippets } from "./snippets";

/** Kept: what pip installs takes a minute. */
const CACHE = join(CHECKOUT, "node_modules", ".cache");
const PULUMI = ["pulumi>=3.231,<4", "semver", "parver"];
/** It is no Go module, and so not built with the engine; a Pulumi that is installed has it. */
const HOST = "pulumi-language-python";

describe("the package that Pulumi's CLI generates for Python", () => {
  const folder = mkdtempSync(join(tmpdir(), "python-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const command = (name: string, ...args: string[]): Promise<string> =>
    run(name, args, { environment: { ...process.env, MYPYPATH: join(folder, "sdk") }, folder, timeoutSeconds: 170 });
  /** A virtual environment of this name with these packages. */
  const python = async (name: string, packages: readonly string[]): Promise<string> => {
    const environment = join(CACHE, name);
    if (!existsSync(environment)) {
      await command("python3", "-m", "venv", environment);
      await command(join(environment, "bin", "pip"), "install", "--quiet", ...packages);
    }
    return environment;
  };

  it("is what the example and the pages are written for, by mypy", async () => {
    await generateSdk("python", "add", join(folder, "sdk"));
    const mypy = join(await python("python", [...PULUMI, "mypy"]), "bin", "mypy");
    // What is wrong within the generated package is Pulumi's affair.
    for (const [i, { where, program }] of snippets("python").entries()) {
      writeFileSync(join(folder, `program${i}.py`), program);
      assert.match(await command(mypy, "--follow-imports=silent", `program${i}.py`), /^Success/, where);
    }
  });

  it("is added from the plugin's archive, and switches the route tables of the example", async function () {
    if (findCommand(HOST, process.env) === undefined) {
      console.log(`      no Python program is run: ${HOST} is not on the PATH, as it is where Pulumi is installed`);
      this.skip();
    }
    const lab = await startLab();
    try {
      const net = await network(lab, ["private-a", "private-b"]);
      const project = join(folder, "project");
      mkdirSync(project);
      // The generated package goes into it.
      const virtualenv = await python("python-program", PULUMI);
      writeProject(project, virtualenv);
      const environment = {
        ...engineEnvironment(await findEngine(), join(folder, "engine")),
        ...lab.environment,
        // The host is found on the PATH.
        PULUMI_IGNORE_AMBIENT_PLUGINS: "false",
      };
      const pulumi = (...args: string[]): Promise<string> =>
        run("pulumi", ["--non-interactive", ...args], { environment, folder: project, timeoutSeconds: 170 });
      const version = await installedPlugin(pulumi, join(folder, "archive"));
      await pulumi("package", "add", `dynamodb-endpoint@${version}`);
      await pulumi("stack", "init", "dev");
      const values = {
        vpcId: net.vpcId,
        privateA: net.routeTables["private-a"],
        privateB: net.routeTables["private-b"],
      };
      await pulumi("config", "set-all", ...settings({ ...values, throughStage: "canary" }));
      assert.match(
        await pulumi("preview"),
        /warning: private-a \(rtb-\w+\) switches to the endpoint in stage "canary"/,
      );
      const preview = readDigest("preview.json", await pulumi("preview", "--json", "--show-sames"));
      assert.deepEqual(
        reviewPreview(preview).switches.map((each) => [each.name, each.direction, each.stage, each.isAnnounced]),
        [["private-a", "switch", "canary", true]],
      );
      await pulumi("up", "--yes", "--skip-preview");
      assert.deepEqual(switchedTables(lab, net), ["private-a"]);
      const outputs = JSON.parse(await pulumi("stack", "output", "--json")) as Record<string, unknown>;
      assert.deepEqual(Object.keys(outputs).sort(), ["associationIds", "mayWrite", "vpcEndpointId"]);
      assert.deepEqual(Object.keys(outputs.associationIds as object), ["private-a"]);
    } finally {
      await lab.stop();
    }
  });
});

/** The example as a project of somebody who has not added the package yet. */
function writeProject(project: string, virtualenv: string): void {
  const runtime = { name: "python", options: { toolchain: "pip", virtualenv } };
  writeFileSync(join(project, "Pulumi.yaml"), JSON.stringify({ name: "python-program", runtime }));
  writeFileSync(join(project, "requirements.txt"), `${PULUMI[0]}\n`);
  copyFileSync(join(CHECKOUT, "examples", "python", "__main__.py"), join(project, "__main__.py"));
}

/** Installs the plugin from the archive of the release. */
async function installedPlugin(pulumi: (...args: string[]) => Promise<string>, folder: string): Promise<string> {
  mkdirSync(folder);
  pluginArchive(CHECKOUT, folder);
  const [archive = ""] = readdirSync(folder);
  const [, version = ""] = /-v(\d.*)\.tar\.gz$/.exec(archive) ?? [];
  await pulumi("plugin", "install", "resource", "dynamodb-endpoint", version, "--file", join(folder, archive));
  return version;
}

function settings(values: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(values).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
}
