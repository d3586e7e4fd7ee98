import assert from "node:assert/strict";
import fc from "fast-check";
import { DYNAMODB_ACTIONS, type DynamoDbAction } from "../../components/policy/actions";
import { changesFor, type AskedResource } from "../../components/policy/changes";
import { compilePolicy, type CompiledPolicy, type CompiledStatement } from "../../components/policy/compile";
import { policyDifference, type Permissions, type PolicyDifference } from "../../components/policy/difference";
import {
  FULL_ACCESS,
  type PolicyCondition,
  type PolicyDocument,
  type PolicyStatement,
} from "../../components/policy/document";
import { askPolicy } from "../../components/policy/evaluate";
import { endpointPolicy, type Access, type TableAccess } from "../../components/policy/presets";
import { accessCases, PLACE } from "../../tools/soak/accessCases";
import { policyCases } from "../../tools/soak/policiesCases";

const stock = `arn:aws:dynamodb:${PLACE.region}:${PLACE.account}:table/Stock`;
const app = `arn:aws:iam::${PLACE.account}:role/app`;
const policy = (access: Access): PolicyDocument => endpointPolicy(access, PLACE);
const onStock = (access: `${TableAccess}`): PolicyDocument => policy({ tables: [{ name: "Stock", access }] });
const allowing = (elements: object): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*", ...elements },
});

/** What is neither about items nor `DescribeTable`. */
const settings =
  "DescribeContinuousBackups, DescribeContributorInsights, DescribeKinesisStreamingDestination, " +
  "DescribeTableReplicaAutoScaling, " +
  "DescribeTimeToLive, GetResourcePolicy, ListExports, ListImports, ListTagsOfResource, manage";

