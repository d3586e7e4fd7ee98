import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isUnjudged } from "../../../cli/exit";
import { judgeAccess } from "../../../cli/access/judge";
import type { Organization } from "../../../cli/access/organization";
import { planIn, type Plan, type PlannedPolicy } from "../../../cli/access/plan";
import { terminalText } from "../../../cli/access/tell/terminal";
import { patched } from "../../../components/policy/access/jsonPatch";
import type { AccessReport } from "../../../cli/access/report";
import type { FactValues } from "../../../cli/preflight/facts/facts";
import { endpointPolicy, onlyThroughEndpoint, TableAccess } from "../../../policy";
import { smallFacts, smallScope, toldFacts } from "../preflight/smallFacts";
import { misfits } from "../schema";
import {
  accessFacts,
  fromNat,
  NAT_ADDRESS,
  reads,
  role,
  roleArn,
  roles,
  tableArn,
  tableOf,
  user,
  userArn,
} from "./smallAccess";

const schema = JSON.parse(readFileSync("cli/access/accessPlan.schema.json", "utf8")) as object;

const through = { vpcEndpointIds: ["vpce-0a1b2c3d"] };
const place = { region: "eu-west-1", account: "111122223333" };
const ENDPOINT = {
  VpcEndpointId: "vpce-0a1b2c3d",
  PolicyDocument: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }] }),
} as const;

const facts = (changes: Partial<FactValues> = {}): Partial<FactValues> =>
  accessFacts({ vpcEndpoints: [ENDPOINT], authorization: roles(role("app"), role("ci")), ...changes });

function judged(plan: Plan, changes: Partial<FactValues> = {}, exported?: Organization): AccessReport {
  const known = { facts: toldFacts(smallFacts(facts(changes))), exported };
  return judgeAccess(known, smallScope({ vpcEndpointId: "vpce-0a1b2c3d" }), { roles: [], isForAll: false, plan });
}

const flips = ({ flips: found }: AccessReport): readonly string[] => [
  ...new Set(found.map(({ severity, caller }) => `${severity} ${caller.split("/").at(-1)}`)),
];

const document = (...Statement: readonly object[]) => ({ Version: "2012-10-17", Statement });
const onTable = onlyThroughEndpoint({ kind: "resource", tables: [tableArn("Orders")], through });
const inRole = onlyThroughEndpoint({ kind: "identity", tables: [tableArn("Orders")], through });

const LIMIT = "arn:aws:iam::111122223333:policy/limit";
const encoded = (policy: object): string => encodeURIComponent(JSON.stringify(policy));

