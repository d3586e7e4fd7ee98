import * as assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openCloud } from "../../lab/cloud/cloud";
import { labMillis } from "../../lab/time";
import { gatewaysOf, refused, REGION, SERVICE, testNetwork } from "./network";

async function eventually(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await sleep(5);
}

describe("a VPC", () => {
  it("has a main route table, a local route and a default security group", async () => {
    const cloud = openCloud();
    const { region, vpcId } = await testNetwork(cloud, { tables: 0 });
    const [main] = await region.ec2.describeRouteTables({
      filters: { "vpc-id": [vpcId], "association.main": ["true"] },
    });
    assert.deepEqual(gatewaysOf(cloud, main?.routeTableId ?? ""), ["local"]);
    const groups = await region.ec2.describeSecurityGroups({ filters: { "vpc-id": [vpcId] } });
    assert.deepEqual(
      groups.map(({ groupName }) => groupName),
      ["default"],
    );
  });

  it("is not deleted while something is in it", async () => {
    const { region, vpcId, tables } = await testNetwork(openCloud());
    await refused(region.ec2.deleteVpc({ vpcId }), "DependencyViolation");
    await region.ec2.deleteRouteTable({ routeTableId: tables[0] ?? "" });
    await region.ec2.deleteVpc({ vpcId });
    await refused(
      region.ec2.describeVpcs({ ids: [vpcId] }),
      "InvalidVpcID.NotFound",
      `The vpc ID '${vpcId}' does not exist`,
    );
  });

  it("gives each subnet a range of its own, within its range", async () => {
    const { region, vpcId } = await testNetwork(openCloud());
    await region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
    await refused(region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.128/25" }), "InvalidSubnet.Conflict");
    await refused(region.ec2.createSubnet({ vpcId, cidrBlock: "10.1.0.0/24" }), "InvalidSubnet.Range");
    await refused(
      region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.1.0/24", availabilityZone: "us-east-1z" }),
      "InvalidParameterValue",
    );
  });

  it(
    "makes a function with a role that Lambda may assume and use, and keeps its security groups and its subnet for " +
      "as long as its network interface lingers",
    async () => {
      const cloud = openCloud();
      const { region, vpcId } = await testNetwork(cloud);
      const { subnetId } = await region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
      const { groupId } = await region.ec2.createSecurityGroup({ vpcId, groupName: "g", description: "g" });
      const trusting = (service: string, condition: object): string =>
        JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole", Condition: condition },
          ],
        });
      const accounts = {
        ours: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        theirs: { StringEquals: { "aws:SourceAccount": "111122223333" } },
      };
      const { arn: role } = await region.iam.createRole({
        roleName: "r",
        assumeRolePolicyDocument: trusting("ec2.amazonaws.com", {}),
      });
      const settings = { role, memorySize: 128, timeout: 3, architectures: ["arm64"], environment: {}, layers: [] };
      const logging = { logFormat: "Text", logGroup: "/aws/lambda/f" };
      const vpcConfig = { subnetIds: [subnetId], securityGroupIds: [groupId] };
      const code = { fingerprint: "", size: 0 };
      const create = () =>
        region.lambda.createFunction({
          functionName: "f",
          ...settings,
          logging,
          vpcConfig,
          code,
          ephemeralStorageSize: 512,
          tracingMode: "PassThrough",
        });
      for (const policyDocument of [
        trusting("ec2.amazonaws.com", {}),
        trusting("lambda.amazonaws.com", accounts.theirs),
      ]) {
        await region.iam.updateAssumeRolePolicy({ roleName: "r", policyDocument });
        await refused(
          create(),
          "InvalidParameterValueException",
          "The role defined for the function cannot be assumed by Lambda.",
        );
      }
      await region.iam.updateAssumeRolePolicy({
        roleName: "r",
        policyDocument: trusting("lambda.amazonaws.com", accounts.ours),
      });
      await refused(
        create(),
        "InvalidParameterValueException",
        "The provided execution role does not have permissions to call CreateNetworkInterface on EC2",
      );
      const policyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
      await region.iam.attachRolePolicy({ roleName: "r", policyArn });
      const groups = (securityGroupIds: readonly string[]): object => ({
        functionName: "f",
        ...settings,
        logging,
        vpcConfig: { ...vpcConfig, securityGroupIds },
        ephemeralStorageSize: 512,
        tracingMode: "PassThrough",
      });
      await create();
      const held = async (): Promise<readonly string[]> =>
        (await region.ec2.describeNetworkInterfaces({ filters: { "subnet-id": [subnetId] } })).flatMap(
          ({ groupIds }) => groupIds,
        );
      await refused(region.ec2.deleteSecurityGroup({ groupId }), "DependencyViolation");
      const other = (await region.ec2.createSecurityGroup({ vpcId, groupName: "h", description: "h" })).groupId;
      await region.lambda.updateFunctionConfiguration(groups([other]) as never);
      assert.deepEqual(await held(), [groupId, other]);
      await refused(
        region.lambda.updateFunctionConfiguration(groups(["1", "2", "3", "4", "5", "6"]) as never),
        "ValidationException",
      );
      await region.lambda.deleteFunction({ functionName: "f" });
      await refused(region.ec2.deleteSecurityGroup({ groupId }), "DependencyViolation");
      await refused(region.ec2.deleteSubnet({ subnetId }), "DependencyViolation");
      await eventually(async () => (await held()).length === 0);
      await region.ec2.deleteSecurityGroup({ groupId });

      await region.lambda.createFunction({ ...groups([other]), code } as never);
      await region.lambda.deleteFunction({ functionName: "f" });
      await region.iam.detachRolePolicy({ roleName: "r", policyArn });
      await sleep(labMillis(45 * 60));
      assert.deepEqual(await held(), [other]);
    },
  );
});

