import { ACCOUNT, DYNAMODB, route, subnet, subnets, table, tableFact, tables, vpc } from "../smallFacts";
import type { RuleCase } from "./case";

const resolvers = (...servers: readonly string[]): RuleCase["facts"] => ({
  dhcpOptions: [
    {
      DhcpOptionsId: "dopt-1",
      DhcpConfigurations: [
        { Key: "domain-name", Values: [{ Value: "corp.example" }] },
        { Key: "domain-name-servers", Values: servers.map((Value) => ({ Value })) },
      ],
    },
    {
      DhcpOptionsId: "dopt-2",
      DhcpConfigurations: [{ Key: "domain-name-servers", Values: [{ Value: "10.9.9.9" }] }],
    },
  ],
});

const zone = (Name: string, VpcId = "vpc-1"): NonNullable<RuleCase["facts"]> => ({
  hostedZones: [{ HostedZoneId: "Z1", Name, VpcId, Owner: { OwningAccount: ACCOUNT } }],
});

/** A profile of this VPC, or of another, with these resources in it. */
const profile = (arns: readonly string[], vpcId = "vpc-1"): NonNullable<RuleCase["facts"]> => ({
  profileAssociations: [{ Id: "rpassoc-1", ProfileId: "rp-1", ResourceId: vpcId, Status: "COMPLETE" }],
  profileResources: arns.map((ResourceArn, i) => ({ Id: `rpr-${i}`, ProfileId: "rp-1", ResourceArn })),
});
const zoneArn = (id: string): string => `arn:aws:route53:::hostedzone/${id}`;
const resolverArn = (what: string): string => `arn:aws:route53resolver:eu-west-1:${ACCOUNT}:${what}`;

const sixes = subnets(subnet("a", { Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: "associated" } }] }));

