import type { FrontDoor, Served } from "./frontDoor";
import { type FirewallRuleGroupAssociation, type ResolverRuleAssociation, scenarioRecords } from "./scenarioData";
import type { Store } from "./store";

function operations(store: Store, region: string) {
  return {
    listResolverRuleAssociations: (): readonly ResolverRuleAssociation[] =>
      scenarioRecords(store, region, "resolverRuleAssociations").all(),
    listFirewallRuleGroupAssociations: (): readonly FirewallRuleGroupAssociation[] =>
      scenarioRecords(store, region, "firewallRuleGroupAssociations").all(),
  };
}

/** Route 53 Resolver, which is only read. */
export type Route53Resolver = Served<ReturnType<typeof operations>>;

export function route53ResolverService(door: FrontDoor, store: Store, region: string): Route53Resolver {
  return door.serve(region, "route53resolver", operations(store, region));
}
