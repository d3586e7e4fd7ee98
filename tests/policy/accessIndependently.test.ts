import assert from "node:assert/strict";
import { compareDecisions } from "../../tools/soak/decisions";
import { DECISION_DISAGREEMENTS } from "../../tools/soak/decisionDisagreements";

describe("the whole decision and that of an independent evaluator", () => {
  it("agree on random requests with policies of every kind, in one account and across accounts", async function () {
    this.timeout(180_000);
    // The same cases each time; `npm run soak` looks for others.
    const { sets, comparisons, outcomes, knownDisagreements } = await compareDecisions({
      seed: 20_261_129,
      runs: 5_000,
    });
    assert.deepEqual([sets, comparisons], [5_000, 20_000]);
    for (const outcome of ["allowed", "explicitlyDenied", "implicitlyDenied"] as const)
      assert.ok(outcomes[outcome] >= comparisons / 20, `${outcome} is rare: ${outcomes[outcome]} of ${comparisons}`);
    const known = [...knownDisagreements.values()].reduce((sum, count) => sum + count, 0);
    assert.ok(known <= comparisons / 50, `${known} of ${comparisons} are known disagreements`);
  });

  it("differ where it is known, with a reason and a source", () => {
    for (const { name, reason, source } of DECISION_DISAGREEMENTS)
      assert.match(`${name} ${reason} ${source}`, /\w.* https:\/\//);
  });
});
