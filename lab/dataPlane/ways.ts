import { parseCidr } from "../cloud/ec2/cidr";
import { publicIpOf } from "../cloud/ec2/natGateways";
import type { Ec2Network } from "../cloud/ec2/network";
import { blockModeOf } from "../cloud/ec2/publicAccess";
import { type PrefixList, prefixListOfService } from "../cloud/ec2/kinds/prefixList";
import type { Route, RouteTable } from "../cloud/ec2/kinds/routeTable";
import type { SecurityGroupRule } from "../cloud/ec2/kinds/securityGroup";

/** Where the packets of a subnet go that are addressed to DynamoDB. `none`: nowhere, and nobody says so. */
export type Way =
  | { readonly kind: "endpoint"; readonly vpcEndpointId: string }
  /** Within the VPC: what is addressed to it meets no gateway endpoint, switched or not. */
  | { readonly kind: "interfaceEndpoint"; readonly vpcEndpointId: string; readonly subnetId: string }
  | { readonly kind: "natGateway"; readonly natGatewayId: string; readonly publicIp: string }
  | { readonly kind: "internetGateway"; readonly internetGatewayId: string }
  | { readonly kind: "none" };

export const NOWHERE: Way = { kind: "none" };

export function sameWay(one: Way, other: Way): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function dynamoDbService(region: string): string {
  return `com.amazonaws.${region}.dynamodb`;
}

/** DynamoDB's public addresses in a Region. */
function serviceList(region: string): PrefixList | undefined {
  return prefixListOfService(region, dynamoDbService(region));
}

/** The address to which DynamoDB's name resolves for everybody: always the same one, in the first of its ranges. */
export function serviceAddress(region: string): number {
  return (parseCidr(serviceList(region)?.cidrs[0] ?? "")?.first ?? 0) + 10;
}

/** The number of an address, if it is one of IPv4. */
export function numberOf(address: string): number | undefined {
  return parseCidr(`${address}/32`)?.first;
}

/** The length of the longest of the ranges that holds the address, or undefined where none does. */
function longestPrefix(address: number, cidrs: readonly string[]): number | undefined {
  const fitting = cidrs.flatMap((cidr) => {
    const range = parseCidr(cidr);
    return range !== undefined && range.first <= address && address <= range.last ? [range.prefixLength] : [];
  });
  return fitting.length === 0 ? undefined : Math.max(...fitting);
}

/** Whether an address is in DynamoDB's prefix list. */
export function isServiceAddress(region: string, address: number): boolean {
  return longestPrefix(address, serviceList(region)?.cidrs ?? []) !== undefined;
}

/** The subnet's own route table, or else the main one of its VPC. */
export function routeTableOfSubnet(network: Ec2Network, subnetId: string): RouteTable | undefined {
  const tables = network.routeTables.all();
  const own = tables.find((table) => table.associations.some((association) => association.subnetId === subnetId));
  if (own !== undefined) return own;
  const vpcId = network.subnets.get(subnetId)?.vpcId;
  return tables.find((table) => table.vpcId === vpcId && table.associations.some(({ main }) => main));
}

/**
 * The way from a subnet to an address of DynamoDB by the routes as they are now: the longest prefix wins, and a static
 * route wins over an endpoint's of the same length.
 * https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function wayOf(network: Ec2Network, subnetId: string, address: number, passed: readonly string[] = []): Way {
  const routes = routeTableOfSubnet(network, subnetId)?.routes ?? [];
  const fitting = routes
    .map((route) => ({ route, length: fit(network.region, route, address) }))
    .filter(({ length }) => length >= 0)
    .sort((one, other) => other.length - one.length);
  const route = fitting[0]?.route;
  if (route === undefined || route.state === "blackhole") return NOWHERE;
  return through(network, { route, subnetId, address, passed });
}

/** How well a route fits an address: the length of its prefix, and a half more for a static one; -1: not at all. */
function fit(region: string, { destinationCidrBlock, destinationPrefixListId }: Route, address: number): number {
  if (destinationCidrBlock !== undefined) return (longestPrefix(address, [destinationCidrBlock]) ?? -1.5) + 0.5;
  const list = serviceList(region);
  if (list === undefined || list.prefixListId !== destinationPrefixListId) return -1;
  return longestPrefix(address, list.cidrs) ?? -1;
}

interface Hop {
  readonly route: Route;
  readonly subnetId: string;
  readonly address: number;
  /** The appliances that are behind it. */
  readonly passed: readonly string[];
}