export const NAME_CASES: readonly RuleCase[] = [
  ...["D8", "D9", "D10", "P4"].flatMap((rule): readonly RuleCase[] => [
    {
      rule,
      title: "tables that nobody has looked at",
      facts: { tables: [tableFact()], tableNames: ["StockTable", "Other", "Third"] },
      finds: ["unknown vpc-1"],
      says: ["2 tables were not looked at: Other, Third", "--tables 1000"],
    },
    {
      rule,
      title: "every table was looked at",
      facts: { tables: [tableFact(), tableFact({ TableName: "Other" })], tableNames: ["StockTable", "Other"] },
      finds: [],
    },
  ]),
  {
    rule: "D1",
    title: "DNS resolution is off",
    facts: { vpcAttributes: [{ VpcId: "vpc-1", EnableDnsSupport: false, EnableDnsHostnames: false }] },
    finds: ["high vpc-1"],
    says: ["EnableDnsSupport false", "--vpc-id vpc-1 --enable-dns-support"],
  },
  {
    rule: "D1",
    title: "DNS hostnames are off",
    facts: { vpcAttributes: [{ VpcId: "vpc-1", EnableDnsSupport: true, EnableDnsHostnames: false }] },
    finds: ["medium vpc-1"],
    says: ["--enable-dns-hostnames"],
  },
  { rule: "D1", title: "the attributes of another VPC alone", facts: { vpcAttributes: [] }, finds: ["unknown vpc-1"] },
  {
    rule: "D1",
    title: "another VPC's attributes are off",
    facts: {
      vpcAttributes: [
        { VpcId: "vpc-2", EnableDnsSupport: false, EnableDnsHostnames: false },
        { VpcId: "vpc-1", EnableDnsSupport: true, EnableDnsHostnames: true },
      ],
    },
    finds: [],
  },
  {
    rule: "D2",
    title: "a resolver of one's own",
    facts: resolvers("10.0.0.2", "10.0.7.53"),
    finds: ["medium vpc-1"],
    says: ["(10.0.7.53)"],
  },
  {
    rule: "D2",
    title: "Amazon's resolver by its addresses",
    facts: resolvers("AmazonProvidedDNS", "10.0.0.2", "169.254.169.253"),
    finds: [],
  },
  {
    rule: "D2",
    title: "options that another account has",
    facts: { dhcpOptions: [] },
    finds: ["unknown vpc-1"],
  },
  {
    rule: "D2",
    title: "a VPC without options",
    facts: { vpcs: vpc({ DhcpOptionsId: "default" }), dhcpOptions: [] },
    finds: [],
  },
  {
    rule: "D2",
    title: "options that name no resolver",
    facts: { dhcpOptions: [{ DhcpOptionsId: "dopt-1", DhcpConfigurations: [{ Key: "domain-name", Values: [] }] }] },
    finds: ["medium vpc-1"],
    says: ["name no resolver", "AmazonProvidedDNS"],
  },
  {
    rule: "D3",
    title: "a zone of the regional name",
    facts: zone(`dynamodb.eu-west-1.amazonaws.com.`),
    finds: ["high Z1"],
  },
  {
    rule: "D3",
    title: "a zone above them all",
    facts: zone("amazonaws.com."),
    finds: ["high Z1"],
    says: ["dynamodb.eu-west-1.amazonaws.com, *.ddb.eu-west-1.amazonaws.com"],
  },
  {
    rule: "D3",
    title: "a zone of an account's name, and of the dual-stack names",
    facts: {
      hostedZones: [
        { HostedZoneId: "Z1", Name: `${ACCOUNT}.ddb.eu-west-1.amazonaws.com`, VpcId: "vpc-1", Owner: {} },
        { HostedZoneId: "Z2", Name: "api.aws.", VpcId: "vpc-1", Owner: {} },
      ],
    },
    finds: ["high Z1", "high Z2"],
  },
  {
    rule: "D3",
    title: "zones of another Region, of streams, of a name that only ends alike, and in another VPC",
    facts: {
      hostedZones: [
        ...(zone("dynamodb.eu-west-2.amazonaws.com.").hostedZones ?? []),
        ...(zone("streams.dynamodb.eu-west-1.amazonaws.com.").hostedZones ?? []),
        ...(zone("b.eu-west-1.amazonaws.com.").hostedZones ?? []),
        ...(zone("dynamodb.eu-west-1.amazonaws.com.", "vpc-2").hostedZones ?? []),
      ],
    },
    finds: [],
  },
  {
    rule: "D3",
    title: "a zone of the regional name that a profile brings",
    facts: {
      ...profile([zoneArn("Z1"), zoneArn("Z2")]),
      profileZones: [
        { Id: "Z1", Name: "dynamodb.eu-west-1.amazonaws.com." },
        { Id: "Z2", Name: "corp.example." },
      ],
    },
    finds: ["high Z1"],
    says: ["which the profile rp-1 brings", "rpr-0: ProfileId rp-1"],
  },
  {
    rule: "D3",
    title: "zones of another account in a profile, whose names it does not tell here: one question",
    facts: profile(["Z1", "Z2"].map(zoneArn)),
    finds: ["unknown rp-1"],
    says: ["Z1, Z2", "get-hosted-zone"],
  },
  {
    rule: "D3",
    title: "a zone that the VPC has by itself and by a profile is found once",
    facts: {
      ...zone("amazonaws.com."),
      ...profile([zoneArn("Z1")]),
      profileZones: [{ Id: "Z1", Name: "amazonaws.com." }],
    },
    finds: ["high Z1"],
  },
  {
    rule: "D3",
    title: "a profile of another VPC, and one with other names and other things",
    facts: {
      ...profile([zoneArn("Z1")], "vpc-2"),
      profileResources: [
        { Id: "rpr-1", ProfileId: "rp-1", ResourceArn: zoneArn("Z1") },
        { Id: "rpr-2", ProfileId: "rp-2", ResourceArn: zoneArn("Z1") },
      ],
      profileZones: [{ Id: "Z1", Name: "dynamodb.eu-west-1.amazonaws.com." }],
    },
    finds: [],
  },
  {
    rule: "D4",
    title: "a Resolver rule and a DNS Firewall that a profile brings",
    facts: profile([resolverArn("resolver-rule/rslvr-rr-1"), resolverArn("firewall-rule-group/rslvr-frg-1")]),
    finds: ["medium rslvr-rr-1", "medium rslvr-frg-1"],
    says: ["rpr-0: ProfileId rp-1", "rpr-1: ProfileId rp-1"],
  },
  {
    rule: "D4",
    title: "a rule and a firewall of a profile that another VPC has, and what else a profile holds",
    facts: {
      ...profile([zoneArn("Z1"), resolverArn("resolver-rule/rslvr-autodefined-rr-internet-resolver")]),
      profileResources: [
        { Id: "rpr-1", ProfileId: "rp-2", ResourceArn: resolverArn("resolver-rule/rslvr-rr-1") },
        { Id: "rpr-2", ProfileId: "rp-1", ResourceArn: resolverArn("resolver-rule/rslvr-autodefined-rr-1") },
        { Id: "rpr-3", ProfileId: "rp-1", ResourceArn: resolverArn("resolver-query-log-config/rqlc-1") },
      ],
    },
    finds: [],
  },
  {
    rule: "D3",
    title: "zones within each other: of a name only the nearest one is asked",
    facts: {
      hostedZones: [
        { HostedZoneId: "Z1", Name: "eu-west-1.api.aws.", VpcId: "vpc-1", Owner: {} },
        { HostedZoneId: "Z2", Name: "ddb.eu-west-1.api.aws.", VpcId: "vpc-1", Owner: {} },
        { HostedZoneId: "Z3", Name: "111122223333.ddb.eu-west-1.api.aws.", VpcId: "vpc-1", Owner: {} },
      ],
    },
    finds: ["high Z1", "high Z2", "high Z3"],
    says: [
      "answers for dynamodb.eu-west-1.api.aws, dynamodb-fips.eu-west-1.api.aws in",
      "answers for *.ddb.eu-west-1.api.aws in",
      "answers for 111122223333.ddb.eu-west-1.api.aws in",
    ],
  },
  {
    rule: "D3",
    title: "a zone whose own name has an asterisk, which stands for itself",
    facts: zone("\\052.ddb.eu-west-1.amazonaws.com."),
    finds: [],
  },
  {
    rule: "D4",
    title: "a Resolver rule and a DNS Firewall",
    facts: {
      resolverRuleAssociations: [{ Id: "rslvr-rrassoc-1", VPCId: "vpc-1", ResolverRuleId: "rslvr-rr-1" }],
      firewallRuleGroupAssociations: [{ Id: "rslvr-frgassoc-1", VPCId: "vpc-1", FirewallRuleGroupId: "rslvr-frg-1" }],
    },
    finds: ["medium rslvr-rr-1", "medium rslvr-frg-1"],
  },
  {
    rule: "D4",
    title: "the rule that every VPC has, and those of another VPC",
    facts: {
      resolverRuleAssociations: [
        { Id: "1", VPCId: "vpc-1", ResolverRuleId: "rslvr-autodefined-rr-internet-resolver" },
        { Id: "2", VPCId: "vpc-2", ResolverRuleId: "rslvr-rr-1" },
      ],
    },
    finds: [],
  },
  {
    rule: "D5",
    title: "an interface endpoint for DynamoDB",
    facts: {
      vpcEndpoints: [
        {
          VpcEndpointId: "vpce-i",
          VpcId: "vpc-1",
          VpcEndpointType: "Interface",
          ServiceName: DYNAMODB,
          DnsEntries: [{ DnsName: "vpce-i.dynamodb.eu-west-1.vpce.amazonaws.com" }],
        },
      ],
    },
    finds: ["info vpce-i"],
    says: ["vpce-i.dynamodb.eu-west-1.vpce.amazonaws.com"],
  },
  {
    rule: "D5",
    title: "an interface endpoint for its streams, and one for DynamoDB in another VPC",
    facts: {
      vpcEndpoints: [
        { VpcEndpointId: "vpce-s", VpcId: "vpc-1", VpcEndpointType: "Interface", ServiceName: `${DYNAMODB}-streams` },
        { VpcEndpointId: "vpce-o", VpcId: "vpc-2", VpcEndpointType: "Interface", ServiceName: DYNAMODB },
      ],
    },
    finds: [],
  },
  {
    rule: "D6",
    title: "a dual-stack subnet with an egress-only internet gateway",
    facts: {
      subnets: sixes,
      routeTables: tables(table("a", [route("0.0.0.0/0", "nat-1"), route("::/0", "eigw-1")])),
    },
    finds: ["medium rtb-a"],
    says: ["::/0 → eigw-1", "SupportedIpAddressTypes ipv4"],
  },
  {
    rule: "D6",
    title: "subnets of IPv6 alone, and with DNS64",
    facts: { subnets: subnets(subnet("a", { Ipv6Native: true }), subnet("b", { EnableDns64: true })) },
    finds: ["medium rtb-a", "medium rtb-b"],
  },
  {
    rule: "D6",
    title: "a Region that does not tell of the service",
    facts: { subnets: sixes, endpointServices: [] },
    finds: ["unknown rtb-a"],
  },
  {
    rule: "D6",
    title: "a Region whose endpoint service has IPv6",
    facts: {
      subnets: sixes,
      endpointServices: [
        { ServiceName: DYNAMODB, ServiceType: [{ ServiceType: "Gateway" }], SupportedIpAddressTypes: ["ipv4", "ipv6"] },
      ],
    },
    finds: [],
  },
  {
    rule: "D6",
    title: "an IPv6 range that is no longer there, and IPv6 in subnets that are not switched",
    facts: {
      subnets: subnets(
        subnet("a", { Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlockState: { State: "disassociated" } }] }),
        subnet("public", { Ipv6Native: true }),
      ),
    },
    finds: [],
  },
  {
    rule: "D7",
    title: "a resolver of one's own, which has to know accounts' names",
    facts: resolvers("10.0.7.53"),
    finds: ["info vpc-1"],
    says: [`${ACCOUNT}.ddb.eu-west-1.amazonaws.com`],
  },
  {
    rule: "D7",
    title: "options that another account has",
    facts: { dhcpOptions: [] },
    finds: ["unknown vpc-1"],
  },
  {
    rule: "D7",
    title: "DNS Firewall, which has to let them pass",
    facts: { firewallRuleGroupAssociations: [{ Id: "1", VPCId: "vpc-1", FirewallRuleGroupId: "rslvr-frg-1" }] },
    finds: ["info vpc-1"],
  },
  {
    rule: "D7",
    title: "DNS Firewall that a profile brings",
    facts: profile([resolverArn("firewall-rule-group/rslvr-frg-1")]),
    finds: ["info vpc-1"],
  },
  {
    rule: "D7",
    title: "DNS Firewall by a profile of another VPC, and a rule by one of this",
    facts: profile([resolverArn("firewall-rule-group/rslvr-frg-1")], "vpc-2"),
    finds: [],
  },
  {
    rule: "D7",
    title: "DNS Firewall in another VPC",
    facts: { firewallRuleGroupAssociations: [{ Id: "1", VPCId: "vpc-2", FirewallRuleGroupId: "rslvr-frg-1" }] },
    finds: [],
  },
  {
    rule: "D8",
    title: "a table with a stream",
    facts: { tables: [tableFact({ StreamSpecification: { StreamEnabled: true } })] },
    finds: ["info StockTable"],
  },
  {
    rule: "D8",
    title: "a table whose stream was turned off",
    facts: { tables: [tableFact({ StreamSpecification: { StreamEnabled: false }, LatestStreamArn: "arn:old" })] },
    finds: [],
  },
  {
    rule: "D9",
    title: "a table with a vector index",
    facts: { tables: [tableFact({ VectorIndexes: [{ IndexName: "by-meaning" }] })] },
    finds: ["medium StockTable"],
    says: ["by-meaning"],
  },
  {
    rule: "D9",
    title: "a table with other indexes",
    facts: { tables: [tableFact({ GlobalSecondaryIndexes: [{ IndexName: "by-date" }] })] },
    finds: [],
  },
  {
    rule: "D10",
    title: "a replica in another Region",
    facts: { tables: [tableFact({ Replicas: [{ RegionName: "eu-west-1" }, { RegionName: "us-east-1" }] })] },
    finds: ["info StockTable"],
    says: ["replicas in us-east-1."],
  },
  {
    rule: "D10",
    title: "a replica of this Region, of another account",
    facts: { tables: [tableFact({ Replicas: [{ RegionName: "eu-west-1" }] })] },
    finds: [],
  },
];
