import assert from "node:assert/strict";
import { isUnjudged } from "../../../cli/exit";
import { judgeAccess, type AccessChoice } from "../../../cli/access/judge";
import type { Organization } from "../../../cli/access/organization";
import type { AccessReport } from "../../../cli/access/report";
import { terminalText } from "../../../cli/access/tell/terminal";
import type { FactName, FactValues } from "../../../cli/preflight/facts/facts";
import type { Scope } from "../../../cli/preflight/scope";
import {
  ACCOUNT,
  REGION,
  nat,
  route,
  smallFacts,
  smallScope,
  subnet,
  subnets,
  table,
  tables,
  toldFacts,
} from "../preflight/smallFacts";
import {
  accessFacts,
  fromNat,
  fromVpc,
  lambda,
  policyOf,
  reads,
  role,
  roleArn,
  roles,
  tableArn,
  tableOf,
  user,
} from "./smallAccess";

interface Asked {
  readonly facts?: Partial<FactValues>;
  readonly scope?: Partial<Scope>;
  readonly choice?: Partial<AccessChoice>;
  readonly exported?: Organization;
  readonly missing?: readonly FactName[];
}

function judged({ facts = {}, scope = {}, choice = {}, exported, missing = [] }: Asked): AccessReport {
  return judgeAccess({ facts: toldFacts(smallFacts(accessFacts(facts)), missing), exported }, smallScope(scope), {
    roles: [],
    isForAll: false,
    ...choice,
  });
}

const flips = ({ flips: found }: AccessReport): readonly string[] =>
  found.map(({ severity, caller }) => `${severity} ${caller.split("/").at(-1)}`);

const unknown = (report: AccessReport): readonly string[] => report.unknown.map(({ subject }) => subject);

/** Two workloads, and whose requests they make. */
const CALLERS: readonly {
  readonly title: string;
  readonly facts: Partial<FactValues>;
  /** `ROLE: WORKLOADS`, of what flips. */
  readonly finds: readonly string[];
  readonly unknown?: readonly string[];
}[] = [
  {
    title: "a function in two subnets, once",
    facts: { functions: [lambda("orders", "app", "a", "b")] },
    finds: ["app: Lambda function orders"],
  },
  {
    title: "a function in no subnet of the scope",
    facts: { functions: [lambda("front", "app", "public")] },
    finds: [],
  },
  {
    title: "an instance, by its profile",
    facts: {
      functions: [],
      instances: [
        {
          InstanceId: "i-1",
          SubnetId: "subnet-a",
          IamInstanceProfile: { Arn: "arn:aws:iam::111122223333:instance-profile/web" },
          Tags: [{ Key: "Name", Value: "web" }],
        },
        { InstanceId: "i-2", SubnetId: "subnet-a" },
      ],
    },
    finds: ["app: EC2 instance i-1 (web)"],
  },
  {
    title: "a service of ECS, and a task that is of none; the tasks of a service are told by it",
    facts: {
      functions: [],
      ecs: {
        services: [
          {
            serviceName: "shop",
            taskDefinition: "task:1",
            networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-a"] } },
          },
        ],
        tasks: [task("arn:aws:ecs:eu-west-1:1:task/c/job", "family:job"), task("task/c/2", "service:shop")],
        taskDefinitions: [{ taskDefinitionArn: "task:1", taskRoleArn: roleArn("app") }],
      },
    },
    finds: ["app: ECS service shop, ECS task job"],
  },
  {
    title: "pods with an identity, on any node of their cluster",
    facts: {
      functions: [],
      eks: {
        clusters: [],
        nodegroups: [
          { nodegroupName: "n", clusterName: "c", nodeRole: roleArn("node"), subnets: ["subnet-b"] },
          { nodegroupName: "m", clusterName: "d", nodeRole: roleArn("idle"), subnets: ["subnet-public"] },
        ],
        fargateProfiles: [],
        podIdentityAssociations: [
          { namespace: "shop", serviceAccount: "cart", clusterName: "c", roleArn: roleArn("app") },
          { namespace: "shop", serviceAccount: "else", clusterName: "d", roleArn: roleArn("idle") },
        ],
      },
      authorization: roles(role("app", fromNat), role("node", fromNat), role("idle", fromNat)),
    },
    finds: ["app: EKS service account shop/cart of c", "node: EKS node group n of c"],
  },
  {
    title: "two workloads with one role",
    facts: { functions: [lambda("orders", "app", "a"), lambda("prices", "app", "b")] },
    finds: ["app: Lambda function orders, Lambda function prices"],
  },
  {
    title: "a role of another account, whose policies nobody here can read",
    facts: {
      functions: [{ ...lambda("orders", "app", "a"), Role: roleArn("theirs", "444455556666") }],
    },
    finds: [],
    unknown: ["the policies of arn:aws:iam::444455556666:role/theirs"],
  },
];

