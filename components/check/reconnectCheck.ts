import type { VpcEndpointRouteTableAssociation } from "@pulumi/aws/ec2";
import { Invocation } from "@pulumi/aws/lambda/invocation";
import {
  all,
  isSecret,
  output,
  type ComponentResource,
  type Input,
  type Inputs,
  type Output,
  type Resource,
  type ResourceHookBinding,
  type ResourceTransform,
} from "@pulumi/pulumi";
import type { CheckedEndpoint } from "../endpoint/vpcEndpoint";
import { changingOptions } from "../engine/changingOptions";
import { hooksWork } from "../engine/hooks";
import type { LastOutputs } from "../engine/lastOutputs";
import { settledValue, valueIfKnown } from "../engine/plannedValues";
import { isChecked, type CheckPlan } from "../plan/checkPlan";
import { associationName, formerAliases, type RoutePlan } from "../plan/routePlan";
import { switchAttempts, type RunNotes, type SwitchAttempts } from "./attempts";
import { checkAnswers, type CheckAnswers } from "./checkAnswers";
import { checkFunctions, type CheckFunction } from "./checkFunctions";
import { checkHooks, invocationSuffix, type CheckHooks } from "./checkHooks";
import { latePermissions, policyHash } from "./latePermissions";
import { PROBE_VERSION, type CheckReport, type ProbeEvent, type ProbePhase } from "./probe/report";
import { refusalMemory } from "./refusalMemory";
import { provenReport, watchIn, type CheckQuestion } from "./reportJudgement";

/**
 * What surrounds the switch of a checked route table: three invocations of one function.
 *
 * ```
 * before ──┬── during
 *          └── association ── after
 * ```
 *
 * Where the route table is isolated there is no connection to watch: `before` proves that there is no path, and
 * `during` is left out.
 */
export interface ReconnectChecks {
  /** What is made for the check. The first switch depends on it, so that what is refused is refused before it. */
  readonly made: readonly Resource[];
  /**
   * Proves today's path, and begins to watch it; the switch depends on what this returns. Nothing if the table is not
   * checked.
   */
  begin(routeTable: string, after: readonly Input<Resource>[]): readonly Input<Resource>[];
  /** Passes the gate; the next stage depends on what this returns. Nothing if the table is not checked. */
  prove(routeTable: string, association: VpcEndpointRouteTableAssociation): readonly Input<Resource>[];
  /** The gates so far, by route table name: what they were asked, and answered. */
  readonly gates: ReadonlyMap<string, Answered>;
  /** What the component registers: its outputs, and what the next run must know. */
  registered(outputs: Inputs): Inputs | Promise<Inputs>;
}

interface Answered {
  readonly name: string;
  readonly triggers: Invocation["triggers"];
  readonly question: Output<CheckQuestion>;
  /** As JSON. */
  readonly answer: Output<string>;
  /** What may depend on it. */
  readonly accepted: Promise<Resource>;
}

/**
 * The check of a roll-out, or `undefined` without one. Its functions exist from now on, however far the roll-out goes.
 */
export function reconnectChecks(
  parent: ComponentResource,
  plan: RoutePlan,
  endpoint: CheckedEndpoint | undefined,
  run: { after: Resource; notes: RunNotes; announceGroup: ResourceHookBinding | undefined; last: Promise<LastOutputs> },
): ReconnectChecks | undefined {
  const { check } = plan;
  if (check === undefined || endpoint === undefined) return undefined;
  const { after, notes, announceGroup, last } = run;
  const attempts = switchAttempts(parent, plan, endpoint.id, notes);
  const memory = refusalMemory(parent, plan, last);
  const late = latePermissions(plan, endpoint, { notes, last });
  const functions = checkFunctions(parent, plan, check, { endpoint, after, noting: late.noting, announceGroup });
  const hooks = checkHooks(parent, plan, { memory, notes, functions, late });
  const answers = checkAnswers(parent, plan, hooks, memory);
  const invoke = invoker({ parent, plan, check, endpoint, hooks, answers, functions });
  const checking: Checking = { plan, endpoint, attempts, hooks, invoke, seen: new Map(), gates: new Map() };
  return {
    made: [...functions.values()].flatMap(({ made }) => made ?? []),
    begin: (routeTable, due) => (isChecked(check, routeTable) ? [begin(checking, routeTable, due)] : []),
    prove: (routeTable, association) => {
      const seen = checking.seen.get(routeTable);
      return seen === undefined ? [] : [prove(checking, routeTable, association, seen)];
    },
    gates: checking.gates,
    registered: (outputs) => answers.registered(late.registered(outputs)),
  };
}

