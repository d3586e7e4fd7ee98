import { wrapped } from "../demo/page";
import type { Comparison, Spread } from "./figures";
import type { Report } from "./report";
import type { Surroundings } from "./surroundings";
import type { Target } from "./targets";

export const WIDTH = 100;

/** The report as a person reads it on a terminal. */
export function reportText(report: Report): string {
  const { operations } = report;
  const sections = [
    wrapped(`DynamoDbEndpoint ("component"), beside ${report.baseline} ("by hand").`, WIDTH),
    report.method.flatMap((sentence) => wrapped(sentence, WIDTH)),
    surroundingsLines(report),
    comparisonTable(
      "time of the command, in seconds",
      operations.map((each) => row(each, each.seconds)),
      2,
    ),
    comparisonTable(
      "processor time of the program, in seconds",
      operations.map((each) => row(each, each.programCpuSeconds)),
      2,
    ),
    comparisonTable(
      "peak memory of the program, in MiB",
      operations.map((each) => row(each, each.programPeakMebibytes)),
      0,
    ),
    comparisonTable(
      "peak memory of the engine, in MiB",
      operations.map((each) => row(each, each.enginePeakMebibytes)),
      0,
    ),
    growthTable(report),
    importTable(report),
    targetTable(report.targets),
  ];
  return sectionsText(sections);
}

export function sectionsText(sections: readonly (readonly string[])[]): string {
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

export function surroundingsLines({ versions, machine }: Surroundings): readonly string[] {
  return [
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    `${machine.system}, ${machine.processors} × ${machine.processor}, ${machine.memoryGibibytes} GiB`,
  ];
}

interface Row {
  readonly operation: string;
  readonly tables: number;
  readonly repetitions: number;
  readonly comparison: Comparison | null;
}

function row({ operation, tables, repetitions }: Omit<Row, "comparison">, comparison: Comparison | null): Row {
  return { operation, tables, repetitions, comparison };
}

function comparisonTable(title: string, rows: readonly Row[], digits: number): readonly string[] {
  return [
    title,
    ...aligned([
      ["operation", "tables", "pairs", "component", "by hand", "times"],
      ...rows.map(({ operation, tables, repetitions, comparison }) => [
        operation,
        String(tables),
        String(repetitions),
        ...(comparison === null
          ? ["unknown", "unknown", "unknown"]
          : [
              spreadText(comparison.component, digits),
              spreadText(comparison.byHand, digits),
              spreadText(comparison.times, 2),
            ]),
      ]),
    ]),
  ];
}

function growthTable({ growth }: Report): readonly string[] {
  const title = "growth of preview: what a route table more adds, in milliseconds";
  if (growth.length === 0) return [title, "  not measured: it takes two sizes"];
  const rows = growth.map(({ fromTables, toTables, millisPerTable }) => [
    `from ${fromTables} to ${toTables}`,
    spreadText(millisPerTable.component, 1),
    spreadText(millisPerTable.byHand, 1),
  ]);
  return [title, ...aligned([["tables", "component", "by hand"], ...rows])];
}

function importTable({ imports }: Report): readonly string[] {
  return [
    "import, in milliseconds from the start of a new Node process",
    ...aligned([
      ["", "pairs", "with the package", "@pulumi/pulumi and @pulumi/aws/ec2", "the package alone"],
      [
        "",
        String(imports.repetitions),
        spreadText(imports.millis.component, 0),
        spreadText(imports.millis.byHand, 0),
        spreadText(imports.packageMillis, 1),
      ],
    ]),
  ];
}

function targetTable(targets: readonly Target[]): readonly string[] {
  const shown = (value: number | null, unit: Target["unit"]): string =>
    value === null ? "" : unit === "ms" ? `${value.toFixed(1)} ms` : `${value.toFixed(2)} times`;
  const verdict = ({ reached }: Target): string => (reached === null ? "not measured" : reached ? "reached" : "MISSED");
  return [
    "targets",
    ...aligned([
      ["", "at most", "measured", ""],
      ...targets.map((target) => [
        target.name,
        shown(target.atMost, target.unit),
        shown(target.measured, target.unit),
        verdict(target),
      ]),
    ]),
  ];
}

export function spreadText({ median, lowest, highest }: Spread, digits: number): string {
  if (lowest === highest) return median.toFixed(digits);
  return `${median.toFixed(digits)} (${lowest.toFixed(digits)}–${highest.toFixed(digits)})`;
}

/** Columns as wide as their widest cell. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => (cells[column] ?? "").length)));
  return rows.map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd());
}
