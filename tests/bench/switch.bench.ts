import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SwitchReport } from "../../tools/bench/switchReport";
import type { Approach } from "../../tools/bench/switches";
import type { ClientKind } from "../../tools/bench/switchClients";
import { bench } from "./command";

describe("npm run bench -- switch", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-test-"));
  let report: SwitchReport;
  let printed: string;
  before(async () => {
    const file = join(folder, "figures.json");
    const { exitCode, stdout, stderr } = await bench("switch", "--quick", "--json", file);
    assert.equal(exitCode, 0, stderr);
    ({ switch: report } = JSON.parse(readFileSync(file, "utf8")) as { switch: SwitchReport });
    printed = stdout;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const figures = (approach: Approach, kind: ClientKind) => {
    const found = report.deployments
      .find((each) => each.approach === approach)
      ?.figures.find(({ clientKind }) => clientKind === kind);
    assert.ok(found);
    return found;
  };

  it("finds every connection broken at one moment where all route tables switch at once", () => {
    for (const kind of ["SDK defaults", "socket timeout"] as const)
      assert.equal(figures("all at once", kind).largestShare, 1);
  });

  it("finds no more than its own broken in the first of the stages", () => {
    for (const kind of ["SDK defaults", "socket timeout"] as const)
      assert.equal(figures("staged", kind).largestShareInFirstStage, 0.5);
  });

  it("leaves a client without a socket timeout hanging after a silent drop, and says no number", () => {
    for (const approach of ["all at once", "staged"] as const) {
      const { stillHangingShare, p50Millis, p99Millis } = figures(approach, "SDK defaults");
      assert.deepEqual(
        { stillHangingShare, p50Millis, p99Millis },
        { stillHangingShare: 1, p50Millis: null, p99Millis: null },
      );
    }
    assert.match(printed, /^ {2}silence +2 with SDK defaults +staged .* > 2 s +> 2 s +100\.0 %/m);
  });

  it("measures how long a client with a socket timeout waits", () => {
    for (const approach of ["all at once", "staged"] as const) {
      const { stillHangingShare, p50Millis } = figures(approach, "socket timeout");
      assert.equal(stillHangingShare, 0);
      assert.ok(p50Millis !== null && p50Millis >= 900, String(p50Millis));
    }
  });
});
