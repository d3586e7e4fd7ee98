import type pc from "picocolors";
import { printable } from "../components/args/printable";
import type { Finding } from "./finding";

export type Colours = ReturnType<typeof pc.createColors>;

/** As much of somebody else's text as a line takes. */
const MOST_CHARACTERS = 2_000;

/** On one line, without what is not seen. */
export function shown(text: string): string {
  return printable(text, MOST_CHARACTERS);
}

/** Nothing where there is nothing to head. */
export function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines].join("\n");
}

/** Cells below each other, the columns of these numbers on the right. */
export function columns(rows: readonly (readonly string[])[], numbers: readonly number[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const pad = (cell: string, i: number): string =>
    numbers.includes(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
  return rows.map((row) => ["", ...row.map(pad)].join("  ").trimEnd());
}

/** What is wrong, what it was seen by, and what helps; `note` and `details` are lines of the command's own. */
export function findingText(
  finding: Finding,
  colours: Colours,
  { note, details = [] }: { readonly note?: string | undefined; readonly details?: readonly string[] } = {},
): string {
  const { id, severity, subject, message, evidence, remedy, reference } = finding;
  return [
    `  ${note === undefined ? "" : `${note} `}${painted(severity, colours)} ${printable(id, 40)}: ${printable(subject, 120)}`,
    `    ${shown(message)}`,
    ...details.map((each) => `    ${each}`),
    ...evidence.map((each) => `      ${printable(each, 200)}`),
    `    ${colours.bold("what helps")}: ${shown(remedy)}`,
    ...(reference === undefined ? [] : [`    ${printable(reference, 200)}`]),
  ].join("\n");
}

function painted(severity: Finding["severity"], colours: Colours): string {
  const paint = {
    blocker: colours.red,
    high: colours.red,
    medium: colours.yellow,
    unknown: colours.magenta,
    info: colours.dim,
  };
  return paint[severity](severity);
}
