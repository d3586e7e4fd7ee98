import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import ts from "typescript";
import { buildSdkGenerator } from "../../tools/engine/build";
import { findCommand, run } from "../../tools/engine/commands";
import { findEngine } from "../../tools/engine/engine";
import { CHECKOUT } from "../../tools/provider/process";
import { generateSdk, type SdkCommand } from "../../tools/provider/sdk";
import { snippets } from "./snippets";

const GO_MODULE = "example.com/pulumi-dynamodb-endpoint/sdk/go";

describe("the package that Pulumi's CLI generates", () => {
  const folder = mkdtempSync(join(tmpdir(), "generated-test-"));
  // An engine that was built left the generators' modules behind, compiled. Elsewhere, with Go or without, they would
  // be hundreds of megabytes to download.
  before(async function () {
    if ((await findEngine()).origin !== "build" || findCommand("go", process.env) === undefined) this.skip();
    this.timeout(1_800_000);
    await buildSdkGenerator();
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const command of ["add", "gen-sdk"] as const satisfies readonly SdkCommand[]) {
    it(`for Go is what the example and the pages are written for (${command})`, async () => {
      const project = join(folder, command);
      const sdk = join(project, "sdks", "dynamodb-endpoint");
      await generateSdk("go", command, sdk);
      // Only `add` writes a module; the other leaves that to whoever publishes it.
      if (command === "gen-sdk") writeFileSync(join(sdk, "go.mod"), `module ${GO_MODULE}\n\ngo 1.25\n`);
      for (const [i, { program }] of snippets("go").entries()) write(join(project, `program${i}`, "main.go"), program);
      writeGoModule(project);
      // Compiles without linking. The packages of the SDK are in Go's cache since the engine was built, under these
      // flags.
      const check = ["list", "-export", "-mod=readonly", "-buildvcs=false", "-trimpath", "./..."];
      const environment = { ...process.env, CGO_ENABLED: "0" };
      assert.deepEqual(
        (await run("go", check, { environment, folder: project, timeoutSeconds: 170 })).split("\n").length,
        snippets("go").length,
      );
    });
  }

  it("for Go is in the module that the example takes from sdks/", () => {
    const module = /^module (.*)$/m.exec(
      readFileSync(join(folder, "add", "sdks", "dynamodb-endpoint", "go.mod"), "utf8"),
    )?.[1];
    assert.equal(module, GO_MODULE);
    assert.match(
      readFileSync(join(CHECKOUT, "examples/go/go.mod"), "utf8"),
      new RegExp(`^replace ${GO_MODULE} => ./sdks/dynamodb-endpoint$`, "m"),
    );
  });

  it("for TypeScript takes what the npm package takes", async () => {
    const project = join(folder, "typescript");
    await generateSdk("nodejs", "add", join(project, "sdk"));
    symlinkSync(join(CHECKOUT, "node_modules"), join(project, "node_modules"), "junction");
    const programs = ["docs/_index.md", "docs/reconnect-check.md"].map((page, i) => {
      const file = join(project, `program${i}.ts`);
      const [, program = assert.fail(`${page} has no program`)] =
        /^```ts\n(.*?)^```$/ms.exec(readFileSync(join(CHECKOUT, page), "utf8")) ?? [];
      write(file, program);
      return file;
    });
    assert.deepEqual(typeErrors(project, programs), []);
  });
});

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** The example's go.mod, in the versions that the engine is built from: they are downloaded and compiled already. */
function writeGoModule(project: string): void {
  const engine = readFileSync(join(CHECKOUT, "tools/engine/go.mod"), "utf8");
  const requirements = engine.replace(/^module .*/, "module dynamodb-endpoint-go").replace(/^tool \([^)]*\)\n/m, "");
  const link = `\nrequire ${GO_MODULE} v0.0.0\n\nreplace ${GO_MODULE} => ./sdks/dynamodb-endpoint\n`;
  writeFileSync(join(project, "go.mod"), requirements + link);
  cpSync(join(CHECKOUT, "tools/engine/go.sum"), join(project, "go.sum"));
}

function typeErrors(project: string, files: readonly string[]): readonly string[] {
  const example = join(CHECKOUT, "examples/minimal");
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(example, "tsconfig.json"), (path) => readFileSync(path, "utf8")).config,
    ts.sys,
    example,
  );
  const paths = { "pulumi-dynamodb-endpoint": [join(project, "sdk", "index.ts")] };
  const program = ts.createProgram(files, { ...options, paths, rootDir: project, noEmit: true });
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, start, messageText }) =>
        `${file?.fileName ?? ""}:${start ?? 0} ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}
