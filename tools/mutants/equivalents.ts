import type { Mutation } from "./mutations";

/** A mutation that changes nothing that anybody could see, and why: an entry of equivalent.json. */
export interface Equivalent {
  readonly file: string;
  /** The line that it begins in, without what it is indented by. */
  readonly line: string;
  readonly original: string;
  readonly changed: string;
  readonly reason: string;
}

export function isEquivalent({ file, line, original, changed }: Equivalent, mutation: Mutation, text: string): boolean {
  return (
    file === mutation.file &&
    original === mutation.original &&
    changed === mutation.changed &&
    line === lineOf(text, mutation.start).text
  );
}

/** The line around a place of the text, counted from 1, as is its column. */
export function lineOf(
  text: string,
  at: number,
): { readonly text: string; readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split("\n");
  const rest = text.slice(at).split("\n", 1);
  return {
    text: `${before.at(-1) ?? ""}${rest[0] ?? ""}`.trim(),
    line: before.length,
    column: (before.at(-1) ?? "").length + 1,
  };
}
