import { ApiError } from "../../../cloud/apiError";
import type { Region } from "../../../cloud/cloud";
import { type DescribeRequest, type Page, requestFrom } from "../../../cloud/ec2/describe";
import { DESCRIPTIONS } from "../../../cloud/ec2/descriptions";
import { idsParameter, type Kind } from "../../../cloud/ec2/kinds/kind";
import { ACCOUNT_ID } from "../../../cloud/identifiers";
import { decapitalised, type ServedOperation, type ServedOperations } from "../../operations";
import type { Members } from "../../protocols/protocol";
import * as gateways from "./gatewayItems";
import * as items from "./items";
import * as settings from "./settingItems";

type Action = keyof typeof DESCRIPTIONS;

type RecordOf<A extends Action> = Awaited<ReturnType<Region["ec2"][A]>>[number];

/** The operations that describe one kind of things, from the cloud's own tables of kinds. */
export const DESCRIBES: ServedOperations = {
  DescribeAvailabilityZones: describing("describeAvailabilityZones", "AvailabilityZones", items.availabilityZoneItem),
  DescribeRegions: describing("describeRegions", "Regions", items.regionItem),
  DescribeVpcs: describing("describeVpcs", "Vpcs", items.vpcItem),
  DescribeSubnets: describing("describeSubnets", "Subnets", items.subnetItem),
  DescribeRouteTables: describing("describeRouteTables", "RouteTables", items.routeTableItem),
  DescribeInternetGateways: describing("describeInternetGateways", "InternetGateways", gateways.internetGatewayItem),
  DescribeNatGateways: describing("describeNatGateways", "NatGateways", gateways.natGatewayItem, "Filter"),
  DescribeAddresses: describing("describeAddresses", "Addresses", items.addressItem),
  DescribeSecurityGroups: describing("describeSecurityGroups", "SecurityGroups", items.securityGroupItem),
  DescribeSecurityGroupRules: describing(
    "describeSecurityGroupRules",
    "SecurityGroupRules",
    items.securityGroupRuleItem,
  ),
  DescribeNetworkInterfaces: describing("describeNetworkInterfaces", "NetworkInterfaces", items.networkInterfaceItem),
  DescribeInstances: describing("describeInstances", "Instances", items.instanceItem, "Filters", reservations),
  DescribeNetworkAcls: describing("describeNetworkAcls", "NetworkAcls", settings.networkAclItem),
  DescribeManagedPrefixLists: describing("describeManagedPrefixLists", "PrefixLists", settings.managedPrefixListItem),
  DescribeTransitGateways: describing("describeTransitGateways", "TransitGateways", gateways.transitGatewayItem),
  DescribeTransitGatewayAttachments: describing(
    "describeTransitGatewayAttachments",
    "TransitGatewayAttachments",
    gateways.attachmentItem,
  ),
  DescribeTransitGatewayVpcAttachments: describing(
    "describeTransitGatewayVpcAttachments",
    "TransitGatewayVpcAttachments",
    gateways.vpcAttachmentItem,
  ),
  DescribeVpcPeeringConnections: describing(
    "describeVpcPeeringConnections",
    "VpcPeeringConnections",
    gateways.peeringItem,
  ),
  DescribeVpnGateways: describing("describeVpnGateways", "VpnGateways", gateways.vpnGatewayItem),
  DescribeEgressOnlyInternetGateways: describing(
    "describeEgressOnlyInternetGateways",
    "EgressOnlyInternetGateways",
    gateways.egressOnlyItem,
  ),
  DescribeDhcpOptions: describing("describeDhcpOptions", "DhcpOptions", settings.dhcpOptionsItem),
  DescribeVpcBlockPublicAccessExclusions: describing(
    "describeVpcBlockPublicAccessExclusions",
    "VpcBlockPublicAccessExclusions",
    settings.exclusionItem,
  ),
  DescribeVpcEncryptionControls: describing(
    "describeVpcEncryptionControls",
    "VpcEncryptionControls",
    settings.encryptionControlItem,
  ),
  DescribeFlowLogs: describing("describeFlowLogs", "FlowLogs", settings.flowLogItem, "Filter"),
  DescribePrefixLists: describing("describePrefixLists", "PrefixLists", items.prefixListItem),
  DescribeVpcEndpoints: describing("describeVpcEndpoints", "VpcEndpoints", items.vpcEndpointItem),
  DescribeVpcEndpointServices: describing(
    "describeVpcEndpointServices",
    "ServiceDetails",
    items.endpointServiceItem,
    "Filters",
    (services) => ({ ServiceNames: [...new Set(services.map(({ serviceName }) => serviceName))] }),
  ),
};

