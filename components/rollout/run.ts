import * as pulumi from "@pulumi/pulumi";
import { findingText, refusalText, type Finding, type Spared } from "../args/findings";
import type { RunNotes } from "../check/attempts";
import { checkTeardownWarnings } from "../check/checkTeardown";
import { lostRouteWarning } from "../check/warnings";
import type { Observation } from "../endpoint/observation";
import { inform, warn } from "../engine/hooks";
import { isProtected } from "../engine/inheritedOptions";
import { soleSource } from "../engine/sources";
import { isChecked } from "../plan/checkPlan";
import { ledgerChanges, type Ledger, type LedgerChanges, type RouteTableId } from "../plan/ledger";
import { associationName, type RoutePlan } from "../plan/routePlan";
import { windowState, type WindowState } from "../plan/stages";
import type { LedgerKind } from "./recordLedger";
import type { RolloutRecord } from "./rolloutRecord";
import {
  announcedChanges,
  announcement,
  gains,
  NOTHING_ANNOUNCED,
  switchLine,
  type Announced,
  type NamedTable,
  type SwitchingTable,
} from "./announced";
import { Isolation } from "./isolation";
import { changeFindings, protectedFindings, refusalWarning, windowText } from "./refusals";
import { lostLedgerWarning, type PlannedSwitch } from "./warnings";

/** What the hooks of one preview or deployment say and refuse, and what they share. */
export class Run {
  readonly windowAtStart: WindowState;
  /** What is about to leave the endpoint, by name. */
  readonly leaving = new Map<string, RouteTableId>();
  /** By the names of their associations. */
  readonly #switches: ReadonlyMap<string, PlannedSwitch>;
  /** A name that is still there is withdrawn by its stage; one that is not was taken out of the program. */
  readonly #named: ReadonlySet<string>;
  readonly #newcomers = new Set<string>();
  readonly #isolation: Isolation;
  readonly #said = new Set<string>();
  /** What this preview or deployment announces, in the order in which it is known. */
  #announced = NOTHING_ANNOUNCED;
  readonly #lost: string[] = [];

  constructor(
    readonly component: pulumi.ComponentResource,
    readonly plan: RoutePlan,
    readonly record: () => Promise<RolloutRecord>,
    readonly observed: Promise<Observation>,
  ) {
    this.#isolation = new Isolation(component, plan, observed);
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
    for (const text of checkTeardownWarnings(before, next, plan.formerNames)) await this.warnOnce(text);
    const announced = announcedChanges(
      await this.#everSwitched(changes),
      next,
      before.retained ? this.#named : undefined,
    );
    for (const { name, table } of announced.leaving) this.leaving.set(name, table);
    await this.#announce(announced);
    for (const name of changes.switching)
      if (!before.tables.has(name)) this.#newcomers.add(associationName(plan, name));
    return changes;
  }

  /** The name of the route table of a planned association, and its stage. */
  switchOf(association: string): PlannedSwitch | undefined {
    return this.#switches.get(association);
  }

  /** Whether an association is of a name that was not switched before. */
  isNewcomer(association: string): boolean {
    return this.#newcomers.has(association);
  }

