import type * as ecs from "@aws-sdk/client-ecs";
import type * as eks from "@aws-sdk/client-eks";
import type { FrontDoor, Served } from "./frontDoor";
import type { Collection, Store } from "./store";

/** An association of Route 53 Resolver, as `ListResolverRuleAssociations` has it. */
export interface ResolverRuleAssociation {
  readonly Id: string;
  readonly ResolverRuleId: string;
  readonly VPCId: string;
  readonly Name?: string;
  readonly Status?: string;
}

/** As `ListFirewallRuleGroupAssociations` has it. */
export interface FirewallRuleGroupAssociation {
  readonly Id: string;
  readonly FirewallRuleGroupId: string;
  readonly VpcId: string;
  readonly Name?: string;
  readonly Arn?: string;
  readonly Priority?: number;
  readonly Status?: string;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ResolverRule.html */
export interface ResolverRule {
  readonly Id: string;
  readonly DomainName: string;
  readonly RuleType: "FORWARD" | "SYSTEM";
  readonly TargetIps?: readonly { readonly Ip: string }[];
}

/** What a rule group of DNS Firewall blocks: these names, and with `*.` those below them. */
export interface FirewallBlock {
  readonly FirewallRuleGroupId: string;
  readonly Domains: readonly string[];
}

/** A resolver of somebody's own. A name that it has no answer to is SERVFAIL. */
export interface NameServer {
  readonly Ip: string;
  readonly Answers: readonly { readonly Name: string; readonly Addresses: readonly string[] }[];
}

/** An address at which DynamoDB answers outside its prefix list: as before a new range is in it, or by a proxy. */
export interface OtherAddress {
  readonly Ip: string;
}

/** What a Region has that nothing in the lab makes, in the shapes of AWS's own API. */
export interface ScenarioData {
  readonly ecsClusters?: readonly ecs.Cluster[];
  readonly ecsServices?: readonly ecs.Service[];
  readonly ecsTasks?: readonly ecs.Task[];
  readonly ecsTaskDefinitions?: readonly ecs.TaskDefinition[];
  readonly eksClusters?: readonly eks.Cluster[];
  readonly eksNodegroups?: readonly eks.Nodegroup[];
  readonly eksFargateProfiles?: readonly eks.FargateProfile[];
  readonly eksPodIdentityAssociations?: readonly eks.PodIdentityAssociation[];
  readonly resolverRuleAssociations?: readonly ResolverRuleAssociation[];
  readonly firewallRuleGroupAssociations?: readonly FirewallRuleGroupAssociation[];
  readonly resolverRules?: readonly ResolverRule[];
  readonly firewallBlocks?: readonly FirewallBlock[];
  readonly nameServers?: readonly NameServer[];
  readonly dynamoDbAddresses?: readonly OtherAddress[];
}

type Kind = keyof ScenarioData;
type RecordOf<K extends Kind> = NonNullable<ScenarioData[K]>[number];

/** By what a record of each kind is known. */
const IDS: { readonly [K in Kind]-?: (record: RecordOf<K>) => string | undefined } = {
  ecsClusters: ({ clusterArn }) => clusterArn,
  ecsServices: ({ serviceArn }) => serviceArn,
  ecsTasks: ({ taskArn }) => taskArn,
  ecsTaskDefinitions: ({ taskDefinitionArn }) => taskDefinitionArn,
  eksClusters: ({ arn, name }) => arn ?? name,
  eksNodegroups: ({ clusterName, nodegroupName }) => `${clusterName ?? ""}/${nodegroupName ?? ""}`,
  eksFargateProfiles: ({ clusterName, fargateProfileName }) => `${clusterName ?? ""}/${fargateProfileName ?? ""}`,
  eksPodIdentityAssociations: ({ associationId }) => associationId,
  resolverRuleAssociations: ({ Id }) => Id,
  firewallRuleGroupAssociations: ({ Id }) => Id,
  resolverRules: ({ Id }) => Id,
  firewallBlocks: ({ FirewallRuleGroupId }) => FirewallRuleGroupId,
  nameServers: ({ Ip }) => Ip,
  dynamoDbAddresses: ({ Ip }) => Ip,
};

/** Where the store keeps a Region's records of a kind. */
export function scenarioRecords<K extends Kind>(store: Store, region: string, kind: K): Collection<RecordOf<K>> {
  return store.collection(`${region}/scenario/${kind}`);
}

function operations(store: Store, region: string) {
  const put = <K extends Kind>(kind: K, records: readonly RecordOf<K>[]): void => {
    const idOf = IDS[kind] as (record: RecordOf<K>) => string | undefined;
    for (const record of records) scenarioRecords(store, region, kind).put(idOf(record) ?? "", record);
  };
  return {
    /** Adds to what is there. A record that is known by the same names takes the place of the one before. */
    addScenarioData: (data: ScenarioData): void => {
      for (const kind of Object.keys(IDS) as Kind[]) put(kind, (data[kind] ?? []) as readonly RecordOf<Kind>[]);
    },
    /** Takes away all of some kinds. */
    removeScenarioData: ({ kinds }: { readonly kinds: readonly Kind[] }): void => {
      for (const kind of kinds) {
        const records = scenarioRecords(store, region, kind);
        const idOf = IDS[kind] as (record: unknown) => string | undefined;
        for (const record of records.all()) records.remove(idOf(record) ?? "");
      }
    },
  };
}

/** The one way in which what the lab only shows gets into it. */
export type ScenarioDataService = Served<ReturnType<typeof operations>>;

export function scenarioDataService(door: FrontDoor, store: Store, region: string): ScenarioDataService {
  return door.serve(region, "lab", operations(store, region));
}
