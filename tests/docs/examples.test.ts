import assert from "node:assert/strict";
import { pagesOf } from "./pages";

/** What somebody asks before they run an example, and after it, in this order. */
const SECTIONS = ["Prerequisites", "What is created", "What it costs", "Run", "Look", "Clean up"];

describe("the pages of the examples", () => {
  const pages = pagesOf().filter(({ path }) => path.startsWith("examples/"));

  it("are there", () => assert.ok(pages.length >= 6, String(pages.length)));

  for (const { path, text } of pages)
    it(`${path} has the sections of all, in their order`, () => {
      const prose = text.replace(/^```.*\n[^]*?^```$/gm, "");
      const titles = [...prose.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
      assert.deepEqual(titles, SECTIONS);
    });
});
