import assert from "node:assert/strict";
import { checkStatement, deniedToCheck } from "../../components/policy/checkAccess";
import { FULL_ACCESS } from "../../components/policy/document";

const TABLE = "arn:aws:dynamodb:eu-west-1:111122223333:table/StockTable";
const CHECK = { tableArn: TABLE, roleArn: "arn:aws:iam::111122223333:role/ddb-check-0000000" };
const BOTH = ["dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive"];

const allow = (parts: object): object => ({ Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*", ...parts });
const everything = allow({});

const cases: readonly { title: string; statements: readonly object[]; denied: readonly string[] }[] = [
  { title: "the check's own statement", statements: [checkStatement(TABLE)], denied: [] },
  { title: "another table", statements: [checkStatement(`${TABLE}2`)], denied: BOTH },
  { title: "items only", statements: [allow({ Action: "dynamodb:GetItem" })], denied: BOTH },
  { title: "one of the two calls", statements: [allow({ Action: "dynamodb:DescribeTable" })], denied: ["dynamodb:DescribeTimeToLive"] },
  { title: "the account", statements: [allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } } })], denied: [] },
  { title: "another account", statements: [allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "444455556666" } } })], denied: BOTH },
  { title: "roles that are named like the check's", statements: [allow({ Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/ddb-check-*" } } })], denied: [] },
  { title: "another role", statements: [allow({ Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/app" } } })], denied: BOTH },
  { title: "an organization, which nobody knows before", statements: [allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } })], denied: [] },
  {
    title: "an organization, but another account",
    statements: [allow({ Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5", "aws:PrincipalAccount": "444455556666" } } })],
    denied: BOTH,
  },
  { title: "a value that is a variable", statements: [allow({ Condition: { StringEquals: { "aws:PrincipalAccount": "${aws:ResourceAccount}" } } })], denied: [] },
  { title: "all, but a Deny for certain", statements: [everything, { ...everything, Effect: "Deny", Action: "dynamodb:Describe*" }], denied: BOTH },
  {
    title: "all, with a Deny on what nobody knows before",
    statements: [everything, { ...everything, Effect: "Deny", Condition: { StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } } }],
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
