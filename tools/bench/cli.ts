import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { spread, type Spread } from "./figures";
import { aligned, sectionsText, spreadText } from "./text";

const MAIN = join(__dirname, "..", "..", "cli", "dist", "main.js");

/** What is started, in turn: the least that a Node process does, and what loads the entry alone. */
const STARTS = { node: ["-e", "0"], help: [MAIN, "--help"], version: [MAIN, "--version"] };

type Start = keyof typeof STARTS;

/** How long the command line takes to start, beside Node itself. */
export interface CliFigures {
  readonly rounds: number;
  readonly millis: Readonly<Record<Start, Spread>>;
  /** Round by round. */
  readonly helpToNode: Spread;
  readonly versionToNode: Spread;
}

/** Of either, to `node -e 0`. */
const AIM = 2;

/** Starts all of them in every round, so that what else the machine does meets each. */
export async function measureCli(rounds: number): Promise<CliFigures> {
  const all: Readonly<Record<Start, number>>[] = [];
  // The first of each reads its files from the disk, and does not count.
  for (let round = 0; round <= rounds; round++) all.push(await oneRound(round));
  const measured = all.slice(1);
  const spreadOf = (figure: (round: Readonly<Record<Start, number>>) => number): Spread => spread(measured.map(figure));
  return {
    rounds,
    millis: {
      node: spreadOf(({ node }) => node),
      help: spreadOf(({ help }) => help),
      version: spreadOf(({ version }) => version),
    },
    helpToNode: spreadOf(({ help, node }) => help / node),
    versionToNode: spreadOf(({ version, node }) => version / node),
  };
}

async function oneRound(round: number): Promise<Readonly<Record<Start, number>>> {
  const names = Object.keys(STARTS) as Start[];
  const millis = { node: Number.NaN, help: Number.NaN, version: Number.NaN };
  for (const name of round % 2 === 0 ? names : names.reverse()) millis[name] = await millisOf(STARTS[name]);
  return millis;
}

async function millisOf(args: readonly string[]): Promise<number> {
  const started = performance.now();
  await promisify(execFile)(process.execPath, args);
  return performance.now() - started;
}

/** The figures as a person reads them on a terminal. */
export function cliText({ rounds, millis, helpToNode, versionToNode }: CliFigures): string {
  const aim = `at most ${AIM}`;
  return sectionsText([
    [`Node ${process.version}; median (lowest–highest) of ${rounds} starts of each, in turn`],
    aligned([
      ["`node -e 0`, in milliseconds", spreadText(millis.node, 0), ""],
      ["--help, in milliseconds", spreadText(millis.help, 0), ""],
      ["--version, in milliseconds", spreadText(millis.version, 0), ""],
      ["--help to `node -e 0`", spreadText(helpToNode, 2), aim],
      ["--version to `node -e 0`", spreadText(versionToNode, 2), aim],
    ]),
  ]);
}
