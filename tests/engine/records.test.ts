import assert from "node:assert/strict";
import { secret } from "@pulumi/pulumi";
import { endpointOf, network, REGION, switchedTables, type Network } from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { endpointProgram, failingRemoval, rehearsal, stepsOf, succeeded } from "./rehearsal";
import { announcedNames } from "../../tools/rehearsal/announced";

/**
 * `pulumi state delete`, and imports that were cut off: what a preview then knows, and what it says that it does not.
 */
describe("without its records", () => {
  const rehearsed = rehearsal();
  let net: Network;
  let stack: RehearsedStack;
  beforeEach(async () => {
    net = await network(rehearsed.lab, ["a", "b", "c", "d"]);
    stack = await rehearsed.stack();
  });
  afterEach(() => rehearsed.lab.cloud.faults.clear());
  const program = (
    names: readonly string[],
    renamed: Record<string, string> = {},
  ): ReturnType<typeof endpointProgram> =>
    endpointProgram({
      vpcId: net.vpcId,
      routeTables: Object.fromEntries(names.map((name) => [name, net.routeTables[renamed[name] ?? name] ?? ""])),
    });
  const LOST = /^ddb-(plan|switched), the record of what is switched, is not in the state any more/;
  const leaving = ({ warnings }: Outcome): readonly string[] => announcedNames(warnings, "withdrawn");
  const settled = async (): Promise<void> => {
    const { steps, warnings } = succeeded(await stack.preview());
    assert.deepEqual([steps, warnings], [[], []]);
  };

  for (const lost of [["ddb-switched"], ["ddb-plan"], ["ddb-plan", "ddb-switched"]]) {
    describe(lost.join(" and "), () => {
      beforeEach(async () => {
        succeeded(await stack.up(program(["a", "b", "c"])));
        succeeded(await stack.up(program(["a", "b"])));
        for (const name of lost) await stack.forget(name);
      });

      it("nothing is said to leave where nothing does, and the records are written anew", async () => {
        const mark = rehearsed.lab.cloud.lastSequence;
        const preview = succeeded(await stack.preview());
        assert.deepEqual([leaving(preview), stepsOf(preview)], [[], []]);
        assert.deepEqual(
          preview.warnings.map((text) => LOST.exec(text)?.[1]),
          lost.map((name) => name.slice("ddb-".length)),
        );
        assert.ok(
          preview.warnings.every((text) => text.includes("is told by what the last complete run had left")),
          preview.warnings.join("\n"),
        );
        succeeded(await stack.up());
        assert.deepEqual(rehearsed.lab.cloud.mutationsSince(mark), []);
        await settled();
      });

      it("a route table that leaves is announced, and one that comes", async () => {
        const preview = succeeded(await stack.preview(program(["a", "d"])));
        assert.deepEqual(leaving(preview), ["b"]);
        assert.deepEqual(announcedNames(preview.warnings, "switches"), ["d"]);
        succeeded(await stack.up());
        assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "d"]);
        await settled();
      });

      it("an id that changes names is refused, and no route is lost", async () => {
        const mark = rehearsed.lab.cloud.lastSequence;
        for (const outcome of [await stack.preview(program(["a", "x"], { x: "b" })), await stack.up()]) {
          assert.equal(outcome.ok, false);
          assert.match(outcome.errors.join("\n"), /routeTables\.x: is rtb-\w+, which was routeTables\.b/);
        }
        assert.deepEqual(
          rehearsed.lab.cloud
            .mutationsSince(mark)
            .filter(({ parameters }) => JSON.stringify(parameters).includes("removeRouteTableIds")),
          [],
        );
        assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
      });

      it("in a state of an earlier version, what is not known is said to be unknown", async () => {
        await stack.rewrite(({ type, outputs }) => {
          if (type === "dynamodb-endpoint:index:DynamoDbEndpoint") delete outputs?.rollout;
        });
        const preview = succeeded(await stack.preview());
        assert.deepEqual([leaving(preview), stepsOf(preview)], [[], []]);
        assert.deepEqual(
          preview.warnings.map((text) => LOST.exec(text)?.[1]),
          lost.map((name) => name.slice("ddb-".length)),
        );
        assert.ok(
          preview.warnings.every((text) => text.includes("is not known before it happens")),
          preview.warnings.join("\n"),
        );
        succeeded(await stack.up());
        assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
        await settled();
      });
    });
  }

  it("the copy of what was secret shows nothing of it", async () => {
    const hidden = (...names: readonly string[]): ReturnType<typeof endpointProgram> =>
      endpointProgram({
        vpcId: net.vpcId,
        routeTables: Object.fromEntries(names.map((name) => [name, secret(net.routeTables[name] ?? "")])),
      });
    succeeded(await stack.up(hidden("a", "b")));
    for (const name of ["ddb-plan", "ddb-switched"]) await stack.forget(name);
    const preview = succeeded(await stack.preview(hidden("a")));
    assert.ok(
      preview.warnings.some((text) => text.startsWith("b (its id is secret) is withdrawn from the endpoint.")),
      preview.warnings.join("\n"),
    );
    assert.ok(!`${preview.text} ${preview.warnings.join()}`.includes(net.routeTables.b ?? ""));
  });
});

describe("a withdrawal that fails", () => {
  const rehearsed = rehearsal();
  afterEach(() => rehearsed.lab.cloud.faults.clear());

  it(
    "is told as one, and the preview after it announces what is still to leave, until it has left or somebody " +
      "removed it",
    async () => {
      const net = await network(rehearsed.lab, ["a", "b", "c"]);
      const stack = await rehearsed.stack();
      const program = (throughStage?: string): ReturnType<typeof endpointProgram> =>
        endpointProgram({ vpcId: net.vpcId, routeTables: net.routeTables, rollout: { throughStage } });
      const removeByHand = async (id: string): Promise<unknown> =>
        rehearsed.lab.cloud
          .region(REGION)
          .ec2.modifyVpcEndpoint({ vpcEndpointId: endpointOf(rehearsed.lab, id) ?? "", removeRouteTableIds: [id] });
      succeeded(await stack.up(program()));
      rehearsed.lab.cloud.faults.failOn(failingRemoval(net.routeTables.b));
      const failed = await stack.up(program("none"));
      assert.equal(failed.ok, false);
      assert.match(
        failed.errors.join("\n"),
        /ddb-b: The route table is still on its endpoint, and its connections stay open\./,
      );
      assert.doesNotMatch(failed.errors.join("\n"), /were switched before this one/);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);

      for (const onEndpoint of [["a", "b"], ["b"]]) {
        // However late AWS answers: neither does the preview end before, nor the deployment that records it.
        rehearsed.lab.cloud.faults.delay({ action: "DescribeVpcEndpoints", milliseconds: 700 });
        const preview = succeeded(await stack.preview());
        const announced = announcedNames(preview.warnings, "withdrawn");
        assert.equal(preview.warnings.join().split("an earlier run did not come to it").length - 1, onEndpoint.length);
        assert.deepEqual([announced, stepsOf(preview).sort()], [onEndpoint, ["delete ddb-a", "delete ddb-b"]]);
        if (onEndpoint.includes("a")) {
          assert.equal((await stack.up()).ok, false);
          await removeByHand(net.routeTables.a ?? "");
        }
      }
      rehearsed.lab.cloud.faults.clear();
      succeeded(await stack.up());
      assert.deepEqual(switchedTables(rehearsed.lab, net), []);
      const { steps, warnings } = succeeded(await stack.preview());
      assert.deepEqual([steps, warnings], [[], []]);
    },
  );
});