describe("a route table", () => {
  it("has one route per destination", async () => {
    const {
      region,
      vpcId,
      tables: [routeTableId = ""],
    } = await testNetwork(openCloud());
    const { internetGatewayId: gatewayId } = await region.ec2.createInternetGateway({});
    const route = { routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId };
    await refused(region.ec2.createRoute(route), "InvalidParameterValue", /different networks/);
    await region.ec2.attachInternetGateway({ internetGatewayId: gatewayId, vpcId });
    await region.ec2.createRoute(route);
    await refused(
      region.ec2.createRoute(route),
      "RouteAlreadyExists",
      "The route identified by 0.0.0.0/0 already exists.",
    );
    await refused(region.ec2.createRoute({ ...route, routeTableId: "rtb-0" }), "InvalidRouteTableID.NotFound");
  });

  it("keeps a route to a NAT gateway that is gone, as a black hole", async () => {
    const cloud = openCloud();
    const {
      region,
      vpcId,
      tables: [routeTableId = ""],
    } = await testNetwork(cloud);
    const { subnetId } = await region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
    const { allocationId } = await region.ec2.allocateAddress({});
    const { natGatewayId } = await region.ec2.createNatGateway({ subnetId, allocationId });
    await region.ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    await region.ec2.deleteNatGateway({ natGatewayId });
    assert.equal(cloud.routesOf(REGION, routeTableId)[1]?.state, "blackhole");
  });

  it("is not deleted while a subnet uses it", async () => {
    const {
      region,
      vpcId,
      tables: [routeTableId = ""],
    } = await testNetwork(openCloud());
    const { subnetId } = await region.ec2.createSubnet({ vpcId, cidrBlock: "10.0.0.0/24" });
    await region.ec2.associateRouteTable({ routeTableId, subnetId });
    await refused(region.ec2.deleteRouteTable({ routeTableId }), "DependencyViolation");
    await refused(region.ec2.associateRouteTable({ routeTableId, subnetId }), "Resource.AlreadyAssociated");
  });
});