/** What a plan does to `app`, whose function is behind the endpoint, and to `ci`, which calls from elsewhere. */
const PLANS: readonly {
  readonly title: string;
  readonly policies: readonly PlannedPolicy[];
  readonly facts?: Partial<FactValues>;
  readonly finds: readonly string[];
}[] = [
  {
    title: "a table's policy that asks for the endpoint locks out who calls from elsewhere",
    policies: [{ kind: "table", table: "Orders", document: { ...onTable } }],
    finds: ["blocker ci"],
  },
  {
    title: "a table's policy that asks for the endpoint locks out users, too",
    policies: [{ kind: "table", table: "Orders", document: { ...onTable } }],
    facts: {
      authorization: {
        ...roles(role("app")),
        UserDetailList: [user("ann"), user("idle", { ...reads, Action: "s3:*" })],
      },
    },
    finds: ["blocker ann"],
  },
  {
    title: "a user's policy, and none of the role of its name",
    policies: [{ kind: "inline", user: "c*", name: "own", document: null }],
    facts: { authorization: { ...roles(role("app"), role("cart")), UserDetailList: [user("ci"), user("ann")] } },
    finds: ["blocker ci"],
  },
  {
    title: "a new policy of all roles, and of no user",
    policies: [{ kind: "inline", role: "*", name: "only-through", document: { ...inRole } }],
    facts: { authorization: { ...roles(role("app"), role("ci")), UserDetailList: [user("ann")] } },
    finds: ["blocker ci"],
  },
  {
    title: "a user's boundary, and a managed policy that it gets",
    policies: [
      { kind: "boundary", user: "ann", document: document({ ...reads, Action: "dynamodb:Query" }) },
      {
        kind: "managed",
        arn: "arn:aws:iam::111122223333:policy/x",
        user: "ben",
        document: document({ ...reads, Effect: "Deny" }),
      },
    ],
    facts: { authorization: { ...roles(role("app")), UserDetailList: [user("ann"), user("ben"), user("cy")] } },
    finds: ["blocker ann", "blocker ben"],
  },
  {
    title: "a table's policy that goes away no longer denies",
    policies: [{ kind: "table", table: "Orders", document: null }],
    facts: { tables: [tableOf("Orders", { Effect: "Deny", Principal: "*", Action: "*", Resource: "*" })] },
    finds: ["medium app", "medium ci"],
  },
  {
    title: "a new policy of all roles",
    policies: [{ kind: "inline", role: "*", name: "only-through", document: { ...inRole } }],
    finds: ["blocker ci"],
  },
  {
    title: "a new policy of one role alone",
    policies: [{ kind: "inline", role: "app", name: "only-through", document: { ...inRole } }],
    finds: [],
  },
  {
    title: "a role's policy as text, which allows the other way, too",
    policies: [{ kind: "inline", role: "app", name: "own", document: JSON.stringify(document(reads)) }],
    facts: { authorization: roles(role("app", fromNat)) },
    finds: [],
  },
  {
    title: "a role's policy that goes away",
    policies: [{ kind: "inline", role: "ci", name: "own", document: null }],
    finds: ["blocker ci"],
  },
  {
    title: "a managed policy that is attached besides",
    policies: [
      {
        kind: "managed",
        arn: "arn:aws:iam::111122223333:policy/x",
        role: "ci",
        document: document({ ...reads, Effect: "Deny" }),
      },
    ],
    finds: ["blocker ci"],
  },
  {
    title: "a managed policy that nobody has",
    policies: [
      { kind: "managed", arn: "arn:aws:iam::111122223333:policy/x", document: document({ ...reads, Effect: "Deny" }) },
    ],
    finds: [],
  },
  {
    title: "a managed policy that is a boundary",
    policies: [{ kind: "managed", arn: LIMIT, document: document({ ...reads, Action: "dynamodb:Query" }) }],
    facts: {
      authorization: {
        ...roles(role("app", reads, { PermissionsBoundary: { PermissionsBoundaryArn: LIMIT } }), role("ci")),
        Policies: [{ Arn: LIMIT, PolicyVersionList: [{ IsDefaultVersion: true, Document: encoded(document(reads)) }] }],
      },
    },
    finds: ["blocker app"],
  },
  {
    title: "a boundary where there was none",
    policies: [{ kind: "boundary", role: "app", document: document({ ...reads, Action: "dynamodb:Query" }) }],
    finds: ["blocker app"],
  },
  {
    title: "an endpoint's policy, which concerns nobody who does not use it",
    policies: [
      {
        kind: "endpoint",
        document: { ...endpointPolicy({ tables: [{ name: "Prices", access: TableAccess.Read }] }, place) },
      },
    ],
    finds: ["blocker app"],
  },
];

