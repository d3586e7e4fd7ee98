import assert from "node:assert/strict";
import { DYNAMODB_ACTIONS } from "../../components/policy/actions";
import type { PolicyDocument, PolicyStatement } from "../../components/policy/document";
import { evaluatePolicy, type PolicyRequest } from "../../components/policy/evaluate";
import { onlyThroughEndpoint } from "../../components/policy/onlyThroughEndpoint";
import { findingText } from "../../components/args/findings";
import { accessFindings, endpointPolicy, TableAccess, type Access, type Place } from "../../components/policy/presets";
import { checkAccess } from "../../tools/soak/access";

const place: Place = { region: "us-east-1", account: "123456789012" };
const app = "arn:aws:iam::123456789012:role/app";
const stock = "arn:aws:dynamodb:us-east-1:123456789012:table/StockTable";
const orders = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";

describe("the policy that an access is made into", () => {
  it("allows exactly what the access says, to two evaluators, without a finding, whatever the order", async () => {
    const report = await checkAccess({ runs: 600 });
    for (const count of [report.allowed, report.denied]) assert.ok(count >= report.policies, JSON.stringify(report));
  });

  it("is written with a name for each statement, and single values without a list", () => {
    const document = endpointPolicy(
      {
        tables: [
          { name: "StockTable", access: "Write" },
          { name: "Orders", access: "Admin" },
        ],
        accounts: ["123456789012"],
        principals: [app],
        pathCheck: { name: "Proof" },
      },
      place,
    );
    const Condition = {
      ArnLike: { "aws:PrincipalArn": app },
      StringEquals: { "aws:PrincipalAccount": "123456789012" },
    };
    const allow = { Effect: "Allow", Principal: "*" } as const;
    assert.deepEqual(document, {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Discovery",
          ...allow,
          Action: ["dynamodb:DescribeEndpoints", "dynamodb:ListTables"],
          Resource: "*",
          Condition,
        },
        {
          Sid: "WriteTables",
          ...allow,
          Action: (document.Statement as readonly PolicyStatement[])[1]?.Action,
          Resource: stock,
          Condition,
        },
        {
          Sid: "AdminTables",
          ...allow,
          Action: "dynamodb:*",
          Resource: ["arn:aws:dynamodb::123456789012:global-table/Orders", orders, `${orders}/*`],
          Condition,
        },
        {
          Sid: "AdminLists",
          ...allow,
          Action: ["dynamodb:ListBackups", "dynamodb:ListContributorInsights", "dynamodb:ListGlobalTables"],
          Resource: "*",
          Condition,
        },
        {
          Sid: "PathCheck",
          ...allow,
          Action: ["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"],
          Resource: orders.replace("Orders", "Proof"),
          Condition: { StringEquals: Condition.StringEquals },
        },
      ],
    });
    assert.deepEqual(endpointPolicy({ accounts: ["123456789012"] }).Statement, [
      {
        Sid: "AllTables",
        ...allow,
        Action: "dynamodb:*",
        Resource: "*",
        Condition: { StringEquals: Condition.StringEquals },
      },
    ]);
  });

  it("names each of several once, sorted", () => {
    const roles = ["a", "b"].map((name) => `arn:aws:iam::123456789012:role/${name}`);
    const of = (list: readonly string[]): readonly string[] => [...list].reverse().concat(list);
    const accounts = ["111122223333", "444455556666"];
    const organizations = ["o-a1b2c3d4e5", "o-b1b2c3d4e5"];
    const document = endpointPolicy({
      principals: of(roles),
      accounts: of(accounts),
      organizations: of(organizations),
    });
    assert.deepEqual((document.Statement as readonly PolicyStatement[])[0]?.Condition, {
      ArnLike: { "aws:PrincipalArn": roles },
      StringEquals: { "aws:PrincipalAccount": accounts, "aws:PrincipalOrgID": organizations },
    });
  });

  it("names tables of the place's partition", () => {
    const document = JSON.stringify(
      endpointPolicy(
        { tables: [{ name: "Stock", access: "Write" }] },
        { partition: "aws-cn", region: "cn-north-1", account: "123456789012" },
      ),
    );
    assert.match(document, /"arn:aws-cn:dynamodb:cn-north-1:123456789012:table\/Stock"/);
  });

  it(
    "lets every client of the table's account prove its path, also where all tables are allowed to some, and no " +
      "other",
    () => {
      const document = endpointPolicy({ principals: [app], pathCheck: { name: "Proof" } }, place);
      const proof = "arn:aws:dynamodb:us-east-1:123456789012:table/Proof";
      const asked = (account: string, action: string, policy = document): string =>
        decision(policy, {
          principal: { arn: `arn:aws:iam::${account}:role/checker` },
          action: `dynamodb:${action}`,
          resource: proof,
        });
      assert.equal(asked("123456789012", "DescribeTable"), "allowed");
      assert.equal(asked("123456789012", "GetItem"), "implicitlyDenied");
      assert.equal(asked("210987654321", "DescribeTable"), "implicitlyDenied");
      // AWS takes no wildcard for an account in a condition.
      const anywhere = endpointPolicy(
        { principals: [app], pathCheck: { arn: proof.replace("123456789012", "*") } },
        place,
      );
      assert.equal(asked("210987654321", "DescribeTable", anywhere), "allowed");
    },
  );

  it("takes the indexes of other tables too where a table's name begins with a wildcard, as AWS matches ARNs", () => {
    const document = endpointPolicy({ tables: [{ name: "*-dev", access: "Read" }] }, place);
    const query = { principal: { arn: app }, action: "dynamodb:Query" };
    assert.equal(decision(document, { ...query, resource: `${stock}/index/by-dev` }), "allowed");
    assert.equal(decision(document, { ...query, resource: `${stock}/index/by-date` }), "implicitlyDenied");
  });

  it(
    "gives whoever administers a table its backups, its global table, and the lists that AWS makes of all tables " +
      "together",
    () => {
      const lists = ["ListBackups", "ListContributorInsights", "ListGlobalTables", "ListTables"];
      const accountWide = [...DYNAMODB_ACTIONS.values()]
        .filter(({ resourceTypes }) => resourceTypes.length === 0)
        .map(({ name }) => name);
      for (const level of Object.values(TableAccess)) {
        const document = endpointPolicy({ tables: [{ name: "Orders", access: level }] }, place);
        const may = (action: string, resource: string): boolean =>
          decision(document, { principal: { arn: app }, action: `dynamodb:${action}`, resource }) === "allowed";
        assert.deepEqual(
          accountWide.filter((action) => may(action, "*")),
          level === TableAccess.Admin ? ["DescribeEndpoints", ...lists] : ["DescribeEndpoints", "ListTables"],
          level,
        );
        const global = "arn:aws:dynamodb::123456789012:global-table/Orders";
        const asked: readonly (readonly [string, string])[] = [
          ["UpdateGlobalTable", global],
          ["DescribeGlobalTable", global],
          ["DeleteBackup", `${orders}/backup/1`],
          ["RestoreTableFromBackup", `${orders}/backup/1`],
          ["CreateBackup", orders],
        ];
        assert.deepEqual(
          asked.map(([action, resource]) => may(action, resource)),
          asked.map(() => level === TableAccess.Admin),
          level,
        );
        assert.ok(!may("UpdateGlobalTable", global.replace("Orders", "Stock")));
      }
    },
  );

  it("may have as many characters as AWS takes, and not one more", () => {
    const made = (accounts: number, role: number): PolicyDocument =>
      endpointPolicy({
        accounts: Array.from({ length: accounts }, (_, i) => String(i).padStart(12, "0")),
        principals: [`arn:aws:iam::123456789012:role/${"x".repeat(role)}`],
      });
    const few = JSON.stringify(made(2, 1)).length;
    const accounts = 2 + Math.floor((20_480 - few) / ',"000000000000"'.length);
    const role = 1 + 20_480 - JSON.stringify(made(accounts, 1)).length;
    assert.equal(JSON.stringify(made(accounts, role)).length, 20_480);
    assert.throws(() => made(accounts, role + 1), /the policy is 1 characters too long/);
  });

  it("fits into what AWS takes, or is refused with how much is too long and how to shorten it", () => {
    const tables = (count: number): Access => ({
      tables: Array.from({ length: count }, (_, i) => ({
        name: `${"Table".repeat(10)}${String(i).padStart(4, "0")}`,
        access: "Admin" as const,
      })),
    });
    const lengths = [1, 2].map((count) => JSON.stringify(endpointPolicy(tables(count), place)).length);
    assert.throws(
      () => endpointPolicy(tables(150), place),
      /the policy is [1-9]\d* characters too long: AWS takes 20480\. .*prefix with a wildcard/,
    );
    let fitting = 1;
    while (!refuses(tables(fitting + 1))) fitting += 1;
    const longest = JSON.stringify(endpointPolicy(tables(fitting), place)).length;
    assert.ok(
      longest <= 20_480 && longest + (lengths[1] ?? 0) - (lengths[0] ?? 0) > 20_480,
      `${fitting} tables: ${longest}`,
    );
  });
});

