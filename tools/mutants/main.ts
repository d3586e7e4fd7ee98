import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runCampaign, type Outcome } from "./campaign";
import type { Equivalent } from "./equivalents";
import { exitCode, fileText, jsonReport, scoreOf, scoreText } from "./report";
import { branchPoint, changedFiles, namedFiles, pureFiles, testFiles, UsageError } from "./targets";

const USAGE = `npm run mutants -- [FILE... | --since COMMIT | --all] [--quick] [--minutes N] [--json REPORT]

Changes pure modules in small ways, one at a time, and asks the tests that cover the change whether they notice.

  FILE...          these files; default: those that differ from where the branch left main, or from the last commit
  --since COMMIT   the files that differ from this commit
  --all            every pure module
  --quick          leave out the tests that take more than half a second: random policies by the thousand
  --minutes N      begin nothing new after N minutes; default: 20
  --json REPORT    write every outcome into this file, too

Exits with 1 if a change was not noticed, or was not tried because the time was over; with 2 if it could not begin.
`;

const ROOT = resolve(__dirname, "..", "..");

interface CommandLine {
  readonly files: readonly string[];
  readonly isQuick: boolean;
  readonly minutes: number;
  readonly json: string | undefined;
}

async function main(): Promise<number> {
  const commandLine = read(process.argv.slice(2));
  if (commandLine === undefined) return done(USAGE, 0);
  if (commandLine.files.length === 0) return done("no pure module has changed\n", 0);
  const results = new Map<string, { text: string; outcomes: readonly Outcome[] }>();
  await runCampaign({
    root: ROOT,
    files: commandLine.files,
    testFiles: testFiles(ROOT),
    equivalents: JSON.parse(readFileSync(join(__dirname, "equivalent.json"), "utf8")) as Equivalent[],
    isQuick: commandLine.isQuick,
    deadlineMillis: Date.now() + commandLine.minutes * 60_000,
    onFile: (file, outcomes) => {
      const text = readFileSync(join(ROOT, file), "utf8");
      results.set(file, { text, outcomes });
      process.stdout.write(fileText(file, text, outcomes));
      if (commandLine.json !== undefined) writeFileSync(commandLine.json, jsonReport(results));
    },
  });
  const all = [...results.values()].flatMap(({ outcomes }) => outcomes);
  return done(`${results.size} files: ${scoreText(scoreOf(all))}\n`, exitCode(all));
}

/** Undefined if only the usage is asked for. */
function read(args: readonly string[]): CommandLine | undefined {
  const { values, positionals } = parsed(args);
  if (values.help === true) return undefined;
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new UsageError(`--minutes is a number above 0, not "${values.minutes}"`);
  const { all = false, quick = false, since, json } = values;
  if ([all, since !== undefined, positionals.length > 0].filter(Boolean).length > 1)
    throw new UsageError("FILE, --since and --all exclude each other");
  return { files: chosenFiles(positionals, all, since), isQuick: quick, minutes, json };
}

function parsed(args: readonly string[]) {
  try {
    const options = {
      all: { type: "boolean" },
      quick: { type: "boolean" },
      since: { type: "string" },
      minutes: { type: "string", default: "20" },
      json: { type: "string" },
      help: { type: "boolean" },
    } as const;
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function chosenFiles(names: readonly string[], all: boolean, since: string | undefined): readonly string[] {
  if (all) return pureFiles(ROOT);
  return names.length > 0 ? namedFiles(ROOT, names, process.cwd()) : changedFiles(ROOT, since ?? branchPoint(ROOT));
}

function done(text: string, code: number): number {
  process.stdout.write(text);
  return code;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    process.stderr.write(
      isUsage
        ? `${error.message}\n\n${USAGE}`
        : `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 2;
  },
);
