import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { SEVERITIES } from "../../cli/finding";
import { RULES } from "../../cli/preflight/rules/all";
import { CASES } from "../cli/preflight/cases/all";

const page = readFileSync("docs/preflight.md", "utf8");

/** A section of the page: what it says of one rule. */
const sections = page
  .split("\n### ")
  .slice(1)
  .map((text) => ({ id: text.slice(0, text.indexOf("\n")), text: text.split("\n## ")[0] ?? "" }));

describe("the page of preflights", () => {
  it("has a section for every rule, in their order", () =>
    assert.deepEqual(
      sections.map(({ id }) => id),
      RULES.map(({ id }) => id),
    ));

  for (const { id, title, reference } of RULES) {
    const { text = "" } = sections.find((section) => section.id === id) ?? {};

    it(`says how grave ${id} is, and what is fine`, () => {
      const [, severities = "", passes] = new RegExp(`^${id}\n\n([\\w, ]+)\\. Passes as "(.*)"\\.\n`).exec(text) ?? [];
      assert.deepEqual(severities.toLowerCase().split(", "), severitiesOf(id));
      assert.equal(passes, title);
    });

    it(`says how ${id} is seen, what to do, and its source`, () => {
      assert.match(text, /\nSeen by: /);
      assert.match(text, /\nWhat to do: /);
      assert.ok(text.trimEnd().endsWith(reference === undefined ? "not documented by AWS." : `Source: <${reference}>`));
    });
  }

  it("has the section that messages name", () => assert.match(page, /\n## One route table for everything\n/));
});

/** What the cases of a rule find. That a fact is missing can be said of each. */
function severitiesOf(id: string): readonly string[] {
  const found = new Set(
    CASES.filter((each) => each.rule === id).flatMap(({ finds }) => finds.map((each) => each.split(" ")[0] ?? "")),
  );
  const grave = SEVERITIES.filter((severity) => found.has(severity));
  return grave.length > 0 ? grave : ["unknown"];
}
