import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CheckReport } from "../../components/check/probe/report";
import { startLab, type Lab } from "../../lab/lab";
import {
  checkedNetwork,
  createCheckedTable,
  network,
  switchedTables,
  type Network,
} from "../../tools/rehearsal/network";
import { commandsOf } from "../examples/readme";
import { ended, userProject, type Project } from "./project";
import { announcedNames } from "../../tools/rehearsal/announced";

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
    write(net);
  });
  const write = (args: object): void =>
    project.write(`
      const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
      new DynamoDbEndpoint("ddb", ${JSON.stringify(args)});
    `);
  afterEach(async () => {
    await lab.stop();
    project.remove();
    rmSync(stateFile, { force: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** Waits until the second association has been asked for, which the lab then answers late. */
  const untilSecondSwitch = async (): Promise<void> => {
    lab.cloud.faults.delay({
      action: "ModifyVpcEndpoint",
      when: ({ addRouteTableIds }) => Array.isArray(addRouteTableIds) && addRouteTableIds.includes(net.routeTables.b),
      milliseconds: 2_000,
      times: 1,
    });
    while (lab.cloud.calls.filter(({ action }) => action === "ModifyVpcEndpoint").length < 2) await sleep(10);
  };
  const warnedTables = async (): Promise<readonly string[]> => {
    const { stdout } = await project.pulumi("preview", "--json");
    const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { message: string; severity: string }[] };
    const warnings = diagnostics.map(({ message }) => message.replace(/^warning: /, ""));
    return announcedNames(warnings, "switches");
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

  it(
    "by SIGKILL to the engine during a gate passes that gate in the next `up`, and " + "those before it not again",
    async () => {
      const { vpcId, routeTables, subnets } = await checkedNetwork(lab, ["a", "b"]);
      await createCheckedTable(lab, "StockTable");
      const args = { vpcId, routeTables, rollout: { check: { table: "StockTable", subnets } } };
      project.write(`
      const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
      exports.checkReports = new DynamoDbEndpoint("ddb", ${JSON.stringify(args)}).checkReports;
    `);
      const gates = (): string[] =>
        lab.cloud.calls.flatMap(
          ({ action, parameters }) =>
            /"phase":"after","routeTable":"(\w)"/.exec(action === "Invoke" ? String(parameters.payload) : "")?.[1] ??
            [],
        );
      const up = project.start("up", "--yes", "--skip-preview");
      while (!gates().includes("b")) await sleep(10);
      up.kill("SIGKILL");
      await once(up, "exit");

      assert.equal((await project.pulumi("cancel", "--yes", "test")).exitCode, 0);
      const { exitCode, stdout } = await project.pulumi("up", "--yes", "--skip-preview");
      assert.equal(exitCode, 0, stdout);
      assert.deepEqual(gates(), ["a", "b", "b"]);
      const reports = JSON.parse((await project.pulumi("stack", "output", "checkReports", "--json")).stdout) as Record<
        string,
        CheckReport
      >;
      assert.deepEqual(
        Object.entries(reports).map(([table, { provenRequests }]) => [table, provenRequests]),
        [
          ["a", 3],
          ["b", 3],
        ],
      );
    },
  );

  /** Kills an `up` once a call has been asked for, which the cloud then carries out all the same. */
  const killedDuring = async (action: string): Promise<void> => {
    const before = lab.cloud.calls.length;
    lab.cloud.faults.delay({ action, milliseconds: 1_000, times: 1 });
    const up = project.start("up", "--yes", "--skip-preview");
    while (!lab.cloud.calls.slice(before).some((call) => call.action === action)) await sleep(10);
    up.kill("SIGKILL");
    await once(up, "exit");
    await sleep(1_200);
  };
  /** The commands of docs/operations.md, in their order. */
  const goOn = async (): Promise<void> => {
    const commands = commandsOf(readFileSync("docs/operations.md", "utf8")).map(({ words: [, ...words] }) => words);
    assert.deepEqual(
      commands.map(([command]) => command),
      ["cancel", "preview", "refresh", "up"],
    );
    const unasked: Readonly<Record<string, readonly string[]>> = {
      cancel: ["--yes"],
      preview: [],
      refresh: ["--yes", "--skip-preview"],
      up: ["--yes", "--skip-preview"],
    };
    for (const [command = "", ...options] of commands) await succeed(command, ...options, ...(unasked[command] ?? []));
  };
  /** What the engine does not know the end of, as `creating NAME`. */
  const pending = async (): Promise<string[]> => {
    const exported = JSON.parse((await project.pulumi("stack", "export")).stdout) as {
      deployment: { pending_operations?: { type: string; resource: { urn: string } }[] };
    };
    return (exported.deployment.pending_operations ?? []).map(
      ({ type, resource }) => `${type} ${resource.urn.split("::").at(-1)}`,
    );
  };
  const succeed = async (...args: string[]): Promise<string> => {
    const { exitCode, stdout, stderr } = await project.pulumi(...args);
    assert.equal(exitCode, 0, `${args.join(" ")}\n${stdout}${stderr}`);
    return stdout + stderr;
  };

  it("in a switch goes on, and the operation that is pending since then may be cleared", async () => {
    await killedDuring("ModifyVpcEndpoint");
    assert.deepEqual([switchedTables(lab, net), await pending()], [["a"], ["creating ddb-a"]]);
    await succeed("cancel", "--yes");
    assert.match(
      await succeed("up", "--yes", "--skip-preview"),
      /VpcEndpointRouteTableAssociation::ddb-a, interrupted while creating/,
    );
    await succeed("refresh", "--yes", "--skip-preview");
    assert.deepEqual([switchedTables(lab, net), await pending()], [["a", "b", "c"], ["creating ddb-a"]]);
    await succeed("refresh", "--yes", "--skip-preview", "--clear-pending-creates");
    assert.deepEqual([switchedTables(lab, net), await pending(), await warnedTables()], [["a", "b", "c"], [], []]);
  });

  it("in a switch is done with by what the page of the operation says", async () => {
    await killedDuring("ModifyVpcEndpoint");
    await goOn();
    assert.deepEqual([switchedTables(lab, net), await pending(), await warnedTables()], [["a", "b", "c"], [], []]);
  });

  it("in a withdrawal goes on with it, and a refresh clears what is pending", async () => {
    await succeed("up", "--yes", "--skip-preview");
    write({ ...net, rollout: { throughStage: "none" } });
    await killedDuring("ModifyVpcEndpoint");
    assert.deepEqual([switchedTables(lab, net), await pending()], [["a", "b"], ["deleting ddb-c"]]);
    await succeed("cancel", "--yes");
    await succeed("refresh", "--yes", "--skip-preview");
    assert.deepEqual(await pending(), []);
    await succeed("up", "--yes", "--skip-preview");
    assert.deepEqual(switchedTables(lab, net), []);
  });

  it("while it made the endpoint adopts that one: the CLI's own way to import it forgets it", async () => {
    const endpoints = async (): Promise<string[]> =>
      (await lab.cloud.region("us-east-1").ec2.describeVpcEndpoints({})).map(({ vpcEndpointId }) => vpcEndpointId);
    await killedDuring("CreateVpcEndpoint");
    const [vpcEndpointId = ""] = await endpoints();
    assert.deepEqual(await pending(), ["creating ddb"]);
    await succeed("cancel", "--yes");
    const urn =
      "urn:pulumi:test::project::dynamodb-endpoint:index:DynamoDbEndpoint$aws:ec2/vpcEndpoint:VpcEndpoint::ddb";
    await succeed(
      "refresh",
      "--yes",
      "--skip-preview",
      "--import-pending-creates",
      urn,
      "--import-pending-creates",
      vpcEndpointId,
    );
    const exported = (await project.pulumi("stack", "export")).stdout;
    assert.deepEqual([await pending(), exported.includes(vpcEndpointId)], [[], false]);

    write({ ...net, adopt: { vpcEndpointId } });
    await succeed("up", "--yes", "--skip-preview");
    assert.deepEqual([await endpoints(), switchedTables(lab, net)], [[vpcEndpointId], ["a", "b", "c"]]);
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
