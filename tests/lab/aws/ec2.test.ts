import * as assert from "node:assert/strict";
import { type Filter, paginateDescribeSubnets, waitUntilVpcAvailable } from "@aws-sdk/client-ec2";
import { REGION, SERVICE } from "../network";
import { endpointTests } from "./ec2/endpoints";
import { networkTests, routeTests } from "./ec2/networks";
import { rangeTests } from "./ec2/ranges";
import { settingTests } from "./ec2/settings";
import { interfaceTests } from "./ec2/interfaces";
import { ec2Things } from "./ec2/things";
import { everyOperation, present, refusedWith, wire } from "./wire";

describe("EC2 for AWS's own client", () => {
  const on = wire();
  const things = ec2Things(on);
  const { createVpc, createSubnet, createTable, createGroup, createGateway, createNat, tableOf } = things;
  let vpcId = "";
  before(() => void ({ vpcId } = things));

  async function routesOf(id: string): Promise<(string | undefined)[]> {
    return (await things.routesOf(id)).map((route) => route.GatewayId ?? route.NatGatewayId);
  }
  async function vpcOfGateway(id: string): Promise<string | undefined> {
    const { InternetGateways = [] } = await on.ec2.describeInternetGateways({ InternetGatewayIds: [id] });
    return InternetGateways[0]?.Attachments?.[0]?.VpcId;
  }
  async function allocate(): Promise<string> {
    return present((await on.ec2.allocateAddress({ Domain: "vpc" })).AllocationId);
  }
  async function rulesOf(groupId: string, isEgress: boolean): Promise<(string | undefined)[]> {
    const Filters: Filter[] = [{ Name: "group-id", Values: [groupId] }];
    const { SecurityGroupRules = [] } = await on.ec2.describeSecurityGroupRules({ Filters });
    return SecurityGroupRules.filter((rule) => rule.IsEgress === isEgress).map((rule) => rule.CidrIpv4);
  }
  const HTTPS = { IpProtocol: "tcp", FromPort: 443, ToPort: 443 };

  everyOperation("ec2", on, {
    ...interfaceTests(things),
    ...endpointTests(things),
    ...networkTests(things),
    ...routeTests(things),
    ...settingTests(things),
    ...rangeTests(things),
    CreateVpc: async () => {
      const TagSpecifications = [{ ResourceType: "vpc" as const, Tags: [{ Key: "Name", Value: 'a<b & "c"' }] }];
      const { Vpc } = await on.ec2.createVpc({ CidrBlock: "10.9.0.0/16", TagSpecifications });
      await waitUntilVpcAvailable({ client: on.ec2, maxWaitTime: 60 }, { VpcIds: [present(Vpc?.VpcId)] });
      const { Vpcs } = await on.ec2.describeVpcs({ VpcIds: [present(Vpc?.VpcId)] });
      assert.deepEqual(Vpcs, [Vpc]);
      assert.deepEqual(present(Vpc).Tags, [{ Key: "Name", Value: 'a<b & "c"' }]);
    },
    DescribeVpcAttribute: async () => {
      const dns = async () =>
        (await on.ec2.describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsHostnames" })).EnableDnsHostnames;
      assert.deepEqual(await dns(), { Value: false });
      await on.ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } });
      assert.deepEqual(await dns(), { Value: true });
    },
    ModifyVpcAttribute: async () => {
      await on.ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsSupport: { Value: false } });
      const { EnableDnsSupport } = await on.ec2.describeVpcAttribute({ VpcId: vpcId, Attribute: "enableDnsSupport" });
      assert.deepEqual(EnableDnsSupport, { Value: false });
      const both = { EnableDnsSupport: { Value: true }, EnableDnsHostnames: { Value: true } };
      await refusedWith(on.ec2.modifyVpcAttribute({ VpcId: vpcId, ...both }), "InvalidParameterCombination");
    },
    DeleteVpc: async () => {
      const created = await createVpc();
      await on.ec2.deleteVpc({ VpcId: created });
      const message = `The vpc ID '${created}' does not exist`;
      await refusedWith(on.ec2.describeVpcs({ VpcIds: [created] }), "InvalidVpcID.NotFound", message);
    },
    CreateSubnet: async () => {
      const id = await createSubnet();
      const { Subnets = [] } = await on.ec2.describeSubnets({ SubnetIds: [id] });
      assert.equal(Subnets[0]?.AvailableIpAddressCount, 251);
      assert.equal(Subnets[0].SubnetArn, `arn:aws:ec2:${REGION}:123456789012:subnet/${id}`);
    },
    DescribeSubnets: async () => {
      const other = await createVpc();
      const created: string[] = [];
      for (let i = 0; i < 12; i++) created.push(await createSubnet(other));
      const Filters = [{ Name: "vpc-id", Values: [other] }];
      const pages: (readonly (string | undefined)[])[] = [];
      for await (const { Subnets = [] } of paginateDescribeSubnets({ client: on.ec2, pageSize: 5 }, { Filters }))
        pages.push(Subnets.map((subnet) => subnet.SubnetId));
      assert.deepEqual(pages, [created.slice(0, 5), created.slice(5, 10), created.slice(10)]);
    },
    DeleteSubnet: async () => {
      const id = await createSubnet();
      await on.ec2.deleteSubnet({ SubnetId: id });
      await refusedWith(on.ec2.deleteSubnet({ SubnetId: id }), "InvalidSubnetID.NotFound");
    },
    CreateRouteTable: async () => {
      const { RouteTable } = await on.ec2.createRouteTable({ VpcId: vpcId });
      assert.deepEqual(await tableOf(present(RouteTable?.RouteTableId)), RouteTable);
    },
    DescribeRouteTables: async () => {
      const id = await createTable();
      const SubnetId = await createSubnet();
      const tables = async () => {
        const Filters = [{ Name: "association.subnet-id", Values: [SubnetId] }];
        return (await on.ec2.describeRouteTables({ Filters })).RouteTables?.map((table) => table.RouteTableId);
      };
      assert.deepEqual(await tables(), []);
      await on.ec2.associateRouteTable({ RouteTableId: id, SubnetId });
      assert.deepEqual(await tables(), [id]);
    },
    DeleteRouteTable: async () => {
      const id = await createTable();
      await on.ec2.deleteRouteTable({ RouteTableId: id });
      await refusedWith(tableOf(id), "InvalidRouteTableID.NotFound");
    },
    ReplaceRoute: async () => {
      const [id, nat, other] = [await createTable(), await createNat(), await createNat()];
      await on.ec2.createRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: nat });
      await on.ec2.replaceRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: other });
      assert.deepEqual(await routesOf(id), [other]);
    },
    DeleteRoute: async () => {
      const [id, nat] = [await createTable(), await createNat()];
      await on.ec2.createRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: nat });
      await on.ec2.deleteRoute({ RouteTableId: id, DestinationCidrBlock: "0.0.0.0/0" });
      assert.deepEqual(await routesOf(id), []);
    },
    AssociateRouteTable: async () => {
      const [id, SubnetId] = [await createTable(), await createSubnet()];
      const { AssociationId } = await on.ec2.associateRouteTable({ RouteTableId: id, SubnetId });
      const [association] = (await tableOf(id)).Associations ?? [];
      assert.equal(association?.RouteTableAssociationId, AssociationId);
      assert.deepEqual([association?.SubnetId, association?.Main], [SubnetId, false]);
      assert.deepEqual(association?.AssociationState, { State: "associated" });

      const edge = await createVpc();
      const [GatewayId, ofEdge] = [await createGateway(edge), await createTable(edge)];
      await refusedWith(on.ec2.associateRouteTable({ RouteTableId: id, GatewayId }), "InvalidParameterValue");
      await on.ec2.associateRouteTable({ RouteTableId: ofEdge, GatewayId });
      const Filters = [{ Name: "association.gateway-id", Values: [GatewayId] }];
      const { RouteTables = [] } = await on.ec2.describeRouteTables({ Filters });
      const [found] = RouteTables;
      assert.deepEqual([found?.RouteTableId, found?.Associations?.[0]?.SubnetId], [ofEdge, undefined]);
      const again = on.ec2.associateRouteTable({ RouteTableId: await createTable(edge), GatewayId });
      await refusedWith(again, "Resource.AlreadyAssociated");
    },
    ReplaceRouteTableAssociation: async () => {
      const [id, other, SubnetId] = [await createTable(), await createTable(), await createSubnet()];
      const { AssociationId } = await on.ec2.associateRouteTable({ RouteTableId: id, SubnetId });
      const { NewAssociationId } = await on.ec2.replaceRouteTableAssociation({ AssociationId, RouteTableId: other });
      assert.equal((await tableOf(other)).Associations?.[0]?.RouteTableAssociationId, NewAssociationId);
      assert.deepEqual((await tableOf(id)).Associations, []);
    },
    DisassociateRouteTable: async () => {
      const [id, SubnetId] = [await createTable(), await createSubnet()];
      const { AssociationId } = await on.ec2.associateRouteTable({ RouteTableId: id, SubnetId });
      await on.ec2.disassociateRouteTable({ AssociationId });
      assert.deepEqual((await tableOf(id)).Associations, []);
    },
    CreateInternetGateway: async () => {
      assert.equal(await vpcOfGateway(await createGateway()), undefined);
    },
    DescribeInternetGateways: async () => {
      const other = await createVpc();
      const id = await createGateway(other);
      const Filters = [{ Name: "attachment.vpc-id", Values: [other] }];
      const { InternetGateways = [] } = await on.ec2.describeInternetGateways({ Filters });
      assert.deepEqual(
        InternetGateways.map((gateway) => gateway.InternetGatewayId),
        [id],
      );
      assert.deepEqual(InternetGateways[0]?.Attachments, [{ VpcId: other, State: "available" }]);
    },
    AttachInternetGateway: async () => {
      const other = await createVpc();
      assert.equal(await vpcOfGateway(await createGateway(other)), other);
    },
    DetachInternetGateway: async () => {
      const other = await createVpc();
      const id = await createGateway(other);
      await on.ec2.detachInternetGateway({ InternetGatewayId: id, VpcId: other });
      assert.equal(await vpcOfGateway(id), undefined);
    },
    DeleteInternetGateway: async () => {
      const id = await createGateway();
      await on.ec2.deleteInternetGateway({ InternetGatewayId: id });
      await refusedWith(vpcOfGateway(id), "InvalidInternetGatewayID.NotFound");
    },
    AllocateAddress: async () => {
      const { AllocationId, PublicIp } = await on.ec2.allocateAddress({ Domain: "vpc" });
      const { Addresses = [] } = await on.ec2.describeAddresses({ AllocationIds: [present(AllocationId)] });
      assert.equal(Addresses[0]?.PublicIp, PublicIp);
    },
    DescribeAddresses: async () => {
      const AllocationId = await allocate();
      const own = async () =>
        present((await on.ec2.describeAddresses({ AllocationIds: [AllocationId] })).Addresses?.[0]);
      const { NetworkInterfaceId, PublicIp } = await own();
      assert.equal(NetworkInterfaceId, undefined);
      const { NatGateway } = await on.ec2.createNatGateway({ SubnetId: await createSubnet(), AllocationId });
      const [address] = NatGateway?.NatGatewayAddresses ?? [];
      assert.equal((await own()).NetworkInterfaceId, address?.NetworkInterfaceId);
      assert.equal((await own()).PrivateIpAddress, address?.PrivateIp);
      const PublicIps = [present(PublicIp)];
      assert.deepEqual((await on.ec2.describeAddresses({ PublicIps })).Addresses, [await own()]);
      const absent = on.ec2.describeAddresses({ PublicIps: [...PublicIps, "192.0.2.1"] });
      await refusedWith(absent, "InvalidAddress.NotFound");
    },
    ReleaseAddress: async () => {
      const AllocationId = await allocate();
      await on.ec2.releaseAddress({ AllocationId });
      await refusedWith(on.ec2.releaseAddress({ AllocationId }), "InvalidAllocationID.NotFound");
    },
    CreateSecurityGroup: async () => {
      const id = await createGroup();
      const { SecurityGroups = [] } = await on.ec2.describeSecurityGroups({ GroupIds: [id] });
      assert.equal(SecurityGroups[0]?.Description, "of a test");
      assert.deepEqual(SecurityGroups[0].IpPermissionsEgress?.[0]?.IpRanges, [{ CidrIp: "0.0.0.0/0" }]);
    },
    DescribeSecurityGroups: async () => {
      const GroupId = await createGroup();
      const IpPermissions = [
        { ...HTTPS, IpRanges: [{ CidrIp: "10.0.0.0/8" }], UserIdGroupPairs: [{ GroupId }] },
        { ...HTTPS, FromPort: 80, ToPort: 80, Ipv6Ranges: [{ CidrIpv6: "::/0", Description: "all" }] },
      ];
      await on.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
      const { SecurityGroups = [] } = await on.ec2.describeSecurityGroups({ GroupIds: [GroupId] });
      const empty = { IpRanges: [], Ipv6Ranges: [], PrefixListIds: [], UserIdGroupPairs: [] };
      assert.deepEqual(SecurityGroups[0]?.IpPermissions, [
        { ...empty, ...IpPermissions[0], UserIdGroupPairs: [{ GroupId, UserId: "123456789012" }] },
        { ...empty, ...IpPermissions[1] },
      ]);
    },
    DeleteSecurityGroup: async () => {
      const GroupId = await createGroup();
      await on.ec2.deleteSecurityGroup({ GroupId });
      await refusedWith(on.ec2.describeSecurityGroups({ GroupIds: [GroupId] }), "InvalidGroup.NotFound");
    },
    AuthorizeSecurityGroupIngress: async () => {
      const GroupId = await createGroup();
      await on.ec2.authorizeSecurityGroupIngress({ GroupId, ...HTTPS, CidrIp: "10.0.0.0/8" });
      assert.deepEqual(await rulesOf(GroupId, false), ["10.0.0.0/8"]);
    },
    AuthorizeSecurityGroupEgress: async () => {
      const GroupId = await createGroup();
      const IpPermissions = [{ ...HTTPS, IpRanges: [{ CidrIp: "10.1.0.0/16" }] }];
      const { SecurityGroupRules } = await on.ec2.authorizeSecurityGroupEgress({ GroupId, IpPermissions });
      assert.deepEqual(await rulesOf(GroupId, true), ["0.0.0.0/0", "10.1.0.0/16"]);
      assert.equal(SecurityGroupRules?.[0]?.IsEgress, true);
    },
    RevokeSecurityGroupIngress: async () => {
      const GroupId = await createGroup();
      const IpPermissions = [{ ...HTTPS, IpRanges: [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "10.1.0.0/16" }] }];
      await on.ec2.authorizeSecurityGroupIngress({ GroupId, IpPermissions });
      const one = [{ ...HTTPS, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }];
      await on.ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions: one });
      assert.deepEqual(await rulesOf(GroupId, false), ["10.1.0.0/16"]);
      const again = on.ec2.revokeSecurityGroupIngress({ GroupId, IpPermissions: one });
      await refusedWith(again, "InvalidPermission.NotFound");
    },
    RevokeSecurityGroupEgress: async () => {
      const GroupId = await createGroup();
      const Filters = [{ Name: "group-id", Values: [GroupId] }];
      const { SecurityGroupRules = [] } = await on.ec2.describeSecurityGroupRules({ Filters });
      const SecurityGroupRuleIds = SecurityGroupRules.map((rule) => present(rule.SecurityGroupRuleId));
      const revoked = await on.ec2.revokeSecurityGroupEgress({ GroupId, SecurityGroupRuleIds });
      assert.equal(revoked.RevokedSecurityGroupRules?.[0]?.CidrIpv4, "0.0.0.0/0");
      assert.deepEqual(await rulesOf(GroupId, true), []);
    },
    DescribeSecurityGroupRules: async () => {
      const GroupId = await createGroup();
      await on.ec2.authorizeSecurityGroupIngress({
        GroupId,
        IpPermissions: [{ IpProtocol: "-1", UserIdGroupPairs: [{ GroupId }] }],
      });
      const { SecurityGroupRules = [] } = await on.ec2.describeSecurityGroupRules({
        Filters: [{ Name: "group-id", Values: [GroupId] }],
      });
      assert.deepEqual(SecurityGroupRules[1]?.ReferencedGroupInfo, { GroupId, UserId: "123456789012" });
      assert.equal(SecurityGroupRules[1].FromPort, -1);
    },
    ModifySecurityGroupRules: async () => {
      const GroupId = await createGroup();
      const IpRanges = [{ CidrIp: "10.0.0.0/8" }, { CidrIp: "11.0.0.0/8" }];
      const { SecurityGroupRules = [] } = await on.ec2.authorizeSecurityGroupIngress({
        GroupId,
        IpPermissions: [{ ...HTTPS, IpRanges }],
      });
      const change = (...ids: (string | undefined)[]) =>
        on.ec2.modifySecurityGroupRules({
          GroupId,
          SecurityGroupRules: ids.map((id, i) => ({
            SecurityGroupRuleId: present(id),
            SecurityGroupRule: { ...HTTPS, CidrIpv4: `10.${i + 2}.0.0/16` },
          })),
        });
      const [one, other] = SecurityGroupRules.map((rule) => rule.SecurityGroupRuleId);
      await refusedWith(change(one, "sgr-0a1"), "InvalidSecurityGroupRuleId.NotFound");
      assert.deepEqual(await rulesOf(GroupId, false), ["10.0.0.0/8", "11.0.0.0/8"]);
      await change(one, other);
      assert.deepEqual(await rulesOf(GroupId, false), ["10.2.0.0/16", "10.3.0.0/16"]);
    },
    DescribePrefixLists: async () => {
      const Filters = [{ Name: "prefix-list-name", Values: [SERVICE] }];
      const { PrefixLists = [] } = await on.ec2.describePrefixLists({ Filters });
      const table = await createTable();
      await on.ec2.createVpcEndpoint({ VpcId: vpcId, ServiceName: SERVICE, RouteTableIds: [table] });
      const { Routes = [] } = await tableOf(table);
      assert.equal(Routes[1]?.DestinationPrefixListId, PrefixLists[0]?.PrefixListId);
      assert.ok(PrefixLists[0]?.Cidrs?.includes("52.94.0.0/22"));
    },
    CreateTags: async () => {
      const id = await createTable();
      await on.ec2.createTags({ Resources: [id], Tags: [{ Key: "stage", Value: "canary" }] });
      const Filters = [{ Name: "tag:stage", Values: ["can*"] }];
      const { RouteTables = [] } = await on.ec2.describeRouteTables({ Filters });
      assert.deepEqual(
        RouteTables.map((table) => table.RouteTableId),
        [id],
      );
    },
    DeleteTags: async () => {
      const id = await createTable();
      const Tags = ["a", "b", "c", "d"].map((Key) => ({ Key, Value: "1" }));
      await on.ec2.createTags({ Resources: [id], Tags });
      const keysLeft = async (Tags?: { Key: string; Value?: string }[]) => {
        await on.ec2.deleteTags({ Resources: [id], Tags });
        return (await tableOf(id)).Tags?.map((tag) => tag.Key);
      };
      assert.deepEqual(await keysLeft([{ Key: "a" }]), ["b", "c", "d"]);
      assert.deepEqual(
        await keysLeft([
          { Key: "b", Value: "2" },
          { Key: "c", Value: "1" },
        ]),
        ["b", "d"],
      );
      assert.deepEqual(await keysLeft(), []);
    },
  });

  it("shows Lambda's interfaces with the groups of their function", async () => {
    const subnetId = await createSubnet();
    const Filters = [{ Name: "subnet-id", Values: [subnetId] }];
    const interfaces = async () => (await on.ec2.describeNetworkInterfaces({ Filters })).NetworkInterfaces ?? [];
    assert.deepEqual(await interfaces(), []);
    const { roleArn, configuration } = await functionOf(subnetId);
    assert.equal(configuration.role, roleArn);
    const [own] = await interfaces();
    assert.match(own?.Description ?? "", /^AWS Lambda VPC ENI-in-vpc-eni-/);
    assert.equal(own?.InterfaceType, "lambda");
    assert.deepEqual(
      own.Groups?.map((group) => group.GroupId),
      configuration.vpcConfig?.securityGroupIds,
    );
  });

  async function functionOf(subnetId: string) {
    const region = on.lab.cloud.region(REGION);
    const { arn: roleArn } = await region.iam.createRole({
      roleName: "in-vpc",
      assumeRolePolicyDocument: JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
      }),
    });
    const policyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole";
    await region.iam.attachRolePolicy({ roleName: "in-vpc", policyArn });
    const configuration = await region.lambda.createFunction({
      functionName: "in-vpc",
      role: roleArn,
      memorySize: 128,
      timeout: 3,
      architectures: ["x86_64"],
      environment: {},
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      logging: { logFormat: "Text", logGroup: "/aws/lambda/in-vpc" },
      layers: [],
      vpcConfig: { subnetIds: [subnetId], securityGroupIds: [await createGroup()] },
      code: { fingerprint: "a", size: 1 },
    });
    return { roleArn, configuration };
  }
});
