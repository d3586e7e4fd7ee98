import assert from "node:assert/strict";
import { closest, didYouMean, listOf } from "../components/findings";

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
    it(`is ${isClose ? "" : "not "}${candidate} where ${given} is given`, () => assert.equal(closest(given, [candidate]), isClose ? candidate : undefined));
  }

  it("is the closest one, and of those that are equally close the first by name", () => {
    assert.equal(closest("private-x", ["private-ab", "private-c", "private-b"]), "private-b");
  });

  it("is told, else what there is", () => {
    assert.deepEqual([didYouMean("stage", ["stages"]), didYouMean("x", ["stages"]), didYouMean("x", [])], ['did you mean "stages"?', 'there is "stages"', "there is none"]);
  });
});

describe("a list of names", () => {
  const names = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${i}`);
  const ten = '"n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"';
  for (const [count, shown] of [[1, '"n0"'], [10, ten], [11, `${ten} and 1 more`], [25, `${ten} and 15 more`]] as const) {
    it(`shows ten of ${count} at most`, () => assert.equal(listOf(names(count)), shown));
  }
});
