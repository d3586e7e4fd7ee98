import type { RolloutWindow } from "./args";
import { explainDenial } from "./awsErrors";
import type { Finding } from "./findings";
import { invokeRefusal, type InvokeRefusal } from "./invokeErrors";
import type { Ledger, LedgerChanges, RouteTableId } from "./ledger";
import type { LateRefusal, Permission } from "./latePermissions";
import { moment } from "./patience";
import type { Permissions, PolicyDifference } from "./policy/difference";
import { PATH_CHECK_SID } from "./policy/presets";
import { printable } from "./printable";
import { withoutAccounts } from "./probe/answers";
import type { ProbePhase, WatchReport } from "./probe/report";
import type { WindowState } from "./stages";

/** A route table as a reader recognises it: `private-a (rtb-0a1)`. */
export function tableText(name: string, table: RouteTableId): string {
  return `${name} (${idText(table)})`;
}

function idText({ id, isSecret }: RouteTableId): string {
  return isSecret ? "its id is secret" : (id ?? "id known after deployment");
}

/** A route table is about to be switched onto the endpoint. */
export function switchWarning(table: { name: string; id: RouteTableId; stage: string; isChecked: boolean }): string {
  return (
    `${tableText(table.name, table.id)} switches to the endpoint in stage "${table.stage}": its open TCP connections ` +
    "to DynamoDB break and are not resumed; clients without a socket timeout can hang for minutes. DynamoDB then " +
    "sees private source addresses: aws:SourceIp conditions stop matching. " +
    (table.isChecked ? "Checked afterwards." : "No check follows.")
  );
}

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
        : "Once the cause is cured, it is made anew as said below.";
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
    `${FAILED_FUNCTION} Pulumi's state has it, and a mere \`pulumi up\` leaves it as it is. Once the cause is cured, ` +
    `run \`${replaceCommand(urn)}\`: it makes the function anew and goes on from there. No route table is switched ` +
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
    'gives up: see whether the function\'s subnet has free addresses, and "While a function cannot be invoked" in ' +
    "docs/reconnect-check.md."
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
    `"Functions of your own" in docs/reconnect-check.md.${remedy} ${afterFailedCheck()}`
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

