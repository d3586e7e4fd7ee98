import type { Growth, ImportFigures, Operation, OperationFigures } from "./figures";

/** What the package promises about its cost. */
export interface Target {
  readonly name: string;
  readonly unit: "times" | "ms";
  readonly atMost: number;
  /** `null` if this run did not measure it. */
  readonly measured: number | null;
  readonly reached: boolean | null;
}

/** A stack of this size is what the promises are about. */
const TABLES = 100;
/** What is promised of gates is about as many as there may be. */
const GATES = 300;
/** The median of fewer pairs is an accident. */
const FEWEST_IMPORTS = 5;

/** Each target, with what was measured of it. */
export function targets(
  operations: readonly OperationFigures[],
  steps: readonly Growth[],
  imports: ImportFigures,
): readonly Target[] {
  return [
    target("preview, 100 route tables", "times", 1.1, timesOf(operations, "preview", TABLES)),
    target("unchanged preview, 100 route tables", "times", 1.1, timesOf(operations, "unchanged preview", TABLES)),
    target(
      "preview with a gate for each of 300 route tables",
      "times",
      1.15,
      timesOf(operations, "preview with gates", GATES),
    ),
    target("growth of preview: a route table from 100 to 300 beside one from 30 to 100", "times", 1.25, bend(steps)),
    target(
      "peak memory of the program, 100 and 300 route tables, the highest",
      "times",
      1.1,
      highestMemory(operations, "programPeakMebibytes"),
    ),
    target(
      "peak memory of the engine, 100 and 300 route tables, the highest",
      "times",
      1.1,
      highestMemory(operations, "enginePeakMebibytes"),
    ),
    target(
      "import of the package, beside Pulumi's",
      "ms",
      15,
      imports.repetitions < FEWEST_IMPORTS ? undefined : imports.packageMillis.median,
    ),
  ];
}

function target(name: string, unit: Target["unit"], atMost: number, measured: number | undefined): Target {
  return {
    name,
    unit,
    atMost,
    measured: measured ?? null,
    reached: measured === undefined ? null : measured <= atMost,
  };
}

function timesOf(operations: readonly OperationFigures[], operation: Operation, tables: number): number | undefined {
  return operations.find((figures) => figures.operation === operation && figures.tables === tables)?.seconds.times
    .median;
}

/** A preview's time is linear if a route table of a large stack costs what one of a small stack costs. */
function bend(steps: readonly Growth[]): number | undefined {
  const before = steps.find(({ toTables }) => toTables === TABLES);
  const after = steps.find(({ fromTables }) => fromTables === TABLES);
  if (before === undefined || after === undefined) return undefined;
  return after.millisPerTable.component.median / before.millisPerTable.component.median;
}

function highestMemory(
  operations: readonly OperationFigures[],
  process: "programPeakMebibytes" | "enginePeakMebibytes",
): number | undefined {
  const times = operations
    .filter(({ tables }) => tables >= TABLES)
    .map((figures) => figures[process]?.times.median ?? Number.NaN);
  return times.length === 0 || times.some(Number.isNaN) ? undefined : Math.max(...times);
}
