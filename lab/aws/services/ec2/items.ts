import type * as ec2 from "@aws-sdk/client-ec2";
import type { DescribedSecurityGroup } from "../../../cloud/ec2/descriptions";
import type { AvailabilityZone } from "../../../cloud/ec2/kinds/availabilityZone";
import type { ServiceDetail } from "../../../cloud/ec2/kinds/endpointService";
import type { DescribedAddress } from "../../../cloud/ec2/kinds/gateway";
import { type Instance, instanceStateCode } from "../../../cloud/ec2/kinds/instance";
import type { DescribedNetworkInterface } from "../../../cloud/ec2/kinds/networkInterface";
import { ownerOf } from "../../../cloud/ec2/kinds/owner";
import type { PrefixList } from "../../../cloud/ec2/kinds/prefixList";
import type { DescribedRegion } from "../../../cloud/ec2/kinds/region";
import type { RouteTable } from "../../../cloud/ec2/kinds/routeTable";
import type { SecurityGroupRule } from "../../../cloud/ec2/kinds/securityGroup";
import type { DescribedSubnet } from "../../../cloud/ec2/kinds/subnet";
import { type DescribedVpc, firstAssociationId } from "../../../cloud/ec2/kinds/vpc";
import type { DescribedVpcEndpoint } from "../../../cloud/ec2/kinds/vpcEndpoint";
import { ACCOUNT_ID, regionalArn } from "../../../cloud/identifiers";
import { capitalised } from "../../operations";
import { tagList } from "../../tags";
import { type Item, time } from "./item";
import { encryptionControlItem } from "./settingItems";

export const vpcItem: Item<DescribedVpc, ec2.Vpc> = ({ tags, encryptionControl, ...vpc }, region) => ({
  ...capitalised(vpc),
  InstanceTenancy: vpc.instanceTenancy as ec2.Tenancy,
  OwnerId: ownerOf(vpc),
  CidrBlockAssociationSet: [
    { associationId: firstAssociationId(vpc.vpcId), cidrBlock: vpc.cidrBlock },
    ...(vpc.moreCidrBlocks ?? []),
  ].map((range) => ({ ...capitalised(range), CidrBlockState: { State: "associated" } })),
  Ipv6CidrBlockAssociationSet: (vpc.ipv6CidrBlocks ?? []).map((range) => ipv6Association(range, region)),
  BlockPublicAccessStates: { InternetGatewayBlockMode: vpc.blockMode },
  EncryptionControl: encryptionControl && encryptionControlItem({ ...encryptionControl, tags: {} }, region),
  Tags: tagList(tags),
});

export function ipv6Association(
  range: NonNullable<DescribedVpc["ipv6CidrBlocks"]>[number],
  region: string,
): ec2.VpcIpv6CidrBlockAssociation {
  const common = { Ipv6Pool: "Amazon", NetworkBorderGroup: region, IpSource: "amazon" as const };
  return { ...capitalised(range), Ipv6CidrBlockState: { State: "associated" }, ...common };
}

export const subnetItem: Item<DescribedSubnet, ec2.Subnet> = ({ tags, ...subnet }, region) => ({
  ...capitalised(subnet),
  OwnerId: ownerOf(subnet),
  SubnetArn: regionalArn(region, "ec2", `subnet/${subnet.subnetId}`),
  DefaultForAz: false,
  AssignIpv6AddressOnCreation: subnet.assignIpv6AddressOnCreation ?? false,
  EnableDns64: subnet.enableDns64 ?? false,
  Ipv6Native: subnet.ipv6Native ?? false,
  Ipv6CidrBlockAssociationSet: (subnet.ipv6CidrBlocks ?? []).map((range) => ({
    ...capitalised(range),
    Ipv6CidrBlockState: { State: "associated" },
  })),
  BlockPublicAccessStates: { InternetGatewayBlockMode: subnet.blockMode },
  Tags: tagList(tags),
});

export const routeTableItem: Item<RouteTable, ec2.RouteTable> = ({
  tags,
  routes,
  associations,
  propagatingVgws = [],
  ...table
}) => ({
  ...capitalised(table),
  OwnerId: ownerOf(table),
  Routes: routes.map((route) => capitalised(route)),
  Associations: associations.map((association) => ({
    ...capitalised(association),
    AssociationState: { State: "associated" },
  })),
  PropagatingVgws: propagatingVgws.map((GatewayId) => ({ GatewayId })),
  Tags: tagList(tags),
});