describe("policies that are about to change", () => {
  for (const { title, policies, facts: changes, finds } of PLANS)
    it(title, () => {
      const plan = { policies };
      assert.deepEqual(misfits(plan, schema), []);
      assert.deepEqual(flips(judged(plan, changes)), finds);
    });

  it("of an organization stand beside what is attached there, or instead of it", () => {
    const exported: Organization = {
      schemaVersion: 1,
      exportedAt: "2026-11-01T00:00:00.000Z",
      id: "o-1",
      managementAccountId: "999988887777",
      policies: {
        "p-full": {
          name: "FullAWSAccess",
          document: JSON.stringify(document({ Effect: "Allow", Action: "*", Resource: "*" })),
        },
        "p-no": { name: "nothing", document: JSON.stringify(document({ Effect: "Deny", Action: "*", Resource: "*" })) },
      },
      accounts: {
        "111122223333": { path: "o-1/r-1/", levels: [{ id: "r-1", serviceControlPolicies: ["p-full", "p-no"] }] },
      },
    };
    const plan = (name: string, given: PlannedPolicy["document"]): Plan => ({
      policies: [{ kind: "serviceControl", at: "r-1", name, document: given }],
    });
    const denies = document({ ...reads, Effect: "Deny" });
    assert.deepEqual(flips(judged(plan("p-no", denies), {}, exported)), []);
    assert.deepEqual(flips(judged(plan("nothing", null), {}, exported)), ["medium app", "medium ci"]);
    const open = {
      ...exported,
      policies: { ...exported.policies, "p-no": { ...exported.policies["p-full"], name: "x" } },
    };
    assert.deepEqual(flips(judged(plan("new", denies), {}, open as Organization)), ["blocker app", "blocker ci"]);
    assert.throws(() => judged(plan("new", denies)), /--organization/);
  });

  it("do not change what is not known of who calls from elsewhere, where they have no part", () => {
    const authorization = roles(role("app"), role("ci", fromNat));
    const report = judged(
      {
        policies: [
          { kind: "table", table: "Orders", document: { ...onTable, Resource: `${tableArn("Orders")}/index/*` } },
        ],
      },
      { authorization },
    );
    assert.deepEqual(flips(report), []);
    const onAll = judged(
      { policies: [{ kind: "table", table: "Orders", document: { ...onTable } }] },
      { authorization },
    );
    assert.deepEqual(flips(onAll), ["unknown ci"]);
    assert.match(terminalText(onAll, false), /allowed today|unknown today/);
    assert.match(terminalText(onAll, false), /^ {4}from elsewhere$/m);
  });

  it("are said, with the way of those who call from elsewhere", () => {
    const report = judged({ policies: [{ kind: "table", table: "Orders", document: { ...onTable } }] });
    assert.deepEqual(report.planned, ["resource policy of Orders"]);
    assert.deepEqual(
      report.ways.map(({ routeTableIds, callers }) => [routeTableIds, callers]),
      [
        [["rtb-a", "rtb-b"], [roleArn("app")]],
        [[], [roleArn("ci")]],
      ],
    );
  });
});

const denyUnlessThrough = {
  Effect: "Deny",
  Principal: "*",
  Action: "dynamodb:*",
  Resource: "*",
  Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-0a1b2c3d" } },
} as const;
const unlessCi = {
  ...denyUnlessThrough,
  Condition: { ...denyUnlessThrough.Condition, ArnNotLike: { "aws:PrincipalArn": [roleArn("x")] } },
};
const denyUnlessOther = { ...denyUnlessThrough, Condition: { StringNotEquals: { "aws:SourceVpc": ["vpc-9"] } } };
const three = { authorization: { ...roles(role("app"), role("ci"), role("deploy")), UserDetailList: [user("ann")] } };

