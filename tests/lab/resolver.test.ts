import * as assert from "node:assert/strict";
import { openCloud, type OpenCloud } from "../../lab/cloud/cloud";
import type { RecordSet } from "../../lab/cloud/route53";
import type { ScenarioData } from "../../lab/cloud/scenarioData";
import { resolve } from "../../lab/dataPlane/resolver";
import { REGION } from "./network";

const OWN = `${REGION}.amazonaws.com`;
const DYNAMODB = `dynamodb.${OWN}`;
const SERVICE = "3.218.180.10";

/** A zone's records, each `NAME TYPE VALUE`; a name without a dot at its end is below the zone. */
type Zones = Readonly<Record<string, readonly string[]>>;

interface Case {
  readonly title: string;
  readonly zones?: Zones;
  readonly servers?: readonly string[];
  readonly attributes?: { readonly enableDnsSupport?: boolean; readonly enableDnsHostnames?: boolean };
  readonly told?: (vpcId: string) => ScenarioData;
  readonly host?: string;
  /** The address, or why there is none. */
  readonly gets: string;
}

const rule =
  (DomainName: string, RuleType: "FORWARD" | "SYSTEM" = "FORWARD") =>
  (VPCId: string): ScenarioData => ({
    resolverRules: [{ Id: "rslvr-rr-1", DomainName, RuleType, TargetIps: [{ Ip: "10.8.8.7" }, { Ip: "10.8.8.8" }] }],
    resolverRuleAssociations: [{ Id: "1", ResolverRuleId: "rslvr-rr-1", VPCId }],
    ...own("10.8.8.8"),
  });
const own = (Ip: string): ScenarioData => ({
  nameServers: [{ Ip, Answers: [{ Name: DYNAMODB.toUpperCase(), Addresses: ["10.7.7.7"] }] }],
});

const CASES: readonly Case[] = [
  { title: "what everybody gets", gets: SERVICE },
  { title: "a name that is none", host: `dynamo.${OWN}`, gets: "NXDOMAIN" },
  { title: "another Region's name", host: "dynamodb.eu-west-1.amazonaws.com", gets: "NXDOMAIN" },
  { title: "an account's dual-stack name", host: `123456789012.ddb.${REGION}.api.aws.`, gets: SERVICE },
  { title: "a zone's record", zones: { [DYNAMODB]: [`${DYNAMODB}. A 10.1.1.1`] }, gets: "10.1.1.1" },
  { title: "a zone without a record", zones: { [OWN.toUpperCase()]: ["other A 10.1.1.1"] }, gets: "NXDOMAIN" },
  { title: "a zone's record of another type", zones: { [DYNAMODB]: [`${DYNAMODB}. AAAA ::1`] }, gets: "NXDOMAIN" },
  {
    title: "the nearest of two zones, though it has no record",
    zones: { "amazonaws.com": [`dynamodb.${REGION} A 10.1.1.1`], [OWN]: [] },
    gets: "NXDOMAIN",
  },
  { title: "a wildcard", zones: { [OWN]: ["* A 10.1.1.1"] }, gets: "10.1.1.1" },
  {
    title: "a wildcard two labels above",
    zones: { "amazonaws.com": ["* A 10.1.1.1"] },
    host: `123456789012.ddb.${OWN}`,
    gets: "10.1.1.1",
  },
  {
    title: "no wildcard where a nearer name is there",
    zones: { "amazonaws.com": ["* A 10.1.1.1", `x.${REGION} A 10.1.1.2`] },
    gets: "NXDOMAIN",
  },
  {
    title: "no wildcard where a name below it is there",
    zones: { [OWN]: ["* A 10.1.1.1", "streams.dynamodb A 10.1.1.2"] },
    gets: "NXDOMAIN",
  },
  {
    title: "another name of the same zone",
    zones: { [OWN]: [`dynamodb CNAME one.${OWN}`, "one A 10.1.1.1"] },
    gets: "10.1.1.1",
  },
  {
    title: "another name that leads out of the zone",
    zones: { [OWN]: [`dynamodb CNAME dynamodb-fips.${REGION}.api.aws`] },
    gets: SERVICE,
  },
  {
    title: "names in a circle",
    zones: { [OWN]: [`dynamodb CNAME a.${OWN}`, `a CNAME ${DYNAMODB}`] },
    gets: "SERVFAIL",
  },
  { title: "an alias in the zone", zones: { [OWN]: [`dynamodb ALIAS b.${OWN}`, "b A 10.1.1.1"] }, gets: "10.1.1.1" },
  { title: "aliases in a circle", zones: { [OWN]: [`dynamodb ALIAS ${DYNAMODB}`] }, gets: "SERVFAIL" },
  {
    title: "zones where DNS hostnames are off",
    zones: { [OWN]: [] },
    attributes: { enableDnsHostnames: false },
    gets: SERVICE,
  },
  { title: "DNS resolution that is off", attributes: { enableDnsSupport: false }, gets: "TIMEOUT" },
  { title: "a rule that is nearer than a zone", zones: { [OWN]: [] }, told: rule(DYNAMODB), gets: "10.7.7.7" },
  { title: "a rule of the zone's own name", zones: { [OWN]: [] }, told: rule(OWN), gets: "10.7.7.7" },
  {
    title: "a zone that is nearer than a rule",
    zones: { [OWN]: ["* A 10.1.1.1"] },
    told: rule("com"),
    gets: "10.1.1.1",
  },
  { title: "a rule that forwards nothing", told: rule(OWN, "SYSTEM"), gets: SERVICE },
  { title: "a rule whose targets do not know", told: rule(OWN), host: `dynamodb-fips.${OWN}`, gets: "SERVFAIL" },
  {
    title: "a name that DNS Firewall blocks",
    told: (VpcId) => ({
      firewallBlocks: [{ FirewallRuleGroupId: "rslvr-frg-1", Domains: ["*.amazonaws.com"] }],
      firewallRuleGroupAssociations: [{ Id: "2", FirewallRuleGroupId: "rslvr-frg-1", VpcId }],
    }),
    gets: "NXDOMAIN",
  },
  { title: "a resolver of one's own", servers: ["10.0.7.53"], told: () => own("10.0.7.53"), gets: "10.7.7.7" },
  {
    title: "a resolver of one's own, which no zone reaches",
    servers: ["10.0.7.53"],
    zones: { [DYNAMODB]: [`${DYNAMODB}. A 10.1.1.1`] },
    gets: "SERVFAIL",
  },
  { title: "Amazon's resolver after one that does not know", servers: ["10.0.7.53", "10.0.0.2"], gets: SERVICE },
  {
    title: "one's own after Amazon's that is off",
    servers: ["AmazonProvidedDNS", "10.0.7.53"],
    attributes: { enableDnsSupport: false },
    told: () => own("10.0.7.53"),
    gets: "10.7.7.7",
  },
  { title: "options without a resolver", servers: [], gets: "TIMEOUT" },
];

