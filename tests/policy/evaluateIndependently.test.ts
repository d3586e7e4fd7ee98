import assert from "node:assert/strict";
import { OPERATOR_NAMES } from "../../components/policy/rules/operators";
import { comparePolicies, type ComparisonReport } from "../../tools/soak/policies";
import { MODIFIED_OPERATORS, OPERATORS, policyCasesWith } from "../../tools/soak/policiesCases";
import { KNOWN_DISAGREEMENTS } from "../../tools/soak/policiesDisagreements";

describe("the verdicts of this evaluator and of an independent one", () => {
  it("agree on random policies and requests, whatever the operator of a condition", async function () {
    this.timeout(180_000);
    assert.deepEqual([...OPERATORS, "Null"].sort(), [...OPERATOR_NAMES].sort());
    const reports: ComparisonReport[] = [];
    // The same cases each time; `npm run soak` looks for others.
    for (const [i, operator] of MODIFIED_OPERATORS.entries()) reports.push(await comparePolicies({ seed: 20_261_128 + i, runs: 20 }, policyCasesWith(operator)));

    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    const comparisons = sum(reports.map((report) => report.comparisons));
    for (const decision of ["allowed", "explicitlyDenied", "implicitlyDenied"] as const) {
      const count = sum(reports.map(({ decisions }) => decisions[decision]));
      assert.ok(count >= comparisons / 10, `${decision} is rare: ${count} of ${comparisons}`);
    }
    const known = sum(reports.flatMap(({ knownDisagreements }) => [...knownDisagreements.values()]));
    assert.ok(known <= comparisons / 10, `${known} of ${comparisons} are known disagreements`);
  });

  it("differ where it is known, with a reason and a source", () => {
    for (const { name, reason, source } of KNOWN_DISAGREEMENTS) assert.match(`${name} ${reason} ${source}`, /\w.* https:\/\//);
  });
});
