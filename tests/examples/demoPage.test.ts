import assert from "node:assert/strict";

import { pageOn } from "../../tools/demo/page";

/** What a page writes to a stream. */
class Written {
  text = "";
  constructor(private readonly terminal: { isTTY: boolean; columns?: number; colours?: boolean }) {}

  get stream(): NodeJS.WriteStream {
    const { isTTY, columns, colours = false } = this.terminal;
    const write = (text: string): boolean => ((this.text += text), true);
    return { isTTY, columns, hasColors: () => colours, write } as unknown as NodeJS.WriteStream;
  }
}

describe("a page of the demo", () => {
  it("is lines in columns, with texts wrapped and marked", () => {
    const written = new Written({ isTTY: false });
    const page = pageOn(written.stream);
    page.text(`${"text ".repeat(20)}end`);
    page.note("note");
    for (const kind of ["warning", "good", "bad"] as const) page[kind](`${kind} ${"word ".repeat(16)}`.trim());
    page.event(1.23, "rtb-1", "what happened", "good");
    page.table([
      ["a", "bbb", "c"],
      ["aaa", "b", ""],
    ]);
    page.blank();
    page.verbatim(["  as it is  "]);
    const words = (count: number, word = "word"): string => Array.from({ length: count }, () => word).join(" ");
    assert.deepEqual(written.text.split("\n"), [
      `  ${words(15, "text")}`,
      "  text text text text text end",
      "    note",
      `  ▲ warning ${words(13)}`,
      `    ${words(3)}`,
      `  ✓ good ${words(14)}`,
      `    ${words(2)}`,
      `  ✗ bad ${words(14)}`,
      `    ${words(2)}`,
      "    1.2 s  rtb-1      what happened",
      "    a    bbb  c",
      "    aaa  b",
      "",
      "      as it is  ",
      "",
    ]);
  });

  it("completes a heading with its time, or before what comes below it", () => {
    const written = new Written({ isTTY: false });
    const page = pageOn(written.stream);
    page.heading("First", "pulumi up")(2);
    const complete = page.heading("Second", "pulumi up");
    page.blank();
    complete(3);
    const gap = (title: string, right: string): string => title + right.padStart(80 - title.length);
    assert.equal(written.text, `\n${gap("First", "pulumi up   2.0 s")}\n\n${gap("Second", "pulumi up")}\n\n`);
  });

  it("rewrites a heading on a terminal, in its width and colours", () => {
    const written = new Written({ isTTY: true, columns: 44, colours: true });
    const page = pageOn(written.stream);
    page.heading("A title that is long", "and a command as long")(1);
    page.event(0, "rtb-1", "bad news", "bad");
    const [bold, dim, red] = [1, 2, 31].map((code) => (text: string) => `\x1b[${code}m${text}\x1b[0m`) as [
      (text: string) => string,
      (text: string) => string,
      (text: string) => string,
    ];
    const title = bold("A title that is long");
    assert.deepEqual(written.text.split("\n"), [
      "",
      `${title} ${dim("…")}\r\x1b[K${title}`,
      `  ${dim("and a command as long   1.0 s")}`,
      `${dim("    0.0 s  rtb-1      ")}${red("bad news")}`,
      "",
    ]);
  });
});
