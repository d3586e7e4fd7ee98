import fc from "fast-check";
import type { AccessCaller, AccessContext, AccessPolicies, AccessTable, NamedPolicy } from "../../policy";

const ACCOUNT = "111122223333";
const OTHER_ACCOUNT = "444455556666";
const NAMES = ["Orders", "Prices", "Stock"];
const VPC = "vpc-0a1b2c3d";
const ENDPOINT = "vpce-0a1b2c3d";

const tableArn = (account: string, name: string): string => `arn:aws:dynamodb:eu-west-1:${account}:table/${name}`;

const actions = fc.constantFrom(
  "*",
  "dynamodb:*",
  "dynamodb:*",
  "dynamodb:*Item",
  "dynamodb:Query",
  "dynamodb:List*",
  "dynamodb:*Resource",
);
const resources = fc.constantFrom(
  "*",
  "*",
  tableArn("*", "*"),
  tableArn(ACCOUNT, "Orders"),
  tableArn("*", "Orders/index/ByDate"),
  tableArn("*", "P*"),
  "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}",
  "arn:aws:dynamodb:*:*:table/${aws:SourceVpc}*",
);
const conditions = fc.constantFrom(
  {},
  {},
  {},
  { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { IpAddress: { "aws:SourceIp": "203.0.113.7" } },
  { NotIpAddressIfExists: { "aws:SourceIp": ["203.0.113.7", "198.51.100.0/24"] } },
  { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { StringEquals: { "aws:SourceVpc": VPC } },
  { StringNotEqualsIfExists: { "aws:SourceVpc": ["vpc-1", "vpc-2"] } },
  { StringNotEquals: { "aws:SourceVpce": ENDPOINT } },
  { StringNotEquals: { "aws:SourceVpc": VPC }, NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } },
  { Null: { "aws:SourceVpce": "true" } },
  { IpAddress: { "aws:VpcSourceIp": ["10.0.0.0/25"] } },
  { NotIpAddressIfExists: { "aws:VpcSourceIp": "10.0.0.128/26" } },
  { StringNotEqualsIfExists: { "aws:VpceOrgID": "o-a1b2c3d4e5" } },
  { StringEquals: { "aws:PrincipalTag/team": "${aws:ResourceTag/team}" } },
  { StringEquals: { "aws:ResourceAccount": ACCOUNT } },
  { StringEquals: { "aws:RequestTag/team": "a" } },
  { Bool: { "aws:SecureTransport": "false" } },
  { StringNotEquals: { "aws:SourceVpc": VPC, "aws:PrincipalTag/team": "Orders" } },
  { StringEqualsIfExists: { "aws:ResourceTag/team": "Orders" }, StringEquals: { "aws:SourceVpc": VPC } },
  { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": "a" }, Null: { "aws:SourceVpc": "false" } },
);
const statement = fc.record({
  Effect: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
  Action: actions,
  Resource: resources,
  Condition: conditions,
});

const documentOf = (Statement: object): NamedPolicy["document"] => JSON.stringify({ Version: "2012-10-17", Statement });

const everything = { Effect: "Allow", Action: "*", Resource: "*" };

function identityPolicy(name: string): fc.Arbitrary<NamedPolicy> {
  return fc
    .tuple(fc.array(statement, { minLength: 1, maxLength: 3 }), fc.integer({ min: 0, max: 9 }))
    .map(([statements, kind]) =>
      kind === 0 ? { name } : { name, document: documentOf(kind < 5 ? [...statements, everything] : statements) },
    );
}

function principalPolicy(name: string, principals: readonly unknown[]): fc.Arbitrary<NamedPolicy> {
  const named = fc.tuple(statement, fc.constantFrom(...principals));
  return fc.array(named, { minLength: 1, maxLength: 3 }).map((statements) => ({
    name,
    document: documentOf(statements.map(([each, Principal]) => ({ ...each, Principal }))),
  }));
}

const optional = <Value>(value: fc.Arbitrary<Value>, often: number): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: often });

const caller = (i: number): fc.Arbitrary<AccessCaller> =>
  fc
    .record({
      account: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
      kind: fc.constantFrom("role", "role", "user", "role/aws-service-role/dynamodb.amazonaws.com"),
      identityPolicies: fc.array(identityPolicy(`identity ${i}`), { minLength: 1, maxLength: 2 }),
      boundary: optional(identityPolicy(`boundary ${i}`), 2),
      mayHaveSessionPolicies: fc.constantFrom(false, false, false, true),
      tags: fc.constantFrom<AccessCaller["tags"]>({ team: "Orders" }, { team: "Prices" }, {}, undefined),
    })
    .map(({ account, kind, ...facts }) => ({ arn: `arn:aws:iam::${account}:${kind}/caller${i}`, ...facts }));

