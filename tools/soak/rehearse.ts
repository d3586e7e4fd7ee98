import assert from "node:assert/strict";
import { secret, type Input } from "@pulumi/pulumi";
import type { Lab } from "../../lab/lab";
import { DynamoDbEndpoint } from "../../index";
import { announcedIn } from "../rehearsal/announced";
import { endpointOf, network, REGION } from "../rehearsal/network";
import type { Outcome, RehearsedStack } from "../rehearsal/stack";
import { switchedNames, TABLES_PER_VPC, withdrawn, type Deployment, type PlanVersion } from "./plans";

/** Deploys a sequence of versions on the real engine; throws where a promise of the roll-out is broken. */
export async function rehearse(lab: Lab, stack: RehearsedStack, sequence: readonly Deployment[]): Promise<void> {
  const vpcs = [await vpc(lab), await vpc(lab)];
  const names = new Map<string, Set<string>>();
  let unfinished = false;
  let announced: string[] = [];
  const deploy = async (deployment: Deployment): Promise<void> => {
    const { version, disturbance, fault } = deployment;
    // What is secret is announced by its name alone.
    for (const [name, position] of Object.entries(version.tables))
      addName(names, vpcs[version.vpc]?.routeTableIds[position] ?? "", name);
    await disturb(lab, stack, { disturbance, target: vpcs[version.vpc] });
    const refresh = disturbance !== undefined && "removedRoute" in disturbance;
    const before = routes(lab, vpcs);
    const preview = await stack.preview(program(version, vpcs), { refresh });
    announced.push(...preview.warnings);
    requireHidden(preview, version, vpcs);
    if (!preview.ok) {
      // `pulumi up` would have stopped here too: its own preview comes first.
      assert.ok(isRefusal(preview), `a preview failed:\n${preview.errors.join("\n")}`);
      if (unfinished) await deploy({ version: withdrawn(version), disturbance: undefined, fault: undefined });
      return;
    }
    arm(lab, vpcs[version.vpc], fault);
    const up = await stack.up(undefined, { refresh });
    lab.cloud.faults.clear();

    const after = routes(lab, vpcs);
    const changed = [...after].filter(([id, endpoint]) => before.get(id) !== endpoint).map(([id]) => id);
    for (const id of changed)
      assert.ok(
        isAnnounced(id, { before, names, announced }),
        `${id} changed without a warning in the preceding preview; warnings:\n${announced.join("\n")}`,
      );
    assert.ok(up.ok || fault !== undefined, `a deployment without a fault failed:\n${up.errors.join("\n")}`);
    unfinished = !up.ok;
    if (!up.ok) return;
    await holds(lab, stack, { version, up, vpcs });
    announced = [];
  };
  for (const deployment of sequence) await deploy(deployment);
}

function addName(names: Map<string, Set<string>>, id: string, name: string): void {
  names.set(id, (names.get(id) ?? new Set()).add(name));
}

async function disturb(
  lab: Lab,
  stack: RehearsedStack,
  { disturbance, target }: { disturbance: Deployment["disturbance"]; target: Vpc | undefined },
): Promise<void> {
  if (disturbance === undefined) return;
  if ("lostLedgers" in disturbance) {
    for (const ledger of disturbance.lostLedgers) await stack.forget(`ddb-${ledger}`);
    return;
  }
  const id = target?.routeTableIds[disturbance.removedRoute] ?? "";
  const vpcEndpointId = endpointOf(lab, id);
  if (vpcEndpointId !== undefined)
    await lab.cloud.region(REGION).ec2.modifyVpcEndpoint({ vpcEndpointId, removeRouteTableIds: [id] });
}

/** No id that this version keeps secret is shown, unless an earlier one showed it as what leaves. */
function requireHidden({ text, warnings }: Outcome, version: PlanVersion, vpcs: readonly Vpc[]): void {
  for (const name of version.secrets) {
    const id = vpcs[version.vpc]?.routeTableIds[version.tables[name] ?? 0] ?? "";
    const shown = announcedIn(warnings).filter((table) => table.what === "switches" && table.id?.includes(id));
    assert.deepEqual(shown, [], `a secret id is shown:\n${text}`);
  }
}

/** After a success the routes are the program's, and a further preview is silent. */
async function holds(
  lab: Lab,
  stack: RehearsedStack,
  { version, up, vpcs }: { version: PlanVersion; up: Outcome; vpcs: readonly Vpc[] },
): Promise<void> {
  const expected = switchedNames(version).map((name) => vpcs[version.vpc]?.routeTableIds[version.tables[name] ?? 0]);
  const switched = [...routes(lab, vpcs)].filter(([, endpoint]) => endpoint !== undefined);
  assert.deepEqual(
    switched.map(([id]) => id).sort(),
    expected.sort(),
    `the routes are not the program's after:\n${up.text}`,
  );
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
  const hidden = (id: string, isHidden: boolean): Input<string> => (isHidden ? secret<string>(id) : id);
  const tables = Object.entries(version.tables).map(
    ([name, position]) => [name, routeTableIds[position] ?? ""] as const,
  );
  const stages = version.stages.map((names, i) => ({ name: `stage-${i}`, routeTables: [...names] }));
  const throughStage = version.through === 0 ? "none" : `stage-${version.through - 1}`;
  return () => {
    const routeTables = Object.fromEntries(
      tables.map(([name, id]) => [name, hidden(id, version.secrets.includes(name))]),
    );
    new DynamoDbEndpoint("ddb", {
      vpcId: hidden(vpcId, version.hidesVpc),
      routeTables,
      rollout: { stages, throughStage },
    });
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
  lab.cloud.faults.failOn({
    action: "ModifyVpcEndpoint",
    when: ({ addRouteTableIds }) => Array.isArray(addRouteTableIds) && addRouteTableIds.includes(id),
    times: 1,
    code,
    message,
  });
}

interface Announced {
  readonly before: ReadonlyMap<string, string | undefined>;
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
  readonly announced: readonly string[];
}

function isAnnounced(id: string, { before, names, announced }: Announced): boolean {
  const byName = [...(names.get(id) ?? [])].flatMap((name) => [
    `${name} (its id is secret)`,
    `${name} becomes another route table (its id is secret)`,
  ]);
  return announced.some(
    (text) =>
      text.includes(id) ||
      byName.some((start) => text.split("\n").some((line) => line.trimStart().startsWith(start))) ||
      (before.get(id) !== undefined && text.startsWith("the endpoint is replaced")),
  );
}

function isRefusal({ errors }: Outcome): boolean {
  return errors.some(
    (text) =>
      text.includes("would take the route of") || text.includes("takes a gateway endpoint for DynamoDB already"),
  );
}
