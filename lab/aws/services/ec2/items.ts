import type * as ec2 from "@aws-sdk/client-ec2";
import type { Described } from "../../../cloud/ec2/describe";
import type { DescribedSecurityGroup } from "../../../cloud/ec2/descriptions";
import type { AvailabilityZone } from "../../../cloud/ec2/kinds/availabilityZone";
import type { DescribedAddress, InternetGateway, NatGateway } from "../../../cloud/ec2/kinds/gateway";
import type { NetworkInterface } from "../../../cloud/ec2/kinds/networkInterface";
import type { PrefixList, ServiceDetail } from "../../../cloud/ec2/kinds/prefixList";
import type { RouteTable } from "../../../cloud/ec2/kinds/routeTable";
import type { SecurityGroupRule } from "../../../cloud/ec2/kinds/securityGroup";
import type { Subnet } from "../../../cloud/ec2/kinds/subnet";
import type { Vpc } from "../../../cloud/ec2/kinds/vpc";
import type { VpcEndpoint } from "../../../cloud/ec2/kinds/vpcEndpoint";
import { ACCOUNT_ID, regionalArn } from "../../../cloud/identifiers";
import { capitalised } from "../../operations";
import { tagList } from "../../tags";

/** The things of EC2 as its API shows them: the records of the cloud, and what follows from them. */
type Item<R, A> = (record: Described<R>, region: string) => A;

export const vpcItem: Item<Vpc, ec2.Vpc> = ({ tags, ...vpc }) => ({
  ...capitalised(vpc),
  InstanceTenancy: vpc.instanceTenancy as ec2.Tenancy,
  OwnerId: ACCOUNT_ID,
  CidrBlockAssociationSet: [
    {
      AssociationId: vpc.vpcId.replace("vpc-", "vpc-cidr-assoc-"),
      CidrBlock: vpc.cidrBlock,
      CidrBlockState: { State: "associated" },
    },
  ],
  Tags: tagList(tags),
});

export const subnetItem: Item<Subnet, ec2.Subnet> = ({ tags, ...subnet }, region) => ({
  ...capitalised(subnet),
  OwnerId: ACCOUNT_ID,
  SubnetArn: regionalArn(region, "ec2", `subnet/${subnet.subnetId}`),
  DefaultForAz: false,
  AssignIpv6AddressOnCreation: false,
  Ipv6Native: false,
  Ipv6CidrBlockAssociationSet: [],
  Tags: tagList(tags),
});

export const routeTableItem: Item<RouteTable, ec2.RouteTable> = ({ tags, routes, associations, ...table }) => ({
  ...capitalised(table),
  OwnerId: ACCOUNT_ID,
  Routes: routes.map((route) => capitalised(route)),
  Associations: associations.map((association) => ({
    ...capitalised(association),
    AssociationState: { State: "associated" },
  })),
  PropagatingVgws: [],
  Tags: tagList(tags),
});

export const internetGatewayItem: Item<InternetGateway, ec2.InternetGateway> = ({ tags, ...gateway }) => ({
  InternetGatewayId: gateway.internetGatewayId,
  // AWS says so, though the API's page knows "attached" only.
  Attachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: "available" as "attached" }],
  OwnerId: ACCOUNT_ID,
  Tags: tagList(tags),
});

export const natGatewayItem: Item<NatGateway, ec2.NatGateway> = ({ tags, ...gateway }) => ({
  NatGatewayId: gateway.natGatewayId,
  VpcId: gateway.vpcId,
  SubnetId: gateway.subnetId,
  State: gateway.state,
  ConnectivityType: gateway.connectivityType,
  NatGatewayAddresses: [
    {
      AllocationId: gateway.allocationId,
      AssociationId: gateway.associationId,
      NetworkInterfaceId: gateway.networkInterfaceId,
      PrivateIp: gateway.privateIp,
      PublicIp: gateway.publicIp,
      IsPrimary: true,
      Status: "succeeded",
    },
  ],
  Tags: tagList(tags),
});

export const addressItem: Item<DescribedAddress, ec2.Address> = ({ tags, ...address }, region) => ({
  ...capitalised(address),
  PublicIpv4Pool: "amazon",
  NetworkBorderGroup: region,
  ...(address.networkInterfaceId !== undefined && { NetworkInterfaceOwnerId: ACCOUNT_ID }),
  Tags: tagList(tags),
});

