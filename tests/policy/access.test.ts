import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  accessDifference,
  compileAccess,
  type AccessContext,
  type AccessDecision,
  type NamedPolicy,
  type OrganizationMembership,
  type PolicyStatement,
} from "../../policy";

type Statements = readonly PolicyStatement[];

/** One rule of AWS's, on a request for a table of account 111122223333. */
interface AccessCase {
  readonly rule: string;
  readonly source: string;
  /** Default: the role app of the table's account. */
  readonly caller?: string;
  readonly tags?: Readonly<Record<string, string>> | null;
  /** Null where it could not be read. */
  readonly identity: Statements | null;
  readonly boundary?: Statements;
  readonly sessions?: boolean;
  readonly table?: Statements;
  readonly endpoint?: Statements;
  /** Level by level: of the account of caller and table. */
  readonly serviceControl?: readonly Statements[];
  readonly resourceControl?: readonly Statements[];
  /** The same across accounts. */
  readonly serviceControlOfTable?: readonly Statements[];
  readonly serviceControlOfCaller?: readonly Statements[];
  readonly resourceControlOfCaller?: readonly Statements[];
  readonly management?: readonly string[];
  readonly organization?: "unknown";
  /** Default: a GetItem. */
  readonly action?: string;
  readonly way?: AccessContext;
  readonly decision: {
    readonly outcome: AccessDecision["outcome"];
    /** Kind, place and Sid. */
    readonly by?: string;
    readonly notAllowedBy?: string;
    readonly dependsOn?: readonly string[];
  };
}

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Orders`;

const CASES = JSON.parse(readFileSync(join(__dirname, "../cases/access.json"), "utf8")) as readonly AccessCase[];

const policy = (name: string, Statement: Statements | undefined): NamedPolicy | undefined =>
  Statement && { name, document: { Version: "2012-10-17", Statement } };

function member(
  account: string,
  serviceControl: readonly Statements[] = [],
  resourceControl: readonly Statements[] = [],
  management: readonly string[] = [],
): OrganizationMembership {
  const named = (name: string, statements: Statements): readonly NamedPolicy[] =>
    statements.length === 0 ? [] : [policy(name, statements) as NamedPolicy];
  return {
    id: "o-a1b2c3d4e5",
    path: "o-a1b2c3d4e5/r-ab12/",
    isManagementAccount: management.includes(account),
    levels: [
      ...serviceControl.map((each) => ({ name: "scps", serviceControlPolicies: named("serviceControl", each) })),
      ...resourceControl.map((each) => ({ name: "rcps", resourceControlPolicies: named("resourceControl", each) })),
    ],
  };
}

function decisionOf(given: AccessCase): AccessDecision {
  const { caller = ROLE, tags = {}, identity, management } = given;
  const callerAccount = caller.split(":")[4] ?? "";
  const ofTable = member(
    ACCOUNT,
    given.serviceControl ?? given.serviceControlOfTable,
    given.resourceControl,
    management,
  );
  const ofCaller = member(callerAccount, given.serviceControlOfCaller, given.resourceControlOfCaller, management);
  const { decision } = compileAccess({
    callers: [
      {
        arn: caller,
        identityPolicies: [identity === null ? { name: "identity" } : (policy("identity", identity) as NamedPolicy)],
        boundary: policy("boundary", given.boundary),
        mayHaveSessionPolicies: given.sessions,
        tags: tags ?? undefined,
      },
    ],
    tables: [{ arn: TABLE, tags: {}, policy: policy("table", given.table) }],
    accounts:
      given.organization === "unknown"
        ? {}
        : { ...(callerAccount !== ACCOUNT && { [callerAccount]: ofCaller }), [ACCOUNT]: ofTable },
  });
  const way = given.way ?? { keys: {}, endpointPolicy: policy("endpoint", given.endpoint) };
  return decision({ caller, action: given.action ?? "dynamodb:GetItem", resource: TABLE }, way);
}

describe("the whole decision of IAM", () => {
  for (const given of CASES)
    it(given.rule, () => {
      const { outcome, by, notAllowedBy, dependsOn } = decisionOf(given);
      const expected = given.decision;
      assert.equal(outcome, expected.outcome);
      assert.equal(notAllowedBy, expected.notAllowedBy);
      assert.deepEqual(dependsOn, expected.dependsOn ?? []);
      if (expected.by !== undefined)
        assert.equal([by?.kind, by?.path, ...(by?.sid === undefined ? [] : [by.sid])].join(" "), expected.by);
    });

  it("is told with what is denied first, then what depends on something, then what is newly allowed", () => {
    const name = (i: number): string => `arn:aws:iam::${ACCOUNT}:role/role${i}`;
    const allow = { Effect: "Allow" as const, Action: "dynamodb:GetItem", Resource: TABLE };
    const conditions: readonly PolicyStatement["Condition"][] = [
      { StringEquals: { "aws:SourceVpc": "vpc-1" } },
      { IpAddress: { "aws:SourceIp": "203.0.113.7" } },
      { StringEquals: { "aws:SourceVpc": "vpc-1", "aws:PrincipalTag/team": "a" } },
    ];
    const { flips, unknown } = accessDifference(
      {
        callers: conditions.map((Condition, i) => ({
          arn: name(i),
          identityPolicies: [policy("identity", [{ ...allow, Condition }]) as NamedPolicy],
        })),
        tables: [{ arn: TABLE, tags: {} }],
      },
      { keys: { "aws:SourceIp": "203.0.113.7" } },
      { keys: { "aws:SourceVpc": "vpc-1" } },
    );
    const onAccount = `organization policies of account ${ACCOUNT}`;
    assert.deepEqual(
      flips.map(({ caller, before, after }) => [caller, before.outcome, after.outcome, after.dependsOn]),
      [
        [name(1), "unknown", "denied", []],
        [name(0), "denied", "unknown", [onAccount]],
        [name(2), "denied", "unknown", ["aws:PrincipalTag/team", onAccount]],
      ],
    );
    assert.deepEqual(unknown, [{ dependsOn: onAccount, callers: [name(0), name(1), name(2)] }]);
  });

  it("is told of what is unknown on both ways where another statement makes it so, and not where the same does", () => {
    const allow = { Effect: "Allow" as const, Action: "dynamodb:GetItem", Resource: TABLE };
    const deny = (Condition: PolicyStatement["Condition"]): PolicyStatement => ({
      ...allow,
      Effect: "Deny",
      Condition,
    });
    const outcomes = (...statements: Statements): readonly string[] => {
      const identity = policy("identity", [allow, ...statements]) as NamedPolicy;
      const { flips } = accessDifference(
        {
          callers: [{ arn: ROLE, tags: {}, identityPolicies: [identity] }],
          tables: [{ arn: TABLE, tags: {} }],
          accounts: { [ACCOUNT]: "none" },
        },
        { keys: { "aws:SourceIp": "203.0.113.7" } },
        { keys: { "aws:SourceVpc": "vpc-1" } },
      );
      return flips.map(({ before, after }) => `${before.outcome} ${after.outcome}`);
    };
    const secure = { Bool: { "aws:SecureTransport": "false" } };
    const ofVpc = { DateGreaterThan: { "aws:CurrentTime": "2027-01-01" }, StringEquals: { "aws:SourceVpc": "vpc-1" } };
    assert.deepEqual(outcomes(deny(secure)), []);
    assert.deepEqual(outcomes(deny(secure), deny({ StringEquals: { "aws:SourceVpc": "vpc-2" } })), []);
    assert.deepEqual(outcomes(deny(secure), deny(ofVpc)), ["unknown unknown"]);
  });

  it("is told of an index that one policy names, whichever that is", () => {
    const index = `${TABLE}/index/ByDate`;
    const full: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };
    const everybody: PolicyStatement = { ...full, Principal: "*" };
    const Condition = { StringEquals: { "aws:SourceVpc": "vpc-1" } };
    const deny: PolicyStatement = { Effect: "Deny", Action: "dynamodb:Query", Resource: index, Condition };
    const ofResources: PolicyStatement = { ...deny, Principal: "*" };
    const named = (name: string, ...statements: Statements): NamedPolicy => policy(name, statements) as NamedPolicy;
    const flipped = (of: string): readonly string[] => {
      const also = (kind: string, statement: PolicyStatement): Statements => (of === kind ? [statement] : []);
      const { flips } = accessDifference(
        {
          callers: [{ arn: ROLE, tags: {}, identityPolicies: [named("identity", full, ...also("identity", deny))] }],
          tables: [{ arn: TABLE, tags: {}, policy: of === "table" ? named("table", ofResources) : undefined }],
          accounts: {
            [ACCOUNT]: member(ACCOUNT, [[full, ...also("scp", deny)]], [[full, ...also("rcp", ofResources)]]),
          },
        },
        { keys: { "aws:SourceIp": "203.0.113.7" } },
        {
          keys: { "aws:SourceVpc": "vpc-1" },
          endpointPolicy: named("endpoint", everybody, ...also("endpoint", ofResources)),
        },
      );
      return flips.flatMap(({ resources, actions }) => resources.map((each) => `${actions.join()} ${each}`));
    };
    for (const of of ["identity", "scp", "rcp", "table", "endpoint"])
      assert.deepEqual(flipped(of), [`dynamodb:Query ${index}`], of);
  });

  it("is told of an index that an endpoint's policy names on the way through that endpoint alone", () => {
    const deny: PolicyStatement = { Effect: "Deny", Principal: "*", Action: "dynamodb:Query", Resource: `${TABLE}/*` };
    const through = (name: string, Resource: string): AccessContext => ({
      keys: { "aws:SourceVpc": "vpc-1" },
      endpointPolicy: policy(name, [
        { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" },
        { ...deny, Resource },
      ]),
    });
    const { difference } = compileAccess({
      callers: [
        {
          arn: ROLE,
          tags: {},
          identityPolicies: [policy("identity", [{ Effect: "Allow", Action: "*", Resource: "*" }]) as NamedPolicy],
        },
      ],
      tables: [{ arn: TABLE, tags: {} }],
      accounts: { [ACCOUNT]: "none" },
    });
    const flipped = (way: AccessContext): readonly string[] =>
      difference({ keys: { "aws:SourceIp": "203.0.113.7" } }, way).flips.flatMap(({ resources }) => resources);
    const [named, other] = [through("named", `${TABLE}/index/ByDate`), through("other", `${TABLE}/*`)];
    const again = through("again", "arn:aws:dynamodb:*:*:table/*/index/ByDate");
    assert.deepEqual(flipped(named), [`${TABLE}/index/ByDate`]);
    assert.deepEqual(flipped(other), [`${TABLE}/index/*`]);
    assert.deepEqual(flipped(again), [`${TABLE}/index/ByDate`]);
  });

  it("does not flip for what the policy of both endpoints lacks, where one takes the place of another", () => {
    const Condition = { StringEquals: { "aws:SourceVpc": "vpc-1" } };
    // Nothing but the endpoints' policy tells the two apart.
    const both = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"];
    const allow: PolicyStatement = { Effect: "Allow", Action: both, Resource: TABLE };
    const endpointPolicy = policy("endpoint", [{ ...allow, Action: "dynamodb:DescribeTable", Principal: "*" }]);
    const { flips } = accessDifference(
      {
        callers: [
          { arn: ROLE, tags: {}, identityPolicies: [policy("identity", [{ ...allow, Condition }]) as NamedPolicy] },
        ],
        tables: [{ arn: TABLE, tags: {} }],
        accounts: { [ACCOUNT]: "none" },
      },
      { keys: { "aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1" }, endpointPolicy },
      { keys: { "aws:SourceVpc": "vpc-2", "aws:SourceVpce": "vpce-2" }, endpointPolicy },
    );
    assert.deepEqual(
      flips.map(({ actions, before, after }) => [actions, before.outcome, after.outcome]),
      [[["dynamodb:DescribeTable"], "allowed", "denied"]],
    );
  });

  it("rests on pages of AWS", () => {
    for (const { rule, source } of CASES) assert.match(source, /^https:\/\/docs\.aws\.amazon\.com\//, rule);
  });
});