const cases: readonly {
  title: string;
  before: string | PolicyDocument;
  next: string | PolicyDocument;
  lost: readonly string[];
  gained: readonly string[];
}[] = [
  {
    title: "full access becomes one table",
    before: FULL_ACCESS,
    next: onStock("ReadWrite"),
    lost: [
      "anyone, the account: DescribeLimits, DescribeReservedCapacity, DescribeReservedCapacityOfferings, " +
        "GetAbacStatus, ListBackups, ListContributorInsights, ListGlobalTables, manage",
      "anyone, other tables: read items, write items, describe, manage",
      `anyone, table/Stock: ${settings}`,
      "anyone, table/Stock/index/*: DescribeContributorInsights, UpdateContributorInsights",
    ],
    gained: [],
  },
  {
    title: "reading and writing becomes reading",
    before: onStock("ReadWrite"),
    next: onStock("Read"),
    lost: ["anyone, table/Stock: write items"],
    gained: [],
  },
  {
    title: "reading becomes reading and writing",
    before: onStock("Read"),
    next: onStock("ReadWrite"),
    lost: [],
    gained: ["anyone, table/Stock: write items"],
  },
  {
    title: "only one role may still",
    before: onStock("Read"),
    next: policy({ tables: [{ name: "Stock", access: "Read" }], principals: [app] }),
    lost: [
      "anyone else, the account: DescribeEndpoints, ListTables",
      "anyone else, table/Stock: read items, DescribeTable",
      "anyone else, table/Stock/index/*: read items",
    ],
    gained: [],
  },
  {
    title: "another account may too",
    before: policy({ tables: [{ name: "Stock", access: "Write" }], accounts: ["111122223333"] }),
    next: policy({ tables: [{ name: "Stock", access: "Write" }], accounts: ["111122223333", "444455556666"] }),
    lost: [],
    gained: [
      "account 444455556666, the account: DescribeEndpoints, ListTables",
      "account 444455556666, table/Stock: ConditionCheckItem, write items, DescribeTable",
    ],
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
  {
    title: "only the wording changes",
    before: allowing({ Resource: stock }),
    next: {
      Version: "2012-10-17",
      Statement: [
        { Sid: "Named", ...(allowing({ Action: ["dynamodb:*"], Resource: [stock, stock] }).Statement as object) },
      ] as never,
    },
    lost: [],
    gained: [],
  },
  {
    title: "a statement is split in two",
    before: onStock("ReadWrite"),
    next: {
      Version: "2012-10-17",
      Statement: [onStock("Read"), onStock("Write")]
        .flatMap(({ Statement }) => Statement as PolicyStatement[])
        .map((each, i) => ({ ...each, Sid: `Part${i}` })),
    },
    lost: [],
    gained: [],
  },
  {
    title: "some tables are excluded",
    before: allowing({ Action: "dynamodb:GetItem" }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: undefined, NotResource: stock }),
    lost: ["anyone, table/Stock: GetItem"],
    gained: [],
  },
  {
    title: "an action goes that no policy limits to tables",
    before: allowing({ Action: ["dynamodb:GetItem", "dynamodb:PutItem"] }),
    next: allowing({ Action: "dynamodb:PutItem" }),
    lost: ["anyone, any table: GetItem"],
    gained: [],
  },
  {
    title: "a pattern matches longer names",
    before: allowing({ Action: "dynamodb:GetItem", Resource: `${stock}-?` }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: `${stock}-*` }),
    lost: [],
    gained: ["anyone, table/Stock-*: GetItem"],
  },
  {
    title: "a pattern matches names that begin alike",
    before: allowing({ Action: "dynamodb:GetItem", Resource: stock }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: `${stock}*` }),
    lost: [],
    gained: ["anyone, table/Stock*: GetItem"],
  },
  {
    title: "a pattern matches shorter names only",
    before: allowing({ Action: "dynamodb:GetItem", Resource: `${stock}-*` }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: `${stock}-?` }),
    lost: ["anyone, table/Stock-*: GetItem"],
    gained: [],
  },
  {
    title: "every table of a Region",
    before: allowing({ Effect: "Deny" }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:us-east-1:*:table/*" }),
    lost: [],
    gained: ["anyone, other tables and table/*: GetItem"],
  },
  {
    title: "a resource is longer than any ARN",
    before: allowing({ Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:*:*:table/*" }),
    next: allowing({ Action: "dynamodb:GetItem", Resource: `${stock}${"k".repeat(2048)}` }),
    lost: ["anyone, other tables and table/*: GetItem"],
    gained: [],
  },
  {
    title: "a value of a condition is no text",
    before: allowing({ Action: "dynamodb:GetItem" }),
    next: allowing({ Action: "dynamodb:GetItem", Condition: { ArnLike: { "aws:PrincipalArn": [7, app] } } }),
    lost: ["anyone else, any table: GetItem"],
    gained: [],
  },
  {
    title: "an account becomes one of its roles",
    before: allowing({
      Action: "dynamodb:GetItem",
      Condition: { StringEquals: { "aws:PrincipalAccount": PLACE.account } },
    }),
    next: allowing({ Action: "dynamodb:GetItem", Condition: { ArnLike: { "aws:PrincipalArn": app } } }),
    lost: [`account ${PLACE.account}, any table: GetItem`],
    gained: [],
  },
  {
    title: "an account becomes all of its roles",
    before: allowing({
      Action: "dynamodb:GetItem",
      Condition: { StringEquals: { "aws:PrincipalAccount": PLACE.account } },
    }),
    next: allowing({
      Action: "dynamodb:GetItem",
      Condition: { ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${PLACE.account}:role/*` } },
    }),
    lost: [],
    gained: [],
  },
  {
    title: "a role of an account and an organization, all at once, in any order of the keys",
    before: allowing({ Effect: "Deny" }),
    next: allowing({
      Action: "dynamodb:GetItem",
      Condition: {
        StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5", "AWS:PrincipalAccount": PLACE.account },
        ArnEquals: { "aws:PrincipalArn": app },
      },
    }),
    lost: [],
    gained: [`${app} of account ${PLACE.account} of organization o-a1b2c3d4e5, any table: GetItem`],
  },
  {
    title: "several are named, sorted whatever their order",
    before: allowing({ Effect: "Deny" }),
    next: allowing({
      Action: "dynamodb:GetItem",
      Condition: { StringEquals: { "aws:PrincipalAccount": ["444455556666", "111122223333"] } },
    }),
    lost: [],
    gained: ["account 111122223333, any table: GetItem", "account 444455556666, any table: GetItem"],
  },
  {
    title: "tables of the caller's own account, for roles of any account",
    before: allowing({ Effect: "Deny" }),
    next: allowing({
      Action: "dynamodb:GetItem",
      Condition: {
        StringEquals: { "aws:ResourceAccount": "${aws:PrincipalAccount}" },
        ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app" },
      },
    }),
    lost: [],
    gained: ["arn:aws:iam::*:role/app, any table: GetItem"],
  },
  {
    title: "all roles of any account",
    before: allowing({ Effect: "Deny" }),
    next: allowing({
      Action: "dynamodb:GetItem",
      Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/*" } },
    }),
    lost: [],
    gained: ["arn:aws:iam::*:role/*, any table: GetItem", "anyone else, any table: GetItem"],
  },
  ...[
    ["111122223333", "account 111122223333"],
    ["arn:aws:iam::111122223333:root", "account 111122223333"],
    [app, app],
  ].map(([named, label]) => ({
    title: `a Deny of ${named} as Principal, which may be all of it, for roles of an organization`,
    before: allowing({ Action: "dynamodb:GetItem" }),
    next: {
      Version: "2012-10-17",
      Statement: [
        allowing({ Action: "dynamodb:GetItem" }).Statement as PolicyStatement,
        allowing({
          Effect: "Deny",
          Principal: { AWS: named },
          Condition: {
            StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            StringLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/*" },
          },
        }).Statement as PolicyStatement,
      ],
    },
    lost: [`${label}, any table: GetItem`],
    gained: [],
  })),
  {
    title: "the default policy is written for DynamoDB alone",
    before: FULL_ACCESS,
    next: allowing({}),
    lost: [],
    gained: [],
  },
];

describe("what a policy no longer allows and newly allows", () => {
  for (const { title, before, next, lost, gained } of cases) {
    it(title, () => {
      const difference = policyDifference(before, next);
      assert.deepEqual(
        { lost: difference.noLongerAllowed.map(sentence), gained: difference.newlyAllowed.map(sentence) },
        { lost, gained },
      );
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
    fc.assert(
      fc.property(documents, (document) =>
        assert.deepEqual(policyDifference(document, document), { noLongerAllowed: [], newlyAllowed: [] }),
      ),
      { numRuns: 50 },
    );
  });

  it("is the other way round when the policies are", () => {
    const swapped = ({ noLongerAllowed, newlyAllowed }: PolicyDifference): PolicyDifference => ({
      noLongerAllowed: newlyAllowed,
      newlyAllowed: noLongerAllowed,
    });
    fc.assert(
      fc.property(documents, documents, (one, other) =>
        assert.deepEqual(policyDifference(one, other), swapped(policyDifference(other, one))),
      ),
      { numRuns: 50 },
    );
  });
});

describe("the changes of many principals on many resources", () => {
  const principals = ["111122223333", "444455556666"].flatMap((account) =>
    ["user/alice", "user/team/bob", "role/app"].map((name) => ({
      arn: `arn:aws:iam::${account}:${name}`,
      account,
      organization: "o-a1b2c3d4e5",
    })),
  );
  const resources = [
    "*",
    stock,
    `${stock}/index/ByDate`,
    "arn:aws:dynamodb:us-east-1:111122223333:table/Stock",
    "arn:aws:dynamodb:eu-west-1:444455556666:table/alice",
  ].map((example) => ({
    example,
    concerned: [...DYNAMODB_ACTIONS.values()].filter(({ name }) =>
      ["GetItem", "Query", "PutItem", "ListTables"].includes(name),
    ),
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
    (statement) => ({
      ...statement,
      NotResource: undefined,
      Resource: "arn:aws:dynamodb:*:${aws:PrincipalAccount}:table/*",
    }),
    (statement) => ({
      ...statement,
      NotResource: undefined,
      Resource: ["arn:aws:dynamodb:*:*:table/${aws:username}", "arn:aws:dynamodb:*:*:table/Stock"],
    }),
    (statement) => ({
      ...statement,
      Resource: undefined,
      NotResource: "arn:aws:dynamodb:*:*:table/${aws:username, 'Stock'}",
    }),
  );
  const statement = fc
    .tuple(
      policyCases.filter(({ attachment }) => attachment === "endpoint"),
      bindings,
    )
    .map(([{ document }, bind]) => bind([document.Statement].flat()[0] as PolicyStatement));
  const version = fc.constantFrom("2012-10-17", "2012-10-17", "2008-10-17");
  const pairs = fc
    .tuple(
      fc.array(statement, { minLength: 1, maxLength: 5 }),
      fc.array(statement, { maxLength: 3 }),
      fc.nat(),
      fc.tuple(version, version),
    )
    .map(([statements, added, dropped, versions]) => {
      const next = [...statements.filter((_, i) => i !== dropped % statements.length), ...added];
      return [statements, next].map((Statement, i): PolicyDocument => ({ Version: versions[i], Statement }));
    });

  const none = { lost: [], gained: [] };
  const allowed = (compiled: CompiledPolicy, principal: object, resource: string, name: string): boolean =>
    askPolicy(compiled, { principal, action: `dynamodb:${name}`, resource }).decision === "allowed";
  /** Whether anything changes, which is asked about every combination by itself. */
  const agreesOn = (documents: readonly PolicyDocument[]): boolean => {
    const [before, next] = documents.map((document) => compilePolicy(document, "endpoint")) as [
      CompiledPolicy,
      CompiledPolicy,
    ];
    const plainly = principals.map((principal) =>
      resources.map(({ example, concerned }) => {
        const [was, is] = [before, next].map((compiled) =>
          concerned.filter(({ name }) => allowed(compiled, principal, example, name)),
        ) as [DynamoDbAction[], DynamoDbAction[]];
        return {
          lost: was.filter((action) => !is.includes(action)),
          gained: is.filter((action) => !was.includes(action)),
        };
      }),
    );
    const quickly = changesFor(before, next, principals, resources).map((changes) =>
      resources.map((_, i) => changes[i] ?? none),
    );
    assert.deepEqual(quickly, plainly);
    return plainly.flat().some(({ lost, gained }) => lost.length + gained.length > 0);
  };

  it("are those of asking about each of them", () => {
    let changed = 0;
    const property = fc.property(pairs, (documents) => void (changed += Number(agreesOn(documents))));
    fc.assert(property, { numRuns: 600 });
    assert.ok(changed > 100, `only ${changed} differ`);
  });

  const everything = allowing({}).Statement as PolicyStatement;
  const namedAsUser = { ...everything, Resource: "arn:aws:dynamodb:*:*:table/${aws:username}" };
  const inOwnAccount = { ...everything, Resource: "arn:aws:dynamodb:*:${aws:PrincipalAccount}:table/*" };
  const denied = (elements: object): PolicyStatement => ({ ...everything, Effect: "Deny", ...elements });
  const changing: readonly {
    title: string;
    before: readonly PolicyStatement[];
    next: readonly PolicyStatement[];
    versions?: readonly string[];
  }[] = [
    ...bound.map((Condition) => ({
      title: `an Allow with ${JSON.stringify(Condition)}`,
      before: [{ ...everything, Condition }],
      next: [],
    })),
    ...bound.map((Condition) => ({
      title: `a Deny with ${JSON.stringify(Condition)}`,
      before: [everything],
      next: [everything, denied({ Condition })],
    })),
    { title: "a table of the user's name", before: [namedAsUser], next: [] },
    { title: "tables of the caller's account", before: [], next: [inOwnAccount] },
    {
      title: "tables of the caller's account, for one of the accounts",
      before: [{ ...inOwnAccount, Condition: { StringEquals: { "aws:PrincipalAccount": "444455556666" } } }],
      next: [],
    },
    {
      title: "the caller's account, which is that of the resource too",
      before: [{ ...inOwnAccount, Condition: bound[0] }],
      next: [],
    },
    {
      title: "another account's tables beside a condition on it",
      before: [{ ...inOwnAccount, Condition: bound[1] }],
      next: [inOwnAccount],
    },
    {
      title: "a table of the user's name, in one of the accounts",
      before: [{ ...namedAsUser, Condition: { StringEquals: { "aws:ResourceAccount": "444455556666" } } }],
      next: [],
    },
    {
      title: "a variable that the version does not know",
      before: [namedAsUser],
      next: [namedAsUser],
      versions: ["2012-10-17", "2008-10-17"],
    },
    {
      title: "a Deny of other actions than the Allow's",
      before: [everything],
      next: [everything, denied({ Action: "dynamodb:PutItem" })],
    },
    {
      title: "a Deny that may apply: what AWS does not promise counts against the request",
      before: [everything],
      next: [everything, denied({ Principal: { AWS: "arn:aws:iam::111122223333:user/alice" } })],
    },
    {
      title: "an Allow that may apply",
      before: [],
      next: [{ ...everything, Principal: { AWS: "arn:aws:iam::111122223333:user/alice" } }],
    },
    {
      title: "an Allow beneath a Deny",
      before: [denied({ Resource: stock })],
      next: [denied({ Resource: stock }), everything],
    },
    { title: "a second Allow", before: [everything], next: [everything, { ...everything, Resource: stock }] },
    {
      title: "only what is not a table of the user's name",
      before: [everything],
      next: [{ ...namedAsUser, Resource: undefined, NotResource: namedAsUser.Resource }],
    },
  ];
  for (const { title, before, next, versions = [] } of changing) {
    it(`are those of asking about each of them: ${title}`, () => {
      agreesOn([before, next].map((Statement, i) => ({ Version: versions[i] ?? "2012-10-17", Statement })));
    });
  }

  it("are one list for all to whom the same happens, and one case on all resources that are alike", () => {
    const [before, next] = [[everything], [{ ...everything, Resource: stock }]].map((Statement) =>
      compilePolicy({ Version: "2012-10-17", Statement }, "endpoint"),
    ) as [CompiledPolicy, CompiledPolicy];
    const all = changesFor(before, next, principals, resources);
    assert.equal(new Set(all).size, 1);
    assert.equal(new Set(all[0]).size, 2);
  });

  /** The policy, and how often each of its statements is asked about what. */
  const counted = (
    document: PolicyDocument,
  ): {
    readonly policy: CompiledPolicy;
    readonly asked: readonly Record<"actions" | "resources" | "callers", number>[];
  } => {
    const compiled = compilePolicy(document, "endpoint");
    const asked = compiled.statements.map(() => ({ actions: 0, resources: 0, callers: 0 }));
    const counting = (
      statement: CompiledStatement,
      counts: { actions: number; resources: number; callers: number },
    ): CompiledStatement => ({
      ...statement,
      matchesAction: (action) => ((counts.actions += 1), statement.matchesAction(action)),
      matchesResource: (request) => ((counts.resources += 1), statement.matchesResource(request)),
      matchesCaller: (request) => ((counts.callers += 1), statement.matchesCaller(request)),
    });
    return {
      policy: {
        ...compiled,
        statements: compiled.statements.map((each, i) => counting(each, asked[i] as (typeof asked)[number])),
      },
      asked,
    };
  };
  const accounts = Array.from({ length: 40 }, (_, i) => String(100_000_000_000 + i));
  const tableOf = (account: string, name: string): string =>
    `arn:aws:dynamodb:${PLACE.region}:${account}:table/${name}`;
  const asTarget = (example: string): AskedResource => ({ example, concerned: [...DYNAMODB_ACTIONS.values()] });

  it("ask each statement about each of them once, not about all combinations", () => {
    const tables = accounts.map((account, i) => tableOf(account, `Table${i}`));
    const documentFor = (arns: readonly string[]): PolicyDocument =>
      policy({ tables: arns.map((arn) => ({ arn, access: "ReadWrite" })), accounts });
    const reworded = ({ Version, Statement }: PolicyDocument): PolicyDocument => ({
      Version,
      Statement: (Statement as PolicyStatement[])
        .map(
          (each) =>
            Object.fromEntries(Object.entries({ ...each, Sid: undefined }).reverse()) as unknown as PolicyStatement,
        )
        .reverse(),
    });
    const callers = accounts.map((account) => ({ arn: `arn:aws:iam::${account}:role/anyone`, account }));
    const [before, next] = [counted(documentFor(tables)), counted(documentFor(tables.slice(1)))];
    assert.equal(
      changesFor(before.policy, next.policy, callers, tables.map(asTarget)).filter(
        (changes) => (changes[0]?.lost.length ?? 0) > 0,
      ).length,
      accounts.length,
    );
    for (const asked of [...before.asked, ...next.asked]) {
      const most = { actions: DYNAMODB_ACTIONS.size, resources: tables.length, callers: callers.length };
      assert.ok(
        asked.actions <= most.actions && asked.resources <= most.resources && asked.callers <= most.callers,
        JSON.stringify(asked),
      );
    }
    const same = counted(reworded(documentFor(tables)));
    changesFor(compilePolicy(documentFor(tables), "endpoint"), same.policy, callers, tables.map(asTarget));
    assert.ok(same.asked.every(({ actions, resources, callers: asked }) => actions + resources + asked === 0));
  });

  it(
    "ask about values of variables for whom and on what a statement may concern, and about actions where something " +
      "changed",
    () => {
      const ofOwnName = allowing({
        Resource: tableOf("*", "${aws:username}-Stock"),
        Condition: { StringEquals: { "aws:PrincipalAccount": accounts[0] } },
      }).Statement as PolicyStatement;
      const elsewhere = allowing({ Resource: tableOf("*", "Elsewhere") }).Statement as PolicyStatement;
      const users = accounts.flatMap((account) =>
        ["alice", "bob"].map((name) => ({ arn: `arn:aws:iam::${account}:user/${account}-${name}`, account })),
      );
      const targets = [
        "Elsewhere",
        `${accounts[0]}-alice-Stock`,
        ...accounts.map((account) => `${account}-Orders`),
      ].map((name) => asTarget(tableOf(PLACE.account, name)));
      const next = counted({ Version: "2012-10-17", Statement: [ofOwnName, elsewhere] });
      const before = compilePolicy({ Version: "2012-10-17", Statement: elsewhere }, "endpoint");
      const all = changesFor(before, next.policy, users, targets);
      assert.deepEqual(
        all.map((changes) => changes.some(({ gained }) => gained.length > 0)),
        users.map((_, i) => i === 0),
      );
      assert.deepEqual(next.asked, [
        // Two users have values that matter, and all others one that does not.
        { callers: users.length, resources: 3, actions: DYNAMODB_ACTIONS.size },
        { callers: users.length, resources: 1, actions: 0 },
      ]);
    },
  );
});

function sentence({ who, resources, actions }: Permissions): string {
  return (
    `${who}, ${resources.map((resource) => resource.replace(/^.*:(?=table\/)/, "")).join(" and ")}: ` +
    actions.join(", ")
  );
}
