import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reference, REFERENCE_FILE } from "../../tools/schema/reference";
import { CHECKOUT } from "../../tools/provider/process";
import { snippets } from "./snippets";
import { unknownWords, wordsOf, type Language } from "./vocabulary";

const LANGUAGES = ["python", "go", "csharp", "java", "yaml"] as const;

/** A parser of the language, as a command that says nothing of files that it can read; where the machine has it. */
const PARSERS: Partial<Record<Language, { readonly file: string; readonly command: readonly string[] }>> = {
  python: {
    file: "program.py",
    command: ["python3", "-c", "import ast, sys; [ast.parse(open(each).read()) for each in sys.argv[1:]]"],
  },
  go: { file: "program.go", command: ["gofmt", "-l"] },
  java: { file: "App.java", command: ["java", join(__dirname, "Parse.java")] },
};

const text = (path: string): string => readFileSync(join(CHECKOUT, path), "utf8");

describe("programs in other languages", () => {
  const folder = mkdtempSync(join(tmpdir(), "languages-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const language of LANGUAGES) {
    for (const { where, program } of snippets(language)) {
      it(`${where} uses what the package has`, () => {
        const words = wordsOf(language, program);
        if (where.startsWith("examples/"))
          assert.ok(
            words.names.length >= 3 && words.members.length >= 9 && words.choices.length === 1,
            JSON.stringify(words),
          );
        assert.deepEqual(unknownWords(language, words), []);
      });
    }

    it(`${language} programs are in the pages, too`, () => assert.ok(snippets(language).length > 1));

    const parser = PARSERS[language];
    if (parser === undefined) continue;
    it(`the ${language} programs can be parsed`, async function () {
      const files = snippets(language).map(({ program }, i) => {
        mkdirSync(join(folder, language, String(i)), { recursive: true });
        const file = join(folder, language, String(i), parser.file);
        writeFileSync(file, program);
        return file;
      });
      const [command = "", ...args] = parser.command;
      const said = await printed(command, [...args, ...files]);
      if (said === undefined) this.skip();
      assert.equal(said, "");
    });
  }

  it("are told by what the package does not have", () => {
    const misspelt = (snippets("go")[0]?.program ?? "")
      .replace("ThroughStage:", "ThroughStep:")
      .replace("RolloutStageArgs{", "StageArgs{")
      .replace("TableAccessReadWrite", "TableAccessEverything");
    assert.deepEqual(unknownWords("go", wordsOf("go", misspelt)), [
      "StageArgs",
      "ThroughStep",
      "TableAccessEverything",
    ]);
  });

  it("have a reference that is made from the schema", () =>
    assert.equal(text("docs/api.md"), reference(), `${REFERENCE_FILE} is stale: run \`npm run schema\``));
});

/** What a command prints; `undefined` where the machine does not have it. */
function printed(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((done) => {
    execFile(command, args, (error, stdout, stderr) =>
      done(error?.code === "ENOENT" ? undefined : stdout + (error === null ? "" : stderr || error.message)),
    );
  });
}
