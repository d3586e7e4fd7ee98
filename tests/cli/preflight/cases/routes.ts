import type { VpcEndpoint } from "../../../../cli/preflight/facts/facts";
import {
  DYNAMODB,
  nat,
  networkInterface,
  prefixLists,
  propagated,
  route,
  subnet,
  subnets,
  table,
  tables,
  vpc,
} from "../smallFacts";
import { type RuleCase, withdrawal } from "./case";

const OUT = route("0.0.0.0/0", "nat-1");
const ON = route("pl-ddb", "vpce-1");

const endpoint = (more: Partial<VpcEndpoint> = {}): VpcEndpoint => ({
  VpcEndpointId: "vpce-1",
  VpcId: "vpc-1",
  VpcEndpointType: "Gateway",
  ServiceName: DYNAMODB,
  State: "Available",
  RouteTableIds: [],
  ...more,
});

const attachment = (more: object = {}): object => ({
  TransitGatewayAttachmentId: "tgw-attach-1",
  TransitGatewayId: "tgw-1",
  VpcId: "vpc-1",
  State: "available",
  SubnetIds: ["subnet-a", "subnet-public"],
  ...more,
});

const list = (cidr: string): ReturnType<typeof prefixLists> =>
  prefixLists({ PrefixListId: "pl-own", PrefixListName: "own", Entries: [{ Cidr: cidr }] });

