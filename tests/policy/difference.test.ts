import assert from "node:assert/strict";
import fc from "fast-check";
import { policyDifference, type Permissions, type PolicyDifference } from "../../components/policy/difference";
import { FULL_ACCESS, type PolicyDocument } from "../../components/policy/document";
import { endpointPolicy, type Access, type TableAccess } from "../../components/policy/presets";
import { accessCases, PLACE } from "../../tools/soak/accessCases";
import { policyCases } from "../../tools/soak/policiesCases";

const stock = `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/Stock`;
const app = `arn:aws:iam::${PLACE.account}:role/app`;
const policy = (access: Access): PolicyDocument => endpointPolicy(access, PLACE);
const onStock = (access: `${TableAccess}`): PolicyDocument => policy({ tables: [{ name: "Stock", access }] });
const allowing = (elements: object): PolicyDocument => ({ Version: "2012-10-17", Statement: { Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*", ...elements } });

/** What is neither about items nor `DescribeTable`. */
const settings =
  "DescribeContinuousBackups, DescribeContributorInsights, DescribeKinesisStreamingDestination, DescribeTableReplicaAutoScaling, " +
  "DescribeTimeToLive, GetResourcePolicy, ListExports, ListImports, ListTagsOfResource, manage";

const cases: readonly { title: string; before: string | PolicyDocument; next: string | PolicyDocument; lost: readonly string[]; gained: readonly string[] }[] = [
  {
    title: "full access becomes one table",
    before: FULL_ACCESS,
    next: onStock("ReadWrite"),
    lost: [
      "anyone, the account: DescribeLimits, DescribeReservedCapacity, DescribeReservedCapacityOfferings, GetAbacStatus, ListBackups, ListContributorInsights, ListGlobalTables, manage",
      "anyone, other tables: read items, write items, describe, manage",
      `anyone, table/Stock: ${settings}`,
      "anyone, table/Stock/index/*: DescribeContributorInsights, UpdateContributorInsights",
    ],
    gained: [],
  },
  { title: "reading and writing becomes reading", before: onStock("ReadWrite"), next: onStock("Read"), lost: ["anyone, table/Stock: write items"], gained: [] },
  { title: "reading becomes reading and writing", before: onStock("Read"), next: onStock("ReadWrite"), lost: [], gained: ["anyone, table/Stock: write items"] },
  {
    title: "only one role may still",
    before: onStock("Read"),
    next: policy({ tables: [{ name: "Stock", access: "Read" }], principals: [app] }),
    lost: ["anyone else, the account: DescribeEndpoints, ListTables", "anyone else, table/Stock: read items, DescribeTable", "anyone else, table/Stock/index/*: read items"],
    gained: [],
  },
  {
    title: "another account may too",
    before: policy({ tables: [{ name: "Stock", access: "Write" }], accounts: ["111122223333"] }),
    next: policy({ tables: [{ name: "Stock", access: "Write" }], accounts: ["111122223333", "444455556666"] }),
    lost: [],
    gained: ["account 444455556666, the account: DescribeEndpoints, ListTables", "account 444455556666, table/Stock: ConditionCheckItem, write items, DescribeTable"],
  },
  {
    title: "another account is named as Principal",
    before: allowing({ Principal: { AWS: ["111122223333"] }, Action: "dynamodb:GetItem", Resource: stock }),
    next: allowing({ Principal: { AWS: ["111122223333", "arn:aws:iam::444455556666:role/app"] }, Action: "dynamodb:GetItem", Resource: stock }),
    lost: [],
    gained: ["arn:aws:iam::444455556666:role/app, table/Stock: GetItem"],
  },
  {
    title: "accounts are named as Principal, by their ids and by the ARNs of their root users",
    before: allowing({ Principal: { AWS: ["arn:aws:iam::111122223333:root", "arn:aws:iam::777788889999:role/root"] }, Action: "dynamodb:GetItem", Resource: stock }),
    next: allowing({ Principal: { AWS: "444455556666" }, Action: "dynamodb:GetItem", Resource: stock }),
    lost: ["account 111122223333, table/Stock: GetItem", "arn:aws:iam::777788889999:role/root, table/Stock: GetItem"],
    gained: ["account 444455556666, table/Stock: GetItem"],
  },
  {
    title: "everything on a table becomes reading and writing: items and indexes stay as they were",
    before: onStock("Admin"),
    next: onStock("ReadWrite"),
    lost: [
      "anyone, the account: ListBackups, ListContributorInsights, ListGlobalTables",
      "anyone, arn:aws:dynamodb::111122223333:global-table/Stock and table/Stock/*: describe, manage",
      `anyone, table/Stock: ${settings}`,
      "anyone, table/Stock/index/*: DescribeContributorInsights, UpdateContributorInsights",
    ],
    gained: [],
  },
  { title: "only the wording changes", before: allowing({ Resource: stock }), next: { Version: "2012-10-17", Statement: [{ Sid: "Named", ...(allowing({ Action: ["dynamodb:*"], Resource: [stock, stock] }).Statement as object) }] as never }, lost: [], gained: [] },
  { title: "a statement is split in two", before: onStock("ReadWrite"), next: { Version: "2012-10-17", Statement: [onStock("Read"), onStock("Write")].flatMap(({ Statement }) => Statement) }, lost: [], gained: [] },
  { title: "the default policy is written for DynamoDB alone", before: FULL_ACCESS, next: allowing({}), lost: [], gained: [] },
];

describe("what a policy no longer allows and newly allows", () => {
  for (const { title, before, next, lost, gained } of cases) {
    it(title, () => {
      const difference = policyDifference(before, next);
      assert.deepEqual({ lost: difference.noLongerAllowed.map(sentence), gained: difference.newlyAllowed.map(sentence) }, { lost, gained });
    });
  }
});

describe("the difference of any two policies", () => {
  const documents = fc.oneof(
    accessCases.map(({ access }) => policy(access)),
    policyCases.map(({ document }) => document),
    fc.constant(FULL_ACCESS),
    fc.string(),
  );

  it("is none of a policy and itself", () => {
    fc.assert(fc.property(documents, (document) => assert.deepEqual(policyDifference(document, document), { noLongerAllowed: [], newlyAllowed: [] })), { numRuns: 50 });
  });

  it("is the other way round when the policies are", () => {
    const swapped = ({ noLongerAllowed, newlyAllowed }: PolicyDifference): PolicyDifference => ({ noLongerAllowed: newlyAllowed, newlyAllowed: noLongerAllowed });
    fc.assert(fc.property(documents, documents, (one, other) => assert.deepEqual(policyDifference(one, other), swapped(policyDifference(other, one)))), { numRuns: 50 });
  });
});

function sentence({ who, resources, actions }: Permissions): string {
  return `${who}, ${resources.map((resource) => resource.replace(/^.*:(?=table\/)/, "")).join(" and ")}: ${actions.join(", ")}`;
}
