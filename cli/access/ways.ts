import type { AccessContext, NamedPolicy, OrganizationMembership } from "../../components/policy/access/facts";
import { throughEndpoint, throughInternet } from "../../components/policy/access/ways";
import type { FactValues, NatGateway, VpcEndpoint } from "../preflight/facts/facts";
import { dynamoDbList, scopedTables, type ScopedTable, targetOf, type Way, waysToDynamoDb } from "../preflight/network";
import type { Scope } from "../preflight/scope";

/** Through the internet and through the endpoint: how requests from some route tables look on either way. */
export interface TwoWays {
  readonly routeTableIds: readonly string[];
  readonly subnetIds: ReadonlySet<string>;
  readonly publicly: AccessContext;
  /** In words: "NAT gateway nat-… (198.51.100.7)". */
  readonly publicWay: string;
  readonly byEndpoint: AccessContext;
}

/** The endpoint as it is, or as it will be made. */
export interface EndpointToUse {
  readonly existing?: VpcEndpoint | undefined;
  readonly policy: NamedPolicy;
  readonly organization: OrganizationMembership | "none" | undefined;
}

type Known = Pick<FactValues, "routeTables" | "subnets" | "natGateways" | "prefixLists">;

/** The ways of each route table of the scope; those whose requests look alike together. */
export function waysOf(known: Known, scope: Scope, endpoint: EndpointToUse): readonly TwoWays[] {
  const groups = new Map<string, TwoWays>();
  for (const table of scopedTables(known, scope)) {
    const { context, words } = publicWayOf(table, known, scope);
    const one: TwoWays = {
      routeTableIds: [table.id],
      subnetIds: new Set(table.subnets.flatMap(({ SubnetId: id }) => (id === undefined ? [] : [id]))),
      publicly: context,
      publicWay: words,
      byEndpoint: throughEndpoint({
        vpcId: scope.vpcId,
        vpcEndpointId: endpoint.existing?.VpcEndpointId,
        policy: endpoint.policy,
        addressRanges: table.subnets.flatMap(({ CidrBlock: range }) => (range === undefined ? [] : [range])),
        account: endpoint.existing?.OwnerId ?? scope.account,
        organization: endpoint.organization,
      }),
    };
    const key = JSON.stringify([one.publicly, one.byEndpoint]);
    const alike = groups.get(key);
    groups.set(key, alike === undefined ? one : joined(alike, one));
  }
  return [...groups.values()];
}

function joined(one: TwoWays, other: TwoWays): TwoWays {
  return {
    ...one,
    routeTableIds: [...one.routeTableIds, ...other.routeTableIds],
    subnetIds: new Set([...one.subnetIds, ...other.subnetIds]),
  };
}

/** Behind anything but NAT gateways nobody here can know the address that DynamoDB sees. */
function publicWayOf(
  { table }: ScopedTable,
  { natGateways, prefixLists }: Known,
  scope: Scope,
): { readonly context: AccessContext; readonly words: string } {
  const list = dynamoDbList(prefixLists, scope);
  if (list === undefined) return { context: throughInternet({}), words: "not known" };
  const ways = waysToDynamoDb(table, list, prefixLists).withoutEndpoint;
  const addresses = ways.map((way) => addressesOf(way, natGateways));
  const words = ways.map((way, i) => wordsOf(way, addresses[i])).join(", ");
  if (addresses.some((each) => each === undefined)) return { context: throughInternet({}), words };
  return {
    context: throughInternet({ addresses: [...new Set(addresses.flatMap((each) => each ?? []))].sort() }),
    words,
  };
}

function addressesOf({ route }: Way, natGateways: readonly NatGateway[]): readonly string[] | undefined {
  // Nothing comes by it.
  if (route === undefined) return [];
  const { kind, id } = targetOf(route);
  if (kind !== "NAT gateway") return undefined;
  const gateway = natGateways.find(({ NatGatewayId }) => NatGatewayId === id);
  // A private one, or one of another account's that is not seen, hides what comes after it.
  const found = gateway?.NatGatewayAddresses?.flatMap(({ PublicIp: ip }) => (ip === undefined ? [] : [ip])) ?? [];
  return found.length === 0 ? undefined : found;
}

function wordsOf({ route }: Way, addresses: readonly string[] | undefined): string {
  if (route === undefined) return "no way";
  const { kind, id } = targetOf(route);
  return `${kind} ${id} (${addresses?.join(", ") ?? "its public address is not known"})`;
}
