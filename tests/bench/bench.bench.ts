import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../tools/bench/report";
import { bench } from "./command";

describe("npm run bench", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("measures both variants, which deploy the same resources, and judges nothing by a single run", async () => {
    const file = join(folder, "figures.json");
    const { exitCode, stdout, stderr } = await bench("main.ts", "--quick", "--json", file);
    assert.equal(exitCode, 0, stderr);
    const report = JSON.parse(readFileSync(file, "utf8")) as Report;

    assert.deepEqual(report.deployed, [{ tables: 10, resources: 13 }]);
    assert.deepEqual(report.planned, [{ tables: 2, resources: 17 }]);
    assert.deepEqual(report.operations.map(({ operation, tables, repetitions }) => [operation, tables, repetitions]), [
      ["preview", 10, 1],
      ["up", 10, 1],
      ["unchanged preview", 10, 1],
      ["preview with gates", 2, 1],
    ]);
    for (const { seconds, programCpuSeconds, programPeakMebibytes, enginePeakMebibytes } of report.operations) {
      for (const quantity of [seconds, programCpuSeconds, programPeakMebibytes]) {
        assert.ok([quantity.component, quantity.byHand, quantity.times].every(({ median }) => median > 0));
      }
      if (process.platform === "linux") assert.ok((enginePeakMebibytes?.byHand.median ?? 0) > 0);
    }
    assert.ok(report.imports.millis.byHand.median > 0);
    assert.deepEqual(report.targets.map(({ reached }) => reached), Array(7).fill(null));
    for (const said of [/^time of the command, in seconds$/m, /^ {2}unchanged preview +10 +1 /m, /^targets$/m, /preview, 100 route tables .* not measured$/m]) {
      assert.match(stdout, said);
    }
  });

  it("explains its options", async () => {
    const { exitCode, stdout } = await bench("main.ts", "--help");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^npm run bench/);
  });

  it("refuses an option that it does not know, and a file that it cannot write, before it measures", async () => {
    const unknown = await bench("main.ts", "--slow");
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /Unknown option '--slow'[^]*npm run bench/);
    const unwritable = await bench("main.ts", "--json", join(folder, "missing", "figures.json"));
    assert.equal(unwritable.exitCode, 1);
    assert.match(unwritable.stderr, /ENOENT/);
  });
});
