import type { Finding } from "../args/findings";
import type { Ledger, LedgerChanges, RouteTableId } from "../plan/ledger";
import type { PlannedWindow, WindowState } from "../plan/stages";

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

/** Route tables are about to switch under an engine that calls no hook when a resource fails. */
export const UNEXPLAINED_ERRORS_WARNING =
  "the Pulumi CLI, or @pulumi/pulumi, is older than 3.245: errors will be shown as AWS words them, without what to " +
  "do, and a change for which AWS is too busy (OperationInProgress), or a function that Lambda is making ready, will " +
  "not be tried again. The stages hold as ever; if one fails, `pulumi up` goes on.";

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

/** A switch is due outside the window. */
export function windowText(window: PlannedWindow, state: Exclude<WindowState, "open">): string {
  const [edge, remedy] =
    state === "before"
      ? [`opens at ${window.opensAt}`, "Run `pulumi up` after it opens"]
      : [`closed at ${window.closesAt}`, "Set rollout.window to the next one"];
  return (
    `the window for switching route tables ${edge}: \`pulumi up\` refuses, before any route is touched. ` +
    `${remedy}; withdrawing (rollout.throughStage: "none") is possible at any time.`
  );
}
