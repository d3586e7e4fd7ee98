import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import type { RunNotes } from "./attempts";
import { explainAwsError } from "./awsErrors";
import { isChecked } from "./checkPlan";
import { findingText, type Finding } from "./findings";
import { explainedErrors, hookMaker, warn, type HookEvent } from "./hooks";
import { isProtected } from "./inheritedOptions";
import { ledgerChanges, NOTHING_SWITCHED, readLedger, type Ledger, type LedgerChanges, type RouteTableId } from "./ledger";
import { isPlanned, isSecretInput, previewTellsCreations, valueIfKnown } from "./plannedValues";
import type { Observation } from "./observation";
import { placeFindings } from "./placeFindings";
import { associationName, type RoutePlan } from "./routePlan";
import { windowState, type WindowState } from "./stages";
import { sharedIdFindings } from "./validateArgs";
import { changeFindings, changeWarnings, protectedFindings, refusalText, switchWarning, windowText, type Spared } from "./warnings";

/** The hooks that warn and refuse, in previews and in deployments. Without them, as under mocks, nothing is said. */
export interface Announcements {
  readonly plan?: pulumi.ResourceHookBinding;
  readonly endpoint?: pulumi.ResourceHookBinding;
  readonly association?: pulumi.ResourceHookBinding;
  /** In previews, in the place of the hook where that is possible: tell it each association. */
  readonly previewed?: (routeTable: string, association: VpcEndpointRouteTableAssociation) => void;
  readonly switched?: pulumi.ResourceHookBinding;
  /** What the hooks note for the checks. */
  readonly notes: RunNotes;
  /** What was planned when the plan's ledger was first written; tell it as soon as that is known. */
  readonly rememberFirstPlan: (ledger: unknown, hasSecrets: boolean) => void;
}

/** What a roll-out says, and refuses, before something happens to its resources. */
export function announcements(component: pulumi.ComponentResource, plan: RoutePlan, observed: Promise<Observation>): Announcements {
  const hook = hookMaker();
  const run = startRun(component, plan);
  let firstPlan: () => Ledger = () => NOTHING_SWITCHED;
  // Read where it is needed: in a hook, what cannot be read is refused in plain words.
  const rememberFirstPlan = (ledger: unknown, hasSecrets: boolean): void => void (firstPlan = () => readLedger(ledger, hasSecrets));
  const notes: RunNotes = { made: new Set(), changed: new Set() };
  if (hook === undefined) return { notes, rememberFirstPlan };

  const planned = hook(`announcing what ${plan.name} changes`, async (event) => {
    // Whatever was asked for a Region that is none was asked elsewhere.
    run.refuse("any route was touched", (await valueIfKnown(plan.problems)) ?? []);
    const { before = NOTHING_SWITCHED, next } = ledgersIn(event);
    run.refuse("any route was touched", [...sharedIdFindings(next.tables), ...(await placeFindings(component, plan, { observed: await observed, before, next }))]);
    const changes = await run.judge(before, next, "any route was touched");
    for (const name of next.adopted) if (!before.adopted.has(name)) notes.changed.add(name);
    if (changes.switching.length > 0) await run.refuseOutsideWindow(run.windowAtStart);
  });
  const switched = hook(`comparing what ${plan.name} has switched`, async (event) => {
    const { before, next } = ledgersIn(event);
    const changes = await run.judge(before ?? firstPlan(), next, "any association was deleted");
    if (before !== undefined && changes.switching.length > 0) await run.refuseOutsideWindow(run.windowAtStart);
  });
  const endpoint = hook(`asking whether ${plan.name} may switch now`, async () => {
    if (plan.stages.length > 0) await run.refuseOutsideWindow(run.windowAtStart);
  });
  const policy = hook(`noting whether the policy of ${plan.name} changes`, ({ oldInputs, newInputs }) => {
    if (oldInputs?.policy !== newInputs?.policy) for (const name of Object.keys(plan.routeTables)) notes.changed.add(name);
  });
  // A call per association is a tenth of a large preview's time: only where the preview does not tell by itself.
  const inPreviews = !previewTellsCreations(component);
  const association = hook(`announcing a switch of ${plan.name}`, async ({ name, newInputs, secrets }) => {
      await run.announceSwitch(name, routeTableId(newInputs?.routeTableId, secrets.has("routeTableId")));
      const made = Object.keys(plan.routeTables).find((table) => associationName(plan, table) === name);
      if (made !== undefined) notes.made.add(made);
    }, { inPreviews });
  const previewed = async (routeTable: string, { id, routeTableId: asked }: VpcEndpointRouteTableAssociation): Promise<void> => {
    if (await isPlanned(id, asked)) await run.announceSwitch(associationName(plan, routeTable), routeTableId(await valueIfKnown(asked), await isSecretInput(asked)));
  };
  return {
    plan: { beforeCreate: [planned], beforeUpdate: [planned] },
    endpoint: { beforeCreate: [endpoint], beforeUpdate: [policy] },
    association: {
      beforeCreate: [association],
      ...explainedErrors(component, "explaining errors of the switches", ({ error, isDeletion }) =>
        [explainAwsError(error), isDeletion ? AFTER_A_FAILED_DELETION : AFTER_A_FAILED_SWITCH].filter(Boolean).join(" "),
      ),
    },
    previewed: inPreviews || !pulumi.runtime.isDryRun() ? undefined : (routeTable, made) => void previewed(routeTable, made),
    switched: { beforeCreate: [switched], beforeUpdate: [switched] },
    notes,
    rememberFirstPlan,
  };
}