/** AWS's documented examples, with requests that they allow or deny for the intent that stands above each. */
interface Example {
  readonly title: string;
  readonly aws: PolicyDocument;
  readonly ours: PolicyDocument;
  readonly decided: readonly (readonly [request: Partial<PolicyRequest>, allowed: boolean])[];
}

const everything = { Principal: "*", Action: "*", Resource: "*" } as const;
const identityMayDoEverything = { Effect: "Allow", Action: "*", Resource: "*" } as const;
const caller = (arn: string): Partial<PolicyRequest> => ({ principal: { arn } });
const via = (endpoint: string): Partial<PolicyRequest> => ({ context: { "aws:SourceVpce": endpoint } });

const examples: readonly Example[] = [
  {
    title: "listing and describing tables only",
    aws: {
      Statement: [
        {
          Sid: "ReadOnly",
          Principal: "*",
          Action: ["dynamodb:DescribeTable", "dynamodb:ListTables"],
          Effect: "Allow",
          Resource: "*",
        },
      ],
    },
    ours: endpointPolicy({ tables: [{ name: "*", access: "Metadata" }] }, place),
    decided: [
      [{ action: "dynamodb:DescribeTable" }, true],
      [{ action: "dynamodb:ListTables", resource: "*" }, true],
      ...["GetItem", "Scan", "PutItem", "UpdateTable", "DeleteTable", "CreateTable"].map(
        (name) => [{ action: `dynamodb:${name}` }, false] as const,
      ),
    ],
  },
  {
    title: "one table only",
    aws: {
      Statement: [
        {
          ...{ Sid: "AccessToSpecificTable", Principal: "*", Effect: "Allow", Resource: stock },
          Action: [
            "dynamodb:Batch*",
            "dynamodb:Delete*",
            "dynamodb:DescribeTable",
            "dynamodb:GetItem",
            "dynamodb:PutItem",
            "dynamodb:Update*",
          ],
        },
      ],
    },
    ours: endpointPolicy({ tables: [{ name: "StockTable", access: "Admin" }] }, place),
    decided: [
      "BatchGetItem",
      "BatchWriteItem",
      "DeleteItem",
      "DeleteTable",
      "DescribeTable",
      "GetItem",
      "PutItem",
      "UpdateItem",
      "UpdateTable",
    ].flatMap((name) => [
      [{ action: `dynamodb:${name}`, resource: stock }, true] as const,
      [{ action: `dynamodb:${name}`, resource: orders }, false] as const,
    ]),
  },
  {
    title: "one endpoint only, for an identity",
    aws: {
      Version: "2012-10-17",
      Statement: [
        identityMayDoEverything,
        {
          ...{
            Sid: "AccessFromSpecificEndpoint",
            Action: "dynamodb:*",
            Effect: "Deny",
            Resource: "arn:aws:dynamodb:us-east-1:123456789012:table/*",
          },
          Condition: { StringNotEquals: { "aws:sourceVpce": "vpce-11aa22bb" } },
        },
      ],
    },
    ours: {
      Version: "2012-10-17",
      Statement: [
        identityMayDoEverything,
        onlyThroughEndpoint({
          ...{ kind: "identity", actions: "all", denyDeployingPrincipal: true },
          ...{
            tables: ["arn:aws:dynamodb:us-east-1:123456789012:table/*"],
            through: { vpcEndpointIds: ["vpce-11aa22bb"] },
          },
        }),
      ],
    },
    decided: ["GetItem", "PutItem", "DescribeTable", "DeleteTable"].flatMap((name) => [
      [{ action: `dynamodb:${name}`, ...via("vpce-11aa22bb") }, true] as const,
      [{ action: `dynamodb:${name}`, ...via("vpce-99ff88ee") }, false] as const,
      [{ action: `dynamodb:${name}` }, false] as const,
    ]),
  },
  {
    title: "one role only",
    aws: {
      Statement: {
        Sid: "Restrict-acess-to-specific-IAM-role",
        Effect: "Allow",
        ...everything,
        Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/SomeRole" } },
      },
    },
    ours: endpointPolicy({ principals: ["arn:aws:iam::111122223333:role/SomeRole"] }),
    decided: [
      [caller("arn:aws:iam::111122223333:role/SomeRole"), true],
      [caller("arn:aws:sts::111122223333:assumed-role/SomeRole/session"), true],
      [{ ...caller("arn:aws:iam::111122223333:role/SomeRole"), action: "dynamodb:ListTables", resource: "*" }, true],
      [caller("arn:aws:iam::111122223333:role/SomeRole2"), false],
      [caller("arn:aws:iam::444455556666:role/SomeRole"), false],
    ],
  },
  {
    title: "one account only",
    aws: {
      Statement: {
        Sid: "AllowCallersFromAccount111122223333",
        Effect: "Allow",
        ...everything,
        Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } },
      },
    },
    ours: endpointPolicy({ accounts: ["111122223333"] }),
    decided: [
      [caller("arn:aws:iam::111122223333:role/SomeRole"), true],
      [caller("arn:aws:iam::111122223333:user/alice"), true],
      [caller("arn:aws:iam::444455556666:role/SomeRole"), false],
    ],
  },
];

