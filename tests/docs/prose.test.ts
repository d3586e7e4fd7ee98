import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { anchorsOf, type Page, pagesOf, proseOf } from "./pages";
import { descriptionsOf, type Text, textsOfSources } from "./texts";

/** One word for one thing. Words that stand in the texts of AWS, of Pulumi or of code are not concerned. */
const WORDS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  [/\bjudg(?:e[sd]?|ing|e?ments?)\b/i, "validated, known, seen"],
  [/\bcure[sd]?\b/i, "fix"],
  [/\b(?:go(?:es|ing)?|went) on\b/i, "resumes, continues, stays"],
  [/\b(?:gets?|got|getting) out\b/i, "withdraw"],
  [/\bleav(?:es?|ing) (?:the|its|their) (?:old )?endpoint\b/i, "is withdrawn from the endpoint"],
  [/\bt(?:ake[sn]?|aking|ook) (?!what |off )(?:[\w`-]+ ){1,3}back\b/i, "withdraw"],
  [/\broll(?:s|ed|ing)? back (?!by)(?:the|a|one) (?:route|stage|table)/i, "withdraw"],
  [/\b(?:leverag|utili[sz])(?:e[sd]?|ing)\b/i, "use"],
  [/\b(?:simply|seamless(?:ly)?|blazing(?:ly)?|effortless(?:ly)?)\b/i, "nothing"],
];

/** What a reader has to keep in mind at once. */
const MOST_WORDS = 30;

/** Words of the package's own. A page says what they mean, or leads there, where it first uses them. */
const OWN_WORDS: readonly RegExp[] = [/\blab\b/, /\bledgers?\b/, /\bgates?\b/, /\bwithdr(?:aw[ns]?|awals?|ew)\b/i];

// Generated from docstrings, which are held where they stand; and a record of what was written once.
const pages = pagesOf().filter(({ path }) => path !== "docs/api.md");

describe("the prose of the pages", () => {
  it("has one word for one thing", () => assert.deepEqual(foreignWords(pages.map(proseOfPage)), []));

  it("says what words of its own mean, or leads there, on each page that uses them", () => {
    // What the lab is, and how the package is made, is what the other pages are about.
    const read = pages.filter(({ path }) => /^(?:README|docs\/.*|cli\/.*|examples\/.*)\.md$/.test(path));
    const unexplained = read.flatMap(({ path, text }) =>
      OWN_WORDS.flatMap((word) => {
        const prose = proseOf(text).replace(/^#+ .*$/gm, "");
        const first = word.exec(prose);
        return first === null || isExplained(prose, first.index) ? [] : [`${path}: ${first[0]}`];
      }),
    );
    assert.deepEqual(unexplained, []);
  });

  it("says in one place that nothing is rolled back, to which others lead", () => {
    const said = pagesOf().flatMap(
      ({ path, text }) =>
        proseOf(text)
          .match(/rolled back/gi)
          ?.map(() => path) ?? [],
    );
    assert.deepEqual(said, ["docs/operations.md"]);
  });

  it(`has no sentence of more than ${MOST_WORDS} words without a pause`, () =>
    assert.deepEqual(longSentences(pages.map(proseOfPage)), []));
});

describe("what the package says while it runs, and what a registry shows", () => {
  const schema: unknown = JSON.parse(readFileSync("schema.json", "utf8"));
  const rules = "cli/drill/kernel/network.ts";
  const texts = [
    // What a kernel reads is no prose.
    ...textsOfSources(["components", "provider", "cli"]).filter(({ at }) => !at.startsWith(rules)),
    ...descriptionsOf(schema),
  ];

  it("is found: texts, across the ends of lines, and descriptions", () => {
    assert.ok(texts.length > 1000, String(texts.length));
    assert.ok(texts.some(({ text }) => text.includes("break and are not resumed, and a client without a socket")));
    assert.ok(texts.some(({ at }) => at.startsWith("schema.json")));
  });

  it("has one word for one thing", () => assert.deepEqual(foreignWords(texts), []));

  it(`has no sentence of more than ${MOST_WORDS} words without a pause`, () =>
    assert.deepEqual(longSentences(texts), []));

  it("names pages by their titles: whoever installed the package has no files of them", () => {
    // What a command writes is no page.
    const files = texts
      .filter(({ text }) => /(?<!> )\b[\w-]+\.md\b/.test(text))
      .map(({ at, text }) => `${at}: ${text}`);
    assert.deepEqual(files, []);
  });

  it("names pages, and sections of them, that there are", () => {
    const titles = new Map(pagesOf().map(({ text }) => [titleOf(text), text]));
    const named = texts.flatMap(({ at, text }) =>
      [...text.replace(/\s+/g, " ").matchAll(/(?:"([^"]+)" on )?the page "([^"]+)"/gi)].map(
        ([, section, title = ""]) => ({ at, section, title }),
      ),
    );
    assert.ok(named.length > 8, String(named.length));
    const lost = named.filter(({ section, title }) => {
      const page = titles.get(title);
      return (
        page === undefined || (section !== undefined && !anchorsOf(page).includes(anchorsOf(`# ${section}`)[0] ?? ""))
      );
    });
    assert.deepEqual(lost, []);
  });
});

function proseOfPage({ path, text }: Page): Text {
  return { at: path, text: proseOf(text) };
}

function foreignWords(texts: readonly Text[]): readonly string[] {
  return texts.flatMap(({ at, text }) =>
    WORDS.flatMap(([pattern, instead]) => {
      const [word] = pattern.exec(text.replace(/\s+/g, " ")) ?? [];
      return word === undefined ? [] : [`${at}: "${word}": write ${instead}`];
    }),
  );
}

/** A word that is set off, as `*gate*`, or stands in the text of a link. */
function isExplained(prose: string, at: number): boolean {
  const before = prose.slice(0, at);
  return /(?<!\*)\*[^*\n]*$/.test(before.slice(-30)) || /\[[^\]]*$/.test(before.slice(-80));
}

function titleOf(text: string): string | undefined {
  return (/^title: (.*)$/m.exec(text) ?? /^# (.*)$/m.exec(text))?.[1];
}

function longSentences(texts: readonly Text[]): readonly string[] {
  return texts.flatMap(({ at, text }) =>
    sentencesOf(text)
      .filter((sentence) => sentence.split(" ").length > MOST_WORDS)
      .map((sentence) => `${at}: ${sentence}`),
  );
}

/** The parts of sentences between `.`, `;` and `:`; tables are for looking up. */
function sentencesOf(prose: string): readonly string[] {
  return prose
    .split(/\n\s*\n|\n(?=\s*(?:[-*>#|]|\d+\.) ?)/)
    .filter((paragraph) => !paragraph.trim().startsWith("|"))
    .map((paragraph) => paragraph.replace(/\]\([^)]*\)/g, "]"))
    .flatMap((paragraph) => paragraph.replace(/\s+/g, " ").split(/(?<=[.!?:;])\s/));
}
