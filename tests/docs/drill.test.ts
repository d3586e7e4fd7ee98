import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { seconds } from "../../cli/drill/report/words";
import { pageWithTable, type Row } from "../../tools/drill/table";
import { drill } from "../cli/drills";
import { anchorsOf } from "./pages";

const PAGE = readFileSync("docs/drill.md", "utf8");
const REPORT = join("cli", "drill", "report");

/** The block of code of a language, as it stands in the page. */
function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(PAGE)?.[1] ?? "";
}

describe("the page of the drill", function () {
  this.timeout(60_000);

  it("has a section for each finding", () => {
    const text = readFileSync(join(REPORT, "findings.ts"), "utf8");
    const ids = [...new Set(text.match(/"drill-[a-z-]+"/g))].map((id) => JSON.parse(id) as string);
    assert.ok(ids.length > 10);
    const sections = anchorsOf(PAGE).filter((anchor) => anchor.startsWith("drill-"));
    assert.deepEqual([...sections].sort(), [...ids].sort());
  });

  it("has every option of the command, and none besides", () => {
    const options = [...readFileSync("cli/program.ts", "utf8").matchAll(/(?<=function drill[^]*)"(--[a-z-]+)/g)];
    const known = options.map(([, option]) => option);
    assert.ok(known.length > 12);
    const shown = [...PAGE.matchAll(/`(--[a-z-]+)/g)].map(([, option]) => option);
    for (const option of shown) assert.ok(known.includes(option), option);
    for (const option of known) assert.ok(option === "--no-color" || shown.includes(option), option);
  });

  it("has a client and a table that work as it says", async () => {
    const folder = mkdtempSync(join(tmpdir(), "drill-page-"));
    try {
      symlinkSync(resolve("node_modules"), join(folder, "node_modules"), "junction");
      const [tables, worker] = [join(folder, "stock.json"), join(folder, "worker.js")];
      writeFileSync(tables, block("json"));
      writeFileSync(worker, block("js"));
      const times = ["--every", "500ms", "--for", "1500ms", "--max-interruption", "10s"];
      const { exitCode, run } = await drill(["--tables", tables, ...times], [process.execPath, worker]);
      assert.equal(exitCode, 0);
      assert.deepEqual(
        run.breaks.slice(0, 2).map(({ kind, connections }) => [kind, connections[0]?.answered?.isRetry]),
        [
          ["reset", true],
          ["silence", true],
        ],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has a table of all SDKs that have a worker", () => {
    const rows = PAGE.split("\n").filter((line) => /^\| .* \| (?:defaults|set) \|/.test(line));
    assert.ok(readdirSync(join("tools", "drill", "clients")).length >= rows.length / 2);
    assert.equal(rows.length, 10);
    const run = { breaks: [{ watchedMillis: 90_000 }], longestInterruptionMillis: null };
    const made = pageWithTable(PAGE, [
      { name: "SDK", version: "1", timeouts: false, reset: run, silence: run } as unknown as Row,
    ]);
    assert.match(made, /^\| SDK \| 1 \| defaults \| no answer in 1 min 30 s \| no answer in 1 min 30 s \|$/m);
    assert.equal(pageWithTable(made, []).includes("| SDK | 1 |"), false);
  });

  it("says times as people do", () => {
    assert.deepEqual([12.4, 3000, 125_000].map(seconds), ["12 ms", "3.0 s", "2 min 5 s"]);
  });
});
