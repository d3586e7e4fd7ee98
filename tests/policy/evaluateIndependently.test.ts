import assert from "node:assert/strict";
import { comparePolicies } from "../../tools/soak/policies";
import { OPERATORS } from "../../tools/soak/policiesCases";
import { KNOWN_DISAGREEMENTS } from "../../tools/soak/policiesDisagreements";

describe("the verdicts of this evaluator and of an independent one", () => {
  it("agree on random policies and requests", async function () {
    this.timeout(180_000);
    // The same cases each time, in which every operator stands; `npm run soak` looks for others.
    const report = await comparePolicies({ seed: 20_261_128, runs: 3_000 });

    for (const [decision, count] of Object.entries(report.decisions)) {
      assert.ok(count >= report.comparisons / 10, `${decision} is rare: ${count} of ${report.comparisons}`);
    }
    const modified = ["", "ForAllValues:", "ForAnyValue:"].flatMap((set) => ["", "IfExists"].flatMap((ifExists) => OPERATORS.map((operator) => set + operator + ifExists)));
    assert.deepEqual([...report.operators.keys()].sort(), [...modified, "Null"].sort());
    const known = [...report.knownDisagreements.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(known <= report.comparisons / 10, `${known} of ${report.comparisons} are known disagreements`);
  });

  it("differ where it is known, with a reason and a source", () => {
    for (const { name, reason, source } of KNOWN_DISAGREEMENTS) assert.match(`${name} ${reason} ${source}`, /\w.* https:\/\//);
  });
});
