import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckReport } from "../../components/probe/report";
import { startLab, type Lab } from "../../lab/lab";
import { checkedNetwork, createCheckedTable, network, switchedTables, type Network } from "../../tools/rehearsal/network";
import { ended, userProject, type Project } from "./project";

describe("a roll-out that is cut off", () => {
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-lab-"));
  const stateFile = join(folder, "state");
  let lab: Lab;
  let net: Network;
  let project: Project;
  beforeEach(async () => {
    lab = await startLab({ stateFile });
    net = await network(lab, ["a", "b", "c"]);
    project = await userProject(lab.environment);
    project.write(`
      const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
      new DynamoDbEndpoint("ddb", ${JSON.stringify(net)});
    `);
  });
  afterEach(async () => {
    await lab.stop();
    project.remove();
    rmSync(stateFile, { force: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Waits until the second association has been asked for, which the lab then answers late. */
  const untilSecondSwitch = async (): Promise<void> => {
    lab.cloud.faults.delay({ action: "ModifyVpcEndpoint", when: ({ addRouteTableIds }) => Array.isArray(addRouteTableIds) && addRouteTableIds.includes(net.routeTables.b), milliseconds: 2_000, times: 1 });
    while (lab.cloud.calls.filter(({ action }) => action === "ModifyVpcEndpoint").length < 2) await sleep(10);
  };
  const warnedTables = async (): Promise<string[]> => {
    const { stdout } = await project.pulumi("preview", "--json");
    const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { message: string; severity: string }[] };
    return diagnostics.flatMap(({ message }) => /^warning: (\w) .*switches to the endpoint/.exec(message)?.[1] ?? []);
  };

  it("by SIGKILL to the engine between two stages goes on with the next `up`", async () => {
    const up = project.start("up", "--yes", "--skip-preview");
    await untilSecondSwitch();
    up.kill("SIGKILL");
    await once(up, "exit");
    await sleep(2_100);
    assert.deepEqual(switchedTables(lab, net), ["a", "b"]);

    assert.equal((await project.pulumi("cancel", "--yes", "test")).exitCode, 0);
    assert.deepEqual(await warnedTables(), ["b", "c"]);
    const { exitCode, stdout } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(switchedTables(lab, net), ["a", "b", "c"]);
    assert.deepEqual(await warnedTables(), []);
  });

  it("by SIGKILL to the engine during a gate passes that gate in the next `up`, and those before it not again", async () => {
    const { vpcId, routeTables, subnets } = await checkedNetwork(lab, ["a", "b"]);
    await createCheckedTable(lab, "StockTable");
    const args = { vpcId, routeTables, rollout: { check: { table: "StockTable", subnets } } };
    project.write(`
      const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
      exports.checkReports = new DynamoDbEndpoint("ddb", ${JSON.stringify(args)}).checkReports;
    `);
    const gates = (): string[] => lab.cloud.calls.flatMap(({ action, parameters }) => /"phase":"after","routeTable":"(\w)"/.exec(action === "Invoke" ? String(parameters.payload) : "")?.[1] ?? []);
    const up = project.start("up", "--yes", "--skip-preview");
    while (!gates().includes("b")) await sleep(10);
    up.kill("SIGKILL");
    await once(up, "exit");

    assert.equal((await project.pulumi("cancel", "--yes", "test")).exitCode, 0);
    const { exitCode, stdout } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(gates(), ["a", "b", "b"]);
    const reports = JSON.parse((await project.pulumi("stack", "output", "checkReports", "--json")).stdout) as Record<string, CheckReport>;
    assert.deepEqual(Object.entries(reports).map(([table, { provenRequests }]) => [table, provenRequests]), [["a", 3], ["b", 3]]);
  });

  it("by the death of the cloud's API goes on once it is back", async () => {
    const up = project.start("up", "--yes", "--skip-preview");
    const end = ended(up);
    await untilSecondSwitch();
    const { port } = lab;
    await lab.stop();
    assert.notEqual((await end).exitCode, 0);

    lab = await startLab({ stateFile, port });
    assert.deepEqual(switchedTables(lab, net), ["a"]);
    const { exitCode, stdout } = await project.pulumi("up", "--yes", "--skip-preview");
    assert.equal(exitCode, 0, stdout);
    assert.deepEqual(switchedTables(lab, net), ["a", "b", "c"]);
  });
});
