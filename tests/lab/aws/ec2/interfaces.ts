import * as assert from "node:assert/strict";
import { REGION } from "../../network";
import { present, refusedWith } from "../wire";
import { by, type OperationTests, type Things } from "./things";

/** Network interfaces, and the instances that have some of them. */
export function interfaceTests(things: Things): OperationTests {
  const create = async (SubnetId: string) =>
    present((await things.ec2.createNetworkInterface({ SubnetId })).NetworkInterface?.NetworkInterfaceId);
  const run = async (SubnetId: string, MaxCount = 1) =>
    things.ec2.runInstances({ ImageId: "ami-0a1", MinCount: 1, MaxCount, SubnetId });

  return {
    DescribeNetworkInterfaces: async () => {
      const { scenarioData } = things.on.lab.cloud.region(REGION);
      const subnetId = await things.createSubnet();
      assert.deepEqual(await things.interfacesIn(subnetId), []);
      const ownerId = "111122223333";
      await scenarioData.placeInterface({ service: "ecsTask", subnetId, ownerId });
      await scenarioData.placeInterface({ service: "networkLoadBalancer", subnetId, name: "front" });
      const [task, balancer] = await things.interfacesIn(subnetId);
      assert.match(task?.Description ?? "", /^arn:aws:ecs:us-east-1:123456789012:attachment\//);
      assert.deepEqual([task?.OwnerId, task?.RequesterManaged, task?.Status], [ownerId, true, "in-use"]);
      assert.match(balancer?.Description ?? "", /^ELB net\/front\//);
      assert.deepEqual([balancer?.InterfaceType, balancer?.SourceDestCheck], ["network_load_balancer", false]);
      assert.notEqual(task?.PrivateIpAddress, balancer?.PrivateIpAddress);
      const found = async (name: string, value: string | undefined) => {
        const { NetworkInterfaces = [] } = await things.ec2.describeNetworkInterfaces({
          Filters: [...by("subnet-id", subnetId).Filters, ...by(name, value).Filters],
        });
        return NetworkInterfaces.map((each) => each.NetworkInterfaceId);
      };
      assert.deepEqual(await found("requester-id", "amazon-elb"), [balancer?.NetworkInterfaceId]);
      assert.deepEqual(await found("owner-id", ownerId), [task?.NetworkInterfaceId]);
      assert.deepEqual(await found("addresses.private-ip-address", task?.PrivateIpAddress), [task?.NetworkInterfaceId]);
    },
    CreateNetworkInterface: async () => {
      const [subnetId, group] = [await things.createSubnet(), await things.createGroup()];
      const { NetworkInterface } = await things.ec2.createNetworkInterface({
        SubnetId: subnetId,
        Description: "of a test",
        Groups: [group],
        ConnectionTrackingSpecification: { TcpEstablishedTimeout: 350 },
        TagSpecifications: [{ ResourceType: "network-interface", Tags: [{ Key: "Name", Value: "a" }] }],
      });
      assert.deepEqual(await things.interfacesIn(subnetId), [NetworkInterface]);
      const { Status, SourceDestCheck, RequesterManaged, Groups, ...made } = present(NetworkInterface);
      assert.deepEqual([Status, SourceDestCheck, RequesterManaged], ["available", true, false]);
      assert.equal(Groups?.[0]?.GroupId, group);
      assert.deepEqual(made.ConnectionTrackingConfiguration, { TcpEstablishedTimeout: 350 });
      assert.equal(made.PrivateIpAddresses?.[0]?.PrivateIpAddress, made.PrivateIpAddress);
      const taken = { SubnetId: subnetId, PrivateIpAddress: made.PrivateIpAddress };
      await refusedWith(things.ec2.createNetworkInterface(taken), "InvalidIPAddress.InUse");
      await refusedWith(things.ec2.deleteSubnet({ SubnetId: subnetId }), "DependencyViolation");
    },
    ModifyNetworkInterfaceAttribute: async () => {
      const id = await create(await things.createSubnet());
      const group = await things.createGroup();
      const change = (attributes: object) =>
        things.ec2.modifyNetworkInterfaceAttribute({ NetworkInterfaceId: id, ...attributes });
      await change({ SourceDestCheck: { Value: false } });
      await change({ Groups: [group] });
      await change({ Description: { Value: "a router" } });
      const { SourceDestCheck, Groups, Description } = await things.interfaceOf(id);
      assert.deepEqual([SourceDestCheck, Groups?.[0]?.GroupId, Description], [false, group, "a router"]);
      const both = { SourceDestCheck: { Value: true }, Groups: [group] };
      await refusedWith(change(both), "InvalidParameterCombination");
      await refusedWith(change({ Groups: ["sg-0a1"] }), "InvalidGroup.NotFound");
    },
    DeleteNetworkInterface: async () => {
      const subnetId = await things.createSubnet();
      const id = await create(subnetId);
      await things.ec2.deleteNetworkInterface({ NetworkInterfaceId: id });
      await refusedWith(things.interfaceOf(id), "InvalidNetworkInterfaceID.NotFound");
      await run(subnetId);
      const [used] = await things.interfacesIn(subnetId);
      const inUse = things.ec2.deleteNetworkInterface({ NetworkInterfaceId: present(used?.NetworkInterfaceId) });
      await refusedWith(inUse, "InvalidParameterValue", /is currently in use/);
    },
    RunInstances: async () => {
      const subnetId = await things.createSubnet();
      const { Instances = [], ReservationId } = await things.ec2.runInstances({
        ImageId: "ami-0a1",
        InstanceType: "m7g.large",
        MinCount: 1,
        MaxCount: 2,
        SubnetId: subnetId,
        IamInstanceProfile: { Name: "workers" },
        TagSpecifications: [{ ResourceType: "instance", Tags: [{ Key: "Name", Value: "worker" }] }],
      });
      const { Reservations = [] } = await things.ec2.describeInstances(by("subnet-id", subnetId));
      assert.deepEqual(
        Reservations.map((each) => [each.ReservationId, each.Instances?.length]),
        [[ReservationId, 2]],
      );
      const [first] = Reservations[0]?.Instances ?? [];
      assert.equal(first?.IamInstanceProfile?.Arn, "arn:aws:iam::123456789012:instance-profile/workers");
      assert.deepEqual(first.Tags, [{ Key: "Name", Value: "worker" }]);
      const interfaces = await things.interfacesIn(subnetId);
      assert.deepEqual(
        interfaces.map((each) => each.Attachment?.InstanceId),
        Instances.map((each) => each.InstanceId),
      );
      await refusedWith(things.ec2.runInstances({ MinCount: 1, MaxCount: 1 }), "MissingParameter");
    },
    DescribeInstances: async () => {
      const subnetId = await things.createSubnet();
      const { Instances = [] } = await run(subnetId);
      const id = present(Instances[0]?.InstanceId);
      const state = async () => {
        const { Reservations = [] } = await things.ec2.describeInstances({ InstanceIds: [id] });
        return Reservations[0]?.Instances?.[0]?.State?.Name;
      };
      assert.equal(await state(), "running");
      await things.ec2.terminateInstances({ InstanceIds: [id] });
      assert.equal(await state(), "terminated");
      await refusedWith(things.ec2.describeInstances({ InstanceIds: ["i-0a1"] }), "InvalidInstanceID.NotFound");
    },
    TerminateInstances: async () => {
      const subnetId = await things.createSubnet();
      const { Instances = [] } = await run(subnetId);
      const id = present(Instances[0]?.InstanceId);
      const { TerminatingInstances } = await things.ec2.terminateInstances({ InstanceIds: [id] });
      assert.equal(TerminatingInstances?.[0]?.CurrentState?.Name, "shutting-down");
      assert.deepEqual(await things.interfacesIn(subnetId), []);
      await things.ec2.deleteSubnet({ SubnetId: subnetId });
    },
  };
}
