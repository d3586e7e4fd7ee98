import pc from "picocolors";
import { printable } from "../../../components/args/printable";
import { columns, findingText, section, type Colours } from "../../terminal";
import type { DrillModel, JudgedRun } from "./model";
import type { BreakReport, OperationReport } from "./report";
import { counted } from "../../words";
import { seconds } from "./words";

/** The report as people read it. */
export function textOf(model: DrillModel, isColored: boolean): string {
  const colors = pc.createColors(isColored);
  const blocks = model.runs.flatMap((run, i) => [
    heading(run, model.runs.length > 1 ? `run ${i + 1}: ` : "", colors),
    ...runBlocks(run, colors),
  ]);
  if (model.runs.length > 1) blocks.push(comparison(model.runs));
  blocks.push(
    section(
      "what this does not show",
      model.limits.map((limit) => `  ${limit}`),
    ),
  );
  blocks.push(
    ...model.runs.map((run, i) => verdict(run, model, model.runs.length > 1 ? `run ${i + 1}: ` : "", colors)),
  );
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function heading({ program, durationMillis, sdks, requests }: JudgedRun, label: string, colors: Colours): string {
  const said = sdks.map(({ name, version }) => `${name} ${printable(version, 40)}`).join(", ");
  return (
    `${colors.bold(`${label}${printable(program, 80)}`)}: ${counted(requests, "request")} in ${seconds(durationMillis)}` +
    (said === "" ? "" : `\n${said}`)
  );
}

function runBlocks(run: JudgedRun, colors: Colours): readonly string[] {
  return [
    section("what happened", timeLine(run)),
    section("requests", operationLines(run.operations)),
    run.requests === 0
      ? ""
      : `longest time without an answer, while something was asked: ${seconds(run.longestWithoutAnswerMillis)}`,
    section(
      "what its SDK does by default",
      run.sdkFacts.map(({ name, defaults, attempts, sources }) =>
        [`  ${name}: ${defaults}`, `    ${sources.defaults}`, `    ${attempts}`, `    ${sources.attempts}`].join("\n"),
      ),
    ),
    section(
      "findings",
      run.findings.map((finding) => findingText(finding, colors)),
    ),
  ];
}

function timeLine({ breaks, readyAt, denial, clientEnd, durationMillis, endedBy }: JudgedRun): readonly string[] {
  const moments: (readonly [at: number, what: string])[] = breaks.flatMap(breakMoments);
  if (readyAt !== null) moments.push([readyAt, "at work: a request was answered"]);
  if (denial !== null) moments.push([denial.at, "from here on every request is denied"]);
  if (clientEnd !== null) {
    const how = clientEnd.signal === null ? `with exit code ${clientEnd.exitCode}` : `by ${clientEnd.signal}`;
    moments.push([clientEnd.at, `ended ${how}${clientEnd.hasLeftOthers ? ", and left processes that work on" : ""}`]);
  }
  moments.push([durationMillis, ENDS[endedBy]]);
  return moments.sort(([a], [b]) => a - b).map(([at, what]) => `  ${(at / 1000).toFixed(3).padStart(9)} s  ${what}`);
}

const ENDS: Readonly<Record<JudgedRun["endedBy"], string>> = {
  time: "the drill ends the client",
  client: "the drill ends: nothing is left of the client",
  signal: "the drill is ended by you",
  notReady: "the drill ends: the client was not ready",
};

function breakMoments({ number, kind, at, connections }: BreakReport): readonly (readonly [number, string])[] {
  const moments: (readonly [number, string])[] = [
    [at, `break ${number}, ${kind}: ${counted(connections.length, "connection")}`],
  ];
  for (const { connection, met, gaveUpAfterMillis, answered } of connections) {
    if (met === null) continue;
    const asked = `connection ${connection}: ${met.operation}`;
    moments.push([met.at, `  ${asked}${met.wasInFlight ? ", in flight, loses its answer" : " meets the break"}`]);
    if (gaveUpAfterMillis !== null)
      moments.push([met.at + gaveUpAfterMillis, `  ${asked}: given up after ${seconds(gaveUpAfterMillis)}`]);
    if (answered !== null) {
      const how = answered.isRetry ? "its retry is answered" : "the first answer";
      moments.push([
        met.at + answered.afterMillis,
        `  ${asked}: ${how} on connection ${answered.connection} after ${seconds(answered.afterMillis)}`,
      ]);
    }
  }
  return moments;
}

function operationLines(operations: readonly OperationReport[]): readonly string[] {
  if (operations.length === 0) return [];
  const rows = operations.map(({ operation, answered, failed, hung, stillHanging, retries, errors }) => [
    printable(operation || "no operation", 40),
    ...[answered, failed, hung, stillHanging, retries].map(String),
    Object.entries(errors)
      .map(([code, times]) => `${printable(code, 60)} ${times}`)
      .join(", "),
  ]);
  const head = ["operation", "answered", "reset", "hung", "hang still", "retries", "errors"];
  return columns([head, ...rows], [1, 2, 3, 4, 5]);
}

function comparison(runs: readonly JudgedRun[]): string {
  const lines = runs.map(
    (run, i) =>
      `  run ${i + 1}: longest interruption ${interruptionText(run)}, longest time without an answer ` +
      seconds(run.longestWithoutAnswerMillis),
  );
  return section("both", lines);
}

function interruptionText({ longestInterruptionMillis, breaks }: JudgedRun): string {
  if (longestInterruptionMillis !== null) return seconds(longestInterruptionMillis);
  return breaks.length === 0 ? "not seen" : "not over at the end";
}

function verdict(run: JudgedRun, { maxInterruptionMillis }: DrillModel, label: string, colors: Colours): string {
  const most = seconds(maxInterruptionMillis);
  if (run.longestInterruptionMillis !== null) {
    const isWithin = run.longestInterruptionMillis <= maxInterruptionMillis;
    const word = isWithin ? colors.green("within") : colors.red("over");
    return `${label}longest interruption ${seconds(run.longestInterruptionMillis)}: ${word} --max-interruption ${most}`;
  }
  if (run.findings.some(({ severity }) => severity === "blocker" || severity === "high"))
    return `${label}${colors.red("not over")} within --max-interruption ${most}: see the findings`;
  return `${label}${colors.magenta("not known")}: see the findings`;
}
