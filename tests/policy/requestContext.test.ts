import assert from "node:assert/strict";
import {
  MOST_REQUEST_CHARACTERS,
  readRequest,
  type PolicyRequest,
  type RequestWithAllKeys,
  type RequestPrincipal,
} from "../../components/policy/requestContext";

const ACCOUNT = "111122223333";
const TABLE = `arn:aws:dynamodb:eu-west-1:${ACCOUNT}:table/Stock`;

const requestOf = (parts: Partial<Record<keyof PolicyRequest, unknown>> = {}): unknown => ({
  principal: { arn: `arn:aws:iam::${ACCOUNT}:role/app` },
  action: "dynamodb:GetItem",
  resource: TABLE,
  ...parts,
});
const read = (parts?: Partial<Record<keyof PolicyRequest, unknown>>): RequestWithAllKeys => {
  const request = readRequest(requestOf(parts));
  if ("problem" in request) throw new Error(request.problem);
  return request;
};
const problemOf = (parts: Partial<Record<keyof PolicyRequest, unknown>>): string | undefined => {
  const request = readRequest(requestOf(parts));
  return "problem" in request ? request.problem : undefined;
};

describe("the condition keys of a request", () => {
  const ofTable = { "aws:resourceaccount": ACCOUNT };
  const CALLERS: readonly (readonly [
    title: string,
    principal: RequestPrincipal,
    keys: Readonly<Record<string, string>>,
  ])[] = [
    ["an anonymous caller", {}, { ...ofTable, "aws:principaltype": "Anonymous" }],
    [
      "a role",
      { arn: `arn:aws:iam::${ACCOUNT}:role/path/app` },
      { "aws:principalarn": `arn:aws:iam::${ACCOUNT}:role/path/app`, "aws:principaltype": "AssumedRole" },
    ],
    [
      "a session of a role",
      { arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/me` },
      { "aws:principalarn": `arn:aws:iam::${ACCOUNT}:role/app`, "aws:principaltype": "AssumedRole" },
    ],
    [
      "a session without its role",
      { arn: `arn:aws:sts::${ACCOUNT}:assumed-role` },
      { "aws:principalarn": `arn:aws:sts::${ACCOUNT}:assumed-role` },
    ],
    [
      "a session of another service",
      { arn: `arn:aws:iam::${ACCOUNT}:assumed-role/app/me` },
      { "aws:principalarn": `arn:aws:iam::${ACCOUNT}:assumed-role/app/me`, "aws:principaltype": "AssumedRole" },
    ],
    [
      "a user",
      { arn: `arn:aws:iam::${ACCOUNT}:user/path/alice` },
      {
        "aws:principalarn": `arn:aws:iam::${ACCOUNT}:user/path/alice`,
        "aws:principaltype": "User",
        "aws:username": "alice",
      },
    ],
    [
      "a user of another service",
      { arn: `arn:aws:sts::${ACCOUNT}:user/alice` },
      { "aws:principalarn": `arn:aws:sts::${ACCOUNT}:user/alice`, "aws:principaltype": "User" },
    ],
    [
      "a federated user",
      { arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob` },
      { "aws:principalarn": `arn:aws:sts::${ACCOUNT}:federated-user/bob`, "aws:principaltype": "FederatedUser" },
    ],
    [
      "the root user",
      { arn: `arn:aws:iam::${ACCOUNT}:root` },
      { "aws:principalarn": `arn:aws:iam::${ACCOUNT}:root`, "aws:principaltype": "Account" },
    ],
    [
      "a member of an organization",
      { arn: `arn:aws:iam::${ACCOUNT}:group/g`, organization: "o-a1b2c3d4e5" },
      { "aws:principalarn": `arn:aws:iam::${ACCOUNT}:group/g`, "aws:principalorgid": "o-a1b2c3d4e5" },
    ],
  ];
  for (const [title, principal, keys] of CALLERS) {
    it(`are those of ${title}`, () => {
      const ofAll =
        principal.arn === undefined ? {} : { "aws:principalaccount": ACCOUNT, "aws:principalisawsservice": "false" };
      assert.deepEqual(contextOf(read({ principal })), { ...ofTable, ...ofAll, ...keys });
    });
  }

  it("are those of a service, which has no type, and of an account alone", () => {
    assert.deepEqual(contextOf(read({ principal: { service: "lambda.amazonaws.com" } })), {
      ...ofTable,
      "aws:principalisawsservice": "true",
      "aws:principalservicename": "lambda.amazonaws.com",
    });
    assert.deepEqual(contextOf(read({ principal: { account: ACCOUNT } })), {
      ...ofTable,
      "aws:principalisawsservice": "false",
      "aws:principalaccount": ACCOUNT,
    });
    const both = { service: "lambda.amazonaws.com", arn: `arn:aws:iam::${ACCOUNT}:user/alice` };
    assert.equal(contextOf(read({ principal: both }))["aws:principaltype"], undefined);
  });

  it("have the account of what is asked for, if it is in one", () => {
    for (const [resource, account] of [
      [TABLE, ACCOUNT],
      ["*", undefined],
      ["arn:aws:dynamodb:eu-west-1:1", undefined],
      ["arn:aws:dynamodb:eu-west-1::table/Stock", undefined],
    ] as const) {
      assert.equal(contextOf(read({ resource }))["aws:resourceaccount"], account);
    }
  });

  it("give way to what the request says of them, whatever their case, in the order in which it says so", () => {
    const context = {
      "AWS:PrincipalType": "User",
      "aws:username": [],
      "aws:PrincipalOrgId": null,
      "aws:TagKeys": ["b", "a"],
    };
    const given = { ...context, "aws:PrincipalOrgId": [] };
    const { context: keys } = read({ principal: { arn: `arn:aws:iam::${ACCOUNT}:user/alice` }, context: given });
    assert.deepEqual(
      [keys.get("aws:principaltype"), keys.get("aws:username"), keys.get("aws:tagkeys")],
      [["User"], undefined, ["b", "a"]],
    );
    assert.match(problemOf({ context }) ?? "", /"aws:PrincipalOrgId" is no text/);
  });
});

