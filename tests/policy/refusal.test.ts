import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { conditionOf } from "../../components/policy/conditions";
import { isJsonObject, listOf, type JsonObject } from "../../components/policy/document";
import { evaluatePolicy, type PolicyKind } from "../../components/policy/evaluate";
import { problemOf, refusalOf, REFUSALS } from "../../components/policy/refusal";
import { validatePolicy, type PolicyContext } from "../../components/policy/validate";

const ACCOUNT = "123456789012";
const BASES: Readonly<Record<PolicyKind, object>> = {
  endpoint: { Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*" },
  identity: { Effect: "Allow", Action: "dynamodb:*", Resource: "*" },
  resource: { Effect: "Allow", Principal: { AWS: ACCOUNT }, Action: "dynamodb:*", Resource: "*" },
};

/** A document of one statement with these elements. */
const one = (kind: PolicyKind, elements: object): JsonObject => ({
  Version: "2012-10-17",
  Statement: [{ ...BASES[kind], ...elements }],
});
const withCondition = (kind: PolicyKind, Condition: unknown): JsonObject => one(kind, { Condition });
const ofLength = (kind: PolicyKind, length: number): JsonObject => {
  const of = (name: string): JsonObject =>
    one(kind, { Resource: `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/${name}` });
  return of("n".repeat(length - JSON.stringify(of("")).length));
};

/** Why AWS would not take a document, and whether the rules of the validation were asked about its statements. */
function judged(
  document: JsonObject,
  kind: PolicyKind,
): { readonly refusal: string | undefined; readonly rulesAsked: boolean } {
  let rulesAsked = false;
  const read = (): unknown => ((rulesAsked = true), document.Statement);
  const watched = Object.defineProperty({ ...document }, "Statement", { enumerable: true, get: read });
  const statements = listOf(document.Statement).map((element) => ({
    element,
    condition: conditionOf(isJsonObject(element) ? element.Condition : undefined, { kind, variables: true }),
  }));
  const text = JSON.stringify(document);
  const refusal = refusalOf({ document: watched, text: () => text, size: text.length }, statements, kind);
  return { refusal, rulesAsked };
}

/** What the rules say of it. */
function refusalByRules(document: string | JsonObject, kind: PolicyKind): string | undefined {
  const found = validatePolicy(typeof document === "string" ? document : JSON.stringify(document), { kind }).find(
    ({ code }) => REFUSALS.has(code),
  );
  return found && problemOf(found);
}

const sound: readonly (readonly [title: string, kind: PolicyKind, document: JsonObject])[] = [
  ["no version", "endpoint", { Statement: [BASES.endpoint] }],
  ["the older version", "endpoint", { ...one("endpoint", {}), Version: "2008-10-17" }],
  ["a Deny", "endpoint", one("endpoint", { Effect: "Deny" })],
  [
    "statements with Sids of their own",
    "identity",
    { Statement: ["Read1", "Write"].map((Sid) => ({ ...BASES.identity, Sid })) },
  ],
  ["statements without Sids", "identity", { Statement: [BASES.identity, BASES.identity] }],
  ["every action", "endpoint", one("endpoint", { Action: "*" })],
  [
    "actions with wildcards, and of other services",
    "endpoint",
    one("endpoint", { Action: ["dynamodb:*Item", "execute-api:Inv?ke"] }),
  ],
  ["all actions but some", "endpoint", one("endpoint", { Action: undefined, NotAction: ["dynamodb:DeleteTable"] })],
  [
    "all resources but one, of a whole account",
    "endpoint",
    one("endpoint", { Resource: undefined, NotResource: `arn:aws:dynamodb:*:${ACCOUNT}:table/S*` }),
  ],
  [
    "a part of an account in the resource",
    "identity",
    one("identity", { Resource: "arn:aws:dynamodb:*:1234*:table/Stock" }),
  ],
  ["the longest", "endpoint", ofLength("endpoint", 20_480)],
  ["the longest of those that IAM manages", "identity", ofLength("identity", 6_144)],
  ...[
    ACCOUNT,
    `arn:aws:iam::${ACCOUNT}:root`,
    `arn:aws:iam::${ACCOUNT}:role/team/app-1`,
    `arn:aws:iam::${ACCOUNT}:user/a_b`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
  ].map((AWS) => ["principals by name", "resource", one("resource", { Principal: { AWS } })] as const),
  ["a service", "resource", one("resource", { Principal: { Service: "lambda.amazonaws.com" } })],
  [
    "a service and an account",
    "resource",
    one("resource", { Principal: { Service: ["lambda.amazonaws.com"], AWS: [ACCOUNT, ACCOUNT] } }),
  ],
  ["a Deny of everyone", "resource", one("resource", { Effect: "Deny", Principal: "*" })],
  ["a Deny of everyone by a list", "resource", one("resource", { Effect: "Deny", Principal: { AWS: "*" } })],
  [
    "a Deny of all but one",
    "resource",
    one("resource", { Effect: "Deny", Principal: undefined, NotPrincipal: { AWS: ACCOUNT } }),
  ],
  ["an Allow for all but everyone", "resource", one("resource", { Principal: undefined, NotPrincipal: "*" })],
  [
    "conditions that demand nothing",
    "endpoint",
    { Statement: [{}, { StringEquals: {} }].map((Condition) => ({ ...BASES.endpoint, Condition })) },
  ],
  ["an Allow for all but one", "resource", one("resource", { Principal: undefined, NotPrincipal: { AWS: ACCOUNT } })],
  ...Object.entries<object>({
    StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:RequestTag/team": "x" },
    StringLike: {
      "aws:SourceIdentity": "orange*",
      "aws:PrincipalTag/team": "*orange",
      "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/*`,
    },
    StringNotLike: { "aws:PrincipalAccount": ACCOUNT },
    "ForAnyValue:StringEquals": { "aws:TagKeys": ["x", "y"] },
    ArnLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/*", `arn:aws:iam::${ACCOUNT}:role/a*`] },
    StringEqualsIgnoreCase: { "aws:SourceIdentity": "a*" },
    Bool: { "aws:SecureTransport": true },
    IpAddressIfExists: { "aws:VpcSourceIp": "10.0.0.0/8" },
    NumericLessThan: { "aws:MultiFactorAuthAge": 3600 },
    DateLessThan: { "aws:CurrentTime": "2026-11-23T22:00:00Z" },
    BinaryEquals: { "aws:ResourceTag/blob": "QUJD" },
    Null: {
      "aws:TagKeys": true,
      "aws:PrincipalArn": false,
      "aws:SecureTransport": true,
      "aws:VpcSourceIp": true,
      "aws:MultiFactorAuthAge": true,
      "aws:CurrentTime": true,
      "aws:SourceIdentity": true,
    },
  }).map(
    ([operator, keys]) =>
      [`a condition with ${operator}`, "endpoint", withCondition("endpoint", { [operator]: keys })] as const,
  ),
  [
    "a wildcard for an account",
    "identity",
    withCondition("identity", {
      StringLike: { "aws:PrincipalAccount": "1*" },
      ArnLike: { "aws:PrincipalArn": "arn:aws:iam::1*:role/a" },
    }),
  ],
];

/** Each is a step from one that AWS takes; of some of them it does take the document. */
const doubtful: readonly (readonly [title: string, kind: PolicyKind, document: JsonObject])[] = [
  ["no statements", "endpoint", { Version: "2012-10-17", Statement: [] }],
  ["a version that there is not", "endpoint", { ...one("endpoint", {}), Version: "2012-10-18" }],
  ["an element of the document that there is not", "endpoint", { ...one("endpoint", {}), Owner: "x" }],
  ["an Id", "identity", { ...one("identity", {}), Id: "x" }],
  ["a statement that is none", "endpoint", { Statement: [BASES.endpoint, 7] }],
  ["an element of the statement that there is not", "endpoint", one("endpoint", { Note: "x" })],
  ["an effect in lower case", "endpoint", one("endpoint", { Effect: "deny" })],
  ["a Sid that is a number", "endpoint", one("endpoint", { Sid: 7 })],
  ...["", "read-stock", "a b", "a\n", " a"].map(
    (Sid) => ["a Sid of other characters", "identity", one("identity", { Sid })] as const,
  ),
  ["Sids that are equal", "identity", { Statement: [1, 2].map(() => ({ ...BASES.identity, Sid: "Same" })) }],
  ["an action and its negation", "endpoint", one("endpoint", { NotAction: "dynamodb:GetItem" })],
  ["neither action nor negation", "endpoint", one("endpoint", { Action: undefined })],
  ["neither resource nor negation", "endpoint", one("endpoint", { Resource: undefined })],
  ...[
    [],
    [7],
    7,
    "",
    "**",
    "GetItem",
    ":GetItem",
    "dynamodb:",
    "dynamodb:Get Item",
    "dynamodb:GetItem ",
    "dyn*:GetItem",
    "a:b:c",
    ["dynamodb:GetItem", "x"],
  ].map((Action) => [`the action ${JSON.stringify(Action)}`, "endpoint", one("endpoint", { Action })] as const),
  ...[[], [7], 7].flatMap((Resource) =>
    (["endpoint", "identity"] as const).map(
      (kind) => [`the resource ${JSON.stringify(Resource)}`, kind, one(kind, { Resource })] as const,
    ),
  ),
  ["a Deny of every service", "resource", one("resource", { Effect: "Deny", Principal: { Service: "*" } })],
  [
    "a part of an account in the resource",
    "endpoint",
    one("endpoint", { Resource: "arn:aws:dynamodb:*:1234*:table/Stock" }),
  ],
  ["too long", "endpoint", ofLength("endpoint", 20_481)],
  ["too long for IAM to manage", "identity", ofLength("identity", 6_145)],
  ["too long for a role", "identity", ofLength("identity", 10_241)],
  ["a principal", "identity", one("identity", { Principal: "*" })],
  ["a NotPrincipal", "identity", one("identity", { NotPrincipal: { AWS: ACCOUNT } })],
  ["no principal", "endpoint", one("endpoint", { Principal: undefined })],
  ["a NotPrincipal beside the Principal", "endpoint", one("endpoint", { NotPrincipal: { AWS: ACCOUNT } })],
  ["no principal", "resource", one("resource", { Principal: undefined })],
  ["a NotPrincipal beside the Principal", "resource", one("resource", { NotPrincipal: { AWS: ACCOUNT } })],
  ["everyone", "resource", one("resource", { Principal: "*" })],
  ["everyone by a list", "resource", one("resource", { Principal: { AWS: [ACCOUNT, "*"] } })],
  ...[
    7,
    {},
    { AWS: [] },
    { AWS: [ACCOUNT, 7] },
    { AWS: "1234" },
    { AWS: `${ACCOUNT}3` },
    { AWS: `x ${ACCOUNT}` },
    { AWS: `arn:aws:iam::${ACCOUNT}:role/` },
    { AWS: `arn:aws:iam::${ACCOUNT}:role/*` },
    { AWS: "arn:aws:iam::1234:root" },
    { AWS: `arn:aws:iam::${ACCOUNT}:group/g` },
    { AWS: `arn:aws:iam::${ACCOUNT}:roots` },
    { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/app` },
    { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role//one` },
    { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/app/` },
    { Service: "*" },
    { Service: "lambda" },
    { Service: ".amazonaws.com" },
    { Service: "x lambda.amazonaws.com" },
    { Service: "lambda.amazonaws.com.cn" },
    { CanonicalUser: "x" },
    { AWS: ACCOUNT, Someone: "x" },
  ].map(
    (Principal) => [`the principal ${JSON.stringify(Principal)}`, "resource", one("resource", { Principal })] as const,
  ),
  ...[
    [],
    7,
    {},
    { StringEquals: {} },
    { StringEquals: 7 },
    { StringSounds: { "aws:username": "x" } },
    { StringEquals: { "aws:username": "x" }, stringEquals: { "aws:username": "x" } },
    { StringEquals: { username: "x" } },
    { StringEquals: { "aws:PrincipalTag/": "x" } },
    { StringEquals: { "aws:PrincipalTag/a b": "x" } },
    { StringEquals: { "aws:PrincipalTag/a ": "x" } },
    { StringEquals: { " aws:PrincipalTag/a": "x" } },
    { ArnLike: { "aws:PrincipalAccount": "arn:aws:iam::1:role/a" } },
    { Bool: { "aws:PrincipalAccount": "true" } },
    { NumericEquals: { "aws:PrincipalAccount": 7 } },
    { StringEquals: { "aws:VpcSourceIp": "10.0.0.1" } },
    { NullIfExists: { "aws:PrincipalArn": true } },
    { StringEquals: { "aws:PrincipalAccount": [] } },
    { StringEquals: { "aws:PrincipalAccount": null } },
    { StringEquals: { "aws:PrincipalAccount": [ACCOUNT, {}] } },
    { StringLike: { "aws:PrincipalAccount": `${ACCOUNT}*` } },
    { StringLike: { "aws:SourceVpc": "vpc-12345678*" } },
    { StringLike: { "aws:PrincipalOrgID": "o-12345678*" } },
    { StringLike: { "aws:SourceIdentity": "ab*" } },
    { StringLike: { "aws:SourceIdentity": ["orange*", "ab?"] } },
    { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::1234*:role/a" } },
    { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "AWS:principalaccount": ACCOUNT } },
  ].map(
    (Condition) =>
      [`the condition ${JSON.stringify(Condition)}`, "endpoint", withCondition("endpoint", Condition)] as const,
  ),
];

describe("whether AWS would take a document", () => {
  for (const [title, kind, document] of sound) {
    it(`is seen without asking the rules, in the policy of an ${kind}: ${title}`, () => {
      assert.equal(refusalByRules(document, kind), undefined);
      assert.deepEqual(judged(document, kind), { refusal: undefined, rulesAsked: false });
    });
  }

  for (const [title, kind, document] of doubtful) {
    it(`is what the rules say, in the policy of an ${kind}: ${title}`, () =>
      assert.equal(judged(document, kind).refusal, refusalByRules(document, kind)));
  }

  it("is what the rules say of all their cases", () => {
    const directory = join(__dirname, "../cases/policies");
    const cases = readdirSync(directory).flatMap(
      (file) =>
        JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly {
          document: string | JsonObject;
          context: PolicyContext;
        }[],
    );
    const request = { principal: {}, action: "dynamodb:GetItem", resource: "*" };
    for (const {
      document,
      context: { kind },
    } of cases)
      assert.equal(
        evaluatePolicy(document as string, request, kind).problem,
        refusalByRules(document, kind),
        JSON.stringify(document),
      );
  });
});
