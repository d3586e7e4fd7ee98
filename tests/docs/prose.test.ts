import assert from "node:assert/strict";
import { pagesOf, proseOf } from "./pages";

/** One word for one thing. Words that stand in the texts of AWS, of Pulumi or of code are not concerned. */
const WORDS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bjudg(?:e[sd]?|ing|e?ments?)\b/i, "validated, known, seen"],
  [/\bcure[sd]?\b/i, "fix"],
  [/\bgoes on\b/i, "resumes, continues, stays"],
  [/\b(?:gets?|got|getting) out\b/i, "withdraw"],
  [/\bt(?:ake[sn]?|aking|ook) (?!what )(?:[\w`-]+ ){1,3}back\b/i, "withdraw"],
  [/\broll(?:s|ed|ing)? back (?!by)(?:the|a|one) (?:route|stage|table)/i, "withdraw"],
  [/\b(?:leverag|utili[sz])(?:e[sd]?|ing)\b/i, "use"],
  [/\b(?:simply|seamless(?:ly)?|blazing(?:ly)?|effortless(?:ly)?)\b/i, "nothing"],
];

/** What a reader has to keep in mind at once. */
const MOST_WORDS = 40;

const WHAT_IS_MEANT: readonly (readonly [word: RegExp, explanation: RegExp])[] = [
  [/\blab\b/i, /the \*lab\*|\*lab\*/],
  [/\bledgers?\b/i, /\*ledgers?\*/],
];

// Generated from docstrings, which are held where they stand; and a record of what was written once.
const pages = pagesOf().filter(({ path }) => path !== "docs/api.md");

describe("the prose of the pages", () => {
  it("has one word for one thing", () => {
    const found = pages.flatMap(({ path, text }) =>
      WORDS.flatMap(([pattern, instead]) => {
        const [word] = pattern.exec(proseOf(text)) ?? [];
        return word === undefined ? [] : [`${path}: "${word}": write ${instead}`];
      }),
    );
    assert.deepEqual(found, []);
  });

  it("explains the words of its own where README and the page of the status first use them", () => {
    const readme = pages.find(({ path }) => path === "README.md")?.text ?? "";
    for (const [word, explanation] of WHAT_IS_MEANT) {
      const first = word.exec(proseOf(readme));
      assert.ok(first !== null, String(word));
      assert.match(proseOf(readme).slice(Math.max(0, first.index - 5), first.index + 10), explanation);
    }
  });

  it(`has no sentence of more than ${MOST_WORDS} words without a pause`, () => {
    const long = pages.flatMap(({ path, text }) =>
      sentencesOf(proseOf(text))
        .filter((sentence) => sentence.split(" ").length > MOST_WORDS)
        .map((sentence) => `${path}: ${sentence}`),
    );
    assert.deepEqual(long, []);
  });
});

/** The parts of sentences between `.`, `;` and `:`; tables are for looking up. */
function sentencesOf(prose: string): readonly string[] {
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*>#|]|\d+\.) ?)/)
    .filter((paragraph) => !paragraph.trim().startsWith("|"))
    .flatMap((paragraph) => paragraph.replace(/\s+/g, " ").split(/(?<=[.!?:;])\s/));
}
