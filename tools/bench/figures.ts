import type { ImportTimes } from "./imports";
import type { Pair, Variant } from "./pairs";
import type { Usage } from "./project";

/** What was measured several times. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
}

/** One quantity of both variants. `times` is component divided by by hand, pair by pair. */
export type Comparison = Pair<Spread> & { readonly times: Spread };

/**
 * `preview` and `up` of a new stack, and a preview of the deployed one. `up` is without the preview of its own.
 * With gates, each route table has a check.
 */
export type Operation = "preview" | "up" | "unchanged preview" | "preview with gates";

/** The measurements of one operation with so many route tables. */
export interface Measurements {
  readonly operation: Operation;
  readonly tables: number;
  readonly pairs: readonly Pair<Usage>[];
}

export interface OperationFigures {
  readonly operation: Operation;
  readonly tables: number;
  readonly repetitions: number;
  readonly seconds: Comparison;
  readonly programCpuSeconds: Comparison;
  readonly programPeakMebibytes: Comparison;
  /** `null` where the system does not tell the engine's peak. */
  readonly enginePeakMebibytes: Comparison | null;
}

/** How long a process takes from its start until its imports are done; `byHand` imports all but the package. */
export interface ImportFigures {
  readonly repetitions: number;
  readonly millis: Pair<Spread>;
  /** The package's own share, within the process: the difference of two processes is mostly chance. */
  readonly packageMillis: Spread;
}

/** What a further route table adds to a preview's time, between two sizes. */
export interface Growth {
  readonly fromTables: number;
  readonly toTables: number;
  readonly millisPerTable: Pair<Spread>;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (position: number): number => sorted[position] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    lowest: at(0),
    highest: at(sorted.length - 1),
  };
}

export function operationFigures({ operation, tables, pairs }: Measurements): OperationFigures {
  const enginePeaks = pairs.map((pair) => quantity(pair, "enginePeakMebibytes"));
  return {
    operation,
    tables,
    repetitions: pairs.length,
    seconds: comparison(pairs.map((pair) => quantity(pair, "seconds"))),
    programCpuSeconds: comparison(pairs.map((pair) => quantity(pair, "programCpuSeconds"))),
    programPeakMebibytes: comparison(pairs.map((pair) => quantity(pair, "programPeakMebibytes"))),
    enginePeakMebibytes: enginePeaks.every(isKnown) ? comparison(enginePeaks) : null,
  };
}

export function importFigures(pairs: readonly Pair<ImportTimes>[]): ImportFigures {
  return {
    repetitions: pairs.length,
    millis: spreads(pairs.map(({ component, byHand }) => ({ component: component.millis, byHand: byHand.millis }))),
    packageMillis: spread(pairs.map(({ component }) => component.lastMillis)),
  };
}

/** Between each size and the next one, round by round. */
export function growth(measurements: readonly Measurements[]): readonly Growth[] {
  const previews = measurements.filter(({ operation }) => operation === "preview").sort((a, b) => a.tables - b.tables);
  return previews.slice(1).map((larger, i) => {
    const smaller = previews[i] as Measurements;
    const millisPerTable = (variant: Variant, round: number): number => {
      const seconds = ({ pairs }: Measurements): number => pairs[round]?.[variant].seconds ?? Number.NaN;
      return (1000 * (seconds(larger) - seconds(smaller))) / (larger.tables - smaller.tables);
    };
    const rounds = larger.pairs.map((_, round) => ({
      component: millisPerTable("component", round),
      byHand: millisPerTable("byHand", round),
    }));
    return { fromTables: smaller.tables, toTables: larger.tables, millisPerTable: spreads(rounds) };
  });
}

function quantity<Key extends keyof Usage>({ component, byHand }: Pair<Usage>, key: Key): Pair<Usage[Key]> {
  return { component: component[key], byHand: byHand[key] };
}

function isKnown(pair: Pair<number | undefined>): pair is Pair<number> {
  return pair.component !== undefined && pair.byHand !== undefined;
}

function comparison(pairs: readonly Pair<number>[]): Comparison {
  return { ...spreads(pairs), times: spread(pairs.map(({ component, byHand }) => component / byHand)) };
}

function spreads(pairs: readonly Pair<number>[]): Pair<Spread> {
  return {
    component: spread(pairs.map(({ component }) => component)),
    byHand: spread(pairs.map(({ byHand }) => byHand)),
  };
}
