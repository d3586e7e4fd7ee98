import assert from "node:assert/strict";
import fc from "fast-check";
import { patched } from "../../components/policy/access/jsonPatch";
import {
  accessDifference,
  compileAccess,
  throughEndpoint,
  throughInternet,
  type AccessCaller,
  type AccessContext,
  type AccessDifference,
  type AccessEdit,
  type AccessFlip,
  type AccessPolicies,
  type CompiledAccess,
  type NamedPolicy,
  type PolicyStatement,
} from "../../policy";
import { accessScenarios } from "./accessScenarios";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Orders`;
const NAT = "203.0.113.7";

const policy = (name: string, ...Statement: readonly PolicyStatement[]): NamedPolicy => ({
  name,
  document: { Version: "2012-10-17", Statement },
});
const FULL_ACCESS: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };
const ALLOW: PolicyStatement = { Effect: "Allow", Action: "dynamodb:GetItem", Resource: TABLE };

const internet = throughInternet({ addresses: [NAT] });
const endpoint = (endpointPolicy = policy("endpoint", { ...FULL_ACCESS, Principal: "*" })): AccessContext =>
  throughEndpoint({
    vpcId: "vpc-2",
    vpcEndpointId: "vpce-2",
    account: ACCOUNT,
    organization: "none",
    addressRanges: ["10.0.0.0/16"],
    policy: endpointPolicy,
  });

interface Parts {
  readonly identity?: readonly PolicyStatement[];
  readonly boundary?: readonly PolicyStatement[];
  readonly serviceControl?: readonly PolicyStatement[];
  readonly resourceControl?: readonly PolicyStatement[];
  readonly table?: readonly PolicyStatement[];
  readonly others?: readonly AccessCaller[];
}

function differenceOf(parts: Parts, before = internet, after = endpoint()): AccessDifference {
  const { identity = [ALLOW], boundary, serviceControl, resourceControl, table, others = [] } = parts;
  return accessDifference(
    {
      callers: [
        {
          arn: ROLE,
          tags: {},
          identityPolicies: [policy("identity", ...identity)],
          boundary: boundary && policy("boundary", ...boundary),
        },
        ...others,
      ],
      tables: [{ arn: TABLE, tags: {}, policy: table && policy("table", ...table) }],
      accounts: {
        [ACCOUNT]: {
          id: "o-a1b2c3d4e5",
          path: "o-a1b2c3d4e5/r-ab12/",
          levels: [
            {
              name: "root",
              serviceControlPolicies: serviceControl && [policy("scp", FULL_ACCESS, ...serviceControl)],
              resourceControlPolicies: resourceControl && [
                policy("RCPFullAWSAccess", { ...FULL_ACCESS, Principal: "*" }),
                policy("rcp", ...resourceControl),
              ],
            },
          ],
        },
      },
    },
    before,
    after,
  );
}

const deny = (Condition: PolicyStatement["Condition"]): PolicyStatement => ({
  Sid: "Perimeter",
  Effect: "Deny",
  Action: "dynamodb:*",
  Resource: "*",
  Condition,
});

const BESIDE =
  "Statement[0]: a statement like it beside it, with StringEquals aws:SourceVpc vpc-2 instead of its conditions " +
  "on the way";

const FOR_CALLER = `a statement more: Allow ${ROLE} dynamodb:GetItem on ${TABLE}`;

interface EditCase {
  readonly title: string;
  readonly parts: Parts;
  readonly ways?: readonly [AccessContext, AccessContext];
  /** Of each edit: the policy, what to do now, and what afterwards. */
  readonly edits: readonly (readonly [policy: string, during: string, afterwards: string])[];
}

const CASES: readonly EditCase[] = [
  {
    title: "an SCP whose list of VPCs lacks this one: add it, and take the NAT gateway's address out afterwards",
    parts: {
      serviceControl: [
        deny({
          NotIpAddressIfExists: { "aws:SourceIp": ["198.51.100.0/24", `${NAT}/32`] },
          StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-1"] },
        }),
      ],
    },
    edits: [
      [
        "scp",
        "Statement[1]: add vpc-2 to aws:SourceVpc of StringNotEqualsIfExists",
        "Statement[1]: add vpc-2 to aws:SourceVpc of StringNotEqualsIfExists; " +
          "take 203.0.113.7/32 out of aws:SourceIp of NotIpAddressIfExists",
      ],
    ],
  },
  {
    title: "an RCP that names one VPC without a list: it becomes a list",
    parts: {
      resourceControl: [
        {
          ...deny({ NotIpAddressIfExists: { "aws:SourceIp": NAT }, StringNotEquals: { "aws:SourceVpc": "vpc-1" } }),
          Principal: "*",
        },
      ],
    },
    edits: [
      [
        "rcp",
        "Statement[0]: add vpc-2 to aws:SourceVpc of StringNotEquals",
        "Statement[0]: add vpc-2 to aws:SourceVpc of StringNotEquals",
      ],
    ],
  },
  {
    title: "a Deny unless from addresses: the VPC is spared beside them",
    parts: { table: [{ ...deny({ NotIpAddress: { "aws:SourceIp": [NAT, "198.51.100.0/24"] } }), Principal: "*" }] },
    edits: [
      [
        "table",
        "Statement[0]: add StringNotEqualsIfExists aws:SourceVpc vpc-2 to its condition",
        "Statement[0]: add StringNotEqualsIfExists aws:SourceVpc vpc-2 to its condition; " +
          "take 203.0.113.7 out of aws:SourceIp of NotIpAddress",
      ],
    ],
  },
  {
    title: "an Allow from the NAT gateway's address: a statement beside it, and instead of it afterwards",
    parts: { identity: [{ ...ALLOW, Sid: "Nat", Condition: { IpAddress: { "aws:SourceIp": NAT } } }] },
    edits: [
      ["identity", BESIDE, "Statement[0]: StringEquals aws:SourceVpc vpc-2 instead of its conditions on the way"],
    ],
  },
  {
    title: "an Allow from the office as well: what the office has stays",
    parts: { identity: [{ ...ALLOW, Condition: { IpAddress: { "aws:SourceIp": [NAT, "198.51.100.0/24"] } } }] },
    edits: [["identity", BESIDE, BESIDE]],
  },
  {
    title: "two policies that deny one after another: both",
    parts: {
      serviceControl: [
        deny({
          StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-1"] },
          NotIpAddressIfExists: { "aws:SourceIp": NAT },
        }),
      ],
      boundary: [{ ...FULL_ACCESS, Condition: { IpAddress: { "aws:SourceIp": NAT } } }],
    },
    edits: [
      [
        "scp",
        "Statement[1]: add vpc-2 to aws:SourceVpc of StringNotEqualsIfExists",
        "Statement[1]: add vpc-2 to aws:SourceVpc of StringNotEqualsIfExists",
      ],
      ["boundary", BESIDE, "Statement[0]: StringEquals aws:SourceVpc vpc-2 instead of its conditions on the way"],
    ],
  },
  {
    title: "the policy of the endpoint lacks the caller: a statement for it",
    parts: {},
    ways: [internet, endpoint(policy("endpoint", { ...FULL_ACCESS, Action: "dynamodb:Query", Principal: "*" }))],
    edits: [["endpoint", FOR_CALLER, FOR_CALLER]],
  },
  {
    title:
      "an Allow from the NAT gateway's address, of which another has the same, and an endpoint that lacks the caller",
    parts: { identity: [{ ...ALLOW, Condition: { IpAddress: { "aws:SourceIp": NAT } } }, ALLOW] },
    ways: [internet, endpoint(policy("endpoint", { ...FULL_ACCESS, Action: "dynamodb:Query", Principal: "*" }))],
    edits: [["endpoint", FOR_CALLER, FOR_CALLER]],
  },
  {
    title: "an Allow from the NAT gateway's address alone, and an endpoint that lacks the caller: both",
    parts: { identity: [{ ...ALLOW, Condition: { IpAddress: { "aws:SourceIp": NAT } } }] },
    ways: [internet, endpoint(policy("endpoint", { ...FULL_ACCESS, Action: "dynamodb:Query", Principal: "*" }))],
    edits: [
      ["identity", BESIDE, "Statement[0]: StringEquals aws:SourceVpc vpc-2 instead of its conditions on the way"],
      ["endpoint", FOR_CALLER, FOR_CALLER],
    ],
  },
  {
    title: "back to the NAT gateway, which only-through-the-endpoint denies: its addresses are spared",
    parts: { identity: [ALLOW, deny({ StringNotEqualsIfExists: { "aws:SourceVpce": ["vpce-2"] } })] },
    ways: [endpoint(), internet],
    edits: [
      [
        "identity",
        "Statement[1]: add NotIpAddressIfExists aws:SourceIp 203.0.113.7 to its condition",
        "Statement[1]: add NotIpAddressIfExists aws:SourceIp 203.0.113.7 to its condition",
      ],
    ],
  },
  {
    title: "a Deny that is meant for this VPC: none, only to allow everything would do",
    parts: { serviceControl: [deny({ StringEquals: { "aws:SourceVpc": "vpc-2" } })] },
    edits: [],
  },
  {
    title: "a way of which nothing is known: none",
    parts: { identity: [ALLOW, deny({ StringNotEquals: { "aws:SourceVpc": "vpc-2" } })] },
    ways: [endpoint(), throughInternet({})],
    edits: [],
  },
];

/** Policies and two ways: all that an edit can change. */
interface Scene {
  readonly policies: AccessPolicies;
  readonly before: AccessContext;
  readonly after: AccessContext;
}

/** A scene with the edits of its flips. */
function edited(scene: Scene, edits: readonly AccessEdit[], time: "during" | "afterwards"): Scene {
  return edits.reduce((current, edit) => {
    const found = policyOf(scene, edit);
    const document = JSON.stringify(patched(JSON.parse(found.document as string), edit[time].patch));
    return withPolicy(current, found, { name: found.name, document });
  }, scene);
}

/** A value with a policy changed wherever it stands. */
function withPolicy<Value>(value: Value, policy: NamedPolicy, changed: NamedPolicy): Value {
  if (typeof value !== "object" || value === null) return value;
  const { name, document } = value as Partial<NamedPolicy>;
  if (name === policy.name && document === policy.document) return changed as Value;
  if (Array.isArray(value)) return value.map((each: unknown) => withPolicy(each, policy, changed)) as Value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, withPolicy<unknown>(each, policy, changed)]),
  ) as Value;
}

function policyOf({ policies, before, after }: Scene, { kind, policy: name }: AccessEdit): NamedPolicy {
  const levels = Object.values(policies.accounts ?? {}).flatMap((member) =>
    member === "none" ? [] : (member.levels ?? []),
  );
  const all: Readonly<Record<string, readonly (NamedPolicy | undefined)[]>> = {
    identity: policies.callers.flatMap(({ identityPolicies }) => identityPolicies),
    boundary: policies.callers.map(({ boundary }) => boundary),
    table: policies.tables.map((table) => table.policy),
    endpoint: [before.endpointPolicy, after.endpointPolicy],
    serviceControl: levels.flatMap(({ serviceControlPolicies = [] }) => serviceControlPolicies),
    resourceControl: levels.flatMap(({ resourceControlPolicies = [] }) => resourceControlPolicies),
  };
  const found = (all[kind] ?? []).filter((each) => each?.name === name);
  assert.ok(found[0] !== undefined, `${kind} ${name}`);
  return found[0];
}

/** A policy that all callers have, of which one denies a part to itself on the old way. */
function sharing(caller: AccessCaller, i: number): AccessCaller {
  const office = policy("office", { ...FULL_ACCESS, Condition: { IpAddress: { "aws:SourceIp": "203.0.113.7" } } });
  const Condition = { Null: { "aws:SourceVpc": "true" } };
  const own = policy("own", {
    ...FULL_ACCESS,
    Effect: "Deny",
    Action: ["dynamodb:*Item", "dynamodb:List*"],
    Condition,
  });
  const identityPolicies = [office, ...(i % 2 === 1 ? [own] : [])].map(({ name, document }) => ({
    name,
    document: JSON.stringify(document),
  }));
  return { ...caller, identityPolicies, boundary: undefined, mayHaveSessionPolicies: false };
}

/** What is allowed with all edits, and is not without one, on a way, and is allowed on neither today. */
function exhaustivelyAdded(today: Scene, others: Scene, all: Scene): readonly string[] {
  const added: string[] = [];
  const [now, without, changed] = [today, others, all].map(({ policies }) => compileAccess(policies)) as [
    CompiledAccess,
    CompiledAccess,
    CompiledAccess,
  ];
  // Read, so that what its policy names is asked about as well.
  for (const way of ["before", "after"] as const) now.reads("aws:SourceVpc", today[way]);
  for (const request of now.requests()) {
    const allows = ({ decision }: CompiledAccess, scene: Scene, way: "before" | "after"): boolean =>
      decision(request, scene[way]).outcome === "allowed";
    if (allows(now, today, "before") || allows(now, today, "after")) continue;
    for (const way of ["before", "after"] as const)
      if (allows(changed, all, way) && !allows(without, others, way))
        added.push(`${way} ${request.caller} ${request.action} ${request.resource}`);
  }
  return added.sort();
}

/** Each caller alone, so that policies of one name are one policy. */
function alone({ policies, ...ways }: Scene, caller: AccessCaller): Scene {
  return { ...ways, policies: { ...policies, callers: [caller] } };
}

function assertAllowed(scene: Scene, { caller, actions, resources }: AccessFlip, way: "before" | "after"): void {
  const { decision } = compileAccess(scene.policies);
  for (const action of actions)
    for (const resource of resources)
      assert.equal(
        decision({ caller, action, resource }, scene[way]).outcome,
        "allowed",
        `${way} ${action} ${resource}`,
      );
}

describe("the edit that keeps both ways allowed", () => {
  for (const { title, parts, ways = [internet, endpoint()], edits } of CASES)
    it(title, () => {
      const { flips } = differenceOf(parts, ...ways);
      const [flip] = flips;
      assert.ok(flip !== undefined && flips.length === 1, JSON.stringify(flips));
      assert.deepEqual([flip.before.outcome, flip.after.outcome], ["allowed", "denied"]);
      assert.deepEqual(
        flip.edits.map(({ policy: name, during, afterwards }) => [name, during.words, afterwards.words]),
        edits,
      );
    });

  it("is a JSON Patch of today's document, and afterwards one without the old way's exception", () => {
    const condition = {
      NotIpAddressIfExists: { "aws:SourceIp": ["198.51.100.0/24", NAT] },
      StringNotEquals: { "aws:SourceVpc": ["vpc-1"] },
    };
    const [edit] = differenceOf({ identity: [ALLOW, deny(condition)] }).flips[0]?.edits ?? [];
    const added = { op: "add", path: "/Statement/1/Condition/StringNotEquals/aws:SourceVpc/-", value: "vpc-2" };
    const path = "/Statement/1/Condition/NotIpAddressIfExists/aws:SourceIp";
    assert.deepEqual(edit?.during.patch, [added]);
    assert.deepEqual(edit.afterwards.patch, [added, { op: "replace", path, value: "198.51.100.0/24" }]);
  });

  it("says what else it allows: another role's requests, on either way", () => {
    const other = `arn:aws:iam::${ACCOUNT}:role/other`;
    const shared = policy("identity", { ...ALLOW, Condition: { IpAddress: { "aws:SourceIp": NAT } } });
    const denied = policy("own", { ...ALLOW, Effect: "Deny", Condition: { IpAddress: { "aws:SourceIp": NAT } } });
    const { flips } = accessDifference(
      {
        callers: [
          { arn: ROLE, tags: {}, identityPolicies: [shared] },
          { arn: other, tags: {}, identityPolicies: [shared, denied] },
        ],
        tables: [{ arn: TABLE, tags: {} }],
        accounts: { [ACCOUNT]: "none" },
      },
      internet,
      endpoint(),
    );
    assert.deepEqual(
      flips.map(({ caller }) => caller),
      [ROLE],
    );
    assert.deepEqual(
      flips[0]?.edits.map(({ during }) => during.newlyAllows),
      [[{ caller: other, actions: ["dynamodb:GetItem"], resources: [TABLE], way: "after" }]],
    );
  });

  it("says it of the edit that allows it, and not of others that are made together with it", () => {
    const other = `arn:aws:iam::${ACCOUNT}:role/other`;
    const both: PolicyStatement = { ...ALLOW, Action: ["dynamodb:GetItem", "dynamodb:DescribeTable"] };
    const Condition = { IpAddress: { "aws:SourceIp": NAT } };
    const shared = policy("identity", { ...both, Condition });
    const own = policy("own", { ...ALLOW, Action: "dynamodb:DescribeTable", Effect: "Deny", Condition });
    const listed = { NotIpAddressIfExists: { "aws:SourceIp": NAT }, StringNotEquals: { "aws:SourceVpc": ["vpc-1"] } };
    const { flips } = differenceOf({
      identity: [{ ...both, Condition }],
      others: [{ arn: other, tags: {}, identityPolicies: [shared, own] }],
      serviceControl: [{ ...deny(listed), Action: "dynamodb:GetItem" }],
    });
    const added = { caller: other, actions: ["dynamodb:DescribeTable"], resources: [TABLE], way: "after" };
    assert.deepEqual(
      flips.map(({ caller, edits }) => [caller, edits.length]),
      [
        [ROLE, 1],
        [ROLE, 2],
        [other, 2],
      ],
    );
    assert.deepEqual(
      flips[1]?.edits.map(({ policy: name, during }) => [name, during.newlyAllows]),
      [
        ["scp", []],
        ["identity", [added]],
      ],
    );
  });

  it("is allowed on both ways during the switch, and on the new one afterwards, whatever the policies", () => {
    let checked = 0;
    fc.assert(
      fc.property(accessScenarios(2), ({ policies, before, after }) => {
        for (const caller of policies.callers) {
          const scene = alone({ policies, before, after }, caller);
          for (const flip of accessDifference(scene.policies, before, after).flips) {
            if (flip.edits.length === 0) continue;
            checked += 1;
            const during = edited(scene, flip.edits, "during");
            assertAllowed(during, flip, "before");
            assertAllowed(during, flip, "after");
            assertAllowed(edited(scene, flip.edits, "afterwards"), flip, "after");
          }
        }
      }),
      { seed: 20_261_129, numRuns: 250 },
    );
    assert.ok(checked > 12, `${checked} are few`);
  });

  it("says all that it allows besides, as asking about every request finds", () => {
    let found = 0;
    fc.assert(
      fc.property(accessScenarios(3), ({ policies, before, after }) => {
        const scene = { policies: { ...policies, callers: policies.callers.map(sharing) }, before, after };
        const { flips } = accessDifference(scene.policies, before, after);
        const edits = [...new Map(flips.flatMap((flip) => flip.edits).map((each) => [each.policy, each])).values()];
        for (const edit of edits)
          for (const time of ["during", "afterwards"] as const) {
            const others = edits.filter((each) => each !== edit);
            const said = edit[time].newlyAllows.flatMap(({ caller, actions, resources, way }) =>
              actions.flatMap((action) => resources.map((each) => `${way} ${caller} ${action} ${each}`)),
            );
            found += said.length;
            assert.deepEqual(
              said.sort(),
              exhaustivelyAdded(scene, edited(scene, others, time), edited(scene, edits, time)),
            );
          }
      }),
      { seed: 20_261_129, numRuns: 150 },
    );
    assert.ok(found > 25, `${found} are few`);
  });
});
