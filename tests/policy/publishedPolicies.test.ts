import assert from "node:assert/strict";
import { validatePolicy, type PolicyFinding } from "../../components/policy/validate";
import { versionsOfManagedPolicies, type PublishedVersion } from "./correctPolicies";

/** What the validation says of policies that AWS manages, and why it may be said. */
const DISPUTABLE: Readonly<Record<string, string>> = {
  DuplicateEntry: "an action stands twice in one list",
  AllowWithNotResource: "everything but some roles and buckets is allowed",
  ForAllValuesInAllow:
    "AWS's guides demand Null beside ForAllValues in an Allow, and its own policies do without: requests without " +
    "tags are meant to pass",
  ActionNeedsAllResources:
    "the service authorization reference knows no ARN for reserved capacity, and this policy names tables with it",
};

/** Mistakes that AWS has corrected since: the last version of each policy that has them. */
const CORRECTED_SINCE: Readonly<Record<string, string>> = {
  "AWSGlueConsoleSageMakerNotebookFullAccess v2": "MissingSetOperator, WildcardWithoutLike",
  "AdministratorAccess-Amplify v1": "InvalidAction",
  "ReadOnlyAccess v62": "InvalidAction",
  "SageMakerStudioProjectUserRolePermissionsBoundary v4": "DenyHitsDescribeEndpoints",
  "SageMakerStudioProjectUserRolePolicy v61": "WildcardWithoutLike",
  "SecurityAudit v6": "InvalidAction",
  "ViewOnlyAccess v1": "InvalidAction",
};

/** Quotas are for the policies that one makes: AWS's own may be longer. */
const OF_QUOTAS: readonly string[] = ["TooLong", "TooLongForManagedPolicy"];

describe("the policies that AWS manages", () => {
  let versions: readonly PublishedVersion[] = [];
  before(() => {
    versions = versionsOfManagedPolicies();
  });

  const findingsIn = ({ document }: PublishedVersion): readonly PolicyFinding[] =>
    validatePolicy(document, { kind: "identity" }).filter(({ code }) => !OF_QUOTAS.includes(code));

  it("are there: all that name DynamoDB", function () {
    const latest = versions.filter(({ isLatest }) => isLatest);
    if (this.test !== undefined) this.test.title += ` (${latest.length} in ${versions.length} versions)`;
    assert.ok(latest.length > 70 && versions.length > 900, `${latest.length} in ${versions.length} versions`);
  });

  it("are not blamed: what is said of their latest versions is disputable, and said as a warning", () => {
    const said = new Set<string>();
    for (const version of versions.filter(({ isLatest }) => isLatest)) {
      for (const { severity, code, path, message } of findingsIn(version)) {
        assert.ok(severity === "warning" && code in DISPUTABLE, `${version.name}: ${code} at ${path}: ${message}`);
        said.add(code);
      }
    }
    assert.deepEqual([...said].sort(), Object.keys(DISPUTABLE).sort());
  });

  it("had other findings in earlier versions alone, which AWS has corrected since", () => {
    const last = new Map<string, readonly [version: number, codes: string]>();
    for (const version of versions) {
      const codes = new Set(findingsIn(version).flatMap(({ code }) => (code in DISPUTABLE ? [] : [code])));
      const [policy = "", number] = version.name.split(" v");
      if (codes.size > 0 && Number(number) > (last.get(policy)?.[0] ?? 0))
        last.set(policy, [Number(number), [...codes].sort().join(", ")]);
    }
    assert.deepEqual(
      Object.fromEntries([...last].map(([policy, [version, codes]]) => [`${policy} v${version}`, codes])),
      CORRECTED_SINCE,
    );
  });
});