/** The state has an association of a route that is gone: this run does not bring it back. */
export function lostRouteWarning(routeTable: string): string {
  return (
    `${routeTable} is associated by the state, and not by AWS: somebody has removed its route since. This run does ` +
    "not bring it back. Run `pulumi refresh`; the next preview then announces the switch, and `pulumi up` makes, " +
    "watches and proves it."
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
    `how the clients of ${name} fared before you go on. ${afterFailedCheck()}`
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

/** What Lambda tells of an error that a function threw: its name and message, without the trace. */
export function functionError(error: string): string | undefined {
  const payload = /\{.*\}/s.exec(error)?.[0];
  if (payload === undefined) return undefined;
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as { errorType?: unknown; errorMessage?: unknown };
    if (typeof errorMessage !== "string") return undefined;
    return `${typeof errorType === "string" ? errorType : "Error"}: ${errorMessage}`;
  } catch {
    return undefined;
  }
}

/**
 * What a change from one ledger to the next takes away, a warning each; `next` names what is switched. With
 * `retainOnDelete`, `named` are the names that the program still has: what is not among them stays.
 */
export function changeWarnings(changes: LedgerChanges, next: Ledger, named?: ReadonlySet<string>): readonly string[] {
  const replaced = changes.endpointReplaced
    ? [
        "the endpoint is replaced: " +
          (next.tables.size === 0
            ? "no route table moves to the new one"
            : "the route tables move to the new one, stage by stage") +
          "; each is without an endpoint route while it moves. " +
          (named === undefined ? "The old endpoint is deleted last." : OLD_ENDPOINT_STAYS),
      ]
    : [];
  return [
    ...replaced,
    ...changes.reassigned.map(({ name, from, to }) => `${reassignmentText(name, from, to)} ${LEAVING}`),
    ...changes.withdrawn.map(
      ({ name, table }) =>
        `${tableText(name, table)} ${named?.has(name) === false ? STAYING : `leaves the endpoint. ${LEAVING}`}`,
    ),
  ];
}

/** A deletion of an earlier run has failed, and is still to come. */
export function unfinishedWithdrawalWarning(name: string, table: RouteTableId): string {
  return `${tableText(name, table)} leaves the endpoint: an earlier run did not come to it. ${LEAVING}`;
}

/**
 * A ledger is not in the state, although the component has come to the end of a run; `isKnown`: what that run had left
 * is.
 */
export function lostLedgerWarning(ledger: string, isKnown: boolean): string {
  const consequence = isKnown
    ? "What changes is told by what the last complete run had left."
    : "Whether a route table leaves the endpoint, or stands under another name, is not known before it happens: see " +
      "which associations this preview deletes.";
  return (
    `${ledger}, the record of what is switched, is not in the state any more: it was deleted, or lost in an import. ` +
    `${consequence} It is written anew.`
  );
}

function reassignmentText(name: string, from: RouteTableId, to: RouteTableId): string {
  if (from.isSecret || to.isSecret)
    return `${name} becomes another route table (its id is secret): the former one leaves the endpoint.`;
  return `${name} becomes another route table: ${
    to.id ?? "one whose id is known after deployment"
  } takes the place of ${from.id}. ${from.id} leaves the endpoint.`;
}

const LEAVING =
  "Its open TCP connections to DynamoDB break and are not resumed, its traffic takes the default route again, and " +
  "none at all where there is no NAT gateway. DynamoDB sees public source addresses: aws:SourceVpce conditions stop " +
  "matching.";

const STAYING =
  "stays on the endpoint, because of retainOnDelete: nothing breaks, and this stack forgets its association. To " +
  "withdraw it instead, keep its name and lower rollout.throughStage; to take it back later, name it in " +
  "adopt.routeTables.";

const OLD_ENDPOINT_STAYS =
  "The old endpoint stays, because of retainOnDelete, without these route tables, and this stack forgets it.";

/**
 * A policy is about to change: what it takes away, and what it gives; `checkStatement` is what happens to that of a
 * check.
 */
export function policyChangeWarning(
  { noLongerAllowed, newlyAllowed }: PolicyDifference,
  checkStatement?: "added" | "removed",
): string {
  const [lost, gained] = [permissionLines(noLongerAllowed), permissionLines(newlyAllowed)];
  if (lost.length + gained.length === 0) {
    return "the policy changes in its wording, or in conditions that do not concern principals: read its diff.";
  }
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
  const remark =
    checkStatement === undefined
      ? []
      : [`The statement ${PATH_CHECK_SID} is ${checkStatement}: it is for the functions of rollout.check.`];
  return [
    "the policy changes.",
    ...section("No longer allowed:", lost),
    ...section("Newly allowed:", gained),
    ...remark,
  ].join("\n");
}

/** The same of a policy with something secret in it, of which nothing is shown. */
export function secretPolicyChangeWarning({ noLongerAllowed, newlyAllowed }: PolicyDifference): string {
  return (
    `the policy changes. Something in it is secret, so what changes is not shown: ${noLongerAllowed.length} of its ` +
    `permissions are no longer allowed, ${newlyAllowed.length} are newly allowed. See the policy's diff with ` +
    "--show-secrets."
  );
}

/** A problem of a policy with something secret in it; `code` is that of a finding of `validatePolicy`. */
export function secretProblemText(argument: string, code: string | undefined): string {
  const which = code === undefined ? "it cannot be made a policy" : `${code} (see docs/policy-findings.md)`;
  return (
    `${argument}: ${which}; something in it is secret, so no more is shown: call validatePolicy or endpointPolicy ` +
    "with it where it may be seen"
  );
}

function permissionLines(permissions: readonly Permissions[]): readonly string[] {
  const lines = permissions.map(
    ({ who, resources, actions }) => `${who}: ${atMost(6, actions)} on ${atMost(4, resources)}`,
  );
  return lines.length <= 10 ? lines : [...lines.slice(0, 10), `and ${lines.length - 10} more: read the policy's diff`];
}

function atMost(count: number, names: readonly string[]): string {
  return names.length <= count
    ? names.join(", ")
    : `${names.slice(0, count).join(", ")} and ${names.length - count} more`;
}

/** Route tables are about to switch under an engine that calls no hook when a resource fails. */
export const UNEXPLAINED_ERRORS_WARNING =
  "the Pulumi CLI, or @pulumi/pulumi, is older than 3.245: errors will be shown as AWS words them, without what to " +
  "do, and a change for which AWS is too busy (OperationInProgress), or a function that Lambda is making ready, will " +
  "not be tried again. The stages hold as ever; if one fails, `pulumi up` goes on.";

/** A new endpoint takes over what its arguments say, and nothing else of the one that it replaces. */
export function addressTypeWarning(name: string, from: string, to: string): string {
  return (
    `the endpoint that ${name} has serves ${from} addresses, the one in its place will serve ${to}. To keep ${from}, ` +
    `set ipAddressType: "${from}" of aws:ec2/vpcEndpoint:VpcEndpoint in a transform of the component.`
  );
}

/** An adopted endpoint is about to be changed to what the arguments say. */
export function adoptedEndpointWarning(vpcEndpointId: string, properties: readonly string[]): string {
  return (
    `${vpcEndpointId} is adopted, but differs from the arguments: its ${properties.join(" and ")} will be changed. ` +
    "To keep what exists, give it in the arguments, or name it in ignoreChanges; without the argument `policy` an " +
    "endpoint gets full access."
  );
}

/** A policy is attached to an endpoint that something else created; `retained` is for `retainOnDelete`. */
export function attachedPolicyWarning(vpcEndpointId: unknown, retained: boolean): string {
  const subject = `the policy of ${typeof vpcEndpointId === "string" ? vpcEndpointId : "the endpoint"} is replaced by this one.`;
  if (retained)
    return (
      `${subject} It stays when this resource is removed, or moves to another endpoint, because of retainOnDelete; ` +
      "the stack then forgets it."
    );
  return (
    `${subject} Removing this ` +
    "resource later, or moving it to another endpoint, resets the endpoint to full access: it fails open, without a " +
    "further warning."
  );
}

/** Why a changed ledger must not be carried out at all. */
export function changeFindings(changes: LedgerChanges): readonly Finding[] {
  return [
    ...changes.moved.map(({ table, from, to }) => ({
      path: `routeTables.${to}`,
      message:
        `is ${table.isSecret ? "the route table" : `${table.id},`} which was ` +
        `routeTables.${from}${table.isSecret ? " (its id is secret)" : ""}: deleting the association of "${from}" ` +
        `would take the route of "${to}" away`,
      suggestion:
        `if "${from}" was renamed, set formerNames: { "${to}": "${from}" } (an alias; no route is touched); ` +
        "otherwise remove one name, run `pulumi up`, then add the other",
    })),
    ...changes.adoptedAgain.map((name) => ({
      path: "adopt.routeTables",
      message:
        `"${name}" was planned without being adopted: if this stack made its association, importing it would delete ` +
        "its route",
      suggestion:
        `remove "${name}" from adopt.routeTables; if an earlier run failed to associate it, remove it from ` +
        `routeTables, run \`pulumi up\`, then adopt it`,
    })),
    ...changes.adoptedAnew.map((name) => ({
      path: "adopt.routeTables",
      message:
        `"${name}" is adopted already, with another route table or endpoint than it is to have now: importing that ` +
        "would delete the route that it has",
      suggestion: `remove "${name}" from adopt.routeTables: it then moves like any other, with a warning`,
    })),
  ];
}

/** What a protected component does not do. Lowering `throughStage` is no such thing: it is the way out. */
export function protectedFindings(
  { withdrawn, reassigned, endpointReplaced }: LedgerChanges,
  named: ReadonlySet<string>,
): readonly Finding[] {
  const unprotect = "or unprotect the component (protect: false), and run `pulumi up` again";
  const removed = withdrawn.filter(({ name }) => !named.has(name));
  return [
    ...removed.map(({ name }) => ({
      path: `routeTables.${name}`,
      message: "is taken out of a protected component: its route would leave the endpoint",
      suggestion: `to withdraw it, keep its name and lower rollout.throughStage, ${unprotect}`,
    })),
    ...reassigned.map(({ name, from }) => ({
      path: `routeTables.${name}`,
      message:
        `becomes another route table, and the route of ${from.isSecret ? "the former one" : from.id} would leave the ` +
        "endpoint of a protected component",
      suggestion: `give the other route table a name of its own, ${unprotect}`,
    })),
    ...(endpointReplaced
      ? [
          {
            path: "protect",
            message: "the endpoint of a protected component would be replaced",
            suggestion: `leave it as it was, ${unprotect}`,
          },
        ]
      : []),
  ];
}

/** What a refusal leaves as it was. */
export type Spared =
  "any route was touched" | "any policy was changed" | "anything was imported" | "any association was deleted";

/** Problems that came to light while Pulumi ran, as one text. */
export function refusalText(component: string, spared: Spared, problems: readonly string[]): string {
  return [`${component}: refused before ${spared}`, ...problems.map((problem) => `  ${problem}`)].join("\n");
}

/** A switch is due outside the window. */
export function windowText(window: RolloutWindow, state: Exclude<WindowState, "open">): string {
  const [edge, remedy] =
    state === "before"
      ? [`opens at ${window.opensAt}`, "Run `pulumi up` after it opens"]
      : [`closed at ${window.closesAt}`, "Set rollout.window to the next one"];
  return (
    `the window for switching route tables ${edge}: \`pulumi up\` refuses, before any route is touched. ` +
    `${remedy}; withdrawing (rollout.throughStage: "none") is possible at any time.`
  );
}
