import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { compilePolicy } from "../../components/policy/compile";
import type { PolicyDocument } from "../../components/policy/document";
import {
  askPolicy,
  evaluatePolicy,
  type PolicyKind,
  type PolicyRequest,
  type PolicyVerdict,
} from "../../components/policy/evaluate";
import type { ReadableRequest } from "../../components/policy/requestContext";

interface Case {
  readonly title: string;
  readonly document: string | PolicyDocument;
  readonly kind?: PolicyKind;
  readonly request: PolicyRequest;
  /** Its `problem` is the code of the finding for which AWS would not take the document. */
  readonly verdict: PolicyVerdict;
  /** The words of AWS that decide. */
  readonly source?: string;
}

const cases = JSON.parse(readFileSync(join(__dirname, "../cases/evaluations.json"), "utf8")) as readonly Case[];

/** The verdict with the code of its problem alone. */
function verdictOf({ document, request, kind }: Omit<Case, "title" | "verdict">): PolicyVerdict {
  const { problem, ...verdict } = evaluatePolicy(document, request, kind);
  return problem === undefined ? verdict : { ...verdict, problem: /\((\w+)\)$/.exec(problem)?.[1] ?? problem };
}

/** Whether a statement applies to a request: an Allow does where that is certain, a Deny unless the contrary is. */
type Applies = "yes" | "no" | "perhaps";

interface StatementCase {
  readonly title: string;
  readonly statement: object;
  readonly applies: Applies;
  readonly request?: Partial<PolicyRequest>;
  readonly kind?: PolicyKind;
  readonly version?: string;
}

const alice = "arn:aws:iam::111122223333:user/alice";
const session = "arn:aws:sts::111122223333:assumed-role/app/one";
const stock = "arn:aws:dynamodb:us-east-1:111122223333:table/Stock";

function applies({
  statement,
  request,
  kind,
  version = "2012-10-17",
}: Omit<StatementCase, "title" | "applies">): Applies {
  const asked = { principal: { arn: alice }, action: "dynamodb:GetItem", resource: stock, ...request };
  const decide = (Effect: string): string => {
    const document = {
      Version: version,
      Statement: [{ Effect, Action: "dynamodb:GetItem", Resource: "*", ...statement }],
    };
    return evaluatePolicy(JSON.stringify(document), asked, kind).decision;
  };
  if (decide("Allow") === "allowed") return decide("Deny") === "explicitlyDenied" ? "yes" : "no";
  return decide("Deny") === "explicitlyDenied" ? "perhaps" : "no";
}

const inEndpoint = (title: string, elements: object, is: Applies): StatementCase => ({
  title: `${title} in the policy of an endpoint`,
  statement: { Principal: "*", ...elements },
  kind: "endpoint",
  applies: is,
});
const named = (
  title: string,
  elements: object,
  is: Applies,
  principal: object = { arn: alice },
  context?: Record<string, string>,
): StatementCase => ({ title, statement: elements, kind: "resource", request: { principal, context }, applies: is });
const role = (account: string, name: string, partition = "aws"): string =>
  `arn:${partition}:iam::${account}:role/${name}`;

