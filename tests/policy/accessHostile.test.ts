import assert from "node:assert/strict";
import {
  accessDifference,
  compileAccess,
  throughEndpoint,
  throughInternet,
  type AccessCaller,
  type AccessPolicies,
  type NamedPolicy,
  type PolicyStatement,
} from "../../policy";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/app`;
const MANAGED_POLICY_CHARACTERS = 6_144;
const VPC_ONLY = { StringEquals: { "aws:SourceVpc": "vpc-1" } };

const before = throughInternet({ addresses: ["203.0.113.7"] });
const after = throughEndpoint({
  vpcId: "vpc-1",
  account: ACCOUNT,
  organization: "none",
  addressRanges: Array.from({ length: 250 }, (_, i) => `10.0.${i}.0/24`),
  policy: policy("endpoint", [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }]),
});

function policy(name: string, Statement: readonly PolicyStatement[]): NamedPolicy {
  return { name, document: { Version: "2012-10-17", Statement } };
}

/** As many statements as AWS has room for in a managed policy. */
function fullPolicy(name: string, statementOf: (i: number) => PolicyStatement): NamedPolicy {
  const statements: PolicyStatement[] = [];
  for (let i = 0; ; i += 1) {
    const next = [...statements, statementOf(i)];
    if (JSON.stringify({ Version: "2012-10-17", Statement: next }).length > MANAGED_POLICY_CHARACTERS)
      return policy(name, statements);
    statements.push(statementOf(i));
  }
}

const tablesOf = (names: readonly string[]): AccessPolicies["tables"] =>
  names.map((name) => ({ arn: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${name}`, tags: {} }));

const policiesOf = (identityPolicies: readonly NamedPolicy[], tables: AccessPolicies["tables"]): AccessPolicies => ({
  callers: [{ arn: ROLE, tags: {}, identityPolicies }],
  tables,
  accounts: { [ACCOUNT]: "none" },
});

// The limit of each is generous: what is not bounded takes hours.
describe("policies that are made to be slow", () => {
  it("have many statements that flip, in ten full managed policies", function () {
    this.timeout(60_000);
    const managed = Array.from({ length: 10 }, (_, each) =>
      fullPolicy(`managed-${each}`, (i) => ({
        Effect: i % 3 === 0 ? "Deny" : "Allow",
        Action: `dynamodb:*${"abcdefghij"[i % 10]}*`,
        Resource: "*",
        Condition: { ...VPC_ONLY, NumericLessThan: { "aws:MultiFactorAuthAge": i } },
      })),
    );
    const { flips } = accessDifference(policiesOf(managed, tablesOf(["Orders", "Prices"])), before, after);
    assert.ok(flips.length > 0);
    assert.ok(flips.every(({ before: was, after: is }) => was.outcome === "denied" && is.outcome === "unknown"));
  });

  it("have a thousand statements, each about another table", function () {
    this.timeout(60_000);
    const names = Array.from({ length: 1_000 }, (_, i) => `t${i}`);
    const statements = tablesOf(names).map(({ arn }, i): PolicyStatement => ({
      Effect: "Allow",
      Action: "dynamodb:GetItem",
      Resource: arn,
      ...(i % 10 === 0 && { Condition: { IpAddress: { "aws:SourceIp": "203.0.113.7" } } }),
    }));
    const parts = Array.from({ length: 100 }, (_, i) => policy(`part-${i}`, statements.slice(10 * i, 10 * i + 10)));
    const { difference } = compileAccess(policiesOf(parts, tablesOf(names)));
    const flipped = difference(before, after).flips.flatMap(({ resources }) => resources);
    assert.equal(flipped.length, 100);
  });

  it("have wildcards that nearly match long names", function () {
    this.timeout(60_000);
    const slow = `arn:aws:dynamodb:*:*:table/${"*a".repeat(40)}${"a".repeat(120)}b*`;
    const managed = Array.from({ length: 10 }, (_, each) =>
      fullPolicy(`managed-${each}`, () => ({ Effect: "Allow", Action: "*", Resource: slow, Condition: VPC_ONLY })),
    );
    const names = Array.from({ length: 5 }, (_, i) => "a".repeat(254 - i));
    assert.deepEqual(accessDifference(policiesOf(managed, tablesOf(names)), before, after).flips, []);
  });

  it("have ranges between which more is told apart than can be judged: their key is not known", function () {
    this.timeout(60_000);
    const statements = Array.from({ length: 80 }, (_, i): PolicyStatement => ({
      Effect: "Allow",
      Action: "dynamodb:GetItem",
      Resource: "*",
      Condition: { IpAddress: { "aws:VpcSourceIp": `10.0.${i}.0/25` } },
    }));
    const { flips } = accessDifference(policiesOf([policy("ranges", statements)], tablesOf(["Orders"])), before, after);
    assert.deepEqual(
      flips.map(({ before: was, after: is }) => [was.outcome, is.outcome, is.dependsOn]),
      [["denied", "unknown", ["aws:VpcSourceIp"]]],
    );
  });

  it("are no policies: what cannot be read is unknown, and nothing is thrown", () => {
    for (const document of ["", "{", "[]", "null", '{"Statement": 3}', '{"Statement": []}']) {
      const caller: AccessCaller = { arn: ROLE, identityPolicies: [{ name: "broken", document }] };
      const difference = accessDifference({ callers: [caller], tables: tablesOf(["Orders"]) }, before, after);
      assert.deepEqual(difference.flips, []);
      assert.match(difference.unknown.map(({ dependsOn }) => dependsOn).join(), /broken \(.*organization policies of/);
    }
  });
});