function task(taskArn: string, group: string): FactValues["ecs"]["tasks"][number] {
  return {
    taskArn,
    group,
    taskDefinitionArn: "task:1",
    attachments: [{ details: [{ name: "subnetId", value: "subnet-a" }] }],
  };
}

const PROFILE = { InstanceProfileList: [{ Arn: "arn:aws:iam::111122223333:instance-profile/web" }] } as object;

const ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const TRUST = {
  Effect: "Allow",
  Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${ISSUER}` },
  Action: "sts:AssumeRoleWithWebIdentity",
} as const;
const subject = (operator: string, ...subjects: readonly string[]): object => ({
  ...TRUST,
  Condition: { [operator]: { [`${ISSUER}:sub`]: subjects.length === 1 ? subjects[0] : subjects } },
});

/** The trust policy of a role, and what calls with it from the nodes of the cluster `shop`. */
const TRUSTS: readonly (readonly [title: string, statements: readonly object[], workloads: readonly string[]])[] = [
  [
    "one service account",
    [subject("StringEquals", "system:serviceaccount:orders:cart")],
    ["EKS service account orders/cart of shop"],
  ],
  [
    "several, one of them a pattern",
    [subject("StringLike", "system:serviceaccount:orders:*", "system:serviceaccount:jobs:nightly")],
    ["EKS service account jobs/nightly of shop", "EKS service account orders/* of shop"],
  ],
  [
    "those of two statements, in another case, beside an audience",
    [
      {
        ...TRUST,
        Action: ["sts:TagSession", "STS:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: {
            [`${ISSUER}:aud`]: "sts.amazonaws.com",
            [`${ISSUER.toLowerCase()}:SUB`]: "system:serviceaccount:a:b",
          },
        },
      },
      subject("ForAnyValue:StringLike", "system:serviceaccount:c:d"),
    ],
    ["EKS service account a/b of shop", "EKS service account c/d of shop"],
  ],
  ["any of the cluster, where it asks for none", [TRUST], ["any EKS service account of shop"]],
  [
    "none of a cluster whose issuer it does not name",
    [{ ...TRUST, Principal: { Federated: `${TRUST.Principal.Federated}X` } }],
    [],
  ],
  ["none by a Deny", [{ ...TRUST, Effect: "Deny" }], []],
  ["none by another action", [{ ...TRUST, Action: "sts:AssumeRole" }], []],
  ["none who is no provider", [{ ...TRUST, Principal: { AWS: "*" } }], []],
];

describe("the service accounts that a role trusts", () => {
  for (const [title, statements, workloads] of TRUSTS)
    it(`are ${title}`, () => {
      const AssumeRolePolicyDocument = encodeURIComponent(policyOf(...statements));
      const report = judged({
        facts: {
          functions: [],
          authorization: roles(role("app", fromNat, { AssumeRolePolicyDocument })),
          eks: {
            clusters: [
              {
                name: "shop",
                identity: { oidc: { issuer: `https://${ISSUER}` } },
                resourcesVpcConfig: { subnetIds: ["subnet-a"] },
              },
              { name: "without-issuer", resourcesVpcConfig: { subnetIds: ["subnet-a"] } },
            ],
            nodegroups: [],
            fargateProfiles: [],
            podIdentityAssociations: [],
          },
        },
      });
      assert.deepEqual(
        report.flips.flatMap((flip) => flip.workloads),
        workloads,
      );
      assert.deepEqual(report.unknown, []);
    });
});

