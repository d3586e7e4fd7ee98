import * as pulumi from "@pulumi/pulumi";
import { explainedErrors, hookMaker, inform, warn, type FailedOperation, type HookEvent } from "../engine/hooks";
import { settledValue } from "../engine/plannedValues";
import { associationName, type RoutePlan } from "../plan/routePlan";
import type { RunNotes } from "./attempts";
import type { CheckFunction } from "./checkFunctions";
import { checkWaits } from "./checkWaits";
import type { LatePermissions } from "./latePermissions";
import { lateRefusal, type LateRefusal } from "./lateRefusals";
import type { ProbeEvent, ProbePhase, WatchReport } from "./probe/report";
import type { RefusalMemory } from "./refusalMemory";
import { answerProblems, refusedAnswerText } from "./reportJudgement";
import {
  failedCheckText,
  interruptionText,
  latePermissionsText,
  lostRouteText,
  refusedCheckText,
  type CheckedTable,
} from "./warnings";

/** What the name of a phase's invocation has more than its association's. */
export function invocationSuffix(phase: ProbePhase): string {
  return `-check-${phase}`;
}

/** The hooks of the invocations by phase, and what they have seen. */
export interface CheckHooks extends Readonly<Partial<Record<ProbePhase, pulumi.ResourceHookBinding>>> {
  /** The names of the invocations that were made in this run; known when they are answered. */
  readonly madeNow: ReadonlySet<string>;
  /** An invocation is waited for until this is settled. */
  readonly until?: (name: string, answered: Promise<unknown>) => void;
}

/** What the hooks of a check work with. */
interface CheckContext {
  readonly memory: Pick<RefusalMemory, "remember"> | undefined;
  readonly notes: Pick<RunNotes, "lost" | "noted">;
  readonly functions: ReadonlyMap<string, CheckFunction>;
  readonly late: Pick<LatePermissions, "changed">;
}

/**
 * What is said, and refused, around the invocations of a check: a failure is told with its stage and its remedy, and a
 * gate does not pass where its route table was without an answer for too long.
 *
 * An interruption fails the run that watched it, and no later one: it is past, and would otherwise never let go. The
 * function cannot tell the two apart; this program can. Without hooks, as under mocks, nothing is said.
 */
export function checkHooks(component: pulumi.ComponentResource, plan: RoutePlan, context: CheckContext): CheckHooks {
  const hook = hookMaker();
  const maxReconnectSeconds = plan.check?.maxReconnectSeconds;
  const madeNow = new Set<string>();
  if (hook === undefined || maxReconnectSeconds === undefined) return { madeNow };
  const { functions, late } = context;
  const invocations = checkedInvocations(plan);
  const refusedLate = async (error: string): Promise<LateRefusal | undefined> =>
    lateRefusal(error, await late.changed());
  const waits = checkWaits(plan, invocations, (text) => warn(text, component), refusedLate);
  let announced: Promise<void> | undefined;
  const making = hook(
    `asking for a check of ${plan.name}`,
    async ({ name }) => {
      madeNow.add(name);
      announced ??= announceLate(component, late);
      await announced;
      waits.asked(name);
    },
    { inPreviews: false },
  );
  const watching = { component, plan, madeNow, maxReconnectSeconds };
  const judging = hook(
    `reading what ${plan.name} watched`,
    (event) => judgeWatch(event, invocations.get(event.name), watching, context),
    { inPreviews: false },
  );
  const explained = async ({ name, error, newInputs, secrets }: FailedOperation): Promise<string | undefined> => {
    const checked = invocations.get(name);
    if (checked === undefined) return undefined;
    const made = await settledValue(pulumi.output(functions.get(checked.name)?.made?.urn));
    const details = {
      sinceMillis: waits.sinceMillis(name),
      nowMillis: Date.now(),
      functionUrn: made as string | undefined,
      late: await refusedLate(error),
    };
    return failedCheckText(checked, secrets.has("input") ? withoutTable(error, newInputs?.input) : error, details);
  };
  const onError = explainedErrors(component, "explaining errors of the checks", explained, waits.pauseMillis);
  const noted = { ...onError, beforeCreate: [making] };
  const gate = { ...onError, beforeCreate: [judging, making] };
  return { madeNow, until: waits.until, before: noted, during: noted, after: gate };
}

async function announceLate(
  component: pulumi.ComponentResource,
  late: Pick<LatePermissions, "changed">,
): Promise<void> {
  const changed = await late.changed();
  if (changed.size > 0) await inform(latePermissionsText(changed), component);
}

interface Watching {
  readonly component: pulumi.ComponentResource;
  readonly plan: RoutePlan;
  readonly madeNow: ReadonlySet<string>;
  readonly maxReconnectSeconds: number;
}

/** Before a gate: refuses where its route is gone, or what watched its switch tells too long an interruption. */
async function judgeWatch(
  { newInputs, secrets }: HookEvent,
  checked: CheckedTable | undefined,
  { component, plan, madeNow, maxReconnectSeconds }: Watching,
  { memory, notes }: Pick<CheckContext, "memory" | "notes">,
): Promise<void> {
  if (checked === undefined) return;
  await notes.noted.get(checked.name);
  if (notes.lost.has(checked.name)) throw new pulumi.RunError(lostRouteText(checked));
  const during = `${associationName(plan, checked.name)}${invocationSuffix("during")}`;
  const { watch, problem } = watchOf(newInputs?.input, checked, secrets.has("input"));
  if (problem !== undefined) {
    await memory?.remember([during]);
    throw new pulumi.RunError(problem);
  }
  if (watch === undefined || watch.interruptionMillis <= maxReconnectSeconds * 1000) return;
  const text = interruptionText(checked, watch, maxReconnectSeconds);
  if (madeNow.has(during)) throw new pulumi.RunError(text);
  await warn(`an earlier run told: ${text}`, component);
}

/** A function's error may name the DynamoDB table, and something in its question is secret. */
function withoutTable(error: string, input: unknown): string {
  const { table } = JSON.parse(String(input)) as Pick<ProbeEvent, "table">;
  return error.replaceAll(table, "[secret]");
}

/** The invocations of the planned stages by their name. */
export function checkedInvocations(plan: RoutePlan): ReadonlyMap<string, CheckedTable> {
  const phases: readonly ProbePhase[] = ["before", "during", "after"];
  const tables = plan.stages.flatMap(({ name: stage, routeTables }) => routeTables.map((name) => ({ name, stage })));
  return new Map(
    tables.flatMap((table) =>
      phases.map(
        (phase) => [`${associationName(plan, table.name)}${invocationSuffix(phase)}`, { ...table, phase }] as const,
      ),
    ),
  );
}

/**
 * The watch that a gate is given, or what is wrong with it: one that is no report would be an interruption of which
 * nothing is known. An earlier version may have taken it for one.
 */
function watchOf(input: unknown, checked: CheckedTable, isSecret: boolean): { watch?: WatchReport; problem?: string } {
  if (typeof input !== "string") return {};
  const { routeTable, table, vpcEndpointId, watch } = JSON.parse(input) as ProbeEvent;
  if (watch === undefined) return {};
  const answer = JSON.stringify(watch);
  const problems = answerProblems(answer, { phase: "during", routeTable, table, vpcEndpointId });
  if (problems.length === 0) return { watch };
  return {
    problem: refusedCheckText({ ...checked, phase: "during" }, refusedAnswerText(answer, problems, { isSecret })),
  };
}
