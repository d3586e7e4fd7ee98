import type { Outcome } from "./campaign";
import { lineOf } from "./equivalents";

export interface Score {
  readonly noticed: number;
  readonly survived: number;
  readonly notCovered: number;
  readonly equivalent: number;
  readonly notTried: number;
}

export function scoreOf(outcomes: readonly Outcome[]): Score {
  const count = (wanted: Outcome["result"]): number => outcomes.filter(({ result }) => result === wanted).length;
  return {
    noticed: count("noticed"),
    survived: count("survived"),
    notCovered: count("not covered"),
    equivalent: count("equivalent"),
    notTried: count("not tried"),
  };
}

/** `97.3 % of 112 noticed, 3 survived`: what was not tried is in neither number. */
export function scoreText({ noticed, survived, notCovered, equivalent, notTried }: Score): string {
  const tried = noticed + survived + notCovered;
  const counts = [
    tried === 0 ? "nothing tried" : `${percentage(noticed, tried)} % of ${tried} noticed`,
    ...(survived === 0 ? [] : [`${survived} survived`]),
    ...(notCovered === 0 ? [] : [`${notCovered} in code that no test runs`]),
    ...(equivalent === 0 ? [] : [`${equivalent} equivalent`]),
    ...(notTried === 0 ? [] : [`${notTried} NOT TRIED: the time was over`]),
  ];
  return counts.join(", ");
}

/** Rounded down: only where all are noticed it is 100. */
function percentage(part: number, whole: number): string {
  return (Math.floor((part / whole) * 1000) / 10).toString();
}

/** A file's score, and below it what no test noticed. */
export function fileText(file: string, text: string, outcomes: readonly Outcome[]): string {
  const survivors = outcomes.filter(isUnnoticed).map((outcome) => survivorText(text, outcome));
  return [`${file}: ${scoreText(scoreOf(outcomes))}`, ...survivors].map((line) => `${line}\n`).join("");
}

/** What was not tried may have survived. */
export function exitCode(outcomes: readonly Outcome[]): number {
  return outcomes.some((outcome) => isUnnoticed(outcome) || outcome.result === "not tried") ? 1 : 0;
}

function isUnnoticed({ result }: Outcome): boolean {
  return result === "survived" || result === "not covered";
}

function survivorText(text: string, { mutation, result }: Outcome): string {
  const { line, column } = lineOf(text, mutation.start);
  const note = result === "not covered" ? "   (no test runs it)" : "";
  return `  ${mutation.file}:${line}:${column}  ${oneLine(mutation.original)}  →  ${oneLine(mutation.changed)}${note}`;
}

const LONGEST = 100;

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > LONGEST ? `${line.slice(0, LONGEST / 2)} … ${line.slice(-LONGEST / 2)}` : line;
}

/** For other programs: every outcome with its place. */
export function jsonReport(
  files: ReadonlyMap<string, { readonly text: string; readonly outcomes: readonly Outcome[] }>,
): string {
  const entries = [...files].map(([file, { text, outcomes }]) => ({
    file,
    score: scoreOf(outcomes),
    outcomes: outcomes.map(({ mutation: { start, original, changed }, result, by }) => {
      const { line, column, text: lineText } = lineOf(text, start);
      return { place: `${line}:${column}`, line: lineText, original, changed, result, ...(by !== undefined && { by }) };
    }),
  }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}
