import assert from "node:assert/strict";
import { OLDEST_ENGINE_VERSION } from "../../tools/engine/versions";
import { checkedNetwork, switchedTables } from "../../tools/rehearsal/network";
import { endpointProgram, rehearsal, succeeded } from "./rehearsal";

describe(`with Pulumi ${OLDEST_ENGINE_VERSION}, the oldest engine that is used`, () => {
  const rehearsed = rehearsal();

  it("stages, warnings, checks and refusals work; errors are AWS's own, of which the preview warns", async () => {
    const { lab } = rehearsed;
    const net = await checkedNetwork(lab, ["a", "b"]);
    const { vpcId, routeTables, subnets } = net;
    const stack = await rehearsed.stackOfOldest();
    const program = (throughStage?: string, tables = routeTables): ReturnType<typeof endpointProgram> =>
      endpointProgram({
        vpcId,
        routeTables: tables,
        rollout: { throughStage, check: { table: "StockTable", subnets } },
      });
    const seen = { heldConnection: "reset", interruptionMillis: 20, reconnected: true, provenRequests: 3 };
    lab.cloud.functions.behave(/.*/, {
      outcome: "succeed",
      result: (event: unknown) => ({ ...seen, ...(event as object) }),
    });

    const { warnings } = succeeded(await stack.preview(program("a")));
    assert.deepEqual(warnings.map((text) => /^(a|the Pulumi CLI)/.exec(text)?.[0]).sort(), ["a", "the Pulumi CLI"]);
    succeeded(await stack.up());
    const unchanged = succeeded(await stack.preview());
    assert.deepEqual([unchanged.steps, unchanged.warnings, switchedTables(lab, net)], [[], [], ["a"]]);

    lab.cloud.functions.behave(/-b-check-/, {
      outcome: "fail",
      error: { errorType: "NoPath", errorMessage: "no request was answered.", trace: [] },
    });
    assert.match(
      (await stack.up(program())).errors.join("\n"),
      /"errorType":"NoPath","errorMessage":"no request was answered/,
    );
    assert.deepEqual(switchedTables(lab, net), ["a"]);

    lab.cloud.functions.behave(/-b-check-/, {
      outcome: "succeed",
      result: (event: unknown) => ({ ...seen, ...(event as object) }),
    });
    lab.cloud.faults.failOn({ action: "ModifyVpcEndpoint", code: "OperationInProgress", message: "busy", times: 1 });
    const busy = await stack.up();
    assert.deepEqual(
      [busy.ok, busy.errors.some((text) => text.endsWith("api error OperationInProgress: busy"))],
      [false, true],
      busy.text,
    );
    succeeded(await stack.up());
    assert.deepEqual(switchedTables(lab, net), ["a", "b"]);

    const { a = "", b = "" } = routeTables;
    assert.match(
      (await stack.up(program(undefined, { a: b, b: a }))).errors.join("\n"),
      /refused before any route was touched/,
    );
    succeeded(await stack.up(program("none")));
    assert.deepEqual(switchedTables(lab, net), []);
    succeeded(await stack.destroy());
  });
});
