import assert from "node:assert/strict";
import { Vpc } from "@pulumi/awsx/classic/ec2";
import { DynamoDbEndpoint } from "../../index";
import { endpointOf } from "../../tools/rehearsal/network";
import { rehearsal, stepsOf, succeeded } from "./rehearsal";

/** As docs/installation-configuration.md has it. */
async function program(): Promise<Record<string, unknown>> {
  const vpc = new Vpc("main", { numberOfAvailabilityZones: 2, numberOfNatGateways: 1 });
  const subnets = await vpc.privateSubnets;
  const routeTables = Object.fromEntries(
    subnets.map(({ subnetName, routeTable }) => [subnetName, routeTable?.id ?? ""] as const),
  );
  const { associationIds } = new DynamoDbEndpoint("ddb", { vpcId: vpc.id, routeTables });
  const publicTables = (await vpc.publicSubnets).map(({ routeTable }) => routeTable?.id);
  return { routeTables, publicTables, associationIds };
}

describe("a VPC of the classic Crosswalk", () => {
  const rehearsed = rehearsal();

  it("rolls out in the program that makes it, is found unchanged, and goes", async () => {
    const stack = await rehearsed.stack();
    // Nobody has a connection yet that could break.
    assert.deepEqual(succeeded(await stack.preview(program)).warnings, []);
    const { outputs } = succeeded(await stack.up());
    const routeTables = outputs.routeTables as Record<string, string>;
    const publicTables = outputs.publicTables as string[];
    assert.deepEqual(Object.keys(routeTables).sort(), ["main-private-0", "main-private-1"]);
    assert.deepEqual(Object.keys(outputs.associationIds as object).sort(), Object.keys(routeTables).sort());
    for (const id of Object.values(routeTables)) assert.match(String(endpointOf(rehearsed.lab, id)), /^vpce-/);
    assert.deepEqual(
      publicTables.map((id) => endpointOf(rehearsed.lab, id)),
      [undefined, undefined],
    );
    const again = await stack.preview(undefined, { refresh: true });
    assert.deepEqual(
      stepsOf(again).filter((step) => !step.startsWith("refresh")),
      [],
    );
    succeeded(await stack.destroy());
  });
});
