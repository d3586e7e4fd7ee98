import assert from "node:assert/strict";
import { deniedToCheck, hasCheckStatement } from "../../components/policy/checkAccess";
import { FULL_ACCESS } from "../../components/policy/document";
import { pathCheckStatement } from "../../components/policy/presets";

const TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/StockTable";
const CHECK = { tableArn: TABLE, roleArn: "arn:aws:iam::111122223333:role/ddb-check-0000000" };
const BOTH = ["dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"];

const allow = (parts: object): object => ({
  Effect: "Allow",
  Principal: "*",
  Action: "dynamodb:*",
  Resource: "*",
  ...parts,
});
const everything = allow({});
const deny = (Condition: object): object => ({ ...everything, Effect: "Deny", Condition });

const cases: readonly { title: string; statements: readonly object[]; denied: readonly string[] }[] = [
  { title: "the check's own statement", statements: [pathCheckStatement(TABLE)], denied: [] },
  { title: "another table", statements: [pathCheckStatement(`${TABLE}2`)], denied: BOTH },
  { title: "items only", statements: [allow({ Action: "dynamodb:GetItem" })], denied: BOTH },
  {
    title: "the statement for a check of another account",
    statements: [pathCheckStatement(TABLE.replace("111122223333", "444455556666"))],
    denied: BOTH,
  },
  {
    title: "one of the two calls",
    statements: [allow({ Action: "dynamodb:DescribeTable" })],
    denied: ["dynamodb:DescribeContinuousBackups"],
  },
  {
    title: "the account",
    statements: [allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } } })],
    denied: [],
  },
  {
    title: "another account",
    statements: [allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "444455556666" } } })],
    denied: BOTH,
  },
  {
    title: "roles that are named like the check's",
    statements: [
      allow({ Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ddb-check-*" } } }),
    ],
    denied: [],
  },
  {
    title: "another role",
    statements: [allow({ Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app" } } })],
    denied: BOTH,
  },
  {
    title: "an organization, which nobody knows before",
    statements: [allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } })],
    denied: [],
  },
  {
    title: "an organization, but another account",
    statements: [
      allow({
        Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:PrincipalAccount": "444455556666" } },
      }),
    ],
    denied: BOTH,
  },
  {
    title: "a value that is a variable",
    statements: [allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } } })],
    denied: [],
  },
  {
    title: "all, but a Deny for certain",
    statements: [everything, { ...everything, Effect: "Deny", Action: "dynamodb:Describe*" }],
    denied: BOTH,
  },
  {
    title: "all, with a Deny on what nobody knows before",
    statements: [
      everything,
      { ...everything, Effect: "Deny", Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } },
    ],
    denied: [],
  },
  {
    title: "users alone",
    statements: [allow({ Condition: { StringEquals: { "aws:PrincipalType": "User" } } })],
    denied: BOTH,
  },
  {
    title: "AWS's services alone",
    statements: [allow({ Condition: { Bool: { "aws:PrincipalIsAWSService": "true" } } })],
    denied: BOTH,
  },
  {
    title: "tables of another account",
    statements: [allow({ Condition: { StringEquals: { "aws:ResourceAccount": "444455556666" } } })],
    denied: BOTH,
  },
  {
    title: "all, with a Deny on the account",
    statements: [everything, deny({ StringEquals: { "aws:PrincipalAccount": "111122223333" } })],
    denied: BOTH,
  },
  {
    title: "all, with a Deny on the account and on what nobody knows before",
    statements: [
      everything,
      deny({
        StringEquals: { "aws:PrincipalAccount": "111122223333" },
        StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
      }),
    ],
    denied: [],
  },
  {
    title: "all, with a Deny on a variable",
    statements: [everything, deny({ StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } })],
    denied: [],
  },
  {
    title: "all, with a Deny on a variable or an account",
    statements: [
      everything,
      deny({ StringEquals: { "aws:PrincipalAccount": ["${aws:ResourceAccount}", "111122223333"] } }),
    ],
    denied: [],
  },
  {
    title: "nothing, in a document that AWS would not take",
    statements: [{ ...everything, Effect: "Deny", Sid: 7 }],
    denied: [],
  },
];

describe("what an endpoint policy denies to a check", () => {
  for (const { title, statements, denied } of cases) {
    it(`${title}: ${denied.length === 0 ? "nothing" : denied.join(", ")}`, () => {
      assert.deepEqual(deniedToCheck(JSON.stringify({ Version: "2012-10-17", Statement: statements }), CHECK), denied);
    });
  }

  it("what AWS would not take: nothing, as that is found by itself", () => {
    const named = { ...allow({ Action: "dynamodb:GetItem" }), Sid: "Twice" };
    assert.deepEqual(deniedToCheck(JSON.stringify({ Version: "2012-10-17", Statement: [named, named] }), CHECK), []);
    assert.deepEqual(deniedToCheck("{", CHECK), []);
  });

  it("full access: nothing", () => assert.deepEqual(deniedToCheck(FULL_ACCESS, CHECK), []));
});

describe("the statement for a check", () => {
  const document = (...statements: readonly unknown[]): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: statements });

  it("is found by its Sid, wherever it stands", () => {
    assert.equal(hasCheckStatement(document(everything, pathCheckStatement(TABLE))), true);
    assert.equal(hasCheckStatement(document(pathCheckStatement(TABLE), everything)), true);
  });

  it("is not seen in others, nor in what is no statement", () => {
    assert.deepEqual(
      [document(everything), document(allow({ Sid: "Path" })), document("PathCheck"), document(), "{"].map(
        hasCheckStatement,
      ),
      [false, false, false, false, false],
    );
  });
});
