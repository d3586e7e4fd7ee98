import type { Finding } from "../args/findings";
import { printable, withoutAccounts } from "../args/printable";
import { PROBE_VERSION, type CheckReport, type ProbeEvent, type WatchReport } from "./probe/report";

/** What a function was asked, and what its report must be about. */
export type CheckQuestion = Pick<ProbeEvent, "phase" | "routeTable" | "table" | "vpcEndpointId" | "isolated">;

/**
 * What is wrong with the answer to an invocation, all at once; nothing if it is the phase's report. What only informs,
 * such as `connections`, is left to the function: "Functions of your own" in docs/reconnect-check.md says what is
 * demanded.
 */
export function answerProblems(answer: string, asked: CheckQuestion): readonly Finding[] {
  return [...reportFindings(parsed(answer), asked)];
}

/** The report of a gate that was passed; `undefined` if the answer proves nothing. */
export function provenReport(
  answer: string,
  asked: Omit<CheckQuestion, "phase" | "isolated">,
): CheckReport | undefined {
  return answerProblems(answer, { ...asked, phase: "after" }).length === 0
    ? (parsed(answer) as CheckReport)
    : undefined;
}

/** The answer to `during` as it is handed on to the gate: a text that is no JSON is no watch, either. */
export function watchIn(answer: string): WatchReport | null {
  const watch = parsed(answer);
  return watch === undefined ? null : (watch as WatchReport);
}

/** What came, and what is wrong with it. Where something that was asked is secret, neither quotes it. */
export function refusedAnswerText(
  answer: string,
  problems: readonly Finding[],
  options: { isSecret: boolean },
): string {
  const hint = answerHint(parsed(answer));
  if (options.isSecret) {
    const places = problems.map(({ path }) => path).join(", ");
    return `${places} in it is not as it must be; something that was asked is secret, so no more is shown${hint}`;
  }
  return (
    `${problems.map(({ path, message }) => `${path} ${message}`).join(", ")}. What came: ` +
    `${printable(withoutAccounts(answer), 300)}${hint}`
  );
}

/** What an answer looks like that is no report, told without its content. */
function answerHint(answer: unknown): string {
  if (typeof answer !== "object" || answer === null) return "";
  const { version, phase } = answer as Fields;
  if (isReturnedError(answer as Fields))
    return ". This looks like an error that was returned: a function that must not pass throws it";
  const speaks = ". Give the function the code that fits this version of the package";
  if (version === undefined && phase !== undefined)
    return `. A report without a version is older than this protocol, version ${PROBE_VERSION}${speaks}`;
  if (!Number.isSafeInteger(version) || version === PROBE_VERSION) return "";
  return (
    `. The function speaks ${(version as number) < PROBE_VERSION ? "an older" : "a newer"} version of the protocol ` +
    `than ${PROBE_VERSION}${speaks}`
  );
}

/** As Lambda, an HTTP integration and common habit word one. */
function isReturnedError({ errorType, errorMessage, error, statusCode, ok, success }: Fields): boolean {
  const isFailing = typeof statusCode === "number" && statusCode >= 400;
  return (
    [errorType, errorMessage].some((each) => typeof each === "string") ||
    (error !== undefined && error !== null) ||
    isFailing ||
    ok === false ||
    success === false
  );
}

type Fields = Readonly<Record<string, unknown>>;

function* reportFindings(report: unknown, asked: CheckQuestion, path = ""): Iterable<Finding> {
  if (typeof report !== "object" || report === null || Array.isArray(report)) {
    yield {
      path: path === "" ? "the answer" : path,
      message: report === undefined ? "is no JSON" : `is ${shown(report)}, not a report`,
    };
    return;
  }
  const at = path === "" ? "" : `${path}.`;
  const fields = report as Fields;
  for (const [name, value] of Object.entries({ version: PROBE_VERSION, ...asked })) {
    if (fields[name] !== value)
      yield { path: `${at}${name}`, message: `is ${shown(fields[name])}, not ${shown(value)}` };
  }
  if (asked.phase === "during") yield* watchFindings(fields, at);
  if (asked.phase === "after") yield* proofFindings(fields, asked);
  if (fields.requests !== undefined) yield* amountFindings(fields, "requests", at);
}

function* watchFindings(fields: Fields, at: string): Iterable<Finding> {
  const { heldConnection, unknownBecause, reconnected } = fields;
  if (!HELD_CONNECTIONS.some((each) => each === heldConnection)) {
    yield {
      path: `${at}heldConnection`,
      message: `is ${shown(heldConnection)}, not one of ${HELD_CONNECTIONS.join(", ")}`,
    };
  }
  if (unknownBecause !== undefined && typeof unknownBecause !== "string")
    yield { path: `${at}unknownBecause`, message: `is ${shown(unknownBecause)}, not a text` };
  yield* amountFindings(fields, "interruptionMillis", at);
  if (typeof reconnected !== "boolean")
    yield { path: `${at}reconnected`, message: `is ${shown(reconnected)}, not true or false` };
}

function* proofFindings(fields: Fields, asked: CheckQuestion): Iterable<Finding> {
  const { provenRequests, provenAfterMillis, watch } = fields;
  if (!Number.isSafeInteger(provenRequests) || (provenRequests as number) < 1) {
    yield { path: "provenRequests", message: `is ${shown(provenRequests)}, not a whole number of 1 or more` };
  }
  if (provenAfterMillis !== undefined) yield* amountFindings(fields, "provenAfterMillis", "");
  if (watch !== undefined) yield* reportFindings(watch, { ...asked, phase: "during" }, "watch");
}

function* amountFindings(fields: Fields, name: string, at: string): Iterable<Finding> {
  const amount = fields[name];
  if (!Number.isFinite(amount) || (amount as number) < 0)
    yield { path: `${at}${name}`, message: `is ${shown(amount)}, not a number of 0 or more` };
}

const HELD_CONNECTIONS: readonly WatchReport["heldConnection"][] = [
  "reset",
  "timedOut",
  "survived",
  "noSwitchSeen",
  "tooLate",
  "unknown",
];

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}

/**
 * A value of an answer, short enough to stand in a sentence. JSON has no infinity, but numbers that are read as one.
 */
function shown(value: unknown): string {
  if (value === undefined) return "missing";
  return printable(withoutAccounts(typeof value === "number" ? String(value) : JSON.stringify(value)), 60);
}
