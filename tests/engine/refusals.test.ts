import assert from "node:assert/strict";
import { startLab, type Lab } from "../../lab/lab";
import { userProject, type Project } from "./project";

const REFUSED = [
  'DynamoDbEndpoint "ddb": 3 arguments cannot be used',
  "routeTables.b: is rtb-1, which is routeTables.a already; a route table has one name: remove one of the two",
  'rollout.throughStage: "x" is not a stage; the stages are "a", "b"',
  'rollout.window.opensAt: "tonight" is not a time with an offset; write it as 2026-11-23T22:00:00+01:00 or ' +
    "2026-11-23T21:00:00Z",
].join("\n");

describe("arguments that cannot be used", () => {
  let lab: Lab;
  let project: Project;
  before(async () => {
    lab = await startLab();
    project = await userProject(lab.environment);
    project.write(`
      const { DynamoDbEndpoint } = require("pulumi-dynamodb-endpoint");
      new DynamoDbEndpoint("ddb", {
        vpcId: "vpc-1",
        routeTables: { a: "rtb-1", b: "rtb-1" },
        rollout: { throughStage: "x", window: { opensAt: "tonight", closesAt: "2026-11-23T21:00:00Z" } },
      });
    `);
  });
  after(async () => {
    await lab.stop();
    project.remove();
  });

  for (const operation of [
    ["preview"],
    ["preview", "--diff"],
    ["up", "--yes", "--skip-preview"],
    ["refresh", "--yes", "--run-program"],
    ["destroy", "--yes", "--run-program"],
  ]) {
    it(`are one error with all findings and no stack trace in \`pulumi ${operation.join(" ")}\``, async () => {
      const { exitCode, stdout, stderr } = await project.pulumi(...operation);
      assert.notEqual(exitCode, 0);
      const shown = (stdout + stderr).replace(/^ +/gm, "");
      assert.equal(shown.split(REFUSED).length - 1, 1, shown);
      assert.doesNotMatch(shown, /^at /m);
    });
  }

  it("create nothing", () => assert.deepEqual(lab.cloud.calls, []));
});