const statements: readonly StatementCase[] = [
  {
    title: "an action and its negation, of which the first does not match",
    statement: { Action: "dynamodb:PutItem", NotAction: "dynamodb:PutItem" },
    applies: "perhaps",
  },
  { title: "an action without a prefix", statement: { Action: ":GetItem" }, applies: "perhaps" },
  { title: "a prefix without an action", statement: { Action: "dynamodb:" }, applies: "perhaps" },
  {
    title: "a resource with a variable that the request lacks",
    statement: { Resource: "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/table}" },
    applies: "no",
  },
  {
    title: "all but a resource with a variable that the request lacks",
    statement: { Resource: undefined, NotResource: "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/table}" },
    applies: "perhaps",
  },
  {
    title: "a variable in the account and one in the name",
    statement: { Resource: "arn:aws:dynamodb:*:${aws:PrincipalTag/account}:table/${aws:username}" },
    applies: "perhaps",
  },
  {
    title: "the value of a variable between wildcards",
    statement: { Resource: "arn:aws:dynamodb:*:*:table/S?o${aws:PrincipalTag/letter}*" },
    request: { context: { "aws:PrincipalTag/letter": "c" } },
    applies: "yes",
  },
  {
    title: "a variable, a wildcard in its value and one behind it",
    statement: { Resource: "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/letter}k*" },
    request: { context: { "aws:PrincipalTag/letter": "St*c" } },
    applies: "no",
  },
  {
    title: "Principal and NotPrincipal, of which the first does not name the caller",
    statement: { Principal: { AWS: "444455556666" }, NotPrincipal: { AWS: "444455556666" } },
    kind: "resource",
    applies: "perhaps",
  },
  { title: "a policy with a NotPrincipal alone", statement: { NotPrincipal: { AWS: "444455556666" } }, applies: "yes" },
  { title: "a condition that is a list", statement: { Condition: [] }, applies: "perhaps" },
  {
    title: "an operator that there is not beside one that holds",
    statement: { Condition: { StringEquals: { "aws:username": "alice" }, StringSounds: { "aws:username": "alice" } } },
    applies: "perhaps",
  },
  {
    title: "an operator without keys beside one that holds",
    statement: { Condition: { StringEquals: { "aws:username": "alice" }, StringLike: "alice" } },
    applies: "perhaps",
  },
  inEndpoint(
    "a part of an account that is not the caller's",
    { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::4444*:user/alice" } } },
    "perhaps",
  ),
  inEndpoint(
    "an asterisk in the account under an operator without wildcards",
    { Condition: { StringEquals: { "aws:PrincipalArn": "arn:aws:iam::1111*:user/alice" } } },
    "no",
  ),
  {
    ...inEndpoint(
      "a wildcard behind as many colons, in what is no ARN",
      { Condition: { StringNotLike: { "aws:SourceIdentity": "orange:b:c:d:violet*orange" } } },
      "yes",
    ),
    request: { context: { "aws:SourceIdentity": "orange" } },
  },
  {
    title: "a part of an account in a condition in the policy of a role",
    statement: { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::1111*:user/alice" } } },
    applies: "yes",
  },
  {
    title: "a variable in a condition on an ARN",
    statement: { Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:user/${aws:username}" } } },
    applies: "yes",
  },
  {
    title: "a variable in a condition before 2012-10-17",
    version: "2008-10-17",
    statement: { Condition: { StringEquals: { "aws:username": "${aws:username}" } } },
    applies: "no",
  },
  {
    title: "a variable in a condition on a number",
    statement: { Condition: { NumericEquals: { "aws:MultiFactorAuthAge": "${aws:MultiFactorAuthAge}" } } },
    request: { context: { "aws:MultiFactorAuthAge": "5" } },
    applies: "perhaps",
  },

  ...[7, {}, { AWS: [] }].map((Principal) =>
    named(`the principal ${JSON.stringify(Principal)}`, { Principal }, "perhaps"),
  ),
  named("a ? in a principal", { Principal: { AWS: "arn:aws:iam::111122223333:user/bo?" } }, "perhaps"),
  named("every service", { Principal: { Service: "*" } }, "perhaps"),
  named("a canonical user of the name of another account", { Principal: { CanonicalUser: "444455556666" } }, "perhaps"),
  named("another identity provider", { Principal: { Federated: "cognito-identity.amazonaws.com" } }, "no", {
    arn: session,
    identityProvider: "accounts.google.com",
  }),
  named("a root user of the caller's partition", { Principal: { AWS: "arn:aws-cn:iam::111122223333:root" } }, "yes", {
    arn: "arn:aws-cn:iam::111122223333:user/alice",
  }),
  named(
    "a root user, and a caller of whom only the account is known",
    { Principal: { AWS: "arn:aws:iam::111122223333:root" } },
    "yes",
    { account: "111122223333" },
  ),
  named(
    "a user whose request says that its ARN is another",
    { Principal: { AWS: alice } },
    "yes",
    { arn: alice },
    { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/bob" },
  ),
  named(
    "whom a user is not, whatever its request says",
    { Principal: { AWS: "arn:aws:iam::111122223333:user/bob" } },
    "no",
    { arn: alice },
    { "aws:PrincipalArn": "arn:aws:iam::111122223333:user/bob" },
  ),
  named(
    "a role with the path that the request of its session says",
    { Principal: { AWS: role("111122223333", "team/app") } },
    "yes",
    { arn: session },
    { "aws:PrincipalArn": role("111122223333", "team/app") },
  ),
  named("another role with a path", { Principal: { AWS: role("111122223333", "team/other") } }, "no", { arn: session }),
  named("a user, to a session", { Principal: { AWS: alice } }, "no", { arn: session }),
  named(
    "a role of the session's name in another partition",
    { Principal: { AWS: role("111122223333", "team/app", "aws-cn") } },
    "no",
    { arn: session },
  ),
  named("another user than the caller", { Principal: { AWS: "arn:aws:iam::111122223333:user/bob" } }, "no"),
  named("a caller of whom nothing is known", { Principal: { AWS: [alice, "111122223333"] } }, "no", {}),
  {
    ...named(
      "a root user who is named by identity provider in the policy of an endpoint",
      { Principal: { Federated: "cognito-identity.amazonaws.com" } },
      "perhaps",
      { arn: "arn:aws:iam::111122223333:root", identityProvider: "cognito-identity.amazonaws.com" },
    ),
    kind: "endpoint",
  },
  named("all but a service, which calls", { NotPrincipal: { Service: "lambda.amazonaws.com" } }, "no", {
    service: "lambda.amazonaws.com",
  }),
  named("all but every service, which AWS does not take", { NotPrincipal: { Service: "*" } }, "perhaps"),
  named("all but another user", { NotPrincipal: { AWS: "arn:aws:iam::111122223333:user/bob" } }, "yes"),
  named("all but everyone and somebody", { NotPrincipal: { AWS: ["*", "arn:aws:iam::111122223333:user/bob"] } }, "no"),
  named(
    "all but the caller and another user, without the account",
    { NotPrincipal: { AWS: [alice, "arn:aws:iam::111122223333:user/bob"] } },
    "perhaps",
  ),
  named(
    "all but an account and an identity provider of the caller's name",
    { NotPrincipal: { AWS: "111122223333", Federated: alice } },
    "perhaps",
  ),
];

/** What a policy expects of a key, what the key is, and whether a statement with that condition applies. */
const comparisons: readonly (readonly [
  operator: string,
  key: string,
  expected: unknown,
  actual: string | readonly string[] | undefined,
  applies: Applies,
])[] = [
  ["StringEqualsIgnoreCase", "aws:SourceIdentity", "orange", "ORANGE", "yes"],
  ["StringEqualsIgnoreCase", "aws:SourceIdentity", "ORANGE", "orange", "yes"],
  ["StringEqualsIgnoreCase", "aws:SourceIdentity", "orange", "violet", "no"],
  ["StringEquals", "aws:SourceIdentity", null, "violet", "perhaps"],
  ["StringEquals", "aws:SourceIdentity", ["orange", "violet"], ["orange"], "yes"],
  ["StringNotEquals", "aws:SourceIdentity", "orange", ["orange", "violet"], "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "orange", ["orange", "violet"], "perhaps"],
  ["StringEquals", "aws:SourceIdentity", "${aws:PrincipalTag/team}", "orange", "no"],
  ["StringNotEquals", "aws:SourceIdentity", "${aws:PrincipalTag/team}", "orange", "perhaps"],
  [
    "StringEquals",
    "aws:PrincipalTag/team",
    "${aws:username}-of-${aws:PrincipalAccount}-b",
    "alice-of-111122223333-b",
    "yes",
  ],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:username", "alice", "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "${:username}", "alice", "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:username of mine}", "alice", "perhaps"],
  ["StringLike", "aws:PrincipalTag/team", "a${?}", "a?", "yes"],
  ["StringLike", "aws:PrincipalTag/team", "a${?}", "ab", "no"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:USERNAME, 'Red'}", "alice", "yes"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:RequestTag/team,'Red'}", "Red", "yes"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:RequestTag/team,  'Red'  }", "Red", "yes"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:RequestTag/team, 'red, blue'}", "red, blue", "yes"],
  ["StringEquals", "aws:PrincipalTag/team", "red${aws:RequestTag/team, ''}", "red", "yes"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:RequestTag/team, else 'red'}", "red", "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "${aws:RequestTag/team, 'red' or so}", "red", "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "${, 'red'}", "red", "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "${,aws:username}", "alice", "perhaps"],
  ["StringEquals", "aws:PrincipalTag/team", "a ${aws:username}", "a alice", "yes"],
  ["ForAllValues:StringEquals", "aws:TagKeys", "orange", ["", "orange"], "no"],
  ["ForAnyValue:StringEquals", "aws:TagKeys", "orange", ["", "orange"], "yes"],
  ["NullIfExists", "aws:SourceIdentity", "true", "orange", "perhaps"],
  ["Null", "aws:SourceIdentity", "orange", "orange", "perhaps"],
  ["Null", "aws:SourceIdentity", "orange", undefined, "perhaps"],
  ["Null", "aws:SourceIdentity", "TRUE", undefined, "yes"],
  ["Null", "aws:SourceIdentity", "true", "orange", "no"],
  ["Null", "aws:SourceIdentity", "false", undefined, "no"],
  ["Bool", "aws:SecureTransport", "TRUE", "true", "yes"],
  ["Bool", "aws:SecureTransport", "no", "false", "perhaps"],
  ["BinaryEquals", "aws:PrincipalTag/blob", "QUJD", "QUJD", "yes"],
  ["BinaryEquals", "aws:PrincipalTag/blob", "QUJD", "AAEC", "no"],
  ["BinaryEquals", "aws:PrincipalTag/blob", "no base64", "no base64", "perhaps"],
  ["NumericEquals", "aws:MultiFactorAuthAge", "5", "10", "no"],
  ["NumericLessThanEquals", "aws:MultiFactorAuthAge", "5", "10", "no"],
  ["NumericLessThanEquals", "aws:MultiFactorAuthAge", "5", "5", "yes"],
  ["NumericGreaterThan", "aws:MultiFactorAuthAge", "5", "5", "no"],
  ["NumericGreaterThanEquals", "aws:MultiFactorAuthAge", "5", "5", "yes"],
  ["NumericEquals", "aws:MultiFactorAuthAge", "5.25", "5.250", "yes"],
  ["NumericEquals", "aws:MultiFactorAuthAge", ".5", "0.5", "perhaps"],
  ["NumericEquals", "aws:MultiFactorAuthAge", "5.", "5", "perhaps"],
  ["NumericEquals", "aws:MultiFactorAuthAge", `1${"0".repeat(400)}`, "5", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T12:30Z", "2026-06-15T12:30:00Z", "yes"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T12:30:00.250Z", "2026-06-15T12:30:00.25Z", "yes"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T12:30:00.Z", "2026-06-15T12:30:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-06", "2026-06-01T00:00:00Z", "yes"],
  ["DateEquals", "aws:CurrentTime", "2026", "2026-01-01T00:00:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "12026", "1970-01-01T03:20:26Z", "yes"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T14:30:00.250+02:00", "2026-06-15T12:30:00.25Z", "yes"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T12:30", "2026-06-15T12:30:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T24:00:00Z", "2026-06-16T00:00:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T20:00:00Z", "2026-06-15T20:00:00Z", "yes"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15T12:60:00Z", "2026-06-15T13:00:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-06-31", "2026-07-01T00:00:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-13", "2027-01-01T00:00:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "on 2026-06-15", "2026-06-15T00:00:00Z", "perhaps"],
  ["DateEquals", "aws:CurrentTime", "2026-06-15 or so", "2026-06-15T00:00:00Z", "perhaps"],
];

describe("whether a statement applies", () => {
  for (const { title, ...each } of statements)
    it(`${title}: ${each.applies}`, () => assert.equal(applies(each), each.applies));

  for (const [operator, key, expected, actual, is] of comparisons) {
    const text = JSON.stringify(expected);
    it(`${operator} ${text.slice(0, 60)} with ${JSON.stringify(actual)}: ${is}`, () => {
      const context = actual === undefined ? {} : { [key]: actual };
      assert.equal(
        applies({ statement: { Condition: { [operator]: { [key]: expected } } }, request: { context } }),
        is,
      );
    });
  }
});

describe("the verdict of a policy", () => {
  for (const each of cases) it(each.title, () => assert.deepEqual(verdictOf(each), each.verdict));

  it("is the same for a document as text", () => {
    for (const each of cases) {
      if (typeof each.document !== "string")
        assert.deepEqual(verdictOf({ ...each, document: JSON.stringify(each.document) }), each.verdict);
    }
  });

  it("does not depend on the order of statements, but for which one is named", () => {
    const lists = cases.filter(({ document }) => typeof document !== "string" && Array.isArray(document.Statement));
    const property = fc.property(
      fc.constantFrom(...lists),
      fc.constantFrom(...lists),
      ({ document, request }, other) => {
        const statements = [
          (document as PolicyDocument).Statement,
          (other.document as PolicyDocument).Statement,
        ].flat();
        const { Version } = document as PolicyDocument;
        const forwards = evaluatePolicy({ Version, Statement: statements }, request);
        const backwards = evaluatePolicy({ Version, Statement: [...statements].reverse() }, request);
        assert.equal(forwards.decision, backwards.decision);
      },
    );
    fc.assert(property, { numRuns: 1000 });
  });

  it("asks a statement of another action, or of another resource, nothing more", () => {
    const asked: string[] = [];
    const compiled = compilePolicy({
      Version: "2012-10-17",
      Statement: ["dynamodb:PutItem", "dynamodb:GetItem"].map((Action) => ({
        Effect: "Allow" as const,
        Action,
        Resource: `${stock}-2`,
      })),
    });
    const statements = compiled.statements.map((each) => ({
      ...each,
      matchesResource: (request: ReadableRequest) => (
        asked.push(`resource of ${each.path}`),
        each.matchesResource(request)
      ),
      matchesCaller: (request: ReadableRequest) => (asked.push(`caller of ${each.path}`), each.matchesCaller(request)),
    }));
    askPolicy({ ...compiled, statements }, { principal: { arn: alice }, action: "dynamodb:GetItem", resource: stock });
    assert.deepEqual(asked, ["resource of Statement[1]"]);
  });

  it("is not changed by names that every object of JavaScript has", () => {
    const context = JSON.parse('{"__proto__": "x", "constructor": "x"}') as Record<string, string>;
    const request = { principal: {}, action: "dynamodb:GetItem", resource: "*", context };
    for (const name of ["__proto__", "constructor", "hasOwnProperty", "toString"]) {
      const decision = (effect: string, Condition: string): string =>
        evaluatePolicy(
          `{"Statement":{"Effect":"${effect}","Principal":"*","Action":"*","Resource":"*","Condition":${Condition}}}`,
          request,
        ).decision;
      assert.equal(decision("Allow", `{"${name}":{"a":"b"}}`), "implicitlyDenied");
      const present = name === "__proto__" || name === "constructor";
      assert.equal(
        decision("Deny", `{"StringEquals":{"${name}":"x"}}`),
        present ? "explicitlyDenied" : "implicitlyDenied",
      );
    }
  });
});