export const addressItem: Item<DescribedAddress, ec2.Address> = ({ tags, ...address }, region) => ({
  ...capitalised(address),
  PublicIpv4Pool: "amazon",
  NetworkBorderGroup: region,
  ...(address.networkInterfaceId !== undefined && { NetworkInterfaceOwnerId: ACCOUNT_ID }),
  Tags: tagList(tags),
});

export const networkInterfaceItem: Item<DescribedNetworkInterface, ec2.NetworkInterface> = ({
  tags,
  association: associated,
  attachment,
  ...own
}) => {
  const { privateIpAddress, privateDnsName } = own;
  const association = associated && capitalised(associated);
  return {
    ...capitalised(own),
    InterfaceType: own.interfaceType as ec2.NetworkInterfaceType,
    OwnerId: ownerOf(own),
    Groups: own.groups.map((group) => capitalised(group)),
    PrivateIpAddresses: [
      {
        Primary: true,
        PrivateIpAddress: privateIpAddress,
        PrivateDnsName: privateDnsName,
        ...(association && { Association: association }),
      },
    ],
    Ipv6Addresses: (own.ipv6Addresses ?? []).map((Ipv6Address) => ({ Ipv6Address })),
    ...(association && { Association: association }),
    ...(attachment && { Attachment: { ...capitalised(attachment), AttachTime: time(attachment.attachTime) } }),
    ConnectionTrackingConfiguration: own.connectionTrackingConfiguration
      ? capitalised(own.connectionTrackingConfiguration)
      : undefined,
    TagSet: tagList(tags),
  };
};

export const instanceItem: Item<Instance, ec2.Instance> = ({ tags, state, groupIds, ...instance }) => ({
  ...capitalised(instance),
  InstanceType: instance.instanceType as ec2._InstanceType,
  State: { Name: state, Code: instanceStateCode({ state }) },
  LaunchTime: time(instance.launchTime),
  Placement: { AvailabilityZone: instance.availabilityZone, Tenancy: "default" },
  SecurityGroups: groupIds.map((GroupId) => ({ GroupId })),
  IamInstanceProfile: instance.iamInstanceProfile && capitalised(instance.iamInstanceProfile),
  NetworkInterfaces:
    instance.networkInterfaceId === undefined
      ? []
      : [
          {
            NetworkInterfaceId: instance.networkInterfaceId,
            OwnerId: ownerOf(instance),
            SubnetId: instance.subnetId,
            VpcId: instance.vpcId,
            PrivateIpAddress: instance.privateIpAddress,
            Status: "in-use",
            InterfaceType: "interface",
            SourceDestCheck: instance.sourceDestCheck,
            Groups: groupIds.map((GroupId) => ({ GroupId })),
          },
        ],
  Tags: tagList(tags),
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

export const vpcEndpointItem: Item<DescribedVpcEndpoint, ec2.VpcEndpoint> = ({ tags, lastError, ...endpoint }) => ({
  ...capitalised(endpoint),
  State: endpoint.state as string as ec2.State,
  RouteTableIds: [...endpoint.routeTableIds],
  IpAddressType: endpoint.ipAddressType as ec2.IpAddressType,
  OwnerId: ownerOf(endpoint),
  CreationTimestamp: time(endpoint.creationTimestamp),
  SubnetIds: [...endpoint.subnetIds],
  Groups: endpoint.groups.map((group) => capitalised(group)),
  NetworkInterfaceIds: [...endpoint.networkInterfaceIds],
  DnsEntries: endpoint.dnsEntries.map((entry) => capitalised(entry)),
  LastError: lastError && capitalised(lastError),
  Tags: tagList(tags),
});

export const endpointServiceItem: Item<ServiceDetail, ec2.ServiceDetail> = (service, region) => ({
  ServiceName: service.serviceName,
  ServiceId: service.serviceId,
  ServiceType: [{ ServiceType: service.serviceType }],
  ServiceRegion: region,
  BaseEndpointDnsNames: [...service.baseEndpointDnsNames],
  AvailabilityZones: [...service.availabilityZones],
  Owner: service.owner,
  VpcEndpointPolicySupported: true,
  AcceptanceRequired: service.acceptanceRequired,
  PrivateDnsName: service.privateDnsName,
  SupportedIpAddressTypes: [...service.supportedIpAddressTypes],
  ManagesVpcEndpoints: false,
  Tags: [],
});

export const availabilityZoneItem: Item<AvailabilityZone, ec2.AvailabilityZone> = (zone) => ({
  ...capitalised(zone),
  Messages: [],
});

export const regionItem: Item<DescribedRegion, ec2.Region> = (region) => capitalised(region);
