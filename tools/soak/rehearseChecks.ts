import assert from "node:assert/strict";
import fc from "fast-check";
import { applyFault, type FaultName } from "../../lab/faults";
import type { Lab } from "../../lab/lab";
import type { CheckReport } from "../../components/check/probe/report";
import { DynamoDbEndpoint, TableAccess } from "../../index";
import { checkedNetwork, endpointOf, REGION, switchedTables, type CheckedNetwork } from "../rehearsal/network";
import type { Outcome, RehearsedStack } from "../rehearsal/stack";
import type { CheckedDeployment, CheckedRollout, TargetedFault } from "./checkedRollouts";
import { requireProvenStages } from "./provenStages";

/** The table that the checks name. */
export const CHECKED_TABLE = "StockTable";

/**
 * Deploys roll-outs with the function's real code on the real engine; throws where a promise of the check is broken.
 * The answer is, for each, how often a stage could have begun too early.
 *
 * They mostly wait, so they run side by side. Those with --continue-on-error do not: it leaves unhandled rejections
 * behind, of which the Automation API accuses every program of this process.
 */
export async function rehearseChecks(
  lab: Lab,
  newStack: () => Promise<RehearsedStack>,
  rollouts: readonly CheckedRollout[],
): Promise<readonly number[]> {
  const rehearseOne = async (rollout: CheckedRollout): Promise<number> => {
    const stack = await newStack();
    try {
      return await rehearse(lab, stack, rollout);
    } catch (failure) {
      // Others run beside it.
      throw new Error(`${(failure as Error).message}\nin the roll-out ${fc.stringify(rollout)}`, { cause: failure });
    } finally {
      await stack.destroy();
    }
  };
  const isAlone = ({ deployments }: CheckedRollout): boolean =>
    deployments.some(({ continueOnError }) => continueOnError);
  const ended = await Promise.allSettled(rollouts.filter((rollout) => !isAlone(rollout)).map(rehearseOne));
  const judged = ended.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
  for (const rollout of rollouts.filter(isAlone)) judged.push(await rehearseOne(rollout));
  return judged;
}

async function rehearse(lab: Lab, stack: RehearsedStack, rollout: CheckedRollout): Promise<number> {
  const mark = lab.cloud.lastSequence;
  const net = await checkedNetwork(
    lab,
    rollout.stages
      .flat()
      .map(({ name }) => name)
      .sort(),
  );
  for (const deployment of rollout.deployments) await deploy({ lab, stack, rollout, net }, deployment);
  return requireProvenStages(lab, net, rollout.stages, mark);
}

interface Rehearsal {
  readonly lab: Lab;
  readonly stack: RehearsedStack;
  readonly rollout: CheckedRollout;
  readonly net: CheckedNetwork;
}

async function deploy(rehearsal: Rehearsal, deployment: CheckedDeployment): Promise<void> {
  const { lab, stack, net } = rehearsal;
  const { through, fault, isSerial, continueOnError, then } = deployment;
  const endFault = beginFault(lab, net, fault);
  try {
    // A new policy that denies is waited for: for ten minutes, or until the window closes.
    const closesAfterMillis = fault?.name === "policy-denies" ? 25_000 : undefined;
    const up = await stack.up(program(rehearsal, through, closesAfterMillis), {
      parallel: isSerial ? 1 : undefined,
      continueOnError,
    });
    if (!up.ok) requireExplanation(up, deployment);
    else await requireComplete(rehearsal, through, up);
    if (then === "withdraw") {
      requireSuccess(await stack.up(program(rehearsal, 0)), "a withdrawal failed");
      assert.deepEqual(switchedTables(lab, net), [], "nothing is switched after a withdrawal");
    }
    endFault();
    if (!up.ok && (then !== "withdraw" || fault?.name === "creation-fails"))
      await requireComplete(rehearsal, through, await upAsTold(rehearsal, through, up));
    await removeAndGoOn(rehearsal, deployment);
  } finally {
    endFault();
  }
}

/**
 * Another `up`, with what the errors name to be replaced: a function that could not be set up. Which ones there are
 * comes to light one by one.
 */
async function upAsTold(rehearsal: Rehearsal, through: number, failed: Outcome): Promise<Outcome> {
  let outcome = failed;
  for (let left = rehearsal.rollout.stages.flat().length; left > 0 && !outcome.ok; left -= 1) {
    const replace = [...outcome.errors.join("\n").matchAll(/pulumi up --replace '([^']+)'/g)].map(
      ([, urn = ""]) => urn,
    );
    outcome = await rehearsal.stack.up(program(rehearsal, through), { replace: [...new Set(replace)] });
  }
  return outcome;
}

/**
 * A route that somebody removes is made, watched and proven again before a later stage begins: after a refresh at once,
 * and without one not at all, until there was one.
 */
async function removeAndGoOn(rehearsal: Rehearsal, { removed }: CheckedDeployment): Promise<void> {
  const { lab, stack, rollout, net } = rehearsal;
  const id = net.routeTables[removed?.at ?? ""] ?? "";
  const vpcEndpointId = endpointOf(lab, id);
  if (removed === undefined || vpcEndpointId === undefined) return;
  await lab.cloud.region(REGION).ec2.modifyVpcEndpoint({ vpcEndpointId, removeRouteTableIds: [id] });
  const onward = program(rehearsal, rollout.stages.length);
  if (!removed.isRefreshed) {
    const { ok, errors } = await stack.up(onward);
    if (!ok) assert.match(errors.join("\n"), /is associated by the state, and not by AWS/);
    requireSuccess(await stack.refresh(), "a refresh failed");
  }
  await requireComplete(rehearsal, rollout.stages.length, await stack.up(onward, { refresh: removed.isRefreshed }));
}

