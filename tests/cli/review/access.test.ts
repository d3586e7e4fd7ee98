import assert from "node:assert/strict";
import { ACCESS_FINDINGS } from "../../../cli/review/judge/findings";
import {
  documentOf,
  endpoint,
  fromNat,
  fromVpc,
  gone,
  inline,
  network,
  onlyThrough,
  reads,
  reviewed,
  role,
  roleWith,
  SECRET,
  step,
  type Step,
  streamed,
  SWITCH,
  SWITCH_URN,
  SWITCHED,
  TABLE,
  tableArn,
  tablePolicy,
  TYPES,
  UNKNOWN,
  urnOf,
  WITHDRAWN,
} from "./smallPreview";

const OFFICE = documentOf(fromNat);
const LOCK = documentOf(onlyThrough);
const READS = documentOf(reads);
const onlyReadsPrices = documentOf({ ...reads, Principal: "*", Resource: tableArn("Prices") });
const LIMIT = "arn:aws:iam::111122223333:policy/limit";
const limit = (policy: string) => ({ id: LIMIT, inputs: { name: "limit", policy }, outputs: { arn: LIMIT } });

interface Case {
  readonly title: string;
  readonly steps: readonly (Step | readonly Step[])[];
  /** Severity, finding and subject of each. */
  readonly finds: readonly string[];
}

const NOT_SEEN = "unknown PermissionsNotSeen 1 caller of this preview";

const net = urnOf("dynamodb-endpoint:index:RouteRollout", "net");

/** A roll-out that has switched nothing yet. */
const rollout = step("pulumi:index:Stash", "net-plan", {
  parent: net,
  inputs: {
    input: {
      remarks: {
        version: 1,
        stages: [{ name: "rest", routeTables: ["private-b"] }],
        throughStage: "none",
        checked: [],
        isolated: [],
      },
    },
  },
});

