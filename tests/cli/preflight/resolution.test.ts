import assert from "node:assert/strict";
import fc from "fast-check";
import type { FactValues } from "../../../cli/preflight/facts/facts";
import { RULES } from "../../../cli/preflight/rules/all";
import type { Found } from "../../../cli/preflight/rules/rule";
import { openCloud, type OpenCloud } from "../../../lab/cloud/cloud";
import { isServiceAddress, numberOf } from "../../../lab/dataPlane/ways";
import { type Resolution, resolve } from "../../../lab/dataPlane/resolver";
import { smallFacts, smallScope, toldFacts } from "./smallFacts";

const REGION = "eu-west-1";
const [OWN, OTHER] = ["123456789012", "444455556666"];

/** What SDKs ask for: the names of the Region, of accounts, of FIPS, and all of these as dual-stack names. */
const HOSTS = ["amazonaws.com", "api.aws"].flatMap((suffix) =>
  ["dynamodb", "dynamodb-fips", `${OWN}.ddb`, `${OTHER}.ddb`].map((service) => `${service}.${REGION}.${suffix}`),
);

interface Plan {
  readonly zones: readonly { readonly name: string; readonly isHere: boolean }[];
  readonly attributes: { readonly enableDnsSupport: boolean; readonly enableDnsHostnames: boolean };
  /** What the DHCP options name; none: there are no options. */
  readonly servers: readonly string[] | undefined;
  /** The name that a Resolver rule forwards, and one that DNS Firewall blocks. */
  readonly forwarded: string | undefined;
  readonly blocked: string | undefined;
}

/** A name of DynamoDB's, one above it, or one beside or below. */
const NAME: fc.Arbitrary<string> = fc
  .record({
    host: fc.constantFrom(...HOSTS),
    dropped: fc.integer({ min: 0, max: 3 }),
    before: fc.constantFrom("", "", "", "streams.", "*.", "x.y."),
    region: fc.constantFrom(REGION, REGION, REGION, "eu-west-2"),
    isUpper: fc.boolean(),
    end: fc.constantFrom("", "."),
  })
  .map(({ host, dropped, before, region, isUpper, end }) => {
    const name = `${before}${host.split(".").slice(dropped).join(".")}`.replace(REGION, region);
    return `${isUpper ? name.toUpperCase() : name}${end}`;
  });

const AMAZON = ["AmazonProvidedDNS", "169.254.169.253", "10.0.0.2"];

const PLAN: fc.Arbitrary<Plan> = fc.record({
  zones: fc.uniqueArray(fc.record({ name: NAME, isHere: fc.boolean() }), {
    maxLength: 5,
    selector: ({ name }) => name.toLowerCase().replace(/\.$/, ""),
  }),
  attributes: fc.record({
    enableDnsSupport: fc.constantFrom(true, true, false),
    enableDnsHostnames: fc.constantFrom(true, true, false),
  }),
  servers: fc.option(fc.uniqueArray(fc.constantFrom(...AMAZON, "10.0.7.53"), { maxLength: 2 }), { nil: undefined }),
  forwarded: fc.option(NAME, { nil: undefined, freq: 4 }),
  blocked: fc.option(NAME, { nil: undefined, freq: 4 }),
});

/** A plan in the lab: each zone answers everything with an address of its own. */
async function built(plan: Plan): Promise<{ cloud: OpenCloud; vpcId: string; zones: ReadonlyMap<string, string> }> {
  const cloud = openCloud();
  const { ec2, route53, scenarioData } = cloud.region(REGION);
  const { vpcId } = await ec2.createVpc({ cidrBlock: "10.0.0.0/16" });
  const { vpcId: otherId } = await ec2.createVpc({ cidrBlock: "10.1.0.0/16" });
  await ec2.modifyVpcAttribute({ vpcId, ...plan.attributes });
  const values = plan.servers ?? [];
  const dhcpConfigurations = values.length === 0 ? [] : [{ key: "domain-name-servers", values }];
  const { dhcpOptionsId } = plan.servers === undefined ? NONE : await ec2.createDhcpOptions({ dhcpConfigurations });
  await ec2.associateDhcpOptions({ vpcId, dhcpOptionsId });
  const zones = new Map<string, string>();
  for (const [i, { name, isHere }] of plan.zones.entries()) {
    const vpc = { vpcRegion: REGION, vpcId: isHere ? vpcId : otherId };
    const zone = await route53.createHostedZone({ name, callerReference: String(i), vpc });
    const record = { type: "A", ttl: 60, values: [`10.99.0.${i}`] };
    const changes = [zone.name, `*.${zone.name}`].map((each) => ({
      action: "CREATE",
      record: { name: each, ...record },
    }));
    await route53.changeResourceRecordSets({ hostedZoneId: zone.id, changes });
    zones.set(`10.99.0.${i}`, zone.id);
  }
  if (plan.forwarded !== undefined)
    await scenarioData.addScenarioData({
      resolverRules: [{ Id: "rslvr-rr-1", DomainName: plan.forwarded, RuleType: "FORWARD" }],
      resolverRuleAssociations: [{ Id: "1", ResolverRuleId: "rslvr-rr-1", VPCId: vpcId }],
    });
  if (plan.blocked !== undefined)
    await scenarioData.addScenarioData({
      firewallBlocks: [{ FirewallRuleGroupId: "rslvr-frg-1", Domains: [plan.blocked] }],
      firewallRuleGroupAssociations: [{ Id: "2", FirewallRuleGroupId: "rslvr-frg-1", VpcId: vpcId }],
    });
  return { cloud, vpcId, zones };
}

