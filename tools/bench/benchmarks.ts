import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { accessText, measureAccess } from "./access";
import { cliText, measureCli } from "./cli";
import { drillText, measureDrill } from "./drill";
import { measureImports } from "./imports";
import { measureSizes, type Bench } from "./measure";
import { measurePolicies, policiesText } from "./policies";
import { measurePreflight, preflightText } from "./preflight";
import { measureProvider, PROVIDER_SCHEDULES, providerText } from "./provider";
import { report } from "./report";
import { measureReview, reviewText } from "./review";
import { SCHEDULES } from "./schedule";
import { switchReport, switchReportText } from "./switchReport";
import { measureSwitches, SWITCH_SCHEDULES } from "./switches";
import { reportText } from "./text";
import { measureValidatePolicy } from "./validatePolicy";

/** All that a benchmark does, or as little as shows that it works. */
export type Thoroughness = "full" | "quick";

/** Something that `npm run bench` measures. */
export interface Benchmark {
  readonly name: string;
  /** For the usage, in lines. */
  readonly what: readonly string[];
  /** The measured figures, and how a person reads them on a terminal. */
  readonly run: (
    bench: Bench,
    thoroughness: Thoroughness,
  ) => Promise<{ readonly measured: unknown; readonly text: string }>;
}

function benchmark<Measured>(
  name: string,
  what: readonly string[],
  measure: (bench: Bench, thoroughness: Thoroughness) => Promise<Measured>,
  text: (measured: Measured) => string,
): Benchmark {
  const run: Benchmark["run"] = async (bench, thoroughness) => {
    const measured = await measure(bench, thoroughness);
    return { measured, text: text(measured) };
  };
  return { name, what, run };
}

export const BENCHMARKS: readonly Benchmark[] = [
  benchmark(
    "components",
    [
      "preview and up with 1, 30, 100 and 300 route tables, with DynamoDbEndpoint and with the same",
      "resources written by hand, in turn: time, and peak memory of program and engine; a preview",
      "with a gate for each of 300 route tables; what importing the package costs (8 to 11 minutes)",
    ],
    async (bench, thoroughness) => {
      const schedule = SCHEDULES[thoroughness];
      const imports = await bench.progress("import", () => measureImports(schedule.imports));
      return report(bench.engine, await measureSizes(bench, schedule), imports);
    },
    reportText,
  ),
  benchmark(
    "switch",
    [
      "switches 24 route tables with 20 clients each, in stages with a gate each and all at once by",
      "hand: connections broken at one moment, and how long requests go unanswered (7 minutes)",
    ],
    async (bench, thoroughness) =>
      switchReport(
        bench.engine,
        SWITCH_SCHEDULES[thoroughness],
        await measureSwitches(bench, SWITCH_SCHEDULES[thoroughness]),
      ),
    switchReportText,
  ),
  benchmark(
    "policies",
    ["judging and evaluating policies, beside an independent evaluator (half a minute)"],
    async (_bench, thoroughness) => ({
      validatePolicy: measureValidatePolicy(thoroughness === "quick" ? 5 : 500),
      evaluatePolicy: await measurePolicies(thoroughness === "quick" ? 1 : 5),
    }),
    policiesText,
  ),
  benchmark(
    "access",
    ["whose permission flips: 600 roles, 300 tables and 40 route tables, by how many roles read the way (seconds)"],
    (_bench, thoroughness) => Promise.resolve(measureAccess(thoroughness === "quick")),
    accessText,
  ),
  benchmark(
    "provider",
    ["the components as a provider for other languages: its start, its memory, previews (2 minutes)"],
    (bench, thoroughness) => {
      const folder = join(bench.folder, "provider");
      mkdirSync(folder);
      return measureProvider({ engine: bench.engine, folder, ...PROVIDER_SCHEDULES[thoroughness] });
    },
    providerText,
  ),
  benchmark(
    "cli",
    ["the command line: its start for --help and --version, beside Node's own (10 seconds)"],
    (_bench, thoroughness) => measureCli(thoroughness === "quick" ? 1 : 25),
    cliText,
  ),
  benchmark(
    "review",
    ["reviewing a preview of 10,000 steps, beside parsing it: time and memory (1 minute)"],
    (bench, thoroughness) =>
      measureReview(
        join(bench.folder, "review"),
        thoroughness === "quick" ? 100 : 10_000,
        thoroughness === "quick" ? 1 : 7,
      ),
    reviewText,
  ),
  benchmark(
    "preflight",
    [
      "the lab's start with scenarios, beside one without; its large scenario's 3,000 interfaces page by page;",
      "preflight of the large scenario and of twelve VPCs, beside a start of the command: time and memory (1 minute)",
    ],
    (_bench, thoroughness) => measurePreflight(thoroughness === "quick"),
    preflightText,
  ),
  benchmark(
    "drill",
    ["writes of a busy client straight to a store, and through the drill of the command line (seconds)"],
    (_bench, thoroughness) => (thoroughness === "quick" ? measureDrill(1, 100) : measureDrill(7, 4000)),
    drillText,
  ),
];
