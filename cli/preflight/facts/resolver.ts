// A bundle of its own, loaded when Route 53 Resolver is asked. For two operations it needs no client: they are signed.
import type { Facts, ResolverAssociation } from "./facts";
import { type ClientSettings, type Reading, readWanted } from "./reading";
import { type Answer, askSigned } from "./signed";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html */
export async function readResolver({ wanted, settings, calls, vpcId }: Reading): Promise<Partial<Facts>> {
  const all = (operation: string, field: string, filter: object): Promise<readonly ResolverAssociation[]> =>
    calls.pages(
      `route53resolver:${operation}`,
      (NextToken) => call(settings, operation, { MaxResults: 100, NextToken, ...(vpcId !== undefined && filter) }),
      {
        items: (page) => page[field] as readonly ResolverAssociation[] | undefined,
        next: (page) => page.NextToken as string | undefined,
      },
    );
  return readWanted(wanted, {
    resolverRuleAssociations: () =>
      all("ListResolverRuleAssociations", "ResolverRuleAssociations", {
        Filters: [{ Name: "VPCId", Values: [vpcId] }],
      }),
    firewallRuleGroupAssociations: async () =>
      // By the names that the other has: https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_FirewallRuleGroupAssociation.html
      (await all("ListFirewallRuleGroupAssociations", "FirewallRuleGroupAssociations", { VpcId: vpcId })).map(
        withVpcId,
      ),
  });
}

function withVpcId({ VpcId, ...association }: ResolverAssociation & { readonly VpcId?: string }): ResolverAssociation {
  return VpcId === undefined ? association : { ...association, VPCId: VpcId };
}

/** JSON 1.1. */
function call(settings: ClientSettings, operation: string, members: object): Promise<Answer> {
  return askSigned(settings, {
    service: "route53resolver",
    method: "POST",
    path: "/",
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `Route53Resolver.${operation}` },
    body: JSON.stringify(members),
  });
}