/** A switch, and what does not change with it. */
const SWITCHES: readonly Case[] = [
  {
    title: "a role that is allowed from the NAT gateway's address alone",
    steps: [network(SWITCH), TABLE, roleWith("app", OFFICE)],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "the same where nothing is switched",
    steps: [network(undefined), TABLE, roleWith("app", OFFICE)],
    finds: [],
  },
  {
    title: "the same where the route table is on the endpoint already",
    steps: [network(SWITCHED), TABLE, roleWith("app", OFFICE)],
    finds: [],
  },
  {
    title: "a role of which no permission depends on the way",
    steps: [network(SWITCH), TABLE, roleWith("app", READS)],
    finds: [],
  },
  {
    title: "a role that is allowed in the VPC alone",
    steps: [network(SWITCH), TABLE, roleWith("app", documentOf(fromVpc))],
    finds: ["medium AllowedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "the same on the way back",
    steps: [network(WITHDRAWN), TABLE, roleWith("app", documentOf(fromVpc))],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a role that both ways are allowed to",
    steps: [network(SWITCH), TABLE, roleWith("app", documentOf(fromNat, fromVpc))],
    finds: [NOT_SEEN],
  },
  {
    title: "an inline policy of the role itself",
    steps: [
      network(SWITCH),
      TABLE,
      step(TYPES.role, "app", role("app", { inlinePolicies: [{ name: "own", policy: OFFICE }] })),
    ],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a managed policy of the preview that is attached",
    steps: [
      network(SWITCH),
      TABLE,
      step(TYPES.role, "app", role("app")),
      step(TYPES.policy, "limit", limit(OFFICE)),
      step(TYPES.attachment, "app-limit", { inputs: { role: "app", policyArn: LIMIT } }),
    ],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a boundary of the preview",
    steps: [
      network(SWITCH),
      TABLE,
      step(TYPES.role, "app", role("app", { permissionsBoundary: LIMIT })),
      inline("app", "own", READS),
      step(TYPES.policy, "limit", limit(OFFICE)),
    ],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a user by a group's policy",
    steps: [
      network(SWITCH),
      TABLE,
      step(TYPES.user, "ann", {
        id: "ann",
        inputs: { name: "ann" },
        outputs: { arn: "arn:aws:iam::111122223333:user/ann" },
      }),
      step(TYPES.group, "staff", { id: "staff", inputs: { name: "staff" } }),
      step("aws:iam/groupPolicy:GroupPolicy", "staff-own", { inputs: { group: "staff", name: "own", policy: OFFICE } }),
      step("aws:iam/userGroupMembership:UserGroupMembership", "ann", { inputs: { user: "ann", groups: ["staff"] } }),
    ],
    finds: ["blocker DeniedAfterwards user/ann", NOT_SEEN],
  },
  {
    title: "a role that may have an unread policy which allows it",
    steps: [
      network(SWITCH),
      TABLE,
      roleWith("app", OFFICE),
      step(TYPES.attachment, "app-full", {
        inputs: { role: "app", policyArn: "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess" },
      }),
    ],
    finds: ["unknown DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "an office whose address may be the NAT gateway's, which is not in the preview",
    steps: [network(SWITCH).slice(1), TABLE, roleWith("app", OFFICE)],
    finds: ["unknown DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "an endpoint whose policy does not name the table",
    steps: [
      network(SWITCH).filter(({ urn }) => urn !== urnOf(TYPES.endpoint, "dynamodb")),
      step(TYPES.endpoint, "dynamodb", endpoint({ policy: onlyReadsPrices })),
      TABLE,
      roleWith("app", READS),
    ],
    finds: ["blocker DeniedAfterwards role/app"],
  },
  {
    title: "a table that a policy alone names",
    steps: [network(SWITCH), roleWith("app", OFFICE)],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "any table, where none is named",
    steps: [network(SWITCH), roleWith("app", documentOf({ ...fromNat, Resource: "*" }))],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a table of another Region, which no gateway endpoint leads to",
    steps: [network(SWITCH), TABLE, roleWith("app", OFFICE.replaceAll("eu-west-1", "us-east-1"))],
    finds: [NOT_SEEN],
  },
  {
    title: "a role of the components' own check",
    steps: [
      network(SWITCH),
      TABLE,
      step(TYPES.role, "dynamodb-check", {
        ...role("dynamodb-check", { inlinePolicies: [{ name: "own", policy: OFFICE }] }),
        parent: urnOf("dynamodb-endpoint:index:DynamoDbEndpoint", "dynamodb"),
      }),
    ],
    finds: [],
  },
];

const CHANGES: readonly Case[] = [
  {
    title: "a table's lock while the route table is not switched",
    steps: [
      network(undefined),
      TABLE,
      roleWith("app", READS),
      step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK)),
    ],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a table's lock where the route table is on the endpoint",
    steps: [
      network(SWITCHED),
      TABLE,
      roleWith("app", READS),
      step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK)),
    ],
    finds: ["medium DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a table's lock that no order keeps behind the switch",
    steps: [
      network(SWITCH),
      TABLE,
      roleWith("app", READS),
      step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK)),
    ],
    finds: ["blocker DeniedInBetween role/app", "medium DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a table's lock that depends on the switch",
    steps: [
      network(SWITCH),
      TABLE,
      roleWith("app", READS),
      step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK, { dependencies: [SWITCH_URN] })),
    ],
    finds: ["medium DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a role's policy that takes the way back into account, before which the way goes back",
    steps: [network(SWITCH), TABLE, roleWith("app", OFFICE, documentOf(fromVpc))],
    finds: ["blocker DeniedInBetween role/app", "medium DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a table's lock where the preview has no network",
    steps: [TABLE, roleWith("app", READS), step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK))],
    finds: ["high DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a table's lock while a later stage is not switched",
    steps: [rollout, TABLE, roleWith("app", READS), step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK))],
    finds: ["blocker DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a table's lock where the route table leads to an internet gateway",
    steps: [
      network(undefined).map(
        (each) => JSON.parse(JSON.stringify(each).replaceAll("natGatewayId", "gatewayId")) as Step,
      ),
      TABLE,
      roleWith("app", READS),
      step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK)),
    ].map((each) => JSON.parse(JSON.stringify(each).replaceAll("nat-1", "igw-1")) as Step),
    finds: ["high DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a policy that goes after the switch, when another is there before it",
    steps: [
      network({ ...SWITCH, newState: { ...SWITCH.newState, dependencies: [urnOf(TYPES.rolePolicy, "app-vpc")] } }),
      TABLE,
      step(TYPES.role, "app", role("app")),
      gone(TYPES.rolePolicy, "app-nat", { inputs: { role: "app", name: "nat", policy: OFFICE } }),
      inline("app", "vpc", undefined, documentOf(fromVpc)),
    ],
    finds: ["medium DeniedElsewhere role/app", NOT_SEEN],
  },
  {
    title: "a policy that the role was last seen to have, and that goes",
    steps: [
      network(SWITCHED),
      TABLE,
      step(TYPES.role, "app", {
        ...role("app"),
        outputs: { ...role("app").outputs, inlinePolicies: [{ name: "own", policy: READS }] },
      }),
      gone(TYPES.rolePolicy, "app-own", { inputs: { role: "app", name: "own", policy: READS } }),
    ],
    finds: ["medium DeniedEverywhere role/app"],
  },
  {
    title: "a managed policy that this run makes and attaches",
    steps: [
      network(SWITCHED),
      TABLE,
      roleWith("app", READS),
      step(TYPES.policy, "no", undefined, { inputs: { name: "no", policy: documentOf({ ...reads, Effect: "Deny" }) } }),
      step(TYPES.attachment, "app-no", undefined, {
        inputs: { role: "app", policyArn: UNKNOWN },
        propertyDependencies: { policyArn: [urnOf(TYPES.policy, "no")] },
      }),
    ],
    finds: ["medium DeniedEverywhere role/app"],
  },
  {
    title: "a policy that AWS would refuse, of which its own findings tell",
    steps: [
      network(SWITCHED),
      TABLE,
      roleWith("app", READS),
      step(TYPES.tablePolicy, "lock", undefined, tablePolicy(documentOf({ ...reads, Effect: "Deny" }))),
    ],
    finds: [],
  },
  {
    title: "a policy that was secret, and is no longer",
    steps: [network(SWITCH), TABLE, roleWith("app", SECRET, OFFICE)],
    finds: ["unknown DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "the policy of an endpoint that no route table of the preview uses",
    steps: [
      step(TYPES.endpoint, "dynamodb", endpoint(), endpoint({ policy: onlyReadsPrices })),
      TABLE,
      roleWith("app", READS),
    ],
    finds: ["blocker DeniedAfterwards role/app"],
  },
  {
    title: "a lock that goes",
    steps: [network(undefined), TABLE, roleWith("app", READS), gone(TYPES.tablePolicy, "lock", tablePolicy(LOCK))],
    finds: ["medium AllowedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "an endpoint's policy that no longer names the table",
    steps: [
      network(SWITCHED).filter(({ urn }) => urn !== urnOf(TYPES.endpoint, "dynamodb")),
      step(TYPES.endpoint, "dynamodb", endpoint(), endpoint({ policy: onlyReadsPrices })),
      TABLE,
      roleWith("app", READS),
    ],
    finds: ["blocker DeniedAfterwards role/app"],
  },
  {
    title: "an endpoint's policy by a resource of its own",
    steps: [
      network(SWITCHED),
      step(TYPES.endpointPolicy, "narrow", undefined, { inputs: { vpcEndpointId: "vpce-1", policy: onlyReadsPrices } }),
      TABLE,
      roleWith("app", READS),
    ],
    finds: ["blocker DeniedAfterwards role/app"],
  },
  {
    title: "a policy of a native endpoint",
    steps: [
      network(SWITCHED).filter(({ urn }) => urn !== urnOf(TYPES.endpoint, "dynamodb")),
      step(
        "aws-native:ec2:VpcEndpoint",
        "dynamodb",
        endpoint(),
        endpoint({ policyDocument: JSON.parse(onlyReadsPrices) as object }),
      ),
      TABLE,
      roleWith("app", READS),
    ],
    finds: ["blocker DeniedAfterwards role/app"],
  },
  {
    title: "a permission that is taken away on every way",
    steps: [network(SWITCHED), TABLE, roleWith("app", READS, documentOf({ ...reads, Action: "dynamodb:Query" }))],
    finds: ["medium DeniedEverywhere role/app"],
  },
  {
    title: "a permission that is given on every way",
    steps: [network(SWITCHED), TABLE, roleWith("app", READS, documentOf({ ...reads, Action: "dynamodb:*" }))],
    finds: [],
  },
  {
    title: "a role that this run makes",
    steps: [
      network(SWITCH),
      TABLE,
      step(TYPES.role, "app", undefined, role("app")),
      inline("app", "own", undefined, OFFICE),
    ],
    finds: [],
  },
  {
    title: "a policy of the same name that another resource takes over",
    steps: [
      network(SWITCHED),
      TABLE,
      step(TYPES.role, "app", role("app")),
      gone(TYPES.rolePolicy, "old", { inputs: { role: "app", name: "own", policy: READS } }),
      step(TYPES.rolePolicy, "new", undefined, { inputs: { role: "app", name: "own", policy: READS } }),
    ],
    finds: [],
  },
  {
    title: "a policy that becomes secret while the route table is switched",
    steps: [network(SWITCH), TABLE, roleWith("app", READS, SECRET)],
    finds: [NOT_SEEN],
  },
  {
    title: "a policy that is known after deployment while the route table is switched",
    steps: [network(SWITCH), TABLE, roleWith("app", OFFICE, UNKNOWN)],
    finds: ["unknown DeniedAfterwards role/app", NOT_SEEN],
  },
  {
    title: "a policy of another service that becomes secret while the route table is switched",
    steps: [
      network(SWITCH),
      TABLE,
      roleWith("app", documentOf({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }), SECRET),
      inline("app", "new", undefined, UNKNOWN),
    ],
    finds: [],
  },
  {
    title: "a policy that is known after deployment, where nothing depends on a way",
    steps: [network(SWITCHED), TABLE, roleWith("app", READS, UNKNOWN)],
    finds: [],
  },
];

const found = (steps: Case["steps"], review = reviewed): readonly string[] =>
  review(...steps)
    .findings.filter(({ id }) => (ACCESS_FINDINGS as readonly string[]).includes(id))
    .map(({ severity, id, subject }) => `${severity} ${id} ${subject}`);

describe("permissions that flip by a switch in a preview", () => {
  for (const { title, steps, finds } of SWITCHES) it(title, () => assert.deepEqual(found(steps), finds));
});

describe("permissions that flip by a policy that changes in a preview", () => {
  for (const { title, steps, finds } of CHANGES) it(title, () => assert.deepEqual(found(steps), finds));
});

describe("what a review says of permissions that flip", () => {
  const lock = step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK, { dependencies: [SWITCH_URN] }));

  it("leaves open what comes first, where a stream does not say it", () =>
    assert.deepEqual(found([network(SWITCH), TABLE, roleWith("app", READS), lock], streamed), [
      "medium DeniedElsewhere role/app",
      "unknown DeniedInBetween role/app",
      NOT_SEEN,
    ]));

  it("puts what depends on a component after all of it, and what depends on a resource not after its children", () => {
    const parent = urnOf("dynamodb-endpoint:index:RouteRollout", "net");
    const state = { parent: urnOf("pulumi:pulumi:Stack", "shop-dev") };
    const rollout = (custom: boolean): Step => {
      const both = { ...state, custom };
      return { op: "same", urn: parent, oldState: both, newState: both };
    };
    const link = { ...SWITCH, newState: { ...SWITCH.newState, parent } };
    const behind = step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK, { dependencies: [parent] }));
    const steps = [network(link), TABLE, roleWith("app", READS), behind];
    assert.deepEqual(found([rollout(false), ...steps]), ["medium DeniedElsewhere role/app", NOT_SEEN]);
    assert.deepEqual(found([rollout(true), ...steps])[0], "blocker DeniedInBetween role/app");
  });

  it("names the statement that decides on either side, and the edit that keeps both ways allowed", () => {
    const { findings, verdict, access } = reviewed(network(SWITCH), TABLE, roleWith("app", OFFICE));
    const [denied] = findings;
    assert.match(
      denied?.message ?? "",
      /^GetItem on table\/Orders is allowed today; after this run: no identity policy/,
    );
    assert.match(denied?.message ?? "", /private \(rtb-1\): nat-1 \(203\.0\.113\.7\), then the endpoint dynamodb$/);
    assert.match(denied?.evidence.join() ?? "", /today allowed by the identity policy role\/app\/own: Statement\[0\]/);
    assert.match(denied?.remedy ?? "", /^before this run, in role\/app\/own: .*aws:SourceVpc vpc-1.*"op":"add"/);
    assert.match(
      verdict,
      / 1 caller is denied what is allowed today\. Findings: 1 blocker, 1 high\. 1 question is open\.$/,
    );
    assert.equal(access?.denied, 1);
  });

  it("tells of many whom one statement denies together, and of each by what it is allowed", () => {
    const roles = Array.from({ length: 14 }, (_, i) => roleWith(`app-${i}`, READS)).flat();
    const steps = [network(undefined), TABLE, roles, step(TYPES.tablePolicy, "lock", undefined, tablePolicy(LOCK))];
    const [denied, ...others] = reviewed(...steps).findings.filter(({ id }) => id.startsWith("Denied"));
    assert.deepEqual(others, []);
    assert.equal(denied?.subject, "role/app-0, role/app-1, role/app-10 and 11 more");
    assert.equal(denied.evidence.length, 11);
    assert.match(denied.evidence[10] ?? "", /^and 4 callers more/);
  });

  it("says nothing of a switch of which no permission depends, and nothing of what changes none", () => {
    for (const steps of [
      [network(SWITCH), TABLE, roleWith("app", READS)],
      [network(SWITCHED), TABLE, roleWith("app", OFFICE)],
      [network(SWITCHED), TABLE, roleWith("app", OFFICE, `${OFFICE}\n`)],
    ])
      assert.equal(reviewed(...steps).access, undefined);
  });

  it("lists once what the preview does not know", () => {
    const { findings, access } = reviewed(
      network(SWITCH).slice(1),
      TABLE,
      roleWith("app", OFFICE, SECRET),
      step(TYPES.attachment, "app-full", {
        inputs: { role: "app", policyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" },
      }),
      inline("elsewhere", "own", READS),
    );
    assert.deepEqual(access?.notSeen, [
      "1 managed policy by ARN alone: arn:aws:iam::aws:policy/ReadOnlyAccess",
      "what is secret, known after deployment, or made elsewhere: role/app/own, other policies of role elsewhere",
      "the public addresses of the default routes (aws:SourceIp)",
      "tables and roles that are made elsewhere",
      "policies of the organization",
    ]);
    assert.equal(findings.filter(({ id }) => id === "PermissionsNotSeen").length, 1);
  });
});