describe("who calls from the subnets that are switched", () => {
  for (const { title, facts, finds, unknown: open = [] } of CALLERS)
    it(title, () => {
      const report = judged({ facts: { authorization: roles(role("app", fromNat, PROFILE)), ...facts } });
      const found = report.flips.map(({ caller, workloads }) => `${caller.split("/")[1]}: ${workloads.join(", ")}`);
      assert.deepEqual(found, finds);
      assert.deepEqual(unknown(report), open);
    });

  const all = roles(
    role("app"),
    role("app-orders", fromNat),
    role("my-app-x", fromNat),
    role("AWSServiceRoleForX", fromNat, { Path: "/aws-service-role/x.amazonaws.com/" }),
  );
  const named: readonly (readonly [choice: Partial<AccessChoice>, callers: readonly string[]])[] = [
    [{}, ["app"]],
    [{ roles: ["app-*"] }, ["app", "app-orders"]],
    [{ roles: ["*app*"] }, ["app", "app-orders", "my-app-x"]],
    [{ isForAll: true }, ["app", "app-orders", "my-app-x", "user/ci-build", "user/ann"]],
    [{ users: ["ci-*"] }, ["app", "user/ci-build"]],
    [{ roles: ["app-*"], users: ["*"] }, ["app", "app-orders", "user/ci-build", "user/ann"]],
  ];
  for (const [choice, callers] of named)
    it(`are ${callers.join(", ")} with ${JSON.stringify(choice)}`, () => {
      const authorization = { ...all, UserDetailList: [user("ci-build"), user("ann")] };
      const { ways } = judged({ facts: { authorization }, choice });
      const arns = new Set(ways.flatMap((way) => way.callers.map((arn) => arn.replace(/^.*:(?:role\/)?/, ""))));
      assert.deepEqual([...arns].sort(), [...callers].sort());
    });

  for (const [choice, why] of [
    [{ roles: ["app.orders"] }, /^--roles app\.orders: the account has no role of this name$/],
    [{ roles: ["app-*", "ap-*"] }, /^--roles ap-\*: /],
    [{ roles: ["AWSServiceRoleForX"] }, /^--roles AWSServiceRoleForX: /],
    [{ users: ["app"] }, /^--users app: the account has no user of this name$/],
  ] as const)
    it(`are nobody by a name that nobody has: ${JSON.stringify(choice)}`, () => {
      assert.throws(
        () => judged({ facts: { authorization: all }, choice }),
        (error: Error) => isUnjudged(error) && why.test(error.message),
      );
    });

  it("are users with the policies of their groups, and within their boundary", () => {
    const limit = "arn:aws:iam::111122223333:policy/limit";
    const shared = "arn:aws:iam::111122223333:policy/shared";
    const managed = (Arn: string, statement: object): object => ({
      Arn,
      PolicyVersionList: [{ IsDefaultVersion: true, Document: encodeURIComponent(policyOf(statement)) }],
    });
    const none = { Effect: "Allow", Action: "s3:*", Resource: "*" };
    const authorization = {
      ...roles(role("app")),
      UserDetailList: [
        user("own", fromNat),
        user("in-group", none, { GroupList: ["developers"] }),
        user("shared", none, { GroupList: ["operators"] }),
        user("bounded", reads, { PermissionsBoundary: { PermissionsBoundaryArn: limit } }),
        user("open"),
        user("other", none, { GroupList: ["nobody"] }),
        user("tagged", { ...reads, Condition: { StringEquals: { "aws:PrincipalTag/team": "orders" } } }),
      ],
      GroupDetailList: [
        {
          GroupName: "developers",
          GroupPolicyList: [{ PolicyName: "own", PolicyDocument: encodeURIComponent(policyOf(fromNat)) }],
        },
        { GroupName: "operators", AttachedManagedPolicies: [{ PolicyArn: shared }] },
      ],
      Policies: [managed(limit, fromNat), managed(shared, fromNat)],
    };
    const report = judged({ facts: { authorization }, choice: { users: ["*"] } });
    assert.deepEqual(flips(report), ["blocker bounded", "blocker in-group", "blocker own", "blocker shared"]);
    // Their keys have no session policies, and their tags are known.
    assert.deepEqual(unknown(report), []);
    const by = report.flips.flatMap(({ before }) => before.by?.policy ?? []);
    assert.deepEqual([...new Set(by)], ["user/bounded/own", "group/developers/own", "user/own/own", shared]);
  });

  it("are not known to have no session policies where they were asked for by name", () => {
    const facts = { authorization: roles(role("app"), role("ci", fromNat)) };
    const report = judged({ facts, choice: { roles: ["ci"] } });
    assert.deepEqual(flips(report), ["blocker ci"]);
    assert.deepEqual(unknown(report), ["session policies of 1 role asked for"]);
  });
});