describe("an example that AWS documents can be said, and decides the same", () => {
  for (const { title, aws, ours, decided } of examples) {
    it(title, () => {
      for (const [particulars, allowed] of decided) {
        const request = { principal: { arn: app }, action: "dynamodb:GetItem", resource: orders, ...particulars };
        for (const document of [aws, ours])
          assert.equal(
            decision(document, request) === "allowed",
            allowed,
            `${JSON.stringify(request)}\n${JSON.stringify(document)}`,
          );
      }
    });
  }
});

describe("an access that can be meant", () => {
  const cases: readonly { title: string; access: Access }[] = [
    {
      title: "organizations by the shortest and the longest id",
      access: { organizations: [`o-${"a1".repeat(5)}`, `o-${"a1".repeat(16)}`] },
    },
    ...["aws", "aws-cn", "aws-us-gov"].map((partition) => ({
      title: `roles and users of the partition ${partition}`,
      access: {
        principals: ["role/app", "user/team/alice"].map((name) => `arn:${partition}:iam::123456789012:${name}`),
      },
    })),
    ...(
      [
        ["aws", "eu-west-1"],
        ["aws-cn", "cn-north-1"],
        ["aws-us-gov", "us-gov-west-1"],
      ] as const
    ).map(([partition, region]) => ({
      title: `tables of the partition ${partition}`,
      access: {
        tables: [{ arn: `arn:${partition}:dynamodb:${region}:123456789012:table/Stock`, access: "Read" as const }],
      },
    })),
  ];
  for (const { title, access } of cases)
    it(`is made a policy: ${title}`, () => assert.deepEqual([...accessFindings(access)], []));
});

