import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { adoptedRoutes } from "./adoptedRoutes";
import { explainAwsError } from "./awsErrors";
import { isChecked } from "./checkPlan";
import { findingText, type Finding } from "./findings";
import { explainedErrors, hookMaker, warn } from "./hooks";
import { ledgerChanges, NOTHING_SWITCHED, readLedger, type Ledger, type LedgerChanges } from "./ledger";
import { isPlanned, previewTellsCreations, valueIfKnown } from "./plannedValues";
import { associationName, type RoutePlan } from "./routePlan";
import { windowState, type WindowState } from "./stages";
import { sharedIdFindings } from "./validateArgs";
import { changeFindings, changeWarnings, refusalText, switchWarning, windowText, type Spared } from "./warnings";

/** The hooks that warn and refuse, in previews and in deployments. Without them, as under mocks, nothing is said. */
export interface Announcements {
  readonly plan?: pulumi.ResourceHookBinding;
  readonly endpoint?: pulumi.ResourceHookBinding;
  readonly association?: pulumi.ResourceHookBinding;
  /** In previews, in the place of the hook where that is possible: tell it each association. */
  readonly previewed?: (routeTable: string, association: VpcEndpointRouteTableAssociation) => void;
  readonly switched?: pulumi.ResourceHookBinding;
  /** What was planned when the plan's ledger was first written; tell it as soon as it is known. */
  readonly rememberFirstPlan: (ledger: unknown) => void;
}

/** What a roll-out says, and refuses, before something happens to its resources. */
export function announcements(component: pulumi.ComponentResource, plan: RoutePlan): Announcements {
  const hook = hookMaker();
  const run = startRun(component, plan);
  let firstPlan = NOTHING_SWITCHED;
  const rememberFirstPlan = (ledger: unknown): void => void (firstPlan = readLedger(ledger));
  if (hook === undefined) return { rememberFirstPlan };

  const planned = hook(`announcing what ${plan.name} changes`, async ({ oldInputs, newInputs }) => {
    const next = readLedger(newInputs?.input);
    run.refuse("any route was touched", [...((await valueIfKnown(plan.problems)) ?? []), ...sharedIdFindings(Object.fromEntries(next.tables))]);
    const changes = await run.judge(readLedger(oldInputs?.input), next, "any route was touched");
    if (changes.switching.length > 0) await run.refuseOutsideWindow(run.windowAtStart);
  });
  const switched = hook(`comparing what ${plan.name} has switched`, async ({ oldInputs, newInputs }) => {
    const resumed = oldInputs !== undefined;
    const changes = await run.judge(resumed ? readLedger(oldInputs.input) : firstPlan, readLedger(newInputs?.input), "any association was deleted");
    if (resumed && changes.switching.length > 0) await run.refuseOutsideWindow(run.windowAtStart);
  });
  const endpoint = hook(`asking whether ${plan.name} may switch now`, async () => {
    if (plan.stages.length > 0) await run.refuseOutsideWindow(run.windowAtStart);
  });
  // A call per association is a tenth of a large preview's time: only where the preview does not tell by itself.
  const inPreviews = !previewTellsCreations(component);
  const association = hook(`announcing a switch of ${plan.name}`, ({ name, newInputs }) => run.announceSwitch(name, newInputs?.routeTableId), { inPreviews });
  const previewed = async (routeTable: string, { id, routeTableId }: VpcEndpointRouteTableAssociation): Promise<void> => {
    if (await isPlanned(id, routeTableId)) await run.announceSwitch(associationName(plan, routeTable), await valueIfKnown(routeTableId));
  };
  return {
    plan: { beforeCreate: [planned], beforeUpdate: [planned] },
    endpoint: { beforeCreate: [endpoint] },
    association: { beforeCreate: [association], ...explainedErrors(component, "explaining errors of the switches", ({ error }) => [explainAwsError(error), AFTERMATH].filter(Boolean).join(" ")) },
    previewed: inPreviews || !pulumi.runtime.isDryRun() ? undefined : (routeTable, made) => void previewed(routeTable, made),
    switched: { beforeCreate: [switched], beforeUpdate: [switched] },
    rememberFirstPlan,
  };
}

const AFTERMATH =
  "Nothing is rolled back: route tables that were switched before this one stay switched, later ones were not touched. " +
  '`pulumi up` goes on from here; rollout.throughStage: "none" withdraws.';

/** What the hooks of one preview or deployment share. */
interface Run {
  readonly windowAtStart: WindowState;
  /** Refuses, or announces, what changes from one ledger to the next. */
  judge(before: Ledger, next: Ledger, spared: Spared): Promise<LedgerChanges>;
  refuse(spared: Spared, findings: readonly Finding[]): void;
  /** In a preview it warns instead. */
  refuseOutsideWindow(state: WindowState): Promise<void>;
  announceSwitch(associationName: string, routeTableId: unknown): Promise<void>;
}

function startRun(component: pulumi.ComponentResource, plan: RoutePlan): Run {
  const windowAtStart = windowState(plan.window, Date.now());
  const stages = new Map(plan.stages.flatMap((stage) => stage.routeTables.map((table) => [associationName(plan, table), { table, stage: stage.name }])));
  const usesEndpointAlready = adoptedRoutes(component, plan);
  const said = new Set<string>();
  const newcomers = new Set<string>();

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
      refuse(spared, changeFindings(changes));
      for (const text of changeWarnings(changes, next)) await warnOnce(text);
      for (const name of changes.switching) if (!before.tables.has(name)) newcomers.add(associationName(plan, name));
      return changes;
    },
    async announceSwitch(name, id) {
      const switching = stages.get(name);
      if (switching !== undefined && !(await usesEndpointAlready(id))) {
        const shown = warnOnce(switchWarning({ name: switching.table, id, stage: switching.stage, isChecked: isChecked(plan.check, switching.table) }));
        // Nothing switches before its warning is shown. A preview switches nothing, and its engine need not wait.
        if (!pulumi.runtime.isDryRun()) await shown;
      }
      // A table that moves between endpoints has lost its route by now: to stop here would leave it without one.
      await refuseOutsideWindow(newcomers.has(name) ? windowState(plan.window, Date.now()) : windowAtStart);
    },
  };
}
