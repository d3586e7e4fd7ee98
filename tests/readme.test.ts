import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ts from "typescript";
import { startLab } from "../lab/lab";
import { pagesOf } from "./docs/pages";
import { userProject } from "./engine/project";

const readme = readFileSync("README.md", "utf8");
/** The pages whose programs are whole ones; those of docs/policies.md are checked by what they yield. */
const pages = [
  readme,
  ...["reconnect-check", "component-options", "operations", "installation-configuration"].map((page) =>
    readFileSync(`docs/${page}.md`, "utf8"),
  ),
].join("\n");

/** The code blocks of one language. */
function blocks(language: string): readonly string[] {
  return [...pages.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, text = ""]) => text);
}

describe("the README, and the pages of the check, the options, the operation and the installation,", () => {
  it("has programs that compile", () => {
    const folder = resolve("node_modules/.cache/readme");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    // Of these some need plugins that are not at hand to run.
    const programs = [...blocks("ts"), ...blocks("typescript")];
    const files = programs.map((_, i) => join(folder, `program${i}.ts`));
    programs.forEach((text, i) => writeFileSync(files[i] ?? "", text));
    const compiled = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
      types: ["node"],
    });
    assert.ok(files.length > 0);
    assert.deepEqual(
      ts.getPreEmitDiagnostics(compiled).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      [],
    );
  });

  it("has programs that run, and shows what the engine prints for the first", async () => {
    const lab = await startLab();
    const project = await userProject(lab.environment, "production");
    try {
      for (const [i, program] of blocks("ts").entries()) {
        project.write(
          ts.transpileModule(program, {
            compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
          }).outputText,
        );
        const { exitCode, stdout, stderr } = await project.pulumi("preview");
        assert.equal(exitCode, 0, stdout + stderr);
        if (i === 0)
          assert.equal(comparable(stdout.slice(stdout.indexOf("Diagnostics:"))), comparable(blocks("text")[0] ?? ""));
      }
    } finally {
      await lab.stop();
      project.remove();
    }
  });

  it("shows an event that is one, and every error and property that there is", () => {
    const report = readFileSync("components/check/probe/report.ts", "utf8");
    const event = JSON.parse(blocks("json")[0] ?? "") as object;
    const [, declared = ""] = /interface ProbeEvent \{(.*?)^\}/ms.exec(report) ?? [];
    assert.deepEqual(
      Object.keys(event),
      // That of `before` is told beside it.
      [...declared.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name).filter((name) => name !== "isolated"),
    );
    const [, errors = ""] = /type ProbeErrorName =(.*?);$/ms.exec(report) ?? [];
    const properties = [...report.matchAll(/^ {2}readonly (\w+)\??:/gm)];
    const names = [...errors.matchAll(/"(\w+)"/g), ...properties].map(([, name]) => name ?? "");
    assert.ok(names.length > 20);
    assert.deepEqual(
      names.filter((name) => !new RegExp(`["\`.]${name}["\`,]`).test(pages)),
      [],
    );
  });

  it("shows in 150 lines what somebody needs to decide", () =>
    assert.ok(readme.split("\n").length <= 150, `${readme.split("\n").length} lines`));

  it("shows the long warning in full, which no other page does; one page shows that of a withdrawal", () => {
    const [, warning = ""] = /^ {4}warning: \S+ \(\S+\) (.*)$/m.exec(blocks("text")[0] ?? "") ?? [];
    const [, breaks = ""] = /: its (open TCP connections .*) No check follows\.$/.exec(warning) ?? [];
    assert.ok(breaks.length > 150, warning);
    assert.deepEqual(pagesWith(breaks), ["README.md"]);
    assert.deepEqual(pagesWith("or fails where there is no NAT gateway. DynamoDB then sees public source addresses"), [
      "examples/minimal/README.md",
    ]);
  });
});

function pagesWith(text: string): readonly string[] {
  return pagesOf()
    .filter((page) => page.text.includes(text))
    .map(({ path }) => path);
}

/** Without blanks at the ends of lines. */
function comparable(text: string): string {
  return text.replace(/[ \t]+$/gm, "").trim();
}
