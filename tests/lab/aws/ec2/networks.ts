import * as assert from "node:assert/strict";
import { waitUntilNatGatewayDeleted } from "@aws-sdk/client-ec2";
import { REGION } from "../../network";
import { present, refusedWith } from "../wire";
import { by, type OperationTests, type Things } from "./things";

/** NAT gateways, and what ties a VPC to other networks. */
export function networkTests(things: Things): OperationTests {
  const createTransit = async () =>
    present((await things.ec2.createTransitGateway({})).TransitGateway?.TransitGatewayId);
  const attach = async () => {
    const [TransitGatewayId, subnetId] = [await createTransit(), await things.createSubnet()];
    const { TransitGatewayVpcAttachment: attachment } = await things.ec2.createTransitGatewayVpcAttachment({
      TransitGatewayId,
      VpcId: things.vpcId,
      SubnetIds: [subnetId],
    });
    return { TransitGatewayId, subnetId, id: present(attachment?.TransitGatewayAttachmentId) };
  };
  const peer = async () => {
    const request = { VpcId: things.vpcId, PeerVpcId: await things.createVpc() };
    const { VpcPeeringConnection: made } = await things.ec2.createVpcPeeringConnection(request);
    return present(made?.VpcPeeringConnectionId);
  };
  const statusOf = async (id: string) => {
    const found = await things.ec2.describeVpcPeeringConnections({ VpcPeeringConnectionIds: [id] });
    return found.VpcPeeringConnections?.[0]?.Status?.Code;
  };
  const createVpn = async (VpcId?: string) => {
    const { VpnGateway } = await things.ec2.createVpnGateway({ Type: "ipsec.1" });
    const VpnGatewayId = present(VpnGateway?.VpnGatewayId);
    if (VpcId !== undefined) await things.ec2.attachVpnGateway({ VpnGatewayId, VpcId });
    return VpnGatewayId;
  };
  const attachedTo = async (id: string) => {
    const { VpnGateways = [] } = await things.ec2.describeVpnGateways({ VpnGatewayIds: [id] });
    return VpnGateways[0]?.VpcAttachments?.[0]?.VpcId;
  };
  const createEgressOnly = async () => {
    const made = await things.ec2.createEgressOnlyInternetGateway({ VpcId: things.vpcId });
    return present(made.EgressOnlyInternetGateway?.EgressOnlyInternetGatewayId);
  };
  const egressOnly = (id: string) =>
    things.ec2.describeEgressOnlyInternetGateways({ EgressOnlyInternetGatewayIds: [id] });

  return {
    CreateNatGateway: async () => {
      const vpcId = await things.createVpc();
      const subnetId = await things.createSubnet(vpcId);
      const AllocationId = present((await things.ec2.allocateAddress({})).AllocationId);
      const regional = { AvailabilityMode: "regional" as const, VpcId: vpcId };
      await refusedWith(things.ec2.createNatGateway(regional), "Gateway.NotAttached");
      await things.createGateway(vpcId);
      const mixed = { ...regional, SubnetId: subnetId };
      await refusedWith(things.ec2.createNatGateway(mixed), "InvalidParameterCombination");
      const { NatGateway: automatic } = await things.ec2.createNatGateway(regional);
      const AvailabilityZoneAddresses = [{ AvailabilityZoneId: "use1-az2", AllocationIds: [AllocationId] }];
      const manual = await things.ec2.createNatGateway({ ...regional, AvailabilityZoneAddresses });
      const { NatGateways = [] } = await things.ec2.describeNatGateways({
        Filter: by("vpc-id", vpcId).Filters,
      });
      assert.deepEqual(NatGateways, [automatic, manual.NatGateway]);
      assert.deepEqual(
        NatGateways.map((each) => [each.AvailabilityMode, each.SubnetId, each.AutoProvisionZones]),
        [
          ["regional", undefined, "enabled"],
          ["regional", undefined, "disabled"],
        ],
      );
      assert.deepEqual(
        NatGateways.flatMap((each) => each.NatGatewayAddresses?.map((address) => address.AvailabilityZone)),
        ["us-east-1a", "us-east-1b"],
      );
      const taken = { SubnetId: subnetId, AllocationId };
      await refusedWith(things.ec2.createNatGateway(taken), "Resource.AlreadyAssociated");
    },
    DescribeNatGateways: async () => {
      const id = await things.createNat();
      const nat = async () => (await things.ec2.describeNatGateways({ NatGatewayIds: [id] })).NatGateways?.[0];
      const before = await nat();
      const [address] = before?.NatGatewayAddresses ?? [];
      const own = await things.interfaceOf(present(address?.NetworkInterfaceId));
      assert.deepEqual(
        [own.InterfaceType, own.Description, own.Association?.PublicIp, own.PrivateIpAddress],
        ["nat_gateway", `Interface for NAT Gateway ${id}`, address?.PublicIp, address?.PrivateIp],
      );
      assert.deepEqual([before?.State, before?.AvailabilityMode], ["available", "zonal"]);
      assert.ok(before?.CreateTime instanceof Date);
      const { scenarioData } = things.on.lab.cloud.region(REGION);
      const applianceArn = "arn:aws:network-firewall:us-east-1:123456789012:proxy/p";
      await scenarioData.attachAppliance({ natGatewayId: id, applianceArn });
      assert.equal((await nat())?.AttachedAppliances?.[0]?.ApplianceArn, applianceArn);
      await scenarioData.failNatGateway({ natGatewayId: id, failureCode: "InternalError", failureMessage: "no" });
      assert.deepEqual([(await nat())?.State, (await nat())?.FailureCode], ["failed", "InternalError"]);
    },
    DeleteNatGateway: async () => {
      const [id, table] = [await things.createNat(), await things.createTable()];
      await things.ec2.createRoute({ RouteTableId: table, DestinationCidrBlock: "0.0.0.0/0", NatGatewayId: id });
      const state = async () =>
        (await things.ec2.describeNatGateways({ Filter: by("nat-gateway-id", id).Filters })).NatGateways?.[0];
      const subnetId = present((await state())?.SubnetId);
      assert.equal((await things.ec2.deleteNatGateway({ NatGatewayId: id })).NatGatewayId, id);
      assert.equal((await things.routesOf(table))[0]?.State, "blackhole");
      assert.ok((await state())?.DeleteTime instanceof Date);
      const waiting = { client: things.ec2, minDelay: 0.005, maxDelay: 0.005, maxWaitTime: 60 };
      await waitUntilNatGatewayDeleted(waiting, { NatGatewayIds: [id] });
      assert.equal((await state())?.State, "deleted");
      assert.deepEqual(await things.interfacesIn(subnetId), []);
      await things.ec2.deleteSubnet({ SubnetId: subnetId });
    },
    CreateTransitGateway: async () => {
      const id = await createTransit();
      const { TransitGateways = [] } = await things.ec2.describeTransitGateways({ TransitGatewayIds: [id] });
      assert.equal(TransitGateways[0]?.TransitGatewayArn, `arn:aws:ec2:${REGION}:123456789012:transit-gateway/${id}`);
    },
    DescribeTransitGateways: async () => {
      const id = await createTransit();
      const found = async () =>
        (await things.ec2.describeTransitGateways(by("transit-gateway-id", id))).TransitGateways;
      assert.equal((await found())?.length, 1);
      await things.ec2.deleteTransitGateway({ TransitGatewayId: id });
      assert.deepEqual(await found(), []);
    },
    DeleteTransitGateway: async () => {
      const { TransitGatewayId, id } = await attach();
      await refusedWith(things.ec2.deleteTransitGateway({ TransitGatewayId }), "IncorrectState");
      await things.ec2.deleteTransitGatewayVpcAttachment({ TransitGatewayAttachmentId: id });
      await things.ec2.deleteTransitGateway({ TransitGatewayId });
      const gone = things.ec2.describeTransitGateways({ TransitGatewayIds: [TransitGatewayId] });
      await refusedWith(gone, "InvalidTransitGatewayID.NotFound");
      // A VPC has one attachment to a gateway, and a zone one subnet.
      const other = await createTransit();
      const request = { TransitGatewayId: other, VpcId: things.vpcId };
      const SubnetIds = [await things.createSubnet(), await things.createSubnet()];
      const twice = things.ec2.createTransitGatewayVpcAttachment({ ...request, SubnetIds });
      await refusedWith(twice, "DuplicateSubnetsInSameZone");
    },
    CreateTransitGatewayVpcAttachment: async () => {
      const { TransitGatewayId, id, subnetId } = await attach();
      const [own] = await things.interfacesIn(subnetId);
      assert.deepEqual(
        [own?.InterfaceType, own?.Description, own?.SourceDestCheck],
        ["transit_gateway", `Network Interface for Transit Gateway Attachment ${id}`, false],
      );
      const table = await things.createTable();
      await things.ec2.createRoute({ RouteTableId: table, DestinationCidrBlock: "10.0.0.0/8", TransitGatewayId });
      assert.equal((await things.routesOf(table))[0]?.TransitGatewayId, TransitGatewayId);
    },
    DescribeTransitGatewayVpcAttachments: async () => {
      const { TransitGatewayId, id, subnetId } = await attach();
      const attachments = async () =>
        (await things.ec2.describeTransitGatewayVpcAttachments(by("transit-gateway-id", TransitGatewayId)))
          .TransitGatewayVpcAttachments ?? [];
      const [attachment] = await attachments();
      assert.deepEqual(
        [attachment?.SubnetIds, attachment?.VpcId, attachment?.State],
        [[subnetId], things.vpcId, "available"],
      );
      await things.ec2.deleteTransitGatewayVpcAttachment({ TransitGatewayAttachmentId: id });
      assert.deepEqual(await attachments(), []);
    },
    DescribeTransitGatewayAttachments: async () => {
      const { TransitGatewayId } = await attach();
      await things.on.lab.cloud.region(REGION).scenarioData.attachToTransitGateway({
        transitGatewayId: TransitGatewayId,
        resourceType: "vpn",
        resourceId: "vpn-0a1",
      });
      const { TransitGatewayAttachments = [] } = await things.ec2.describeTransitGatewayAttachments(
        by("transit-gateway-id", TransitGatewayId),
      );
      assert.deepEqual(
        TransitGatewayAttachments.map((each) => [each.ResourceType, each.ResourceId]),
        [
          ["vpc", things.vpcId],
          ["vpn", "vpn-0a1"],
        ],
      );
    },
    DeleteTransitGatewayVpcAttachment: async () => {
      const { TransitGatewayId, id, subnetId } = await attach();
      const table = await things.createTable();
      await things.ec2.createRoute({ RouteTableId: table, DestinationCidrBlock: "10.0.0.0/8", TransitGatewayId });
      await things.ec2.deleteTransitGatewayVpcAttachment({ TransitGatewayAttachmentId: id });
      assert.deepEqual(await things.interfacesIn(subnetId), []);
      assert.equal((await things.routesOf(table))[0]?.State, "blackhole");
      const again = things.ec2.createRoute({
        RouteTableId: table,
        DestinationCidrBlock: "11.0.0.0/8",
        TransitGatewayId,
      });
      await refusedWith(again, "InvalidTransitGatewayID.NotFound");
    },
    CreateVpcPeeringConnection: async () => {
      assert.equal(await statusOf(await peer()), "pending-acceptance");
      const foreign = { VpcId: things.vpcId, PeerVpcId: "vpc-0a1", PeerOwnerId: "111122223333" };
      const { VpcPeeringConnection } = await things.ec2.createVpcPeeringConnection(foreign);
      assert.equal(VpcPeeringConnection?.AccepterVpcInfo?.OwnerId, "111122223333");
    },
    DescribeVpcPeeringConnections: async () => {
      const id = await peer();
      const found = async (status: string) => {
        const Filters = [...by("status-code", status).Filters, ...by("vpc-peering-connection-id", id).Filters];
        return (await things.ec2.describeVpcPeeringConnections({ Filters })).VpcPeeringConnections?.length;
      };
      assert.equal(await found("active"), 0);
      await things.ec2.acceptVpcPeeringConnection({ VpcPeeringConnectionId: id });
      assert.equal(await found("active"), 1);
    },
    AcceptVpcPeeringConnection: async () => {
      const [id, RouteTableId] = [await peer(), await things.createTable()];
      await things.ec2.acceptVpcPeeringConnection({ VpcPeeringConnectionId: id });
      await things.ec2.createRoute({ RouteTableId, DestinationCidrBlock: "10.7.0.0/16", VpcPeeringConnectionId: id });
      const [route] = await things.routesOf(RouteTableId);
      assert.deepEqual([route?.VpcPeeringConnectionId, route?.State], [id, "active"]);
      const again = things.ec2.acceptVpcPeeringConnection({ VpcPeeringConnectionId: id });
      await refusedWith(again, "OperationNotPermitted");
    },
    DeleteVpcPeeringConnection: async () => {
      const id = await peer();
      await things.ec2.deleteVpcPeeringConnection({ VpcPeeringConnectionId: id });
      assert.equal(await statusOf(id), "deleted");
    },
    CreateVpnGateway: async () => {
      assert.equal(await attachedTo(await createVpn()), undefined);
    },
    DescribeVpnGateways: async () => {
      const vpcId = await things.createVpc();
      const id = await createVpn(vpcId);
      const found = async () =>
        (await things.ec2.describeVpnGateways(by("attachment.vpc-id", vpcId))).VpnGateways?.map(
          (each) => each.VpnGatewayId,
        );
      assert.deepEqual(await found(), [id]);
      await things.ec2.detachVpnGateway({ VpnGatewayId: id, VpcId: vpcId });
      assert.deepEqual(await found(), []);
    },
    AttachVpnGateway: async () => {
      const vpcId = await things.createVpc();
      assert.equal(await attachedTo(await createVpn(vpcId)), vpcId);
      await refusedWith(createVpn(vpcId), "InvalidParameterValue");
    },
    DetachVpnGateway: async () => {
      const vpcId = await things.createVpc();
      const detaching = { VpnGatewayId: await createVpn(vpcId), VpcId: vpcId };
      await things.ec2.detachVpnGateway(detaching);
      assert.equal(await attachedTo(detaching.VpnGatewayId), undefined);
      await refusedWith(things.ec2.detachVpnGateway(detaching), "InvalidVpnGatewayAttachment.NotFound");
    },
    DeleteVpnGateway: async () => {
      const id = await createVpn();
      await things.ec2.deleteVpnGateway({ VpnGatewayId: id });
      await refusedWith(attachedTo(id), "InvalidVpnGatewayID.NotFound");
    },
    EnableVgwRoutePropagation: async () => {
      const vpcId = await things.createVpc();
      const [GatewayId, RouteTableId] = [await createVpn(vpcId), await things.createTable(vpcId)];
      await things.on.lab.cloud
        .region(REGION)
        .scenarioData.propagateRoutes({ vpnGatewayId: GatewayId, cidrBlocks: ["192.168.0.0/16", "52.94.0.0/22"] });
      assert.deepEqual(await things.routesOf(RouteTableId), []);
      await things.ec2.enableVgwRoutePropagation({ RouteTableId, GatewayId });
      assert.deepEqual(
        (await things.routesOf(RouteTableId)).map((route) => [route.DestinationCidrBlock, route.Origin]),
        [
          ["192.168.0.0/16", "EnableVgwRoutePropagation"],
          ["52.94.0.0/22", "EnableVgwRoutePropagation"],
        ],
      );
      assert.deepEqual((await things.tableOf(RouteTableId)).PropagatingVgws, [{ GatewayId }]);
      const elsewhere = { RouteTableId: await things.createTable(), GatewayId };
      await refusedWith(things.ec2.enableVgwRoutePropagation(elsewhere), "Gateway.NotAttached");
    },
    DisableVgwRoutePropagation: async () => {
      const vpcId = await things.createVpc();
      const [GatewayId, RouteTableId] = [await createVpn(vpcId), await things.createTable(vpcId)];
      await things.ec2.enableVgwRoutePropagation({ RouteTableId, GatewayId });
      await things.on.lab.cloud
        .region(REGION)
        .scenarioData.propagateRoutes({ vpnGatewayId: GatewayId, cidrBlocks: ["192.168.0.0/16"] });
      assert.equal((await things.routesOf(RouteTableId)).length, 1);
      await things.ec2.disableVgwRoutePropagation({ RouteTableId, GatewayId });
      assert.deepEqual(await things.routesOf(RouteTableId), []);
      assert.deepEqual((await things.tableOf(RouteTableId)).PropagatingVgws, []);
    },
    CreateEgressOnlyInternetGateway: async () => {
      const { EgressOnlyInternetGateways = [] } = await egressOnly(await createEgressOnly());
      assert.deepEqual(EgressOnlyInternetGateways[0]?.Attachments, [{ VpcId: things.vpcId, State: "attached" }]);
    },
    DescribeEgressOnlyInternetGateways: async () => {
      const id = await createEgressOnly();
      assert.deepEqual((await egressOnly(id)).EgressOnlyInternetGateways?.[0]?.Tags, []);
      await things.ec2.createTags({ Resources: [id], Tags: [{ Key: "Name", Value: "out" }] });
      const { EgressOnlyInternetGateways = [] } = await things.ec2.describeEgressOnlyInternetGateways(
        by("tag:Name", "out"),
      );
      assert.equal(EgressOnlyInternetGateways[0]?.EgressOnlyInternetGatewayId, id);
    },
    DeleteEgressOnlyInternetGateway: async () => {
      const [id, RouteTableId] = [await createEgressOnly(), await things.createTable()];
      const request = { RouteTableId, DestinationIpv6CidrBlock: "::/0", EgressOnlyInternetGatewayId: id };
      await things.ec2.createRoute(request);
      await things.ec2.deleteEgressOnlyInternetGateway({ EgressOnlyInternetGatewayId: id });
      await refusedWith(egressOnly(id), "InvalidGatewayID.NotFound");
      assert.equal((await things.routesOf(RouteTableId))[0]?.State, "blackhole");
    },
  };
}