function through(network: Ec2Network, hop: Hop): Way {
  const { gatewayId, natGatewayId } = hop.route;
  const { subnetId } = hop;
  if (gatewayId === "local") return atInterface(network, hop);
  if (gatewayId?.startsWith("vpce-")) {
    if (network.endpoints.get(gatewayId)?.vpcEndpointType === "Gateway") {
      return { kind: "endpoint", vpcEndpointId: gatewayId };
    }
    return beyondAppliance(network, gatewayId, hop);
  }
  const { vpcId = "", availabilityZone = "" } = network.subnets.get(subnetId) ?? {};
  if (gatewayId?.startsWith("igw-")) {
    const isBlocked = blockModeOf(network, { vpcId, subnetId }) !== "off";
    return isBlocked ? NOWHERE : { kind: "internetGateway", internetGatewayId: gatewayId };
  }
  const gateway = network.natGateways.get(natGatewayId ?? "");
  const publicIp = gateway && publicIpOf(gateway, availabilityZone);
  if (gateway === undefined || publicIp === undefined || gateway.state !== "available") return NOWHERE;
  // Our assumption: what counts is the subnet of the NAT gateway, whose packets meet the internet gateway.
  const isBlocked = blockModeOf(network, { vpcId, subnetId: gateway.subnetId }) === "block-bidirectional";
  return isBlocked ? NOWHERE : { kind: "natGateway", natGatewayId: gateway.natGatewayId, publicIp };
}

/** What an appliance behind an endpoint lets through goes on by the table of the endpoint's subnet. */
function beyondAppliance(network: Ec2Network, vpcEndpointId: string, { address, passed }: Hop): Way {
  const [subnetId] = network.endpoints.get(vpcEndpointId)?.subnetIds ?? [];
  if (subnetId === undefined || passed.includes(vpcEndpointId)) return NOWHERE;
  return wayOf(network, subnetId, address, [...passed, vpcEndpointId]);
}

/** Of what is in the VPC only an interface endpoint answers for DynamoDB. */
function atInterface(network: Ec2Network, { subnetId, address }: Hop): Way {
  const vpcId = network.subnets.get(subnetId)?.vpcId;
  for (const { vpcEndpointId, state, serviceName, networkInterfaceIds } of network.endpoints.all()) {
    if (serviceName !== dynamoDbService(network.region) || state !== "available") continue;
    const there = networkInterfaceIds
      .flatMap((id) => network.networkInterfaces.get(id) ?? [])
      .find((each) => each.vpcId === vpcId && numberOf(each.privateIpAddress) === address);
    if (there !== undefined) return { kind: "interfaceEndpoint", vpcEndpointId, subnetId: there.subnetId };
  }
  return NOWHERE;
}

/** Whether one of the groups lets TCP out to port 443 of an address, for which the lab's port stands. */
export function egressAllowed(network: Ec2Network, securityGroupIds: readonly string[], address: number): boolean {
  const list = serviceList(network.region);
  return passingRules(network, securityGroupIds, true).some(({ prefixListId, cidrIpv4, referencedGroupId }) => {
    if (prefixListId !== undefined)
      return prefixListId === list?.prefixListId && isServiceAddress(network.region, address);
    if (referencedGroupId !== undefined) return groupsAt(network, address).includes(referencedGroupId);
    return cidrIpv4 !== undefined && longestPrefix(address, [cidrIpv4]) !== undefined;
  });
}

/** Whether the groups of an interface endpoint let a client in. */
export function ingressAllowed(
  network: Ec2Network,
  vpcEndpointId: string,
  client: { readonly address: number; readonly securityGroupIds: readonly string[] },
): boolean {
  const groupIds = network.endpoints.get(vpcEndpointId)?.groupIds ?? [];
  return passingRules(network, groupIds, false).some(({ cidrIpv4, referencedGroupId = "" }) =>
    cidrIpv4 === undefined
      ? client.securityGroupIds.includes(referencedGroupId)
      : longestPrefix(client.address, [cidrIpv4]) !== undefined,
  );
}

/** Rules that let TCP to port 443 pass, in one direction. */
function passingRules(
  network: Ec2Network,
  groupIds: readonly string[],
  isEgress: boolean,
): readonly SecurityGroupRule[] {
  return network.securityGroupRules.all().filter((rule) => {
    if (rule.isEgress !== isEgress || !groupIds.includes(rule.groupId)) return false;
    const { ipProtocol, fromPort = 0, toPort = 65_535 } = rule;
    return ipProtocol === "-1" || (["tcp", "6"].includes(ipProtocol) && fromPort <= 443 && 443 <= toPort);
  });
}

function groupsAt({ networkInterfaces }: Ec2Network, address: number): readonly string[] {
  return networkInterfaces
    .all()
    .filter(({ privateIpAddress }) => numberOf(privateIpAddress) === address)
    .flatMap(({ groupIds }) => groupIds);
}
