import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { posix } from "node:path";
import { anchorsOf, linksOf, type Page, pagesOf } from "./pages";

const pages = pagesOf();
const pageAt = new Map(pages.map((page) => [page.path, page]));

/** A link within the repository, from a page to a file and perhaps a section of it. */
interface Link {
  readonly from: string;
  readonly file: string;
  readonly anchor: string | undefined;
}

function linksWithin({ path, text }: Page): readonly Link[] {
  return linksOf(text)
    .filter((address) => !/^[a-z]+:/.test(address))
    .map((address) => {
      const [file = "", anchor] = address.split("#");
      return { from: path, file: file === "" ? path : posix.join(posix.dirname(path), file), anchor };
    });
}

const links = pages.flatMap(linksWithin);

/** The links to sections that their page does not have, and those into what is no page: a folder has no sections. */
function lostSections(all: readonly Link[]): readonly Link[] {
  return all.filter(({ file, anchor }) => {
    const page = pageAt.get(file);
    return anchor !== undefined && (page === undefined || !anchorsOf(page.text).includes(anchor));
  });
}

describe("the links between pages", () => {
  it("are found: in all pages together there are many", () => {
    assert.ok(pages.length > 20, String(pages.length));
    assert.ok(links.length > 150, String(links.length));
  });

  it("lead to files that there are", () =>
    assert.deepEqual(
      links.filter(({ file }) => !existsSync(file)),
      [],
    ));

  it("lead to sections that there are", () => assert.deepEqual(lostSections(links), []));

  it("are missed on no page, wherever on it one leads to a section that there is not", () => {
    for (const page of pages) {
      const { text, count } = withBrokenLinks(page.text);
      assert.ok(count > 0, page.path);
      assert.equal(lostSections(linksWithin({ ...page, text })).length, count, page.path);
    }
  });

  const kinds = [
    { title: "behind a backtick that ends nothing", text: "A ` alone.\n\nIt is [here](#lost), in `code`." },
    { title: "behind code with a backtick in it", text: "``a`b`` is [code](#lost) with a `c`." },
    { title: "across the end of a line", text: "It is [here,\n`there`](\n#lost)." },
    { title: "by a name", text: "It is [here][there].\n\n[there]: #lost" },
    { title: "in a comment, for the release", text: "<!-- since the release: [here](#lost) -->" },
    { title: "in HTML", text: "<a href='#lost'>here</a>" },
  ];
  for (const { title, text } of kinds) it(`are found ${title}`, () => assert.deepEqual(linksOf(text), ["#lost"]));

  it("are no code", () => assert.deepEqual(linksOf("`[a](#lost)`\n\n```md\n[b](#lost)\n```\n"), []));

  it("lead from README to every page of docs/, in two clicks at most", () => {
    const after = (reached: ReadonlySet<string>): Set<string> =>
      new Set([...reached, ...links.filter(({ from }) => reached.has(from)).map(({ file }) => file)]);
    const reached = after(after(new Set(["README.md"])));
    assert.deepEqual(
      // The first page of the registry stands for README there.
      pages.map(({ path }) => path).filter((path) => /^docs\/(?!_index)/.test(path) && !reached.has(path)),
      [],
    );
  });

  it("are answers to what people ask before they switch, in two clicks from README", () => {
    const near = new Set(links.filter(({ from }) => from === "README.md").map(({ file }) => file));
    for (const [page, section] of QUESTIONS) {
      assert.ok(near.has(page), page);
      assert.ok(anchorsOf(pageAt.get(page)?.text ?? "").includes(section), `${page}#${section}`);
    }
  });
});

/** A page with a link between all its paragraphs that leads nowhere. */
function withBrokenLinks(page: string): { text: string; count: number } {
  let count = 0;
  const [head = ""] = /^---\n[^]*?\n---\n/.exec(page) ?? [];
  const text = page
    .slice(head.length)
    .split(/(^ *```[^]*?^ *```$|<!--[^]*?-->)/m)
    .map((part) =>
      /^ *```|^<!--/.test(part)
        ? part
        : part.replace(/\n\n/g, () => {
            count += 1;
            return "\n\nIt is [here](#no-such-section).\n\n";
          }),
    );
  return { text: head + text.join(""), count };
}

/** Where README leads, and the section that answers. */
const QUESTIONS: readonly (readonly [page: string, section: string])[] = [
  ["docs/status.md", "what-is-proven-and-by-what"],
  ["docs/status.md", "what-the-lab-does-not-show"],
  ["docs/fit.md", "when-to-use-it"],
  ["docs/fit.md", "when-not"],
  ["docs/fit.md", "what-it-saves"],
  ["docs/fit.md", "where-the-ids-come-from"],
  ["docs/fit.md", "what-else-manages-the-vpc"],
  ["docs/fit.md", "which-component"],
  ["docs/before-you-switch.md", "how-long-a-break-is"],
  ["docs/before-you-switch.md", "clients"],
  ["docs/before-you-switch.md", "policies"],
  ["docs/before-you-switch.md", "network"],
  ["docs/before-you-switch.md", "alarms-and-logs"],
  ["docs/before-you-switch.md", "whom-to-tell"],
  ["docs/permissions.md", "the-roll-out"],
  ["docs/support.md", "versions"],
  ["docs/support.md", "who-maintains-it"],
  ["docs/support.md", "what-0x-promises"],
  ["docs/operations.md", "ipv6-clients"],
  ["docs/operations.md", "does-up-pause-between-stages"],
  ["docs/operations.md", "drift"],
  ["docs/operations.md", "withdraw"],
  ["docs/operations.md", "stop-using-it-and-keep-the-routes"],
  ["SECURITY.md", "reporting"],
];
