import * as assert from "node:assert/strict";
import { refused, REGION } from "../../network";
import { present, refusedWith } from "../wire";
import type { OperationTests, Things } from "./things";

/** Where VPCs and subnets lie: their ranges, of IPv6 too, their zones, and whose they are. */
export function rangeTests(things: Things): OperationTests {
  const vpcOf = async (id: string) => present((await things.ec2.describeVpcs({ VpcIds: [id] })).Vpcs?.[0]);
  const subnetOf = async (id: string) => present((await things.ec2.describeSubnets({ SubnetIds: [id] })).Subnets?.[0]);
  const rangesOf = async (id: string) => (await vpcOf(id)).CidrBlockAssociationSet?.map((range) => range.CidrBlock);
  const withIpv6 = async () => {
    const request = { CidrBlock: "10.0.0.0/16", AmazonProvidedIpv6CidrBlock: true };
    const { VpcId } = present((await things.ec2.createVpc(request)).Vpc);
    const [range] = (await vpcOf(present(VpcId))).Ipv6CidrBlockAssociationSet ?? [];
    const subnetRange = present(range?.Ipv6CidrBlock).replace("/56", "/64");
    return { VpcId: present(VpcId), range: present(range), subnetRange };
  };

  return {
    AssociateVpcCidrBlock: async () => {
      const VpcId = await things.createVpc();
      const table = await things.createTable(VpcId);
      const { CidrBlockAssociation } = await things.ec2.associateVpcCidrBlock({ VpcId, CidrBlock: "10.1.0.9/16" });
      assert.deepEqual(CidrBlockAssociation?.CidrBlockState, { State: "associated" });
      assert.deepEqual(await rangesOf(VpcId), ["10.0.0.0/16", "10.1.0.0/16"]);
      await things.ec2.createSubnet({ VpcId, CidrBlock: "10.1.4.0/24" });
      const { Routes = [] } = await things.tableOf(table);
      assert.deepEqual(
        Routes.map((route) => [route.DestinationCidrBlock, route.GatewayId]),
        [
          ["10.0.0.0/16", "local"],
          ["10.1.0.0/16", "local"],
        ],
      );
      const overlapping = things.ec2.associateVpcCidrBlock({ VpcId, CidrBlock: "10.1.128.0/17" });
      await refusedWith(overlapping, "InvalidVpc.Range");
      await things.ec2.associateVpcCidrBlock({ VpcId, AmazonProvidedIpv6CidrBlock: true });
      assert.match((await vpcOf(VpcId)).Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock ?? "", /^2001:db8:.*\/56$/);
    },
    DisassociateVpcCidrBlock: async () => {
      const VpcId = await things.createVpc();
      const { CidrBlockAssociation } = await things.ec2.associateVpcCidrBlock({ VpcId, CidrBlock: "10.1.0.0/16" });
      const AssociationId = present(CidrBlockAssociation?.AssociationId);
      const { Subnet } = await things.ec2.createSubnet({ VpcId, CidrBlock: "10.1.4.0/24" });
      await refusedWith(things.ec2.disassociateVpcCidrBlock({ AssociationId }), "InvalidCidrBlock.InUse");
      await things.ec2.deleteSubnet({ SubnetId: Subnet?.SubnetId });
      await things.ec2.disassociateVpcCidrBlock({ AssociationId });
      assert.deepEqual(await rangesOf(VpcId), ["10.0.0.0/16"]);
      const [first] = (await vpcOf(VpcId)).CidrBlockAssociationSet ?? [];
      const own = things.ec2.disassociateVpcCidrBlock({ AssociationId: first?.AssociationId });
      await refusedWith(own, "OperationNotPermitted");
    },
    AssociateSubnetCidrBlock: async () => {
      const { VpcId, subnetRange } = await withIpv6();
      const SubnetId = await things.createSubnet(VpcId);
      assert.deepEqual((await subnetOf(SubnetId)).Ipv6CidrBlockAssociationSet, []);
      await things.ec2.associateSubnetCidrBlock({ SubnetId, Ipv6CidrBlock: subnetRange });
      assert.equal((await subnetOf(SubnetId)).Ipv6CidrBlockAssociationSet?.[0]?.Ipv6CidrBlock, subnetRange);
      const request = { VpcId, Ipv6CidrBlock: subnetRange, Ipv6Native: true };
      await refusedWith(things.ec2.createSubnet(request), "InvalidSubnet.Conflict");
      const outside = { SubnetId, Ipv6CidrBlock: "2001:db9::/64" };
      await refusedWith(things.ec2.associateSubnetCidrBlock(outside), "InvalidSubnet.Range");
    },
    ModifySubnetAttribute: async () => {
      const { VpcId, subnetRange } = await withIpv6();
      const { Subnet } = await things.ec2.createSubnet({ VpcId, Ipv6CidrBlock: subnetRange, Ipv6Native: true });
      const SubnetId = present(Subnet?.SubnetId);
      const shown = async () => {
        const { Ipv6Native, EnableDns64, MapPublicIpOnLaunch } = await subnetOf(SubnetId);
        return [Ipv6Native, EnableDns64, MapPublicIpOnLaunch];
      };
      assert.deepEqual(await shown(), [true, false, false]);
      await things.ec2.modifySubnetAttribute({ SubnetId, EnableDns64: { Value: true } });
      await things.ec2.modifySubnetAttribute({ SubnetId, MapPublicIpOnLaunch: { Value: true } });
      assert.deepEqual(await shown(), [true, true, true]);
      const two = { SubnetId, EnableDns64: { Value: true }, MapPublicIpOnLaunch: { Value: true } };
      await refusedWith(things.ec2.modifySubnetAttribute(two), "InvalidParameterCombination");
      const client = things.on.lab.attachClient({ subnetId: SubnetId });
      await refused(client, "NotServedByTheLab", /clients on IPv6 are not served by the lab/);
    },
    DescribeAvailabilityZones: async () => {
      const names = async (request: object = {}) =>
        (await things.ec2.describeAvailabilityZones(request)).AvailabilityZones?.map((zone) => zone.ZoneName);
      assert.deepEqual(await names(), ["us-east-1a", "us-east-1b", "us-east-1c"]);
      assert.deepEqual(await names({ ZoneIds: ["use1-az2"] }), ["us-east-1b"]);
      await refusedWith(names({ ZoneIds: ["use1-az9"] }), "InvalidParameterValue");
      const all = { AllAvailabilityZones: true };
      const Filters = [{ Name: "zone-type", Values: ["local-zone", "wavelength-zone"] }];
      assert.deepEqual(await names({ ...all, Filters }), ["us-east-1-bos-1a", "us-east-1-wl1-bos-wlz-1"]);
      const CidrBlock = things.nextRange();
      const request = { VpcId: things.vpcId, CidrBlock, AvailabilityZoneId: "use1-az2" };
      assert.equal((await things.ec2.createSubnet(request)).Subnet?.AvailabilityZone, "us-east-1b");
    },
    ModifyAvailabilityZoneGroup: async () => {
      const CidrBlock = things.nextRange();
      const request = { VpcId: things.vpcId, CidrBlock, AvailabilityZone: "us-east-1-bos-1a" };
      await refusedWith(things.ec2.createSubnet(request), "InvalidParameterValue");
      const group = { GroupName: "us-east-1-bos-1", OptInStatus: "opted-in" as const };
      await things.ec2.modifyAvailabilityZoneGroup(group);
      assert.equal((await things.ec2.createSubnet(request)).Subnet?.AvailabilityZoneId, "use1-bos1-az1");
      const unknown = things.ec2.modifyAvailabilityZoneGroup({ ...group, GroupName: "us-east-1-zg-1" });
      await refusedWith(unknown, "InvalidParameterValue");
    },
    DescribeRegions: async () => {
      const names = async (request: object = {}) =>
        (await things.ec2.describeRegions(request)).Regions?.map((region) => region.RegionName) ?? [];
      assert.ok((await names()).includes(REGION));
      assert.ok(!(await names()).includes("af-south-1"));
      assert.ok((await names({ AllRegions: true })).includes("af-south-1"));
      assert.deepEqual(await names({ RegionNames: ["eu-west-1"] }), ["eu-west-1"]);
    },
    DescribeVpcs: async () => {
      const created = await things.createVpc();
      const ids = async (Values: string[]) =>
        (await things.ec2.describeVpcs({ Filters: [{ Name: "vpc-id", Values }] })).Vpcs?.map((vpc) => vpc.VpcId);
      assert.deepEqual(await ids([created]), [created]);
      assert.deepEqual(await ids([`${created.slice(0, -1)}?`, "vpc-none"]), [created]);
      assert.ok((await ids(["vpc-*"]))?.includes(created));
      assert.deepEqual(await ids(["vpc-\\*"]), []);

      const [subnetId, table] = [await things.createSubnet(created), await things.createTable(created)];
      const { scenarioData } = things.on.lab.cloud.region(REGION);
      const outpostArn = "arn:aws:outposts:us-east-1:111122223333:outpost/op-0a1";
      await scenarioData.placeOnOutpost({ subnetId, outpostArn });
      await scenarioData.shareVpc({ vpcId: created, ownerId: "111122223333" });
      const Filters = [{ Name: "owner-id", Values: ["111122223333"] }];
      assert.deepEqual(
        (await things.ec2.describeVpcs({ Filters })).Vpcs?.map((vpc) => [vpc.VpcId, vpc.OwnerId]),
        [[created, "111122223333"]],
      );
      const { OwnerId, OutpostArn } = await subnetOf(subnetId);
      assert.deepEqual(
        [OwnerId, OutpostArn, (await things.tableOf(table)).OwnerId],
        ["111122223333", outpostArn, "111122223333"],
      );
    },
  };
}
