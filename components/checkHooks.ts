import * as pulumi from "@pulumi/pulumi";
import { explainedErrors, hookMaker, warn } from "./hooks";
import type { ProbeEvent, ProbePhase, WatchReport } from "./probe/report";
import { associationName, type RoutePlan } from "./routePlan";
import { failedCheckText, interruptionText, type CheckedTable } from "./warnings";

/** What the name of a phase's invocation has more than its association's. */
export function invocationSuffix(phase: ProbePhase): string {
  return `-check-${phase}`;
}

/**
 * What is said, and refused, around the invocations of a check: a failure is told with its stage and its remedy, and a gate
 * does not pass where its route table was without an answer for too long.
 *
 * An interruption fails the run that watched it, and no later one: it is past, and would otherwise never let go. The
 * function cannot tell the two apart; this program can. Without hooks, as under mocks, nothing is said.
 */
export function checkHooks(component: pulumi.ComponentResource, plan: RoutePlan): Readonly<Partial<Record<ProbePhase, pulumi.ResourceHookBinding>>> {
  const hook = hookMaker();
  const maxReconnectSeconds = plan.check?.maxReconnectSeconds;
  if (hook === undefined || maxReconnectSeconds === undefined) return {};
  const invocations = checkedInvocations(plan);
  const watchedNow = new Set<string>();

  const watching = hook(`watching a switch of ${plan.name}`, ({ name }) => {
    const table = invocations.get(name)?.name;
    if (table !== undefined) watchedNow.add(table);
  }, { inPreviews: false });
  const judging = hook(`judging what ${plan.name} watched`, async ({ name, newInputs }) => {
    const checked = invocations.get(name);
    const watch = watchOf(newInputs?.input);
    if (checked === undefined || watch === undefined || watch.interruptionMillis <= maxReconnectSeconds * 1000) return;
    const text = interruptionText(checked, watch, maxReconnectSeconds);
    if (watchedNow.has(checked.name)) throw new pulumi.RunError(text);
    await warn(`an earlier run told: ${text}`, component);
  }, { inPreviews: false });
  const onError = explainedErrors(component, "explaining errors of the checks", ({ name, error }) => {
    const checked = invocations.get(name);
    return checked && failedCheckText(checked, error);
  });
  return { before: onError, during: { ...onError, beforeCreate: [watching] }, after: { ...onError, beforeCreate: [judging] } };
}

/** The invocations of the planned stages by their name. */
function checkedInvocations(plan: RoutePlan): ReadonlyMap<string, CheckedTable> {
  const phases: readonly ProbePhase[] = ["before", "during", "after"];
  const tables = plan.stages.flatMap(({ name: stage, routeTables }) => routeTables.map((name) => ({ name, stage })));
  return new Map(tables.flatMap((table) => phases.map((phase) => [`${associationName(plan, table.name)}${invocationSuffix(phase)}`, { ...table, phase }] as const)));
}

/** A function of the user's own may report whatever it likes. */
function watchOf(input: unknown): WatchReport | undefined {
  if (typeof input !== "string") return undefined;
  const { watch } = JSON.parse(input) as Partial<ProbeEvent>;
  return typeof watch?.interruptionMillis === "number" ? watch : undefined;
}