export const ROUTE_CASES: readonly RuleCase[] = [
  {
    rule: "R1",
    title: "another endpoint's route",
    facts: { routeTables: tables(table("a", [OUT, route("pl-ddb", "vpce-9")])) },
    finds: ["blocker rtb-a"],
    says: ['adopt: { vpcEndpointId: "vpce-9"', "RouteAlreadyExists"],
  },
  {
    rule: "R1",
    title: "a route that was made by hand",
    facts: { routeTables: tables(table("a", [OUT, route("pl-ddb", "tgw-1")])) },
    finds: ["blocker rtb-a"],
    says: ["leads to transit gateway tgw-1"],
  },
  {
    rule: "R1",
    title: "an endpoint that says so, before the route is there",
    facts: { vpcEndpoints: [endpoint({ VpcEndpointId: "vpce-9", RouteTableIds: ["rtb-b", "rtb-public"] })] },
    finds: ["blocker rtb-b"],
  },
  {
    rule: "R1",
    title: "an endpoint that its route and it itself tell: once",
    facts: {
      routeTables: tables(table("a", [OUT, route("pl-ddb", "vpce-9")])),
      vpcEndpoints: [endpoint({ VpcEndpointId: "vpce-9", RouteTableIds: ["rtb-a", "rtb-b"] })],
    },
    finds: ["blocker rtb-a", "blocker rtb-b"],
  },
  {
    rule: "R1",
    title: "the endpoint that the switch is to use",
    facts: { routeTables: tables(table("a", [OUT, ON])) },
    scope: { vpcEndpointId: "vpce-1" },
    finds: ["info rtb-a"],
    says: ["nothing to switch", 'adopt: { vpcEndpointId: "vpce-1"'],
  },
  {
    rule: "R1",
    title: "an endpoint for S3, and one for DynamoDB on another table",
    facts: {
      routeTables: tables(table("a", [OUT, route("pl-s3", "vpce-8")]), table("public", [route("pl-ddb", "vpce-9")])),
      vpcEndpoints: [
        endpoint({ VpcEndpointId: "vpce-8", ServiceName: "com.amazonaws.eu-west-1.s3", RouteTableIds: ["rtb-a"] }),
        endpoint({ VpcEndpointId: "vpce-9", RouteTableIds: ["rtb-public"] }),
      ],
    },
    finds: [],
  },
  {
    rule: "R1",
    title: "a Region whose prefix list is not known",
    facts: { prefixLists: [] },
    finds: ["unknown vpc-1"],
  },
  {
    rule: "R2",
    title: "a transit gateway's attachment in a table with a way out",
    facts: {
      routeTables: tables(table("public", [route("0.0.0.0/0", "igw-1"), route("10.64.0.0/10", "tgw-1")])),
      transitGatewayVpcAttachments: [attachment()],
    },
    finds: ["blocker rtb-a"],
    says: ["tgw-attach-1 of tgw-1: SubnetIds has subnet-a", "Networks: 10.64.0.0/10", "not documented by AWS"],
  },
  {
    rule: "R2",
    title: "an attachment whose networks no route names",
    facts: { transitGatewayVpcAttachments: [attachment()] },
    finds: ["blocker rtb-a"],
    says: ["no route of this VPC names them"],
  },
  {
    rule: "R2",
    title: "an attachment behind which only the transit gateway itself leads out",
    facts: {
      routeTables: tables(table("a", [route("0.0.0.0/0", "tgw-1")])),
      transitGatewayVpcAttachments: [attachment()],
    },
    finds: ["info rtb-a"],
  },
  {
    rule: "R2",
    title: "an attachment in a table whose NAT gateway failed",
    facts: {
      natGateways: [nat("nat-1", { State: "failed" })],
      transitGatewayVpcAttachments: [attachment()],
    },
    finds: ["info rtb-a"],
  },
  {
    rule: "R2",
    title: "a firewall's endpoint in a table without a way out",
    facts: {
      routeTables: tables(table("a", [])),
      networkInterfaces: [networkInterface("f", "a", { InterfaceType: "gateway_load_balancer_endpoint" })],
    },
    finds: [],
  },
  {
    rule: "R2",
    title: "an attachment that only its interface shows",
    facts: {
      networkInterfaces: [networkInterface("t", "b", { InterfaceType: "transit_gateway", RequesterManaged: true })],
    },
    finds: ["blocker rtb-b"],
    says: ["eni-t"],
  },
  {
    rule: "R2",
    title: "an attachment and its interface: once",
    facts: {
      transitGatewayVpcAttachments: [attachment()],
      networkInterfaces: [networkInterface("t", "a", { InterfaceType: "transit_gateway" })],
    },
    finds: ["blocker rtb-a"],
  },
  {
    rule: "R2",
    title: "a table that is on the endpoint already, for those who come through it",
    facts: {
      routeTables: tables(table("a", [OUT, ON])),
      transitGatewayVpcAttachments: [attachment()],
    },
    scope: { vpcEndpointId: "vpce-1" },
    finds: ["blocker rtb-a"],
  },
  {
    rule: "R2",
    title: "an attachment in other subnets, one that is gone, and one of another VPC",
    facts: {
      transitGatewayVpcAttachments: [
        attachment({ SubnetIds: ["subnet-public"] }),
        attachment({ State: "deleted" }),
        attachment({ VpcId: "vpc-2" }),
      ],
    },
    finds: [],
  },
  {
    rule: "R2",
    title: "a firewall's endpoint in a subnet",
    facts: { networkInterfaces: [networkInterface("f", "a", { InterfaceType: "gateway_load_balancer_endpoint" })] },
    finds: ["high eni-f"],
  },
  {
    rule: "R2",
    title: "a router that routes lead to, and one that none leads to",
    facts: {
      routeTables: tables(table("public", [route("10.9.0.0/16", "eni-r")])),
      networkInterfaces: [
        networkInterface("r", "a", { SourceDestCheck: false }),
        networkInterface("c", "b", { SourceDestCheck: false }),
      ],
    },
    finds: ["high eni-r", "medium eni-c"],
    says: ["SourceDestCheck false"],
  },
  {
    rule: "R2",
    title: "interfaces of services, whose check is off too",
    facts: {
      networkInterfaces: [
        networkInterface("m", "a", { SourceDestCheck: false, RequesterManaged: true }),
        networkInterface("n", "a", { SourceDestCheck: false, RequesterManaged: true, Attachment: undefined }),
      ],
    },
    finds: [],
  },
  {
    rule: "R3",
    title: "a more specific static route",
    facts: { routeTables: tables(table("a", [OUT, route("52.94.25.0/24", "vpce-fw")])) },
    finds: ["high rtb-a"],
    says: ["MORE_SPECIFIC_ROUTE rtb-a: 52.94.25.0/24", "stays on VPC endpoint vpce-fw"],
  },
  {
    rule: "R3",
    title: "an equal static route",
    facts: { routeTables: tables(table("a", [OUT, route("52.94.24.0/23", "nat-1")])) },
    finds: ["high rtb-a"],
    says: ["HIGHER_PRIORITY_ROUTE"],
  },
  {
    rule: "R3",
    title: "a more specific propagated route, and one to nowhere",
    facts: {
      routeTables: tables(
        table("a", [OUT, route("52.119.240.0/24", "vgw-1", propagated)]),
        table("b", [OUT, route("52.119.241.0/24", "tgw-1", { State: "blackhole" })]),
      ),
    },
    finds: ["high rtb-a", "high rtb-b"],
    says: ["as long as it is propagated", "State blackhole"],
  },
  {
    rule: "R3",
    title: "a customer's prefix list with an equal range",
    facts: { routeTables: tables(table("a", [OUT, route("pl-own", "tgw-1")])), prefixLists: list("52.119.240.0/21") },
    finds: ["high rtb-a"],
    says: ["of which AWS takes either"],
  },
  {
    rule: "R3",
    title: "a prefix list that could not be read",
    facts: { routeTables: tables(table("a", [OUT, route("pl-own", "tgw-1")])) },
    finds: ["unknown rtb-a"],
  },
  {
    rule: "R3",
    title: "wider routes, an equal propagated one, one that is filtered, and the endpoint's own",
    facts: {
      routeTables: tables(
        table("a", [OUT, ON, route("52.0.0.0/8", "tgw-1"), route("52.94.24.0/23", "vgw-1", propagated)]),
        table("b", [OUT, route("pl-own", "tgw-1"), route("52.94.24.0/24", "vgw-1", { State: "filtered" })]),
      ),
      prefixLists: list("52.94.0.0/16"),
    },
    finds: [],
  },
  {
    rule: "R4",
    title: "routes for public addresses that are propagated",
    facts: {
      routeTables: tables(
        table("a", [OUT, route("52.0.0.0/8", "vgw-1", propagated)]),
        table("b", [OUT, route("3.0.0.0/8", "eni-9", { Origin: "Advertisement" })]),
      ),
    },
    finds: ["medium rtb-a", "medium rtb-b"],
  },
  {
    rule: "R4",
    title: "private routes that are propagated, public ones that are static, and what R3 tells",
    facts: {
      routeTables: tables(
        table("a", [OUT, route("192.168.0.0/16", "vgw-1", propagated), route("52.94.24.0/24", "vgw-1", propagated)]),
        table("b", [OUT, route("52.0.0.0/8", "tgw-1")]),
      ),
    },
    finds: [],
  },
  {
    rule: "R5",
    title: "a main table with subnets of no association",
    facts: {
      routeTables: tables(table("a", [OUT], { main: true }), table("main", [], { subnets: [] })),
      subnets: subnets(subnet("x"), subnet("y")),
    },
    finds: ["high rtb-a"],
    says: ["2 subnets without an association use it", "subnet-x, subnet-y", "rollout.check.subnets"],
  },
  {
    rule: "R5",
    title: "a main table whose subnets are all associated, and subnets of another VPC",
    facts: {
      routeTables: tables(table("a", [OUT], { main: true }), table("main", [], { subnets: [] })),
      subnets: subnets(subnet("x", { VpcId: "vpc-2" })),
    },
    finds: [],
  },
  {
    rule: "R6",
    title: "a gateway's table, one of another VPC, and one that is not there",
    facts: {
      routeTables: [table("a", [], { Associations: [{ GatewayId: "igw-1" }] }), table("b", [OUT], { VpcId: "vpc-2" })],
    },
    scope: { routeTableIds: ["rtb-a", "rtb-b", "rtb-c"] },
    finds: ["blocker rtb-c", "blocker rtb-a", "blocker rtb-b"],
  },
  {
    rule: "R6",
    title: "a gateway's table that is not switched",
    facts: { routeTables: tables(table("edge", [], { Associations: [{ GatewayId: "igw-1" }] })) },
    finds: [],
  },
  {
    rule: "R7",
    title: "a firewall, an appliance, a transit gateway, Cloud WAN and a virtual private gateway on the way",
    facts: {
      routeTables: tables(
        table("a", [route("0.0.0.0/0", "vpce-fw")]),
        table("b", [route("0.0.0.0/0", "eni-9")]),
        table("c", [route("0.0.0.0/0", "tgw-1")]),
        table("d", [route("0.0.0.0/0", "arn:aws:networkmanager::1:core-network/c")]),
        table("e", [route("0.0.0.0/0", "vgw-1", propagated)]),
      ),
    },
    scope: { routeTableIds: ["rtb-a", "rtb-b", "rtb-c", "rtb-d", "rtb-e"] },
    finds: ["high rtb-a", "high rtb-b", "high rtb-c", "high rtb-d", "high rtb-e"],
  },
  {
    rule: "R7",
    title: "a firewall behind the NAT gateway",
    facts: { routeTables: tables(table("public", [route("0.0.0.0/0", "vpce-fw")])) },
    finds: ["high rtb-a", "high rtb-b"],
    says: ["nat-1, then rtb-public: 0.0.0.0/0 → vpce-fw"],
  },
  {
    rule: "R7",
    title: "a proxy of the NAT gateway",
    facts: {
      natGateways: [
        nat("nat-1", {
          AttachedAppliances: [
            { Type: "network-firewall-proxy", ApplianceArn: "arn:proxy", AttachmentState: "attached" },
          ],
        }),
      ],
    },
    finds: ["high rtb-a", "high rtb-b"],
    says: ["network-firewall-proxy"],
  },
  {
    rule: "R7",
    title: "an Automated Internet Firewall",
    facts: {
      vpcs: vpc({ NetworkFirewallAssociations: [{ FirewallArn: "arn:fw", FirewallOnboardingStatus: "active" }] }),
    },
    finds: ["high vpc-1"],
  },
  {
    rule: "R7",
    title: "a VPC whose Automated Internet Firewalls were not read",
    facts: { vpcs: vpc({ NetworkFirewallAssociations: undefined }) },
    finds: ["unknown vpc-1"],
  },
  {
    rule: "R7",
    title: "an Automated Internet Firewall of another VPC",
    facts: {
      vpcs: [...vpc(), { VpcId: "vpc-2", NetworkFirewallAssociations: [{ FirewallArn: "arn:fw" }] }],
    },
    finds: [],
  },
  {
    rule: "R7",
    title: "a firewall for other addresses, a proxy that is detached, and a table that is on the endpoint",
    facts: {
      routeTables: tables(
        table("a", [OUT, route("10.0.0.0/8", "tgw-1"), route("52.0.0.0/8", "nat-1")]),
        table("b", [route("0.0.0.0/0", "vpce-fw"), ON]),
      ),
      natGateways: [
        nat("nat-1", { AttachedAppliances: [{ Type: "network-firewall-proxy", AttachmentState: "detached" }] }),
      ],
    },
    finds: [],
  },
  {
    rule: "R8",
    title: "a table with nearly all clients, behind a regional NAT gateway",
    facts: {
      natGateways: [nat("nat-1", { AvailabilityMode: "regional", SubnetId: undefined })],
      routeTables: tables(table("a", [OUT], { subnets: ["a", "c"] })),
      subnets: subnets(subnet("c")),
      networkInterfaces: [
        ...["1", "2", "3", "4"].map((name) => networkInterface(name, "a")),
        networkInterface("5", "b"),
        networkInterface("db", "b", { InterfaceType: "interface", Description: "RDSNetworkInterface" }),
      ],
    },
    finds: ["medium rtb-a"],
    says: ["4 of 5", "(80 %)", "AvailabilityMode regional", 'One route table for everything" on the page'],
  },
  {
    rule: "R8",
    title: "a table with one subnet, which nothing can be split from",
    facts: { networkInterfaces: ["1", "2"].map((name) => networkInterface(name, "a")) },
    finds: ["medium rtb-a"],
    says: ["nothing to split"],
  },
  {
    rule: "R8",
    title: "clients in two tables, and a table with a single one",
    facts: { networkInterfaces: [networkInterface("1", "a")] },
    scope: { routeTableIds: ["rtb-a"] },
    finds: [],
  },
  {
    rule: "R8",
    title: "a table with all clients, of which none has a way today",
    facts: {
      routeTables: tables(table("a", [])),
      networkInterfaces: ["1", "2"].map((name) => networkInterface(name, "a")),
    },
    finds: [],
  },
  {
    rule: "R8",
    title: "clients that other tables have as well",
    facts: {
      networkInterfaces: [...["1", "2", "3"].map((name) => networkInterface(name, "a")), networkInterface("4", "b")],
    },
    finds: [],
  },
  {
    rule: "R7",
    title: "an inspection that leads nowhere, a proxy that is detached, and another VPC's firewall",
    facts: {
      routeTables: tables(table("a", [route("0.0.0.0/0", "tgw-1", { State: "blackhole" })])),
      natGateways: [
        nat("nat-2", {
          AttachedAppliances: [{ Type: "network-firewall-proxy", AttachmentState: "attached" }],
        }),
        nat("nat-1", {
          AttachedAppliances: [{ Type: "network-firewall-proxy", AttachmentState: "detaching" }],
        }),
      ],
      vpcs: [...vpc(), ...vpc({ VpcId: "vpc-2", NetworkFirewallAssociations: [{ FirewallArn: "arn:fw" }] })],
    },
    finds: [],
  },
  {
    rule: "R7",
    title: "a regional NAT gateway whose own route table leads to a firewall",
    facts: {
      routeTables: tables(
        table("nat", [route("0.0.0.0/0", "vpce-fw")], { subnets: [] }),
        table("other", [route("0.0.0.0/0", "igw-1")], { subnets: [] }),
      ),
      natGateways: [nat("nat-1", { SubnetId: undefined, AvailabilityMode: "regional", RouteTableId: "rtb-nat" })],
    },
    scope: { routeTableIds: ["rtb-a"] },
    finds: ["high rtb-a"],
    says: ["nat-1, then rtb-nat"],
  },
  {
    rule: "R8",
    title: "nearly everybody, by a regional NAT gateway that is named beside a zonal one",
    facts: {
      routeTables: tables(
        table("a", [OUT, route("198.18.0.0/15", "nat-2")], { subnets: ["a", "b"] }),
        table("b", [OUT], { subnets: [] }),
      ),
      natGateways: [
        nat("nat-1", { AvailabilityMode: "regional" }),
        nat("nat-2"),
        nat("nat-3", { AvailabilityMode: "regional" }),
      ],
      networkInterfaces: [
        networkInterface("a", "a"),
        networkInterface("b", "b"),
        networkInterface("c", "c", { VpcId: "vpc-2", SubnetId: "subnet-c" }),
        networkInterface("db", "a", { Description: "RDSNetworkInterface" }),
      ],
    },
    finds: ["medium rtb-a"],
    says: [
      "2 of 2 interfaces that may be clients use this route table (100 %)",
      "rtb-a: 2 subnets, 2 interfaces",
      "nat-1: AvailabilityMode regional",
      "Split it",
    ],
  },
  {
    rule: "R9",
    title: "no default route, a blackhole, a NAT gateway that failed, one that is gone, and a peering connection",
    facts: {
      routeTables: tables(
        table("a", []),
        table("b", [route("0.0.0.0/0", "nat-1", { State: "blackhole" })]),
        table("c", [route("0.0.0.0/0", "nat-2")]),
        table("d", [route("0.0.0.0/0", "nat-3")]),
        table("e", [route("0.0.0.0/0", "pcx-1")]),
      ),
      natGateways: [nat("nat-1"), nat("nat-2", { State: "failed" })],
    },
    scope: { routeTableIds: ["rtb-a", "rtb-b", "rtb-c", "rtb-d", "rtb-e"] },
    finds: ["info rtb-a", "info rtb-b", "info rtb-c", "info rtb-d", "info rtb-e"],
    says: ["State failed", "not among the NAT gateways", "rollout.isolated", "no route to DynamoDB's addresses"],
  },
  {
    rule: "R9",
    title: "no default route, but one to DynamoDB's ranges, and one that is on the endpoint",
    facts: {
      routeTables: tables(
        table("a", [route("52.94.24.0/23", "tgw-1"), route("52.119.240.0/21", "tgw-1")]),
        table("b", [ON]),
      ),
    },
    finds: [],
  },
  {
    rule: "R10",
    title: "the VPC is excluded, whatever the account and the subnet say",
    facts: {
      blockPublicAccessOptions: { InternetGatewayBlockMode: "block-bidirectional" },
      subnets: subnets(
        subnet("public", { BlockPublicAccessStates: { InternetGatewayBlockMode: "block-bidirectional" } }),
      ),
      blockPublicAccessExclusions: [
        {
          ResourceArn: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
          State: "update-complete",
          InternetGatewayExclusionMode: "allow-bidirectional",
        },
      ],
    },
    scope: withdrawal,
    finds: [],
  },
  {
    rule: "R10",
    title: "an exclusion for egress alone: what a NAT gateway needs, an internet gateway does not",
    facts: {
      routeTables: tables(table("b", [route("0.0.0.0/0", "igw-1")])),
      blockPublicAccessOptions: { InternetGatewayBlockMode: "block-bidirectional" },
      blockPublicAccessExclusions: [
        {
          ResourceArn: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
          State: "create-complete",
          InternetGatewayExclusionMode: "allow-egress",
        },
      ],
    },
    scope: withdrawal,
    finds: ["high rtb-b"],
    says: ["subnet-b: InternetGatewayBlockMode block-ingress"],
  },
  {
    rule: "R10",
    title: "an exclusion of another VPC, of another subnet, and one that is not there yet",
    facts: {
      blockPublicAccessOptions: { InternetGatewayBlockMode: "block-bidirectional" },
      blockPublicAccessExclusions: ["vpc/vpc-12", "subnet/subnet-b", "vpc/vpc-1"].map((name, i) => ({
        ResourceArn: `arn:aws:ec2:eu-west-1:111122223333:${name}`,
        State: i === 2 ? "create-in-progress" : "create-complete",
        InternetGatewayExclusionMode: "allow-bidirectional",
      })),
    },
    scope: { ...withdrawal, routeTableIds: ["rtb-a"] },
    finds: ["high rtb-a"],
    says: ["subnet-public: InternetGatewayBlockMode block-bidirectional"],
  },
  {
    rule: "R10",
    title: "another VPC's public path, a NAT gateway of another subnet, and a way that leads nowhere",
    facts: {
      routeTables: tables(table("b", [route("0.0.0.0/0", "nat-2")])),
      natGateways: [nat("nat-1", { SubnetId: "subnet-other" }), nat("nat-2", { State: "failed" })],
      vpcs: [
        ...vpc({ VpcId: "vpc-2", BlockPublicAccessStates: { InternetGatewayBlockMode: "block-bidirectional" } }),
        ...vpc(),
      ],
      subnets: subnets(
        subnet("public", { BlockPublicAccessStates: { InternetGatewayBlockMode: "block-bidirectional" } }),
        subnet("other", { BlockPublicAccessStates: { InternetGatewayBlockMode: "off" } }),
      ),
    },
    finds: [],
  },
  {
    rule: "R10",
    title: "a regional NAT gateway, which has no subnet: the VPC's mode counts",
    facts: {
      natGateways: [nat("nat-1", { SubnetId: undefined, AvailabilityMode: "regional" })],
      vpcs: vpc({ BlockPublicAccessStates: { InternetGatewayBlockMode: "block-bidirectional" } }),
    },
    scope: { ...withdrawal, routeTableIds: ["rtb-a"] },
    finds: ["high rtb-a"],
    says: ["vpc-1: InternetGatewayBlockMode block-bidirectional", "Do not withdraw"],
  },
  {
    rule: "R10",
    title: "the public path is closed: no way back",
    facts: { blockPublicAccessOptions: { InternetGatewayBlockMode: "block-bidirectional" } },
    scope: withdrawal,
    finds: ["high rtb-a", "high rtb-b"],
  },
  {
    rule: "R10",
    title: "the public path is closed, before a switch",
    facts: { vpcs: vpc({ BlockPublicAccessStates: { InternetGatewayBlockMode: "block-bidirectional" } }) },
    finds: ["info rtb-a", "info rtb-b"],
  },
  {
    rule: "R10",
    title: "ingress alone is blocked: an internet gateway's, not a NAT gateway's",
    facts: {
      routeTables: tables(table("a", [route("0.0.0.0/0", "igw-1")])),
      blockPublicAccessOptions: { InternetGatewayBlockMode: "block-ingress" },
    },
    scope: withdrawal,
    finds: ["high rtb-a"],
  },
  {
    rule: "R10",
    title: "the NAT gateway's subnet is excluded, and another way leads elsewhere",
    facts: {
      routeTables: tables(table("b", [route("0.0.0.0/0", "tgw-1")])),
      subnets: subnets(
        subnet("public", { BlockPublicAccessStates: { InternetGatewayBlockMode: "block-bidirectional" } }),
      ),
      blockPublicAccessExclusions: [
        {
          ResourceArn: "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-public",
          State: "create-complete",
          InternetGatewayExclusionMode: "allow-egress",
        },
      ],
    },
    scope: withdrawal,
    finds: [],
  },
  {
    rule: "R10",
    title: "an exclusion that is no more",
    facts: {
      blockPublicAccessOptions: { InternetGatewayBlockMode: "block-bidirectional" },
      blockPublicAccessExclusions: [
        { ResourceArn: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", State: "delete-complete" },
      ],
    },
    scope: { ...withdrawal, routeTableIds: ["rtb-a"] },
    finds: ["high rtb-a"],
  },
  {
    rule: "R11",
    title: "one of two ways of a table that is on the endpoint is gone",
    facts: {
      routeTables: tables(
        table("a", [ON, route("52.94.0.0/16", "nat-1"), route("52.119.0.0/16", "nat-2")]),
        table("b", [ON, OUT]),
      ),
      natGateways: [nat("nat-1"), nat("nat-2", { State: "deleting" })],
    },
    finds: ["info rtb-a"],
    says: ["State deleting", "cannot be withdrawn any more"],
  },
  {
    rule: "R11",
    title: "the NAT gateway is gone: no way back",
    facts: { routeTables: tables(table("a", [ON, OUT])), natGateways: [nat("nat-1", { State: "deleted" })] },
    scope: { ...withdrawal, routeTableIds: ["rtb-a"] },
    finds: ["blocker rtb-a"],
    says: ["State deleted"],
  },
  {
    rule: "R11",
    title: "a part of DynamoDB's addresses has no way back",
    facts: { routeTables: tables(table("a", [ON, route("52.94.24.0/23", "nat-1")])) },
    scope: { ...withdrawal, routeTableIds: ["rtb-a"] },
    finds: ["blocker rtb-a"],
  },
  {
    rule: "R11",
    title: "a table that is switched, without a way back",
    facts: { routeTables: tables(table("a", [ON])) },
    finds: ["info rtb-a"],
  },
  {
    rule: "R11",
    title: "a NAT gateway that is there, and a table that has no way to lose",
    facts: { routeTables: tables(table("a", [ON, OUT]), table("b", [])) },
    finds: [],
  },
  {
    rule: "R11",
    title: "a way back by DynamoDB's prefix list that was made by hand",
    facts: { routeTables: tables(table("a", [route("pl-ddb", "tgw-1")])) },
    scope: { ...withdrawal, routeTableIds: ["rtb-a"] },
    finds: [],
  },
  {
    rule: "R13",
    title: "subnets of an Outpost and of a Local Zone",
    facts: {
      subnets: subnets(
        subnet("a", { OutpostArn: "arn:outpost" }),
        subnet("b", { AvailabilityZone: "eu-west-1-mil-1a" }),
      ),
      availabilityZones: [
        { ZoneName: "eu-west-1a", ZoneType: "availability-zone" },
        { ZoneName: "eu-west-1-mil-1a", ZoneType: "local-zone" },
      ],
    },
    finds: ["medium subnet-a", "medium subnet-b"],
  },
  {
    rule: "R13",
    title: "a zone that this account does not see",
    facts: { subnets: subnets(subnet("b", { AvailabilityZone: "eu-west-1-mil-1a" })) },
    finds: ["unknown subnet-b"],
  },
  {
    rule: "R13",
    title: "such a subnet that is not switched",
    facts: { subnets: subnets(subnet("public", { OutpostArn: "arn:outpost" })) },
    finds: [],
  },
  {
    rule: "R14",
    title: "an endpoint that failed",
    facts: { vpcEndpoints: [endpoint({ State: "Failed", LastError: { Code: "Limit", Message: "too many" } })] },
    scope: { vpcEndpointId: "vpce-1" },
    finds: ["blocker vpce-1"],
    says: ["State Failed", "LastError Limit: too many"],
  },
  {
    rule: "R14",
    title: "a service's endpoint",
    facts: { vpcEndpoints: [endpoint({ RequesterManaged: true })] },
    scope: { vpcEndpointId: "vpce-1" },
    finds: ["blocker vpce-1"],
  },
  {
    rule: "R14",
    title: "an endpoint that is not there",
    scope: { vpcEndpointId: "vpce-1" },
    finds: ["blocker vpce-1"],
  },
  {
    rule: "R14",
    title: "an endpoint that is available, beside one that failed",
    facts: {
      vpcEndpoints: [endpoint({ State: "available" as never }), endpoint({ VpcEndpointId: "vpce-2", State: "Failed" })],
    },
    scope: { vpcEndpointId: "vpce-1" },
    finds: [],
  },
];
