import assert from "node:assert/strict";
import fc from "fast-check";
import type { PolicyDocument } from "../../components/policy/document";
import { evaluatePolicy } from "../../components/policy/evaluate";
import { endpointPolicy } from "../../components/policy/presets";
import { validatePolicy } from "../../components/policy/validate";
import { accessCases, isMeant, PLACE, policyRequest, rewritten } from "./accessCases";
import type { ComparisonOptions } from "./policies";
import { independentVerdict } from "./policiesIndependent";

/** How much was compared, so that a caller can see that it was worth comparing. */
export interface AccessReport {
  policies: number;
  allowed: number;
  denied: number;
}

/**
 * Makes policies of random accesses and asks this evaluator and the independent one about random requests: what an
 * access says is what its policy allows. And the validation finds nothing in it, nor does the order of writing matter.
 */
export async function checkAccess({ seed, runs, timeLimitMillis }: ComparisonOptions): Promise<AccessReport> {
  const report: AccessReport = { policies: 0, allowed: 0, denied: 0 };
  const property = fc.asyncProperty(accessCases, async ({ access, requests }) => {
    const document = endpointPolicy(access, PLACE);
    report.policies += 1;
    assert.deepEqual(findingCodes(document), []);
    assert.equal(JSON.stringify(endpointPolicy(rewritten(access), PLACE)), JSON.stringify(document));
    for (const [i, accessRequest] of requests.entries()) {
      const request = policyRequest(accessRequest);
      const meant = isMeant(access, accessRequest) ? "allowed" : "implicitlyDenied";
      report[meant === "allowed" ? "allowed" : "denied"] += 1;
      const told = (): string => `${JSON.stringify(request)}\n${JSON.stringify(document)}`;
      assert.equal(evaluatePolicy(document, request).decision, meant, told());
      // The other evaluator takes most of the time: it is asked once about each policy.
      if (i === 0)
        assert.equal(
          (await independentVerdict({ attachment: "endpoint", document, request })).decision,
          meant,
          `independently: ${told()}`,
        );
    }
  });
  await fc.assert(property, {
    seed,
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(timeLimitMillis !== undefined && { interruptAfterTimeLimit: timeLimitMillis }),
  });
  return report;
}

function findingCodes(document: PolicyDocument): readonly string[] {
  return validatePolicy(document, { kind: "endpoint", region: PLACE.region, account: PLACE.account }).map(
    ({ code }) => code,
  );
}