/** A success has switched what the program says and nothing else, each gate reports its proof, and it is settled. */
async function requireComplete({ lab, stack, rollout, net }: Rehearsal, through: number, up: Outcome): Promise<void> {
  requireSuccess(up, "a deployment without a fault failed");
  const tables = rollout.stages.slice(0, through).flat();
  assert.deepEqual(switchedTables(lab, net), tables.map(({ name }) => name).sort());
  const reports = up.outputs.checkReports as Record<string, CheckReport>;
  assert.deepEqual(
    Object.keys(reports).sort(),
    tables
      .filter(({ isChecked }) => isChecked)
      .map(({ name }) => name)
      .sort(),
  );
  for (const [table, { vpcEndpointId, provenRequests }] of Object.entries(reports)) {
    assert.deepEqual(
      [vpcEndpointId, provenRequests >= 1],
      [endpointOf(lab, net.routeTables[table] ?? ""), true],
      `the report of ${table}`,
    );
  }
  const { steps, warnings } = requireSuccess(await stack.preview(), "a preview failed");
  assert.deepEqual([steps, warnings], [[], []], "an unchanged preview is silent");
}

/** Only a fault may stop a roll-out, and the user is told which stage it stopped at, and why. */
function requireExplanation({ errors, text }: Outcome, { fault, continueOnError }: CheckedDeployment): void {
  const told = errors.join("\n");
  assert.ok(fault !== undefined, `a deployment without a fault failed:\n${told}`);
  assert.match(told, REFUSALS[fault.name] ?? (fault.name.endsWith("Exception") ? NOT_INVOKED : STOPPED));
  // With --continue-on-error the SDK itself shows one for each resource that had to wait for the failed one.
  if (!continueOnError) assert.doesNotMatch(text, /^\s+at .*\.[jt]s:/m);
}

const STOPPED =
  /stage "stage-\d" (is switched, but not proven|stops here): (NoPath|NotThroughEndpoint|DeniedByEndpointPolicy|DeniedByRole|UnknownDenial|ReconnectTimedOut): /;
const NOT_INVOKED =
  /stage "stage-\d" (is switched, but not proven|stops here): invoking Lambda Function \(\S+\): operation error Lambda: Invoke, .*Exception: /;
const REFUSALS: Readonly<Partial<Record<FaultName, RegExp>>> = {
  AccessDeniedException:
    /stage "stage-\d" (is switched, but not proven|stops here): AccessDeniedException: the deploying principal lacks lambda:InvokeFunction/,
  "api-error": /ddb-\w: UnauthorizedOperation: the deploying principal lacks a permission/,
  "policy-denies": /: DeniedByEndpointPolicy: |the window for switching route tables closed/,
  "creation-fails": /ddb-\w-check: Lambda could not set this function up when it was made, .*pulumi up --replace 'urn:/,
};

function requireSuccess(outcome: Outcome, failure: string): Outcome {
  assert.ok(outcome.ok, `${failure}:\n${outcome.errors.join("\n")}`);
  return outcome;
}

/** Other roll-outs in the same lab know nothing of it; the answer ends it. */
function beginFault(lab: Lab, { routeTables }: CheckedNetwork, fault: TargetedFault | undefined): () => void {
  if (fault === undefined) return () => undefined;
  const { name, at, milliseconds, times } = fault;
  const ids = Object.entries(routeTables).flatMap(([table, id]) => (at === undefined || at === table ? [id] : []));
  const ends = ids.map((routeTableId) => applyFault(lab, name, { routeTableId, milliseconds, times }));
  return () => ends.forEach((end) => end());
}

function program(
  { rollout, net }: Rehearsal,
  through: number,
  closesAfterMillis?: number,
): () => Promise<Record<string, unknown>> {
  const { vpcId, routeTables } = net;
  const stages = rollout.stages.map((tables, i) => ({
    name: `stage-${i}`,
    routeTables: tables.map(({ name }) => name),
  }));
  const throughStage = through === 0 ? "none" : `stage-${through - 1}`;
  const checked = rollout.stages.flat().filter(({ isChecked }) => isChecked);
  const subnets = Object.fromEntries(checked.map(({ name }) => [name, net.subnets[name] ?? ""]));
  const check = { table: CHECKED_TABLE, subnets, timeoutSeconds: 8 };
  const window =
    closesAfterMillis === undefined
      ? undefined
      : { opensAt: "2026-01-01T00:00:00Z", closesAt: new Date(Date.now() + closesAfterMillis).toISOString() };
  return () => {
    const access = { tables: [{ name: CHECKED_TABLE, access: TableAccess.ReadWrite }] };
    const { checkReports } = new DynamoDbEndpoint("ddb", {
      vpcId,
      routeTables,
      access,
      rollout: { stages, throughStage, check, window },
    });
    return Promise.resolve({ checkReports });
  };
}