describe("an access that cannot be meant", () => {
  const cases: readonly { title: string; access: Access; place?: Partial<Place>; path: string; message: RegExp }[] = [
    {
      title: "a table with name and ARN",
      access: { tables: [{ name: "Orders", arn: stock, access: "Read" }] },
      path: "tables[0]",
      message: /a name or an arn/,
    },
    {
      title: "a table with neither",
      access: { tables: [{ access: "Read" }] },
      path: "tables[0]",
      message: /a name or an arn/,
    },
    {
      title: "an ARN as a name",
      access: { tables: [{ name: stock, access: "Read" }] },
      path: "tables[0].name",
      message: /is not a table's name/,
    },
    {
      title: "the ARN of an index",
      access: { tables: [{ arn: `${stock}/index/x`, access: "Read" }] },
      path: "tables[0].arn",
      message: /is not a table's ARN/,
    },
    {
      title: "the ARN of a bucket",
      access: { tables: [{ arn: "arn:aws:s3:::bucket", access: "Read" }] },
      path: "tables[0].arn",
      message: /is not a table's ARN/,
    },
    {
      title: "half of an account",
      access: { tables: [{ arn: "arn:aws:dynamodb:us-east-1:1234*:table/A", access: "Read" }] },
      path: "tables[0].arn",
      message: /is not a table's ARN/,
    },
    {
      title: "a table of another Region",
      access: {
        tables: [
          { name: "Orders", access: "Read" },
          { arn: stock.replace("us-east-1", "eu-west-1"), access: "Read" },
        ],
      },
      path: "tables[1].arn",
      message: /is a table in eu-west-1.*us-east-1/,
    },
    { title: "no table", access: { tables: [] }, path: "tables", message: /is empty/ },
    { title: "no principal", access: { principals: [] }, path: "principals", message: /is empty/ },
    { title: "no account", access: { accounts: [] }, path: "accounts", message: /is empty/ },
    { title: "no organization", access: { organizations: [] }, path: "organizations", message: /is empty/ },
    {
      title: "a role's name",
      access: { principals: [app, "app"] },
      path: "principals[1]",
      message: /"app" is not an ARN/,
    },
    {
      title: "a principal of half an account",
      access: { principals: ["arn:aws:iam::1234*:role/app"] },
      path: "principals[0]",
      message: /is not an ARN/,
    },
    {
      title: "a session of a role",
      access: { principals: ["arn:aws:sts::123456789012:assumed-role/app/one"] },
      path: "principals[0]",
      message: /is not an ARN of a role or user/,
    },
    {
      title: "half of an account id",
      access: { accounts: ["1234*"] },
      path: "accounts[0]",
      message: /is not an account id/,
    },
    {
      title: "an organizational unit",
      access: { organizations: ["ou-ab12-11111111"] },
      path: "organizations[0]",
      message: /is not an organization's id/,
    },
    { title: "nothing restricted", access: {}, path: "access", message: /restricts nothing/ },
    {
      title: "nothing restricted, but a path check",
      access: { pathCheck: { name: "Proof" } },
      path: "access",
      message: /restricts nothing/,
    },
    {
      title: "a path check on no table",
      access: { accounts: ["123456789012"], pathCheck: {} },
      path: "pathCheck",
      message: /a name or an arn/,
    },
  ];
  for (const { title, access, path, message } of cases) {
    it(`is told where it is wrong: ${title}`, () => {
      const findings = [...accessFindings(access, place)];
      assert.deepEqual(
        findings.map((finding) => finding.path),
        [path],
      );
      assert.match(findings[0]?.message ?? "", message);
      assert.ok((findings[0]?.suggestion.length ?? 0) > 10);
      assert.throws(() => endpointPolicy(access, place), message);
    });
  }

  for (const id of [
    "a-o-a1b2c3d4e5",
    " o-a1b2c3d4e5",
    "o-a1b2c3d4e5 ",
    "o-a1b2c3d4e5/r-ab12",
    "o-a1b2c3d4e5,o-f6a7b8c9d0",
    "o-a1b2c3d4e",
    `o-${"a".repeat(33)}`,
  ]) {
    it(`is told that ${JSON.stringify(id)} is not an organization's id`, () => {
      assert.deepEqual(
        [...accessFindings({ organizations: [id] })].map(({ path }) => path),
        ["organizations[0]"],
      );
    });
  }

  for (const [title, given, message] of [
    [
      "no list of tables",
      { tables: { name: "Orders", access: "Read" } },
      "tables: is not a list; write it in brackets, also for one",
    ],
    ["no list of principals", { principals: app }, "principals: is not a list; write it in brackets, also for one"],
    [
      "a number for a table's name",
      { tables: [{ name: 7, access: "Read" }] },
      "tables[0].name: 7 is not a table's name; ",
    ],
    [
      "a map for a table's ARN",
      { tables: [{ arn: {}, access: "Read" }] },
      "tables[0].arn: an object is not a table's ARN; ",
    ],
  ] as const) {
    it(`is told where it is wrong, also where it is known only later: ${title}`, () =>
      assert.ok([...accessFindings(given as never, place)].map(findingText).join("\n").startsWith(message)));
  }

  it("is told that a name needs a place", () => {
    assert.deepEqual(
      [...accessFindings({ tables: [{ name: "Orders", access: "Read" }] })],
      [
        {
          path: "tables[0].name",
          message: "does not say in which account and Region",
          suggestion: "give the place too, or the table's arn",
        },
      ],
    );
  });

  it("is told everything at once", () => {
    assert.throws(
      () => endpointPolicy({ tables: [{ name: "a b", access: "Read" }], accounts: ["1"] }, place),
      /^Error: the access cannot be made a policy\n {2}tables\[0\]\.name: .*\n {2}accounts\[0\]: /,
    );
  });
});

function decision(document: PolicyDocument, request: PolicyRequest): string {
  return evaluatePolicy(document, request).decision;
}

function refuses(access: Access): boolean {
  try {
    endpointPolicy(access, place);
    return false;
  } catch {
    return true;
  }
}