describe("a request that cannot be evaluated", () => {
  const throwing = Object.defineProperty({}, "aws:username", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  });
  const CASES: readonly (readonly [Partial<Record<keyof PolicyRequest, unknown>>, string])[] = [
    [{ principal: null }, "principal is no object"],
    [{ principal: { arn: 7 } }, '"arn" is no text'],
    [{ action: 7 }, '"action" is no text'],
    [{ resource: undefined }, '"resource" is no text'],
    [{ context: [] }, "context is no object"],
    [{ context: { "aws:TagKeys": ["a", 7] } }, '"aws:TagKeys" is no text'],
    [{ context: { a: "1", A: "2" } }, '"A" stands twice in its context: the case of keys does not matter'],
    [{ context: { [`x${"y".repeat(100)}`]: 7 } }, `"x${"y".repeat(79)}" is no text`],
    [{ context: throwing }, "one of its parts throws"],
    [{ resource: "a".repeat(2_049) }, "resource is longer than any ARN"],
    [{ resource: ":".repeat(16) }, "resource is longer than any ARN"],
  ];
  for (const [parts, problem] of CASES) {
    it(`says why: ${problem}`, () => assert.equal(problemOf(parts), `the request cannot be read (${problem})`));
  }

  it("is longer than one can be, and no other", () => {
    assert.equal(problemOf({ resource: "a".repeat(2_048) }), undefined);
    assert.equal(problemOf({ resource: ":".repeat(15) }), undefined);
    const tooMany = "the request cannot be read (it has more than 262144 characters)";
    const principal = { arn: "a", account: "b", organization: "c", service: "d", identityProvider: "e" };
    // One for the key, one for each value, and what is beside the context: five, eight and three.
    const filled = (length: number): Partial<Record<keyof PolicyRequest, unknown>> => ({
      principal,
      action: "dynamodb",
      resource: "abc",
      context: { k: ["x".repeat(length), ""] },
    });
    const longest = MOST_REQUEST_CHARACTERS - 5 - 8 - 3 - 3;
    assert.equal(problemOf(filled(longest)), undefined);
    assert.equal(read(filled(longest)).size, MOST_REQUEST_CHARACTERS);
    assert.equal(problemOf(filled(longest + 1)), tooMany);
    assert.equal(problemOf({ context: { k: "x".repeat(MOST_REQUEST_CHARACTERS) } }), tooMany);
    assert.equal(problemOf({ context: { ["k".repeat(MOST_REQUEST_CHARACTERS)]: [] } }), tooMany);
  });
});

function contextOf({ context }: RequestWithAllKeys): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries([...context].map(([key, values]) => [key, values.join()]));
}
