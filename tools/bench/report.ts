import { availableParallelism, cpus, release, totalmem, type } from "node:os";
import type { Engine } from "../engine/engine";
import { growth, importFigures, operationFigures, type Growth, type ImportFigures, type OperationFigures } from "./figures";
import type { ImportTimes } from "./imports";
import type { Deployed, SizesMeasured } from "./measure";
import type { Pair } from "./pairs";
import { targets, type Target } from "./targets";

/** Everything that a run of the benchmark tells; what `--json` writes. */
export interface Report {
  readonly baseline: string;
  readonly method: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly operations: readonly OperationFigures[];
  readonly growth: readonly Growth[];
  readonly imports: ImportFigures;
  /** Per size, the resources that both variants deployed: compared one by one in type, name, inputs and dependencies. */
  readonly deployed: readonly Deployed[];
  readonly targets: readonly Target[];
}

const BASELINE =
  "the same resources written by hand: the VpcEndpoint with its policy, the associations chained by dependsOn, each " +
  "deleteBeforeReplace, and the two Stashes with the same contents; no component, no hooks, no warnings";

const METHOD = [
  "JavaScript programs and the compiled package; each command is a process of the Pulumi CLI. `up` skips its preview.",
  "AWS is stood in for on loopback, by a process of its own: its answers take next to no time, and its memory does not count.",
  "The two variants in turn. A figure is a median (lowest–highest); `times` divides the component's by the hand-written, pair by pair.",
  "Memory is the kernel's peak of what is resident: the program's when it ends, the engine's as last read, every 20 ms (Linux only).",
];

export function report(engine: Engine, { measurements, deployed }: SizesMeasured, imports: readonly Pair<ImportTimes>[]): Report {
  const operations = measurements.map(operationFigures);
  const steps = growth(measurements);
  const imported = importFigures(imports);
  return {
    baseline: BASELINE,
    method: METHOD,
    versions: {
      "pulumi-dynamodb-endpoint": versionOf("../../package.json"),
      pulumi: engine.version,
      "@pulumi/pulumi": versionOf("@pulumi/pulumi/package.json"),
      "@pulumi/aws": versionOf("@pulumi/aws/package.json"),
      node: process.versions.node,
    },
    machine: {
      system: `${type()} ${release()} ${process.arch}`,
      processor: cpus()[0]?.model ?? "unknown",
      processors: availableParallelism(),
      memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    },
    operations,
    growth: steps,
    imports: imported,
    deployed,
    targets: targets(operations, steps, imported),
  };
}

/** The report as JSON, without digits that mean nothing. */
export function reportJson(whole: Report): string {
  const rounded = (_key: string, value: unknown): unknown => (typeof value === "number" ? Number(value.toPrecision(5)) : value);
  return `${JSON.stringify(whole, rounded, 2)}\n`;
}

function versionOf(manifest: string): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- as Node finds the package, wherever it is installed
  return (require(manifest) as { version: string }).version;
}
