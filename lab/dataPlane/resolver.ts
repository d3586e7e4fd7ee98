import type { CloudInside } from "../cloud/cloud";
import { dotted as addressOf, parseCidr } from "../cloud/ec2/cidr";
import type { Vpc } from "../cloud/ec2/kinds/vpc";
import type { Ec2Network } from "../cloud/ec2/network";
import { covers, dotted, type HostedZone, privateZoneOf, recordsFor } from "../cloud/route53";
import { broughtByProfiles } from "../cloud/route53Profiles";
import { scenarioRecords } from "../cloud/scenarioData";
import { publicAddresses } from "./hosts";

/** The IPv4 addresses of a name, or why a client gets none. */
export type Resolution =
  { readonly addresses: readonly string[] } | { readonly failure: "NXDOMAIN" | "SERVFAIL" | "TIMEOUT" };

const NXDOMAIN: Resolution = { failure: "NXDOMAIN" };
const SERVFAIL: Resolution = { failure: "SERVFAIL" };
const TIMEOUT: Resolution = { failure: "TIMEOUT" };

/** Of aliases that lead to aliases. */
const MOST_STEPS = 8;

/** https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html */
const AMAZON: readonly string[] = ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253"];

/**
 * What a client in a VPC gets for a name, from the resolvers of the VPC's DHCP options: one after the other, until one
 * has an answer. Outside any VPC it is what everybody gets.
 */
export function resolve(inside: CloudInside, region: string, vpcId: string | undefined, host: string): Resolution {
  const network = inside.networkOf(region);
  const name = dotted(host);
  const vpc = network.vpcs.get(vpcId ?? "");
  if (vpc === undefined) return answered(publicAddresses(inside, region, name));
  let last = TIMEOUT;
  for (const server of nameServersOf(network, vpc)) {
    const isAmazon = AMAZON.includes(server) || server === secondAddress(vpc.cidrBlock);
    last = isAmazon ? amazonAnswer(inside, network, vpc, name) : ownAnswer(inside, region, server, name);
    if ("addresses" in last || last === NXDOMAIN) return last;
  }
  return last;
}

/**
 * A VPC without a set of options has Amazon's, on Nitro; a set that names none has none: by it "you can disable DNS
 * resolution completely in your VPC". https://docs.aws.amazon.com/vpc/latest/userguide/DHCPOptionSetConcepts.html
 */
function nameServersOf({ dhcpOptions }: Ec2Network, { dhcpOptionsId }: Vpc): readonly string[] {
  const options = dhcpOptions.get(dhcpOptionsId);
  if (options === undefined) return AMAZON.slice(0, 1);
  return options.dhcpConfigurations.find(({ key }) => key === "domain-name-servers")?.values ?? [];
}

function secondAddress(cidrBlock: string): string {
  return addressOf((parseCidr(cidrBlock)?.first ?? 0) + 2);
}

function ownAnswer({ store }: CloudInside, region: string, server: string, name: string): Resolution {
  const known = scenarioRecords(store, region, "nameServers").get(server);
  const answer = known?.Answers.find(({ Name }) => dotted(Name) === name);
  return answer === undefined ? SERVFAIL : answered(answer.Addresses);
}

function answered(addresses: readonly string[] | undefined): Resolution {
  return addresses === undefined || addresses.length === 0 ? NXDOMAIN : { addresses };
}

/**
 * What Route 53 Resolver says: DNS Firewall blocks a name, a rule forwards it, the most specific zone has it, or it is
 * what everybody gets. Of a rule and a zone the more specific one decides, and the rule where they are of one name.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/hosted-zone-private-considerations.html
 */
function amazonAnswer(inside: CloudInside, network: Ec2Network, vpc: Vpc, name: string, steps = 0): Resolution {
  if (!vpc.enableDnsSupport) return TIMEOUT;
  if (steps > MOST_STEPS) return SERVFAIL;
  const brought = broughtByProfiles(inside.store, network.region, vpc.vpcId);
  if (isBlocked(inside, network, vpc, brought, name)) return NXDOMAIN;
  // "To use private hosted zones, you must set" both attributes.
  const zone = vpc.enableDnsHostnames ? privateZoneOf(inside.store, vpc.vpcId, brought, name) : undefined;
  const rule = ruleFor(inside, network, vpc, brought, name);
  if (rule !== undefined && dotted(rule.DomainName).length >= (zone?.name.length ?? 0)) {
    if (rule.RuleType === "FORWARD") {
      const answers = (rule.TargetIps ?? []).map(({ Ip }) => ownAnswer(inside, network.region, Ip, name));
      return answers.find((answer) => answer !== SERVFAIL) ?? SERVFAIL;
    }
  }
  if (zone === undefined) return answered(publicAddresses(inside, network.region, name));
  return zoneAnswer(inside, zone, name, (target) => amazonAnswer(inside, network, vpc, target, steps + 1), {
    region: network.region,
    steps,
  });
}

/** By ids of what profiles bring. */
type Brought = ReadonlySet<string>;

function isBlocked(
  { store }: CloudInside,
  { region }: Ec2Network,
  { vpcId }: Vpc,
  brought: Brought,
  name: string,
): boolean {
  const groups = scenarioRecords(store, region, "firewallRuleGroupAssociations").all();
  const own = groups.filter((each) => each.VpcId === vpcId).map((each) => each.FirewallRuleGroupId);
  return [...own, ...brought]
    .flatMap((id) => scenarioRecords(store, region, "firewallBlocks").get(id)?.Domains ?? [])
    .map(dotted)
    .some((domain) => (domain.startsWith("*.") ? name.endsWith(domain.slice(1)) : name === domain));
}

function ruleFor({ store }: CloudInside, { region }: Ec2Network, { vpcId }: Vpc, brought: Brought, name: string) {
  const associations = scenarioRecords(store, region, "resolverRuleAssociations").all();
  const own = associations.filter(({ VPCId }) => VPCId === vpcId).map(({ ResolverRuleId }) => ResolverRuleId);
  return [...own, ...brought]
    .flatMap((id) => scenarioRecords(store, region, "resolverRules").get(id) ?? [])
    .filter(({ DomainName }) => covers(dotted(DomainName), name))
    .sort((one, other) => dotted(other.DomainName).length - dotted(one.DomainName).length)[0];
}

/** "If there's no matching record, the Resolver does not forward the request": the client gets NXDOMAIN. */
function zoneAnswer(
  inside: CloudInside,
  zone: HostedZone,
  name: string,
  follow: (name: string) => Resolution,
  { region, steps }: { readonly region: string; readonly steps: number },
): Resolution {
  if (steps > MOST_STEPS) return SERVFAIL;
  const record = recordsFor(zone, name).find(({ type }) => type === "A" || type === "CNAME");
  if (record === undefined) return NXDOMAIN;
  const { aliasTarget, values, type } = record;
  if (aliasTarget !== undefined) {
    const { dnsName, hostedZoneId } = aliasTarget;
    const deeper = { region, steps: steps + 1 };
    if (hostedZoneId === zone.id) return zoneAnswer(inside, zone, dnsName, follow, deeper);
    return answered(publicAddresses(inside, region, dnsName));
  }
  return type === "CNAME" ? follow(dotted(values[0] ?? "")) : answered(values);
}