/** Routes to every kind of target. */
export function routeTests(things: Things): OperationTests {
  return {
    CreateRoute: async () => {
      const RouteTableId = await things.createTable();
      const subnetId = await things.createSubnet();
      const { Instances = [] } = await things.ec2.runInstances({
        ImageId: "ami-0a1",
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnetId,
      });
      const [appliance] = await things.interfacesIn(subnetId);
      const { PrefixList } = await things.ec2.createManagedPrefixList({
        PrefixListName: "offices",
        AddressFamily: "IPv4",
        MaxEntries: 2,
      });
      const NatGatewayId = await things.createNat();
      const create = (route: object) => things.ec2.createRoute({ RouteTableId, ...route });
      await create({ DestinationCidrBlock: "0.0.0.0/0", NatGatewayId });
      await create({ DestinationCidrBlock: "10.1.0.7/16", InstanceId: Instances[0]?.InstanceId });
      await create({
        DestinationPrefixListId: PrefixList?.PrefixListId,
        NetworkInterfaceId: appliance?.NetworkInterfaceId,
      });
      await create({ DestinationCidrBlock: "10.2.0.0/16", CarrierGatewayId: "cagw-0a1" });
      await create({ DestinationIpv6CidrBlock: "2001:DB8:0::1/32", LocalGatewayId: "lgw-0a1" });
      await create({ DestinationCidrBlock: "10.3.0.0/16", CoreNetworkArn: "arn:aws:networkmanager::1:core-network/a" });
      const [nat, instance, list, carrier, local, core] = await things.routesOf(RouteTableId);
      assert.deepEqual([nat?.NatGatewayId, nat?.Origin, nat?.State], [NatGatewayId, "CreateRoute", "active"]);
      assert.deepEqual(
        [instance?.DestinationCidrBlock, instance?.InstanceId, instance?.NetworkInterfaceId],
        ["10.1.0.0/16", Instances[0]?.InstanceId, appliance?.NetworkInterfaceId],
      );
      assert.equal(list?.DestinationPrefixListId, PrefixList?.PrefixListId);
      assert.equal(carrier?.CarrierGatewayId, "cagw-0a1");
      assert.equal(local?.DestinationIpv6CidrBlock, "2001:db8::/32");
      assert.match(core?.CoreNetworkArn ?? "", /core-network/);
      const twice = { DestinationIpv6CidrBlock: "2001:db8::/32", LocalGatewayId: "lgw-0a1" };
      await refusedWith(create(twice), "RouteAlreadyExists");
      await refusedWith(create({ DestinationCidrBlock: "10.4.0.0/16" }), "MissingParameter");
      const two = { DestinationCidrBlock: "10.4.0.0/16", NatGatewayId, CarrierGatewayId: "cagw-0a1" };
      await refusedWith(create(two), "InvalidParameterCombination");
      const unknown = { DestinationCidrBlock: "10.4.0.0/16", VpcPeeringConnectionId: "pcx-0a1" };
      await refusedWith(create(unknown), "InvalidVpcPeeringConnectionID.NotFound");
      await refusedWith(
        things.ec2.deleteManagedPrefixList({ PrefixListId: PrefixList?.PrefixListId }),
        "DependencyViolation",
      );
    },
  };
}
