import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { runInNewContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import ts from "typescript";

/** A block of TypeScript of the page, below its heading. */
interface Block {
  readonly title: string;
  readonly program: string;
}

/** What the page says that an expression yields. */
interface Claim {
  readonly expression: ts.Expression;
  readonly says: string;
}

const page = readFileSync(resolve("docs/policies.md"), "utf8");
const findingsPage = readFileSync(resolve("docs/policy-findings.md"), "utf8");
const sections = page.split(/^## /m).map((text) => ({ title: text.slice(0, text.indexOf("\n")), text }));
const blocks: readonly Block[] = sections.flatMap(({ title, text }) =>
  [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, program = ""]) => ({ title, program })),
);
/** The page says that every block continues the first one; the constants of the others are used by those below, too. */
const program = blocks.map(({ program: text }) => text).join("\n");

describe("the page of policies", () => {
  it("has a block that claims something in every section", () => {
    assert.ok(sections.length > 12);
    for (const { title } of sections.slice(1))
      assert.ok(
        blocks.some((block) => block.title === title && block.program.includes("; // → ")),
        title,
      );
  });

  it("has a program that type-checks", () => {
    const folder = resolve("node_modules/.cache/docs-policies");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "policies.ts");
    writeFileSync(file, program);
    const compiled = ts.createProgram([file], {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      module: ts.ModuleKind.Node16,
      target: ts.ScriptTarget.ES2022,
      types: ["node"],
    });
    assert.deepEqual(
      ts.getPreEmitDiagnostics(compiled).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      [],
    );
  });

  it("names sections of the page of findings that exist", () => {
    const codes = [...findingsPage.matchAll(/^### (\w+)$/gm)].map(([, code = ""]) => code);
    const links = [...page.matchAll(/\[(\w+)\]\(policy-findings\.md#(\w+)\)/g)];
    assert.ok(links.length > 8);
    for (const [, code = "", anchor = ""] of links) {
      assert.ok(codes.includes(code), code);
      assert.equal(anchor, code.toLowerCase());
    }
  });

  describe("yields what it claims:", () => {
    const yielded = new Map<string, () => unknown>();
    const claimed = claims(program);
    before(async () => {
      await pulumi.runtime.setMocks({
        newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs as object }),
        call: () => ({}),
      });
      run(withRecords(program, claimed), (key, value) => yielded.set(key, value));
    });
    after(() => pulumi.runtime.disconnect());

    for (const [i, { expression, says }] of claimed.entries()) {
      it(`${expression.getText()} → ${says}`, async () => {
        const value = yielded.get(String(i));
        assert.ok(value);
        const [, error] = /^throws (".*")$/.exec(says) ?? [];
        if (error !== undefined)
          assert.throws(value, (thrown: Error) => thrown.message.includes(JSON.parse(error) as string));
        else assert.equal(JSON.stringify(await known(value())), JSON.stringify(runInNewContext(`(${says})`)));
      });
    }
  });

  it("has no claim that is not held", () => {
    assert.equal(claims(program).length, program.split("// → ").length - 1);
  });
});

/** The statements that are an expression, each with the comment behind it. */
function claims(text: string): readonly Claim[] {
  const source = ts.createSourceFile("policies.ts", text, ts.ScriptTarget.ES2022, true);
  return source.statements.filter(ts.isExpressionStatement).flatMap((statement) => {
    const [comment] = ts.getTrailingCommentRanges(text, statement.end) ?? [];
    const [, says] = /^\/\/ → (.*)$/.exec(comment === undefined ? "" : text.slice(comment.pos, comment.end)) ?? [];
    return says === undefined ? [] : [{ expression: statement.expression, says }];
  });
}

/** The program with each expression that has a claim handed to `record` in its place. */
function withRecords(text: string, recorded: readonly Claim[]): string {
  return recorded.reduceRight((rest, { expression }, i) => {
    const [start, end] = [expression.getStart(), expression.end];
    return `${rest.slice(0, start)}record("${i}", () => ${rest.slice(start, end)})${rest.slice(end)}`;
  }, text);
}

function run(text: string, record: (key: string, value: () => unknown) => void): void {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  runInNewContext(outputText, { require: createRequire(resolve("package.json")), exports: {}, record });
}

/** The value of an Output; anything else as it is. */
function known(value: unknown): Promise<unknown> {
  return pulumi.Output.isInstance(value) ? new Promise((done) => value.apply(done)) : Promise.resolve(value);
}