const AFTER_A_FAILED_SWITCH =
  "Nothing is rolled back: route tables that were switched before this one stay switched, later ones were not touched. " +
  '`pulumi up` goes on from here; rollout.throughStage: "none" withdraws.';

/** Also of a route table that was to move to another endpoint. */
const AFTER_A_FAILED_DELETION =
  "The route table is still on its endpoint, and its connections go on. What was done before it stays done, what was to come " +
  "after it was not begun. `pulumi up` goes on from here.";

/** The ledger as it was, unless there was none, and as it is about to be. */
function ledgersIn({ oldInputs, newInputs, secrets }: HookEvent): { before: Ledger | undefined; next: Ledger } {
  const hasSecrets = secrets.has("input");
  return { before: oldInputs && readLedger(oldInputs.input, hasSecrets), next: readLedger(newInputs?.input, hasSecrets) };
}

function routeTableId(id: unknown, isSecret: boolean): RouteTableId {
  return { id: typeof id === "string" ? id : undefined, isSecret };
}

/** What the hooks of one preview or deployment share. */
interface Run {
  readonly windowAtStart: WindowState;
  /** Refuses, or announces, what changes from one ledger to the next. */
  judge(before: Ledger, next: Ledger, spared: Spared): Promise<LedgerChanges>;
  refuse(spared: Spared, findings: readonly Finding[]): void;
  /** In a preview it warns instead. */
  refuseOutsideWindow(state: WindowState): Promise<void>;
  announceSwitch(associationName: string, table: RouteTableId): Promise<void>;
}

function startRun(component: pulumi.ComponentResource, plan: RoutePlan): Run {
  const windowAtStart = windowState(plan.window, Date.now());
  const stages = new Map(plan.stages.flatMap((stage) => stage.routeTables.map((table) => [associationName(plan, table), { table, stage: stage.name }])));
  const said = new Set<string>();
  const newcomers = new Set<string>();
  // A name that is still there is withdrawn by its stage; one that is not was taken out of the program.
  const named = new Set([...Object.keys(plan.routeTables), ...Object.values(plan.formerNames)]);

  const warnOnce = async (text: string): Promise<void> => {
    if (said.has(text)) return;
    said.add(text);
    await warn(text, component);
  };
  const refuse = (spared: Spared, findings: readonly Finding[]): void => {
    if (findings.length > 0) throw new pulumi.RunError(refusalText(plan.name, spared, findings.map(findingText)));
  };
  const refuseOutsideWindow = async (state: WindowState): Promise<void> => {
    if (plan.window === undefined || state === "open") return;
    const text = windowText(plan.window, state);
    if (!pulumi.runtime.isDryRun()) throw new pulumi.RunError(text);
    await warnOnce(text);
  };
  return {
    windowAtStart,
    refuse,
    refuseOutsideWindow,
    async judge(before, next, spared) {
      const changes = ledgerChanges(before, next, plan.formerNames);
      refuse(spared, [...changeFindings(changes), ...(isProtected(component) ? protectedFindings(changes, named) : [])]);
      for (const text of changeWarnings(changes, next, before.retained ? named : undefined)) await warnOnce(text);
      for (const name of changes.switching) if (!before.tables.has(name)) newcomers.add(associationName(plan, name));
      return changes;
    },
    async announceSwitch(name, table) {
      const switching = stages.get(name);
      if (switching !== undefined) {
        const shown = warnOnce(switchWarning({ name: switching.table, id: table, stage: switching.stage, isChecked: isChecked(plan.check, switching.table) }));
        // Nothing switches before its warning is shown. A preview switches nothing, and its engine need not wait.
        if (!pulumi.runtime.isDryRun()) await shown;
      }
      // A table that moves between endpoints has lost its route by now: to stop here would leave it without one.
      await refuseOutsideWindow(newcomers.has(name) ? windowState(plan.window, Date.now()) : windowAtStart);
    },
  };
}
