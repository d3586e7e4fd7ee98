import assert from "node:assert/strict";
import { resolve } from "node:path";
import type { ProbeEvent } from "../../components/check/probe/report";
import { type LiveVpc, vpcs } from "../../examples/several-vpcs/vpcs";
import type { Lab } from "../../lab/lab";
import { checkedNetwork, createCheckedTable, endpointOf } from "../../tools/rehearsal/network";
import { passingReport } from "../engine/rehearsal";
import { followReadme } from "./readme";
import { CHECKOUT, exampleStacks } from "./stacks";

const PROJECT = "examples/several-vpcs";

describe("examples/several-vpcs", () => {
  const stacks = exampleStacks();

  it("does what its README shows: a VPC begins when the last gate of the one before it has passed", async () => {
    const lab = await labWithVpcs();
    const mark = lab.cloud.lastSequence;
    await followReadme(resolve(CHECKOUT, PROJECT), await stacks.make(PROJECT, lab));
    assert.deepEqual(
      eventsSince(lab, mark),
      vpcs.flatMap(({ name, routeTables }) => [
        `endpoint for ${name}`,
        ...Object.keys(routeTables).flatMap((table) =>
          ["before", "switched", "after"].map((event) => `${event} ${name} ${table}`),
        ),
      ]),
    );
  });

  it("leaves the VPCs untouched that come after one whose check fails, and goes on from there", async () => {
    const lab = await labWithVpcs();
    const stack = await stacks.make(PROJECT, lab);
    const mark = lab.cloud.lastSequence;
    lab.cloud.faults.failOn({
      action: "Invoke",
      when: ({ payload }) => (JSON.parse(String(payload)) as ProbeEvent).phase === "after",
      code: "InvalidRuntimeException",
      message: "The runtime or runtime version specified is not supported.",
    });
    const failed = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual(failed.exitCode, 0, failed.stdout);
    assert.match(failed.stdout, /staging-private-a-check-after: .* is switched, but not proven/);
    assert.deepEqual(eventsSince(lab, mark), [
      "endpoint for staging",
      ...["before", "switched", "after"].map((event) => `${event} staging private-a`),
    ]);
    assert.deepEqual(switched(lab), ["staging private-a"]);

    lab.cloud.faults.clear();
    const { exitCode, stdout } = await stack.pulumi("up", "--yes", "--skip-preview");
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(switched(lab), [
      "staging private-a",
      "production private-a",
      "production private-b",
      "recovery private-a",
    ]);
  });

  /** A lab in which the VPCs of the example's list exist. */
  async function labWithVpcs(): Promise<Lab> {
    const lab = await stacks.lab();
    // What a check sees is tested elsewhere; here it is the order that counts.
    lab.cloud.functions.behave(/-check-/, { outcome: "succeed", result: passingReport });
    for (const region of new Set(vpcs.map((vpc) => vpc.region))) await createCheckedTable(lab, "StockTable", region);
    for (const { vpcId, routeTables, subnets, region } of vpcs) {
      const made = await checkedNetwork(lab, Object.keys(routeTables), region);
      assert.deepEqual({ vpcId, routeTables, subnets }, made, "the example's list is not up to date");
    }
    return lab;
  }
});

/** The route tables that are switched, with their VPC. */
function switched(lab: Lab): readonly string[] {
  return routeTablesOf(vpcs)
    .filter(({ region, id }) => endpointOf(lab, id, region) !== undefined)
    .map(({ name }) => name);
}

function routeTablesOf(all: readonly LiveVpc[]): readonly { name: string; region: string; id: string }[] {
  return all.flatMap(({ name, region, routeTables }) =>
    Object.entries(routeTables).map(([table, id]) => ({ name: `${name} ${table}`, region, id })),
  );
}

/** Endpoints, switches and the phases of checks, in their order; without those that run beside a switch. */
function eventsSince(lab: Lab, mark: number): readonly string[] {
  const endpoints = new Map<string, string>();
  return lab.cloud.mutationsSince(mark).flatMap(({ action, parameters, answer }) => {
    if (action === "CreateVpcEndpoint") {
      const vpc = vpcs.find(({ vpcId }) => vpcId === parameters.vpcId)?.name ?? "";
      endpoints.set((answer as { vpcEndpointId: string }).vpcEndpointId, vpc);
      return [`endpoint for ${vpc}`];
    }
    if (action === "ModifyVpcEndpoint") {
      const [table] = parameters.addRouteTableIds as readonly string[];
      return [`switched ${routeTablesOf(vpcs).find(({ id }) => id === table)?.name ?? ""}`];
    }
    if (action !== "Invoke") return [];
    const { phase, routeTable, vpcEndpointId } = JSON.parse(String(parameters.payload)) as ProbeEvent;
    return phase === "during" ? [] : [`${phase} ${endpoints.get(vpcEndpointId) ?? ""} ${routeTable}`];
  });
}
