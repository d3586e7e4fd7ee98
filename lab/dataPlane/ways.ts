import { parseCidr } from "../cloud/ec2/cidr";
import { publicIpOf } from "../cloud/ec2/natGateways";
import type { Ec2Network } from "../cloud/ec2/network";
import { blockModeOf } from "../cloud/ec2/publicAccess";
import { type PrefixList, prefixListOfService } from "../cloud/ec2/kinds/prefixList";
import type { Route, RouteTable } from "../cloud/ec2/kinds/routeTable";

/** Where the packets of a subnet go that are addressed to DynamoDB. `none`: nowhere, and nobody says so. */
export type Way =
  | { readonly kind: "endpoint"; readonly vpcEndpointId: string }
  | { readonly kind: "natGateway"; readonly natGatewayId: string; readonly publicIp: string }
  | { readonly kind: "internetGateway"; readonly internetGatewayId: string }
  | { readonly kind: "none" };

export const NOWHERE: Way = { kind: "none" };

export function sameWay(one: Way, other: Way): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** DynamoDB's public addresses in a Region. */
function serviceList(region: string): PrefixList | undefined {
  return prefixListOfService(region, `com.amazonaws.${region}.dynamodb`);
}

/** The address to which DynamoDB's name resolves: always the same one, in the first of its ranges. */
export function serviceAddress(region: string): number {
  return (parseCidr(serviceList(region)?.cidrs[0] ?? "")?.first ?? 0) + 10;
}

/** Whether an address is one of DynamoDB's own. */
export function isServiceAddress(region: string, address: string): boolean {
  const { first } = parseCidr(`${address}/32`) ?? {};
  const ranges = (serviceList(region)?.cidrs ?? []).map((cidr) => parseCidr(cidr));
  return first !== undefined && ranges.some((range) => range && range.first <= first && first <= range.last);
}

/** The length of the prefix by which the range holds DynamoDB's address, or undefined. */
function prefixLengthFor(region: string, cidr: string): number | undefined {
  const range = parseCidr(cidr);
  const address = serviceAddress(region);
  return range !== undefined && range.first <= address && address <= range.last ? range.prefixLength : undefined;
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
 * The way from a subnet to DynamoDB by the routes as they are now: the longest prefix wins, and a static route wins
 * over an endpoint's of the same length. https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
 */
export function wayOf(network: Ec2Network, subnetId: string, passed: readonly string[] = []): Way {
  const routes = routeTableOfSubnet(network, subnetId)?.routes ?? [];
  const fitting = routes
    .map((route) => ({ route, length: fit(network.region, route) }))
    .filter(({ length }) => length >= 0)
    .sort((one, other) => other.length - one.length);
  const route = fitting[0]?.route;
  return route === undefined || route.state === "blackhole" ? NOWHERE : through(network, route, subnetId, passed);
}

/**
 * How well a route fits DynamoDB's address: the length of its prefix, and a half more for a static one; -1: not at all.
 */
function fit(region: string, { destinationCidrBlock, destinationPrefixListId }: Route): number {
  if (destinationCidrBlock !== undefined) return (prefixLengthFor(region, destinationCidrBlock) ?? -1.5) + 0.5;
  const list = serviceList(region);
  if (list === undefined || list.prefixListId !== destinationPrefixListId) return -1;
  return Math.max(...list.cidrs.map((cidr) => prefixLengthFor(region, cidr) ?? -1));
}

function through(
  network: Ec2Network,
  { gatewayId, natGatewayId }: Route,
  subnetId: string,
  passed: readonly string[],
): Way {
  if (gatewayId?.startsWith("vpce-")) {
    if (network.endpoints.get(gatewayId)?.vpcEndpointType === "Gateway") {
      return { kind: "endpoint", vpcEndpointId: gatewayId };
    }
    return beyondAppliance(network, gatewayId, passed);
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
function beyondAppliance(network: Ec2Network, vpcEndpointId: string, passed: readonly string[]): Way {
  const [subnetId] = network.endpoints.get(vpcEndpointId)?.subnetIds ?? [];
  if (subnetId === undefined || passed.includes(vpcEndpointId)) return NOWHERE;
  return wayOf(network, subnetId, [...passed, vpcEndpointId]);
}

/** Whether one of the groups lets TCP out to DynamoDB's port 443, for which the lab's port stands. */
export function egressAllowed(network: Ec2Network, securityGroupIds: readonly string[]): boolean {
  const list = serviceList(network.region);
  return network.securityGroupRules.all().some((rule) => {
    if (!rule.isEgress || !securityGroupIds.includes(rule.groupId)) return false;
    const { ipProtocol, fromPort = 0, toPort = 65_535 } = rule;
    const passes = ipProtocol === "-1" || (["tcp", "6"].includes(ipProtocol) && fromPort <= 443 && 443 <= toPort);
    if (!passes) return false;
    if (rule.prefixListId !== undefined) return rule.prefixListId === list?.prefixListId;
    return rule.cidrIpv4 !== undefined && prefixLengthFor(network.region, rule.cidrIpv4) !== undefined;
  });
}
