import fc from "fast-check";
import type { ConditionValue, OneOrMore } from "../../components/policy/document";
import type {
  AccessCaller,
  AccessContext,
  AccessPolicies,
  AccessTable,
  NamedPolicy,
  PolicyStatement,
} from "../../policy";

const ACCOUNT = "111122223333";
const OTHER_ACCOUNT = "444455556666";
const NAMES = ["Orders", "Prices", "Stock"];
const VPC = "vpc-0a1b2c3d";
const ENDPOINT = "vpce-0a1b2c3d";

const tableArn = (account: string, name: string): string => `arn:aws:dynamodb:eu-west-1:${account}:table/${name}`;

const actions = fc.constantFrom<OneOrMore<string>>(
  "*",
  "dynamodb:*",
  "dynamodb:*",
  "dynamodb:*Item",
  "dynamodb:Query",
  "dynamodb:List*",
  "dynamodb:*Resource",
  ["DYNAMODB:get*", "s3:*", "dynamodb:?uery"],
);
const resources = fc.constantFrom<OneOrMore<string>>(
  "*",
  "*",
  tableArn("*", "*"),
  tableArn(ACCOUNT, "Orders"),
  tableArn("*", "Orders/index/ByDate"),
  tableArn("*", "P*"),
  "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team}",
  "arn:aws:dynamodb:*:*:table/${aws:SourceVpc}*",
  // A wildcard takes the slash and what lies below a table; colons end no label of a stream.
  "arn:aws:dynamodb:*:*:table/*rders*",
  "arn:aws:dynamodb:*:*:table/Orders*Date",
  "arn:aws:dynamodb:*:*:table/*/stream/*",
  "arn:aws:dynamodb:*:*:table/Orders/stream/2026-05-11T21:21:33.291",
  "arn:aws:dynamodb:*:*:global-table/?rders",
  ["arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/squad, 'Orders'}", "arn:aws:s3:::bucket/*"],
);

type Conditions = Readonly<Record<string, Readonly<Record<string, OneOrMore<ConditionValue>>>>>;

