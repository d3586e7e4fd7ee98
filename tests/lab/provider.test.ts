import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Provider } from "@pulumi/aws/provider";
import * as ec2 from "@pulumi/aws/ec2";
import * as pulumi from "@pulumi/pulumi";
import { FULL_ACCESS } from "../../lab/cloud/ec2/endpointPolicies";
import { gatewaysOf, REGION, SERVICE, testNetwork } from "./network";
import { rehearsal, stepsOf, succeeded } from "../engine/rehearsal";

interface Settings {
  readonly tags?: Record<string, string>;
  readonly policy?: string;
  readonly service?: string;
  readonly associated?: boolean;
  /** What the program hears of the endpoint: only known values arrive. */
  readonly heard?: Record<string, unknown>;
}

const program =
  ({ tags, policy, service = SERVICE, associated = true, heard = {} }: Settings) =>
  () => {
    const vpc = new ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
    const table = new ec2.RouteTable("table", { vpcId: vpc.id });
    const endpoint = new ec2.VpcEndpoint("endpoint", { vpcId: vpc.id, serviceName: service, policy, tags });
    if (associated)
      new ec2.VpcEndpointRouteTableAssociation("association", { vpcEndpointId: endpoint.id, routeTableId: table.id });
    const { arn, prefixListId, vpcEndpointType, region, tagsAll } = endpoint;
    for (const [name, output] of Object.entries<pulumi.Output<unknown>>({
      arn,
      prefixListId,
      vpcEndpointType,
      region,
      tagsAll,
    })) {
      output.apply((value) => void (heard[name] = value));
    }
    return Promise.resolve({ endpoint: endpoint.id, table: table.id });
  };

