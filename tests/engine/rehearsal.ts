import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { findEngine, oldestEngine } from "../../tools/engine/engine";
import { rehearsedStack, type Outcome, type RehearsedStack } from "../../tools/rehearsal/stack";
import type { FailingAction } from "../../lab/cloud/faults";
import { startLab, type Lab } from "../../lab/lab";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";

/** A lab and stacks on the real engine, for the tests of one `describe`. */
export interface Rehearsal {
  readonly lab: Lab;
  /** Where the stacks keep their state; removed afterwards. */
  readonly folder: string;
  /** Without an environment the stack's engine attaches to the lab. */
  stack(environment?: Readonly<Record<string, string>>): Promise<RehearsedStack>;
  /** The same with the oldest engine that is used. */
  stackOfOldest(): Promise<RehearsedStack>;
}

/** Starts a lab before the tests of the surrounding `describe`, and ends it with everything it left after them. */
export function rehearsal(): Rehearsal {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-test-"));
  let lab: Lab | undefined;
  let stacks = 0;
  before(async () => void (lab = await startLab()));
  after(async () => {
    await lab?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const started = (): Lab => {
    if (lab === undefined) throw new Error("the lab is started by the hook before the tests");
    return lab;
  };
  return {
    get lab() {
      return started();
    },
    folder,
    stack: async (environment = started().environment) =>
      rehearsedStack({ engine: await findEngine(), folder, name: `stack-${(stacks += 1)}`, environment }),
    stackOfOldest: async () =>
      rehearsedStack({
        engine: await oldestEngine(),
        folder,
        name: `stack-${(stacks += 1)}`,
        environment: started().environment,
      }),
  };
}

/** A program with one endpoint, named `ddb`. */
export function endpointProgram(args: DynamoDbEndpointArgs): PulumiFn {
  return () => {
    const endpoint = new DynamoDbEndpoint("ddb", args);
    return Promise.resolve({ vpcEndpointId: endpoint.vpcEndpointId, associationIds: endpoint.associationIds });
  };
}

/** What a function of a check answers that finds nothing wrong, in every phase. */
export function passingReport(event: unknown): object {
  return {
    ...(event as object),
    heldConnection: "reset",
    interruptionMillis: 20,
    reconnected: true,
    provenRequests: 3,
  };
}

/** One line for each change of routes since a mark, in the order in which they were asked for: `+rtb-1 vpce-1`. */
export function routeChangesSince(lab: Lab, mark: number): string[] {
  return lab.cloud.mutationsSince(mark).flatMap(({ action, parameters, error }) => {
    if (action !== "ModifyVpcEndpoint" || error !== undefined) return [];
    const {
      vpcEndpointId,
      addRouteTableIds = [],
      removeRouteTableIds = [],
    } = parameters as { vpcEndpointId: string; addRouteTableIds?: string[]; removeRouteTableIds?: string[] };
    return [
      ...addRouteTableIds.map((id) => `+${id} ${vpcEndpointId}`),
      ...removeRouteTableIds.map((id) => `-${id} ${vpcEndpointId}`),
    ];
  });
}

/** AWS fails to take a route table off its endpoint: each time, unless told otherwise. */
export function failingRemoval(routeTableId: string | undefined, fault: Partial<FailingAction> = {}): FailingAction {
  const when: FailingAction["when"] = ({ removeRouteTableIds }) => String(removeRouteTableIds) === routeTableId;
  return {
    action: "ModifyVpcEndpoint",
    when,
    code: "InternalError",
    message: "An internal error has occurred",
    ...fault,
  };
}

/** `operation name` of each step of a success but those of the stack, its providers and the ledgers. */
export function stepsOf(outcome: Outcome): string[] {
  return succeeded(outcome)
    .steps.filter(({ type }) => type.startsWith("aws:"))
    .map(({ operation, name }) => `${operation} ${name}`);
}

/** An outcome that must be a success; what went wrong is in the failure's message. */
export function succeeded(outcome: Outcome): Outcome {
  if (!outcome.ok) throw new Error(`the operation failed:\n${outcome.errors.join("\n")}\n${outcome.text}`);
  return outcome;
}
