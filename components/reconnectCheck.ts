import { createHash } from "node:crypto";
import { Invocation } from "@pulumi/aws/lambda/invocation";
import { all, output, type ComponentResource, type Input, type Output, type Resource } from "@pulumi/pulumi";
import { checkFunctions, type CheckedEndpoint } from "./checkFunctions";
import { checkHooks, invocationSuffix } from "./checkHooks";
import { isChecked } from "./checkPlan";
import { PROBE_VERSION, type CheckReport, type ProbeEvent, type ProbePhase } from "./probe/report";
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
  begin(routeTable: string, after: readonly Resource[]): readonly Resource[];
  /** Passes the gate; the next stage depends on what this returns. Nothing if the table is not checked. */
  prove(routeTable: string, association: Resource & { readonly id: Output<string> }): readonly Resource[];
  /** The gates so far, by route table name. */
  readonly gates: ReadonlyMap<string, Invocation>;
}

/** The check of a roll-out, or `undefined` without one. Its functions exist from now on, however far the roll-out goes. */
export function reconnectChecks(parent: ComponentResource, plan: RoutePlan, endpoint: CheckedEndpoint | undefined, after: Resource): ReconnectChecks | undefined {
  const { check } = plan;
  if (check === undefined || endpoint === undefined) return undefined;
  const functions = checkFunctions(parent, plan, check, { endpoint, after });
  const hooks = checkHooks(parent, plan);
  const watches = new Map<string, Invocation>();
  const gates = new Map<string, Invocation>();

  const invoke = (phase: ProbePhase, routeTable: string, options: InvocationOptions): Invocation => {
    const { name: functionName, dependsOn } = functions.get(routeTable) ?? { name: "", dependsOn: [] };
    const event = all([check.table, endpoint.id, options.watch]).apply(([table, vpcEndpointId, watch]): ProbeEvent => {
      const subject: ProbeEvent = { version: PROBE_VERSION, phase, routeTable, table, vpcEndpointId };
      return watch === undefined ? subject : { ...subject, watch: JSON.parse(watch) as ProbeEvent["watch"] };
    });
    return new Invocation(
      `${associationName(plan, routeTable)}${invocationSuffix(phase)}`,
      { functionName, input: event.apply((each) => JSON.stringify(each)), triggers: options.triggers, region: plan.region },
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
  };
  return {
    begin: (routeTable, after) => {
      if (!isChecked(check, routeTable)) return [];
      const triggers = { endpoint: endpoint.id, routeTable: plan.routeTables[routeTable] as Input<string> };
      const before = invoke("before", routeTable, { triggers, after });
      watches.set(routeTable, invoke("during", routeTable, { triggers, after: [before] }));
      return [before];
    },
    prove: (routeTable, association) => {
      if (!isChecked(check, routeTable)) return [];
      const triggers = { association: association.id, policy: output(endpoint.policy).apply(policyHash) };
      const gate = invoke("after", routeTable, { triggers, after: [association], watch: watches.get(routeTable)?.result });
      gates.set(routeTable, gate);
      return [gate];
    },
    gates,
  };
}

interface InvocationOptions {
  /** A change of any of them is a reason to invoke again. */
  readonly triggers: Record<string, Input<string>>;
  readonly after: readonly Resource[];
  /** What the watching function reported, as JSON. */
  readonly watch?: Output<string>;
}

/** Route table name → the report of its gate. */
export function checkReports(checks: ReconnectChecks | undefined): Output<Record<string, CheckReport>> {
  const texts = output(Object.fromEntries([...(checks?.gates ?? [])].map(([routeTable, { result }]) => [routeTable, result])));
  // Under mocks an invocation has no result.
  const told = (reports: Record<string, string | undefined>): [string, string][] => Object.entries(reports).flatMap(([routeTable, text]) => (text === undefined ? [] : [[routeTable, text]]));
  return texts.apply((reports) => Object.fromEntries(told(reports).map(([routeTable, text]) => [routeTable, JSON.parse(text) as CheckReport])));
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
