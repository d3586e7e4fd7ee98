import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { PolicyDocument } from "../../components/policy/document";
import { resolvePath, validatePolicy, type PolicyContext } from "../../components/policy/validate";

const directory = join(__dirname, "../cases/policies");
const documents = readdirSync(directory).flatMap((file) =>
  (JSON.parse(readFileSync(join(directory, file), "utf8")) as readonly { document: unknown }[]).map(
    ({ document }) => document,
  ),
);
const texts = documents.map((document) => (typeof document === "string" ? document : JSON.stringify(document)));

const contexts: readonly PolicyContext[] = [
  { kind: "endpoint", region: "eu-west-1" },
  { kind: "identity", partition: "aws" },
  { kind: "resource", region: "us-gov-west-1", account: "123456789012" },
];

const anyText = fc.constantFrom(...texts);
const anyContext = fc.constantFrom(...contexts);

/** Values that stand in no policy, and some that stand in the wrong place. */
const strange = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    "",
    "*",
    "${",
    "${a:b}",
    "arn:",
    "dynamodb:*",
    "ForAllValues:",
    "__proto__",
    "constructor",
    "\ud800",
    "x".repeat(5_000),
    "*a".repeat(500),
  ),
);

describe("the validation of mutated policies", () => {
  it("survives any edit of the text", () => {
    const edit = fc.record({
      at: fc.nat(2_000),
      remove: fc.nat(20),
      insert: fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom("[", "]", "{", "}", '"', "\\", ",", ":", "null", "${"),
      ),
    });
    fc.assert(
      fc.property(anyText, fc.array(edit, { maxLength: 4 }), anyContext, (text, edits, context) => {
        judge(
          edits.reduce(
            (edited, { at, remove, insert }) =>
              edited.slice(0, at % (edited.length + 1)) + insert + edited.slice((at % (edited.length + 1)) + remove),
            text,
          ),
          context,
        );
      }),
      { numRuns: 4_000 },
    );
  });

  it("survives the loss of any end of the text", () => {
    for (const text of texts)
      for (let length = 0; length < text.length; length += 7) judge(text.slice(0, length), { kind: "endpoint" });
  });

  it("survives any value in any place", () => {
    fc.assert(
      fc.property(anyText, fc.nat(), strange, anyContext, (text, place, value, context) =>
        judge(withValueAt(text, place, value), context),
      ),
      { numRuns: 4_000 },
    );
  });

  it("survives any key in any place", () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "__proto__",
        "constructor",
        "toString",
        "Action",
        "Null",
        "StringLike",
        "aws:SourceIp",
        "k".repeat(1_000),
      ),
    );
    fc.assert(
      fc.property(anyText, fc.nat(), key, strange, anyContext, (text, place, name, value, context) =>
        judge(withValueAt(text, place, { [name]: value }), context),
      ),
      { numRuns: 2_000 },
    );
  });

  it("survives what is no JSON at all", () => {
    const cycle: Record<string, unknown> = {};
    cycle.Statement = cycle;
    const thrower = {
      get Statement(): unknown {
        throw new Error("no");
      },
    };
    for (const value of [
      undefined,
      null,
      1,
      1n,
      Symbol("x"),
      () => 1,
      cycle,
      thrower,
      [],
      new Map(),
      { Statement: [undefined, 1n] },
      { toJSON: () => undefined },
    ]) {
      assert.equal(validatePolicy(value as unknown as PolicyDocument, { kind: "endpoint" })[0]?.path, "");
    }
  });

  it("ends where an object holds one part in so many places that writing it would not", () => {
    const manyTimes = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], {
      Effect: "Allow",
      Action: "*",
      Resource: "*",
    });
    for (const document of [manyTimes, { Version: "2012-10-17", Statement: manyTimes }]) {
      assert.deepEqual(
        validatePolicy(document as PolicyDocument, { kind: "identity" }).map(({ code, path }) => [code, path]),
        [["TooLong", ""]],
      );
    }
  });

  it("survives more levels than the stack has room for", () => {
    const levels = 200_000;
    const deep = `${"[".repeat(levels)}${"]".repeat(levels)}`;
    for (const element of ["Principal", "Action", "Resource", "NotResource", "Condition", "Sid", "Version"]) {
      judgeText(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","${element}":${deep}}]}`);
    }
    judgeText(deep);
    judge(nested(levels), { kind: "endpoint" });
  });
});

