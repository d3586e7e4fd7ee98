import type { Route, RouteTable, Subnet } from "@aws-sdk/client-ec2";
import type {
  Facts,
  FactName,
  FactValues,
  TableFact,
  NatGateway,
  NetworkInterface,
} from "../../../cli/preflight/facts/facts";
import { notRead } from "../../../cli/preflight/facts/regionFacts";
import type { Scope } from "../../../cli/preflight/scope";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";
export const DYNAMODB = `com.amazonaws.${REGION}.dynamodb`;

type Observed = "calls" | "flows";

/** What was seen of the past is known where somebody asked. */
type SmallFacts = Omit<FactValues, Observed> & Partial<Pick<FactValues, Observed>>;

/** Two private route tables behind a NAT gateway, a public one, and a main one that no subnet uses. */
export function smallFacts(changes: Partial<FactValues> = {}): SmallFacts {
  return { ...BASE, ...changes };
}

export function toldFacts(values: SmallFacts, missing: readonly FactName[] = []): Facts {
  const denied = (name: FactName): object => ({
    missing: { permission: `service:Read-${name}`, reason: "denied", message: `${name} was denied` },
  });
  return {
    ...notRead(),
    ...Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value: value }])),
    ...Object.fromEntries(missing.map((name) => [name, denied(name)])),
  };
}

export function smallScope(changes: Partial<Scope> = {}): Scope {
  return {
    account: ACCOUNT,
    region: REGION,
    vpcId: "vpc-1",
    routeTableIds: ["rtb-a", "rtb-b"],
    direction: "switch",
    apart: [],
    ...changes,
  };
}

const FIELDS: readonly (readonly [prefix: string, field: keyof Route])[] = [
  ["nat-", "NatGatewayId"],
  ["tgw-", "TransitGatewayId"],
  ["eni-", "NetworkInterfaceId"],
  ["i-", "InstanceId"],
  ["pcx-", "VpcPeeringConnectionId"],
  ["eigw-", "EgressOnlyInternetGatewayId"],
  ["arn:", "CoreNetworkArn"],
];

/** `route("0.0.0.0/0", "nat-1")`, as DescribeRouteTables has it. */
export function route(destination: string, target: string, more: Partial<Route> = {}): Route {
  const [, field = "GatewayId"] = FIELDS.find(([prefix]) => target.startsWith(prefix)) ?? [];
  return {
    [destination.startsWith("pl-")
      ? "DestinationPrefixListId"
      : destination.includes(":")
        ? "DestinationIpv6CidrBlock"
        : "DestinationCidrBlock"]: destination,
    [field]: target,
    Origin: "CreateRoute",
    State: "active",
    ...more,
  };
}

export const propagated = { Origin: "EnableVgwRoutePropagation" } as const;

/** A route table of a name, used by the subnet of that name unless others are named. */
export function table(
  name: string,
  routes: readonly Route[] = [route("0.0.0.0/0", "nat-1")],
  {
    subnets = [name],
    main = false,
    ...more
  }: { subnets?: readonly string[]; main?: boolean } & Partial<RouteTable> = {},
): RouteTable {
  return {
    RouteTableId: `rtb-${name}`,
    VpcId: "vpc-1",
    Routes: [route("10.0.0.0/16", "local", { Origin: "CreateRouteTable" }), ...routes],
    Associations: [
      ...subnets.map((subnet) => ({ SubnetId: `subnet-${subnet}`, Main: false })),
      ...(main ? [{ Main: true }] : []),
    ],
    ...more,
  };
}

export function subnet(name: string, more: Partial<Subnet> = {}): Subnet {
  return {
    SubnetId: `subnet-${name}`,
    VpcId: "vpc-1",
    OwnerId: ACCOUNT,
    AvailabilityZone: "eu-west-1a",
    AvailableIpAddressCount: 200,
    ...more,
  };
}

/** An interface in the subnet of a route table, of an instance unless it says otherwise. */
export function networkInterface(name: string, place: string, more: Partial<NetworkInterface> = {}): NetworkInterface {
  return {
    NetworkInterfaceId: `eni-${name}`,
    SubnetId: `subnet-${place}`,
    VpcId: "vpc-1",
    OwnerId: ACCOUNT,
    InterfaceType: "interface",
    SourceDestCheck: true,
    Status: "in-use",
    Groups: [{ GroupId: "sg-1" }],
    Attachment: { InstanceId: `i-${name}` },
    ...more,
  };
}

export function nat(id: string, more: Partial<NatGateway> = {}): NatGateway {
  return {
    NatGatewayId: id,
    VpcId: "vpc-1",
    SubnetId: "subnet-public",
    State: "available",
    AvailabilityMode: "zonal",
    NatGatewayAddresses: [{ PublicIp: "198.51.100.7" }],
    ...more,
  };
}

export const tableFact = (more: Partial<TableFact> = {}): TableFact => ({ TableName: "StockTable", ...more });

export const PUBLIC = table("public", [route("0.0.0.0/0", "igw-1")]);
const MAIN = table("main", [], { subnets: [], main: true });

/** With the tables of the base that are not replaced. */
export function tables(...changed: readonly RouteTable[]): readonly RouteTable[] {
  const ids = changed.map(({ RouteTableId }) => RouteTableId);
  return [
    ...[table("a"), table("b"), PUBLIC, MAIN].filter(({ RouteTableId }) => !ids.includes(RouteTableId)),
    ...changed,
  ];
}

