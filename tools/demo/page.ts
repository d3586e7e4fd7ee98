/** How an event is to be taken. */
export type Tone = "neutral" | "good" | "bad";

/** A terminal, or a file, that the demo is written to. */
export interface Page {
  /**
   * A heading with what is being done at its right; answers how to complete it with the time that it took, if nothing
   * was told meanwhile.
   */
  heading(title: string, command: string): (seconds: number) => void;
  /** What happened, when, and to whom: one line, or a few. */
  event(seconds: number, who: string, text: string, tone: Tone): void;
  text(text: string): void;
  /** A text below another. */
  note(text: string): void;
  warning(text: string): void;
  /** One line per row, its columns aligned. */
  table(rows: readonly (readonly string[])[]): void;
  good(text: string): void;
  bad(text: string): void;
  blank(): void;
  /** Lines as they are, to be copied. */
  verbatim(lines: readonly string[]): void;
}

const NARROWEST = 40;
const WIDEST = 100;
const INDENT = "  ";
/** The names of route tables, and "pulumi up". */
const WHO_WIDTH = 9;

type Paint = (text: string) => string;

/**
 * Colours where the stream shows them and NO_COLOR does not forbid them; lines as wide as the terminal, if that is
 * readable.
 */
export function pageOn(stream: NodeJS.WriteStream): Page {
  const width = Math.min(WIDEST, Math.max(NARROWEST, (stream.isTTY && stream.columns) || 80));
  // A pipe is no WriteStream of a terminal and has no such method.
  const coloured = stream.isTTY && stream.hasColors();
  const paint =
    (code: number): Paint =>
    (text) =>
      coloured ? `\x1b[${code}m${text}\x1b[0m` : text;
  const [bold, dim, green, yellow, red] = [1, 2, 32, 33, 31].map(paint) as [Paint, Paint, Paint, Paint, Paint];
  /** Writes a heading that is not complete yet, because something comes below it. */
  let settle: () => void = () => undefined;
  const write = (line: string): void => {
    settle();
    stream.write(`${line}\n`);
  };
  const marked = (mark: string, text: string, colour: Paint): void => {
    for (const [i, line] of wrapped(text, width - 4).entries())
      write(`${INDENT}${i === 0 ? colour(mark) : " "} ${line}`);
  };
  return {
    heading: (title, command) => {
      const complete = (time: string): void => {
        settle = () => undefined;
        const right = `${command}${time}`;
        const gap = width - title.length - right.length;
        const head =
          gap > 0 ? `${bold(title)}${" ".repeat(gap)}${dim(right)}` : `${bold(title)}\n${INDENT}${dim(right)}`;
        write(`${stream.isTTY ? "\r\x1b[K" : ""}${head}`);
      };
      write("");
      if (stream.isTTY) stream.write(`${bold(title)} ${dim("…")}`);
      const settleThis = (): void => complete("");
      settle = settleThis;
      return (seconds) => {
        if (settle === settleThis) complete(`  ${seconds.toFixed(1).padStart(4)} s`);
      };
    },
    event: (seconds, who, text, tone) => {
      const colour = { neutral: (plain: string) => plain, good: green, bad: red }[tone];
      const head = `${INDENT}${seconds.toFixed(1).padStart(5)} s  ${who.padEnd(WHO_WIDTH)}  `;
      for (const [i, line] of wrapped(text, width - head.length).entries())
        write(i === 0 ? `${dim(head)}${colour(line)}` : `${" ".repeat(head.length)}${colour(line)}`);
    },
    text: (text) => {
      for (const line of wrapped(text, width - 2)) write(INDENT + line);
    },
    note: (text) => {
      for (const line of wrapped(text, width - 4)) write(INDENT + INDENT + dim(line));
    },
    warning: (text) => marked("▲", text, yellow),
    good: (text) => marked("✓", text, green),
    bad: (text) => marked("✗", text, red),
    table: (rows) => {
      const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
      for (const row of rows)
        write(`${INDENT}${INDENT}${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
    },
    blank: () => write(""),
    verbatim: (lines) => {
      for (const line of lines) write(`${INDENT}${INDENT}${line}`);
    },
  };
}

/** Breaks a text between words. A word that is longer than a line gets a line of its own. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
