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
  return new StreamPage(stream);
}

class StreamPage implements Page {
  readonly #stream: NodeJS.WriteStream;
  readonly #width: number;
  readonly #paints: Record<"plain" | "bold" | "dim" | "green" | "yellow" | "red", Paint>;
  /** Writes a heading that is not complete yet, because something comes below it. */
  #settle: (() => void) | undefined;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#width = Math.min(WIDEST, Math.max(NARROWEST, (stream.isTTY && stream.columns) || 80));
    // A pipe is no WriteStream of a terminal and has no such method.
    const coloured = stream.isTTY && stream.hasColors();
    const plain: Paint = (text) => text;
    const paint = (code: number): Paint => (coloured ? (text) => `\x1b[${code}m${text}\x1b[0m` : plain);
    this.#paints = { plain, bold: paint(1), dim: paint(2), green: paint(32), yellow: paint(33), red: paint(31) };
  }

  heading(title: string, command: string): (seconds: number) => void {
    const complete = (time: string): void => {
      this.#settle = undefined;
      this.#write(`${this.#stream.isTTY ? "\r\x1b[K" : ""}${this.#headingLine(title, `${command}${time}`)}`);
    };
    this.#write("");
    const { bold, dim } = this.#paints;
    if (this.#stream.isTTY) this.#stream.write(`${bold(title)} ${dim("…")}`);
    const settleThis = (): void => complete("");
    this.#settle = settleThis;
    return (seconds) => {
      if (this.#settle === settleThis) complete(`  ${seconds.toFixed(1).padStart(4)} s`);
    };
  }

  event(seconds: number, who: string, text: string, tone: Tone): void {
    const { plain, dim, green, red } = this.#paints;
    const colour = { neutral: plain, good: green, bad: red }[tone];
    const head = `${INDENT}${seconds.toFixed(1).padStart(5)} s  ${who.padEnd(WHO_WIDTH)}  `;
    for (const [i, line] of wrapped(text, this.#width - head.length).entries()) {
      this.#write(`${i === 0 ? dim(head) : " ".repeat(head.length)}${colour(line)}`);
    }
  }

  text(text: string): void {
    for (const line of wrapped(text, this.#width - 2)) this.#write(INDENT + line);
  }

  note(text: string): void {
    for (const line of wrapped(text, this.#width - 4)) this.#write(INDENT + INDENT + this.#paints.dim(line));
  }

  warning(text: string): void {
    this.#marked("▲", text, this.#paints.yellow);
  }

  good(text: string): void {
    this.#marked("✓", text, this.#paints.green);
  }

  bad(text: string): void {
    this.#marked("✗", text, this.#paints.red);
  }

  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    for (const row of rows) {
      this.#write(`${INDENT}${INDENT}${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
    }
  }

  blank(): void {
    this.#write("");
  }

  verbatim(lines: readonly string[]): void {
    for (const line of lines) this.#write(`${INDENT}${INDENT}${line}`);
  }

  #headingLine(title: string, right: string): string {
    const { bold, dim } = this.#paints;
    const gap = this.#width - title.length - right.length;
    return gap > 0 ? `${bold(title)}${" ".repeat(gap)}${dim(right)}` : `${bold(title)}\n${INDENT}${dim(right)}`;
  }

  #marked(mark: string, text: string, colour: Paint): void {
    for (const [i, line] of wrapped(text, this.#width - 4).entries()) {
      this.#write(`${INDENT}${i === 0 ? colour(mark) : " "} ${line}`);
    }
  }

  #write(line: string): void {
    this.#settle?.();
    this.#stream.write(`${line}\n`);
  }
}

/** Breaks each line of a text between words, as far in as it begins. A longer word gets a line of its own. */
export function wrapped(text: string, width: number): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const lines: string[] = [];
    for (const word of line.trim().split(/\s+/)) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(`${indent}${word}`);
    }
    return lines;
  });
}
