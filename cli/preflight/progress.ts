import { isatty } from "node:tty";

/** One line on a terminal, which says what is being read. */
export class Progress {
  readonly #isShown: boolean;
  #isOpen = false;

  constructor(isQuiet: boolean) {
    this.#isShown = !isQuiet && isatty(2);
  }

  say(text: string): void {
    if (!this.#isShown) return;
    process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns || 80) - 1)}`);
    this.#isOpen = true;
  }

  /** A line that stays. */
  announce(text: string): void {
    if (!this.#isShown) return;
    this.end();
    process.stderr.write(`${text}\n`);
  }

  end(): void {
    if (this.#isOpen) process.stderr.write("\r\u001b[K");
    this.#isOpen = false;
  }
}
