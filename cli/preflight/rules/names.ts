import { counted } from "../../words";
import type { AttributeValue, DhcpOptions, Route, Subnet, Vpc } from "@aws-sdk/client-ec2";
import type { FactValues, ResolverAssociation } from "../facts/facts";
import { listed, scopedTables } from "../network";
import { addressIn, rangeOf } from "../ranges";
import type { Scope } from "../scope";
import { ofTable, ofVpc, serviceName, TABLES_LEFT_OUT, UNDOCUMENTED } from "./known";
import { type Brought, broughtByProfiles, PROFILE_FACTS } from "./profiles";
import { type Found, look, type Outcome, rule, type Rule } from "./rule";

const VPC_GUIDE = "https://docs.aws.amazon.com/vpc/latest";
const DYNAMODB_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide";

const D1 = rule(
  {
    id: "D1",
    family: "names",
    title: "The VPC has DNS resolution and DNS hostnames",
    reference: `${VPC_GUIDE}/privatelink/vpc-endpoints-ddb.html`,
    directions: ["switch"],
  },
  look(["vpcAttributes"], ({ vpcAttributes }, scope) => {
    const own = vpcAttributes.find(({ VpcId }) => VpcId === scope.vpcId);
    if (own === undefined)
      return [
        ofVpc(scope, {
          severity: "unknown",
          message: "Not known: the DNS attributes of this VPC are not among the facts.",
          evidence: ["ec2:DescribeVpcAttribute"],
          remedy: "Allow ec2:DescribeVpcAttribute.",
        }),
      ];
    if (own.EnableDnsSupport && own.EnableDnsHostnames) return [];
    const off = own.EnableDnsSupport ? "EnableDnsHostnames" : "EnableDnsSupport";
    return [
      ofVpc(scope, {
        severity: own.EnableDnsSupport ? "medium" : "high",
        message: own.EnableDnsSupport
          ? "DNS hostnames are off. AWS asks for both DNS attributes where Amazon's resolver answers."
          : "DNS resolution is off: Amazon's resolver answers nobody in this VPC.",
        evidence: [`${scope.vpcId}: ${off} false`],
        remedy: `aws ec2 modify-vpc-attribute --vpc-id ${scope.vpcId} --${
          own.EnableDnsSupport ? "enable-dns-hostnames" : "enable-dns-support"
        }`,
      }),
    ];
  }),
);

const D2 = rule(
  {
    id: "D2",
    family: "names",
    title: "Amazon's resolver answers in this VPC",
    reference: `${VPC_GUIDE}/userguide/VPC_DHCP_Options.html`,
    directions: ["switch"],
  },
  look(["vpcs", "dhcpOptions"], ({ vpcs, dhcpOptions }, scope) => {
    const servers = foreignServers(vpcs, dhcpOptions, scope);
    if (servers === undefined) return [resolversUnknown(scope)];
    if (servers.length === 0) return namesNone(vpcs, dhcpOptions, scope) ? [noResolver(scope)] : [];
    return [
      ofVpc(scope, {
        severity: "medium",
        message:
          `Other resolvers answer here (${listed(servers)}). One that names another Region's addresses, or some outside ` +
          "DynamoDB's prefix list, keeps its clients off the endpoint.",
        evidence: [`domain-name-servers ${servers.join(", ")}`],
        remedy: `Resolve dynamodb.${scope.region}.amazonaws.com in these subnets, and compare with \`cidrBlocks\`.`,
      }),
    ];
  }),
);

/** Name servers of the VPC that are not Amazon's; `undefined` where its options are another account's. */
function foreignServers(
  vpcs: FactValues["vpcs"],
  dhcpOptions: readonly DhcpOptions[],
  { vpcId }: Scope,
): readonly string[] | undefined {
  const vpc = vpcs.find(({ VpcId }) => VpcId === vpcId);
  const options = optionsOf(vpc, dhcpOptions);
  if (options === undefined && vpc?.DhcpOptionsId !== undefined && vpc.DhcpOptionsId !== NO_OPTIONS) return undefined;
  const own = new Set([...AMAZON, secondAddress(vpc?.CidrBlock)]);
  return serversIn(options).flatMap(({ Value = "?" }) => (own.has(Value) ? [] : [Value]));
}

function optionsOf(vpc: Vpc | undefined, dhcpOptions: readonly DhcpOptions[]): DhcpOptions | undefined {
  return dhcpOptions.find(({ DhcpOptionsId }) => DhcpOptionsId === vpc?.DhcpOptionsId);
}

