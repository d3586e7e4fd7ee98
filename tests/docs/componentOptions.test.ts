import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const page = readFileSync("docs/component-options.md", "utf8");
const tests = readFileSync("tests/engine/options.test.ts", "utf8");

describe("the page of the components' options", () => {
  const [header = "", ...rows] = page
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(0, 20);
  const table = rows.slice(
    0,
    rows.findIndex((row) => row.startsWith("| you ")),
  );
  const options = table.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`(\w+)`/g)].map(([, option = ""]) => option),
  );

  it("says of every option what it reaches, in as many columns as the table has", () => {
    const columns = header.split("|").length;
    for (const row of table) assert.equal(row.split("|").length, columns, row);
    const decisive = [
      "protect",
      "retainOnDelete",
      "deletedWith",
      "ignoreChanges",
      "import",
      "aliases",
      "replaceOnChanges",
      "customTimeouts",
      "provider",
      "providers",
      "transforms",
      "dependsOn",
      "parent",
    ];
    assert.deepEqual([...options].sort(), decisive.sort());
  });

  it("names no option that is not held on the engine", () => {
    assert.deepEqual(
      options.filter((option) => !new RegExp(`\\b${option}\\b`).test(tests)),
      [],
    );
  });

  it("leads to sections that there are", () => {
    const sections = [...page.matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
      title.toLowerCase().replaceAll(" ", "-"),
    );
    const links = [...page.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor = ""]) => anchor);
    assert.ok(links.length > 4);
    assert.deepEqual(
      links.filter((anchor) => !sections.includes(anchor)),
      [],
    );
  });
});
