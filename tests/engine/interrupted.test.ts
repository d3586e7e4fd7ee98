import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProbePhase } from "../../components/check/probe/report";
import { startLab, type Lab } from "../../lab/lab";
import { CHECKOUT } from "../../tools/provider/process";
import { checkedNetwork, switchedTables, type CheckedNetwork } from "../../tools/rehearsal/network";
import { ended, userProject, type Project } from "./project";

/** Answers every phase with what its report must have. */
const SUCCEEDED = {
  outcome: "succeed",
  result: (event: unknown) => ({
    heldConnection: "reset",
    interruptionMillis: 20,
    reconnected: true,
    provenRequests: 3,
    ...(event as object),
  }),
} as const;

describe("Ctrl-C during a check", () => {
  let lab: Lab;
  let net: CheckedNetwork;
  let project: Project;
  beforeEach(async () => {
    lab = await startLab();
    net = await checkedNetwork(lab, ["a", "b"]);
    project = await userProject(lab.environment);
  });
  afterEach(async () => {
    await lab.stop();
    project.remove();
  });

  const args = (): object => ({
    vpcId: net.vpcId,
    routeTables: net.routeTables,
    rollout: { check: { table: "StockTable", subnets: net.subnets } },
  });
  const writeNodeProgram = (): void =>
    project.write(`
      const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
      new DynamoDbEndpoint("ddb", ${JSON.stringify(args())});
    `);
  const writeYamlProgram = (): void => {
    const plugins = { providers: [{ name: "dynamodb-endpoint", path: CHECKOUT }] };
    const resources = { ddb: { type: "dynamodb-endpoint:DynamoDbEndpoint", properties: args() } };
    writeFileSync(
      join(project.folder, "program", "Pulumi.yaml"),
      JSON.stringify({ name: "project", runtime: "yaml", plugins, resources }),
    );
  };

  /** Interrupts a deployment as soon as the function of route table a is invoked for the phase; what was printed. */
  const interruptedIn = async (phase: ProbePhase): Promise<string> => {
    lab.cloud.functions.behave(/./, { outcome: "slow", milliseconds: 1_500, then: SUCCEEDED });
    const isUnderWay = (): boolean =>
      lab.cloud.calls.some(
        ({ action, parameters }) =>
          action === "Invoke" && String(parameters.payload).includes(`"phase":"${phase}","routeTable":"a"`),
      );
    const up = project.start("up", "--yes", "--skip-preview");
    const end = ended(up);
    while (!isUnderWay() && up.exitCode === null) await sleep(10);
    up.kill("SIGINT");
    const { exitCode, stdout, stderr } = await end;
    assert.notEqual(exitCode, 0);
    return stdout + stderr;
  };

  for (const [language, write] of [
    ["a Node program", writeNodeProgram],
    ["a program in YAML", writeYamlProgram],
  ] as const) {
    it(`says in ${language} what is switched, and what the next run does`, async () => {
      write();
      const printed = await interruptedIn("after");
      assert.match(
        printed,
        /error: ddb-a-check-after: stage "a" is switched, but not proven: the run was interrupted while a was checked\. Nothing is rolled back[^\n]*Run `pulumi up` to check again/,
      );
      assert.doesNotMatch(printed, /error hook|rpc error/);
      assert.deepEqual(switchedTables(lab, net), ["a"]);

      lab.cloud.functions.behave(/./, SUCCEEDED);
      const { exitCode, stdout } = await project.pulumi("up", "--yes", "--skip-preview");
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /Invocation ddb-a-check-after created/);
      assert.deepEqual(switchedTables(lab, net), ["a", "b"]);
    });
  }

  it("before a switch says that nothing was switched", async () => {
    writeNodeProgram();
    assert.match(
      await interruptedIn("before"),
      /error: ddb-a-check-before: a was not switched: stage "a" stops here: the run was interrupted while a was checked\./,
    );
    assert.deepEqual(switchedTables(lab, net), []);
  });
});

describe("Ctrl-C during a switch", () => {
  it("says that AWS may have carried it out, and the next run goes on", async () => {
    const lab = await startLab();
    const net = await checkedNetwork(lab, ["a"]);
    const project = await userProject(lab.environment);
    const args = { vpcId: net.vpcId, routeTables: net.routeTables };
    project.write(`new (require("pulumi-dynamodb-endpoint").DynamoDbEndpoint)("ddb", ${JSON.stringify(args)});`);
    lab.cloud.faults.delay({ action: "ModifyVpcEndpoint", milliseconds: 1_500, times: 1 });
    const up = project.start("up", "--yes", "--skip-preview");
    const end = ended(up);
    while (!lab.cloud.calls.some(({ action }) => action === "ModifyVpcEndpoint")) await sleep(10);
    up.kill("SIGINT");
    const { stdout } = await end;
    assert.match(
      stdout,
      /error: ddb-a: stage "\w+" stops at a\. context canceled: the run was interrupted, and AWS may have carried this change out all the same\./,
    );
    assert.doesNotMatch(stdout, /error hook|rpc error/);
    await sleep(1_500);
    const again = await project.pulumi("up", "--yes", "--skip-preview");
    assert.equal(again.exitCode, 0, again.stdout);
    assert.deepEqual(switchedTables(lab, net), ["a"]);
    await lab.stop();
    project.remove();
  });
});
