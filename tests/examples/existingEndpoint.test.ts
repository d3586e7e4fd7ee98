import assert from "node:assert/strict";
import { resolve } from "node:path";
import type { Lab } from "../../lab/lab";
import { readPreview } from "../../tools/demo/isolatedStack";
import { followReadme } from "./readme";
import { CHECKOUT, configure, exampleStacks } from "./stacks";

/** Where the README's user works. */
const REGION = "eu-west-1";

const ONE_TABLE_ONLY = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: "*", Action: "dynamodb:*", Resource: "arn:aws:dynamodb:*:*:table/StockTable" },
  ],
});

describe("examples/existing-endpoint", () => {
  const stacks = exampleStacks();
  const project = "examples/existing-endpoint";

  it("does what its README shows, and touches the route of the third table alone", async () => {
    const lab = await stacks.lab();
    const existing = await existingEndpoint(lab);
    const mark = lab.cloud.lastSequence;
    await followReadme(resolve(CHECKOUT, project), await stacks.make(project, lab), existing);
    assert.deepEqual(
      lab.cloud.mutationsSince(mark).map(({ action, parameters }) => [action, parameters.addRouteTableIds]),
      [["ModifyVpcEndpoint", [existing.privateRouteTableC]]],
    );
  });

  it("cannot adopt a route table that does not use the endpoint, and changes nothing", async () => {
    const lab = await stacks.lab();
    const stack = await stacks.make(project, lab);
    const { privateRouteTableA, privateRouteTableC, ...rest } = await existingEndpoint(lab);
    await configure(stack, {
      ...rest,
      privateRouteTableA: privateRouteTableC,
      privateRouteTableC: privateRouteTableA,
      "aws:region": REGION,
    });
    const mark = lab.cloud.lastSequence;
    const { exitCode, stdout } = await stack.pulumi("preview");
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /adopt\.routeTables: "private-a" does not use the endpoint: there is nothing to adopt/);
    assert.match(
      stdout,
      new RegExp(`routeTables\\.private-c: ${privateRouteTableA} takes a gateway endpoint for DynamoDB already`),
    );
    assert.deepEqual(lab.cloud.mutationsSince(mark), []);
  });

  it("warns when policy.json is not the policy that the endpoint has", async () => {
    const lab = await stacks.lab();
    const stack = await stacks.make(project, lab);
    await configure(stack, {
      ...(await existingEndpoint(lab, ONE_TABLE_ONLY)),
      throughStage: "adopted",
      "aws:region": REGION,
    });
    const { warnings } = readPreview(await stack.pulumi("preview", "--json"));
    assert.equal(warnings.length, 2);
    assert.match(
      warnings.join("\n"),
      /^vpce-\w+ is adopted, but differs from the arguments: its policy will be changed\./m,
    );
    assert.match(warnings.join("\n"), /^the policy changes\.\n/m);
  });
});

/** The example's configuration. */
type ExistingEndpoint = Readonly<
  Record<"vpcId" | "vpcEndpointId" | "privateRouteTableA" | "privateRouteTableB" | "privateRouteTableC", string>
>;

/** A VPC with an endpoint that two of its three route tables use, as somebody made it by hand. */
async function existingEndpoint(lab: Lab, policyDocument?: string): Promise<ExistingEndpoint> {
  const { ec2 } = lab.cloud.region(REGION);
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const routeTable = async (): Promise<string> => (await ec2.createRouteTable({ vpcId })).routeTableId;
  const [privateRouteTableA, privateRouteTableB, privateRouteTableC] = [
    await routeTable(),
    await routeTable(),
    await routeTable(),
  ];
  const { vpcEndpointId } = await ec2.createVpcEndpoint({
    vpcId,
    serviceName: `com.amazonaws.${REGION}.dynamodb`,
    policyDocument,
    routeTableIds: [privateRouteTableA, privateRouteTableB],
    tags: { Name: "made by hand" },
  });
  return { vpcId, vpcEndpointId, privateRouteTableA, privateRouteTableB, privateRouteTableC };
}