function describing<A extends Action>(
  action: A,
  answer: string,
  itemOf: (record: RecordOf<A>, region: string) => object,
  filters: "Filter" | "Filters" = "Filters",
  beside: (records: readonly RecordOf<A>[], region: string) => Members = () => ({}),
): ServedOperation {
  const kind: Omit<Kind<object>, "id"> & { readonly id: string } = DESCRIPTIONS[action].kind as never;
  const ids = `${idsParameter(kind.id)}s`;
  const flags = (kind.flags ?? []).map(idsParameter);
  const otherIds = Object.entries(kind.otherIds ?? {});
  const pages = kind.pages === undefined ? [] : ["MaxResults", "NextToken"];
  const made = new WeakMap<object, object>();
  /** As before where the cloud answers with the same: it changes nothing in place. */
  const item = (record: RecordOf<A>, region: string): object => {
    const answered = made.get(record) ?? itemOf(record, region);
    made.set(record, answered);
    return answered;
  };
  return {
    takes: [ids, filters, ...pages, ...flags, ...otherIds.map(([parameter]) => parameter)],
    perform: async (region, input) => {
      const { [ids]: given, [filters]: named, MaxResults: maxResults, NextToken: nextToken } = input;
      const request = {
        ...requestFrom({ ids: given, filters: named, maxResults, nextToken }),
        ...decapitalised(Object.fromEntries(flags.flatMap((flag) => (flag in input ? [[flag, input[flag]]] : [])))),
      };
      const asked = otherIds.filter(([parameter]) => parameter in input);
      const filtersOfIds = asked.map(
        ([parameter, { filter }]) => [filter, input[parameter] as readonly string[]] as const,
      );
      const describe = region.ec2[action] as (request: DescribeRequest) => Promise<Page<RecordOf<A>>>;
      const page = await describe({
        ...request,
        ...(asked.length > 0 && {
          filters: { ...request.filters, ...Object.fromEntries<readonly string[]>(filtersOfIds) },
        }),
      });
      for (const [parameter, { notFound }] of asked) requireAll(kind.what, notFound, page, input[parameter]);
      return {
        [answer]: page.map((record) => item(record, region.name)),
        ...beside(page, region.name),
        NextToken: page.nextToken,
      };
    },
  };
}

/** Whoever asks by an id is told where it is none. */
function requireAll(what: string, code: string, page: readonly object[], asked: unknown): void {
  for (const id of asked as readonly string[]) {
    if (page.some((record) => Object.values(record).includes(id))) continue;
    throw new ApiError(code, `The ${what} '${id}' does not exist`);
  }
}

/** Instances come by the request that has made them. */
function reservations(instances: readonly RecordOf<"describeInstances">[], region: string): Members {
  const ids = [...new Set(instances.map(({ reservationId }) => reservationId))];
  return {
    Reservations: ids.map((id) => {
      const ofRequest = instances.filter(({ reservationId }) => reservationId === id);
      return {
        ReservationId: id,
        OwnerId: ACCOUNT_ID,
        Groups: [],
        Instances: ofRequest.map((instance) => items.instanceItem(instance, region)),
      };
    }),
  };
}
