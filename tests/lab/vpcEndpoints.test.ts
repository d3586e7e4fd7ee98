import * as assert from "node:assert/strict";
import { openCloud } from "../../lab/cloud/cloud";
import { FULL_ACCESS } from "../../lab/cloud/ec2/endpointPolicies";
import { gatewaysOf, refused, SERVICE, testNetwork } from "./network";

async function withEndpoint(tables = 2) {
  const cloud = openCloud();
  const network = await testNetwork(cloud, { tables });
  const { ec2, quotas } = network.region;
  const [first = "", second = ""] = network.tables;
  const { vpcEndpointId } = await ec2.createVpcEndpoint({ vpcId: network.vpcId, serviceName: SERVICE });
  const describe = async () => (await ec2.describeVpcEndpoints({ ids: [vpcEndpointId] }))[0];
  return { cloud, ec2, quotas, vpcId: network.vpcId, first, second, vpcEndpointId, describe };
}

describe("a gateway endpoint", () => {
  it("puts its route into a table that is associated, and takes it away with the association", async () => {
    const { cloud, ec2, first, vpcEndpointId } = await withEndpoint();
    await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    const [, route] = cloud.routesOf("us-east-1", first);
    assert.equal(route?.gatewayId, vpcEndpointId);
    assert.match(route.destinationPrefixListId ?? "", /^pl-/);
    await ec2.modifyVpcEndpoint({ vpcEndpointId, removeRouteTableIds: [first] });
    assert.deepEqual(gatewaysOf(cloud, first), ["local"]);
  });

  it("takes its routes away when it is deleted", async () => {
    const { cloud, ec2, first, second, vpcEndpointId } = await withEndpoint();
    await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first, second] });
    assert.deepEqual(await ec2.deleteVpcEndpoints({ vpcEndpointIds: [vpcEndpointId] }), []);
    assert.deepEqual([...gatewaysOf(cloud, first), ...gatewaysOf(cloud, second)], ["local", "local"]);
  });

  it("is associated twice without an error", async () => {
    const { cloud, ec2, first, vpcEndpointId, describe } = await withEndpoint();
    for (let i = 0; i < 2; i++) await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    assert.deepEqual((await describe())?.routeTableIds, [first]);
    assert.equal(gatewaysOf(cloud, first).length, 2);
  });

  it("loses the association of a table that is deleted", async () => {
    const { ec2, first, vpcEndpointId, describe } = await withEndpoint();
    await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    await ec2.deleteRouteTable({ routeTableId: first });
    assert.deepEqual((await describe())?.routeTableIds, []);
  });

  it("is refused a table that has a route of another endpoint for the same service", async () => {
    const { ec2, vpcId, first, vpcEndpointId } = await withEndpoint();
    await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    const other = await ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE });
    await refused(
      ec2.modifyVpcEndpoint({ vpcEndpointId: other.vpcEndpointId, addRouteTableIds: [first] }),
      "RouteAlreadyExists",
      /^route table rtb-\w+ already has a route with destination-prefix-list-id pl-\w+$/,
    );
  });

  it("shares a table with an endpoint of another service", async () => {
    const { cloud, ec2, vpcId, first, vpcEndpointId } = await withEndpoint();
    await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    await ec2.createVpcEndpoint({ vpcId, serviceName: "com.amazonaws.us-east-1.s3", routeTableIds: [first] });
    assert.equal(gatewaysOf(cloud, first).length, 3);
  });

  it("is refused a table of another VPC, and one that does not exist", async () => {
    const { ec2, vpcEndpointId } = await withEndpoint();
    const { vpcId } = await ec2.createVpc({ cidrBlock: "10.1.0.0/16" });
    const { routeTableId } = await ec2.createRouteTable({ vpcId });
    await refused(ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [routeTableId] }), "InvalidParameter");
    await refused(
      ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: ["rtb-0"] }),
      "InvalidRouteTableId.NotFound",
    );
  });

  it("changes nothing at all when one of several tables is refused", async () => {
    const { ec2, first, vpcEndpointId, describe } = await withEndpoint();
    await refused(
      ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first, "rtb-0"] }),
      "InvalidRouteTableId.NotFound",
    );
    assert.deepEqual((await describe())?.routeTableIds, []);
  });

  it("answers a second modification that overlaps the first with OperationInProgress", async () => {
    const { ec2, first, second, vpcEndpointId, describe } = await withEndpoint();
    const one = ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    await refused(ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [second] }), "OperationInProgress");
    await one;
    assert.deepEqual((await describe())?.routeTableIds, [first]);
  });

  it("modifies two endpoints at the same time", async () => {
    const { cloud, ec2, vpcId, first, second, vpcEndpointId } = await withEndpoint();
    const other = await ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE });
    await Promise.all([
      ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] }),
      ec2.modifyVpcEndpoint({ vpcEndpointId: other.vpcEndpointId, addRouteTableIds: [second] }),
    ]);
    assert.deepEqual(
      [...gatewaysOf(cloud, first), ...gatewaysOf(cloud, second)],
      ["local", vpcEndpointId, "local", other.vpcEndpointId],
    );
  });

  it("has full access until it gets a policy, and again after a reset", async () => {
    const { ec2, vpcEndpointId, describe } = await withEndpoint();
    assert.equal((await describe())?.policyDocument, FULL_ACCESS);
    const policyDocument = JSON.stringify({
      Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
    });
    await ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument });
    assert.equal((await describe())?.policyDocument, policyDocument);
    await ec2.modifyVpcEndpoint({ vpcEndpointId, resetPolicy: true });
    assert.equal((await describe())?.policyDocument, FULL_ACCESS);
  });

  it("is refused a policy that is no policy, or longer than 20,480 characters", async () => {
    const { ec2, vpcEndpointId } = await withEndpoint();
    const long = FULL_ACCESS + " ".repeat(20_481 - FULL_ACCESS.length);
    for (const policyDocument of ["{", "{}", '{"Statement":[{"Effect":"Maybe"}]}', long]) {
      await refused(ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument }), "InvalidPolicyDocument");
    }
    await ec2.modifyVpcEndpoint({ vpcEndpointId, policyDocument: long.slice(0, 20_480) });
  });

  it("is one of at most 20 in a Region, unless the quota is raised", async () => {
    const { ec2, quotas, vpcId } = await withEndpoint();
    const another = () => ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE });
    for (let i = 1; i < 20; i++) await another();
    await refused(another(), "VpcEndpointLimitExceeded");
    quotas.gatewayEndpoints = 21;
    await another();
  });

  it("exists for the services of its own Region", async () => {
    const { ec2, vpcId } = await withEndpoint();
    await refused(
      ec2.createVpcEndpoint({ vpcId, serviceName: "com.amazonaws.eu-west-1.dynamodb" }),
      "InvalidServiceName",
    );
    await refused(ec2.createVpcEndpoint({ vpcId: "vpc-0", serviceName: SERVICE }), "InvalidVpcID.NotFound");
  });

  it("that does not exist is an error when read, and an item of the answer when deleted", async () => {
    const { ec2 } = await withEndpoint();
    await refused(ec2.describeVpcEndpoints({ ids: ["vpce-0"] }), "InvalidVpcEndpointId.NotFound");
    await refused(ec2.modifyVpcEndpoint({ vpcEndpointId: "vpce-0" }), "InvalidVpcEndpointId.NotFound");
    const [item] = await ec2.deleteVpcEndpoints({ vpcEndpointIds: ["vpce-0"] });
    assert.equal(item?.error.code, "InvalidVpcEndpointId.NotFound");
  });

  it("keeps its route from being changed by hand", async () => {
    const { cloud, ec2, first: routeTableId, vpcEndpointId } = await withEndpoint();
    await ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [routeTableId] });
    const destinationPrefixListId = cloud.routesOf("us-east-1", routeTableId)[1]?.destinationPrefixListId;
    await refused(
      ec2.deleteRoute({ routeTableId, destinationPrefixListId }),
      "InvalidParameterValue",
      /cannot remove VPC endpoint route/,
    );
    await refused(
      ec2.createRoute({ routeTableId, destinationCidrBlock: "192.0.2.0/24", gatewayId: vpcEndpointId }),
      "InvalidParameterValue",
    );
  });
});
