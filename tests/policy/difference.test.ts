import assert from "node:assert/strict";
import fc from "fast-check";
import { DYNAMODB_ACTIONS, type DynamoDbAction } from "../../components/policy/actions";
import { changesFor } from "../../components/policy/changes";
import { compilePolicy, type CompiledPolicy, type CompiledStatement } from "../../components/policy/compile";
import { policyDifference, type Permissions, type PolicyDifference } from "../../components/policy/difference";
import { FULL_ACCESS, type PolicyCondition, type PolicyDocument, type PolicyStatement } from "../../components/policy/document";
import { evaluatePolicy } from "../../components/policy/evaluate";
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
    title: "everyone becomes an account that is named as Principal: in the policy of an endpoint its root user alone",
    before: allowing({ Action: "dynamodb:GetItem", Resource: stock }),
    next: allowing({ Principal: { AWS: ["111122223333"] }, Action: "dynamodb:GetItem", Resource: stock }),
    lost: ["account 111122223333, table/Stock: GetItem", "anyone else, table/Stock: GetItem"],
    gained: [],
  },
  {
    title: "a policy that AWS would not take allows nothing",
    before: allowing({ Action: "dynamodb:GetItem", Resource: stock }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: stock, Sid: 7 }),
    lost: ["anyone, table/Stock: GetItem"],
    gained: [],
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
  { title: "a statement is split in two", before: onStock("ReadWrite"), next: { Version: "2012-10-17", Statement: [onStock("Read"), onStock("Write")].flatMap(({ Statement }) => Statement as PolicyStatement[]).map((each, i) => ({ ...each, Sid: `Part${i}` })) }, lost: [], gained: [] },
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