const fromOne = (address: string): object => ({ ...reads, Condition: { IpAddress: { "aws:SourceIp": address } } });
const gateways = (...addresses: readonly (string | undefined)[]): Partial<FactValues> => ({
  natGateways: [nat("nat-1", { NatGatewayAddresses: addresses.map((PublicIp) => ({ PublicIp })) })],
});

/** How a role that is allowed from 198.51.100.7 alone is judged. */
const WAYS: readonly (readonly [
  title: string,
  facts: Partial<FactValues>,
  finds: readonly string[],
  before: string,
])[] = [
  ["one NAT gateway", {}, ["blocker app"], "NAT gateway nat-1 (198.51.100.7)"],
  [
    "a regional one with several addresses, one of which is allowed",
    gateways("198.51.100.7", "198.51.100.8"),
    ["unknown app"],
    "NAT gateway nat-1 (198.51.100.7, 198.51.100.8)",
  ],
  ["another address", gateways("198.51.100.8"), [], "NAT gateway nat-1 (198.51.100.8)"],
  [
    "a private NAT gateway",
    gateways(undefined),
    ["unknown app"],
    "NAT gateway nat-1 (its public address is not known)",
  ],
  [
    "a transit gateway",
    { routeTables: tables(table("a", [route("0.0.0.0/0", "tgw-1")])) },
    ["unknown app"],
    "transit gateway tgw-1 (its public address is not known)",
  ],
  ["no way at all, on which nobody is allowed anything", { routeTables: tables(table("a", [])) }, [], "no way"],
];

