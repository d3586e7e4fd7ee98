import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { isMade, type RunNotes } from "./attempts";
import { explainAwsError } from "./awsErrors";
import { isChecked } from "./checkPlan";
import { checkTeardownWarnings, REPLACED_GROUP_WARNING } from "./checkTeardown";
import { findingText, type Finding } from "./findings";
import { functionPlaceFindings } from "./functionPlaces";
import { errorsAreExplained, explainedErrors, hookMaker, warn, type HookEvent } from "./hooks";
import { isProtected } from "./inheritedOptions";
import {
  ledgerChanges,
  NOTHING_SWITCHED,
  readLedger,
  type Ledger,
  type LedgerChanges,
  type LedgerKind,
  type RouteTableId,
} from "./ledger";
import type { LastOutputs } from "./lastOutputs";
import { isSecretInput, previewTellsCreations, valueIfKnown } from "./plannedValues";
import { observeEndpoint, vpcOfRouteTable, type Observation } from "./observation";
import { placeFindings } from "./placeFindings";
import { readRecord, type RolloutRecord } from "./rolloutRecord";
import { associationName, type RoutePlan } from "./routePlan";
import type { Sharing } from "./sharing";
import { windowState, type WindowState } from "./stages";
import { sharedIdFindings } from "./validateArgs";
import {
  changeFindings,
  changeWarnings,
  lostLedgerWarning,
  lostRouteWarning,
  protectedFindings,
  refusalText,
  switchWarning,
  UNEXPLAINED_ERRORS_WARNING,
  unfinishedWithdrawalWarning,
  windowText,
  type Spared,
} from "./warnings";

/** The hooks that warn and refuse, in previews and in deployments. Without them, as under mocks, nothing is said. */
export interface Announcements {
  readonly plan?: pulumi.ResourceHookBinding;
  readonly endpoint?: pulumi.ResourceHookBinding;
  readonly association?: pulumi.ResourceHookBinding;
  readonly securityGroup?: pulumi.ResourceHookBinding;
  /** To be told of each association, in their order, and of the endpoint that it is planned for. */
  readonly declared?: (
    routeTable: string,
    association: VpcEndpointRouteTableAssociation,
    vpcEndpointId: pulumi.Input<string>,
  ) => void;
  readonly switched?: pulumi.ResourceHookBinding;
  /** What the hooks note for the checks. */
  readonly notes: RunNotes;
  /** What is about to leave the endpoint, by name; complete when the last ledger is registered. */
  readonly leaving: ReadonlyMap<string, RouteTableId>;
  /** What was planned when the plan's ledger was first written; tell it as soon as that is known. */
  readonly rememberFirstPlan: (ledger: unknown, hasSecrets: boolean) => void;
}

/**
 * What a roll-out says, and refuses, before something happens to its resources. `sharing` is what other components must
 * not have.
 */