/** What the invocations around all switches share. */
interface Checking {
  readonly plan: RoutePlan;
  readonly endpoint: CheckedEndpoint;
  readonly attempts: SwitchAttempts;
  readonly hooks: CheckHooks;
  readonly invoke: Invoke;
  /** By route table name: what was asked last before the gate. */
  readonly seen: Map<string, Answered>;
  readonly gates: Map<string, Answered>;
}

/** Asks before a switch, and begins to watch it. */
function begin(
  { plan, endpoint, attempts, invoke, seen }: Checking,
  routeTable: string,
  due: readonly Input<Resource>[],
): Promise<Resource> {
  const asked = { endpoint: endpoint.id, routeTable: plan.routeTables[routeTable] as Input<string> };
  const ignoredChanges = async (): Promise<string[]> =>
    (await attempts.isOutstanding(routeTable)) ? [] : ["triggers.attempt"];
  const before = invoke("before", routeTable, {
    triggers: { ...asked, attempt: attempts.startedAt },
    after: due,
    ignoredChanges,
  });
  const during = { triggers: { ...asked, attempt: attemptOf(before) }, after: [before.accepted] };
  seen.set(routeTable, plan.isolated.has(routeTable) ? before : invoke("during", routeTable, during));
  return before.accepted;
}

/** Passes the gate after a switch. */
function prove(
  { plan, endpoint, attempts, hooks, invoke, gates }: Checking,
  routeTable: string,
  association: VpcEndpointRouteTableAssociation,
  last: Answered,
): Promise<Resource> {
  const isIsolated = plan.isolated.has(routeTable);
  const isAskedAgain = (): Promise<boolean> => isAskedNow(last, hooks);
  const switched = attempts.of(routeTable, association, async () => isIsolated || isAskedAgain());
  // An old watch says nothing about a new switch, and is no reason to prove an old one again.
  const seen = all([association.id.apply(switched.isUnwatched), last.answer]).apply(([unwatched, answer]) =>
    unwatched ? undefined : answer,
  );
  const ignoredChanges = async (): Promise<string[]> => [
    ...((await switched.isChanged()) ? [] : ["triggers.made"]),
    ...(isIsolated || (await isAskedAgain()) ? [] : ["input"]),
  ];
  const triggers = {
    association: association.id,
    policy: policyHash(endpoint.policy),
    attempt: attemptOf(last),
    made: attempts.startedAt,
  };
  const after = [association, last.accepted];
  const watch = isIsolated ? undefined : seen;
  const gate = invoke("after", routeTable, { triggers, after, watch, ignoredChanges });
  gates.set(routeTable, gate);
  return gate.accepted;
}

/** What invocations are made of. */
interface Invoking {
  readonly parent: ComponentResource;
  readonly plan: RoutePlan;
  readonly check: CheckPlan;
  readonly endpoint: CheckedEndpoint;
  readonly hooks: CheckHooks;
  readonly answers: CheckAnswers;
  readonly functions: ReadonlyMap<string, CheckFunction>;
}

type Invoke = (phase: ProbePhase, routeTable: string, options: InvocationOptions) => Answered;