describe("the work of the validation", () => {
  /** Documents of about `size` characters that make a rule work as hard as it can. */
  const hardest: Readonly<Record<string, (size: number) => unknown>> = {
    "actions with wildcards": (size) => statement({ Action: list(size / 20, (i) => `dynamodb:*e*t*${i}`) }),
    "one action of wildcards": (size) => statement({ Action: `dynamodb:${"*a".repeat(size / 2)}` }),
    "misspelled actions": (size) => statement({ Action: list(size / 20, (i) => `dynamodb:GetItm${i}`) }),
    "tables beside patterns": (size) =>
      statement({
        Resource: [
          ...list(15, (i) => `arn:aws:dynamodb:*${"*a".repeat(100)}${i}`),
          ...list(size / 60, (i) => `arn:aws:dynamodb:eu-west-1:123456789012:table/aaaaaaaa${i}`),
        ],
      }),
    "policy variables": (size) => statement({ Resource: "${a:b}".repeat(size / 6) }),
    "open policy variables": (size) => statement({ Resource: "${".repeat(size / 2) }),
    "values below a long key": (size) =>
      statement({ Condition: { StringEquals: { ["k".repeat(size / 2)]: list(size / 8, () => null) } } }),
    "keys below a long operator": (size) =>
      statement({ Condition: { ["k".repeat(size / 2)]: Object.fromEntries(list(size / 20, (i) => [`x${i}`, null])) } }),
    "keys in many cases": (size) =>
      statement({
        Condition: {
          StringEquals: Object.fromEntries(
            list(size / 40, (i) => [inCase("aws:principaltag/abcdefghijklmnop", i), `v${i}`]),
          ),
        },
      }),
    "equal statements": (size) => ({
      Version: "2012-10-17",
      Statement: list(size / 80, () => statement({}).Statement),
    }),
  };

  for (const [what, make] of Object.entries(hardest)) {
    it(`grows no faster than the document: ${what}`, () => {
      const [small, large] = [20_000, 320_000].map((size) => fastestMillis(JSON.stringify(make(size))));
      // Sixteen times the text: a rule of quadratic work would take 256 times as long.
      assert.ok(
        (large ?? 0) < 120 * Math.max(small ?? 0, 1),
        `${small} ms for 20,000 characters, ${large} ms for 320,000`,
      );
    });
  }

  it("writes no more than some multiple of the document", () => {
    for (const make of Object.values(hardest)) {
      const text = JSON.stringify(make(100_000));
      const written = validatePolicy(text, { kind: "endpoint" }).reduce(
        (sum, { path, message }) => sum + path.length + message.length,
        0,
      );
      assert.ok(written < 40 * text.length, `${written} characters about ${text.length}`);
    }
  });
});

function judge(document: unknown, context: PolicyContext): void {
  const findings = validatePolicy(document as PolicyDocument, context);
  const parsed = parse(document);
  for (const { path, message } of findings) {
    assert.ok(message.length > 0 && message.length < 2_000, message.slice(0, 200));
    if (path !== "") assert.notEqual(resolvePath(parsed, path), undefined, path.slice(0, 500));
  }
}

function judgeText(text: string): void {
  for (const context of contexts) judge(text, context);
}

function parse(document: unknown): unknown {
  try {
    return JSON.parse(typeof document === "string" ? document : JSON.stringify(document));
  } catch {
    return undefined;
  }
}

/** The document with `value` in one of its places, counted in the order in which they are written. */
function withValueAt(text: string, place: number, value: unknown): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return value;
  }
  let count = 0;
  JSON.stringify(parsed, (_, item: unknown) => (count++, item));
  let at = place % count;
  return JSON.parse(JSON.stringify(parsed, (_, item: unknown) => (at-- === 0 ? (value ?? null) : item)));
}

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = { Statement: value };
  return value;
}

function statement(elements: object): { Version: string; Statement: object } {
  return {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "*", ...elements },
  };
}

function list<Item>(length: number, item: (i: number) => Item): Item[] {
  return Array.from({ length: Math.floor(length) }, (_, i) => item(i));
}

/** `text` with those letters in upper case whose bits are set in `bits`. */
function inCase(text: string, bits: number): string {
  return text.replace(/[a-z]/g, (letter, i: number) =>
    ((bits >> (i % 16)) & 1) === 1 ? letter.toUpperCase() : letter,
  );
}

function fastestMillis(text: string): number {
  const rounds = list(3, () => {
    const start = performance.now();
    validatePolicy(text, { kind: "endpoint" });
    return performance.now() - start;
  });
  return Math.min(...rounds);
}