describe("what AWS's clients ask of EC2", () => {
  const cloud = openCloud();
  const { ec2 } = cloud.region(REGION);
  const vpc = () => ec2.createVpc({ cidrBlock: "10.0.0.0/16" });

  it("has ranges made canonical", async () => {
    const { vpcId, cidrBlock } = await ec2.createVpc({ cidrBlock: "10.0.9.18/18" });
    assert.equal(cidrBlock, "10.0.0.0/18");
    assert.equal((await ec2.createSubnet({ vpcId, cidrBlock: "10.0.1.77/24" })).cidrBlock, "10.0.1.0/24");
    const { routeTableId } = await ec2.createRouteTable({ vpcId });
    const { internetGatewayId: gatewayId } = await ec2.createInternetGateway({});
    await ec2.attachInternetGateway({ internetGatewayId: gatewayId, vpcId });
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "203.0.113.9/24", gatewayId });
    const destinations = () => cloud.routesOf(REGION, routeTableId).map((route) => route.destinationCidrBlock);
    assert.deepEqual(destinations(), ["10.0.0.0/18", "203.0.113.0/24"]);
    await ec2.replaceRoute({ routeTableId, destinationCidrBlock: "203.0.113.1/24", gatewayId });
    await ec2.deleteRoute({ routeTableId, destinationCidrBlock: "203.0.113.2/24" });
    assert.deepEqual(destinations(), ["10.0.0.0/18"]);
  });

  it("replaces only a route that is there, and none of an endpoint", async () => {
    const { vpcId } = await vpc();
    const { routeTableId } = await ec2.createRouteTable({ vpcId });
    await ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE, routeTableIds: [routeTableId] });
    const { internetGatewayId: gatewayId } = await ec2.createInternetGateway({});
    await ec2.attachInternetGateway({ internetGatewayId: gatewayId, vpcId });
    await refused(
      ec2.replaceRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId }),
      "InvalidParameterValue",
      "There is no route defined for '0.0.0.0/0' in the route table. Use CreateRoute instead.",
    );
    const { destinationPrefixListId } = cloud.routesOf(REGION, routeTableId)[1] ?? {};
    const replaced = ec2.replaceRoute({ routeTableId, destinationPrefixListId, gatewayId });
    await refused(replaced, "InvalidParameterValue", /cannot replace VPC endpoint route pl-/);
  });

  it("has tags on what a VPC comes with", async () => {
    const { defaultRouteTableId, defaultSecurityGroupId, vpcId } = await vpc();
    await ec2.createTags({ resources: [defaultRouteTableId, defaultSecurityGroupId], tags: { stage: "prod" } });
    const filters = { "tag:stage": ["prod"], "vpc-id": [vpcId] };
    assert.equal((await ec2.describeRouteTables({ filters })).length, 1);
    assert.equal((await ec2.describeSecurityGroups({ filters })).length, 1);
  });

  it("makes no route without a target", async () => {
    const { routeTableId } = await ec2.createRouteTable(await vpc());
    const request = { routeTableId, destinationCidrBlock: "0.0.0.0/0" };
    await refused(ec2.createRoute(request), "MissingParameter");
  });

  it("attaches one internet gateway to a VPC", async () => {
    const { vpcId } = await vpc();
    const [first, second] = [await ec2.createInternetGateway({}), await ec2.createInternetGateway({})];
    await ec2.attachInternetGateway({ ...first, vpcId });
    await refused(
      ec2.attachInternetGateway({ ...second, vpcId }),
      "InvalidParameterValue",
      `Network ${vpcId} already has an internet gateway attached`,
    );
    await refused(ec2.attachInternetGateway({ ...first, vpcId }), "Resource.AlreadyAssociated");
  });

  it("finds what an account owns, and refuses a security group whose name is like an id", async () => {
    const { vpcId } = await vpc();
    const owned = (owner: string) => ec2.describeVpcs({ filters: { "owner-id": [owner], "vpc-id": [vpcId] } });
    assert.equal((await owned("123456789012")).length, 1);
    assert.equal((await owned("210987654321")).length, 0);
    const group = { description: "a", vpcId };
    await refused(ec2.createSecurityGroup({ ...group, groupName: "sg-a" }), "InvalidParameterValue");
  });
});

