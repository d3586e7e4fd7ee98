import type { JudgedRun } from "../../cli/drill/report/model";
import { seconds } from "../../cli/drill/report/words";

/** An SDK with its defaults, or with the time-outs that its finding names. */
export interface Row {
  readonly name: string;
  readonly version: string;
  readonly timeouts: boolean;
  readonly reset: JudgedRun;
  readonly silence: JudgedRun;
}

const BEGIN = "<!-- drills: npm run drills -->";
const END = "<!-- /drills -->";

/** The page with its table made anew. */
export function pageWithTable(page: string, rows: readonly Row[]): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The page has no ${BEGIN} … ${END}`);
  const lines = [
    "| SDK | version | time-outs | after a reset | after silence |",
    "|---|---|---|---|---|",
    ...rows.map(
      ({ name, version, timeouts, reset, silence }) =>
        `| ${name} | ${version} | ${timeouts ? "set" : "defaults"} | ${cell(reset)} | ${cell(silence)} |`,
    ),
  ];
  return `${page.slice(0, begin)}${BEGIN}\n${lines.join("\n")}\n${page.slice(end)}`;
}

function cell({ breaks, longestInterruptionMillis }: JudgedRun): string {
  if (longestInterruptionMillis !== null) return seconds(longestInterruptionMillis);
  return `no answer in ${seconds(breaks[0]?.watchedMillis ?? 0)}`;
}
