import assert from "node:assert/strict";
import type { Outcome } from "../../tools/mutants/campaign";
import { exitCode, fileText, scoreOf, scoreText } from "../../tools/mutants/report";

const TEXT = "const a = 1;\n  return `b\n  c`;\n";

function outcome(result: Outcome["result"], original: string, changed: string): Outcome {
  const start = TEXT.indexOf(original);
  return { result, mutation: { file: "components/a.ts", start, end: start + original.length, original, changed } };
}

const NOTICED = outcome("noticed", "1", "2");
const SURVIVED = outcome("survived", "`b\n  c`", '""');
const NOT_COVERED = outcome("not covered", "a", "b");
const EQUIVALENT = outcome("equivalent", "1", "0");
const NOT_TRIED = outcome("not tried", "const", "let");

describe("the report on changes", () => {
  it("lists those that were not noticed with their places, each on one line", () => {
    assert.equal(
      fileText("components/a.ts", TEXT, [NOTICED, SURVIVED, NOT_COVERED, EQUIVALENT]),
      [
        "components/a.ts: 33.3 % of 3 noticed, 1 survived, 1 in code that no test runs, 1 equivalent\n",
        '  components/a.ts:2:10  `b c`  →  ""\n',
        "  components/a.ts:1:7  a  →  b   (no test runs it)\n",
      ].join(""),
    );
  });

  it("shows of a long one both ends", () => {
    const long = outcome("survived", "1", `${"x".repeat(80)}${"y".repeat(80)}`);
    assert.equal(
      fileText("f", TEXT, [long]).split("\n")[1],
      `  components/a.ts:1:11  1  →  ${"x".repeat(50)} … ${"y".repeat(50)}`,
    );
  });

  it("never counts what was not tried", () => {
    assert.equal(
      scoreText(scoreOf([NOTICED, NOT_TRIED, NOT_TRIED])),
      "100 % of 1 noticed, 2 NOT TRIED: the time was over",
    );
    assert.equal(scoreText(scoreOf([NOT_TRIED])), "nothing tried, 1 NOT TRIED: the time was over");
    assert.equal(scoreText(scoreOf([])), "nothing tried");
  });

  it("says 100 % only of all", () => {
    const noticed = Array.from({ length: 9999 }, () => NOTICED);
    assert.equal(scoreText(scoreOf([...noticed, SURVIVED])), "99.9 % of 10000 noticed, 1 survived");
  });

  it("ends well only when all were tried and noticed", () => {
    assert.equal(exitCode([NOTICED, EQUIVALENT]), 0);
    for (const bad of [SURVIVED, NOT_COVERED, NOT_TRIED]) assert.equal(exitCode([NOTICED, bad]), 1);
  });
});
