import assert from "node:assert/strict";
import fc from "fast-check";
import { listOf, type PolicyDocument, type PolicyStatement } from "../../components/policy/document";
import { evaluatePolicy, type PolicyRequest, type PolicyVerdict } from "../../components/policy/evaluate";
import { problemOf, REFUSALS } from "../../components/policy/refusal";
import { readRequest, type ReadableRequest } from "../../components/policy/requestContext";
import { validatePolicy } from "../../components/policy/validate";
import { KINDS_OF_POLICIES, policyCases } from "../../tools/soak/policiesCases";

const DECISIONS = ["allowed", "explicitlyDenied", "implicitlyDenied"];

const request: PolicyRequest = {
  principal: { arn: "arn:aws:iam::111122223333:user/alice" },
  action: "dynamodb:GetItem",
  resource: "arn:aws:dynamodb:us-east-1:111122223333:table/Stock",
  context: { "aws:SourceVpce": "vpce-1" },
};

/** Values that belong nowhere in a policy, and some that do. */
const strangeValue = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    7,
    "",
    "*",
    "${",
    "${aws:username",
    "Allow",
    "Deny",
    "2012-10-17",
    [],
    {},
    [[]],
    [null],
    { AWS: [] },
    { StringEquals: [] },
  ),
  fc.string(),
  fc.jsonValue(),
);

/** `value` with whatever stands at a random place in it replaced, or with something added there. */
function edited(value: unknown, path: readonly number[], strange: unknown): unknown {
  const [step, ...further] = path;
  if (step === undefined || typeof value !== "object" || value === null) return strange;
  const entries = Object.entries(value);
  const at = step % (entries.length + 1);
  const name = entries[at]?.[0] ?? "Added";
  const inner = edited(entries[at]?.[1], further, strange);
  if (Array.isArray(value)) return [...(value.slice(0, at) as unknown[]), inner, ...(value.slice(at + 1) as unknown[])];
  return { ...value, [name]: inner };
}

describe("a malformed policy", () => {
  it("is decided upon, whatever was done to it", function () {
    this.timeout(120_000);
    const edits = fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }), strangeValue), {
      minLength: 1,
      maxLength: 3,
    });
    const property = fc.property(policyCases, edits, ({ document, request: drawn }, drawnEdits) => {
      const malformed = drawnEdits.reduce<unknown>((value, [path, strange]) => edited(value, path, strange), document);
      const { decision } = evaluatePolicy(malformed as PolicyDocument, drawn);
      assert.ok(DECISIONS.includes(decision));
      assert.equal(evaluatePolicy(JSON.stringify(malformed), drawn).decision, decision);
    });
    fc.assert(property, { numRuns: 4_000 });
  });

  it("is decided upon as text that was cut, extended or overwritten", function () {
    this.timeout(120_000);
    const property = fc.property(
      policyCases,
      fc.nat(),
      fc.nat({ max: 40 }),
      fc.string(),
      ({ document, request: drawn }, at, length, inserted) => {
        const text = JSON.stringify(document);
        const start = at % text.length;
        for (const malformed of [text.slice(0, start), text.slice(0, start) + inserted + text.slice(start + length)]) {
          assert.ok(DECISIONS.includes(evaluatePolicy(malformed, drawn).decision));
        }
      },
    );
    fc.assert(property, { numRuns: 4_000 });
  });

  it("does not allow what a Deny denied before one of its elements became unreadable", function () {
    this.timeout(120_000);
    const damage = fc.constantFrom<(statement: PolicyStatement) => unknown>(
      () => null,
      () => "Deny",
      (statement) => ({ ...statement, Effect: "deny" }),
      (statement) => ({ ...statement, Condition: { ...statement.Condition, StringSounds: { "aws:SourceVpce": "x" } } }),
      (statement) => ({ ...statement, Condition: null }),
      (statement) => ({ ...statement, Action: { all: true }, NotAction: undefined }),
      (statement) => ({ ...statement, NotAction: statement.NotAction ?? "*", Action: statement.Action ?? "*" }),
      (statement) => ({ ...statement, Resource: [7], NotResource: undefined }),
      (statement) => ({ ...statement, Principal: { Someone: "x" }, NotPrincipal: undefined }),
      (statement) => ({ ...statement, Added: true }),
    );
    let denied = 0;
    const property = fc.property(policyCases, damage, ({ document, request: drawn }, damaged) => {
      const { decision, statement: path } = evaluatePolicy(document, drawn);
      if (decision !== "explicitlyDenied") return;
      denied += 1;
      const at = Number(/\d+/.exec(path ?? "")?.[0] ?? 0);
      const Statement = (listOf(document.Statement) as PolicyStatement[]).map((statement, i) =>
        i === at ? damaged(statement) : statement,
      );
      assert.equal(evaluatePolicy({ ...document, Statement } as PolicyDocument, drawn).decision, "explicitlyDenied");
    });
    fc.assert(property, { numRuns: 2_000 });
    assert.ok(denied > 100, `only ${denied} were denied`);
  });

  it("is decided upon however deep or long it is", () => {
    const deep = (open: string, close: string): string => open.repeat(100_000) + close.repeat(100_000);
    const statement = (element: string, value: string): string =>
      `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*","${element}":${value}}}`;
    for (const text of [
      deep("[", "]"),
      deep('{"Statement":', "}"),
      statement("Condition", deep("[", "]")),
      statement("Principal", deep('{"AWS":', "}")),
    ]) {
      assert.ok(DECISIONS.includes(evaluatePolicy(text, request).decision));
    }
    const long = "a*".repeat(100_000);
    for (const element of ["Action", "Resource", "Sid"]) {
      const { decision } = evaluatePolicy(
        `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*","${element}":"${long}"}}`,
        request,
      );
      assert.equal(decision, "implicitlyDenied");
    }
  });

  it("says why AWS would not take it, exactly where the validation finds that", function () {
    this.timeout(120_000);
    const edits = fc.array(fc.tuple(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 6 }), strangeValue), {
      maxLength: 2,
    });
    let refused = 0;
    const property = fc.property(policyCases, edits, ({ attachment, document, request: drawn }, drawnEdits) => {
      const kind = KINDS_OF_POLICIES[attachment];
      const malformed = drawnEdits.reduce<unknown>((value, [path, strange]) => edited(value, path, strange), document);
      if (typeof malformed !== "object" || malformed === null || Array.isArray(malformed)) return;
      const { problem } = evaluatePolicy(malformed as PolicyDocument, drawn, kind);
      const text = JSON.stringify(malformed);
      const refusal = validatePolicy(text, { kind }).find(({ code }) => REFUSALS.has(code));
      assert.equal(problem, refusal && problemOf(refusal), text);
      if (problem !== undefined) refused += 1;
    });
    fc.assert(property, { numRuns: 3_000 });
    assert.ok(refused > 300, `only ${refused} were refused`);
  });
});