describe("a stack on the lab", () => {
  const stacks = rehearsal();

  it("lives from preview to destroy", async () => {
    const stack = await stacks.stack();
    const heard: Record<string, unknown> = {};
    const created = ["create association", "create endpoint", "create table", "create vpc"];
    assert.deepEqual([...stepsOf(await stack.preview(program({ tags: { stage: "1" }, heard })))].sort(), created);
    assert.deepEqual(
      heard,
      { vpcEndpointType: "Gateway", region: REGION, tagsAll: { stage: "1" } },
      "AWS's answers are unknown before creation",
    );
    assert.equal(stacks.lab.cloud.mutationsSince(0).length, 0, "a preview changes nothing");

    const up = succeeded(await stack.up(program({ tags: { stage: "1" } })));
    const table = String(up.outputs["table"]);
    assert.deepEqual(gatewaysOf(stacks.lab.cloud, table), ["local", up.outputs["endpoint"]]);
    assert.deepEqual(stepsOf(await stack.preview()), [], "nothing is left to do");

    const renewed: Record<string, unknown> = {};
    const update = await stack.preview(program({ tags: { stage: "2" }, policy: DENY_ALL, heard: renewed }));
    assert.deepEqual(stepsOf(update), ["update endpoint"]);
    assert.deepEqual([...(update.steps.find(({ name }) => name === "endpoint")?.diffs ?? [])].sort(), [
      "policy",
      "tags.stage",
    ]);
    assert.match(String(renewed["arn"]), /^arn:aws:ec2/);
    assert.match(String(renewed["prefixListId"]), /^pl-/);
    assert.deepEqual(stepsOf(await stack.up()), ["update endpoint"]);

    assert.deepEqual(
      stepsOf(await stack.preview(program({ tags: { stage: "2" }, policy: pretty(DENY_ALL) }))),
      [],
      "the same policy in other words",
    );
    assert.deepEqual(
      stepsOf(await stack.up(program({ tags: { stage: "2" } }))),
      [],
      "a policy that is dropped stays in force",
    );

    assert.deepEqual(
      stepsOf(await stack.preview(program({ tags: { stage: "2" }, service: "com.amazonaws.us-east-1.s3" }))),
      [
        "create-replacement endpoint",
        "replace endpoint",
        "create-replacement association",
        "replace association",
        "delete-replaced association",
        "delete-replaced endpoint",
      ],
    );
    assert.equal(stepsOf(await stack.destroy()).length, 4);
    assert.deepEqual(gatewaysOf(stacks.lab.cloud, table), []);
  });

  it("sees on refresh what someone did by hand, and repairs it", async () => {
    const stack = await stacks.stack();
    const { outputs } = succeeded(await stack.up(program({})));
    const [endpoint, table] = [String(outputs["endpoint"]), String(outputs["table"])];
    const aws = stacks.lab.cloud.region(REGION).ec2;
    await aws.modifyVpcEndpoint({ vpcEndpointId: endpoint, removeRouteTableIds: [table] });
    await aws.createTags({ resources: [endpoint], tags: { owner: "someone" } });

    const repair = await stack.up(program({}), { refresh: true });
    assert.ok(stepsOf(repair).includes("create association"), repair.text);
    assert.ok(stepsOf(repair).includes("update endpoint"), repair.text);
    assert.deepEqual(gatewaysOf(stacks.lab.cloud, table), ["local", endpoint]);
    assert.deepEqual(
      stepsOf(await stack.preview(program({}), { refresh: true })).filter((step) => !step.startsWith("refresh")),
      [],
    );

    await aws.modifyVpcEndpoint({ vpcEndpointId: endpoint, removeRouteTableIds: [table] });
    succeeded(await stack.destroy());
  });

  it("imports what exists already", async () => {
    const {
      vpcId,
      tables: [routeTableId = ""],
      region,
    } = await testNetwork(stacks.lab.cloud);
    const { vpcEndpointId } = await region.ec2.createVpcEndpoint({
      vpcId,
      serviceName: SERVICE,
      routeTableIds: [routeTableId],
    });
    const stack = await stacks.stack();
    const mark = stacks.lab.cloud.lastSequence;
    const imported = succeeded(
      await stack.up(() => {
        new ec2.VpcEndpoint(
          "endpoint",
          { vpcId, serviceName: SERVICE, policy: FULL_ACCESS },
          { import: vpcEndpointId },
        );
        const association = new ec2.VpcEndpointRouteTableAssociation(
          "association",
          { vpcEndpointId, routeTableId },
          { import: `${vpcEndpointId}/${routeTableId}` },
        );
        return Promise.resolve({ association: association.id });
      }),
    );
    assert.match(String(imported.outputs["association"]), new RegExp(`^a-${vpcEndpointId}\\d+$`));
    assert.deepEqual(stacks.lab.cloud.mutationsSince(mark), []);
    assert.deepEqual(stepsOf(await stack.preview()), []);
  });

  it("works in two Regions, with default tags, beside another stack", async () => {
    const twoRegions = (team: string) => () => {
      const ireland = new Provider("ireland", { region: "eu-west-1", defaultTags: { tags: { team } } });
      const here = new ec2.Vpc("here", { cidrBlock: "10.0.0.0/16" });
      const there = new ec2.Vpc("there", { cidrBlock: "10.0.0.0/16", tags: { stage: "1" } }, { provider: ireland });
      const tokyo = new ec2.Vpc("tokyo", { cidrBlock: "10.0.0.0/16", region: "ap-northeast-1" });
      return Promise.resolve({
        here: here.arn,
        there: there.arn,
        tokyo: tokyo.arn,
        tags: there.tags,
        tagsAll: there.tagsAll,
      });
    };
    const [one, other] = await Promise.all([stacks.stack(), stacks.stack()]);
    const runs = await Promise.all([one.up(twoRegions("network")), other.up(twoRegions("network"))]);
    const [outputs = {}, others = {}] = runs.map((run) => succeeded(run).outputs);
    const regions = ["here", "there", "tokyo"].map((name) => String(outputs[name]).split(":")[3]);
    assert.deepEqual(regions, [REGION, "eu-west-1", "ap-northeast-1"]);
    assert.deepEqual(outputs["tags"], { stage: "1" });
    assert.deepEqual(outputs["tagsAll"], { stage: "1", team: "network" });
    assert.notEqual(others["here"], outputs["here"]);
    assert.deepEqual(stepsOf(await one.preview()), []);
    const renamed = succeeded(await one.preview(twoRegions("platform"))).steps.find(({ name }) => name === "there");
    assert.deepEqual([renamed?.operation, renamed?.diffs], ["update", ["tagsAll"]]);
  });

  it("keeps a secret secret, in the state and in the outputs", async () => {
    const stack = await stacks.stack();
    const { outputs } = succeeded(
      await stack.up(() => {
        const vpc = new ec2.Vpc("vpc", {
          cidrBlock: "10.0.0.0/16",
          tags: { Name: pulumi.secret("hidden"), stage: "1" },
        });
        return Promise.resolve({ tags: vpc.tags, tagsAll: vpc.tagsAll, arn: vpc.arn });
      }),
    );
    assert.match(String(outputs["arn"]), /^arn:/);
    for (const name of ["tags", "tagsAll"]) assert.doesNotMatch(JSON.stringify(outputs[name]), /hidden/);
    const state = readdirSync(stacks.folder, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    assert.ok(state.length > 0);
    const leaks = state.filter(({ parentPath, name }) =>
      readFileSync(join(parentPath, name), "utf8").includes('"hidden"'),
    );
    assert.deepEqual(
      leaks.map(({ name }) => name),
      [],
    );
    const [found] = await stacks.lab.cloud.region(REGION).ec2.describeVpcs({ filters: { "tag:Name": ["hidden"] } });
    assert.equal(found?.tags["stage"], "1", "AWS itself gets the plain value");
  });

  it("is told what the lab does not serve", async () => {
    const stack = await stacks.stack();
    const unserved = await stack.preview(() => {
      new ec2.VpcPeeringConnection("peering", { vpcId: "vpc-0", peerVpcId: "vpc-1" });
      return Promise.resolve({});
    });
    assert.match(
      unserved.errors.join("\n"),
      /aws:ec2\/vpcPeeringConnection:VpcPeeringConnection is not served by the lab; it serves .*aws:ec2\/vpc:Vpc/,
    );
  });

  it("fails as AWS does when a fault says so, and goes on afterwards", async () => {
    const stack = await stacks.stack();
    stacks.lab.cloud.faults.failOn({
      service: "ec2",
      action: "ModifyVpcEndpoint",
      times: 1,
      code: "OperationInProgress",
      message: "in progress",
    });
    const failed = await stack.up(program({}));
    assert.equal(failed.ok, false);
    assert.match(
      failed.errors.join("\n"),
      /creating VPC Endpoint Route Table Association \(vpce-\w+\/rtb-\w+\): operation error EC2: ModifyVpcEndpoint, https response error StatusCode: 400, RequestID: \S+, api error OperationInProgress: in progress/,
    );
    assert.deepEqual(stepsOf(await stack.up()), ["create association"]);
  });
});

const DENY_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: ["dynamodb:*"], Resource: "*" }],
});

function pretty(policy: string): string {
  return JSON.stringify(JSON.parse(policy), null, 2).replace('[\n        "dynamodb:*"\n      ]', '"dynamodb:*"');
}