export function subnets(...changed: readonly Subnet[]): readonly Subnet[] {
  const ids = changed.map(({ SubnetId }) => SubnetId);
  return [
    ...["a", "b", "public"].map((name) => subnet(name)).filter(({ SubnetId }) => !ids.includes(SubnetId)),
    ...changed,
  ];
}

export function vpc(more: Partial<FactValues["vpcs"][number]> = {}): FactValues["vpcs"] {
  return [
    {
      VpcId: "vpc-1",
      OwnerId: ACCOUNT,
      CidrBlock: "10.0.0.0/16",
      DhcpOptionsId: "dopt-1",
      NetworkFirewallAssociations: [],
      ...more,
    },
  ];
}

export function prefixLists(...more: FactValues["prefixLists"]): FactValues["prefixLists"] {
  return [
    {
      PrefixListId: "pl-ddb",
      PrefixListName: DYNAMODB,
      Entries: [{ Cidr: "52.94.24.0/23" }, { Cidr: "52.119.240.0/21" }],
    },
    { PrefixListId: "pl-s3", PrefixListName: `com.amazonaws.${REGION}.s3`, Entries: [{ Cidr: "52.218.0.0/17" }] },
    ...more,
  ];
}

export function quotas(gatewayEndpoints = 20, routes = 500): FactValues["quotas"] {
  return [
    { QuotaCode: "L-1B52E74A", Value: gatewayEndpoints },
    { QuotaCode: "L-93826ACB", Value: routes },
  ];
}

export const ALLOW_ALL = [
  { Egress: true, RuleNumber: 100, Protocol: "-1", RuleAction: "allow", CidrBlock: "0.0.0.0/0" },
  { Egress: true, RuleNumber: 32767, Protocol: "-1", RuleAction: "deny", CidrBlock: "0.0.0.0/0" },
  { Egress: false, RuleNumber: 100, Protocol: "-1", RuleAction: "allow", CidrBlock: "0.0.0.0/0" },
  { Egress: false, RuleNumber: 32767, Protocol: "-1", RuleAction: "deny", CidrBlock: "0.0.0.0/0" },
] as const;

const BASE: SmallFacts = {
  caller: { Account: ACCOUNT, Arn: `arn:aws:iam::${ACCOUNT}:role/deployer` },
  vpcs: vpc(),
  vpcAttributes: [{ VpcId: "vpc-1", EnableDnsSupport: true, EnableDnsHostnames: true }],
  subnets: subnets(),
  routeTables: tables(),
  networkInterfaces: [
    networkInterface("a", "a"),
    networkInterface("b", "b"),
    networkInterface("nat", "public", {
      InterfaceType: "nat_gateway" as never,
      SourceDestCheck: false,
      RequesterManaged: true,
    }),
  ],
  natGateways: [nat("nat-1")],
  vpcEndpoints: [],
  endpointServices: [
    { ServiceName: DYNAMODB, ServiceType: [{ ServiceType: "Gateway" }], SupportedIpAddressTypes: ["ipv4"] },
  ],
  prefixLists: prefixLists(),
  transitGatewayVpcAttachments: [],
  vpcPeeringConnections: [],
  dhcpOptions: [
    {
      DhcpOptionsId: "dopt-1",
      DhcpConfigurations: [{ Key: "domain-name-servers", Values: [{ Value: "AmazonProvidedDNS" }] }],
    },
  ],
  networkAcls: [
    {
      NetworkAclId: "acl-1",
      VpcId: "vpc-1",
      Associations: ["a", "b", "public"].map((name) => ({ SubnetId: `subnet-${name}` })),
      Entries: [...ALLOW_ALL],
    },
  ],
  securityGroupRules: [{ GroupId: "sg-1", IsEgress: true, IpProtocol: "-1", CidrIpv4: "0.0.0.0/0" }],
  blockPublicAccessOptions: { InternetGatewayBlockMode: "off" },
  blockPublicAccessExclusions: [],
  availabilityZones: [{ ZoneName: "eu-west-1a", ZoneType: "availability-zone" }],
  instances: [
    { InstanceId: "i-a", VpcId: "vpc-1", SubnetId: "subnet-a", Tags: [{ Key: "Name", Value: "orders" }] },
    { InstanceId: "i-b", VpcId: "vpc-1", SubnetId: "subnet-b", Tags: [] },
  ],
  flowLogs: [],
  hostedZones: [],
  resolverRuleAssociations: [],
  firewallRuleGroupAssociations: [],
  quotas: quotas(),
  functions: [],
  ecs: { services: [], tasks: [], taskDefinitions: [] },
  eks: { clusters: [], nodegroups: [], fargateProfiles: [], podIdentityAssociations: [] },
  tableNames: [],
  tables: [],
  authorization: { UserDetailList: [], GroupDetailList: [], RoleDetailList: [], Policies: [] },
  organization: { Id: "o-1" },
  dryRuns: [
    { VpcId: "vpc-1", action: "ec2:CreateVpcEndpoint", code: "DryRunOperation" },
    { VpcId: "vpc-1", action: "ec2:ModifyVpcEndpoint", code: "DryRunOperation" },
  ],
  keys: [],
  profileAssociations: [],
  profileResources: [],
  profileZones: [],
};