/** What changes a plan so that it denies nobody any more. */
const EDITS: readonly {
  readonly title: string;
  readonly policies: readonly PlannedPolicy[];
  readonly facts?: Partial<FactValues>;
  readonly patches: readonly string[];
}[] = [
  {
    title: "a table's statement that denies one who calls from elsewhere",
    policies: [{ kind: "table", table: "Orders", document: denyUnlessThrough }],
    patches: [`add /policies/0/document/Condition/ArnNotEquals {"aws:PrincipalArn":"${roleArn("ci")}"}`],
  },
  {
    title: "all who call from elsewhere, in one list",
    policies: [{ kind: "table", table: "Orders", document: document({ ...denyUnlessThrough }) }],
    facts: three,
    patches: [
      `add /policies/0/document/Statement/0/Condition/ArnNotEquals {"aws:PrincipalArn":["${roleArn("ci")}","${roleArn("deploy")}","${userArn("ann")}"]}`,
    ],
  },
  {
    title: "one who is an exception beside others",
    policies: [
      { kind: "inline", role: "app", name: "more", document: { ...reads } },
      { kind: "table", table: "Orders", document: [{ ...unlessCi }] },
    ],
    patches: [`add /policies/1/document/0/Condition/ArnNotLike/aws:PrincipalArn/- "${roleArn("ci")}"`],
  },
  {
    title: "a list of VPCs that lacks this one, in a policy of all roles",
    policies: [
      { kind: "inline", role: "app", name: "guard", document: document({ ...denyUnlessOther, Principal: undefined }) },
    ],
    patches: ['add /policies/0/document/Statement/0/Condition/StringNotEquals/aws:SourceVpc/- "vpc-1"'],
  },
  {
    title: "what a role's policy no longer allows",
    policies: [{ kind: "inline", role: "ci", name: "own", document: document({ ...reads, Action: "dynamodb:Query" }) }],
    patches: [
      `add /policies/0/document/Statement/- {"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"${tableArn("Orders")}"}`,
    ],
  },
  {
    title: "a user's boundary that does not allow it",
    policies: [{ kind: "boundary", user: "ann", document: { ...reads, Action: "dynamodb:Query" } }],
    facts: { authorization: { ...roles(role("app")), UserDetailList: [user("ann")] } },
    patches: [
      `replace /policies/0/document [{"Effect":"Allow","Action":"dynamodb:Query","Resource":"*"},{"Effect":"Allow","Action":"dynamodb:GetItem","Resource":"${tableArn("Orders")}"}]`,
    ],
  },
  {
    title: "a text, whole",
    policies: [
      { kind: "table", table: "Orders", document: JSON.stringify(document({ ...denyUnlessOther, Sid: "Net" })) },
    ],
    facts: { authorization: roles(role("app")) },
    patches: [
      `replace /policies/0/document ${JSON.stringify(JSON.stringify(document({ ...denyUnlessThrough, Condition: { StringNotEquals: { "aws:SourceVpc": ["vpc-9", "vpc-1"] } }, Sid: "Net" })))}`,
    ],
  },
  {
    title: "an endpoint's policy",
    policies: [{ kind: "endpoint", document: document({ ...reads, Principal: "*", Action: "dynamodb:Query" }) }],
    patches: [
      `add /policies/0/document/Statement/- {"Effect":"Allow","Principal":"*","Action":"dynamodb:GetItem","Resource":"${tableArn("Orders")}","Condition":{"ArnEquals":{"aws:PrincipalArn":"${roleArn("app")}"}}}`,
    ],
  },
];

