import { typeName } from "./rules/finding";

/** Why a text is not what it should be, and what to write instead. Whoever tells it says where the text stands. */
export interface Problem {
  readonly message: string;
  readonly suggestion: string;
}

/** A value as a message shows it: as long as a reader still takes in, and on one line. */
export function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > LONGEST_SHOWN ? `${value.slice(0, LONGEST_SHOWN - 1)}…` : value);
  return typeof value === "number" ? String(value) : value === undefined ? "nothing" : typeName(value);
}

/** Longer than the ARN of any role whose path is not absurd. */
const LONGEST_SHOWN = 160;