function serversIn(options: DhcpOptions | undefined): readonly AttributeValue[] {
  return options?.DhcpConfigurations?.find(({ Key }) => Key === "domain-name-servers")?.Values ?? [];
}

/** Whether there are options, and no resolver in them: that is another thing than no options. */
function namesNone(vpcs: FactValues["vpcs"], dhcpOptions: readonly DhcpOptions[], { vpcId }: Scope): boolean {
  const vpc = vpcs.find(({ VpcId }) => VpcId === vpcId);
  const options = optionsOf(vpc, dhcpOptions);
  return options !== undefined && serversIn(options).length === 0;
}

function noResolver(scope: Scope): Found {
  return ofVpc(scope, {
    severity: "medium",
    message:
      "The DHCP options of this VPC name no resolver, by which AWS has DNS turned off. Clients that are told of none " +
      "elsewhere do not find DynamoDB, neither before nor after the switch.",
    evidence: ["DhcpConfigurations without domain-name-servers"],
    remedy: `Resolve dynamodb.${scope.region}.amazonaws.com in these subnets; or name AmazonProvidedDNS in the options.`,
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateDhcpOptions.html */
const NO_OPTIONS = "default";

function resolversUnknown(scope: Scope): Found {
  return ofVpc(scope, {
    severity: "unknown",
    message: "Not known: who resolves names in this VPC. Its DHCP options are not among the facts.",
    evidence: ["ec2:DescribeDhcpOptions"],
    remedy: "Run the preflight in the account that owns the VPC.",
  });
}

const AMAZON: readonly string[] = ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253"];

/** Amazon's resolver, by its address in the VPC: the third of its first range. */
function secondAddress(cidr: string | undefined): string | undefined {
  const range = rangeOf(cidr);
  return range === undefined ? undefined : addressIn(range, 2);
}

const D3 = rule(
  {
    id: "D3",
    family: "names",
    title: "No private hosted zone has DynamoDB's names",
    reference: `${DYNAMODB_GUIDE}/privatelink-interface-endpoints.html`,
    directions: ["switch"],
  },
  look(["hostedZones"], ({ hostedZones }, scope) =>
    hostedZones
      .filter(({ VpcId }) => VpcId === scope.vpcId)
      .flatMap(({ Name, HostedZoneId = "?" }, _, zones) =>
        overriding(HostedZoneId, Name, scope, { others: zones.map((each) => domainOf(each.Name)) }),
      ),
  ),
  look([...PROFILE_FACTS, "profileZones"], (known, scope) => {
    const names = new Map(known.profileZones.map(({ Id, Name }) => [Id, Name]));
    const { zones } = broughtByProfiles(known, scope);
    return [
      ...zones.flatMap((zone) => overriding(zone.id, names.get(zone.id), scope, { profile: zone })),
      ...unknownZones(zones.filter(({ id }) => !names.has(id))),
    ];
  }),
);

interface Beside {
  readonly profile?: Brought;
  /** The names of all zones that are there by the same way: of a name only the most specific one is asked. */
  readonly others?: readonly string[];
}

/** What a zone is found for: DynamoDB's names, or one above them. */
function overriding(id: string, name: string | undefined, scope: Scope, { profile, others = [] }: Beside): Outcome {
  if (name === undefined) return [];
  const zone = domainOf(name);
  const nearer = others.filter((other) => other.length > zone.length);
  const hosts = hostsIn(scope);
  const names = isAccountZone(zone, hosts)
    ? [zone]
    : hosts.filter((host) => covers(zone, host) && !nearer.some((other) => covers(other, host)));
  if (names.length === 0) return [];
  const by = profile === undefined ? "," : `, which the profile ${profile.profileId} brings,`;
  return [
    {
      severity: "high",
      subject: id,
      routeTableIds: [],
      message:
        `A private hosted zone, ${zone}${by} answers for ${listed(names)} in this VPC. Its records may lead clients past ` +
        "the endpoint without an error, or nowhere.",
      evidence: [`${id}: Name ${name}`, ...(profile === undefined ? [] : [profile.evidence])],
      remedy: "Look at its records: take DynamoDB's names out of it, or expect its clients where they lead.",
    },
  ];
}

/** Zones of other accounts, which tell their names there alone: one question for each profile. */
function unknownZones(zones: readonly Brought[]): Outcome {
  return [...new Set(zones.map(({ profileId }) => profileId))].map((profileId) => {
    const own = zones.filter((zone) => zone.profileId === profileId);
    return {
      severity: "unknown",
      subject: profileId,
      routeTableIds: [],
      message:
        `Not known: the names of ${listed(own.map(({ id }) => id))}, private hosted zones of another account that this ` +
        "profile brings here.",
      evidence: own.map(({ id, evidence }) => `${evidence}, ${id}`),
      remedy: "Ask for their names there (`aws route53 get-hosted-zone`), and accept this with what they are.",
    };
  });
}

function domainOf(name = ""): string {
  return name.toLowerCase().replace(/\.$/, "");
}

function covers(zone: string, host: string): boolean {
  return host === zone || host.endsWith(`.${zone}`);
}

/**
 * The names of the Region's DynamoDB that a gateway endpoint serves; `*` is an account. An asterisk in a zone's name is
 * written `\052`, and stands for itself.
 */
function hostsIn({ region }: Scope): readonly string[] {
  const isChina = region.startsWith("cn-");
  const suffixes = isChina ? ["amazonaws.com.cn", "api.amazonwebservices.com.cn"] : ["amazonaws.com", "api.aws"];
  return suffixes.flatMap((suffix) =>
    ["dynamodb", "*.ddb", "dynamodb-fips"].map((service) => `${service}.${region}.${suffix}`),
  );
}

/** A zone of one account's host: `111122223333.ddb.REGION.amazonaws.com`. */
function isAccountZone(zone: string, hosts: readonly string[]): boolean {
  return /^\d{12}\./.test(zone) && hosts.includes(`*.${zone.slice(13)}`);
}

const D4 = rule(
  {
    id: "D4",
    family: "names",
    title: "No rule or firewall of Route 53 Resolver is in between",
    reference: "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver.html",
    directions: ["switch"],
  },
  look(["resolverRuleAssociations"], ({ resolverRuleAssociations }, scope) =>
    inBetween(resolverRuleAssociations, scope, ({ ResolverRuleId: id = "?" }) => ({ id, message: forwards(id) })),
  ),
  look(["firewallRuleGroupAssociations"], ({ firewallRuleGroupAssociations }, scope) =>
    inBetween(firewallRuleGroupAssociations, scope, ({ FirewallRuleGroupId: id = "?" }) => ({
      id,
      message: filters(id),
    })),
  ),
  look(PROFILE_FACTS, (known, scope) => {
    const { rules, firewalls } = broughtByProfiles(known, scope);
    return [
      ...rules
        .filter(({ id }) => !id.startsWith(DEFAULT_RULES))
        .map((rule) => between(rule.id, forwards(rule.id), rule.evidence, scope)),
      ...firewalls.map((group) => between(group.id, filters(group.id), group.evidence, scope)),
    ];
  }),
);

function forwards(id: string): string {
  return (
    `The Resolver rule ${id} forwards names of this VPC elsewhere. If DynamoDB's are among them, the ` +
    "answer has to be AWS's own addresses of this Region."
  );
}

function filters(id: string): string {
  return (
    `DNS Firewall's rule group ${id} filters names in this VPC. It has to let all of DynamoDB's pass, ` +
    "those of accounts too."
  );
}

function inBetween(
  associations: readonly ResolverAssociation[],
  scope: Scope,
  tell: (association: ResolverAssociation) => { readonly id: string; readonly message: string },
): Outcome {
  return associations
    .filter(({ VPCId, ResolverRuleId = "" }) => VPCId === scope.vpcId && !ResolverRuleId.startsWith(DEFAULT_RULES))
    .map((association) => {
      const { id, message } = tell(association);
      return between(id, message, `${association.Id ?? id}: VPCId ${scope.vpcId}`, scope);
    });
}

function between(subject: string, message: string, evidence: string, { region }: Scope): Found {
  return {
    severity: "medium",
    subject,
    routeTableIds: [],
    message,
    evidence: [evidence],
    remedy: `Resolve dynamodb.${region}.amazonaws.com in these subnets, and compare with \`cidrBlocks\`.`,
  };
}

/** Route 53's own, which every VPC has. */
const DEFAULT_RULES = "rslvr-autodefined-";

const D5 = rule(
  {
    id: "D5",
    family: "names",
    title: "No interface endpoint for DynamoDB is in this VPC",
    reference: `${DYNAMODB_GUIDE}/privatelink-interface-endpoints.html`,
    directions: ["switch"],
  },
  look(["vpcEndpoints"], ({ vpcEndpoints }, scope) =>
    vpcEndpoints
      .filter(
        ({ VpcId, ServiceName, VpcEndpointType }) =>
          VpcId === scope.vpcId && ServiceName === serviceName(scope) && VpcEndpointType === "Interface",
      )
      .map(({ VpcEndpointId = "?", DnsEntries = [] }) => ({
        severity: "info",
        subject: VpcEndpointId,
        routeTableIds: [],
        message:
          "An interface endpoint for DynamoDB is here as well. Clients that name its URL are not switched, do not " +
          "break, and stay billed by the hour and gigabyte.",
        evidence: [
          `${VpcEndpointId}: VpcEndpointType Interface`,
          ...DnsEntries.flatMap(({ DnsName }) => DnsName ?? []),
        ],
        remedy: "Nothing, or give those clients DynamoDB's regional name again.",
      })),
  ),
);

const D6 = rule(
  {
    id: "D6",
    family: "names",
    title: "No client takes IPv6, or the endpoint serves it",
    reference: `${VPC_GUIDE}/privatelink/vpc-endpoints-ddb.html`,
    directions: ["switch"],
  },
  look(["routeTables", "subnets", "endpointServices"], (known, scope) => {
    const service = known.endpointServices.find(
      ({ ServiceName, ServiceType = [] }) =>
        ServiceName === serviceName(scope) && ServiceType.some(({ ServiceType: type }) => type === "Gateway"),
    );
    const types = service?.SupportedIpAddressTypes ?? [];
    if (types.includes("ipv6")) return [];
    return scopedTables(known, scope).flatMap(({ id, table, subnets }) => {
      const six = subnets.filter(hasIpv6);
      if (six.length === 0) return [];
      const evidence = [
        `${serviceName(scope)}: SupportedIpAddressTypes ${types.join(", ")}`,
        ...ipv6Ways(id, table.Routes ?? []),
        ...six.map(ipv6Text),
      ];
      return [service === undefined ? ipv6Unknown(id, evidence) : ipv6Found(id, six.length, evidence)];
    });
  }),
);

function hasIpv6({ Ipv6Native, Ipv6CidrBlockAssociationSet = [], EnableDns64 }: Subnet): boolean {
  const isDualStack = Ipv6CidrBlockAssociationSet.some(
    ({ Ipv6CidrBlockState }) => (Ipv6CidrBlockState?.State ?? "associated") === "associated",
  );
  return Ipv6Native === true || EnableDns64 === true || isDualStack;
}

function ipv6Text({ SubnetId = "?", Ipv6Native, EnableDns64 }: Subnet): string {
  return `${SubnetId}: ${Ipv6Native === true ? "Ipv6Native" : EnableDns64 === true ? "EnableDns64" : "dual-stack"}`;
}

function ipv6Ways(routeTableId: string, routes: readonly Route[]): readonly string[] {
  return routes.flatMap(({ DestinationIpv6CidrBlock, EgressOnlyInternetGatewayId }) =>
    EgressOnlyInternetGatewayId === undefined
      ? []
      : [`${routeTableId}: ${DestinationIpv6CidrBlock ?? "?"} → ${EgressOnlyInternetGatewayId}`],
  );
}

function ipv6Found(routeTableId: string, count: number, evidence: readonly string[]): Found {
  return ofTable(routeTableId, {
    severity: "medium",
    message:
      `${counted(count, "subnet")} of this route table ${count === 1 ? "has" : "have"} IPv6, which the ` +
      "endpoint service of this Region does not report. Clients that use IPv6 are not switched and do not break. " +
      "Policies that ask for the endpoint will deny them.",
    evidence,
    remedy: "Have clients use the Region's IPv4 name before `onlyThroughEndpoint` is attached anywhere.",
  });
}

function ipv6Unknown(routeTableId: string, evidence: readonly string[]): Found {
  return ofTable(routeTableId, {
    severity: "unknown",
    message: "Not known: whether the endpoint serves IPv6, which subnets of this route table have.",
    evidence,
    remedy: "Allow ec2:DescribeVpcEndpointServices.",
  });
}

const D7 = rule(
  {
    id: "D7",
    family: "names",
    title: "Nothing that filters names has to learn those of accounts",
    reference: `${DYNAMODB_GUIDE}/Programming.SDKOverview.html`,
    directions: ["switch"],
  },
  look(["vpcs", "dhcpOptions"], ({ vpcs, dhcpOptions }, scope) => {
    const servers = foreignServers(vpcs, dhcpOptions, scope);
    if (servers === undefined) return [resolversUnknown(scope)];
    return servers.length === 0 ? [] : [accountNames(scope, "other resolvers answer")];
  }),
  look(["firewallRuleGroupAssociations"], ({ firewallRuleGroupAssociations }, scope) =>
    firewallRuleGroupAssociations.some(({ VPCId }) => VPCId === scope.vpcId)
      ? [accountNames(scope, "DNS Firewall filters names")]
      : [],
  ),
  look(PROFILE_FACTS, (known, scope) =>
    broughtByProfiles(known, scope).firewalls.length > 0 ? [accountNames(scope, "DNS Firewall filters names")] : [],
  ),
);

function accountNames(scope: Scope, why: string): Found {
  return ofVpc(scope, {
    severity: "info",
    message:
      `Newer SDKs use a name for each account, ${scope.account}.ddb.${scope.region}.amazonaws.com, and ${why} here. ` +
      "That its addresses are in DynamoDB's prefix list is not documented by AWS.",
    evidence: [why],
    remedy: "Let the names of accounts pass as well, or set AWS_ACCOUNT_ID_ENDPOINT_MODE=disabled for these clients.",
  });
}

const D8 = rule(
  {
    id: "D8",
    family: "names",
    title: "No table has a stream, which the endpoint does not serve",
    reference: `${DYNAMODB_GUIDE}/privatelink-streams.html`,
    directions: ["switch"],
  },
  look(["tables"], ({ tables }) =>
    tables
      .filter(({ StreamSpecification }) => StreamSpecification?.StreamEnabled === true)
      .map(({ TableName = "?", LatestStreamArn = "?" }) => ({
        severity: "info",
        subject: TableName,
        routeTableIds: [],
        message:
          "It has a stream, and gateway endpoints do not serve streams: readers in these subnets stay on the NAT " +
          "gateway. Without it they stop.",
        evidence: [`${TableName}: StreamSpecification.StreamEnabled true`, LatestStreamArn],
        remedy: "Keep the NAT gateway, or make an interface endpoint for DynamoDB Streams.",
      })),
  ),
  TABLES_LEFT_OUT,
);

const D9 = rule(
  {
    id: "D9",
    family: "names",
    title: "No table has a vector index, whose hosts are others",
    directions: ["switch"],
  },
  look(["tables"], ({ tables }) =>
    tables
      .map(({ TableName = "?", VectorIndexes = [] }) => ({ TableName, indexes: VectorIndexes }))
      .filter(({ indexes }) => indexes.length > 0)
      .map(({ TableName, indexes }) => ({
        severity: "medium",
        subject: TableName,
        routeTableIds: [],
        message:
          "It has a vector index. SearchVectors uses hosts of its own: whether their addresses are in DynamoDB's " +
          `prefix list is open, and those outside stay on the NAT gateway. ${UNDOCUMENTED}`,
        evidence: indexes.map(({ IndexName = "?" }) => `${TableName}: VectorIndexes[].IndexName ${IndexName}`),
        remedy: "Resolve these hosts in the subnets, and compare with `cidrBlocks`. Keep the NAT gateway until then.",
      })),
  ),
  TABLES_LEFT_OUT,
);

const D10 = rule(
  {
    id: "D10",
    family: "names",
    title: "No table has replicas in other Regions",
    reference: `${VPC_GUIDE}/privatelink/vpc-endpoints-ddb.html`,
    directions: ["switch"],
  },
  look(["tables"], ({ tables }, { region }) =>
    tables
      .map(({ TableName = "?", Replicas = [] }) => ({
        TableName,
        regions: Replicas.flatMap(({ RegionName = region }) => (RegionName === region ? [] : [RegionName])),
      }))
      .filter(({ regions }) => regions.length > 0)
      .map(({ TableName, regions }) => ({
        severity: "info",
        subject: TableName,
        routeTableIds: [],
        message:
          `It has replicas in ${listed(regions)}. An endpoint serves its own Region only: requests to those stay on the ` +
          "NAT gateway, and a policy that asks for this endpoint denies them.",
        evidence: regions.map((name) => `${TableName}: Replicas[].RegionName ${name}`),
        remedy: "Keep the NAT gateway for them, and name this Region's table alone in `onlyThroughEndpoint`.",
      })),
  ),
  TABLES_LEFT_OUT,
);

export const NAMES: readonly Rule[] = [D1, D2, D3, D4, D5, D6, D7, D8, D9, D10];
