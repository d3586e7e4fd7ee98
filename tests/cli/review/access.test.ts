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
    title: "a policy that is known after deployment, where nothing depends on a way",
    steps: [network(SWITCHED), TABLE, roleWith("app", READS, UNKNOWN)],
    finds: [],
  },
];

const found = (steps: Case["steps"]): readonly string[] =>
  reviewed(...steps)
    .findings.filter(({ id }) => (ACCESS_FINDINGS as readonly string[]).includes(id))
    .map(({ severity, id, subject }) => `${severity} ${id} ${subject}`);

describe("permissions that flip by a switch in a preview", () => {
  for (const { title, steps, finds } of SWITCHES) it(title, () => assert.deepEqual(found(steps), finds));
});

describe("permissions that flip by a policy that changes in a preview", () => {
  for (const { title, steps, finds } of CHANGES) it(title, () => assert.deepEqual(found(steps), finds));
});
