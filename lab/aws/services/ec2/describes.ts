import type { Region } from "../../../cloud/cloud";
import { type DescribeRequest, type Page, requestFrom } from "../../../cloud/ec2/describe";
import { DESCRIPTIONS } from "../../../cloud/ec2/descriptions";
import { idsParameter } from "../../../cloud/ec2/kinds/kind";
import type { ServedOperation, ServedOperations } from "../../operations";
import type { Members } from "../../protocols/protocol";
import * as items from "./items";

type Action = keyof typeof DESCRIPTIONS;

type RecordOf<A extends Action> = Awaited<ReturnType<Region["ec2"][A]>>[number];

/** The operations that describe one kind of things, from the cloud's own tables of kinds. */
export const DESCRIBES: ServedOperations = {
  DescribeAvailabilityZones: describing("describeAvailabilityZones", "AvailabilityZones", items.availabilityZoneItem),
  DescribeVpcs: describing("describeVpcs", "Vpcs", items.vpcItem),
  DescribeSubnets: describing("describeSubnets", "Subnets", items.subnetItem),
  DescribeRouteTables: describing("describeRouteTables", "RouteTables", items.routeTableItem),
  DescribeInternetGateways: describing("describeInternetGateways", "InternetGateways", items.internetGatewayItem),
  DescribeNatGateways: describing("describeNatGateways", "NatGateways", items.natGatewayItem, "Filter"),
  DescribeAddresses: describing("describeAddresses", "Addresses", items.addressItem),
  DescribeSecurityGroups: describing("describeSecurityGroups", "SecurityGroups", items.securityGroupItem),
  DescribeSecurityGroupRules: describing(
    "describeSecurityGroupRules",
    "SecurityGroupRules",
    items.securityGroupRuleItem,
  ),
  DescribeNetworkInterfaces: describing("describeNetworkInterfaces", "NetworkInterfaces", items.networkInterfaceItem),
  DescribePrefixLists: describing("describePrefixLists", "PrefixLists", items.prefixListItem),
  DescribeVpcEndpoints: describing("describeVpcEndpoints", "VpcEndpoints", items.vpcEndpointItem),
  DescribeVpcEndpointServices: describing(
    "describeVpcEndpointServices",
    "ServiceDetails",
    items.endpointServiceItem,
    "Filters",
    (services) => ({ ServiceNames: services.map(({ serviceName }) => serviceName) }),
  ),
};

function describing<A extends Action>(
  action: A,
  answer: string,
  itemOf: (record: RecordOf<A>, region: string) => object,
  filters: "Filter" | "Filters" = "Filters",
  beside: (records: readonly RecordOf<A>[]) => Members = () => ({}),
): ServedOperation {
  const { kind } = DESCRIPTIONS[action];
  const ids = `${idsParameter(kind.id)}s`;
  return {
    takes: [ids, filters, ...(kind.pages === undefined ? [] : ["MaxResults", "NextToken"])],
    perform: async (region, input) => {
      const { [ids]: given, [filters]: named, MaxResults: maxResults, NextToken: nextToken } = input;
      const request = requestFrom({ ids: given, filters: named, maxResults, nextToken });
      const describe = region.ec2[action] as (request: DescribeRequest) => Promise<Page<RecordOf<A>>>;
      const page = await describe(request);
      return {
        [answer]: page.map((record) => itemOf(record, region.name)),
        ...beside(page),
        NextToken: page.nextToken,
      };
    },
  };
}
