import assert from "node:assert/strict";
import { endpointOf, network, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { endpointProgram, failingRemoval, rehearsal, routeChangesSince, stepsOf, succeeded } from "./rehearsal";
import { announcedNames } from "../../tools/rehearsal/announced";

describe("after a failure", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b", "c"]);
    stack = await rehearsed.stack();
  });
  afterEach(() => rehearsed.lab.cloud.faults.clear());
  const program = (
    names: readonly string[],
    { vpcId, routeTables } = net,
    rollout = {},
  ): ReturnType<typeof endpointProgram> =>
    endpointProgram({
      vpcId,
      routeTables: Object.fromEntries(names.map((name) => [name, routeTables[name] ?? ""])),
      rollout,
    });
  const failAssociating = (name: string, code: string, times?: number, { routeTables } = net): void =>
    rehearsed.lab.cloud.faults.failOn({
      action: "ModifyVpcEndpoint",
      when: ({ addRouteTableIds }) => Array.isArray(addRouteTableIds) && addRouteTableIds.includes(routeTables[name]),
      times,
      code,
      message: `${code} for the test`,
    });

  it("of one switch, earlier tables stay switched, later ones are untouched, and the next `up` completes", async () => {
    failAssociating("b", "InternalError");
    const { ok, errors } = await stack.up(program(["a", "b", "c"]));
    assert.equal(ok, false);
    assert.match(
      errors.join("\n"),
      /ddb-b: stage "b" stops at b\. Nothing is rolled back: route tables that were switched before this one stay switched/,
    );
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);

    rehearsed.lab.cloud.faults.clear();
    const preview = succeeded(await stack.preview());
    assert.deepEqual(announcedNames(preview.warnings, "switches"), ["b", "c"]);
    assert.deepEqual(stepsOf(preview), ["create ddb-b", "create ddb-c"]);
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b", "c"]);
    assert.deepEqual(succeeded(await stack.preview()).steps, []);
  });

  for (const [code, meaning] of [
    ["RouteAlreadyExists", /RouteAlreadyExists: the route table has a route to DynamoDB already/],
    ["UnauthorizedOperation", /the deploying principal lacks a permission: ec2:CreateVpcEndpoint/],
  ] as const) {
    it(`${code} is explained where it occurs`, async () => {
      failAssociating("a", code);
      const { errors, text } = await stack.up(program(["a"]));
      assert.match(errors.join("\n"), meaning);
      assert.doesNotMatch(text, /^\s+at .*\.ts:/m);
    });
  }

  it("VpcEndpointLimitExceeded names the quota", async () => {
    const region = rehearsed.lab.cloud.region("us-east-1");
    const before = region.quotas.gatewayEndpoints;
    region.quotas.gatewayEndpoints = 0;
    try {
      assert.match(
        (await stack.up(program(["a"]))).errors.join("\n"),
        /VpcEndpointLimitExceeded: the Region has as many gateway endpoints as its quota allows/,
      );
    } finally {
      region.quotas.gatewayEndpoints = before;
    }
  });

  it("repeats what AWS was too busy for", async () => {
    failAssociating("a", "OperationInProgress", 1);
    succeeded(await stack.up(program(["a", "b"])));
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  });

  it(
    "repeats a deletion, too, that AWS was too busy for: the engine deletes at once what does not lie side by " +
      "side",
    async () => {
      const four = await network(rehearsed.lab, ["a", "b", "c", "d"]);
      succeeded(await stack.up(program(["a", "b", "c", "d"], four)));
      rehearsed.lab.cloud.faults.failOn(
        failingRemoval(four.routeTables.d, {
          times: 2,
          code: "OperationInProgress",
          message: "VpcEndpoint modify operation in progress",
        }),
      );
      succeeded(await stack.up(program(["a", "c"], four)));
      assert.deepEqual(switchedTables(rehearsed.lab, four), ["a", "c"]);
    },
  );

  it("announces, in the run that resumes, a removal that the failed run did not come to", async () => {
    succeeded(await stack.up(program(["a", "c"])));
    failAssociating("b", "InternalError");
    assert.equal((await stack.up(program(["a", "b"]))).ok, false);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "c"]);

    rehearsed.lab.cloud.faults.clear();
    const { warnings } = succeeded(await stack.preview());
    assert.match(warnings.join("\n"), /^c \(rtb-\w+\) is withdrawn from the endpoint/m);
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  });

  it("names no route table as leaving that a failed run did not come to", async () => {
    succeeded(await stack.up(program(["a"])));
    failAssociating("c", "InternalError");
    assert.equal((await stack.up(program(["a", "b", "c"]))).ok, false);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    rehearsed.lab.cloud.faults.clear();
    const out = program(["a", "b", "c"], net, { throughStage: "none" });
    for (const outcome of [await stack.preview(out), await stack.up()])
      assert.deepEqual(announcedNames(succeeded(outcome).warnings, "withdrawn"), ["a", "b"]);
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
  });

  it("announces a removal also where no run has ever succeeded", async () => {
    failAssociating("b", "InternalError");
    assert.equal((await stack.up(program(["a", "b"]))).ok, false);
    assert.equal((await stack.up(program(["b"]))).ok, false);
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
    rehearsed.lab.cloud.faults.clear();
    assert.match(
      succeeded(await stack.preview()).warnings.join("\n"),
      /^a \(rtb-\w+\) is withdrawn from the endpoint/m,
    );
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["b"]);
  });

  it("of a move to another VPC, the rest moves in the next `up` and the old endpoint goes last", async () => {
    const there = await network(rehearsed.lab, ["a", "b", "c"]);
    succeeded(await stack.up(program(["a", "b", "c"])));
    failAssociating("b", "InternalError", 1, there);
    assert.equal((await stack.up(program(["a", "b", "c"], there))).ok, false);
    assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [["c"], ["a"]]);

    const { warnings } = succeeded(await stack.preview());
    assert.match(warnings.join("\n"), /the endpoint is replaced/);
    const mark = rehearsed.lab.cloud.lastSequence;
    succeeded(await stack.up());
    assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [[], ["a", "b", "c"]]);
    assert.equal(rehearsed.lab.cloud.mutationsSince(mark).at(-1)?.action, "DeleteVpcEndpoints");
  });

  it('throughStage "none" gets out at any point', async () => {
    failAssociating("b", "InternalError");
    assert.equal((await stack.up(program(["a", "b"]))).ok, false);
    succeeded(await stack.up(program(["a", "b"], net, { throughStage: "none" })));
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
  });

  it("of a refresh that finds an association gone, the next preview warns of its switch", async () => {
    succeeded(await stack.up(program(["a", "b"])));
    const vpcEndpointId = endpointOf(rehearsed.lab, net.routeTables.a ?? "") ?? "";
    await rehearsed.lab.cloud
      .region("us-east-1")
      .ec2.modifyVpcEndpoint({ vpcEndpointId, removeRouteTableIds: [net.routeTables.a ?? ""] });
    const { warnings, steps } = succeeded(await stack.preview(undefined, { refresh: true }));
    assert.deepEqual(
      warnings.map((text) => /^(\w) .*switches/.exec(text)?.[1]),
      ["a"],
    );
    assert.ok(steps.some(({ operation, name }) => operation === "create" && name === "ddb-a"));
    succeeded(await stack.up(undefined, { refresh: true }));
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  });

  it("with --parallel 1 and --continue-on-error, a stage that fails still holds back the later ones", async () => {
    failAssociating("b", "InternalError", 1);
    const mark = rehearsed.lab.cloud.lastSequence;
    const { ok } = await stack.up(program(["a", "b", "c"]), { parallel: 1, continueOnError: true });
    assert.equal(ok, false);
    assert.deepEqual(
      routeChangesSince(rehearsed.lab, mark).map((change) => change.split(" ")[0]),
      [`+${net.routeTables.a}`],
    );
    succeeded(await stack.up(undefined, { parallel: 1 }));
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b", "c"]);
  });
});
