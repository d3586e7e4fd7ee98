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
  type ResourceTransform,
} from "@pulumi/pulumi";
import type { Announcements } from "./announcements";
import { switchAttempts } from "./attempts";
import { changingOptions } from "./changingOptions";
import { checkAnswers, type CheckAnswers } from "./checkAnswers";
import { checkFunctions, type CheckedEndpoint, type CheckFunction } from "./checkFunctions";
import { checkHooks, invocationSuffix, type CheckHooks } from "./checkHooks";
import { isChecked, type CheckPlan } from "./checkPlan";
import { hooksWork } from "./hooks";
import type { LastOutputs } from "./lastOutputs";
import { latePermissions, policyHash } from "./latePermissions";
import { settledValue, valueIfKnown } from "./plannedValues";
import { PROBE_VERSION, type CheckReport, type ProbeEvent, type ProbePhase } from "./probe/report";
import { refusalMemory } from "./refusalMemory";
import { provenReport, watchIn, type CheckQuestion } from "./reportJudgement";
import { associationName, formerAliases, type RoutePlan } from "./routePlan";

/**
 * What surrounds the switch of a checked route table: three invocations of one function.
 *
 * ```
 * before ──┬── during
 *          └── association ── after
 * ```
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
  {
    after,
    announce,
    last,
  }: { after: Resource; announce: Pick<Announcements, "notes" | "securityGroup">; last: Promise<LastOutputs> },
): ReconnectChecks | undefined {
  const { check } = plan;
  if (check === undefined || endpoint === undefined) return undefined;
  const { notes, securityGroup } = announce;
  const attempts = switchAttempts(parent, plan, endpoint.id, notes);
  const memory = refusalMemory(parent, plan, last);
  const late = latePermissions(plan, endpoint, { notes, last });
  const functions = checkFunctions(parent, plan, check, {
    endpoint,
    after,
    noting: late.noting,
    announceGroup: securityGroup,
  });
  const hooks = checkHooks(parent, plan, { memory, notes, functions, late });
  const answers = checkAnswers(parent, plan, hooks, memory);
  const invoke = invoker({ parent, plan, check, endpoint, hooks, answers, functions });
  const watches = new Map<string, Answered>();
  const gates = new Map<string, Answered>();
  return {
    made: [...functions.values()].flatMap(({ made }) => made ?? []),
    begin: (routeTable, due) => {
      if (!isChecked(check, routeTable)) return [];
      const asked = { endpoint: endpoint.id, routeTable: plan.routeTables[routeTable] as Input<string> };
      const ignoredChanges = async (): Promise<string[]> =>
        (await attempts.isOutstanding(routeTable)) ? [] : ["triggers.attempt"];
      const before = invoke("before", routeTable, {
        triggers: { ...asked, attempt: attempts.startedAt },
        after: due,
        ignoredChanges,
      });
      watches.set(
        routeTable,
        invoke("during", routeTable, { triggers: { ...asked, attempt: attemptOf(before) }, after: [before.accepted] }),
      );
      return [before.accepted];
    },
    prove: (routeTable, association) => {
      const watch = watches.get(routeTable);
      if (!isChecked(check, routeTable) || watch === undefined) return [];
      const switched = attempts.of(routeTable, association, () => isAskedNow(watch, hooks));
      // An old watch says nothing about a new switch, and is no reason to prove an old one again.
      const seen = all([association.id.apply(switched.isUnwatched), watch.answer]).apply(([unwatched, answer]) =>
        unwatched ? undefined : answer,
      );
      const ignoredChanges = async (): Promise<string[]> => [
        ...((await switched.isChanged()) ? [] : ["triggers.made"]),
        ...((await isAskedNow(watch, hooks)) ? [] : ["input"]),
      ];
      const triggers = {
        association: association.id,
        policy: policyHash(endpoint.policy),
        attempt: attemptOf(watch),
        made: attempts.startedAt,
      };
      const gate = invoke("after", routeTable, {
        triggers,
        after: [association, watch.accepted],
        watch: seen,
        ignoredChanges,
      });
      gates.set(routeTable, gate);
      return [gate.accepted];
    },
    gates,
    registered: (outputs) => answers.registered(late.registered(outputs)),
  };
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

function invoker({
  parent,
  plan,
  check,
  endpoint,
  hooks,
  answers,
  functions,
}: Invoking): (phase: ProbePhase, routeTable: string, options: InvocationOptions) => Answered {
  return (phase, routeTable, { triggers, after, watch, ignoredChanges }) => {
    const name = `${associationName(plan, routeTable)}${invocationSuffix(phase)}`;
    const { name: functionName, qualifier, made }: CheckFunction = functions.get(routeTable) ?? { name: "" };
    const question = all([check.table, endpoint.id]).apply(([table, vpcEndpointId]): CheckQuestion => ({
      phase,
      routeTable,
      table,
      vpcEndpointId,
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
