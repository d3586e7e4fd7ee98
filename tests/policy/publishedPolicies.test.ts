import assert from "node:assert/strict";
import { validatePolicy } from "../../components/policy/validate";
import { managedPolicies, type PublishedPolicy } from "./correctPolicies";

/** What the validation says of policies that AWS manages, and why it may be said. */
const DISPUTABLE: Readonly<Record<string, string>> = {
  DuplicateEntry: "an action stands twice in one list",
  AllowWithNotResource: "everything but some roles and buckets is allowed",
  ForAllValuesInAllow: "AWS's guides demand Null beside ForAllValues in an Allow, and its own policies do without: requests without tags are meant to pass",
  ActionNeedsAllResources: "the service authorization reference knows no ARN for reserved capacity, and this policy names tables with it",
};

/** Quotas are for the policies that one makes: AWS's own may be longer. */
const OF_QUOTAS: readonly string[] = ["TooLong", "TooLongForManagedPolicy"];

describe("the policies that AWS manages", () => {
  let policies: readonly PublishedPolicy[] = [];
  before(() => {
    policies = managedPolicies();
  });

  it("are there: all that name DynamoDB, in their latest versions", () => assert.ok(policies.length > 70, String(policies.length)));

  it("are not blamed: what is said of them is disputable, and said as a warning", () => {
    const said = new Set<string>();
    for (const { name, document } of policies) {
      for (const { severity, code, path, message } of validatePolicy(document, { kind: "identity" })) {
        if (OF_QUOTAS.includes(code)) continue;
        assert.ok(severity === "warning" && code in DISPUTABLE, `${name}: ${code} at ${path}: ${message}`);
        said.add(code);
      }
    }
    assert.deepEqual([...said].sort(), Object.keys(DISPUTABLE).sort());
  });
});