const PRINCIPALS = [
  { AWS: `arn:aws:iam::${ACCOUNT}:role/caller0` },
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: `arn:aws:iam::${ACCOUNT}:user/caller1` },
  { AWS: [`arn:aws:iam::${OTHER_ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:root`] },
  { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/caller1/one` },
];

const table = (i: number): fc.Arbitrary<AccessTable> =>
  fc
    .record({
      account: fc.constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
      policy: optional(principalPolicy(`table ${i}`, PRINCIPALS), 1),
      tags: fc.constantFrom<AccessTable["tags"]>({ team: "Orders" }, {}, undefined),
    })
    .map(({ account, ...facts }) => ({ arn: tableArn(account, `${NAMES[i % 3]}${i < 3 ? "" : i}`), ...facts }));

const level = fc.record({
  name: fc.constant("root"),
  serviceControlPolicies: optional(fc.array(identityPolicy("scp"), { minLength: 1, maxLength: 2 }), 2),
  resourceControlPolicies: optional(fc.array(principalPolicy("rcp", ["*"]), { minLength: 1, maxLength: 2 }), 2),
});
const member = fc.oneof(
  fc.constant("none" as const),
  fc.record({
    id: fc.constant("o-a1b2c3d4e5"),
    path: fc.constantFrom("o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/", undefined),
    isManagementAccount: fc.constantFrom(false, false, true),
    levels: optional(fc.array(level, { maxLength: 2 }), 5),
  }),
);

const before: fc.Arbitrary<AccessContext> = fc.constantFrom<AccessContext[]>(
  { keys: { "aws:SourceIp": "203.0.113.7" } },
  { keys: {}, oneOf: { "aws:SourceIp": ["203.0.113.7", "203.0.113.8"] } },
  { keys: {}, oneOf: { "aws:SourceIp": ["203.0.113.7", "192.0.2.9"] } },
  { keys: {}, unknown: ["aws:SourceIp"] },
);
const endpointPolicy = fc.oneof(
  fc.constant({ name: "endpoint", document: documentOf([{ ...everything, Principal: "*" }]) }),
  fc.array(statement, { minLength: 1, maxLength: 3 }).map((statements) => ({
    name: "endpoint",
    document: documentOf(statements.map((each) => ({ ...each, Principal: "*" }))),
  })),
  fc.constant({ name: "endpoint" }),
);
const after = (policy: NamedPolicy): fc.Arbitrary<AccessContext> =>
  fc.constantFrom<AccessContext[]>(
    {
      endpointPolicy: policy,
      keys: { "aws:SourceVpc": VPC, "aws:SourceVpce": ENDPOINT, "aws:VpcSourceIp": "10.0.0.5" },
    },
    {
      endpointPolicy: policy,
      keys: { "aws:SourceVpc": VPC, "aws:VpceOrgID": "o-a1b2c3d4e5" },
      oneOf: { "aws:VpcSourceIp": ["10.0.0.0/24"] },
      unknown: ["aws:SourceVpce"],
    },
  );

/** The same with planned documents for some policies, which are in force on the second way. */
export function plannedScenarios(most = 4): fc.Arbitrary<AccessScenario> {
  const plans = fc.array(
    fc.oneof(
      { weight: 2, arbitrary: fc.constant(undefined) },
      fc.constant(null),
      fc.array(statement, { minLength: 1, maxLength: 2 }),
    ),
    { minLength: 12, maxLength: 12 },
  );
  return fc.tuple(accessScenarios(most), plans, fc.boolean()).map(([scenario, some, isNew]) => {
    let count = 0;
    const withPlan = (policy: NamedPolicy, more: object = {}): NamedPolicy => {
      const planned = some[(count += 1) % some.length];
      if (planned === undefined) return policy;
      const document = planned && documentOf(planned.map((each) => ({ ...each, ...more })));
      return { ...policy, ...(isNew && count % 3 === 0 && { document: null }), planned: document };
    };
    const { callers, tables, accounts = {} } = scenario.policies;
    const everybody = { Principal: "*" };
    return {
      ...scenario,
      after: { ...scenario.after, arePoliciesPlanned: true },
      policies: {
        callers: callers.map((each) => ({
          ...each,
          identityPolicies: each.identityPolicies.map((policy) => withPlan(policy)),
          boundary: each.boundary && withPlan(each.boundary),
        })),
        tables: tables.map((each) => ({ ...each, policy: each.policy && withPlan(each.policy, everybody) })),
        accounts: Object.fromEntries(
          Object.entries(accounts).map(([id, membership]) => [
            id,
            membership === "none"
              ? membership
              : {
                  ...membership,
                  levels: membership.levels?.map((each) => ({
                    ...each,
                    serviceControlPolicies: each.serviceControlPolicies?.map((policy) => withPlan(policy)),
                    resourceControlPolicies: each.resourceControlPolicies?.map((policy) => withPlan(policy, everybody)),
                  })),
                },
          ]),
        ),
      },
    };
  });
}

export interface AccessScenario {
  readonly policies: AccessPolicies;
  readonly before: AccessContext;
  readonly after: AccessContext;
}

/** Callers and tables, mostly few, whose policies read the keys of a way. */
export function accessScenarios(most = 4): fc.Arbitrary<AccessScenario> {
  const several = <Value>(of: (i: number) => fc.Arbitrary<Value>): fc.Arbitrary<readonly Value[]> =>
    fc
      .integer({ min: 1, max: most })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => of(i))))
      .map((values) => values as readonly Value[]);
  return fc.record({
    policies: fc.record({
      callers: several(caller),
      tables: several(table),
      accounts: fc.record({ [ACCOUNT]: member, [OTHER_ACCOUNT]: member }),
    }),
    before,
    after: endpointPolicy.chain(after),
  });
}

type PairOfWays = Pick<AccessScenario, "before" | "after">;

const withKeys = (way: AccessContext, keys: Readonly<Record<string, string>>): AccessContext => ({
  ...way,
  keys: { ...way.keys, ...keys },
});
const withEndpoint = (way: AccessContext, ...Action: readonly string[]): AccessContext => ({
  ...way,
  endpointPolicy: { name: "endpoint", document: documentOf([{ ...everything, Action, Principal: "*" }]) },
});

/** What may differ from one pair of ways to the next. */
const VARIATIONS: readonly ((pair: PairOfWays) => PairOfWays)[] = [
  (pair) => pair,
  ({ before, after }) => ({ before: after, after: before }),
  ({ before, after }) => ({ before, after: { ...after, arePoliciesPlanned: true } }),
  ({ before, after }) => ({ before: withEndpoint(before, "*"), after: withEndpoint(after, "*") }),
  ({ before, after }) => ({ before, after: withEndpoint(after, "dynamodb:Get*") }),
  ({ before, after }) => ({ before, after: { ...after, endpointPolicy: { name: "another" } } }),
  ({ before, after }) => ({ before, after: withKeys(after, { "aws:VpcSourceIp": "10.0.0.200" }) }),
  ({ before, after }) => ({ before, after: withKeys(after, { "aws:VpcSourceIp": "10.0.0.6" }) }),
  ({ before, after }) => ({ before, after: withKeys(after, { "aws:SourceVpc": "Orders" }) }),
  ({ after }) => ({ before: { keys: { "aws:SourceIp": "198.51.100.9" } }, after }),
  ({ after }) => ({ before: { keys: { "aws:SourceIp": "192.0.2.9" } }, after }),
  ({ after }) => ({ before: { keys: {}, unknown: ["aws:SourceIp"] }, after }),
  ({ before, after }) => ({ before, after: { ...after, keys: {}, unknown: ["aws:SourceVpc", "aws:SourceVpce"] } }),
  ({ before }) => ({ before, after: withKeys(before, { "aws:SourceIp": "203.0.113.8" }) }),
  ({ before, after }) => ({
    before: withKeys(before, { "aws:SecureTransport": "false" }),
    after: withKeys(after, { "aws:SecureTransport": "false" }),
  }),
];

/** Several pairs of ways which differ from one in little: switches, withdrawals, other endpoints. */
export function pairsOfWays(): fc.Arbitrary<readonly PairOfWays[]> {
  const variations = fc.shuffledSubarray([...VARIATIONS], { minLength: 2 });
  return fc.record({ before, after: endpointPolicy.chain(after) }).chain((base) =>
    fc.array(fc.constantFrom(...VARIATIONS), { maxLength: 2 }).chain((always) => {
      const first = always.reduce((pair, vary) => vary(pair), base);
      return variations.map((all) => all.map((vary) => vary(first)));
    }),
  );
}