describe("how requests look today", () => {
  for (const [title, facts, finds, before] of WAYS)
    it(`by ${title}`, () => {
      const authorization = roles(role("app", fromOne("198.51.100.7")));
      const report = judged({ facts: { authorization, ...facts }, scope: { routeTableIds: ["rtb-a"] } });
      assert.deepEqual(flips(report), finds);
      assert.deepEqual(
        report.ways.map((way) => way.before),
        [before],
      );
    });

  it("is told for each route table, and a flip of both once", () => {
    const report = judged({
      facts: {
        routeTables: tables(table("b", [route("0.0.0.0/0", "nat-2")])),
        natGateways: [nat("nat-1"), nat("nat-2", { NatGatewayAddresses: [{ PublicIp: "198.51.100.9" }] })],
        functions: [lambda("orders", "app", "a"), lambda("prices", "app", "b")],
        authorization: roles(role("app", fromOne("198.51.100.0/24"))),
      },
    });
    assert.deepEqual(
      report.ways.map(({ routeTableIds, before }) => `${routeTableIds.join()} ${before}`),
      ["rtb-a NAT gateway nat-1 (198.51.100.7)", "rtb-b NAT gateway nat-2 (198.51.100.9)"],
    );
    const [flip, ...others] = report.flips;
    assert.deepEqual(others, []);
    assert.deepEqual(flip?.routeTableIds, ["rtb-a", "rtb-b"]);
    assert.deepEqual(flip.workloads, ["Lambda function orders", "Lambda function prices"]);
  });

  it("is one flip where each has its address in one list, with what may go afterwards for each", () => {
    const addresses = ["198.51.100.7", "198.51.100.9"];
    const guard = {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { NotIpAddress: { "aws:SourceIp": addresses } },
    };
    const report = judged({
      facts: {
        routeTables: tables(table("b", [route("0.0.0.0/0", "nat-2")])),
        natGateways: [nat("nat-1"), nat("nat-2", { NatGatewayAddresses: [{ PublicIp: "198.51.100.9" }] })],
        functions: [lambda("orders", "app", "a"), lambda("prices", "app", "b")],
        authorization: roles(
          role("app", reads, {
            RolePolicyList: [{ PolicyName: "own", PolicyDocument: encodeURIComponent(policyOf(reads, guard)) }],
          }),
        ),
      },
    });
    const [flip, ...others] = report.flips;
    assert.deepEqual(others, []);
    assert.deepEqual(flip?.routeTableIds, ["rtb-a", "rtb-b"]);
    assert.deepEqual(
      flip.edits.map(({ afterwards }) => afterwards.patch.at(-1)?.value),
      ["198.51.100.9", "198.51.100.7"],
    );
    assert.equal(new Set(flip.edits.map(({ during }) => JSON.stringify(during))).size, 1);
    const text = terminalText(report, false);
    assert.equal(text.match(/while both ways are in use/g)?.length, 1);
    assert.match(
      text,
      /take 198\.51\.100\.7 out .*; or .*take 198\.51\.100\.9 out .*: each for one way, with its patch/,
    );
  });

  it("is told of those behind one route table alone, where the other's address is allowed as well", () => {
    const report = judged({
      facts: {
        routeTables: tables(table("b", [route("0.0.0.0/0", "nat-2")])),
        natGateways: [nat("nat-1"), nat("nat-2", { NatGatewayAddresses: [{ PublicIp: "198.51.100.9" }] })],
        functions: [lambda("orders", "app", "a", "b")],
        authorization: roles(role("app", fromOne("198.51.100.9"))),
      },
    });
    assert.deepEqual(
      report.flips.map(({ routeTableIds }) => routeTableIds),
      [["rtb-b"]],
    );
  });

  it("goes by the ranges of a route table's own subnets, where a policy asks for addresses in the VPC", () => {
    const condition = { StringEquals: { "aws:SourceVpc": "vpc-1" }, IpAddress: { "aws:VpcSourceIp": "10.0.1.0/24" } };
    const report = judged({
      facts: {
        subnets: subnets(subnet("a", { CidrBlock: "10.0.1.0/24" }), subnet("b", { CidrBlock: "10.0.2.0/24" })),
        authorization: roles(
          role("app", { ...reads, Condition: condition }),
          role("other", { ...reads, Condition: condition }),
        ),
        functions: [lambda("orders", "app", "a"), lambda("prices", "other", "b")],
      },
    });
    assert.deepEqual(flips(report), ["medium app"]);
  });
});

const exported = (levels: Organization["accounts"][string]["levels"]): Organization => ({
  schemaVersion: 1,
  exportedAt: "2026-11-01T00:00:00.000Z",
  id: "o-1",
  managementAccountId: "999988887777",
  policies: {
    "p-full": { name: "FullAWSAccess", document: policyOf({ Effect: "Allow", Action: "*", Resource: "*" }) },
    "p-net": {
      name: "perimeter",
      document: policyOf({
        Sid: "Network",
        Effect: "Deny",
        Action: "*",
        Resource: "*",
        Condition: {
          NotIpAddressIfExists: { "aws:SourceIp": "198.51.100.0/24" },
          StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-9"] },
        },
      }),
    },
  },
  accounts: { [ACCOUNT]: { path: "o-1/r-1/ou-1/", levels } },
});

