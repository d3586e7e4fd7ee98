import { ApiError } from "../../cloud/apiError";
import type { Region } from "../../cloud/cloud";
import type { ServedOperation, ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverRuleAssociations.html */
const ITEMS_OF_A_PAGE = { member: "maxResults", least: 1, most: 100 };

/** The members by which associations are filtered. */
type Named = Readonly<Record<string, unknown>>;

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53_Resolver.html */
export const ROUTE_53_RESOLVER: ServedOperations = {
  ListResolverRuleAssociations: {
    takes: ["Filters", "MaxResults", "NextToken"],
    perform: async (region, input) => {
      const all = await region.route53Resolver.listResolverRuleAssociations();
      const filters = (input.Filters ?? []) as readonly { readonly Name: string; readonly Values: readonly string[] }[];
      const { items, next } = paged(
        all.filter((each) => filters.every((filter) => passes(each, filter))),
        input,
      );
      return { ResolverRuleAssociations: items, MaxResults: mostOf(input), NextToken: next };
    },
  },
  ListFirewallRuleGroupAssociations: listing(
    async ({ route53Resolver }) => route53Resolver.listFirewallRuleGroupAssociations(),
    ["VpcId", "FirewallRuleGroupId", "Priority", "Status"],
  ),
};

function listing(list: (region: Region) => Promise<readonly object[]>, by: readonly string[]): ServedOperation {
  return {
    takes: [...by, "MaxResults", "NextToken"],
    perform: async (region, input) => {
      const all = (await list(region)).filter((each) =>
        by.every((name) => input[name] === undefined || (each as Named)[name] === input[name]),
      );
      const { items, next } = paged(all, input);
      return { FirewallRuleGroupAssociations: items, NextToken: next };
    },
  };
}

function passes(
  association: object,
  { Name: name, Values: values }: { Name: string; Values: readonly string[] },
): boolean {
  if (!["VPCId", "ResolverRuleId", "Name", "Status"].includes(name)) {
    throw new ApiError("InvalidParameterException", `The filter ${name} is not valid.`);
  }
  return values.includes(String((association as Named)[name]));
}

function mostOf({ MaxResults: maxResults = ITEMS_OF_A_PAGE.most }: Named): number {
  return requireRange(Number(maxResults), ITEMS_OF_A_PAGE, "InvalidParameterException");
}

function paged<T extends object>(all: readonly T[], input: Named): { readonly items: readonly T[]; next?: string } {
  const { items, next } = markedPage(all, (each) => String((each as Named).Id), {
    marker: opened(
      input.NextToken as string | undefined,
      () => new ApiError("InvalidNextTokenException", "Invalid token."),
    ),
    most: mostOf(input),
  });
  return { items, next: sealed(next) };
}