export const networkInterfaceItem: Item<NetworkInterface, ec2.NetworkInterface> = ({ tags, groupIds, ...own }) => ({
  ...capitalised(own),
  OwnerId: ACCOUNT_ID,
  Groups: groupIds.map((GroupId) => ({ GroupId })),
  TagSet: tagList(tags),
});

export const securityGroupItem: Item<DescribedSecurityGroup, ec2.SecurityGroup> = (
  { tags, rules, ...group },
  region,
) => ({
  ...capitalised(group),
  OwnerId: ACCOUNT_ID,
  SecurityGroupArn: regionalArn(region, "ec2", `security-group/${group.groupId}`),
  IpPermissions: permissions(rules.filter(({ isEgress }) => !isEgress)),
  IpPermissionsEgress: permissions(rules.filter(({ isEgress }) => isEgress)),
  Tags: tagList(tags),
});

/** One item for each protocol and range of ports, with all its peers. */
function permissions(rules: readonly SecurityGroupRule[]): ec2.IpPermission[] {
  const byPorts = new Map<string, SecurityGroupRule[]>();
  for (const rule of rules) {
    const key = [rule.ipProtocol, rule.fromPort, rule.toPort].join();
    byPorts.set(key, [...(byPorts.get(key) ?? []), rule]);
  }
  return [...byPorts.values()].map((same) => ({
    IpProtocol: same[0]?.ipProtocol,
    FromPort: same[0]?.fromPort,
    ToPort: same[0]?.toPort,
    IpRanges: peers(same, "cidrIpv4", "CidrIp"),
    Ipv6Ranges: peers(same, "cidrIpv6", "CidrIpv6"),
    PrefixListIds: peers(same, "prefixListId", "PrefixListId"),
    UserIdGroupPairs: peers(same, "referencedGroupId", "GroupId").map((pair) => ({ ...pair, UserId: ACCOUNT_ID })),
  }));
}

function peers(
  rules: readonly SecurityGroupRule[],
  field: "cidrIpv4" | "cidrIpv6" | "prefixListId" | "referencedGroupId",
  member: string,
): Record<string, string | undefined>[] {
  return rules
    .filter((rule) => rule[field] !== undefined)
    .map((rule) => ({ [member]: rule[field], Description: rule.description }));
}

export const securityGroupRuleItem: Item<SecurityGroupRule, ec2.SecurityGroupRule> = (
  { tags, referencedGroupId, ...rule },
  region,
) => ({
  ...capitalised(rule),
  FromPort: rule.fromPort ?? -1,
  ToPort: rule.toPort ?? -1,
  GroupOwnerId: ACCOUNT_ID,
  SecurityGroupRuleArn: regionalArn(region, "ec2", `security-group-rule/${rule.securityGroupRuleId}`),
  ...(referencedGroupId !== undefined && {
    ReferencedGroupInfo: { GroupId: referencedGroupId, UserId: ACCOUNT_ID },
  }),
  Tags: tagList(tags),
});

export const prefixListItem: Item<PrefixList, ec2.PrefixList> = ({ cidrs, ...list }) => ({
  ...capitalised(list),
  Cidrs: [...cidrs],
});

export const vpcEndpointItem: Item<VpcEndpoint, ec2.VpcEndpoint> = ({ tags, ...endpoint }) => ({
  ...capitalised(endpoint),
  // AWS begins it with a small letter, whatever the API's page says.
  State: endpoint.state as string as ec2.State,
  RouteTableIds: [...endpoint.routeTableIds],
  IpAddressType: endpoint.ipAddressType as ec2.IpAddressType,
  OwnerId: ACCOUNT_ID,
  PrivateDnsEnabled: false,
  SubnetIds: [],
  Groups: [],
  NetworkInterfaceIds: [],
  DnsEntries: [],
  Tags: tagList(tags),
});

export const endpointServiceItem: Item<ServiceDetail, ec2.ServiceDetail> = (service, region) => ({
  ServiceName: service.serviceName,
  ServiceId: service.serviceId,
  ServiceType: [{ ServiceType: service.serviceType }],
  ServiceRegion: region,
  BaseEndpointDnsNames: [...service.baseEndpointDnsNames],
  AvailabilityZones: [...service.availabilityZones],
  Owner: "amazon",
  VpcEndpointPolicySupported: true,
  AcceptanceRequired: false,
  ManagesVpcEndpoints: false,
  Tags: [],
});

export const availabilityZoneItem: Item<AvailabilityZone, ec2.AvailabilityZone> = (zone) => ({
  ...capitalised(zone),
  NetworkBorderGroup: zone.regionName,
  Messages: [],
});
