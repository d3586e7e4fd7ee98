import { describe, type DescribeRequest, type Description, type Described, type Page } from "./describe";
import { AVAILABILITY_ZONE } from "./kinds/availabilityZone";
import { endpointServicesOf, VPC_ENDPOINT_SERVICE } from "./kinds/endpointService";
import {
  ADDRESS,
  type DescribedAddress,
  EGRESS_ONLY_INTERNET_GATEWAY,
  INTERNET_GATEWAY,
  NAT_GATEWAY,
  VPN_GATEWAY,
} from "./kinds/gateway";
import { INSTANCE } from "./kinds/instance";
import type { Kind } from "./kinds/kind";
import { type NamedGroup, NETWORK_INTERFACE } from "./kinds/networkInterface";
import { NETWORK_ACL } from "./kinds/networkAcl";
import { MANAGED_PREFIX_LIST, PREFIX_LIST, prefixListsOf } from "./kinds/prefixList";
import { REGION, regionsOf } from "./kinds/region";
import { ROUTE_TABLE } from "./kinds/routeTable";
import { SECURITY_GROUP, SECURITY_GROUP_RULE, type SecurityGroup, type SecurityGroupRule } from "./kinds/securityGroup";
import { type DescribedSubnet, SUBNET } from "./kinds/subnet";
import { TRANSIT_GATEWAY, TRANSIT_GATEWAY_ATTACHMENT, TRANSIT_GATEWAY_VPC_ATTACHMENT } from "./kinds/transitGateway";
import { type DescribedVpc, VPC } from "./kinds/vpc";
import { VPC_ENDPOINT } from "./kinds/vpcEndpoint";
import { VPC_PEERING_CONNECTION } from "./kinds/vpcPeering";
import { BLOCK_PUBLIC_ACCESS_EXCLUSION, DHCP_OPTIONS, ENCRYPTION_CONTROL, FLOW_LOG } from "./kinds/vpcSettings";
import type { Ec2Network } from "./network";
import { managedPrefixLists } from "./prefixLists";
import { blockModeOf } from "./publicAccess";
import { allZones, zonesForUse } from "./zones";

/** A group as it is described. Its rules are the `IpPermissions` and `IpPermissionsEgress` of AWS. */
export type DescribedSecurityGroup = SecurityGroup & { readonly rules: readonly SecurityGroupRule[] };

/** Every Describe action of the lab's EC2: the kind that it describes, and where its records are. */
export const DESCRIPTIONS = {
  describeAvailabilityZones: description(AVAILABILITY_ZONE, (network, { allAvailabilityZones }) =>
    allAvailabilityZones ? allZones(network) : zonesForUse(network),
  ),
  describeRegions: description(REGION, ({ region }, { allRegions }) =>
    regionsOf(region).filter(({ optInStatus }) => allRegions || optInStatus !== "not-opted-in"),
  ),
  describeVpcs: description<DescribedVpc>(VPC, (network) =>
    network.vpcs.all().map((vpc) => ({
      ...vpc,
      blockMode: blockModeOf(network, vpc),
      encryptionControl: network.encryptionControls.all().find(({ vpcId }) => vpcId === vpc.vpcId),
    })),
  ),
  describeSubnets: description<DescribedSubnet>(SUBNET, (network) =>
    network.subnets.all().map((subnet) => ({ ...subnet, blockMode: blockModeOf(network, subnet) })),
  ),
  describeRouteTables: description(ROUTE_TABLE, ({ routeTables }) => routeTables.all()),
  describeInternetGateways: description(INTERNET_GATEWAY, ({ internetGateways }) => internetGateways.all()),
  describeNatGateways: description(NAT_GATEWAY, ({ natGateways }) => natGateways.all()),
  describeAddresses: description(ADDRESS, withAssociations),
  describeSecurityGroups: description<DescribedSecurityGroup>(SECURITY_GROUP, withRules),
  describeSecurityGroupRules: description(SECURITY_GROUP_RULE, ({ securityGroupRules }) => securityGroupRules.all()),
  describeNetworkInterfaces: description(NETWORK_INTERFACE, (network) =>
    withGroups(network, network.networkInterfaces.all()),
  ),
  describeInstances: description(INSTANCE, ({ instances }) => instances.all()),
  describePrefixLists: description(PREFIX_LIST, ({ region }) => prefixListsOf(region)),
  describeVpcEndpointServices: description(VPC_ENDPOINT_SERVICE, ({ region }) => endpointServicesOf(region)),
  describeNetworkAcls: description(NETWORK_ACL, ({ networkAcls }) => networkAcls.all()),
  describeManagedPrefixLists: description(MANAGED_PREFIX_LIST, managedPrefixLists),
  describeTransitGateways: description(TRANSIT_GATEWAY, ({ transitGateways }) => transitGateways.all()),
  describeTransitGatewayAttachments: description(TRANSIT_GATEWAY_ATTACHMENT, (network) =>
    network.transitGatewayAttachments.all(),
  ),
  describeTransitGatewayVpcAttachments: description(TRANSIT_GATEWAY_VPC_ATTACHMENT, (network) =>
    network.transitGatewayAttachments.all().filter(({ resourceType }) => resourceType === "vpc"),
  ),
  describeVpcPeeringConnections: description(VPC_PEERING_CONNECTION, (network) => network.peeringConnections.all()),
  describeVpnGateways: description(VPN_GATEWAY, ({ vpnGateways }) => vpnGateways.all()),
  describeEgressOnlyInternetGateways: description(EGRESS_ONLY_INTERNET_GATEWAY, (network) =>
    network.egressOnlyInternetGateways.all(),
  ),
  describeDhcpOptions: description(DHCP_OPTIONS, ({ dhcpOptions }) => dhcpOptions.all()),
  describeVpcBlockPublicAccessExclusions: description(BLOCK_PUBLIC_ACCESS_EXCLUSION, (network) =>
    network.exclusions.all(),
  ),
  describeVpcEncryptionControls: description(ENCRYPTION_CONTROL, ({ encryptionControls }) => encryptionControls.all()),
  describeFlowLogs: description(FLOW_LOG, ({ flowLogs }) => flowLogs.all()),
  describeVpcEndpoints: description(VPC_ENDPOINT, (network) => withGroups(network, network.endpoints.all())),
} as const;

