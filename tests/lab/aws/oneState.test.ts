import * as assert from "node:assert/strict";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EC2 } from "@aws-sdk/client-ec2";
import * as ec2 from "@pulumi/aws/ec2";
import { createCheckedTable, REGION } from "../../../tools/rehearsal/network";
import { rehearsal, stepsOf, succeeded } from "../../engine/rehearsal";
import { SERVICE } from "../network";

describe("Pulumi, AWS's API and traffic", () => {
  const stacks = rehearsal();

  const program = () => {
    const vpc = new ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
    const subnet = new ec2.Subnet("private", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" });
    const table = new ec2.RouteTable("private", { vpcId: vpc.id });
    new ec2.RouteTableAssociation("private", { subnetId: subnet.id, routeTableId: table.id });
    const endpoint = new ec2.VpcEndpoint("ddb", {
      vpcId: vpc.id,
      serviceName: SERVICE,
      routeTableIds: [table.id],
    });
    return Promise.resolve({ subnetId: subnet.id, routeTableId: table.id, vpcEndpointId: endpoint.id });
  };

  it("have one state: the SDK switches a live route of a stack, and a refresh sees it", async () => {
    const { lab } = stacks;
    await createCheckedTable(lab, "stock");
    const stack = await stacks.stack();
    const { outputs } = succeeded(await stack.up(program));
    const { subnetId, routeTableId, vpcEndpointId } = outputs as Record<string, string>;

    const place = await lab.attachClient({ subnetId: subnetId ?? "" });
    const client = new DynamoDBClient({ endpoint: place.endpointUrl, ...place });
    const endpoint = lab.environment.AWS_ENDPOINT_URL;
    const sdk = new EC2({ endpoint, region: REGION, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
    try {
      await client.send(new DescribeTableCommand({ TableName: "stock" }));
      const Filters = [{ Name: "association.subnet-id", Values: [subnetId ?? ""] }];
      const { RouteTables = [] } = await sdk.describeRouteTables({ Filters });
      assert.deepEqual(
        RouteTables.flatMap(({ Routes = [] }) => Routes.map((route) => route.GatewayId)),
        ["local", vpcEndpointId],
      );

      await sdk.modifyVpcEndpoint({ VpcEndpointId: vpcEndpointId, RemoveRouteTableIds: [routeTableId ?? ""] });
      assert.deepEqual(
        lab.traffic.connections.map(({ vpcEndpointId: through, broken }) => [through, broken?.by]),
        [[vpcEndpointId, "reset"]],
      );
      const steps = stepsOf(await stack.preview(undefined, { refresh: true }));
      assert.deepEqual(
        steps.filter((step) => !step.startsWith("refresh")),
        ["update ddb"],
      );
    } finally {
      client.destroy();
      sdk.destroy();
      place.detach();
    }
  });
});
