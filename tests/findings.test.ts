import assert from "node:assert/strict";
import { idFindings, refuse } from "../components/args/findings";
import { closest, didYouMean, listOf } from "../components/shapes/names";

describe("what is wrong with the arguments", () => {
  const [a, b] = [
    { path: "a", message: "is missing" },
    { path: "b", message: "is no number", suggestion: "give one" },
  ];

  it("refuses nothing where there is nothing, else all of it at once, counted", () => {
    assert.doesNotThrow(() => refuse('It "it"', []));
    assert.throws(() => refuse('It "it"', [a]), {
      name: "Error",
      message: 'It "it": an argument cannot be used\n  a: is missing',
    });
    assert.throws(() => refuse('It "it"', [a, b]), {
      message: 'It "it": 2 arguments cannot be used\n  a: is missing\n  b: is no number; give one',
    });
  });

  it("is an id that is missing, also as null, or of something else; an Output is left to AWS", () => {
    const messages = (id: unknown): readonly string[] =>
      [...idFindings("vpcId", id, "vpc-", "a VPC")].map(({ message }) => message);
    assert.deepEqual([undefined, null, "subnet-1", "vpc-1", {}].map(messages), [
      ["is missing"],
      ["is missing"],
      ['"subnet-1" is not the id of a VPC'],
      [],
      [],
    ]);
  });
});

describe("the name that was probably meant", () => {
  const cases: readonly (readonly [given: string, candidate: string, isClose: boolean])[] = [
    ["rolout", "rollout", true],
    ["abcdef", "abcdXY", true],
    ["abcdef", "abcXYZ", false],
    ["abcdefghi", "abcdefXYZ", true],
    ["abcdefghi", "abcdeWXYZ", false],
    ["abc", "aXY", true],
    ["ab", "abcd", true],
    ["ab", "XY", false],
    ["a", "b", false],
  ];
  for (const [given, candidate, isClose] of cases) {
    it(`is ${isClose ? "" : "not "}${candidate} where ${given} is given`, () =>
      assert.equal(closest(given, [candidate]), isClose ? candidate : undefined));
  }

  it("is the closest one, and of those that are equally close the first by name", () => {
    assert.equal(closest("private-x", ["private-ab", "private-c", "private-b"]), "private-b");
  });

  it("is told, else what there is", () => {
    assert.deepEqual(
      [didYouMean("stage", ["stages"]), didYouMean("x", ["stages"]), didYouMean("x", [])],
      ['did you mean "stages"?', 'there is "stages"', "there is none"],
    );
  });
});

describe("a list of names", () => {
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${i}`);
  const ten = '"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"';
  for (const [count, shown] of [
    [1, '"n0"'],
    [10, ten],
    [11, `${ten} and 1 more`],
    [25, `${ten} and 15 more`],
  ] as const) {
    it(`shows ten of ${count} at most`, () => assert.equal(listOf(names(count)), shown));
  }
});