describe("the organization", () => {
  const rootAlone = [{ id: "r-1", serviceControlPolicies: ["p-full"] }];

  it("is one unknown where its policies are not known, whoever calls, and how ever many", () => {
    const report = judged({
      facts: {
        organization: { Id: "o-1", MasterAccountId: "999988887777" },
        functions: [lambda("orders", "app", "a"), lambda("prices", "other", "b")],
        authorization: roles(role("app"), role("other")),
      },
    });
    assert.deepEqual(report.flips, []);
    assert.deepEqual(unknown(report), [`organization policies of account ${ACCOUNT}`]);
    assert.deepEqual(report.unknown[0]?.evidence, [roleArn("app"), roleArn("other")]);
    assert.deepEqual(report.organization, { id: "o-1", policies: "unknown" });
  });

  it("limits nothing in its management account, and has no say where there is none", () => {
    assert.deepEqual(unknown(judged({ facts: { organization: { Id: "o-1", MasterAccountId: ACCOUNT } } })), []);
    assert.deepEqual(judged({}).organization, { policies: "none" });
  });

  it("is judged by what was exported, with the statement, its policy and the date", () => {
    const levels = [...rootAlone, { id: "ou-1", serviceControlPolicies: ["p-full", "p-net"] }];
    const report = judged({ exported: exported(levels) });
    assert.deepEqual(flips(report), ["blocker app"]);
    assert.deepEqual(report.flips[0]?.after.by, {
      kind: "serviceControl",
      policy: "perimeter (p-net)",
      path: "Statement[0]",
      sid: "Network",
    });
    assert.deepEqual(report.flips[0].edits[0]?.during.patch, [
      { op: "add", path: "/Statement/0/Condition/StringNotEqualsIfExists/aws:SourceVpc/-", value: "vpc-1" },
    ]);
    assert.deepEqual(report.organization, {
      id: "o-1",
      policies: "given",
      exportedAt: "2026-11-01T00:00:00.000Z",
    });
    assert.deepEqual(judged({ exported: exported(rootAlone) }).flips, []);
  });
});

describe("the tables", () => {
  it("are one unknown together where their policies were not read", () => {
    const report = judged({
      facts: { tableNames: ["Orders", "Prices", "Stock"], tables: [tableOf("Orders")] },
    });
    assert.deepEqual(unknown(report), ["resource policies of 2 tables not read"]);
    assert.equal(report.tables, 3);
  });

  it("are read where they were named by their ARN, and judged once", () => {
    const own = { ...fromNat, Effect: "Deny", Principal: "*" };
    const { ResourcePolicy } = tableOf("Orders", own);
    const byArn = { TableName: tableArn("Orders"), TableArn: tableArn("Orders"), ResourcePolicy };
    for (const known of [[byArn], [byArn, tableOf("Orders", own)]]) {
      const report = judged({ facts: { tableNames: ["Orders"], tables: known } });
      assert.deepEqual([flips(report), unknown(report), report.tables], [["medium app"], [], 1]);
      assert.equal(report.flips[0]?.before.by?.policy, "resource policy of Orders");
    }
  });

  it("have their own policies, which are named", () => {
    const own = { ...fromNat, Principal: { AWS: roleArn("app") } };
    const report = judged({
      facts: { tables: [tableOf("Orders", own)], authorization: roles(role("app", { ...reads, Action: "s3:*" })) },
    });
    assert.deepEqual(report.flips[0]?.resources.includes(tableArn("Orders")), true);
    assert.equal(report.flips[0].before.by?.policy, "resource policy of Orders");
  });
});

const PARTNER = "444455556666";
const theirs = (name: string, { region = REGION, account = PARTNER } = {}): string =>
  `arn:aws:dynamodb:${region}:${account}:table/${name}`;
const uses = (...Resource: readonly string[]): object => ({ Effect: "Allow", Action: "dynamodb:GetItem", Resource });
const partnerTable = (more: Partial<FactValues["tables"][number]>): FactValues["tables"] => [
  tableOf("Orders"),
  { TableName: theirs("Shared"), TableArn: theirs("Shared"), ...more },
];
const opened = (more: object = {}): string =>
  policyOf({ Principal: { AWS: ACCOUNT }, ...uses(theirs("Shared")), ...more });