type RecordOf<D> = D extends Description<infer T> ? T : never;

type DescribeOperations = {
  readonly [A in keyof typeof DESCRIPTIONS]: (
    request: DescribeRequest,
  ) => Page<Described<RecordOf<(typeof DESCRIPTIONS)[A]>>>;
};

export function describeOperations(network: Ec2Network): DescribeOperations {
  const operations = Object.entries(DESCRIPTIONS).map(([name, description]) => [
    name,
    (request: DescribeRequest) => describe(network, description as Description<object>, request),
  ]);
  return Object.fromEntries(operations) as DescribeOperations;
}

function description<T extends object>(kind: Kind<T>, recordsOf: Description<T>["recordsOf"]): Description<T> {
  return { kind, recordsOf };
}

function withRules({ securityGroups, securityGroupRules }: Ec2Network): readonly DescribedSecurityGroup[] {
  return securityGroups.all().map((group) => ({
    ...group,
    rules: securityGroupRules.all().filter(({ groupId }) => groupId === group.groupId),
  }));
}

type WithGroups<T> = T & { readonly groups: readonly NamedGroup[] };

/** What `withGroups` has answered: a record is never changed in place, and a group keeps its name. */
const WITH_GROUPS = new WeakMap<object, WithGroups<object>>();

/** The records, each with the names of its groups. Of three thousand each page of a list asks for all. */
function withGroups<T extends { readonly groupIds: readonly string[] }>(
  { securityGroups }: Ec2Network,
  records: readonly T[],
): readonly WithGroups<T>[] {
  const named = (groupId: string): NamedGroup => ({ groupId, groupName: securityGroups.get(groupId)?.groupName ?? "" });
  return records.map((record) => {
    const answered = WITH_GROUPS.get(record) ?? { ...record, groups: record.groupIds.map(named) };
    WITH_GROUPS.set(record, answered);
    return answered as WithGroups<T>;
  });
}

function withAssociations({ addresses, networkInterfaces }: Ec2Network): readonly DescribedAddress[] {
  const byAllocation = new Map(networkInterfaces.all().map((each) => [each.association?.allocationId, each]));
  return addresses.all().map((address) => {
    const { networkInterfaceId, privateIpAddress, association } = byAllocation.get(address.allocationId) ?? {};
    if (networkInterfaceId === undefined) return address;
    return { ...address, associationId: association?.associationId, networkInterfaceId, privateIpAddress };
  });
}
