import assert from "node:assert/strict";
import { MOST_CHARACTERS_READ, plainCopy, statementsOf, type JsonObject } from "../../components/policy/document";

describe("what JSON makes of an object", () => {
  const cases: readonly { title: string; given: unknown; value: unknown; size: number }[] = [
    {
      title: "counts a text with one of its quotation marks, a key by its length, and one for each value",
      given: { Sid: "One", Action: ["a", 7] },
      value: { Sid: "One", Action: ["a", 7] },
      size: 1 + 3 + 4 + 6 + 1 + 2 + 1,
    },
    {
      title: "has null in a list for what is no JSON",
      given: [undefined, () => 0, Symbol("x"), null],
      value: [null, null, null, null],
      size: 5,
    },
    {
      title: "leaves out what is no JSON in an object",
      given: { a: undefined, b: () => 0, c: Symbol("x"), d: null, e: false },
      value: { d: null, e: false },
      size: 11,
    },
    { title: "has null for a number that is none", given: [NaN, Infinity, 1.5], value: [null, null, 1.5], size: 4 },
    { title: "is what the object says that it is", given: { toJSON: () => ["a"] }, value: ["a"], size: 4 },
    {
      title: "is read as far as AWS reads a text",
      given: "x".repeat(MOST_CHARACTERS_READ - 1),
      value: "x".repeat(MOST_CHARACTERS_READ - 1),
      size: MOST_CHARACTERS_READ,
    },
    {
      title: "is nothing where it is longer",
      given: "x".repeat(MOST_CHARACTERS_READ),
      value: undefined,
      size: Infinity,
    },
  ];
  for (const { title, given, value, size } of cases)
    it(title, () => assert.deepEqual(plainCopy(given), { value, size }));

  it("has a key of any name", () => {
    const { value } = plainCopy(JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'));
    assert.deepEqual(Object.entries(value as JsonObject), [
      ["__proto__", { a: 1 }],
      ["constructor", 2],
    ]);
  });

  it("is an error where a part of it throws, or is a BigInt", () => {
    const throwing = {
      get Statement(): never {
        throw new RangeError("not to be read");
      },
    };
    assert.throws(() => plainCopy(throwing), new RangeError("not to be read"));
    assert.throws(() => plainCopy({ Statement: 7n }), new TypeError("a BigInt is no JSON"));
  });
});

describe("the statements of a document", () => {
  const cases: readonly { title: string; document: string | JsonObject; paths: readonly string[] }[] = [
    { title: "are none where there is no Statement", document: {}, paths: [] },
    { title: "are none in a text that is no JSON", document: '{"Statement":', paths: [] },
    { title: "are none in a text that is no object", document: '"Statement"', paths: [] },
    {
      title: "are whatever stands in the list",
      document: '{"Statement": [{}, 7]}',
      paths: ["Statement[0]", "Statement[1]"],
    },
    { title: "are whatever stands in place of a list", document: { Statement: null }, paths: ["Statement"] },
  ];
  for (const { title, document, paths } of cases)
    it(title, () =>
      assert.deepEqual(
        statementsOf(document).map(({ path }) => path),
        paths,
      ),
    );
});