describe("the changes of many principals on many resources", () => {
  const principals = ["111122223333", "444455556666"].flatMap((account) => ["user/alice", "user/team/bob", "role/app"].map((name) => ({ arn: `arn:aws:iam::${account}:${name}`, account, organization: "o-a1b2c3d4e5" })));
  const resources = ["*", stock, `${stock}/index/ByDate`, "arn:aws:dynamodb:us-east-1:111122223333:table/Stock", "arn:aws:dynamodb:eu-west-1:444455556666:table/alice"].map((example) => ({
    example,
    concerned: [...DYNAMODB_ACTIONS.values()].filter(({ name }) => ["GetItem", "Query", "PutItem", "ListTables"].includes(name)),
  }));
  const bound: readonly PolicyCondition[] = [
    { StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" } },
    { StringNotEquals: { "aws:ResourceAccount": "444455556666" } },
    { StringLikeIfExists: { "aws:username": "*-alice" } },
    { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::${aws:ResourceAccount}:role/*" } },
  ];
  const bindings = fc.constantFrom<((statement: PolicyStatement) => PolicyStatement)[]>(
    (statement) => statement,
    ...bound.map((Condition) => (statement: PolicyStatement) => ({ ...statement, Condition })),
    (statement) => ({ ...statement, NotResource: undefined, Resource: "arn:aws:dynamodb:*:${aws:PrincipalAccount}:table/*" }),
    (statement) => ({ ...statement, NotResource: undefined, Resource: ["arn:aws:dynamodb:*:*:table/${aws:username}", "arn:aws:dynamodb:*:*:table/Stock"] }),
    (statement) => ({ ...statement, Resource: undefined, NotResource: "arn:aws:dynamodb:*:*:table/${aws:username, 'Stock'}" }),
  );
  const statement = fc
    .tuple(policyCases.filter(({ attachment }) => attachment === "endpoint"), bindings)
    .map(([{ document }, bind]) => bind([document.Statement].flat()[0] as PolicyStatement));
  const version = fc.constantFrom("2012-10-17", "2012-10-17", "2008-10-17");
  const pairs = fc
    .tuple(fc.array(statement, { minLength: 1, maxLength: 5 }), fc.array(statement, { maxLength: 3 }), fc.nat(), fc.tuple(version, version))
    .map(([statements, added, dropped, versions]) => {
      const next = [...statements.filter((_, i) => i !== dropped % statements.length), ...added];
      return [statements, next].map((Statement, i): PolicyDocument => ({ Version: versions[i], Statement }));
    });

  it("are those of asking about each of them", () => {
    let changed = 0;
    const property = fc.property(pairs, (documents) => {
      const [before, next] = documents.map((document) => compilePolicy(document, "endpoint")) as [CompiledPolicy, CompiledPolicy];
      const allowed = (document: PolicyDocument | undefined, principal: object, resource: string, name: string): boolean =>
        evaluatePolicy(document as PolicyDocument, { principal, action: `dynamodb:${name}`, resource }, "endpoint").decision === "allowed";
      const plainly = principals.map((principal) =>
        resources.map(({ example, concerned }) => {
          const [was, is] = documents.map((document) => concerned.filter(({ name }) => allowed(document, principal, example, name))) as [DynamoDbAction[], DynamoDbAction[]];
          return { lost: was.filter((action) => !is.includes(action)), gained: is.filter((action) => !was.includes(action)) };
        }),
      );
      const none = { lost: [], gained: [] };
      const quickly = changesFor(before, next, principals, resources).map((changes) => resources.map((_, i) => changes[i] ?? none));
      assert.deepEqual(quickly, plainly);
      if (plainly.flat().some(({ lost, gained }) => lost.length + gained.length > 0)) changed += 1;
    });
    fc.assert(property, { numRuns: 600 });
    assert.ok(changed > 100, `only ${changed} differ`);
  });

  it("ask each statement about each of them once, not about all combinations", () => {
    let asked = 0;
    const counting = (policy: CompiledPolicy): CompiledPolicy => ({ ...policy, statements: policy.statements.map((each) => ({ ...each, ...countedOf(each) })) });
    const countedOf = ({ matchesAction, matchesResource, matchesCaller }: CompiledStatement): Partial<CompiledStatement> => ({
      matchesAction: (action) => ((asked += 1), matchesAction(action)),
      matchesResource: (request) => ((asked += 1), matchesResource(request)),
      matchesCaller: (request) => ((asked += 1), matchesCaller(request)),
    });
    const accounts = Array.from({ length: 100 }, (_, i) => String(100_000_000_000 + i));
    const tables = Array.from({ length: 100 }, (_, i) => `Table${i}`);
    const documentFor = (names: readonly string[]): PolicyDocument => policy({ tables: names.map((name) => ({ name, access: "ReadWrite" })), accounts });
    const granting = (names: readonly string[]): CompiledPolicy => counting(compilePolicy(documentFor(names), "endpoint"));
    const withoutSids = ({ Version, Statement }: PolicyDocument): PolicyDocument => ({ Version, Statement: (Statement as PolicyStatement[]).map((each) => ({ ...each, Sid: undefined })).reverse() });
    const callers = accounts.map((account) => ({ arn: `arn:aws:iam::${account}:role/anyone`, account }));
    const targets = tables.map((name) => ({ example: `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/${name}`, concerned: [...DYNAMODB_ACTIONS.values()] }));
    const [before, next] = [granting(tables), granting(tables.slice(1))];
    assert.equal(changesFor(before, next, callers, targets).filter((changes) => (changes[0]?.lost.length ?? 0) > 0).length, 100);
    const each = callers.length + targets.length + DYNAMODB_ACTIONS.size;
    assert.ok(asked > 0 && asked <= (before.statements.length + next.statements.length) * each, `asked ${asked} times`);
    asked = 0;
    changesFor(before, counting(compilePolicy(withoutSids(documentFor(tables)), "endpoint")), callers, targets);
    assert.equal(asked, 0);
  });
});

function sentence({ who, resources, actions }: Permissions): string {
  return `${who}, ${resources.map((resource) => resource.replace(/^.*:(?=table\/)/, "")).join(" and ")}: ${actions.join(", ")}`;
}
