import type { Engine } from "../engine/engine";
import {
  growth,
  importFigures,
  operationFigures,
  type Growth,
  type ImportFigures,
  type OperationFigures,
} from "./figures";
import type { ImportTimes } from "./imports";
import type { Resources, SizesMeasured } from "./measure";
import type { Pair } from "./pairs";
import { surroundings, type Surroundings } from "./surroundings";
import { targets, type Target } from "./targets";

/** Everything that a run of the benchmark tells; what `--json` writes. */
export interface Report extends Surroundings {
  readonly baseline: string;
  readonly method: readonly string[];
  readonly operations: readonly OperationFigures[];
  readonly growth: readonly Growth[];
  readonly imports: ImportFigures;
  /**
   * Per size, the resources that both variants deployed: compared one by one in type, name, inputs and dependencies.
   */
  readonly deployed: readonly Resources[];
  /** The same of what the previews with gates of both variants plan. */
  readonly planned: readonly Resources[];
  readonly targets: readonly Target[];
}

const BASELINE =
  "the same resources written by hand: the VpcEndpoint with its policy, the associations chained by dependsOn, each " +
  "deleteBeforeReplace, and the two Stashes with the same contents; with gates also the functions with their role, " +
  "logs and security group, and the three invocations of each; no component, no hooks, no warnings";

const METHOD = [
  "JavaScript programs and the compiled package; each command is a process of the Pulumi CLI. `up` skips its preview.",
  "AWS is stood in for on loopback, by a process of its own: its answers take next to no time, and its memory does " +
    "not count.",
  "The two variants in turn. A figure is a median (lowest–highest); `times` divides the component's by the " +
    "hand-written, pair by pair.",
  "Memory is the kernel's peak of what is resident: the program's when it ends, the engine's as last read, every 20 " +
    "ms (Linux only).",
];

export function report(
  engine: Engine,
  { measurements, deployed, planned }: SizesMeasured,
  imports: readonly Pair<ImportTimes>[],
): Report {
  const operations = measurements.map(operationFigures);
  const steps = growth(measurements);
  const imported = importFigures(imports);
  return {
    baseline: BASELINE,
    method: METHOD,
    ...surroundings(engine),
    operations,
    growth: steps,
    imports: imported,
    deployed,
    planned,
    targets: targets(operations, steps, imported),
  };
}
