import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluatePolicy } from "../../components/policy/evaluate";
import { OPERATOR_NAMES } from "../../components/policy/rules/operators";
import { comparePolicies, type ComparisonReport } from "../../tools/soak/policies";
import { KINDS_OF_POLICIES, MODIFIED_OPERATORS, OPERATORS, policyCasesWith } from "../../tools/soak/policiesCases";
import { IAM_SIMULATE } from "../../tools/soak/policiesIndependent";
import { PRINCIPALMAPPER } from "../../tools/soak/policiesPrincipalmapper";
import type { AnsweredCase } from "../../tools/soak/principalmapperCases";

describe("the verdicts of this evaluator and of an independent one", () => {
  it("agree on random policies and requests, whatever the operator of a condition", async function () {
    this.timeout(180_000);
    assert.deepEqual([...OPERATORS, "Null"].sort(), [...OPERATOR_NAMES].sort());
    const reports: ComparisonReport[] = [];
    // The same cases each time; `npm run soak` looks for others.
    for (const [i, operator] of MODIFIED_OPERATORS.entries())
      reports.push(await comparePolicies({ seed: 20_261_128 + i, runs: 20 }, policyCasesWith(operator)));

    const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
    const comparisons = sum(reports.map((report) => report.comparisons));
    for (const decision of ["allowed", "explicitlyDenied", "implicitlyDenied"] as const) {
      const count = sum(reports.map(({ decisions }) => decisions[decision]));
      assert.ok(count >= comparisons / 10, `${decision} is rare: ${count} of ${comparisons}`);
    }
    const known = sum(
      reports.flatMap(({ agreements }) => [...agreements.values()].map(({ asked, agreed }) => asked - agreed)),
    );
    assert.ok(known <= comparisons / 10, `${known} of ${comparisons} are known disagreements`);
  });

  it("agree with those of a second one, which a file has: the tests need no Python", () => {
    const { evaluator, cases } = JSON.parse(readFileSync(join(__dirname, "../cases/principalmapper.json"), "utf8")) as {
      evaluator: string;
      cases: readonly AnsweredCase[];
    };
    assert.equal(evaluator, PRINCIPALMAPPER.name);
    assert.ok(cases.length > 200, String(cases.length));
    for (const { attachment, document, request, verdict } of cases) {
      assert.deepEqual(
        evaluatePolicy(document, request, KINDS_OF_POLICIES[attachment]),
        verdict,
        JSON.stringify({ document, request }),
      );
    }
  });

  it("differ where it is known, with a reason and a source", () => {
    for (const { knownDisagreements } of [IAM_SIMULATE, PRINCIPALMAPPER]) {
      for (const { name, reason, source } of knownDisagreements)
        assert.match(`${name} ${reason} ${source}`, /\w.* https:\/\//);
    }
  });
});
