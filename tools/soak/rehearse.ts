import assert from "node:assert/strict";
import type { Lab } from "../../lab/lab";
import { DynamoDbEndpoint } from "../../index";
import { endpointOf, network } from "../rehearsal/network";
import type { Outcome, RehearsedStack } from "../rehearsal/stack";
import { switchedNames, TABLES_PER_VPC, withdrawn, type Deployment, type PlanVersion } from "./plans";

/** Deploys a sequence of versions on the real engine; throws where a promise of the roll-out is broken. */
export async function rehearse(lab: Lab, stack: RehearsedStack, sequence: readonly Deployment[]): Promise<void> {
  const vpcs = [await vpc(lab), await vpc(lab)];
  let unfinished = false;
  let announced: string[] = [];
  const deploy = async (deployment: Deployment): Promise<void> => {
    const { version, fault } = deployment;
    const before = routes(lab, vpcs);
    const preview = await stack.preview(program(version, vpcs));
    announced.push(...preview.warnings);
    if (!preview.ok) {
      // `pulumi up` would have stopped here too: its own preview comes first.
      assert.ok(isRefusal(preview), `a preview failed:\n${preview.errors.join("\n")}`);
      if (unfinished) await deploy({ version: withdrawn(version), fault: undefined });
      return;
    }
    arm(lab, vpcs[version.vpc], fault);
    const up = await stack.up();
    lab.cloud.faults.clear();

    const after = routes(lab, vpcs);
    const changed = [...after].filter(([id, endpoint]) => before.get(id) !== endpoint).map(([id]) => id);
    for (const id of changed) assert.ok(isAnnounced(id, before, announced), `${id} changed without a warning in the preceding preview; warnings:\n${announced.join("\n")}`);
    assert.ok(up.ok || fault !== undefined, `a deployment without a fault failed:\n${up.errors.join("\n")}`);
    unfinished = !up.ok;
    if (!up.ok) return;
    await holds(lab, stack, { version, up, vpcs });
    announced = [];
  };
  for (const deployment of sequence) await deploy(deployment);
}

/** After a success the routes are the program's, and a further preview is silent. */
async function holds(lab: Lab, stack: RehearsedStack, { version, up, vpcs }: { version: PlanVersion; up: Outcome; vpcs: readonly Vpc[] }): Promise<void> {
  const expected = switchedNames(version).map((name) => vpcs[version.vpc]?.routeTableIds[version.tables[name] ?? 0]);
  const switched = [...routes(lab, vpcs)].filter(([, endpoint]) => endpoint !== undefined);
  assert.deepEqual(switched.map(([id]) => id).sort(), expected.sort(), `the routes are not the program's after:\n${up.text}`);
  assert.ok(new Set(switched.map(([, endpoint]) => endpoint)).size <= 1, "all route tables take one endpoint");
  const { steps, warnings } = await stack.preview();
  assert.deepEqual([steps, warnings], [[], []], "an unchanged preview is silent");
}

interface Vpc {
  readonly vpcId: string;
  readonly routeTableIds: readonly string[];
}

async function vpc(lab: Lab): Promise<Vpc> {
  const names = Array.from({ length: TABLES_PER_VPC }, (_, position) => `table-${position}`);
  const { vpcId, routeTables } = await network(lab, names);
  return { vpcId, routeTableIds: names.map((name) => routeTables[name] ?? "") };
}

function program(version: PlanVersion, vpcs: readonly Vpc[]): () => Promise<void> {
  const { vpcId = "", routeTableIds = [] } = vpcs[version.vpc] ?? {};
  const routeTables = Object.fromEntries(Object.entries(version.tables).map(([name, position]) => [name, routeTableIds[position] ?? ""]));
  const stages = version.stages.map((names, i) => ({ name: `stage-${i}`, routeTables: [...names] }));
  const throughStage = version.through === 0 ? "none" : `stage-${version.through - 1}`;
  return () => {
    new DynamoDbEndpoint("ddb", { vpcId, routeTables, rollout: { stages, throughStage } });
    return Promise.resolve();
  };
}

/** Route table id → the endpoint that its DynamoDB traffic takes. */
function routes(lab: Lab, vpcs: readonly Vpc[]): Map<string, string | undefined> {
  const ids = vpcs.flatMap(({ routeTableIds }) => routeTableIds);
  return new Map(ids.map((id) => [id, endpointOf(lab, id)]));
}

function arm(lab: Lab, target: Vpc | undefined, fault: Deployment["fault"]): void {
  if (fault === undefined) return;
  const [code, message] = ["InternalError", "An internal error has occurred"];
  if (fault === "createEndpoint") {
    lab.cloud.faults.failOn({ action: "CreateVpcEndpoint", times: 1, code, message });
    return;
  }
  const id = target?.routeTableIds[fault.associating];
  lab.cloud.faults.failOn({ action: "ModifyVpcEndpoint", when: ({ addRouteTableIds }) => Array.isArray(addRouteTableIds) && addRouteTableIds.includes(id), times: 1, code, message });
}

function isAnnounced(id: string, before: ReadonlyMap<string, string | undefined>, warnings: readonly string[]): boolean {
  return warnings.some((text) => text.includes(id) || (before.get(id) !== undefined && text.startsWith("the endpoint is replaced")));
}

function isRefusal({ errors }: Outcome): boolean {
  return errors.some((text) => text.includes("would take the route of"));
}
