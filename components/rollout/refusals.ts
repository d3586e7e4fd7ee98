import { findingText, type Finding } from "../args/findings";
import type { LedgerChanges } from "../plan/ledger";
import type { PlannedWindow, WindowState } from "../plan/stages";

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
      message: "is taken out of a protected component: it would be withdrawn from the endpoint",
      suggestion: `to withdraw it, keep its name and lower rollout.throughStage, ${unprotect}`,
    })),
    ...reassigned.map(({ name, from }) => ({
      path: `routeTables.${name}`,
      message:
        `becomes another route table, and ${from.isSecret ? "the former one" : from.id} would be withdrawn from the ` +
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

/** A deployment will be refused; its preview continues, to show what else there is. */
export function refusalWarning(findings: readonly Finding[]): string {
  return ["`pulumi up` refuses this, before any route is touched:", ...findings.map(findingText)].join("\n  ");
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