describe("the edit of a plan", () => {
  for (const { title, policies, facts: changes, patches } of EDITS)
    it(`allows ${title}, and is of the plan's file`, () => {
      const report = judged({ policies }, changes);
      const edits = report.flips.flatMap((flip) =>
        flip.edits.map(({ during, isPlanned }) => ({ ...during, isPlanned })),
      );
      const distinct = new Map(edits.map((edit) => [JSON.stringify(edit.patch), edit]));
      const found = [...distinct.values()].flatMap(({ patch }) =>
        patch.map(({ op, path, value }) => `${op} ${path} ${JSON.stringify(value)}`),
      );
      assert.deepEqual(found, patches);
      assert.ok(edits.every(({ isPlanned }) => isPlanned === true));
      const plan = [...distinct.values()].reduce<unknown>((changed, { patch }) => patched(changed, patch), {
        policies,
      });
      assert.deepEqual(misfits(plan, schema), []);
      const denied = flips(judged(plan as Plan, changes)).filter((each) => each.startsWith("blocker"));
      assert.deepEqual(denied, []);
    });

  it("is none of a policy that goes away, and none where everybody would be allowed", () => {
    const denies = { ...denyUnlessThrough, Condition: undefined };
    for (const policy of [
      { kind: "inline", role: "app", name: "own", document: null },
      { kind: "table", table: "Orders", document: JSON.parse(JSON.stringify(denies)) as object },
    ] as readonly PlannedPolicy[]) {
      const report = judged({ policies: [policy] });
      assert.ok(report.flips.length > 0);
      for (const { edits } of report.flips) assert.deepEqual(edits, []);
    }
  });

  it("says where the plan denies whoever takes the old way still", () => {
    const table = (Condition: object): PlannedPolicy => ({
      kind: "table",
      table: "Orders",
      document: { ...denyUnlessThrough, Condition },
    });
    const words = (policy: PlannedPolicy): string =>
      judged({ policies: [policy] }, { authorization: roles(role("app")) }).flips[0]?.edits[0]?.during.words ?? "";
    const later = /; the old way stays denied by it: apply the plan when the switch is done$/;
    assert.match(words(table({ StringNotEquals: { "aws:SourceVpc": "vpc-9" } })), later);
    const known = { NotIpAddressIfExists: { "aws:SourceIp": NAT_ADDRESS } };
    const both = words(table({ ...known, StringNotEqualsIfExists: { "aws:SourceVpc": "vpc-9" } }));
    assert.match(both, /add vpc-1 to aws:SourceVpc/);
    assert.doesNotMatch(both, later);
  });

  it("is told as the plan's", () => {
    const report = judged({ policies: EDITS[0]?.policies ?? [] });
    assert.match(
      terminalText(report, false),
      /resource policy of Orders in the plan, while both ways are in use: Statement: add/,
    );
  });
});

const WRONG: readonly (readonly [given: unknown, why: RegExp])[] = [
  [[], /it is written as/],
  [{ policies: [] }, /it is written as/],
  [{ policies: [1] }, /policies\[0\] is no object/],
  [{ policies: [{ kind: "bucket", document: {} }] }, /policies\[0\]\.kind is none of endpoint, inline/],
  [{ policies: [{ kind: "table", document: {} }] }, /policies\[0\]\.table is asked for/],
  [{ policies: [{ kind: "table", table: "Orders" }] }, /policies\[0\]\.document is asked for/],
  [
    { policies: [{ kind: "inline", name: "own", document: {} }] },
    /policies\[0\]: role or user is asked for, one of them/,
  ],
  [{ policies: [{ kind: "boundary", role: "a", user: "b", document: {} }] }, /role or user is asked for, one of them/],
  [{ policies: [{ kind: "managed", arn: "a", role: "", document: {} }] }, /policies\[0\]\.role is asked for, a text/],
  [{ policies: [{ kind: "endpoint", table: "Orders", document: {} }] }, /policies\[0\]\.table is not known/],
];

describe("a file of planned policies", () => {
  const folder = mkdtempSync(join(tmpdir(), "access-plan-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "plan.json");

  for (const [given, why] of WRONG)
    it(`is refused with what is wrong: ${JSON.stringify(given)}`, () => {
      writeFileSync(file, JSON.stringify(given));
      assert.notDeepEqual(misfits(given, schema), []);
      assert.throws(
        () => planIn(file),
        (error: Error) => isUnjudged(error) && why.test(error.message),
      );
    });

  it("names tables and roles that there are", () => {
    for (const [policy, why] of [
      [{ kind: "table", table: "Nobody", document: null }, /no table Nobody/],
      [{ kind: "boundary", role: "nobody-*", document: null }, /no role nobody-\*/],
      [{ kind: "boundary", user: "ci", document: null }, /no user ci/],
    ] as const)
      assert.throws(() => judged({ policies: [policy] }), why);
  });
});
