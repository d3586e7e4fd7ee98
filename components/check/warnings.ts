import { withoutAccounts, printable } from "../args/printable";
import { explainDenial } from "../endpoint/awsErrors";
import { functionError, invokeRefusal, type InvokeRefusal } from "./invokeErrors";
import type { LateRefusal, Permission } from "./lateRefusals";
import { moment } from "./patience";
import type { ProbePhase, WatchReport } from "./probe/report";

/** A phase of the check of a route table. */
export interface CheckedTable {
  readonly name: string;
  readonly stage: string;
  readonly phase: ProbePhase;
}

/** What is known around the failure of a phase. */
interface FailureDetails {
  /** Since when the phase was asked for. */
  readonly sinceMillis?: number | undefined;
  readonly nowMillis: number;
  /** The URN of its function; `undefined` for one of the user's own. */
  readonly functionUrn?: string | undefined;
  /** What its function's own refusal waited for. */
  readonly late?: LateRefusal | undefined;
}

/** A phase of a check has failed; `error` is what the provider says. */
export function failedCheckText(checked: CheckedTable, error: string, details?: FailureDetails): string {
  const providerError = (): string =>
    INTERRUPTED.test(error) ? `the run was interrupted while ${checked.name} was checked` : plainError(error);
  const refusal = invokeRefusal(error);
  const meaning = refusal === undefined ? lateMeaning(details) : ` ${refusalMeaning(refusal, details)}`;
  const command =
    refusal?.isFailed === true && details?.functionUrn !== undefined ? replaceCommand(details.functionUrn) : undefined;
  const cause = withoutAccounts(functionError(error) ?? explainDenial(error) ?? providerError());
  return `${outcomeText(checked)}: ${sentence(printable(cause, LONGEST_ERROR))}${meaning} ${afterFailedCheck(command)}`;
}

function refusalMeaning(
  { waitsFor, remedy, isFailed }: InvokeRefusal,
  { sinceMillis, nowMillis, functionUrn }: FailureDetails = { nowMillis: 0 },
): string {
  if (isFailed) {
    const whose =
      functionUrn === undefined
        ? "It is a function of your own: delete it and make it anew where it is made."
        : "Once the cause is fixed, it is made anew as said below.";
    return `${FAILED_FUNCTION} ${whose}`;
  }
  if (waitsFor === undefined || sinceMillis === undefined) return remedy;
  return `${waitedText(sinceMillis, nowMillis, waitsFor)} ${remedy}`;
}

function lateMeaning({ late, sinceMillis, nowMillis }: FailureDetails = { nowMillis: 0 }): string {
  return late === undefined || sinceMillis === undefined
    ? ""
    : ` ${waitedText(sinceMillis, nowMillis, late.waitsFor)} See whether it says what the check needs, and what ` +
        "else may deny it.";
}