export function announcements(
  component: pulumi.ComponentResource,
  plan: RoutePlan,
  { observed, last, sharing }: { observed: Promise<Observation>; last: Promise<LastOutputs>; sharing: Sharing },
): Announcements {
  const hook = hookMaker();
  const run = startRun(component, plan, async () => readRecord(await last));
  let firstPlan: () => Ledger = () => NOTHING_SWITCHED;
  // Read where it is needed: in a hook, what cannot be read is refused in plain words.
  const rememberFirstPlan = (ledger: unknown, hasSecrets: boolean): void =>
    void (firstPlan = () => readLedger(ledger, hasSecrets));
  const notes: RunNotes = {
    made: new Set(),
    changed: new Set(),
    lost: new Set(),
    heldBack: new Set(),
    noted: new Map(),
  };
  if (hook === undefined) return { notes, leaving: run.leaving, rememberFirstPlan };
  // What fails here fails what is registered, too, and there it is told in plain words.
  announceUnfinished(component, plan, { run, last }).catch(() => undefined);

  const vpcOf = async (id: string): Promise<string | undefined> =>
    vpcOfRouteTable(component, await valueIfKnown(plan.region), id);
  const planned = hook(`announcing what ${plan.name} changes`, async (event) => {
    // What was asked of a Region that is none was asked of another: its answers are not to be judged.
    run.refuse("any route was touched", [...((await plan.problems) ?? []), ...(await sharing.ask())]);
    const { before: recorded, next } = ledgersIn(event);
    const before = recorded ?? (await run.lostLedger("plan", next)) ?? NOTHING_SWITCHED;
    run.refuse("any route was touched", [
      ...sharedIdFindings(next.tables),
      ...(await placeFindings({ observed: await observed, before, next, vpcOf })),
      ...(await functionPlaceFindings(component, plan, next)),
    ]);
    const changes = await run.judge(before, next, "any route was touched");
    if (changes.switching.length === 0) return;
    await run.refuseOutsideWindow(run.windowAtStart);
    if (!(await errorsAreExplained())) await warn(UNEXPLAINED_ERRORS_WARNING, component);
  });
  const switched = hook(`comparing what ${plan.name} has switched`, async (event) => {
    const { before, next } = ledgersIn(event);
    const changes = await run.judge(
      before ?? (await run.lostLedger("switched", next)) ?? firstPlan(),
      next,
      "any association was deleted",
    );
    await allNoted(notes, changes.switching);
    // What merely was not recorded has been switched: there is nothing to hold back.
    if (changes.switching.some((name) => notes.heldBack.has(name))) await run.refuseOutsideWindow(run.windowAtStart);
  });
  const endpoint = hook(`asking whether ${plan.name} may switch now`, () =>
    plan.stages.length > 0 ? run.refuseOutsideWindow(run.windowAtStart) : undefined,
  );
  const policy = hook(`noting whether the policy of ${plan.name} changes`, ({ oldInputs, newInputs }) => {
    if (oldInputs?.policy !== newInputs?.policy)
      for (const name of Object.keys(plan.routeTables)) notes.changed.add(name);
  });
  const securityGroup = hook(`announcing what the check of ${plan.name} waits for`, async () =>
    announceReplacedGroup(component, await last),
  );
  // A call per association is a tenth of a large preview's time: only where the preview does not tell by itself.
  const inPreviews = !previewTellsCreations(component);
  const association = hook(
    `announcing a switch of ${plan.name}`,
    async ({ name, newInputs, secrets }) => {
      const made = run.routeTableOf(name);
      // One that moves has lost its route by now: to stop here would leave it without one.
      if (run.isNewcomer(name)) await refuseAfterLost(plan, notes, made);
      await run.announceSwitch(name, routeTableId(newInputs?.routeTableId, secrets.has("routeTableId")));
      if (made !== undefined) notes.made.add(made);
    },
    { inPreviews },
  );
  const note = noting(plan, { run, notes, observed, tellsInPreviews: !inPreviews });
  return {
    plan: { beforeCreate: [planned], beforeUpdate: [planned] },
    endpoint: { beforeCreate: [endpoint], beforeUpdate: [policy] },
    association: {
      beforeCreate: [association],
      ...explainedErrors(component, "explaining errors of the switches", ({ error, isDeletion }) =>
        [explainAwsError(error), isDeletion ? AFTER_A_FAILED_DELETION : AFTER_A_FAILED_SWITCH]
          .filter(Boolean)
          .join(" "),
      ),
    },
    securityGroup: { beforeCreate: [securityGroup] },
    declared: (routeTable, made, endpoint) =>
      void notes.noted.set(
        routeTable,
        note(routeTable, made, endpoint).catch(() => undefined),
      ),
    switched: { beforeCreate: [switched], beforeUpdate: [switched] },
    notes,
    leaving: run.leaving,
    rememberFirstPlan,
  };
}

/** A security group that is created where a run has ended with one takes its place. */
async function announceReplacedGroup(component: pulumi.ComponentResource, last: LastOutputs): Promise<void> {
  if (readRecord(last).ledger?.check?.hasSecurityGroup === true) await warn(REPLACED_GROUP_WARNING, component);
}

const AFTER_A_FAILED_SWITCH =
  "Nothing is rolled back: route tables that were switched before this one stay switched, later ones were not " +
  'touched. `pulumi up` goes on from here; rollout.throughStage: "none" withdraws.';

/** Also of a route table that was to move to another endpoint. */
const AFTER_A_FAILED_DELETION =
  "The route table is still on its endpoint, and its connections go on. What was done before it stays done, what was " +
  "to come after it was not begun. `pulumi up` goes on from here.";

/** Notes of an association whether it is made, and says what is not said by its hook. */
function noting(
  plan: RoutePlan,
  {
    run,
    notes,
    observed,
    tellsInPreviews,
  }: {
    run: Pick<Run, "announceSwitch" | "announceLost">;
    notes: RunNotes;
    observed: Promise<Observation>;
    tellsInPreviews: boolean;
  },
): (
  routeTable: string,
  association: VpcEndpointRouteTableAssociation,
  vpcEndpointId: pulumi.Input<string>,
) => Promise<void> {
  return async (routeTable, association, vpcEndpointId) => {
    const isNew = await isMade(routeTable, association, notes);
    if (!isNew && (await isHeldBack(association, [vpcEndpointId, plan.routeTables[routeTable]])))
      notes.heldBack.add(routeTable);
    if (!isNew && (await isLost(association, await observed))) await run.announceLost(notes, routeTable);
    if (!isNew || !pulumi.runtime.isDryRun() || !tellsInPreviews) return;
    const asked = association.routeTableId;
    await run.announceSwitch(
      associationName(plan, routeTable),
      routeTableId(await valueIfKnown(asked), await isSecretInput(asked)),
    );
  };
}

