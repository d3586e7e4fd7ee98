import type { CallsFact, Facts, FactValues, SeenCalls } from "./facts/facts";
import { isTold, type Missing, type Told } from "./facts/told";
import { dynamoDbList, scopedTables, type ScopedTable, targetOf, waysToDynamoDb } from "./network";
import { covers, rangeOf } from "./ranges";
import type { Scope } from "./scope";

/** Calls that came from subnets of the scope, as far as their address tells. */
export interface CallsFromHere {
  readonly calls: SeenCalls;
  /** "NAT gateway nat-… (203.0.113.7)", "endpoint vpce-… (10.0.1.5)". */
  readonly way: string;
  /** The route tables that they may have taken: those of one NAT gateway nobody can tell apart. */
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
}

/** The calls of an event history, by where they came from. */
export interface SeenHere extends Omit<CallsFact, "seen"> {
  readonly here: readonly CallsFromHere[];
  /** How many events came from other addresses. */
  readonly elsewhere: number;
}

type Known = Pick<FactValues, "routeTables" | "subnets" | "natGateways" | "prefixLists" | "vpcEndpoints">;

const NEEDED = ["routeTables", "subnets", "natGateways", "prefixLists", "vpcEndpoints"] as const;

/** Why AWS did not tell what was seen, where somebody asked. What nobody asked for is no gap. */
export function whyNotSeen(fact: Told<unknown>): Missing | undefined {
  return isTold(fact) || fact.missing.reason === "leftOut" ? undefined : fact.missing;
}

/** Who has called from the scope; `undefined` where it is not known, or nobody asked. */
export function seenHere(facts: Facts, scope: Scope): SeenHere | undefined {
  const { calls } = facts;
  const isKnown = NEEDED.every((name) => isTold<unknown>(facts[name]));
  if (!isTold(calls) || !isKnown) return undefined;
  const entries = NEEDED.map((name) => [name, (facts[name] as { readonly value: unknown }).value]);
  return seenFrom(calls.value, Object.fromEntries(entries) as Known, scope);
}

export function seenFrom({ seen, ...history }: CallsFact, known: Known, scope: Scope): SeenHere {
  const tables = scopedTables(known, scope);
  const gateways = gatewaysOf(tables, known, scope);
  const endpoints = new Set(
    known.vpcEndpoints.filter(({ VpcId }) => VpcId === scope.vpcId).map(({ VpcEndpointId: id }) => id),
  );
  const here = seen.flatMap((calls): readonly CallsFromHere[] => {
    const { sourceIPAddress: address, vpcEndpointId } = calls;
    if (vpcEndpointId === undefined) {
      const gateway = gateways.get(address);
      if (gateway === undefined) return [];
      return [{ calls, way: `NAT gateway ${gateway.id} (${address})`, ...gateway.from }];
    }
    const from = endpoints.has(vpcEndpointId) ? subnetOf(address, tables) : undefined;
    return from === undefined ? [] : [{ calls, way: `endpoint ${vpcEndpointId} (${address})`, ...from }];
  });
  return { ...history, here, elsewhere: eventsOf(seen) - eventsOf(here.map(({ calls }) => calls)) };
}

function eventsOf(seen: readonly SeenCalls[]): number {
  return seen.reduce((sum, { events }) => sum + events, 0);
}

type From = Pick<CallsFromHere, "routeTableIds" | "subnetIds">;

interface Gateway {
  readonly id: string;
  readonly from: From;
}

/** By public address: the NAT gateway that has it, and the subnets whose way leads through it. */
function gatewaysOf(
  tables: readonly ScopedTable[],
  { natGateways, prefixLists }: Known,
  scope: Scope,
): ReadonlyMap<string, Gateway> {
  const list = dynamoDbList(prefixLists, scope);
  const found = new Map<string, Gateway>();
  if (list === undefined) return found;
  for (const { id: routeTableId, table, subnets } of tables) {
    const ways = waysToDynamoDb(table, list, prefixLists).withoutEndpoint;
    const targets = ways.flatMap(({ route }) => (route === undefined ? [] : targetOf(route).id));
    const own = subnets.flatMap(({ SubnetId }) => SubnetId ?? []);
    for (const { NatGatewayId: id = "", NatGatewayAddresses: all = [] } of natGateways)
      for (const { PublicIp: address } of targets.includes(id) ? all : []) {
        if (address === undefined) continue;
        const { routeTableIds, subnetIds } = found.get(address)?.from ?? { routeTableIds: [], subnetIds: [] };
        const from = { routeTableIds: [...routeTableIds, routeTableId], subnetIds: [...subnetIds, ...own] };
        found.set(address, { id, from });
      }
  }
  return found;
}

/** Through an endpoint DynamoDB sees private addresses. */
function subnetOf(address: string, tables: readonly ScopedTable[]): From | undefined {
  const one = rangeOf(`${address}/32`);
  if (one === undefined) return undefined;
  for (const { id, subnets } of tables)
    for (const { SubnetId: subnetId = "", CidrBlock: cidr } of subnets) {
      const range = rangeOf(cidr);
      if (range !== undefined && covers(range, one)) return { routeTableIds: [id], subnetIds: [subnetId] };
    }
  return undefined;
}

/** What reports show of an event history. */
export interface CallsSeen extends Omit<SeenHere, "here"> {
  readonly callers: readonly CallerSeen[];
}

/** One principal that has called from here. */
export interface CallerSeen {
  readonly principal: string;
  readonly principalType: string;
  readonly accountId?: string;
  readonly ways: readonly string[];
  readonly routeTableIds: readonly string[];
  /** "Boto3/1.34.0", as the clients call themselves. */
  readonly clients: readonly string[];
  readonly hosts: readonly string[];
  readonly eventNames: readonly string[];
  readonly tableNames: readonly string[];
  readonly events: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

export function callsSeen({ here, ...history }: SeenHere): CallsSeen {
  const principals = [...new Set(here.map(({ calls }) => calls.principal))];
  const callers = principals.map((principal) => callerSeen(here.filter(({ calls }) => calls.principal === principal)));
  return {
    ...history,
    callers: callers.sort((one, other) => other.events - one.events || (one.principal < other.principal ? -1 : 1)),
  };
}

function callerSeen(here: readonly CallsFromHere[]): CallerSeen {
  const all = here.map(({ calls }) => calls);
  const { principal = "", principalType = "", accountId } = all[0] ?? {};
  const times = all.flatMap(({ firstAt, lastAt }) => [firstAt, lastAt]).sort();
  return {
    principal,
    principalType,
    ...(accountId !== undefined && { accountId }),
    ways: sortedOnce(here.map(({ way }) => way)),
    routeTableIds: sortedOnce(here.flatMap(({ routeTableIds }) => routeTableIds)),
    clients: sortedOnce(all.flatMap(({ userAgent }) => userAgent ?? [])),
    hosts: sortedOnce(all.flatMap(({ host }) => host ?? [])),
    eventNames: sortedOnce(all.flatMap(({ eventNames }) => eventNames)),
    tableNames: sortedOnce(all.flatMap(({ tableNames }) => tableNames)),
    events: eventsOf(all),
    firstAt: times[0] ?? "",
    lastAt: times.at(-1) ?? "",
  };
}

function sortedOnce(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort();
}