const NONE = { dhcpOptionsId: "default" };

/** What the rules of names find there. */
async function found({ cloud, vpcId }: { readonly cloud: OpenCloud; readonly vpcId: string }) {
  const { ec2, route53, route53Resolver } = cloud.region(REGION);
  const [vpc] = await ec2.describeVpcs({ ids: [vpcId] });
  const options = await ec2.describeDhcpOptions({});
  const zones = await route53.listHostedZonesByVPC({ vpcId, vpcRegion: REGION });
  const known: Partial<FactValues> = {
    vpcs: [{ VpcId: vpcId, CidrBlock: vpc?.cidrBlock, DhcpOptionsId: vpc?.dhcpOptionsId }],
    vpcAttributes: [
      {
        VpcId: vpcId,
        EnableDnsSupport: vpc?.enableDnsSupport ?? false,
        EnableDnsHostnames: vpc?.enableDnsHostnames ?? false,
      },
    ],
    dhcpOptions: options.map(({ dhcpOptionsId, dhcpConfigurations }) => ({
      DhcpOptionsId: dhcpOptionsId,
      DhcpConfigurations: dhcpConfigurations.map(({ key, values }) => ({
        Key: key,
        Values: values.map((Value) => ({ Value })),
      })),
    })),
    hostedZones: zones.map(({ id, name }) => ({
      HostedZoneId: id,
      Name: name.replaceAll("*", "\\052"),
      VpcId: vpcId,
      Owner: {},
    })),
    resolverRuleAssociations: [...(await route53Resolver.listResolverRuleAssociations())],
    firewallRuleGroupAssociations: (await route53Resolver.listFirewallRuleGroupAssociations()).map(
      ({ VpcId, ...each }) => ({ ...each, VPCId: VpcId }),
    ),
  };
  const scope = { ...smallScope(), vpcId, region: REGION, account: OWN };
  const of = (id: string): readonly Found[] =>
    RULES.filter((rule) => rule.id === id).flatMap(({ judge }) =>
      judge(toldFacts({ ...smallFacts(), ...known }), scope),
    );
  return { D1: of("D1"), D2: of("D2"), D3: of("D3"), D4: of("D4") };
}

const isDynamoDbs = (answer: Resolution): boolean =>
  "addresses" in answer && answer.addresses.every((each) => isServiceAddress(REGION, numberOf(each) ?? 0));

/** The names for which a zone is said to answer: those of all accounts are `*`. */
function saidOf({ message }: Found): readonly string[] {
  const [, names = ""] = /answers for (.*) in this VPC/.exec(message) ?? [];
  return names
    .split(", ")
    .flatMap((name) => (name.startsWith("*") ? [OWN, OTHER].map((id) => id + name.slice(1)) : name));
}

describe("what preflight says of names, of any plan of zones, resolvers, rules and attributes", () => {
  it("is, where it says nothing, that all of DynamoDB's names lead to DynamoDB", async () => {
    await fc.assert(
      fc.asyncProperty(PLAN, async (plan) => {
        const at = await built(plan);
        const { D1, D2, D3, D4 } = await found(at);
        const trouble = [...D1.filter(({ severity }) => severity !== "medium"), ...D2, ...D3, ...D4];
        const led = HOSTS.filter((host) => !isDynamoDbs(resolve(at.cloud.inside, REGION, at.vpcId, host)));
        if (trouble.length === 0) assert.deepEqual(led, []);
      }),
      { numRuns: 150 },
    );
  });

  it("is that nobody gets an answer of Amazon's resolver where D1 is high", async () => {
    const high = fc.tuple(PLAN, fc.constantFrom(...AMAZON));
    await fc.assert(
      fc.asyncProperty(high, async ([plan, server]) => {
        const at = await built({ ...plan, servers: [server] });
        const isHigh = (await found(at)).D1.some(({ severity }) => severity === "high");
        const answers = HOSTS.map((host) => resolve(at.cloud.inside, REGION, at.vpcId, host));
        assert.equal(
          answers.every((each) => "failure" in each && each.failure === "TIMEOUT"),
          isHigh,
        );
      }),
      { numRuns: 50 },
    );
  });

  it("is by D3 which zone answers for which name, and by its silence that no zone does", async () => {
    await fc.assert(
      fc.asyncProperty(PLAN, async (plan) => {
        const attributes = { enableDnsSupport: true, enableDnsHostnames: true };
        const at = await built({ ...plan, attributes, servers: undefined, forwarded: undefined, blocked: undefined });
        const { D2, D3, D4 } = await found(at);
        assert.deepEqual([D2, D4], [[], []]);
        const said = new Set(D3.flatMap((each) => saidOf(each).map((name) => `${each.subject} ${name}`)));
        const names = new Map(plan.zones.map(({ name }, i) => [`10.99.0.${i}`, name.toLowerCase().replace(/\.$/, "")]));
        for (const host of HOSTS) {
          const answer = resolve(at.cloud.inside, REGION, at.vpcId, host);
          const address = "addresses" in answer ? (answer.addresses[0] ?? "") : "";
          const answering = at.zones.get(address);
          assert.ok(answering === undefined || said.delete(`${answering} ${host}`), `${answering} ${host}`);
          // What is said of all accounts is not said again of one that has a zone of its own.
          const isOfAccount = names.get(address) === host && host.includes(".ddb.");
          for (const each of isOfAccount ? said : []) if (each.endsWith(` ${host}`)) said.delete(each);
        }
        assert.deepEqual([...said], []);
      }),
      { numRuns: 150 },
    );
  });
});
