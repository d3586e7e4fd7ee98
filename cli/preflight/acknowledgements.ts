import { existsSync, readFileSync } from "node:fs";
import { Unjudged } from "../exit";

/** What somebody has decided about a finding. */
export interface Acknowledgement {
  readonly id: string;
  /** Absent: whatever it is about. */
  readonly subject?: string;
  readonly reason: string;
  /** A date, or an instant with an offset, ISO 8601; absent: for good. */
  readonly until?: string;
  /** Where it is written. */
  readonly source: string;
}

/** Beside the program: taken where it is there. */
const DEFAULT_FILE = "preflight.json";

/** Of the command line, and of a file. */
export function acknowledgementsOf(given: readonly string[], file: string | undefined): readonly Acknowledgement[] {
  const path = file ?? (existsSync(DEFAULT_FILE) ? DEFAULT_FILE : undefined);
  return [...given.map(acknowledged), ...(path === undefined ? [] : acknowledgementsIn(path))];
}

function acknowledged(given: string): Acknowledgement {
  const [, id, reason] = /^([A-Za-z][A-Za-z0-9-]*)=(.*\S.*)$/s.exec(given) ?? [];
  if (id !== undefined && reason !== undefined) return { id, reason: reason.trim(), source: "--acknowledge" };
  throw new Unjudged(`--acknowledge ${JSON.stringify(given)}: write ID=REASON; the reason is for the next reader`);
}

function acknowledgementsIn(file: string): readonly Acknowledgement[] {
  const wrong = (what: string): Unjudged => new Unjudged(`${file}: ${what}`);
  const read = jsonIn(file, wrong);
  if (!Array.isArray(read)) throw wrong('a list is asked for: [{"id": "R7", "subject": "rtb-…", "reason": "…"}]');
  return read.map((entry: unknown, i) => {
    const at = (what: string): Unjudged => wrong(`[${i}]${what}`);
    if (typeof entry !== "object" || entry === null) throw at(" is no object");
    for (const [name, value] of Object.entries(entry) as [string, unknown][]) {
      if (!FIELDS.includes(name)) throw at(`.${name} is not known: there are ${FIELDS.join(", ")}`);
      if (typeof value !== "string" || value.trim() === "") throw at(`.${name} is no text`);
    }
    const { id, subject, reason, until } = entry as Partial<Acknowledgement>;
    if (id === undefined || reason === undefined) throw at(" lacks its id or its reason");
    if (until !== undefined && !INSTANT.test(until)) throw at(`.until is no date: write 2027-01-31`);
    if (until !== undefined && Number.isNaN(Date.parse(until))) throw at(`.until is no date of the calendar`);
    return {
      id,
      reason,
      source: file,
      ...(subject !== undefined && { subject }),
      ...(until !== undefined && { until }),
    };
  });
}

const FIELDS: readonly string[] = ["id", "subject", "reason", "until"];

const INSTANT = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function jsonIn(file: string, wrong: (what: string) => Unjudged): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // What stands in the file is not repeated.
    throw wrong(code === undefined ? "it is not JSON" : `it cannot be read: ${message}`);
  }
}
