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
  /** Whether no request gets to DynamoDB but through the endpoint: there is nothing to compare. */
  readonly isClosed: boolean;
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
    const { context, words, isClosed } = publicWayOf(table, known, scope);
    const one: TwoWays = {
      routeTableIds: [table.id],
      subnetIds: new Set(table.subnets.flatMap(({ SubnetId: id }) => (id === undefined ? [] : [id]))),
      publicly: context,
      publicWay: words,
      isClosed,
      byEndpoint: throughEndpoint({
        vpcId: scope.vpcId,
        vpcEndpointId: endpoint.existing?.VpcEndpointId,
        policy: endpoint.policy,
        addressRanges: table.subnets.flatMap(({ CidrBlock: range }) => (range === undefined ? [] : [range])),
        account: endpoint.existing?.OwnerId ?? scope.account,
        organization: endpoint.organization,
      }),
    };
    const key = JSON.stringify([one.publicly, one.byEndpoint, words]);
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

/** Ways whose requests look alike to the policies that there are. */
export interface AlikeWays {
  readonly ways: readonly TwoWays[];
  readonly publicly: AccessContext;
  readonly byEndpoint: AccessContext;
}

/** @param isRead Whether a policy reads a key of requests on a way. */
export function alikeWays(
  ways: readonly TwoWays[],
  isRead: (key: string, way: AccessContext) => boolean,
): readonly AlikeWays[] {
  const groups = new Map<string, AlikeWays>();
  // All lead through one endpoint, whose policy is the one thing beside the others that can read a key.
  const [first] = ways;
  const seen = ADDRESSES.filter((key) => first !== undefined && isRead(key, first.byEndpoint));
  for (const way of ways) {
    const [publicly, byEndpoint] = [asSeen(way.publicly, seen), asSeen(way.byEndpoint, seen)];
    const key = JSON.stringify([publicly, byEndpoint]);
    groups.set(key, { ways: [...(groups.get(key)?.ways ?? []), way], publicly, byEndpoint });
  }
  return [...groups.values()];
}

/** Without the addresses of which no policy knows. */
function asSeen({ oneOf = {}, unknown = [], ...context }: AccessContext, seen: readonly string[]): AccessContext {
  const isKept = (key: string): boolean => !ADDRESSES.includes(key) || seen.includes(key);
  return {
    ...context,
    oneOf: Object.fromEntries(Object.entries(oneOf).filter(([key]) => isKept(key))),
    unknown: unknown.filter(isKept),
  };
}

const ADDRESSES: readonly string[] = ["aws:SourceIp", "aws:VpcSourceIp"];

/** Behind anything but NAT gateways nobody here can know the address that DynamoDB sees. */
function publicWayOf(
  { table }: ScopedTable,
  { natGateways, prefixLists }: Known,
  scope: Scope,
): { readonly context: AccessContext; readonly words: string; readonly isClosed: boolean } {
  const list = dynamoDbList(prefixLists, scope);
  if (list === undefined) return { context: throughInternet({}), words: "not known", isClosed: false };
  const ways = waysToDynamoDb(table, list, prefixLists).withoutEndpoint;
  const addresses = ways.map((way) => addressesOf(way, natGateways));
  const words = ways.map((way, i) => wordsOf(way, addresses[i])).join(", ");
  const isClosed = ways.every(({ route }) => route === undefined);
  if (addresses.some((each) => each === undefined)) return { context: throughInternet({}), words, isClosed };
  return {
    context: throughInternet({ addresses: [...new Set(addresses.flatMap((each) => each ?? []))].sort() }),
    words,
    isClosed,
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
