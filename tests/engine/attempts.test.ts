import assert from "node:assert/strict";
import { DynamoDbEndpoint, type DynamoDbEndpointArgs } from "../../index";
import type { CheckReport, ProbeEvent } from "../../components/check/probe/report";
import { checkedNetwork, endpointOf, REGION, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import type { Outcome, RehearsedStack } from "../../tools/rehearsal/stack";
import { failingRemoval, rehearsal, stepsOf, succeeded } from "./rehearsal";

/** A route may be made more than once, under one id: each time it is watched and proven, or said not to be. */
describe("an association that is made again", () => {
  const rehearsed = rehearsal();
  let net: CheckedNetwork;
  let stack: RehearsedStack;
  let events: ProbeEvent[];
  let failing: string | undefined;
  let answers = 0;
  beforeEach(async () => {
    net = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    stack = await rehearsed.stack();
    [events, failing] = [[], undefined];
    rehearsed.lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => {
        const asked = event as ProbeEvent;
        events.push(asked);
        answers += 1;
        const proven = asked.phase === "after" && asked.routeTable === failing ? 0 : 3;
        return {
          heldConnection: "reset",
          interruptionMillis: 20,
          reconnected: true,
          requests: answers,
          provenRequests: proven,
          provenAfterMillis: 5,
          ...asked,
        };
      },
    });
  });
  afterEach(() => {
    rehearsed.lab.cloud.functions.clear();
    rehearsed.lab.cloud.faults.clear();
  });
  const program =
    (args: Partial<DynamoDbEndpointArgs> = {}, rollout: DynamoDbEndpointArgs["rollout"] = {}) =>
    (): Promise<Record<string, unknown>> => {
      const { vpcId, routeTables, subnets } = net;
      const { checkReports } = new DynamoDbEndpoint("ddb", {
        vpcId,
        routeTables,
        rollout: { check: { table: "StockTable", subnets }, ...rollout },
        ...args,
      });
      return Promise.resolve({ checkReports });
    };
  const phases = (): string[] => events.map(({ phase, routeTable }) => `${phase} ${routeTable}`).sort();
  const reports = ({ outputs }: Outcome): Record<string, CheckReport> =>
    outputs.checkReports as Record<string, CheckReport>;
  const replaced = (outcome: Outcome): string[] =>
    stepsOf(outcome)
      .flatMap((step) => /^replace (ddb-.-check-\w+)$/.exec(step)?.[1] ?? [])
      .sort();
  const removeByHand = async (name: string): Promise<void> => {
    const id = net.routeTables[name] ?? "";
    await rehearsed.lab.cloud
      .region(REGION)
      .ec2.modifyVpcEndpoint({ vpcEndpointId: endpointOf(rehearsed.lab, id) ?? "", removeRouteTableIds: [id] });
  };
  const failOnceAssociating = (name: string): void =>
    rehearsed.lab.cloud.faults.failOn({
      action: "ModifyVpcEndpoint",
      when: ({ addRouteTableIds }) =>
        Array.isArray(addRouteTableIds) && addRouteTableIds.includes(net.routeTables[name]),
      times: 1,
      code: "InternalError",
      message: "An internal error has occurred",
    });
  const invokesNothing = async (declared?: () => Promise<Record<string, unknown>>): Promise<void> => {
    events = [];
    const { steps, warnings } = succeeded(await stack.preview(declared));
    assert.deepEqual([steps, warnings], [[], []]);
    succeeded(await stack.up());
    assert.deepEqual(events, []);
  };

  describe("because somebody removed it", () => {
    it("is watched and proven again after a refresh, alone, as the preview says, and once", async () => {
      succeeded(await stack.up(program()));
      await removeByHand("a");
      events = [];
      const preview = succeeded(await stack.preview(undefined, { refresh: true }));
      assert.deepEqual(replaced(preview), ["ddb-a-check-after", "ddb-a-check-before", "ddb-a-check-during"]);
      assert.deepEqual(
        preview.warnings.map((text) => text.split(" ")[0]),
        ["a"],
      );
      succeeded(await stack.up(undefined, { refresh: true }));
      assert.deepEqual(phases(), ["after a", "before a", "during a"]);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
      await invokesNothing();
    });

    it("holds the next stage back while it is not proven, also over runs", async () => {
      succeeded(await stack.up(program({}, { throughStage: "a" })));
      await removeByHand("a");
      failing = "a";
      assert.equal((await stack.up(program(), { refresh: true })).ok, false);
      assert.equal((await stack.up()).ok, false);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a"]);
      failing = undefined;
      const { ok, text } = await stack.up();
      assert.ok(ok, text);
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    });

    it("is proven also where the run that made it was cut off before", async () => {
      succeeded(await stack.up(program()));
      await removeByHand("a");
      failOnceAssociating("a");
      assert.equal((await stack.up(undefined, { refresh: true })).ok, false);
      events = [];
      succeeded(await stack.up());
      assert.deepEqual(phases(), ["after a", "before a", "during a"]);
      await invokesNothing();
    });

    it("is not taken for switched where the state still has it, and comes back with a refresh", async () => {
      succeeded(await stack.up(program({}, { throughStage: "a" })));
      await removeByHand("a");
      const preview = succeeded(await stack.preview(program()));
      assert.match(
        preview.warnings.join("\n"),
        /^a is associated by the state, and not by AWS: .*Run `pulumi refresh`/m,
      );
      const up = await stack.up();
      assert.equal(up.ok, false);
      assert.match(up.errors.join("\n"), /stage "a" is not proven: a is associated by the state, and not by AWS/);
      assert.deepEqual(switchedTables(rehearsed.lab, net), []);
      succeeded(await stack.refresh());
      succeeded(await stack.up());
      assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
    });
  });

  it("holds later route tables back, also where nobody checks, while the state has it and AWS has not", async () => {
    const { vpcId, routeTables } = net;
    const unchecked = (throughStage: string) => (): Promise<Record<string, unknown>> => {
      new DynamoDbEndpoint("ddb", { vpcId, routeTables, rollout: { throughStage } });
      return Promise.resolve({});
    };
    succeeded(await stack.up(unchecked("a")));
    await removeByHand("a");
    const preview = succeeded(await stack.preview(unchecked("b")));
    assert.deepEqual(
      preview.warnings.map((text) => text.split(/ \(|: /)[0]),
      ["b", "a is associated by the state, and not by AWS"],
    );
    const up = await stack.up();
    assert.equal(up.ok, false);
    assert.match(
      up.errors.join("\n"),
      /b is not switched: a is associated by the state, and not by AWS: .*Run `pulumi refresh`/,
    );
    assert.deepEqual(switchedTables(rehearsed.lab, net), []);
    succeeded(await stack.refresh());
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(rehearsed.lab, net), ["a", "b"]);
  });

  it("holds back no route table that moves: it would be left without a route", async () => {
    const there = await checkedNetwork(rehearsed.lab, ["a", "b"]);
    const unchecked =
      ({ vpcId, routeTables }: CheckedNetwork) =>
      (): Promise<Record<string, unknown>> => {
        new DynamoDbEndpoint("ddb", { vpcId, routeTables });
        return Promise.resolve({});
      };
    succeeded(await stack.up(unchecked(net)));
    rehearsed.lab.cloud.faults.failOn(failingRemoval(net.routeTables.b, { times: 1 }));
    assert.equal((await stack.up(unchecked(there))).ok, false);
    const moved = there.routeTables.a ?? "";
    await rehearsed.lab.cloud
      .region(REGION)
      .ec2.modifyVpcEndpoint({ vpcEndpointId: endpointOf(rehearsed.lab, moved) ?? "", removeRouteTableIds: [moved] });
    const up = succeeded(await stack.up());
    assert.match(up.warnings.join("\n"), /^a is associated by the state, and not by AWS/m);
    assert.deepEqual([switchedTables(rehearsed.lab, net), switchedTables(rehearsed.lab, there)], [[], ["b"]]);
  });

  it("because AWS refused it is watched anew, and the report is of that attempt", async () => {
    failOnceAssociating("a");
    assert.equal((await stack.up(program())).ok, false);
    assert.deepEqual(phases(), ["before a", "during a"]);
    const first = answers;
    const { outputs } = succeeded(await stack.up());
    assert.deepEqual(phases(), [
      "after a",
      "after b",
      "before a",
      "before a",
      "before b",
      "during a",
      "during a",
      "during b",
    ]);
    assert.ok((reports({ outputs } as Outcome).a?.watch?.requests ?? 0) > first);
    await invokesNothing();
  });

  it("because it was asked to be replaced is proven, and said not to be watched", async () => {
    const { outputs } = succeeded(await stack.up(program()));
    assert.notEqual((outputs.checkReports as Record<string, CheckReport>).a?.watch, undefined);
    const [association] = (await stack.resources()).filter(({ urn }) => urn.endsWith("::ddb-a"));
    events = [];
    const preview = succeeded(await stack.preview(undefined, { replace: [association?.urn ?? ""] }));
    assert.match(preview.warnings.join("\n"), /^a is switched without a watching client/m);
    const up = succeeded(await stack.up(undefined, { replace: [association?.urn ?? ""] }));
    assert.match(up.warnings.join("\n"), /^a is switched without a watching client/m);
    assert.deepEqual(phases(), ["after a"]);
    assert.deepEqual([reports(up).a?.watch, reports(up).b?.watch === undefined], [undefined, false]);
    await invokesNothing();
  });

  it("is proven where somebody had changed the policy, which a refresh and `up` put back", async () => {
    succeeded(await stack.up(program()));
    const policyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: "*", Action: "dynamodb:GetItem", Resource: "*" }],
    });
    await rehearsed.lab.cloud.region(REGION).ec2.modifyVpcEndpoint({
      vpcEndpointId: endpointOf(rehearsed.lab, net.routeTables.a ?? "") ?? "",
      policyDocument,
    });
    events = [];
    const preview = succeeded(await stack.preview(undefined, { refresh: true }));
    assert.deepEqual(replaced(preview), ["ddb-a-check-after", "ddb-b-check-after"]);
    succeeded(await stack.up(undefined, { refresh: true }));
    assert.deepEqual(phases(), ["after a", "after b"]);
    await invokesNothing();
  });

  it("is proven by the next `up` where its gate was left out of the one that made it", async () => {
    succeeded(await stack.up(program()));
    await removeByHand("a");
    succeeded(
      await stack.up(undefined, { refresh: true, exclude: ["urn:pulumi:*::rehearsal::**::ddb-a-check-after"] }),
    );
    events = [];
    succeeded(await stack.up());
    assert.deepEqual(phases(), ["after a"]);
  });

  it("by another name or by hand, and adopted, is proven", async () => {
    const { vpcEndpointId } = await rehearsed.lab.cloud.region(REGION).ec2.createVpcEndpoint({
      vpcId: net.vpcId,
      serviceName: `com.amazonaws.${REGION}.dynamodb`,
      vpcEndpointType: "Gateway",
      routeTableIds: [net.routeTables.a ?? ""],
    });
    succeeded(await stack.up(program({ adopt: { vpcEndpointId, routeTables: ["a"] } })));
    assert.ok(phases().includes("after a"));
    await invokesNothing();
  });

  it("is told from one of a state that knows of no attempts: nothing is invoked", async () => {
    succeeded(await stack.up(program()));
    await stack.rewrite(({ urn, inputs, outputs }) => {
      if (!urn.includes("-check-")) return;
      for (const properties of [inputs, outputs])
        for (const token of ["attempt", "made"])
          delete (properties?.triggers as Record<string, unknown> | undefined)?.[token];
    });
    await invokesNothing();
    await removeByHand("a");
    events = [];
    succeeded(await stack.up(undefined, { refresh: true }));
    assert.deepEqual(phases(), ["after a", "before a", "during a"]);
    await invokesNothing();
  });
});