function invoker({ parent, plan, check, endpoint, hooks, answers, functions }: Invoking): Invoke {
  return (phase, routeTable, { triggers, after, watch, ignoredChanges }) => {
    const name = `${associationName(plan, routeTable)}${invocationSuffix(phase)}`;
    const { name: functionName, qualifier, made }: CheckFunction = functions.get(routeTable) ?? { name: "" };
    const question = all([check.table, endpoint.id]).apply(([table, vpcEndpointId]): CheckQuestion => ({
      phase,
      routeTable,
      table,
      vpcEndpointId,
      ...(phase === "before" && plan.isolated.has(routeTable) && { isolated: true }),
    }));
    const input = all([question, watch]).apply(([asked, watched]) => {
      const event: ProbeEvent = { version: PROBE_VERSION, ...asked };
      return JSON.stringify(watched === undefined ? event : { ...event, watch: watchIn(watched) });
    });
    const invocation = new Invocation(
      name,
      {
        functionName,
        qualifier,
        input,
        triggers: { ...triggers, ...answers.askedAgain(name, question) },
        region: plan.region,
      },
      {
        parent,
        dependsOn: [...(made === undefined ? [] : [made]), ...after],
        aliases: formerAliases(plan, routeTable, invocationSuffix(phase)),
        hooks: hooks[phase],
        // A gate whose re-check failed must be gone: a reverted cause would otherwise be checked by nobody.
        deleteBeforeReplace: phase === "after",
        protect: false,
        retainOnDelete: false,
        transforms: hooksWork() ? [settlingOptions(question, ignoredChanges)] : undefined,
      },
    );
    hooks.until?.(name, settledValue(invocation.urn));
    return {
      name,
      question,
      triggers: invocation.triggers,
      answer: invocation.result,
      accepted: answers.accepted(name, invocation, question),
    };
  };
}

/** Whether an invocation is made in this run, or in a preview is about to be, when it has no answer yet. */
async function isAskedNow({ name, answer }: Answered, { madeNow }: CheckHooks): Promise<boolean> {
  // One that cannot be registered fails the run by itself.
  return (await valueIfKnown(answer).catch(() => undefined)) === undefined || madeNow.has(name);
}

interface InvocationOptions {
  /** A change of any of them is a reason to invoke again. */
  readonly triggers: Record<string, Input<string>>;
  readonly after: readonly Input<Resource>[];
  /** What the watching function reported, as JSON. */
  readonly watch?: Output<string | undefined>;
  /** Which changes are none, told when the inputs have settled. */
  readonly ignoredChanges?: () => Promise<string[]>;
}

/** The attempt for which an invocation was made, as the state has it; a state of an earlier version has none. */
function attemptOf({ triggers }: Answered): Output<string> {
  // Known in previews, too, where other triggers are not: `apply` would wait for all of them.
  return (triggers as Output<Record<"attempt", string>>).attempt;
}

/** Options that depend on values: what changes nothing, and that the answer to a secret question is secret. */
function settlingOptions(
  question: Output<CheckQuestion>,
  ignoredChanges: InvocationOptions["ignoredChanges"],
): ResourceTransform {
  return changingOptions(async (opts) => {
    const secrets = (await isSecret(question)) ? { additionalSecretOutputs: ["result"] } : {};
    return { ...opts, ...secrets, ignoreChanges: await ignoredChanges?.() };
  });
}

/** Route table name → the report of its gate. An answer that is none is left out: a run that gets one fails. */
export function checkReports(checks: ReconnectChecks | undefined): Output<Record<string, CheckReport>> {
  const gates = [...(checks?.gates ?? [])].map(
    ([routeTable, { question, answer }]) => [routeTable, output({ question, answer })] as const,
  );
  return output(Object.fromEntries(gates)).apply((answered) => {
    // Under mocks an invocation has no result.
    const reports = Object.entries(answered).map(
      ([routeTable, { question, answer }]) =>
        [routeTable, (answer as string | undefined) && provenReport(answer, question)] as const,
    );
    return Object.fromEntries(reports.filter((each): each is [string, CheckReport] => each[1] !== undefined));
  });
}