/** What people write seldom, with values of wrong types among it. */
const oddConditions = fc.constantFrom<Conditions>(
  { StringLike: { "aws:PrincipalTag/squad": "${aws:PrincipalTag/team, 'none'}" } },
  { StringNotLike: { "aws:SourceVpc": "${aws:PrincipalTag/team, 'vpc-*'}" } },
  { StringNotEquals: { "aws:SourceVpc": "${aws:PrincipalTag/squad, 'vpc-0a1b2c3d'}" } },
  { "ForAllValues:StringLike": { "aws:SourceVpc": ["vpc-0a*", "vpc-9"] } },
  { "ForAnyValue:StringEquals": { "aws:SourceVpce": ["vpce-0a1b2c3d"] } },
  { "ForAnyValue:StringEqualsIfExists": { "aws:SourceVpc": "vpc-1" } },
  { "ForAnyValue:StringLike": { "aws:VpceOrgPaths": "o-a1b2c3d4e5/r-ab12/*" } },
  { "ForAllValues:StringNotLike": { "aws:VpceOrgPaths": "o-a1b2c3d4e5/*", "aws:PrincipalOrgPaths": "o-9/*" } },
  { StringLike: { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/*" } },
  { Null: { "aws:VpceOrgPaths": "false", "aws:PrincipalTag/team": false } },
  { Null: { "aws:TagKeys": "true", "aws:SourceVpc": ["true", "false"] } },
  { NumericLessThan: { "aws:SourceVpc": 5 } },
  { NumericNotEqualsIfExists: { "aws:MultiFactorAuthAge": ["5", "many"], "aws:SourceIp": 7 } },
  { DateGreaterThan: { "aws:CurrentTime": "2026-01-01T00:00:00Z" }, StringEquals: { "aws:SourceVpc": VPC } },
  { DateLessThanIfExists: { "aws:SourceVpce": "2026" } },
  { BoolIfExists: { "aws:SourceVpc": true } },
  { BinaryEquals: { "aws:SourceVpc": "QUJD" } },
  { IpAddress: { "aws:SourceVpc": "10.0.0.0/8", "aws:SourceIp": "2001:db8::/32" } },
  { NotIpAddress: { "aws:SourceIp": ["not an address", "203.0.113.7"] } },
  { StringEqualsIgnoreCase: { "AWS:SOURCEVPC": "VPC-0A1B2C3D" } },
  { StringNotEqualsIgnoreCaseIfExists: { "aws:sourcevpce": ["vpce-ü", "vpce-東京"] } },
  { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::1111*:role/caller?" }, Null: { "aws:SourceVpc": "true" } },
  { ArnNotEqualsIfExists: { "aws:SourceVpcArn": `arn:aws:ec2:eu-west-1:*:vpc/${VPC}` } },
  { ArnLike: { "aws:SourceVpc": "vpc-*" } },
  { StringEquals: { "aws:PrincipalType": ["User", "AssumedRole"] }, Null: { "aws:SourceIp": "false" } },
  { StringEquals: { "aws:PrincipalIsAWSService": "false" }, StringLike: { "aws:userid": "AROA*:one" } },
  { StringNotEquals: { "aws:PrincipalServiceName": "lambda.amazonaws.com" }, Bool: { "aws:ViaAWSService": false } },
  { "ForAnyValue:StringEquals": { "aws:CalledVia": "athena.amazonaws.com" } },
  { StringLike: { "dynamodb:Select": "*" }, StringEquals: { "aws:SourceVpc": VPC } },
);
const usualConditions = fc.constantFrom<Conditions>(
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
const conditions = fc.oneof(
  { weight: 6, arbitrary: usualConditions },
  { weight: 1, arbitrary: oddConditions },
  { weight: 1, arbitrary: fc.tuple(usualConditions, oddConditions).map(([one, other]) => ({ ...one, ...other })) },
);
const often = <Value>(value: Value, of: number): readonly Value[] => Array.from({ length: of }, () => value);
const statement = fc
  .record({
    Effect: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
    Action: actions,
    Resource: resources,
    Condition: conditions,
    excludes: fc.constantFrom(...often("none", 8), "actions", "resources"),
  })
  .map(({ excludes, Action, Resource, ...rest }): PolicyStatement => ({
    ...rest,
    ...(excludes === "actions" ? { NotAction: Action } : { Action }),
    ...(excludes === "resources" ? { NotResource: Resource } : { Resource }),
  }));

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
    document: documentOf(statements.map(([each, whom]) => ({ ...each, ...(whom as object) }))),
  }));
}

const optional = <Value>(value: fc.Arbitrary<Value>, often: number): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined, freq: often });

const caller = (i: number): fc.Arbitrary<AccessCaller> =>
  fc
    .record({
      account: fc.constantFrom(ACCOUNT, ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
      kind: fc.constantFrom(
        ...often("role", 4),
        "user",
        "user",
        "role/aws-service-role/dynamodb.amazonaws.com",
        "role/path/ünicode",
        "assumed-role",
        "federated-user",
      ),
      identityPolicies: fc.array(identityPolicy(`identity ${i}`), { minLength: 1, maxLength: 2 }),
      boundary: optional(identityPolicy(`boundary ${i}`), 2),
      mayHaveSessionPolicies: fc.constantFrom(false, false, false, true),
      tags: fc.constantFrom<AccessCaller["tags"]>(
        { team: "Orders" },
        { team: "Prices", squad: "*" },
        { Team: "", squad: "東京" },
        {},
        undefined,
      ),
    })
    .map(({ account, kind, ...facts }) => ({ arn: callerArn(account, kind, `caller${i}`), ...facts }));

function callerArn(account: string, kind: string, name: string): string {
  if (kind === "assumed-role") return `arn:aws:sts::${account}:assumed-role/${name}/one`;
  return `arn:aws:${kind === "federated-user" ? "sts" : "iam"}::${account}:${kind}/${name}`;
}

const PRINCIPALS: readonly object[] = [
  ...[
    { AWS: `arn:aws:iam::${ACCOUNT}:role/caller0` },
    { AWS: `arn:aws:iam::${ACCOUNT}:root` },
    { AWS: `arn:aws:iam::${ACCOUNT}:user/caller1` },
    { AWS: [`arn:aws:iam::${OTHER_ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:root`] },
    { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/caller1/one` },
    { AWS: `arn:aws:sts::${ACCOUNT}:federated-user/bob` },
    { AWS: "arn:aws:iam::*:role/caller0", Service: ["lambda.amazonaws.com"] },
    { Service: "dynamodb.amazonaws.com" },
    { Federated: "cognito-identity.amazonaws.com" },
  ].map((Principal) => ({ Principal })),
  { NotPrincipal: { AWS: [`arn:aws:iam::${ACCOUNT}:role/caller0`, `arn:aws:iam::${ACCOUNT}:root`] } },
  { NotPrincipal: { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` } },
  { NotPrincipal: { Service: "dynamodb.amazonaws.com" } },
];

const table = (i: number): fc.Arbitrary<AccessTable> =>
  fc
    .record({
      account: fc.constantFrom(ACCOUNT, ACCOUNT, OTHER_ACCOUNT),
      policy: optional(principalPolicy(`table ${i}`, PRINCIPALS), 2),
      streamPolicies: optional(
        principalPolicy(`stream ${i}`, PRINCIPALS).map((policy) => ({ "2026-05-11T21:21:33.291": policy })),
        3,
      ),
      tags: fc.constantFrom<AccessTable["tags"]>({ team: "Orders" }, {}, undefined),
    })
    .map(({ account, ...facts }) => ({ arn: tableArn(account, `${NAMES[i % 3]}${i < 3 ? "" : i}`), ...facts }));

const level = fc.record({
  name: fc.constant("root"),
  serviceControlPolicies: optional(fc.array(identityPolicy("scp"), { minLength: 1, maxLength: 2 }), 2),
  resourceControlPolicies: optional(
    fc.array(principalPolicy("rcp", [{ Principal: "*" }]), { minLength: 1, maxLength: 2 }),
    2,
  ),
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
const throughEndpoint = (policy: NamedPolicy): fc.Arbitrary<AccessContext> =>
  fc.constantFrom<AccessContext[]>(
    {
      endpointPolicy: policy,
      keys: { "aws:SourceVpc": VPC, "aws:SourceVpce": ENDPOINT, "aws:VpcSourceIp": "10.0.0.5" },
    },
    {
      endpointPolicy: policy,
      keys: {
        "aws:SourceVpc": VPC,
        "aws:VpceOrgID": "o-a1b2c3d4e5",
        "aws:VpceOrgPaths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/"],
      },
      oneOf: { "aws:VpcSourceIp": ["10.0.0.0/24"] },
      unknown: ["aws:SourceVpce"],
    },
    { endpointPolicy: policy, keys: { "aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1" } },
  );

/** Mostly from the internet to an endpoint; the way back, and from one endpoint to another with the same policy. */
const ways = fc
  .tuple(before, endpointPolicy)
  .chain(([internet, policy]) =>
    fc.tuple(
      fc.constant(internet),
      throughEndpoint(policy),
      throughEndpoint(policy),
      fc.constantFrom(...often("switch", 4), "withdraw", "endpoints"),
    ),
  )
  .map(([internet, endpoint, other, kind]): PairOfWays => {
    if (kind === "endpoints") return { before: other, after: endpoint };
    return kind === "switch" ? { before: internet, after: endpoint } : { before: endpoint, after: internet };
  });

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
  const policies = fc.record({
    callers: several(caller),
    tables: several(table),
    accounts: fc.record({ [ACCOUNT]: member, [OTHER_ACCOUNT]: member }),
  });
  return fc.tuple(policies, ways).map(([all, both]) => ({ policies: all, ...both }));
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
  return ways.chain((base) =>
    fc.array(fc.constantFrom(...VARIATIONS), { maxLength: 2 }).chain((always) => {
      const first = always.reduce((pair, vary) => vary(pair), base);
      return variations.map((all) => all.map((vary) => vary(first)));
    }),
  );
}