/** Whether an association is still of another endpoint, or of another route table, than it is planned for. */
async function isHeldBack(
  { vpcEndpointId, routeTableId: table }: VpcEndpointRouteTableAssociation,
  planned: readonly (pulumi.Input<string> | undefined)[],
): Promise<boolean> {
  const has = await Promise.all([vpcEndpointId, table].map((id) => valueIfKnown(id))).catch(() => []);
  const wanted = await Promise.all(planned.map((id) => valueIfKnown(id)));
  return has.some((id, i) => id !== undefined && id !== wanted[i]);
}

/** Whether the state has an association and AWS, which was asked before, no route of it. */
async function isLost(
  { id, routeTableId: asked }: VpcEndpointRouteTableAssociation,
  { routedTables }: Observation,
): Promise<boolean> {
  const [made, table] = await Promise.all([valueIfKnown(id), valueIfKnown(asked)]).catch(() => []);
  return made !== undefined && table !== undefined && routedTables?.has(table) === false;
}

/** No route table is added after one whose route is gone: its stage is not what it was when it was proven. */
async function refuseAfterLost(plan: RoutePlan, notes: RunNotes, routeTable: string | undefined): Promise<void> {
  const order = plan.stages.flatMap(({ routeTables }) => routeTables);
  const earlier = order.slice(0, Math.max(0, order.indexOf(routeTable ?? "")));
  // They are registered by now: the association depends on them.
  await allNoted(notes, earlier);
  const gone = earlier.filter((table) => notes.lost.has(table));
  if (gone.length > 0 && !pulumi.runtime.isDryRun())
    throw new pulumi.RunError(`${routeTable} is not switched: ${gone.map(lostRouteWarning).join(" ")}`);
}

async function allNoted({ noted }: RunNotes, routeTables: readonly string[]): Promise<void> {
  await Promise.all(routeTables.map((table) => noted.get(table) ?? Promise.resolve()));
}

/**
 * What an earlier run was to take off the endpoint, and AWS says is still on it: this run goes on with it. And what an
 * earlier version has made for a check, of which no ledger knows.
 */
async function announceUnfinished(
  component: pulumi.ComponentResource,
  plan: RoutePlan,
  { run, last }: { run: Pick<Run, "announceUnfinished" | "warnOnce">; last: Promise<LastOutputs> },
): Promise<void> {
  const { leaving, earlierCheck } = readRecord(await last);
  if (plan.check === undefined)
    for (const text of checkTeardownWarnings({ check: earlierCheck }, {}, {})) await run.warnOnce(text);
  if (leaving.size === 0) return;
  const planned = plan.stages.flatMap(({ routeTables }) => routeTables.map((name) => plan.routeTables[name]));
  const ids = new Set(await Promise.all(planned.map((id) => valueIfKnown(id))));
  const { vpcEndpointId = plan.endpoint } = (await last).values as { vpcEndpointId?: string };
  const endpoint = await observeEndpoint(component, { vpcEndpointId, region: plan.region });
  const onEndpoint = new Set(typeof endpoint === "object" ? endpoint.routeTableIds : []);
  for (const [name, table] of leaving)
    if (table.id !== undefined && !ids.has(table.id) && onEndpoint.has(table.id))
      await run.announceUnfinished(name, table);
}

/** The ledger as it was, unless there was none, and as it is about to be. */
function ledgersIn({ oldInputs, newInputs, secrets }: HookEvent): { before: Ledger | undefined; next: Ledger } {
  const hasSecrets = secrets.has("input");
  return {
    before: oldInputs && readLedger(oldInputs.input, hasSecrets),
    next: readLedger(newInputs?.input, hasSecrets),
  };
}

function routeTableId(id: unknown, isSecret: boolean): RouteTableId {
  return { id: typeof id === "string" ? id : undefined, isSecret };
}