function waitedText(sinceMillis: number, nowMillis: number, waitsFor: string): string {
  return `That was waited for from ${moment(sinceMillis)} to ${moment(nowMillis)}: ${waitsFor}.`;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/functions-states.html */
const FAILED_FUNCTION =
  "Lambda could not set this function up when it was made, and neither tries again nor lets it be changed: see its " +
  "StateReason in Lambda (a permission of its role, an address in its subnet, a limit).";

function replaceCommand(urn: string): string {
  return `pulumi up --replace '${urn}'`;
}

/** A function of a check was created, and could not be set up; the state has it all the same. */
export function failedFunctionText(urn: string): string {
  return (
    `${FAILED_FUNCTION} Pulumi's state has it, and a mere \`pulumi up\` leaves it as it is. Once the cause is fixed, ` +
    `run \`${replaceCommand(urn)}\`: it makes the function anew and resumes there. No route table is switched ` +
    "whose function is not ready."
  );
}

/** An invocation is refused, by Lambda or by its function, with what passes by itself, and is asked for again. */
export function waitWarning(
  { name, phase }: CheckedTable,
  refusal: InvokeRefusal | LateRefusal,
  sinceMillis: number,
  endsAt: string,
): string {
  const whom = "remedy" in refusal ? "its function" : "a permission";
  return (
    `${name}: "${phase}" waits for ${whom} since ${moment(sinceMillis)}: ${refusal.waitsFor} (${refusal.code}). It ` +
    `is asked for again until ${endsAt}, at the longest.`
  );
}

/** Permissions of a check are new, or change, in the run that is about to check. */
export function latePermissionsText(changed: ReadonlySet<Permission>): string {
  const role =
    "The role of the check is new or was changed in this run: before each switch the run waits until it is seen to " +
    "act.";
  const policy =
    "The endpoint's policy is new or was changed: a gate that it does not let through yet waits until it does.";
  const said = [...(changed.has("role") ? [role] : []), ...(changed.has("policy") ? [policy] : [])];
  return [...said, "AWS takes seconds to minutes to apply such a change; it is waited for up to ten minutes."].join(
    " ",
  );
}

/** An invocation was neither answered nor refused for longer than its function may take. */
export function silenceWarning({ name, phase }: CheckedTable, sinceMillis: number): string {
  return (
    `${name}: "${phase}" has no answer since ${moment(sinceMillis)}, which is longer than its function may take. ` +
    "Where Lambda cannot start a function, the provider asks again up to 25 times, and does not say why before it " +
    'gives up: see whether the function\'s subnet has free addresses, and "While a function cannot be invoked" ' +
    'on the page "The reconnection check".'
  );
}

/** Longer than any message of the package's own functions. */
const LONGEST_ERROR = 1500;

/**
 * A function answered with what is no report; `refused` says what came. `standing` is the invocation's URN where the
 * answer is that of an earlier run.
 */
export function refusedCheckText(checked: CheckedTable, refused: string, standing?: string): string {
  const remedy =
    standing === undefined
      ? ""
      : ` This is the answer of an earlier run; \`pulumi up --replace '${standing}'\` asks again at once.`;
  return (
    `${outcomeText(checked)}: what the function that checks ${checked.name} answered to "${checked.phase}" is not ` +
    `the report that was asked for: ${refused}. See whether it is the right function, and what it must answer: ` +
    `"Functions of your own" on the page "The reconnection check".${remedy} ${afterFailedCheck()}`
  );
}

/** What a phase leaves behind that did not pass. */
function outcomeText({ name, stage, phase }: CheckedTable): string {
  const outcomes: Readonly<Record<ProbePhase, string>> = {
    before: `${name} was not switched: stage "${stage}" stops here`,
    // It runs beside the switch.
    during: `${name} may be switched, and is not proven: stage "${stage}" stops here`,
    after: `stage "${stage}" is switched, but not proven`,
  };
  return outcomes[phase];
}

/** How the provider words that an interrupted engine told it to give up. */
const INTERRUPTED = /context canceled/;

/** The state has associations of routes that are gone: this run does not bring them back. */
export function lostRouteWarning(...routeTables: readonly string[]): string {
  const [are, their, them] = routeTables.length === 1 ? ["is", "its route", "it"] : ["are", "their routes", "them"];
  return (
    `${routeTables.join(", ")} ${are} associated by the state, and not by AWS: somebody has removed ${their} since. ` +
    `This run does not bring ${them} back. Run \`pulumi refresh\`; the next preview then announces the switch, and ` +
    "`pulumi up` makes, watches and proves it."
  );
}

/** The same where a gate would prove it. */
export function lostRouteText({ name, stage }: Pick<CheckedTable, "name" | "stage">): string {
  return `stage "${stage}" is not proven: ${lostRouteWarning(name)}`;
}

/** A switch whose watching client was not asked again, because nothing told before that it would happen. */
export function unwatchedSwitchWarning(routeTable: string): string {
  return (
    `${routeTable} is switched without a watching client: what its open connections go through is not told, and ` +
    `checkReports has no \`watch\` for it. That new ones take the endpoint is proven as ever.`
  );
}

/** The watching client was without an answer for longer than is allowed. */
export function interruptionText(
  { name, stage }: Omit<CheckedTable, "phase">,
  watch: WatchReport,
  maxReconnectSeconds: number,
): string {
  const lasted = watch.reconnected ? "was without an answer for" : "was not answered again; it waited for";
  return (
    `stage "${stage}" is switched, but not proven: ReconnectTimedOut: the watching client of ${name} ${lasted} ` +
    `${(watch.interruptionMillis / 1000).toFixed(1)} s, more than maxReconnectSeconds (${maxReconnectSeconds}). See ` +
    `how the clients of ${name} fared before you continue. ${afterFailedCheck()}`
  );
}

function afterFailedCheck(command = "pulumi up"): string {
  return (
    `Nothing is rolled back, and later stages were not touched. Run \`${command}\` to check again, or set ` +
    `rollout.throughStage to "none" to withdraw.`
  );
}

/** A provider's error on one line, without the count that it begins with. */
function plainError(error: string): string {
  return error
    .replace(/^\s*\d+ errors? occurred:\s*\*?/, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** Lambda's own messages, and those of functions of the user's own, may end without a full stop. */
function sentence(text: string): string {
  return text.endsWith(".") ? text : `${text}.`;
}
