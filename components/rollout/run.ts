import * as pulumi from "@pulumi/pulumi";
import { findingText, refusalText, type Finding, type Spared } from "../args/findings";
import type { RunNotes } from "../check/attempts";
import { checkTeardownWarnings } from "../check/checkTeardown";
import { lostRouteWarning } from "../check/warnings";
import { warn } from "../engine/hooks";
import { isProtected } from "../engine/inheritedOptions";
import { isChecked } from "../plan/checkPlan";
import { ledgerChanges, type Ledger, type LedgerChanges, type RouteTableId } from "../plan/ledger";
import { associationName, type RoutePlan } from "../plan/routePlan";
import { windowState, type WindowState } from "../plan/stages";
import type { LedgerKind } from "./recordLedger";
import type { RolloutRecord } from "./rolloutRecord";
import {
  changeFindings,
  changeWarnings,
  lostLedgerWarning,
  protectedFindings,
  switchWarning,
  unfinishedWithdrawalWarning,
  windowText,
} from "./warnings";

/** What the hooks of one preview or deployment say and refuse, and what they share. */
export class Run {
  readonly windowAtStart: WindowState;
  /** What is about to leave the endpoint, by name. */
  readonly leaving = new Map<string, RouteTableId>();
  /** By the names of their associations. */
  readonly #switches: ReadonlyMap<string, { readonly table: string; readonly stage: string }>;
  /** A name that is still there is withdrawn by its stage; one that is not was taken out of the program. */
  readonly #named: ReadonlySet<string>;
  readonly #newcomers = new Set<string>();
  readonly #said = new Set<string>();

  constructor(
    readonly component: pulumi.ComponentResource,
    readonly plan: RoutePlan,
    readonly record: () => Promise<RolloutRecord>,
  ) {
    this.windowAtStart = windowState(plan.window, Date.now());
    this.#named = new Set([...Object.keys(plan.routeTables), ...Object.values(plan.formerNames)]);
    this.#switches = new Map(
      plan.stages.flatMap((stage) =>
        stage.routeTables.map((table) => [associationName(plan, table), { table, stage: stage.name }]),
      ),
    );
  }

  /** Says nothing twice. */
  async warnOnce(text: string): Promise<void> {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    await warn(text, this.component);
  }

  refuse(spared: Spared, findings: readonly Finding[]): void {
    if (findings.length > 0) throw new pulumi.RunError(refusalText(this.plan.name, spared, findings.map(findingText)));
  }

  /** In a preview it warns instead. */
  async refuseOutsideWindow(state: WindowState): Promise<void> {
    const { window } = this.plan;
    if (window === undefined || state === "open") return;
    const text = windowText(window, state);
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(text);
    await this.warnOnce(text);
  }

  /**
   * Where a run has come to its end before, a ledger that is not there is lost: the best that is known in its place,
   * and says so.
   */
  async lostLedger(kind: LedgerKind, next: Ledger): Promise<Ledger | undefined> {
    const { isComplete, ledger } = await this.record();
    if (!isComplete) return undefined;
    await this.warnOnce(lostLedgerWarning(`${this.plan.name}-${kind}`, ledger !== undefined));
    return ledger ?? next;
  }

  /** Refuses, or announces, what changes from one ledger to the next. */
  async judge(before: Ledger, next: Ledger, spared: Spared): Promise<LedgerChanges> {
    const { plan } = this;
    const changes = ledgerChanges(before, next, plan.formerNames);
    this.refuse(spared, [
      ...changeFindings(changes),
      ...(isProtected(this.component) ? protectedFindings(changes, this.#named) : []),
    ]);
    for (const text of [
      ...changeWarnings(changes, next, before.retained ? this.#named : undefined),
      ...checkTeardownWarnings(before, next, plan.formerNames),
    ])
      await this.warnOnce(text);
    for (const { name, table } of changes.withdrawn)
      if (!before.retained || this.#named.has(name)) this.leaving.set(name, table);
    for (const { name, from } of changes.reassigned) this.leaving.set(name, from);
    for (const name of changes.switching)
      if (!before.tables.has(name)) this.#newcomers.add(associationName(plan, name));
    return changes;
  }

  /** The name of the route table of a planned association. */
  routeTableOf(association: string): string | undefined {
    return this.#switches.get(association)?.table;
  }

  /** Whether an association is of a name that was not switched before. */
  isNewcomer(association: string): boolean {
    return this.#newcomers.has(association);
  }

  async announceSwitch(association: string, id: RouteTableId): Promise<void> {
    const switching = this.#switches.get(association);
    if (switching !== undefined) {
      const { table: name, stage } = switching;
      const shown = this.warnOnce(switchWarning({ name, id, stage, isChecked: isChecked(this.plan.check, name) }));
      // Nothing switches before its warning is shown. A preview switches nothing, and its engine need not wait.
      if (!pulumi.runtime.isDryRun()) await shown;
    }
    // A table that moves between endpoints has lost its route by now: to stop here would leave it without one.
    const isNew = this.isNewcomer(association);
    await this.refuseOutsideWindow(isNew ? windowState(this.plan.window, Date.now()) : this.windowAtStart);
  }

  /** Says that a route is gone which the state still has. */
  async announceLost({ lost }: RunNotes, routeTable: string): Promise<void> {
    lost.add(routeTable);
    await this.warnOnce(lostRouteWarning(routeTable));
  }

  /** Says that a route table which an earlier run was to take off the endpoint is still about to leave it. */
  async announceUnfinished(name: string, table: RouteTableId): Promise<void> {
    this.leaving.set(name, table);
    await this.warnOnce(unfinishedWithdrawalWarning(name, table));
  }
}
