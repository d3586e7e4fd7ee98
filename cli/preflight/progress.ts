/** As much of a stream as a line of progress needs. */
export type ProgressStream = Pick<NodeJS.WriteStream, "write"> & Partial<Pick<NodeJS.WriteStream, "isTTY" | "columns">>;

/** What clears the line that it stands on; a terminal that says it is dumb does not know it. */
const ERASE = "\r\u001b[K";

/** One line on a terminal, which says what is being read. It has no colour that somebody could want it without. */
export class Progress {
  readonly #stream: ProgressStream;
  readonly #isTerminal: boolean;
  #isOpen = false;

  constructor(stream: ProgressStream, isQuiet: boolean) {
    this.#stream = stream;
    this.#isTerminal = !isQuiet && stream.isTTY === true;
  }

  say(text: string): void {
    if (!this.#isTerminal || process.env.TERM === "dumb") return;
    this.#stream.write(`${ERASE}${text.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#isOpen = true;
  }

  /** A line that stays. */
  announce(text: string): void {
    if (!this.#isTerminal) return;
    this.end();
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    if (this.#isOpen) this.#stream.write(ERASE);
    this.#isOpen = false;
  }
}
