import { createHash } from "node:crypto";
import { Invocation } from "@pulumi/aws/lambda/invocation";
import { all, output, type ComponentResource, type Input, type Inputs, type Output, type Resource } from "@pulumi/pulumi";
import { checkAnswers } from "./checkAnswers";
import { checkFunctions, type CheckedEndpoint } from "./checkFunctions";
import { checkHooks, invocationSuffix } from "./checkHooks";
import { isChecked } from "./checkPlan";
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
  /** Proves today's path, and begins to watch it; the switch depends on what this returns. Nothing if the table is not checked. */
  begin(routeTable: string, after: readonly Input<Resource>[]): readonly Input<Resource>[];
  /** Passes the gate; the next stage depends on what this returns. Nothing if the table is not checked. */
  prove(routeTable: string, association: Resource & { readonly id: Output<string> }): readonly Input<Resource>[];
  /** The gates so far, by route table name: what they were asked, and answered. */
  readonly gates: ReadonlyMap<string, Answered>;
  /** What the component registers: its outputs, and what the next run must know. */
  registered(outputs: Inputs): Inputs | Promise<Inputs>;
}

interface Answered {
  readonly question: Output<CheckQuestion>;
  /** As JSON. */
  readonly answer: Output<string>;
  /** What may depend on it. */
  readonly accepted: Promise<Resource>;
}

/** The check of a roll-out, or `undefined` without one. Its functions exist from now on, however far the roll-out goes. */
export function reconnectChecks(parent: ComponentResource, plan: RoutePlan, endpoint: CheckedEndpoint | undefined, after: Resource): ReconnectChecks | undefined {
  const { check } = plan;
  if (check === undefined || endpoint === undefined) return undefined;
  const functions = checkFunctions(parent, plan, check, { endpoint, after });
  const memory = refusalMemory(parent, plan);
  const hooks = checkHooks(parent, plan, memory);
  const answers = checkAnswers(parent, plan, hooks, memory);
  const watches = new Map<string, Answered>();
  const gates = new Map<string, Answered>();

  const invoke = (phase: ProbePhase, routeTable: string, options: InvocationOptions): Answered => {
    const name = `${associationName(plan, routeTable)}${invocationSuffix(phase)}`;
    const { name: functionName, dependsOn } = functions.get(routeTable) ?? { name: "", dependsOn: [] };
    const question = all([check.table, endpoint.id]).apply(([table, vpcEndpointId]): CheckQuestion => ({ phase, routeTable, table, vpcEndpointId }));
    const input = all([question, options.watch]).apply(([asked, watch]) => {
      const event: ProbeEvent = { version: PROBE_VERSION, ...asked };
      return JSON.stringify(watch === undefined ? event : { ...event, watch: watchIn(watch) });
    });
    const invocation = new Invocation(
      name,
      { functionName, input, triggers: { ...options.triggers, ...answers.askedAgain(name, question) }, region: plan.region },
      {
        parent,
        dependsOn: [...dependsOn, ...options.after],
        aliases: formerAliases(plan, routeTable, invocationSuffix(phase)),
        hooks: hooks[phase],
        // A gate whose re-check failed must be gone: a reverted cause would otherwise be checked by nobody.
        deleteBeforeReplace: phase === "after",
        protect: false,
        retainOnDelete: false,
      },
    );
    return { question, answer: invocation.result, accepted: answers.accepted(name, invocation, question) };
  };
  return {
    begin: (routeTable, after) => {
      if (!isChecked(check, routeTable)) return [];
      const triggers = { endpoint: endpoint.id, routeTable: plan.routeTables[routeTable] as Input<string> };
      const before = invoke("before", routeTable, { triggers, after });
      watches.set(routeTable, invoke("during", routeTable, { triggers, after: [before.accepted] }));
      return [before.accepted];
    },
    prove: (routeTable, association) => {
      if (!isChecked(check, routeTable)) return [];
      const triggers = { association: association.id, policy: output(endpoint.policy).apply(policyHash) };
      const watch = watches.get(routeTable);
      const gate = invoke("after", routeTable, { triggers, after: watch ? [association, watch.accepted] : [association], watch: watch?.answer });
      gates.set(routeTable, gate);
      return [gate.accepted];
    },
    gates,
    registered: (outputs) => answers.registered(outputs),
  };
}

interface InvocationOptions {
  /** A change of any of them is a reason to invoke again. */
  readonly triggers: Record<string, Input<string>>;
  readonly after: readonly Input<Resource>[];
  /** What the watching function reported, as JSON. */
  readonly watch?: Output<string>;
}

/** Route table name → the report of its gate. An answer that is none is left out: a run that gets one fails. */
export function checkReports(checks: ReconnectChecks | undefined): Output<Record<string, CheckReport>> {
  const gates = [...(checks?.gates ?? [])].map(([routeTable, { question, answer }]) => [routeTable, output({ question, answer })] as const);
  return output(Object.fromEntries(gates)).apply((answered) => {
    // Under mocks an invocation has no result.
    const reports = Object.entries(answered).map(([routeTable, { question, answer }]) => [routeTable, (answer as string | undefined) && provenReport(answer, question)] as const);
    return Object.fromEntries(reports.filter((each): each is [string, CheckReport] => each[1] !== undefined));
  });
}

/** Of what the document says, not of its white space. */
function policyHash(document: string): string {
  return createHash("sha256").update(normalized(document)).digest("hex").slice(0, 16);
}

function normalized(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document));
  } catch {
    return document;
  }
}
