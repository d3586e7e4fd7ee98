import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineEnvironment, findEngine, type Engine } from "../../tools/engine/engine";
import { CHECKOUT, startProvider } from "../../tools/provider/process";
import { pluginArchive } from "../../tools/release/artifacts";

interface Named {
  readonly version: string;
}

const { version } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as Named;

describe("the plugin's archive", function () {
  this.timeout(5 * 60_000);
  const folder = mkdtempSync(join(tmpdir(), "plugin-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const archive = join(folder, `pulumi-resource-dynamodb-endpoint-v${version}.tar.gz`);
  let engine: Engine;
  before(async () => {
    engine = await findEngine();
    pluginArchive(CHECKOUT, folder);
  });

  it("is small, and the same each time", () => {
    assert.ok(statSync(archive).size < 5 * 1024 * 1024, String(statSync(archive).size));
    const again = join(folder, "again");
    mkdirSync(again);
    pluginArchive(CHECKOUT, again);
    assert.deepEqual(readdirSync(again), [`pulumi-resource-dynamodb-endpoint-v${version}.tar.gz`]);
    assert.deepEqual(readFileSync(join(again, readdirSync(again)[0] as string)), readFileSync(archive));
  });

  it("serves without a package beside it, with the code of the check's functions", async () => {
    const unpacked = join(folder, "unpacked");
    mkdirSync(unpacked);
    execFileSync("tar", ["--extract", "--gzip", "--file", archive, "--directory", unpacked]);
    const provider = await startProvider(unpacked);
    assert.equal(await provider.schema(), readFileSync(join(CHECKOUT, "schema.json"), "utf8"));
    const answer = await provider.construct("dynamodb-endpoint:index:GatewayEndpoint", { vpcId: "subnet-1" });
    await provider.abandon();
    assert.match(JSON.stringify(answer), /is not the id of a VPC/);
    const resolved = `process.stdout.write(require("node:module").createRequire(${JSON.stringify(
      join(unpacked, "dist", "provider", "main.js"),
    )}).resolve("#probe/handler.js"))`;
    assert.ok(execFileSync(process.execPath, ["--eval", resolved], { encoding: "utf8" }).endsWith("handler.js"));
  });

  it("is installed by the CLI, and then added to a program by its name and version", () => {
    const project = join(folder, "project");
    mkdirSync(project);
    writeFileSync(join(project, "Pulumi.yaml"), "name: project\nruntime: yaml\n");
    const env = engineEnvironment(engine, join(folder, "home"));
    const pulumi = (...args: readonly string[]): string =>
      execFileSync("pulumi", ["--non-interactive", ...args], { cwd: project, env, encoding: "utf8", stdio: "pipe" });
    pulumi("plugin", "install", "resource", "dynamodb-endpoint", version, "--file", archive);
    pulumi("package", "add", `dynamodb-endpoint@${version}`);
    assert.match(readFileSync(join(project, "Pulumi.yaml"), "utf8"), /dynamodb-endpoint: dynamodb-endpoint@/);
    assert.match(
      pulumi("package", "get-schema", `dynamodb-endpoint@${version}`),
      /"dynamodb-endpoint:index:RouteRollout"/,
    );
  });

  it("asks for the version of the aws provider that the documentation names", () => {
    const aws = JSON.parse(readFileSync(join(CHECKOUT, "node_modules/@pulumi/aws/package.json"), "utf8")) as Named;
    const page = readFileSync(join(CHECKOUT, "docs", "installation-configuration.md"), "utf8");
    assert.ok(page.includes(`ask for version ${aws.version} of the \`aws\` provider`));
    assert.ok(readFileSync(join(CHECKOUT, "dist/provider/main.js"), "utf8").includes(`version: "${aws.version}"`));
  });
});