const POLICY_UNKNOWN = `resource policy of table Shared of account ${PARTNER}`;
const ORGANIZATION_UNKNOWN = `organization policies of account ${PARTNER}`;
const byAddress = { Condition: { IpAddress: { "aws:SourceIp": "198.51.100.7" } } };

/** What is said of a role of this account and a table of another. */
const OTHERS: readonly {
  readonly title: string;
  readonly statement: object;
  readonly tables?: FactValues["tables"];
  readonly choice?: Partial<AccessChoice>;
  readonly finds?: readonly string[];
  readonly unknown?: readonly string[];
}[] = [
  {
    title: "that a policy names: its policy is not known",
    statement: uses(theirs("Shared"), `${theirs("Shared")}/index/*`),
    unknown: [ORGANIZATION_UNKNOWN, POLICY_UNKNOWN],
  },
  {
    title: "in whatever Region the role is",
    statement: uses(theirs("Shared", { region: "*" })),
    unknown: [ORGANIZATION_UNKNOWN, POLICY_UNKNOWN],
  },
  {
    title: "in another Region: its requests do not change their way",
    statement: { ...uses(theirs("Shared", { region: "us-east-1" })), ...byAddress },
  },
  {
    title: "in another Region, of this account",
    statement: { ...uses(theirs("Orders", { region: "us-east-1", account: ACCOUNT })), ...byAddress },
    tables: [
      tableOf("Orders"),
      { TableName: "Orders", TableArn: theirs("Orders", { region: "us-east-1", account: ACCOUNT }) },
    ],
  },
  { title: "by a pattern, of which nobody knows what it means there", statement: uses(theirs("Shared*")) },
  { title: "in a Deny", statement: { ...uses(theirs("Shared")), Effect: "Deny" } },
  {
    title: "that lets its policy be read, and asks for nothing",
    statement: uses(theirs("Shared")),
    tables: partnerTable({ ResourcePolicy: opened() }),
    unknown: [ORGANIZATION_UNKNOWN],
  },
  {
    title: "that lets its policy be read, which allows the NAT gateway's address",
    statement: uses(theirs("Shared")),
    tables: partnerTable({ ResourcePolicy: opened(byAddress) }),
    finds: ["blocker app"],
    unknown: [ORGANIZATION_UNKNOWN],
  },
  {
    title: "that allows, where the role may only from an address",
    statement: { ...uses(theirs("Shared")), ...byAddress },
    tables: partnerTable({ ResourcePolicy: opened() }),
    finds: ["blocker app"],
    unknown: [ORGANIZATION_UNKNOWN],
  },
  {
    title: "that has no policy: it allows nobody here anything",
    statement: { ...uses(theirs("Shared")), ...byAddress },
    tables: partnerTable({}),
    unknown: [ORGANIZATION_UNKNOWN],
  },
  {
    title: "that was asked for and does not let its policy be read",
    statement: { Effect: "Allow", Action: "dynamodb:*", Resource: "*" },
    tables: partnerTable({
      ResourcePolicyMissing: { permission: "dynamodb:GetResourcePolicy", reason: "denied", message: "denied" },
    }),
    unknown: [ORGANIZATION_UNKNOWN, POLICY_UNKNOWN],
  },
  {
    title: "whose policy is brought, and holds for today as well",
    statement: uses(theirs("Shared")),
    choice: { plan: { policies: [{ kind: "table", table: theirs("Shared"), document: opened(byAddress) }] } },
    finds: ["blocker app"],
    unknown: [ORGANIZATION_UNKNOWN],
  },
  {
    title: "whose policy is brought: none",
    statement: uses(theirs("Shared")),
    choice: { plan: { policies: [{ kind: "table", table: theirs("Shared"), document: null }] } },
    unknown: [ORGANIZATION_UNKNOWN],
  },
];