const getItem = { Effect: "Allow" as const, Principal: "*" as const, Action: "dynamodb:GetItem", Resource: "*" };
const allowing: PolicyDocument = { Version: "2012-10-17", Statement: [getItem] };
const throwing = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get: () => {
      throw new Error("not to be read");
    },
  });
const endless: Record<string, unknown> = { Version: "2012-10-17" };
endless.Statement = [getItem, endless];
/** One object in so many places that writing it would never end. */
const manyTimes = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], getItem);
const proxied = new Proxy(
  {},
  {
    ownKeys: () => {
      throw new Error("not to be listed");
    },
  },
);

describe("whatever document and request are", () => {
  const documents: readonly [string, unknown][] = [
    ...[undefined, null, 7, 7n, true, Symbol("policy"), () => allowing, [], [allowing], new Date(0), new Map()].map(
      (value): [string, unknown] => [`${typeof value} ${Object.prototype.toString.call(value)}`, value],
    ),
    ["a getter that throws", throwing("Statement")],
    ["a statement with a getter that throws", { ...allowing, Statement: [getItem, throwing("Action")] }],
    [
      "a condition with a getter that throws",
      { ...allowing, Statement: { ...getItem, Condition: { StringEquals: throwing("aws:username") } } },
    ],
    ["a document in itself", endless],
    [
      "more levels than there is room for",
      Array.from({ length: 100_000 }).reduce<unknown>((inner) => [inner], getItem),
    ],
    ["one statement in many places", { ...allowing, Statement: manyTimes }],
    ["a list that has no end", { ...allowing, Statement: new Array(2 ** 32 - 1) }],
    ["a proxy that throws", proxied],
    ["a proxy that throws in a statement", { ...allowing, Statement: [proxied] }],
    [
      "a number that is no JSON",
      { ...allowing, Statement: { ...getItem, Condition: { NumericEquals: { "aws:MultiFactorAuthAge": 7n } } } },
    ],
    ["white space without end", " ".repeat(131_073)],
  ];
  for (const [title, document] of documents) {
    it(`${title} as a document allows nothing, and the verdict says why`, () => {
      const { decision, problem = "" } = evaluatePolicy(document as PolicyDocument, request);
      assert.notEqual(decision, "allowed");
      assert.match(problem, /\(\w+\)$/);
    });
  }

  const reasons: readonly { title: string; document: unknown; problem: string }[] = [
    {
      title: "a text longer than any that AWS reads",
      document: `${JSON.stringify(allowing)}${" ".repeat(131_072)}`,
      problem: "document: is larger than any that AWS reads, with 131072 characters (TooLong)",
    },
    {
      title: "an object longer than any that AWS reads",
      document: { ...allowing, Statement: manyTimes },
      problem: "document: is larger than any that AWS reads, with 131072 characters (TooLong)",
    },
    {
      title: "a part of it is of another type",
      document: { ...allowing, Statement: { ...getItem, Sid: 7 } },
      problem:
        "Statement.Sid: is a number, not a string: AWS refuses the document (Access Analyzer: Data type mismatch) " +
        "(WrongType)",
    },
    {
      title: "an error of its own",
      document: {
        get Statement(): never {
          throw new Error(`no. ${"x".repeat(300)}`);
        },
      },
      problem: `document: is not JSON (no. ${"x".repeat(196)}) (NotJson)`,
    },
    {
      title: "what is thrown is no error",
      document: {
        get Statement(): never {
          // eslint-disable-next-line @typescript-eslint/only-throw-error -- that is the case
          throw "no";
        },
      },
      problem: "document: is not JSON (it cannot be written) (NotJson)",
    },
  ];
  for (const { title, document, problem } of reasons) {
    it(`the verdict says why it is no document: ${title}`, () =>
      assert.deepEqual(evaluatePolicy(document as PolicyDocument, request), { decision: "implicitlyDenied", problem }));
  }

  it("a sound document that is too long allows nothing", () => {
    assert.match(
      evaluatePolicy({ ...allowing, Statement: [{ ...getItem, Sid: "S".repeat(20_480) }] }, request).problem ?? "",
      /\(TooLong\)$/,
    );
  });

  it("a kind of policy that there is not allows nothing", () => {
    assert.deepEqual(evaluatePolicy(allowing, request, "table" as never), {
      decision: "implicitlyDenied",
      problem: "kind: is none of endpoint, identity, resource",
    });
  });

  it("what JSON makes of an object is the document", () => {
    assert.equal(evaluatePolicy({ toJSON: () => allowing } as never, request).decision, "allowed");
    assert.equal(
      evaluatePolicy(
        { ...allowing, Id: undefined, Statement: { ...getItem, Condition: undefined, Note: () => 0 } } as never,
        request,
      ).decision,
      "allowed",
    );
    assert.match(
      evaluatePolicy(JSON.parse(`{"__proto__": 1, "Statement": []}`) as PolicyDocument, request).problem ?? "",
      /__proto__/,
    );
  });

  it("white space does not count, as the provider sends none", () => {
    const identity = {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" },
    };
    assert.equal(evaluatePolicy(JSON.stringify(identity).padEnd(131_072), request).decision, "allowed");
    assert.equal(evaluatePolicy(JSON.stringify(allowing) + " ".repeat(20_480), request).decision, "allowed");
    assert.match(evaluatePolicy({ ...allowing, Id: "i".repeat(20_480) }, request).problem ?? "", /\(TooLong\)$/);
  });

  const requests: readonly [string, unknown][] = [
    ...[undefined, null, 7, "dynamodb:GetItem", [], {}].map((value): [string, unknown] => [
      `the value ${JSON.stringify(value)}`,
      value,
    ]),
    ["no principal", { ...request, principal: undefined }],
    ["a principal that is a text", { ...request, principal: request.principal.arn }],
    ["an ARN that is a number", { ...request, principal: { arn: 7 } }],
    ["an account that is a number", { ...request, principal: { ...request.principal, account: 111122223333 } }],
    ["an action that is no text", { ...request, action: ["dynamodb:GetItem"] }],
    ["a resource that is no text", { ...request, resource: null }],
    ["a resource that is longer than any ARN", { ...request, resource: `arn:${"a".repeat(2_045)}` }],
    ["a resource with more parts than any ARN", { ...request, resource: `arn${":".repeat(16)}` }],
    ["a value that is a number", { ...request, context: { "aws:MultiFactorAuthAge": 5 } }],
    ["a value that is null", { ...request, context: { "aws:SourceVpce": null } }],
    ["a list with a number", { ...request, context: { "aws:TagKeys": ["a", 5] } }],
    ["a list that has no end", { ...request, context: { "aws:TagKeys": new Array(2 ** 32 - 1) } }],
    ["a context that is a list", { ...request, context: ["aws:SourceVpce"] }],
    ["a key that stands twice", { ...request, context: { "aws:SourceVpce": "vpce-1", "aws:sourcevpce": "vpce-2" } }],
    ["a getter that throws", { ...request, context: throwing("aws:SourceVpce") }],
    ["a principal with a getter that throws", { ...request, principal: throwing("arn") }],
    ["a proxy that throws", { ...request, context: proxied }],
    ["more characters than any request", { ...request, context: { "aws:UserAgent": "a".repeat(262_144) } }],
    [
      "more characters than any request in small pieces",
      { ...request, context: { "aws:TagKeys": Array.from({ length: 90_000 }, () => "ab") } },
    ],
  ];
  for (const [title, strange] of requests) {
    it(`${title} as a request cannot be evaluated, and the verdict says so`, () => {
      const { decision, problem = "" } = evaluatePolicy(allowing, strange as PolicyRequest);
      assert.equal(decision, "implicitlyDenied");
      assert.match(problem, /^the request cannot be read/);
    });
  }

  it("what programs of other languages leave out is left out", () => {
    const sparse = {
      ...request,
      principal: { ...request.principal, organization: null, service: null },
      context: null,
    };
    assert.equal(evaluatePolicy(allowing, sparse as unknown as PolicyRequest).decision, "allowed");
  });

  it("a long document with long values is judged as far as the work is bounded", () => {
    const asking = (variables: number, length: number): PolicyVerdict => {
      const resource = `arn:aws:dynamodb:*:*:table/${"${aws:x}".repeat(variables)}`;
      return evaluatePolicy(
        { Version: "2012-10-17", Statement: { ...getItem, Resource: [resource, "arn:aws:dynamodb:*:*:*"] } },
        { ...request, context: { "aws:x": "v".repeat(length) } },
      );
    };
    assert.equal(asking(1_300, 10).decision, "allowed");
    assert.equal(asking(2, 10_000).decision, "allowed");
    assert.match(asking(1_300, 100_000).problem ?? "", /cannot be evaluated/);
    assert.match(asking(2, 100_000).problem ?? "", /cannot be evaluated/);
  });

  it("a document that is an object is as long as its text", () => {
    const roles = Array.from({ length: 90 }, (_, i) => `arn:aws:iam::111122223333:role/application-${i}`);
    const document = {
      ...allowing,
      Statement: { ...getItem, Condition: { ArnNotEquals: { "aws:PrincipalArn": roles } } },
    };
    const asked = { ...request, context: { "aws:UserAgent": "a".repeat(100_000) } };
    assert.equal(evaluatePolicy(document, asked).decision, "allowed");
  });

  it("the work is bounded by the document with its variables replaced, times the request", () => {
    const values = { "aws:PrincipalTag/given": "v".repeat(1_000) };
    const Condition = { StringNotEquals: { "aws:username": "${aws:PrincipalTag/given}" } };
    const text = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Action: "*",
        Resource: ["arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/absent}", "*"],
        Condition,
      },
    });
    const sizeOf = (asked: PolicyRequest): number => (readRequest(asked) as ReadableRequest).size;
    const long = (length: number): PolicyRequest => ({
      ...request,
      context: { ...values, "aws:UserAgent": "a".repeat(length) },
    });
    const ofSize = (size: number): PolicyRequest => long(size - sizeOf(long(0)));
    assert.equal(sizeOf(ofSize(16_000)), 16_000);
    assert.equal(evaluatePolicy(text.padEnd(32_000 - 1_000), ofSize(16_000)).decision, "allowed");
    // One step more.
    assert.equal(
      evaluatePolicy(text.padEnd(2_403 - 1_000), ofSize(213_067)).problem,
      "the request cannot be evaluated: with its values the document is too large",
    );
  });

  it("never throws", function () {
    this.timeout(60_000);
    const property = fc.property(
      fc.anything({ withBigInt: true, withSparseArray: true, withNullPrototype: true, maxDepth: 4 }),
      fc.anything({ withBigInt: true, withNullPrototype: true }),
      fc.boolean(),
      (drawn, part, isWhole) => {
        const document = isWhole ? drawn : { ...allowing, Statement: [{ ...getItem, Condition: part }, drawn] };
        const strange = isWhole ? part : { ...request, context: drawn };
        for (const each of [request, strange])
          assert.ok(DECISIONS.includes(evaluatePolicy(document as PolicyDocument, each as PolicyRequest).decision));
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });
});
