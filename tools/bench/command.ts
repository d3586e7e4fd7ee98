import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findEngine } from "../engine/engine";
import { progressOn } from "../engine/progress";
import type { Benchmark, Thoroughness } from "./benchmarks";

interface Options {
  readonly benchmarks: readonly Benchmark[];
  readonly thoroughness: Thoroughness;
  /** A file, `-` for stdout, or `undefined`. */
  readonly json: string | undefined;
}

/**
 * Runs the benchmarks that the command line asks for. What they started ends with this process, and their folder goes
 * with it.
 */
export function runCommand(usage: string, benchmarks: readonly Benchmark[]): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
  run(optionsOf(usage, benchmarks)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}

async function run({ benchmarks, thoroughness, json }: Options): Promise<void> {
  const file = json === "-" ? undefined : json;
  // That it cannot be written must not come to light after minutes.
  if (file !== undefined) closeSync(openSync(file, "a"));
  const progress = progressOn(process.stderr);
  const engine = await findEngine();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dynamodb-endpoint-bench-")));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const all: Record<string, unknown> = {};
  for (const { name, run: measure } of benchmarks) {
    const { measured, text } = await measure({ engine, folder, progress }, thoroughness);
    all[name] = measured;
    if (json !== "-") process.stdout.write(`${name}\n\n${text}\n`);
    // After each: what was measured is not lost if a later one fails.
    if (file !== undefined) writeFileSync(file, jsonOf(all));
  }
  if (json === "-") process.stdout.write(jsonOf(all));
}

/** Without digits that mean nothing. */
function jsonOf(measured: unknown): string {
  const rounded = (_key: string, value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(5)) : value;
  return `${JSON.stringify(measured, rounded, 2)}\n`;
}

function optionsOf(usage: string, all: readonly Benchmark[]): Options {
  try {
    const { values, positionals } = parseArgs({
      options: { quick: { type: "boolean" }, json: { type: "string" }, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    if (values.help === true) {
      process.stdout.write(usage);
      process.exit();
    }
    const unknown = positionals.filter((name) => !all.some((each) => each.name === name));
    if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.map((name) => `"${name}"`).join(" or ")}`);
    const benchmarks = all.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
    return { benchmarks, thoroughness: values.quick === true ? "quick" : "full", json: values.json };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}