/** What the hooks of one preview or deployment share. */
interface Run {
  readonly windowAtStart: WindowState;
  readonly leaving: Map<string, RouteTableId>;
  /** Says nothing twice. */
  warnOnce(text: string): Promise<void>;
  /**
   * Where a run has come to its end before, a ledger that is not there is lost: the best that is known in its place,
   * and says so.
   */
  lostLedger(kind: LedgerKind, next: Ledger): Promise<Ledger | undefined>;
  /** The name of the route table of a planned association. */
  routeTableOf(associationName: string): string | undefined;
  /** Whether an association is of a name that was not switched before. */
  isNewcomer(associationName: string): boolean;
  /** Says that a route is gone which the state still has. */
  announceLost(notes: RunNotes, routeTable: string): Promise<void>;
  /** Says that a route table which an earlier run was to take off the endpoint is still about to leave it. */
  announceUnfinished(name: string, table: RouteTableId): Promise<void>;
  /** Refuses, or announces, what changes from one ledger to the next. */
  judge(before: Ledger, next: Ledger, spared: Spared): Promise<LedgerChanges>;
  refuse(spared: Spared, findings: readonly Finding[]): void;
  /** In a preview it warns instead. */
  refuseOutsideWindow(state: WindowState): Promise<void>;
  announceSwitch(associationName: string, table: RouteTableId): Promise<void>;
}

function refuseFindings({ name }: RoutePlan, spared: Spared, findings: readonly Finding[]): void {
  if (findings.length > 0) throw new pulumi.RunError(refusalText(name, spared, findings.map(findingText)));
}

function startRun(component: pulumi.ComponentResource, plan: RoutePlan, record: () => Promise<RolloutRecord>): Run {
  const leaving = new Map<string, RouteTableId>();
  const windowAtStart = windowState(plan.window, Date.now());
  const stages = new Map(
    plan.stages.flatMap((stage) =>
      stage.routeTables.map((table) => [associationName(plan, table), { table, stage: stage.name }]),
    ),
  );
  const said = new Set<string>();
  const newcomers = new Set<string>();
  // A name that is still there is withdrawn by its stage; one that is not was taken out of the program.
  const named = new Set([...Object.keys(plan.routeTables), ...Object.values(plan.formerNames)]);

  const warnOnce = async (text: string): Promise<void> => {
    if (said.has(text)) return;
    said.add(text);
    await warn(text, component);
  };
  const refuse: Run["refuse"] = (spared, findings) => refuseFindings(plan, spared, findings);
  const refuseOutsideWindow = async (state: WindowState): Promise<void> => {
    if (plan.window === undefined || state === "open") return;
    const text = windowText(plan.window, state);
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(text);
    await warnOnce(text);
  };
  return {
    windowAtStart,
    leaving,
    warnOnce,
    async lostLedger(kind, next) {
      const { isComplete, ledger } = await record();
      if (!isComplete) return undefined;
      await warnOnce(lostLedgerWarning(`${plan.name}-${kind}`, ledger !== undefined));
      return ledger ?? next;
    },
    routeTableOf: (name) => stages.get(name)?.table,
    isNewcomer: (name) => newcomers.has(name),
    async announceLost({ lost }, routeTable) {
      lost.add(routeTable);
      await warnOnce(lostRouteWarning(routeTable));
    },
    async announceUnfinished(name, table) {
      leaving.set(name, table);
      await warnOnce(unfinishedWithdrawalWarning(name, table));
    },
    refuse,
    refuseOutsideWindow,
    async judge(before, next, spared) {
      const changes = ledgerChanges(before, next, plan.formerNames);
      refuse(spared, [
        ...changeFindings(changes),
        ...(isProtected(component) ? protectedFindings(changes, named) : []),
      ]);
      for (const text of [
        ...changeWarnings(changes, next, before.retained ? named : undefined),
        ...checkTeardownWarnings(before, next, plan.formerNames),
      ])
        await warnOnce(text);
      for (const { name, table } of changes.withdrawn)
        if (!before.retained || named.has(name)) leaving.set(name, table);
      for (const { name, from } of changes.reassigned) leaving.set(name, from);
      for (const name of changes.switching) if (!before.tables.has(name)) newcomers.add(associationName(plan, name));
      return changes;
    },
    async announceSwitch(name, table) {
      const switching = stages.get(name);
      if (switching !== undefined) {
        const shown = warnOnce(
          switchWarning({
            name: switching.table,
            id: table,
            stage: switching.stage,
            isChecked: isChecked(plan.check, switching.table),
          }),
        );
        // Nothing switches before its warning is shown. A preview switches nothing, and its engine need not wait.
        if (!pulumi.runtime.isDryRun()) await shown;
      }
      // A table that moves between endpoints has lost its route by now: to stop here would leave it without one.
      await refuseOutsideWindow(newcomers.has(name) ? windowState(plan.window, Date.now()) : windowAtStart);
    },
  };
}