describe("what a client of the lab gets for DynamoDB's name:", () => {
  for (const { title, host = DYNAMODB, gets, ...plan } of CASES)
    it(`${title}: ${gets}`, async () => {
      const cloud = openCloud();
      const vpcId = await built(cloud, plan);
      const resolution = resolve(cloud.inside, REGION, vpcId, host);
      assert.deepEqual("addresses" in resolution ? resolution.addresses : [resolution.failure], [gets]);
    });
});

async function built(cloud: OpenCloud, { zones = {}, servers, attributes = {}, told }: Partial<Case>): Promise<string> {
  const { ec2, route53, scenarioData } = cloud.region(REGION);
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  await ec2.modifyVpcAttribute({ vpcId, enableDnsHostnames: true, ...attributes });
  if (servers !== undefined) {
    const dhcpConfigurations = servers.length === 0 ? [] : [{ key: "domain-name-servers", values: servers }];
    const { dhcpOptionsId } = await ec2.createDhcpOptions({ dhcpConfigurations });
    await ec2.associateDhcpOptions({ vpcId, dhcpOptionsId });
  }
  if (told !== undefined) await scenarioData.addScenarioData(told(vpcId));
  for (const [name, records] of Object.entries(zones)) {
    const vpc = { vpcId, vpcRegion: REGION };
    const zone = await route53.createHostedZone({ name, callerReference: name, vpc });
    const changes = records.map((text) => ({ action: "CREATE", record: recordOf(text, zone) }));
    await route53.changeResourceRecordSets({ hostedZoneId: zone.id, changes });
  }
  return vpcId;
}

function recordOf(text: string, zone: { readonly id: string; readonly name: string }): RecordSet {
  const [label = "", type = "", value = ""] = text.split(" ");
  const name = label.endsWith(".") ? label : `${label}.${zone.name}`;
  if (type !== "ALIAS") return { name, type, ttl: 60, values: [value] };
  const aliasTarget = { hostedZoneId: zone.id, dnsName: `${value}.`, evaluateTargetHealth: false };
  return { name, type: "A", values: [], aliasTarget };
}
