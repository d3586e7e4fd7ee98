// What the package costs beside the same resources written by hand, on the real engine: `npm run bench`.
import { closeSync, mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findEngine } from "../engine/engine";
import { progressOn } from "../engine/progress";
import { measureImports } from "./imports";
import { measureSizes } from "./measure";
import { report, reportJson, type Report } from "./report";
import { FULL, QUICK, type Schedule } from "./schedule";
import { reportText } from "./text";

const USAGE = `npm run bench [-- --quick] [-- --json FILE]

  Measures preview and up with 1, 30, 100 and 300 route tables, with DynamoDbEndpoint and with
  the same resources written by hand, in turn: time, and peak memory of program and engine.
  Also what importing the package costs. Takes six to eight minutes on two processors; leave
  the machine alone meanwhile. The exit code is 0 whether or not the targets are reached.

  --quick       once, with 10 route tables: shows that it works, not what it costs
  --json FILE   writes everything that was measured to FILE, too; "-" writes it to stdout
                instead of the tables (npm run --silent bench -- --json -)
  --help        shows this
`;

interface Options {
  readonly schedule: Schedule;
  /** A file, `-` for stdout, or `undefined`. */
  readonly json: string | undefined;
}

async function main(): Promise<void> {
  const { schedule, json } = options();
  const file = json === "-" ? undefined : json;
  // That it cannot be written must not come to light after minutes.
  if (file !== undefined) closeSync(openSync(file, "a"));
  const measured = await measure(schedule);
  process.stdout.write(json === "-" ? reportJson(measured) : reportText(measured));
  if (file !== undefined) writeFileSync(file, reportJson(measured));
}

async function measure(schedule: Schedule): Promise<Report> {
  const progress = progressOn(process.stderr);
  const engine = await findEngine();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "dynamodb-endpoint-bench-")));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  const imports = await progress("import", () => measureImports(schedule.imports));
  return report(engine, await measureSizes({ engine, folder, progress }, schedule), imports);
}

function options(): Options {
  try {
    const { values } = parseArgs({
      options: { quick: { type: "boolean" }, json: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help === true) {
      process.stdout.write(USAGE);
      process.exit();
    }
    return { schedule: values.quick === true ? QUICK : FULL, json: values.json };
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exit(2);
  }
}

// What was started ends with this process, and the folder goes with it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
