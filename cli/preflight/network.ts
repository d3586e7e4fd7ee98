import type { Route, RouteTable, Subnet, Tag } from "@aws-sdk/client-ec2";
import type { FactValues, PrefixListFact, NatGateway, NetworkInterface } from "./facts/facts";
import { covers, cut, type Range, rangeOf, rangesOf } from "./ranges";
import type { Scope } from "./scope";

/** A route table of the scope, with the subnets that use it: by an association of their own, or as the main one. */
export interface ScopedTable {
  readonly id: string;
  readonly table: RouteTable;
  readonly isMain: boolean;
  readonly subnets: readonly Subnet[];
}

/** The route tables of the scope that there are. */
export function scopedTables(
  { routeTables, subnets }: Pick<FactValues, "routeTables" | "subnets">,
  { routeTableIds, vpcId }: Scope,
): readonly ScopedTable[] {
  const tableOf = tablesOfSubnets(routeTables, vpcId);
  return routeTables.flatMap((table) => {
    const id = table.RouteTableId ?? "";
    if (!routeTableIds.includes(id)) return [];
    const own = subnets.filter(({ VpcId, SubnetId }) => VpcId === vpcId && tableOf(SubnetId) === table);
    return [{ id, table, isMain: isMain(table), subnets: own }];
  });
}

/** Which route table of a VPC a subnet uses. */
export function tablesOfSubnets(
  routeTables: readonly RouteTable[],
  vpcId: string | undefined,
): (subnetId: string | undefined) => RouteTable | undefined {
  const ofVpc = routeTables.filter(({ VpcId }) => VpcId === vpcId);
  const explicit = new Map(
    ofVpc.flatMap((table) => (table.Associations ?? []).map(({ SubnetId }) => [SubnetId, table] as const)),
  );
  explicit.delete(undefined);
  const main = ofVpc.find(isMain);
  return (subnetId) => explicit.get(subnetId) ?? main;
}

function isMain({ Associations }: RouteTable): boolean {
  return Associations?.some(({ Main }) => Main === true) ?? false;
}

export function interfacesIn(
  subnets: readonly Subnet[],
  networkInterfaces: readonly NetworkInterface[],
): readonly NetworkInterface[] {
  const ids = new Set(subnets.map(({ SubnetId }) => SubnetId));
  return networkInterfaces.filter(({ SubnetId }) => ids.has(SubnetId));
}

/** AWS's prefix list of DynamoDB in the Region; `undefined` where it is not among those that are known. */
export function dynamoDbList(
  prefixLists: readonly PrefixListFact[],
  { region }: Pick<Scope, "region">,
): DynamoDbList | undefined {
  const list = prefixLists.find(({ PrefixListName }) => PrefixListName === `com.amazonaws.${region}.dynamodb`);
  const ranges = rangesOf(list?.Entries.map(({ Cidr }) => Cidr) ?? []);
  return list === undefined || ranges.length === 0 ? undefined : { id: list.PrefixListId, ranges };
}

export interface DynamoDbList {
  readonly id: string;
  readonly ranges: readonly Range[];
}

/** A part of DynamoDB's addresses, and the route that leads there; without one where none does. */
export interface Way {
  readonly route?: Route;
  readonly ranges: readonly Range[];
}

/**
 * The routes that lead to some addresses: the longest prefix first, then a static route, one by a prefix list, and a
 * propagated one.
 *
 * See https://docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html.
 */
export function waysTo(
  ranges: readonly Range[],
  routes: readonly Route[],
  prefixLists: readonly PrefixListFact[],
): readonly Way[] {
  const destinations = routes.flatMap((route) =>
    destinationsOf(route, prefixLists).map((range) => ({ route, range, rank: rankOf(route) })),
  );
  const found = new Map<Route | undefined, Range[]>();
  for (const range of ranges)
    for (const piece of cut(
      range,
      destinations.map((each) => each.range),
    )) {
      const [best] = destinations
        .filter((each) => covers(each.range, piece))
        .sort((one, other) => sizeOf(one.range) - sizeOf(other.range) || one.rank - other.rank);
      found.set(best?.route, [...(found.get(best?.route) ?? []), piece]);
    }
  return [...found].map(([route, pieces]) => ({ ...(route !== undefined && { route }), ranges: pieces }));
}

function sizeOf({ first, last }: Range): number {
  return last - first;
}

/** The ranges of IPv4 that a route is for, those of its prefix list among them. */
export function destinationsOf(route: Route, prefixLists: readonly PrefixListFact[]): readonly Range[] {
  if (route.State === "filtered") return [];
  const own = rangeOf(route.DestinationCidrBlock);
  if (own !== undefined) return [own];
  const list = prefixLists.find(({ PrefixListId }) => PrefixListId === route.DestinationPrefixListId);
  return rangesOf(list?.Entries.map(({ Cidr }) => Cidr) ?? []);
}

