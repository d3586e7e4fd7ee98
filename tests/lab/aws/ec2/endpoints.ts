import * as assert from "node:assert/strict";
import { REGION, SERVICE } from "../../network";
import { present, refusedWith } from "../wire";
import { by, type OperationTests, type Things } from "./things";

/** Endpoints with interfaces in subnets. */
export function endpointTests(things: Things): OperationTests {
  const create = async (request: object) =>
    present((await things.ec2.createVpcEndpoint({ VpcId: things.vpcId, ...request })).VpcEndpoint);
  const endpointOf = async (id: string | undefined) =>
    (await things.ec2.describeVpcEndpoints({ VpcEndpointIds: [present(id)] })).VpcEndpoints?.[0];

  return {
    CreateVpcEndpoint: async () => {
      const [table, subnetId, group] = [
        await things.createTable(),
        await things.createSubnet(),
        await things.createGroup(),
      ];
      const gateway = await create({ ServiceName: SERVICE, RouteTableIds: [table] });
      assert.deepEqual((await endpointOf(gateway.VpcEndpointId))?.RouteTableIds, [table]);
      assert.deepEqual((await things.routesOf(table))[0]?.GatewayId, gateway.VpcEndpointId);
      assert.ok(gateway.CreationTimestamp instanceof Date);

      const request = { VpcEndpointType: "Interface", SubnetIds: [subnetId], SecurityGroupIds: [group] };
      const own = await create({ ServiceName: SERVICE, ...request });
      assert.deepEqual(await endpointOf(own.VpcEndpointId), own);
      assert.equal(own.PrivateDnsEnabled, false);
      assert.match(own.DnsEntries?.[0]?.DnsName ?? "", /^vpce-.*\.dynamodb\.us-east-1\.vpce\.amazonaws\.com$/);
      const interfaces = await things.interfacesIn(subnetId);
      assert.deepEqual(
        interfaces.map((each) => [
          each.NetworkInterfaceId,
          each.InterfaceType,
          each.Description,
          each.Groups?.[0]?.GroupId,
        ]),
        [[own.NetworkInterfaceIds?.[0], "vpc_endpoint", `VPC Endpoint Interface ${String(own.VpcEndpointId)}`, group]],
      );
      const named = { ...request, PrivateDnsEnabled: true };
      await refusedWith(create({ ServiceName: SERVICE, ...named }), "InvalidParameter", /private DNS name/);
      const vpcId = await things.createVpc();
      const logs = { VpcId: vpcId, ServiceName: `com.amazonaws.${REGION}.logs`, ...named };
      const inVpc = { ...logs, SubnetIds: [await things.createSubnet(vpcId)], SecurityGroupIds: [] };
      await refusedWith(create(inVpc), "InvalidParameter", /both enableDnsSupport and enableDnsHostnames/);
      await things.ec2.modifyVpcAttribute({ VpcId: vpcId, EnableDnsHostnames: { Value: true } });
      const { DnsEntries = [] } = await create(inVpc);
      assert.equal(DnsEntries.at(-1)?.DnsName, "logs.us-east-1.amazonaws.com");
    },
    DescribeVpcEndpoints: async () => {
      const vpcId = await things.createVpc();
      const [subnetId, RouteTableId] = [await things.createSubnet(vpcId), await things.createTable(vpcId)];
      const ServiceName = `com.amazonaws.vpce.${REGION}.vpce-svc-0a1`;
      const request = { VpcId: vpcId, ServiceName, VpcEndpointType: "GatewayLoadBalancer", SubnetIds: [subnetId] };
      const { VpcEndpointId } = await create(request);
      await things.ec2.createRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0", VpcEndpointId });
      assert.equal((await things.routesOf(RouteTableId))[0]?.GatewayId, VpcEndpointId);
      const [own] = await things.interfacesIn(subnetId);
      assert.equal(own?.InterfaceType, "gateway_load_balancer_endpoint");
      const found = async (type: string) => {
        const Filters = [...by("vpc-endpoint-type", type).Filters, ...by("vpc-id", vpcId).Filters];
        return (await things.ec2.describeVpcEndpoints({ Filters })).VpcEndpoints?.map((each) => each.VpcEndpointId);
      };
      assert.deepEqual([await found("Gateway"), await found("GatewayLoadBalancer")], [[], [VpcEndpointId]]);
      const { scenarioData } = things.on.lab.cloud.region(REGION);
      const lastError = { code: "AuthFailure", message: "no" };
      await scenarioData.setEndpointState({ vpcEndpointId: present(VpcEndpointId), state: "failed", lastError });
      const failed = await endpointOf(VpcEndpointId);
      assert.deepEqual([failed?.State, failed?.LastError?.Code], ["failed", "AuthFailure"]);
      // A route by hand that leads to an endpoint is deleted by hand.
      await things.ec2.deleteRoute({ RouteTableId, DestinationCidrBlock: "0.0.0.0/0" });
    },
    ModifyVpcEndpoint: async () => {
      const [table, other] = [await things.createTable(), await things.createTable()];
      const { VpcEndpointId } = await create({ ServiceName: SERVICE });
      await things.ec2.modifyVpcEndpoint({ VpcEndpointId, AddRouteTableIds: [table, other] });
      await things.ec2.modifyVpcEndpoint({ VpcEndpointId, RemoveRouteTableIds: [other] });
      const targets = async (id: string) => (await things.routesOf(id)).map((route) => route.GatewayId);
      assert.deepEqual([await targets(table), await targets(other)], [[VpcEndpointId], []]);

      const [subnetId, group] = [await things.createSubnet(), await things.createGroup()];
      const own = await create({ ServiceName: SERVICE, VpcEndpointType: "Interface" });
      const change = (request: object) =>
        things.ec2.modifyVpcEndpoint({ VpcEndpointId: own.VpcEndpointId, ...request });
      await change({ AddSubnetIds: [subnetId], AddSecurityGroupIds: [group] });
      const changed = await endpointOf(own.VpcEndpointId);
      assert.deepEqual([changed?.SubnetIds, changed?.Groups?.length], [[subnetId], 2]);
      assert.equal((await things.interfacesIn(subnetId)).length, 1);
      await change({ RemoveSubnetIds: [subnetId] });
      assert.deepEqual(await things.interfacesIn(subnetId), []);
      await refusedWith(change({ AddRouteTableIds: [table] }), "InvalidParameter");
    },
    DeleteVpcEndpoints: async () => {
      const subnetId = await things.createSubnet();
      const { VpcEndpointId: id } = await create({
        ServiceName: SERVICE,
        VpcEndpointType: "Interface",
        SubnetIds: [subnetId],
      });
      const { Unsuccessful } = await things.ec2.deleteVpcEndpoints({ VpcEndpointIds: [present(id), "vpce-0a1"] });
      assert.deepEqual(
        Unsuccessful?.map((item) => [item.ResourceId, item.Error?.Code]),
        [["vpce-0a1", "InvalidVpcEndpointId.NotFound"]],
      );
      await refusedWith(endpointOf(id), "InvalidVpcEndpointId.NotFound");
      assert.deepEqual(await things.interfacesIn(subnetId), []);
    },
    DescribeVpcEndpointServices: async () => {
      const { ServiceDetails = [], ServiceNames } = await things.ec2.describeVpcEndpointServices({
        ServiceNames: [SERVICE, SERVICE.replace("dynamodb", "s3")],
        ...by("service-type", "Gateway"),
      });
      assert.deepEqual(present(ServiceNames), [SERVICE, SERVICE.replace("dynamodb", "s3")]);
      assert.deepEqual(
        ServiceDetails.map((each) => each.SupportedIpAddressTypes),
        [["ipv4"], ["ipv4", "ipv6"]],
      );
      const { VpcEndpointType } = await create({ ServiceName: SERVICE });
      assert.deepEqual(ServiceDetails[0]?.ServiceType, [{ ServiceType: VpcEndpointType }]);
    },
  };
}