describe("Regions", () => {
  it("know nothing of each other's VPCs, and share IAM", async () => {
    const cloud = openCloud();
    const { vpcId } = await testNetwork(cloud, { region: "eu-west-1" });
    await refused(cloud.region(REGION).ec2.describeVpcs({ ids: [vpcId] }), "InvalidVpcID.NotFound");
    await cloud.region("eu-west-1").iam.createRole({ roleName: "r", assumeRolePolicyDocument: "{}" });
    assert.equal((await cloud.region(REGION).iam.getRole({ roleName: "r" })).roleName, "r");
  });
});

describe("faults", () => {
  it("refuse the requests they are meant for, as often as they are told to", async () => {
    const cloud = openCloud();
    const {
      region,
      tables: [first = "", second = ""],
      vpcId,
    } = await testNetwork(cloud, { tables: 2 });
    const { vpcEndpointId } = await region.ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE });
    cloud.faults.failOn({
      service: "ec2",
      action: "ModifyVpcEndpoint",
      times: 1,
      when: ({ addRouteTableIds }) => Array.isArray(addRouteTableIds) && addRouteTableIds.includes(second),
      code: "RequestLimitExceeded",
      message: "Request limit exceeded.",
    });
    await region.ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [first] });
    await refused(region.ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [second] }), "RequestLimitExceeded");
    await region.ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [second] });
  });

  it("delay, until they are cleared", async () => {
    const cloud = openCloud();
    const { region } = await testNetwork(cloud);
    cloud.faults.delay({ action: "DescribeVpcs", milliseconds: 50 });
    const elapsed = async (): Promise<number> => {
      const start = performance.now();
      await region.ec2.describeVpcs({});
      return performance.now() - start;
    };
    assert.ok((await elapsed()) >= 49);
    cloud.faults.clear();
    assert.ok((await elapsed()) < 40);
  });
});

describe("the call log", () => {
  it("has every call in order, with its error, and tells mutations from reads", async () => {
    const cloud = openCloud();
    const { region } = await testNetwork(cloud);
    const mark = cloud.lastSequence;
    await region.ec2.describeVpcs({});
    await refused(region.ec2.deleteVpc({ vpcId: "vpc-0" }), "InvalidVpcID.NotFound");
    const [read, deletion] = cloud.callsSince(mark);
    assert.deepEqual(
      [read?.action, deletion?.action, deletion?.error?.code],
      ["DescribeVpcs", "DeleteVpc", "InvalidVpcID.NotFound"],
    );
    assert.deepEqual(
      cloud.mutationsSince(mark).map(({ action }) => action),
      ["DeleteVpc"],
    );
    assert.ok((deletion?.answeredAt ?? 0) >= (deletion?.at ?? Infinity));
  });
});

describe("the state file", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-state-"));
  const stateFile = join(folder, "state.jsonl");
  after(() => rmSync(folder, { recursive: true }));

  it("brings back everything, the log included, and drops a line that was torn off", async () => {
    const before = openCloud(stateFile);
    const { region, vpcId, tables } = await testNetwork(before);
    const { vpcEndpointId } = await region.ec2.createVpcEndpoint({
      vpcId,
      serviceName: SERVICE,
      routeTableIds: tables,
    });
    appendFileSync(stateFile, '{"changes":[["us-east-1/ec2/vpcs","vpc-torn');

    const again = openCloud(stateFile);
    assert.deepEqual(gatewaysOf(again, tables[0] ?? ""), ["local", vpcEndpointId]);
    assert.deepEqual(again.calls, before.calls);
    const { vpcId: next } = await again.region(REGION).ec2.createVpc({ cidrBlock: "10.2.0.0/16" });
    assert.notEqual(next, vpcId);
    assert.equal(again.lastSequence, before.lastSequence + 1);
  });

  it("takes 300 associations in little time", async () => {
    const cloud = openCloud(join(folder, "large.jsonl"));
    const { region, vpcId, tables } = await testNetwork(cloud, { tables: 300 });
    const { vpcEndpointId } = await region.ec2.createVpcEndpoint({ vpcId, serviceName: SERVICE });
    const start = performance.now();
    for (const id of tables) await region.ec2.modifyVpcEndpoint({ vpcEndpointId, addRouteTableIds: [id] });
    assert.ok(performance.now() - start < 3000);
  });
});