/** Of routes to the same range the lowest is taken. */
export function rankOf(route: Route): number {
  if (isPropagated(route)) return 2;
  return route.DestinationPrefixListId === undefined ? 0 : 1;
}

export function isPropagated({ Origin }: Route): boolean {
  return Origin === "EnableVgwRoutePropagation" || Origin === "Advertisement";
}

/** As in the console: `10.0.0.0/8`, `pl-…`. */
export function destinationText(route: Route): string {
  return route.DestinationCidrBlock ?? route.DestinationPrefixListId ?? route.DestinationIpv6CidrBlock ?? "?";
}

export type TargetKind =
  | "carrier gateway"
  | "core network"
  | "egress-only internet gateway"
  | "gateway endpoint"
  | "instance"
  | "internet gateway"
  | "local"
  | "local gateway"
  | "NAT gateway"
  | "network interface"
  | "peering connection"
  | "transit gateway"
  | "virtual private gateway"
  | "VPC endpoint"
  | "other target";

export interface Target {
  readonly kind: TargetKind;
  readonly id: string;
}

export function targetOf(route: Route): Target {
  for (const [field, kind] of FIELDS) {
    const id = route[field];
    if (id !== undefined) return { kind, id };
  }
  const id = route.GatewayId ?? route.OdbNetworkArn ?? route.IpAddress ?? "?";
  if (id.startsWith("vpce-"))
    return { kind: route.DestinationPrefixListId === undefined ? "VPC endpoint" : "gateway endpoint", id };
  const [, kind = "other target"] = GATEWAYS.find(([prefix]) => id.startsWith(prefix)) ?? [];
  return { kind, id };
}

/** The instance stands beside its interface. */
const FIELDS = [
  ["NatGatewayId", "NAT gateway"],
  ["TransitGatewayId", "transit gateway"],
  ["CoreNetworkArn", "core network"],
  ["NetworkInterfaceId", "network interface"],
  ["InstanceId", "instance"],
  ["VpcPeeringConnectionId", "peering connection"],
  ["EgressOnlyInternetGatewayId", "egress-only internet gateway"],
  ["LocalGatewayId", "local gateway"],
  ["CarrierGatewayId", "carrier gateway"],
] as const satisfies readonly (readonly [keyof Route, TargetKind])[];

const GATEWAYS: readonly (readonly [prefix: string, kind: TargetKind])[] = [
  ["igw-", "internet gateway"],
  ["vgw-", "virtual private gateway"],
  ["local", "local"],
];

/** Whether a route serves DynamoDB by its own prefix list: a gateway endpoint's, or one that was made by hand. */
export function servesList(route: Route, list: DynamoDbList): boolean {
  return route.DestinationPrefixListId === list.id;
}

/** The ways to DynamoDB as they are, and as they would be without the route of an endpoint: a withdrawal's. */
export function waysToDynamoDb(
  { Routes = [] }: RouteTable,
  list: DynamoDbList,
  prefixLists: readonly PrefixListFact[],
): { readonly today: readonly Way[]; readonly withoutEndpoint: readonly Way[] } {
  const others = Routes.filter((route) => !servesList(route, list) || targetOf(route).kind !== "gateway endpoint");
  return {
    today: waysTo(list.ranges, Routes, prefixLists),
    withoutEndpoint: waysTo(list.ranges, others, prefixLists),
  };
}

/** Whether packets get anywhere by it, as far as its target tells. */
export function isOpen({ route }: Way, natGateways: readonly NatGateway[]): boolean {
  if (route === undefined || route.State === "blackhole") return false;
  const { kind, id } = targetOf(route);
  // What leads to another VPC, or to this one, leads to no public service.
  if (kind === "local" || kind === "peering connection") return false;
  return kind !== "NAT gateway" || natGateways.some((each) => each.NatGatewayId === id && isUp(each));
}

export function isUp({ State }: NatGateway): boolean {
  return State === "available" || State === "pending";
}

/** "NAT gateway nat-…", "no way". */
export function wayText({ route }: Way): string {
  if (route === undefined) return "no way";
  const { kind, id } = targetOf(route);
  return `${kind === "other target" ? "" : `${kind} `}${id}${route.State === "blackhole" ? " (blackhole)" : ""}`;
}

/** As evidence: the route, and what it says of itself. */
export function routeText(routeTableId: string, route: Route): string {
  const origin = isPropagated(route) ? `, Origin ${route.Origin}` : "";
  const state = route.State === undefined || route.State === "active" ? "" : `, State ${route.State}`;
  return `${routeTableId}: ${destinationText(route)} → ${targetOf(route).id}${origin}${state}`;
}

export function nameOf(tags: readonly Tag[] | undefined): string | undefined {
  return tags?.find(({ Key }) => Key === "Name")?.Value;
}

/** The first of many, and how many more there are. */
export function listed(items: readonly string[], most = 10): string {
  const rest = items.length - most;
  return rest > 0 ? `${items.slice(0, most).join(", ")} and ${rest} more` : items.join(", ");
}