  async announceSwitch(association: string, table: RouteTableId): Promise<void> {
    const planned = this.#switches.get(association);
    if (planned !== undefined) {
      const { table: name, stage } = planned;
      // A run that resumes need not have judged its plan, and routes may have come since. What moves has lost its own.
      if (!pulumi.runtime.isDryRun() && !(await this.#isolation.isRouted(table)))
        await this.refuseConnected([name], new Map([[name, table]]));
      const unused = await this.#whyUnused(name, table);
      const switching = { name, table, stage, unused, isChecked: isChecked(this.plan.check, name) };
      await this.#announce({ ...NOTHING_ANNOUNCED, switching: [switching] });
    }
    // A table that moves between endpoints has lost its route by now: to stop here would leave it without one.
    const isNew = this.isNewcomer(association);
    await this.refuseOutsideWindow(isNew ? windowState(this.plan.window, Date.now()) : this.windowAtStart);
  }

  /** Says that a route is gone which the state still has. */
  async announceLost({ lost }: RunNotes, routeTable: string): Promise<void> {
    lost.add(routeTable);
    this.#lost.push(routeTable);
    if (!pulumi.runtime.isDryRun()) await this.warnOnce(lostRouteWarning(routeTable));
  }

  /** Says that a route table which an earlier run was to take off the endpoint is still about to leave it. */
  async announceUnfinished(name: string, table: RouteTableId): Promise<void> {
    this.leaving.set(name, table);
    await this.#announce({ ...NOTHING_ANNOUNCED, leaving: [{ name, table, isUnfinished: true }] });
  }

  /** In a preview, when everything is known: one warning of all that is announced. A deployment has told it by then. */
  async tellPreview(): Promise<void> {
    if (!pulumi.runtime.isDryRun()) return;
    const order = new Map([...this.#switches.values()].map(({ table }, i) => [table, i]));
    const place = ({ name }: NamedTable): number => order.get(name) ?? 0;
    const switching = [...this.#announced.switching].sort((a, b) => place(a) - place(b));
    const announced = { ...this.#announced, switching };
    const [warning, gained] = [announcement(announced), gains(announced)];
    if (warning !== undefined) await this.warnOnce(warning);
    if (gained !== undefined) await inform(gained, this.component);
    if (this.#lost.length > 0) await this.warnOnce(lostRouteWarning(...this.#lost));
  }

  /** A preview keeps it until all is known; nothing of a deployment happens before its warning is shown. */
  async #announce(announced: Announced): Promise<void> {
    const earlier = this.#announced;
    const added = withoutKnown(announced, earlier);
    this.#announced = {
      replacement: earlier.replacement ?? added.replacement,
      leaving: [...earlier.leaving, ...added.leaving],
      staying: [...earlier.staying, ...added.staying],
      switching: [...earlier.switching, ...added.switching],
    };
    if (pulumi.runtime.isDryRun()) return;
    const leaving = announcement({ ...added, switching: [] });
    for (const text of [...(leaving === undefined ? [] : [leaving]), ...added.switching.map(switchLine)])
      await this.warnOnce(text);
  }

  /** Why no connection breaks at a switch, as far as a preview can know; a deployment does not say what breaks. */
  async #whyUnused(name: string, table: RouteTableId): Promise<SwitchingTable["unused"]> {
    const given = this.plan.routeTables[name];
    if (!pulumi.runtime.isDryRun() || given === undefined) return undefined;
    if (table.id === undefined && (await soleSource(pulumi.output(given), ["aws:ec2/routeTable:RouteTable"])))
      return "made";
    const isIsolated = this.plan.isolated.has(name) && (await this.#isolation.finding(name, table)) === undefined;
    return isIsolated ? "isolated" : undefined;
  }

  /** Of route tables that are said to be isolated and about to switch; in a preview it warns instead. */
  async refuseConnected(switching: readonly string[], next: Ledger["tables"]): Promise<void> {
    const tables = [...next].filter(([name]) => switching.includes(name));
    const asked = tables.map(([name, table]) => this.#isolation.finding(name, table));
    const findings = (await Promise.all(asked)).filter((finding) => finding !== undefined);
    if (findings.length > 0 && pulumi.runtime.isDryRun()) await this.warnOnce(refusalWarning(findings));
    else this.refuse("any route was touched", findings);
  }

  /**
   * The changes without what never was on the endpoint: a run that failed had planned more than it switched. What a
   * complete run has switched is announced, whatever AWS says: an answer may be late.
   */
  async #everSwitched(changes: LedgerChanges): Promise<LedgerChanges> {
    const [{ tablesOfVpc, routedTables }, { ledger }] = await Promise.all([this.observed, this.record()]);
    const wasSwitched = (name: string, { id }: RouteTableId): boolean =>
      id === undefined ||
      ledger?.tables.get(name)?.id === id ||
      tablesOfVpc?.has(id) !== true ||
      routedTables?.has(id) !== false;
    return {
      ...changes,
      withdrawn: changes.withdrawn.filter(({ name, table }) => wasSwitched(name, table)),
      reassigned: changes.reassigned.filter(({ name, from }) => wasSwitched(name, from)),
    };
  }
}

/** Two ledgers, and what an earlier run has left undone, may tell of the same. */
function withoutKnown(announced: Announced, known: Announced): Announced {
  const isNewAmong =
    (tables: readonly NamedTable[]) =>
    ({ name, table }: NamedTable): boolean =>
      !tables.some((other) => other.name === name && other.table.id === table.id);
  return {
    ...(known.replacement === undefined && { replacement: announced.replacement }),
    leaving: announced.leaving.filter(isNewAmong(known.leaving)),
    staying: announced.staying.filter(isNewAmong(known.staying)),
    switching: announced.switching.filter(isNewAmong(known.switching)),
  };
}
