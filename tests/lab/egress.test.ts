import * as assert from "node:assert/strict";
import { DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ClientRequest } from "../../lab/clients";
import { refused, REGION, SERVICE } from "./network";
import { IMPATIENT, trafficLab } from "./trafficNetwork";

describe("the way out of a subnet of the lab", () => {
  const on = trafficLab();
  // The tables' data take a moment to be there.
  before(async () => {
    await ask(await on.client({ subnetId: on.net.b.subnetId }));
  });
  const NETWORK = { cidrBlock: "0.0.0.0/0", protocol: "tcp" } as const;

  const client = (request: ClientRequest): Promise<DynamoDBClient> =>
    on.client(request, { ...IMPATIENT, requestHandler: { requestTimeout: 250, throwOnRequestTimeout: true } });
  const ask = (from: DynamoDBClient) => from.send(new DescribeTableCommand({ TableName: "stock" }));

  /** The address from which a new client's request comes, or undefined where nothing answers. */
  async function sourceOf(request: ClientRequest): Promise<string | undefined> {
    try {
      await ask(await client(request));
    } catch (error) {
      assert.match(String(error), /TimeoutError/);
      return undefined;
    }
    return on.lab.traffic.requests.at(-1)?.sourceAddress;
  }

  /** A subnet of the traffic network with a network ACL of its own, which lets nothing through. */
  async function closedSubnet(cidrBlock: string): Promise<{ subnetId: string; networkAclId: string }> {
    const { ec2 } = on.region;
    const { subnetId } = await ec2.createSubnet({ vpcId: on.net.vpcId, cidrBlock });
    await ec2.associateRouteTable({ routeTableId: on.net.b.routeTableId, subnetId });
    const { networkAclId } = await ec2.createNetworkAcl({ vpcId: on.net.vpcId });
    const [before] = await ec2.describeNetworkAcls({ filters: { "association.subnet-id": [subnetId] } });
    const association = before?.associations.find((each) => each.subnetId === subnetId);
    await ec2.replaceNetworkAclAssociation({ associationId: association?.networkAclAssociationId ?? "", networkAclId });
    return { subnetId, networkAclId };
  }

  it("is that which the subnet's network ACL lets pass, both ways, by the lowest number that fits", async () => {
    const { ec2 } = on.region;
    const { subnetId, networkAclId } = await closedSubnet("10.0.20.0/24");
    const there = { networkAclId, egress: true, ...NETWORK, portRange: { from: 443, to: 443 } };
    const back = { networkAclId, egress: false, ...NETWORK, portRange: { from: 1024, to: 65_535 } };
    assert.equal(await sourceOf({ subnetId }), undefined);
    await ec2.createNetworkAclEntry({ ...there, ruleNumber: 100, ruleAction: "allow" });
    assert.equal(await sourceOf({ subnetId }), undefined);
    await ec2.createNetworkAclEntry({ ...back, ruleNumber: 100, ruleAction: "allow" });
    const open = await client({ subnetId });
    await ask(open);
    const [range] =
      (await ec2.describePrefixLists({ filters: { "prefix-list-name": ["*.dynamodb"] } }))[0]?.cidrs ?? [];
    await ec2.createNetworkAclEntry({ ...there, ruleNumber: 90, ruleAction: "deny", cidrBlock: range });
    assert.equal(await sourceOf({ subnetId }), undefined);
    await assert.rejects(ask(open), /TimeoutError/);
    await ec2.replaceNetworkAclEntry({ ...there, ruleNumber: 90, ruleAction: "deny", cidrBlock: "52.0.0.0/8" });
    assert.equal(await sourceOf({ subnetId }), on.net.publicIp);
  });

  it("passes the network ACL of the NAT gateway's subnet, until there is an endpoint", async () => {
    const { ec2 } = on.region;
    const { subnetId, networkAclId } = await closedSubnet("10.0.21.0/24");
    const { allocationId } = await ec2.allocateAddress({});
    const { natGatewayId } = await ec2.createNatGateway({ subnetId, allocationId });
    const { routeTableId } = await ec2.createRouteTable({ vpcId: on.net.vpcId });
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    const inside = await ec2.createSubnet({ vpcId: on.net.vpcId, cidrBlock: "10.0.22.0/24" });
    await ec2.associateRouteTable({ routeTableId, subnetId: inside.subnetId });
    assert.equal(await sourceOf({ subnetId: inside.subnetId }), undefined);
    for (const egress of [true, false]) {
      const all = { networkAclId, egress, protocol: "-1", cidrBlock: "0.0.0.0/0" };
      await ec2.createNetworkAclEntry({ ...all, ruleNumber: 10, ruleAction: "allow" });
    }
    assert.match((await sourceOf({ subnetId: inside.subnetId })) ?? "", /^(198\.51\.100|203\.0\.113)\./);
    await ec2.deleteNetworkAclEntry({ networkAclId, egress: false, ruleNumber: 10 });
    assert.equal(await sourceOf({ subnetId: inside.subnetId }), undefined);
    await on.associate({ subnetId: inside.subnetId, routeTableId });
    assert.match((await sourceOf({ subnetId: inside.subnetId })) ?? "", /^10\.0\.22\./);
  });

  it("is for what comes by a transit gateway the NAT gateway's, and none through a gateway endpoint", async () => {
    const { ec2 } = on.region;
    const { transitGatewayId } = await ec2.createTransitGateway({});
    const { subnetId } = await ec2.createSubnet({ vpcId: on.net.vpcId, cidrBlock: "10.0.23.0/28" });
    const { routeTableId } = await ec2.createRouteTable({ vpcId: on.net.vpcId });
    await ec2.associateRouteTable({ routeTableId, subnetId });
    const [nat] = await ec2.describeNatGateways({});
    const natGatewayId = nat?.natGatewayId ?? "";
    await ec2.createRoute({ routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
    const attachment = { transitGatewayId, vpcId: on.net.vpcId, subnetIds: [subnetId] };
    const { transitGatewayAttachmentId } = await ec2.createTransitGatewayVpcAttachment(attachment);
    assert.equal(await sourceOf({ transitGatewayAttachmentId }), on.net.publicIp);
    await on.associate({ subnetId, routeTableId });
    assert.equal(await sourceOf({ transitGatewayAttachmentId }), undefined);
    assert.notEqual(await sourceOf({ subnetId }), undefined);
    const unknown = on.lab.attachClient({ transitGatewayAttachmentId: "tgw-attach-0a1" });
    await refused(unknown, "InvalidTransitGatewayAttachmentID.NotFound");
  });

  it("is closed by Block Public Access, but for what is excluded, and never through the endpoint", async () => {
    const { ec2 } = on.region;
    const { a, b, publicIp } = on.net;
    await on.associate(a);
    const block = (mode: string) => ec2.modifyVpcBlockPublicAccessOptions({ internetGatewayBlockMode: mode });
    await block("block-bidirectional");
    assert.equal(await sourceOf({ subnetId: b.subnetId }), undefined);
    assert.match((await sourceOf({ subnetId: a.subnetId })) ?? "", /^10\.0\.1\./);
    const excluded = { vpcId: on.net.vpcId, internetGatewayExclusionMode: "allow-egress" };
    const { exclusionId } = await ec2.createVpcBlockPublicAccessExclusion(excluded);
    assert.equal(await sourceOf({ subnetId: b.subnetId }), publicIp);
    await ec2.deleteVpcBlockPublicAccessExclusion({ exclusionId });
    assert.equal(await sourceOf({ subnetId: b.subnetId }), undefined);
    await block("block-ingress");
    assert.equal(await sourceOf({ subnetId: b.subnetId }), publicIp);
    await block("off");
    await on.dissociate(a);
  });

  it("leads through a firewall's endpoint by the table of its subnet, and through a regional NAT gateway", async () => {
    const { ec2 } = on.region;
    const { vpcId } = on.net;
    const { internetGatewayId } = await ec2.createInternetGateway({});
    await ec2.attachInternetGateway({ internetGatewayId, vpcId });
    const { natGatewayId, zones } = await ec2.createNatGateway({ availabilityMode: "regional", vpcId });
    const inspected = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.24.0/28" });
    const firewall = await ec2.createSubnet({ vpcId, cidrBlock: "10.0.24.16/28" });
    const { vpcEndpointId } = await ec2.createVpcEndpoint({
      vpcId,
      serviceName: `com.amazonaws.vpce.${REGION}.vpce-svc-0a1`,
      vpcEndpointType: "GatewayLoadBalancer",
      subnetIds: [firewall.subnetId],
    });
    const [toFirewall, toNat] = [await ec2.createRouteTable({ vpcId }), await ec2.createRouteTable({ vpcId })];
    const all = { destinationCidrBlock: "0.0.0.0/0" };
    await ec2.createRoute({ routeTableId: toFirewall.routeTableId, ...all, vpcEndpointId });
    await ec2.associateRouteTable({ routeTableId: toFirewall.routeTableId, subnetId: inspected.subnetId });
    await ec2.associateRouteTable({ routeTableId: toNat.routeTableId, subnetId: firewall.subnetId });
    assert.equal(await sourceOf({ subnetId: inspected.subnetId }), undefined);
    await ec2.createRoute({ routeTableId: toNat.routeTableId, ...all, natGatewayId });
    assert.equal(await sourceOf({ subnetId: inspected.subnetId }), zones?.[0]?.publicIp);
    assert.notEqual(zones?.[0]?.publicIp, undefined);
  });

  it("is within the VPC to an interface endpoint: by the groups and network ACLs of both, and no route", async () => {
    const { ec2 } = on.region;
    const { vpcId, b } = on.net;
    const { subnetId: theirs, networkAclId } = await closedSubnet("10.0.30.0/24");
    const group = async (groupName: string): Promise<string> => {
      const { groupId } = await ec2.createSecurityGroup({ vpcId, groupName, description: "-" });
      const [open] = await ec2.describeSecurityGroupRules({ filters: { "group-id": [groupId] } });
      await ec2.revokeSecurityGroupEgress({ groupId, securityGroupRuleIds: [open?.securityGroupRuleId ?? ""] });
      return groupId;
    };
    const [own, endpoints] = [await group("callers"), await group("endpoint")];
    const { dnsEntries, vpcEndpointId } = await ec2.createVpcEndpoint({
      ...{ vpcId, serviceName: SERVICE, vpcEndpointType: "Interface" },
      ...{ subnetIds: [theirs], securityGroupIds: [endpoints] },
    });
    const request = { subnetId: b.subnetId, securityGroupIds: [own], host: dnsEntries[0]?.dnsName };
    const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 };
    const passed: string[] = [];
    const opened = async (step: string, open: () => Promise<unknown>): Promise<void> => {
      await open();
      if ((await sourceOf(request)) !== undefined) passed.push(step);
    };
    await opened("egress to the prefix list", async () => {
      const [list] = await ec2.describePrefixLists({ filters: { "prefix-list-name": [SERVICE] } });
      const permissions = [{ ...https, prefixListId: list?.prefixListId }];
      return ec2.authorizeSecurityGroupEgress({ groupId: own, permissions });
    });
    await opened("network ACL", async () => {
      for (const egress of [true, false]) {
        const all = { networkAclId, egress, ruleNumber: 10, ruleAction: "allow", protocol: "-1" } as const;
        await ec2.createNetworkAclEntry({ ...all, cidrBlock: "10.0.2.0/24" });
      }
    });
    await opened("egress to the endpoint's group", () =>
      ec2.authorizeSecurityGroupEgress({ groupId: own, permissions: [{ ...https, referencedGroupId: endpoints }] }),
    );
    await opened("ingress from the client's group", () =>
      ec2.authorizeSecurityGroupIngress({ groupId: endpoints, permissions: [{ ...https, referencedGroupId: own }] }),
    );
    assert.deepEqual(passed, ["ingress from the client's group"]);
    const last = on.lab.traffic.requests.at(-1);
    assert.deepEqual([last?.vpcEndpointId, last?.sourceAddress.startsWith("10.0.2.")], [vpcEndpointId, true]);
    await on.associate(b);
    await sourceOf(request);
    assert.equal(on.lab.traffic.requests.at(-1)?.vpcEndpointId, vpcEndpointId);
    await on.dissociate(b);
    await ec2.deleteNetworkAclEntry({ networkAclId, egress: true, ruleNumber: 10 });
    assert.equal(await sourceOf(request), undefined);
  });

  it("is refused by name for a host that is none of DynamoDB's", async () => {
    const hosts = [`streams.dynamodb.${REGION}.amazonaws.com`, "dynamodb.eu-west-1.amazonaws.com", "example.com"];
    for (const host of hosts)
      await refused(on.lab.attachClient({ subnetId: on.net.b.subnetId, host }), "NotServedByTheLab", new RegExp(host));
  });
});
