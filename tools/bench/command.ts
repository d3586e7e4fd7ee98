import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findEngine } from "../engine/engine";
import { progressOn } from "../engine/progress";
import type { Bench } from "./measure";

/** A benchmark with a command of its own. */
export interface BenchCommand<Measured> {
  readonly usage: string;
  readonly measure: (bench: Bench, schedule: "full" | "quick") => Promise<Measured>;
  /** What was measured, as a person reads it on a terminal. */
  readonly text: (measured: Measured) => string;
}

interface Options {
  readonly schedule: "full" | "quick";
  /** A file, `-` for stdout, or `undefined`. */
  readonly json: string | undefined;
}

/** Runs a benchmark as its options ask for. What it started ends with this process, and its folder goes with it. */
export function runCommand<Measured>(command: BenchCommand<Measured>): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
  run(command, optionsOf(command.usage)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function run<Measured>({ measure, text }: BenchCommand<Measured>, { schedule, json }: Options): Promise<void> {
  const file = json === "-" ? undefined : json;
  // That it cannot be written must not come to light after minutes.
  if (file !== undefined) closeSync(openSync(file, "a"));
  const progress = progressOn(process.stderr);
  const engine = await findEngine();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dynamodb-endpoint-bench-")));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const measured = await measure({ engine, folder, progress }, schedule);
  process.stdout.write(json === "-" ? jsonOf(measured) : text(measured));
  if (file !== undefined) writeFileSync(file, jsonOf(measured));
}

/** Without digits that mean nothing. */
function jsonOf(measured: unknown): string {
  const rounded = (_key: string, value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  return `${JSON.stringify(measured, rounded, 2)}\n`;
}

function optionsOf(usage: string): Options {
  try {
    const { values } = parseArgs({
      options: { quick: { type: "boolean" }, json: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help === true) {
      process.stdout.write(usage);
      process.exit();
    }
    return { schedule: values.quick === true ? "quick" : "full", json: values.json };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
