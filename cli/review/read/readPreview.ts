import { createReadStream, readFileSync } from "node:fs";
import { Unjudged } from "../../exit";
import { readDigest } from "./digest";
import { EventReader } from "./events";
import type { Preview } from "./preview";
import { textOf, wholeTextOf } from "./text";
import { isRecord } from "./values";

export const STANDARD_INPUT = "standard input";

/** A preview in a file. A digest has to be held whole: then it is read at once. */
export async function readFilePreview(file: string): Promise<Preview> {
  try {
    return await readPreview(file, createReadStream(file), () => readFileSync(file));
  } catch (error) {
    if (error instanceof Unjudged) throw error;
    throw new Unjudged(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** A preview in either form; text before it is skipped. `whole` reads all of it at once, where that can be done. */
export async function readPreview(
  source: string,
  bytes: AsyncIterable<Uint8Array>,
  whole?: () => Buffer,
): Promise<Preview> {
  const beginning = new Beginning(source);
  let events: EventReader | undefined;
  const digest: string[] = [];
  for await (const piece of textOf(bytes)) {
    if (events !== undefined) events.add(piece);
    else if (digest.length > 0) digest.push(piece);
    else {
      const found = beginning.add(piece);
      if (found?.format === "events") events = eventsFrom(source, found);
      if (found?.format !== "digest") continue;
      if (whole !== undefined) return readDigest(source, withoutLines(wholeTextOf(whole()), found.skippedLines));
      digest.push(found.text);
    }
  }
  if (events !== undefined) return events.end();
  if (digest.length > 0) return readDigest(source, digest.join(""));
  const found = beginning.end();
  if (found.format === "digest") return readDigest(source, found.text);
  return eventsFrom(source, found).end();
}

function withoutLines(text: string, count: number): string {
  let start = 0;
  for (let line = 0; line < count; line++) start = text.indexOf("\n", start) + 1;
  return start === 0 ? text : text.slice(start);
}

function eventsFrom(source: string, { text, skippedLines }: Found): EventReader {
  const events = new EventReader(source, skippedLines);
  events.add(text);
  return events;
}

interface Found {
  readonly format: "digest" | "events";
  /** From the first line of JSON. */
  readonly text: string;
  readonly skippedLines: number;
}

/** Looks for the first line of JSON, and whether that is an event. */
class Beginning {
  #text = "";
  #skippedLines = 0;
  #isEmpty = true;

  constructor(readonly source: string) {}

  add(piece: string): Found | undefined {
    this.#text += piece;
    let start = 0;
    for (let end = this.#text.indexOf("\n"); end >= 0; end = this.#text.indexOf("\n", start)) {
      const found = this.#formatOf(this.#text.slice(start, end));
      if (found !== undefined)
        return { format: found, text: this.#text.slice(start), skippedLines: this.#skippedLines };
      this.#skippedLines += 1;
      start = end + 1;
    }
    this.#text = this.#text.slice(start);
    return undefined;
  }

  /** The last line has no end, and may be all there is. */
  end(): Found {
    const format = this.#formatOf(this.#text);
    if (format !== undefined) return { format, text: this.#text, skippedLines: this.#skippedLines };
    throw new Unjudged(
      this.#isEmpty
        ? `${this.source} is empty: pipe \`pulumi preview --json --show-sames\` into it`
        : `${this.source} has no JSON in it: give it the output of \`pulumi preview --json --show-sames\``,
    );
  }

  #formatOf(line: string): Found["format"] | undefined {
    const text = line.trim();
    if (text !== "") this.#isEmpty = false;
    if (!text.startsWith("{")) return undefined;
    if (text === "{") return "digest";
    try {
      const value: unknown = JSON.parse(text);
      return isRecord(value) && "sequence" in value ? "events" : "digest";
    } catch {
      // A digest begins with a brace of its own; an event that is cut off begins as others do.
      return text.startsWith('{"sequence"') ? "events" : undefined;
    }
  }
}