describe("a table of another account", () => {
  for (const { title, statement, tables: known, choice, finds = [], unknown: open = [] } of OTHERS)
    it(title, () => {
      // Who cannot use it is not concerned.
      const authorization = roles(role("app", statement), role("idle", uses(tableArn("Orders"))));
      const report = judged({
        facts: {
          authorization,
          functions: [lambda("orders", "app", "a"), lambda("stock", "idle", "b")],
          ...(known !== undefined && { tables: known }),
        },
        choice,
      });
      assert.deepEqual(flips(report), finds);
      assert.deepEqual(unknown(report), open);
      for (const { evidence } of report.unknown) assert.deepEqual(evidence, [roleArn("app")]);
    });

  it("is in the organization that was exported, or in one that nobody here knows", () => {
    const levels = [{ id: "r-1", serviceControlPolicies: ["p-full"], resourceControlPolicies: ["p-full"] }];
    const guarded = { id: "ou-9", resourceControlPolicies: ["p-full", "p-net"] };
    const own = exported(levels);
    const withTheirs = {
      ...own,
      accounts: { ...own.accounts, [PARTNER]: { path: "o-1/r-1/ou-9/", levels: [...levels, guarded] } },
    };
    const facts = {
      authorization: roles(role("app", uses(theirs("Shared")))),
      tables: partnerTable({ ResourcePolicy: opened() }),
    };
    const report = judged({ facts, exported: withTheirs });
    assert.deepEqual([flips(report), unknown(report)], [["blocker app"], []]);
    assert.equal(report.flips[0]?.after.by?.kind, "resourceControl");
    assert.deepEqual(unknown(judged({ facts, exported: own })), [ORGANIZATION_UNKNOWN]);
  });
});

describe("the endpoint", () => {
  const endpoint = (statement: object): Asked => ({
    facts: {
      vpcEndpoints: [
        { VpcEndpointId: "vpce-1", PolicyDocument: policyOf({ Principal: "*", Resource: "*", ...statement }) },
      ],
    },
    scope: { vpcEndpointId: "vpce-1" },
  });

  it("has the policy that it has where it exists, and full access where it is made anew", () => {
    const shut = endpoint({ Effect: "Allow", Action: "dynamodb:Query" });
    const report = judged(shut);
    assert.deepEqual(
      report.flips.map(({ id, severity }) => `${id} ${severity}`),
      ["P2 blocker"],
    );
    assert.equal(report.ways[0]?.after, "vpce-1");
    assert.deepEqual(judged({ ...shut, scope: {} }).flips, []);
  });

  it("has an id that policies can ask for where it exists, which is unknown where it is made anew", () => {
    const byId = { ...reads, Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } };
    const open = endpoint({ Effect: "Allow", Action: "*" });
    const authorization = roles(role("app", byId));
    assert.deepEqual(flips(judged({ ...open, facts: { ...open.facts, authorization } })), ["medium app"]);
    assert.deepEqual(flips(judged({ facts: { authorization } })), ["unknown app"]);
  });

  it("is what is left on the way back", () => {
    const report = judged({ facts: { authorization: roles(role("app", fromVpc)) }, scope: { direction: "withdraw" } });
    assert.deepEqual(flips(report), ["blocker app"]);
    assert.match(report.ways[0]?.after ?? "", /^NAT gateway nat-1/);
  });
});

describe("what access lacks", () => {
  const needed: readonly FactName[] = [
    "authorization",
    "routeTables",
    "subnets",
    "natGateways",
    "prefixLists",
    "vpcEndpoints",
  ];
  for (const name of needed)
    it(`is all that it says without ${name}`, () => {
      const report = judged({ missing: [name] });
      assert.deepEqual(report.flips, []);
      assert.deepEqual(
        report.unknown.map(({ evidence }) => evidence),
        [[`service:Read-${name}`]],
      );
    });

  for (const name of ["functions", "instances", "ecs", "eks"] as const)
    it(`is said, with what the others tell, without ${name}`, () => {
      const report = judged({ missing: [name], facts: { authorization: roles(role("app", fromNat)) } });
      assert.ok(report.unknown.some(({ evidence }) => evidence.includes(`service:Read-${name}`)));
      assert.deepEqual(flips(report), name === "functions" ? [] : ["blocker app"]);
    });
});
