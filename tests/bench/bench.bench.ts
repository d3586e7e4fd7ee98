import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CliFigures } from "../../tools/bench/cli";
import type { DrillFigures } from "../../tools/bench/drill";
import type { PolicyFigures } from "../../tools/bench/policies";
import type { ProviderFigures } from "../../tools/bench/provider";
import type { Report } from "../../tools/bench/report";
import type { PreflightFigures } from "../../tools/bench/preflight";
import type { ReviewFigures } from "../../tools/bench/review";
import type { ValidatePolicyFigures } from "../../tools/bench/validatePolicy";
import { bench } from "./command";

interface PoliciesMeasured {
  readonly validatePolicy: ValidatePolicyFigures;
  readonly evaluatePolicy: PolicyFigures;
}

describe("npm run bench", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("measures both variants, which deploy the same resources, and judges nothing by a single run", async () => {
    const file = join(folder, "figures.json");
    const { exitCode, stdout, stderr } = await bench(
      "components",
      "policies",
      "provider",
      "cli",
      "review",
      "preflight",
      "drill",
      "--quick",
      "--json",
      file,
    );
    assert.equal(exitCode, 0, stderr);
    const {
      components: report,
      policies,
      provider,
      cli,
      review,
      preflight,
      drill,
    } = JSON.parse(readFileSync(file, "utf8")) as {
      components: Report;
      policies: PoliciesMeasured;
      provider: ProviderFigures;
      cli: CliFigures;
      review: ReviewFigures;
      preflight: PreflightFigures;
      drill: DrillFigures;
    };

    assert.deepEqual(report.deployed, [{ tables: 10, resources: 13 }]);
    assert.deepEqual(report.planned, [{ tables: 2, resources: 17 }]);
    assert.deepEqual(
      report.operations.map(({ operation, tables, repetitions }) => [operation, tables, repetitions]),
      [
        ["preview", 10, 1],
        ["up", 10, 1],
        ["unchanged preview", 10, 1],
        ["preview with gates", 2, 1],
      ],
    );
    for (const { seconds, programCpuSeconds, programPeakMebibytes, enginePeakMebibytes } of report.operations) {
      for (const quantity of [seconds, programCpuSeconds, programPeakMebibytes]) {
        assert.ok([quantity.component, quantity.byHand, quantity.times].every(({ median }) => median > 0));
      }
      if (process.platform === "linux") assert.ok((enginePeakMebibytes?.byHand.median ?? 0) > 0);
    }
    assert.ok(report.imports.millis.byHand.median > 0);
    assert.deepEqual(
      report.targets.map(({ reached }) => reached),
      Array(7).fill(null),
    );
    for (const said of [
      /^time of the command, in seconds$/m,
      /^ {2}unchanged preview +10 +1 /m,
      /^targets$/m,
      /preview, 100 route tables .* not measured$/m,
    ]) {
      assert.match(stdout, said);
    }

    assert.ok(policies.validatePolicy.medianMillis > 0 && policies.evaluatePolicy.evaluationsPerSecond.ours > 0);
    assert.ok(Object.values(policies.evaluatePolicy.differenceMillis).length > 0);
    assert.match(stdout, /^validatePolicy of \d+ statements[^]*^ {2}iam-simulate, endpoints +\d/m);
    assert.ok(provider.startSeconds > 0 && provider.yamlToTypeScript > 0);
    assert.match(stdout, /^ {2}start, in seconds +\d/m);
    assert.ok([cli.millis.node, cli.helpToNode, cli.versionToNode].every(({ median }) => median > 0));
    assert.match(stdout, /^ {2}--help to `node -e 0` +\d/m);
    assert.ok(Object.values(review.ways).every(({ time, memory }) => time.median > 0 && memory.median > 0));
    assert.match(stdout, /^ {2}events from a file, to parsing it +\d/m);
    assert.ok(preflight.scenarios.every(({ millis, toStart }) => millis.median > 0 && toStart.median > 1));
    assert.ok(preflight.pages.interfaces > 0 && preflight.pages.longestMillis.median > 0);
    assert.match(stdout, /^ {2}three-zones: preflight, to a start of the command +\d/m);
    assert.ok(drill.share > 0 && drill.straightPerSecond > 0);
    assert.match(stdout, /^ {2}through the drill +\d/m);
  });

  it("explains its options", async () => {
    const { exitCode, stdout } = await bench("--help");
    assert.equal(exitCode, 0);
    assert.match(stdout, /^npm run bench/);
  });

  it("refuses an option that it does not know, and a file that it cannot write, before it measures", async () => {
    const unknown = await bench("--slow");
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /Unknown option '--slow'[^]*npm run bench/);
    const nameless = await bench("components", "speed");
    assert.equal(nameless.exitCode, 2);
    assert.match(nameless.stderr, /there is no benchmark "speed"[^]*npm run bench/);
    const unwritable = await bench("--json", join(folder, "missing", "figures.json"));
    assert.equal(unwritable.exitCode, 1);
    assert.match(unwritable.stderr, /ENOENT/);
  });
});
