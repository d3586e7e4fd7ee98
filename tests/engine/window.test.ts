import assert from "node:assert/strict";
import type { RolloutWindow } from "../../index";
import { endpointOf, network, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { RehearsedStack } from "../../tools/rehearsal/stack";
import { endpointProgram, failingRemoval, rehearsal, succeeded } from "./rehearsal";
import { announcedNames } from "../../tools/rehearsal/announced";

const HOUR_MILLIS = 3_600_000;
const at = (millisFromNow: number): string => new Date(Date.now() + millisFromNow).toISOString();
const past = (): RolloutWindow => ({ opensAt: at(-2 * HOUR_MILLIS), closesAt: at(-HOUR_MILLIS) });
const future = (): RolloutWindow => ({ opensAt: at(HOUR_MILLIS), closesAt: at(2 * HOUR_MILLIS) });
const open = (): RolloutWindow => ({ opensAt: at(-HOUR_MILLIS), closesAt: at(HOUR_MILLIS) });

/** A run that is cut off after its last switch. */
const WITHOUT_RECORD = { exclude: ["urn:pulumi:*::rehearsal::**::ddb-switched"] };

describe("outside the window", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let there: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b"]);
    there = await network(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
  });
  afterEach(() => rehearsed.lab.cloud.faults.clear());
  const program = (
    window: RolloutWindow | undefined,
    rollout = {},
    { vpcId, routeTables } = net,
    region?: string,
  ): ReturnType<typeof endpointProgram> =>
    endpointProgram({ vpcId, routeTables, region, rollout: { ...rollout, window } });
  const refused = async (): Promise<void> => {
    const mark = rehearsed.lab.cloud.lastSequence;
    const { ok, errors } = await stack.up();
    assert.equal(ok, false);
    assert.match(
      errors.join("\n"),
      /the window for switching route tables (opens|closed) at .*`pulumi up` refuses, before any route is touched/,
    );
    assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
  };

  for (const [title, window] of [
    ["before it opens", future],
    ["after it closed", past],
  ] as const) {
    it(`a first deployment is refused ${title}, and the preview says so once`, async () => {
      const { warnings } = succeeded(await stack.preview(program(window())));
      assert.equal(warnings.filter((text) => text.startsWith("the window for switching")).length, 1);
      assert.deepEqual(announcedNames(warnings, "switches"), ["a", "b"]);
      await refused();
    });
  }

  it("an endpoint that switches nothing can be made", async () => {
    const { warnings } = succeeded(await stack.preview(program(future(), { throughStage: "none" })));
    assert.deepEqual(warnings, []);
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
  });

  describe("a stack that was deployed inside it", () => {
    beforeEach(async () => void succeeded(await stack.up(program(open()))));

    it("has a preview without a warning when nothing changes but the window itself", async () => {
      const { steps, warnings } = succeeded(await stack.preview(program(past())));
      assert.deepEqual([steps.map(({ name }) => name), warnings], [["ddb-plan"], []]);
    });

    it("refuses another route table, another id and another VPC", async () => {
      const { routeTableId: third } = await rehearsed.lab.cloud
        .region("us-east-1")
        .ec2.createRouteTable({ vpcId: net.vpcId });
      const more = { ...net.routeTables, c: third };
      const other = { ...net.routeTables, b: third };
      for (const changed of [{ ...net, routeTables: more }, { ...net, routeTables: other }, there]) {
        succeeded(await stack.preview(program(past(), {}, changed)));
        await refused();
        assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
      }
    });

    it("refuses a replacement that an earlier run began inside the window, and takes no route away", async () => {
      rehearsed.lab.cloud.faults.failOn({
        action: "ModifyVpcEndpoint",
        when: ({ addRouteTableIds }) => addRouteTableIds !== undefined,
        times: 1,
        code: "InternalError",
        message: "An internal error has occurred",
      });
      assert.equal((await stack.up(program(open(), {}, there))).ok, false);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["b"]);

      const { warnings } = succeeded(await stack.preview(program(past(), {}, there)));
      assert.match(warnings.join("\n"), /the window for switching route tables closed at/);
      await refused();
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["b"]);

      succeeded(await stack.up(program(open(), {}, there)));
      assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [[], ["a", "b"]]);
    });

    it(
      "refuses the rest of a move, to another Region too, that an earlier run began inside the window, and keeps " +
        "its routes",
      async () => {
        const elsewhere = "eu-west-1";
        const abroad = await network(rehearsed.lab, ["a", "b"], elsewhere);
        const switchedNow = (): string[][] => [
          switchedTables(rehearsed.lab, net),
          switchedTables(rehearsed.lab, abroad, elsewhere),
        ];
        rehearsed.lab.cloud.faults.failOn(failingRemoval(net.routeTables.b, { times: 1 }));
        assert.equal((await stack.up(program(open(), {}, abroad, elsewhere))).ok, false);
        assert.deepEqual(switchedNow(), [["b"], ["a"]]);

        const { steps } = succeeded(await stack.preview(program(past(), {}, abroad, elsewhere)));
        assert.deepEqual(
          steps.filter(({ operation }) => operation === "replace").map(({ name }) => name),
          ["ddb-b"],
        );
        await refused();
        assert.deepEqual(switchedNow(), [["b"], ["a"]]);

        succeeded(await stack.up(program(open(), {}, abroad, elsewhere)));
        assert.deepEqual(switchedNow(), [[], ["a", "b"]]);
      },
    );

    it("records what an earlier run switched inside the window, and did not come to record", async () => {
      const { routeTableId: third } = await rehearsed.lab.cloud
        .region("us-east-1")
        .ec2.createRouteTable({ vpcId: net.vpcId });
      const more = { ...net, routeTables: { ...net.routeTables, c: third } };
      succeeded(await stack.up(program(open(), {}, more), WITHOUT_RECORD));
      assert.deepEqual(succeeded(await stack.preview(program(past(), {}, more))).warnings, []);
      assert.deepEqual(
        succeeded(await stack.up()).steps.map(({ operation, name }) => `${operation} ${name}`),
        ["update ddb-plan", "update ddb-switched"],
      );
    });

    it("refuses to replace the endpoint alone", async () => {
      const endpoint = endpointOf(rehearsed.lab, net.routeTables.a ?? "");
      const urn = (await stack.resources()).find(({ id }) => id === endpoint)?.urn ?? "";
      const mark = rehearsed.lab.cloud.lastSequence;
      const { ok, errors } = await stack.up(program(past()), { replace: [urn] });
      assert.equal(ok, false);
      assert.match(errors.join("\n"), /the window for switching route tables closed at/);
      assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
    });

    it("never refuses a withdrawal", async () => {
      const { warnings } = succeeded(await stack.preview(program(past(), { throughStage: "none" })));
      assert.deepEqual([warnings.length, announcedNames(warnings, "withdrawn")], [1, ["a", "b"]]);
      succeeded(await stack.up());
      assert.deepEqual(switchedTables(rehearsed.lab, net), []);
    });
  });

  it("the rest of a move is refused also where no run has recorded what it switched", async () => {
    succeeded(await stack.up(program(open()), WITHOUT_RECORD));
    rehearsed.lab.cloud.faults.failOn(failingRemoval(net.routeTables.b, { times: 1 }));
    assert.equal((await stack.up(program(open(), {}, there))).ok, false);
    succeeded(await stack.preview(program(past(), {}, there)));
    await refused();
    assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [["b"], ["a"]]);
  });

  it(
    "a roll-out under way when it closes completes the move between endpoints, and " + "adds no further route table",
    async () => {
      succeeded(await stack.up(program(open())));
      const { routeTableId: third } = await rehearsed.lab.cloud
        .region("us-east-1")
        .ec2.createRouteTable({ vpcId: there.vpcId });
      const more = { ...there, routeTables: { ...there.routeTables, c: third } };
      rehearsed.lab.cloud.faults.delay({ action: "ModifyVpcEndpoint", milliseconds: 6_500, times: 1 });
      const { ok, errors } = await stack.up(program({ opensAt: at(-HOUR_MILLIS), closesAt: at(6_000) }, {}, more));
      assert.equal(ok, false);
      assert.match(errors.join("\n"), /closed at/);
      assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, more)], [[], ["a", "b"]]);
      succeeded(await stack.up(program(open(), {}, more)));
      assert.deepEqual(switchedTables(rehearsed.lab, more), ["a", "b", "c"]);
    },
  );
});
