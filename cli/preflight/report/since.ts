import { printable } from "../../../components/args/printable";
import type { FactChange } from "../facts/changes";
import type { PreflightReport } from "./report";

/** As many lines as anybody reads. */
const MOST_LINES = 200;
const MOST_CHARACTERS = 120;

/** What has changed since facts were recorded, for people. */
export function sinceText({ since }: PreflightReport): string {
  if (since === undefined) return "";
  const { readAt, changes } = since;
  if (changes.length === 0) return `Nothing has changed since ${readAt}.\n`;
  const lines = changes.flatMap(linesOf);
  const rest = lines.length - MOST_LINES;
  return `${[
    `Changed since ${readAt}: ${changes.length}`,
    ...lines.slice(0, MOST_LINES),
    ...(rest > 0 ? [`  … and ${rest} lines more: --json has all`] : []),
  ].join("\n")}\n`;
}

function linesOf({ fact, id, change, fields }: FactChange): readonly string[] {
  if (change === "unknown") return [`  ${fact}: known only then, or only now`];
  return [
    `  ${change} ${fact} ${shown(id)}`,
    ...fields.map(
      ({ field, before = "nothing", after = "nothing" }) => `    ${shown(field)}: ${shown(before)} → ${shown(after)}`,
    ),
  ];
}

function shown(text: string): string {
  return printable(text, MOST_CHARACTERS);
}
