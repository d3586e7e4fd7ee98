import { describe, type DescribeRequest, type Description, type Described, type Page } from "./describe";
import { AVAILABILITY_ZONE, availabilityZonesOf } from "./kinds/availabilityZone";
import { ADDRESS, type DescribedAddress, INTERNET_GATEWAY, NAT_GATEWAY } from "./kinds/gateway";
import type { Kind } from "./kinds/kind";
import { NETWORK_INTERFACE } from "./kinds/networkInterface";
import { PREFIX_LIST, prefixListsOf, VPC_ENDPOINT_SERVICE, vpcEndpointServicesOf } from "./kinds/prefixList";
import { ROUTE_TABLE } from "./kinds/routeTable";
import { SECURITY_GROUP, SECURITY_GROUP_RULE, type SecurityGroup, type SecurityGroupRule } from "./kinds/securityGroup";
import { SUBNET } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import { VPC_ENDPOINT } from "./kinds/vpcEndpoint";
import type { Ec2Network } from "./network";

/** A group as it is described. Its rules are the `IpPermissions` and `IpPermissionsEgress` of AWS. */
export type DescribedSecurityGroup = SecurityGroup & { readonly rules: readonly SecurityGroupRule[] };

/** Every Describe action of the lab's EC2: the kind that it describes, and where its records are. */
export const DESCRIPTIONS = {
  describeAvailabilityZones: description(AVAILABILITY_ZONE, ({ region }) => availabilityZonesOf(region)),
  describeVpcs: description(VPC, ({ vpcs }) => vpcs.all()),
  describeSubnets: description(SUBNET, ({ subnets }) => subnets.all()),
  describeRouteTables: description(ROUTE_TABLE, ({ routeTables }) => routeTables.all()),
  describeInternetGateways: description(INTERNET_GATEWAY, ({ internetGateways }) => internetGateways.all()),
  describeNatGateways: description(NAT_GATEWAY, ({ natGateways }) => natGateways.all()),
  describeAddresses: description(ADDRESS, withAssociations),
  describeSecurityGroups: description<DescribedSecurityGroup>(SECURITY_GROUP, withRules),
  describeSecurityGroupRules: description(SECURITY_GROUP_RULE, ({ securityGroupRules }) => securityGroupRules.all()),
  describeNetworkInterfaces: description(NETWORK_INTERFACE, ({ networkInterfaces }) => networkInterfaces.all()),
  describePrefixLists: description(PREFIX_LIST, ({ region }) => prefixListsOf(region)),
  describeVpcEndpointServices: description(VPC_ENDPOINT_SERVICE, ({ region }) => vpcEndpointServicesOf(region)),
  describeVpcEndpoints: description(VPC_ENDPOINT, ({ endpoints }) => endpoints.all()),
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

/** Here only NAT gateways have addresses. */
function withAssociations({ addresses, natGateways }: Ec2Network): readonly DescribedAddress[] {
  return addresses.all().map((address) => {
    const nat = natGateways.all().find(({ allocationId }) => allocationId === address.allocationId);
    if (nat === undefined) return address;
    const { associationId, networkInterfaceId, privateIp: privateIpAddress } = nat;
    return { ...address, associationId, networkInterfaceId, privateIpAddress };
  });
}
