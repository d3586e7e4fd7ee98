import assert from "node:assert/strict";
import { compiledAccess } from "../../components/policy/access/difference";
import { readPolicies } from "../../components/policy/access/readPolicies";
import type { ReadableRequest } from "../../components/policy/requestContext";
import {
  accessDifference,
  compileAccess,
  throughEndpoint,
  throughInternet,
  type AccessCaller,
  type AccessContext,
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

/** How often statements are asked, all together. */
interface Asked {
  readonly statements: number;
  readonly resources: number;
  /** About resources that they can name, and about principals and conditions. */
  readonly ofResources: number;
  readonly ofCallers: number;
}

/** What the flips of some pairs of ways take, one after another. */
function asked(policies: AccessPolicies, ways: readonly (readonly [AccessContext, AccessContext])[]): readonly Asked[] {
  const access = readPolicies(policies);
  const counts = { ofResources: 0, ofCallers: 0 };
  const statements = [...access.statements()];
  for (const { compiled } of statements) {
    const { matchesCaller, matchesResource, mayMatchResource } = compiled;
    Object.assign(compiled, {
      matchesCaller: (request: ReadableRequest) => ((counts.ofCallers += 1), matchesCaller(request)),
      matchesResource: (request: ReadableRequest) => ((counts.ofResources += 1), matchesResource(request)),
      mayMatchResource: (request: ReadableRequest) => ((counts.ofResources += 1), mayMatchResource(request)),
    });
  }
  const { difference } = compiledAccess(access);
  return ways.map(([was, is]) => {
    counts.ofCallers = 0;
    counts.ofResources = 0;
    assert.ok(difference(was, is).flips.length > 0);
    return { statements: statements.length, resources: access.resources.length, ...counts };
  });
}

const full: PolicyStatement = { Effect: "Allow", Action: "*", Resource: "*" };

describe("the work of a difference", () => {
  const twoTables = tablesOf(["Orders", "Prices"]);

  it("is a question of each statement for each way and each resource, not for each request, if all flip", () => {
    for (const effect of ["Allow", "Deny"] as const) {
      const managed = Array.from({ length: 10 }, (_, each) =>
        fullPolicy(`managed-${each}`, (i) => ({
          Effect: effect,
          Action: `dynamodb:*${"abcdefghij"[i % 10]}*`,
          Resource: `arn:aws:dynamodb:*:*:table/*${"rstuv"[i % 5]}*`,
          Condition: { ...VPC_ONLY, NumericLessThan: { "aws:MultiFactorAuthAge": 1_000 * each + i } },
        })),
      );
      const others = effect === "Deny" ? [policy("full", [full])] : [];
      const [once] = asked(policiesOf([...others, ...managed], twoTables), [[before, after]]);
      const { statements, resources, ofCallers, ofResources } = once as Asked;
      assert.ok(statements > 200, `${statements} statements`);
      assert.ok(ofCallers <= 2 * statements, `${ofCallers} of ${statements}`);
      assert.ok(ofResources <= statements * resources, `${ofResources} of ${statements} on ${resources}`);
    }
  });

  /** Each with a policy that all have, and its own on a table: some read the way. */
  const roles = (count: number, flipping: number, tables: number): AccessPolicies => ({
    callers: Array.from({ length: count }, (_, i) => {
      const Condition = {
        IpAddress: { "aws:SourceIp": "203.0.113.0/24" },
        StringNotEquals: { "aws:PrincipalTag/team": `team-${i}` },
      };
      const Resource = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/t${i % tables}`;
      return {
        arn: `${ROLE}-${i}`,
        tags: {},
        identityPolicies: [
          policy("shared", [{ ...full, Action: "dynamodb:List*" }]),
          policy(`own-${i}`, [{ ...full, Action: "dynamodb:*", Resource, ...(i < flipping && { Condition }) }]),
        ],
      };
    }),
    tables: tablesOf(Array.from({ length: tables }, (_, i) => `t${i}`)),
    accounts: { [ACCOUNT]: "none" },
  });

  it("grows with the statements that flip, not with callers, tables and pairs of ways", () => {
    const other = throughInternet({ addresses: ["203.0.113.8"] });
    const [first, second] = asked(roles(40, 4, 10), [
      [before, after],
      [other, after],
    ]) as [Asked, Asked];
    const [more] = asked(roles(120, 4, 30), [[before, after]]) as [Asked];
    const [twice] = asked(roles(40, 8, 10), [[before, after]]) as [Asked];
    // On each way those that flip, and once the statement that all have.
    assert.equal(first.ofCallers, 4 * 2 + 2);
    assert.equal(more.ofCallers, first.ofCallers);
    assert.equal(twice.ofCallers, 8 * 2 + 2);
    // A statement that flips is compared with all that there is, and what else its caller has with what it names.
    for (const { ofResources, resources } of [first, more]) assert.ok(ofResources <= 5 * resources, `${ofResources}`);
    assert.deepEqual([second.ofCallers, second.ofResources], [4 * 2, 0]);
    const { difference } = compileAccess(roles(40, 4, 10));
    assert.ok(difference(before, after).flips[0] === difference(other, after).flips[0], "is decided again");
  });
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
