import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";

/** An append-only file of JSON lines. A line is in the hands of the operating system before `append` returns. */
export interface Journal {
  append(line: unknown): void;
  close(): void;
}

/**
 * The lines of a journal, oldest first.
 *
 * The last line of a process that was killed while it wrote may be torn. Its call was never answered, so it is dropped.
 */
export function readJournal(file: string): readonly unknown[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  lines.pop();
  return lines.map((line): unknown => JSON.parse(line));
}

/**
 * Starts a journal anew from `lines`: written beside the old file and renamed over it, so that one of the two exists.
 */
export function startJournal(file: string, lines: Iterable<unknown>): Journal {
  const fresh = `${file}.${process.pid}.tmp`;
  const descriptor = openSync(fresh, "w", 0o600);
  const append = (line: unknown): void => {
    writeSync(descriptor, `${JSON.stringify(line)}\n`);
  };
  for (const line of lines) append(line);
  fsyncSync(descriptor);
  renameSync(fresh, file);
  return { append, close: () => closeSync(descriptor) };
}
