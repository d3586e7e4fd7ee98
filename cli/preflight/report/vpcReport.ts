import { clientsOfTables } from "../clients";
import type { Facts } from "../facts/facts";
import { isTold } from "../facts/told";
import type { Judged } from "../judge";
import { dynamoDbList, isOpen, nameOf, scopedTables, targetOf, wayText, waysToDynamoDb, type Way } from "../network";
import type { ScopedTable } from "../network";
import type { Scope, TableApart } from "../scope";
import { natUsdPerHour } from "./natPrices";
import { observedIn } from "./observed";
import type { RouteTableReport, VpcReport } from "./report";
import { verdictAndStages } from "./verdict";

/** What is told of one VPC. */
export function vpcReport(facts: Facts, { scope, findings, passed }: Judged): VpcReport {
  const { account, region, vpcId, direction, vpcEndpointId } = scope;
  const routeTables = tablesOf(facts, scope);
  const { verdict, stages, leftOut } = verdictAndStages({ vpcId, direction, routeTables, findings });
  const name = isTold(facts.vpcs) ? nameOf(facts.vpcs.value.find(({ VpcId }) => VpcId === vpcId)?.Tags) : undefined;
  const isShown = new Set(routeTables.map(({ routeTableId }) => routeTableId));
  return {
    account,
    region,
    vpcId,
    ...(name !== undefined && { name }),
    direction,
    ...(vpcEndpointId !== undefined && { vpcEndpointId }),
    verdict,
    routeTables,
    stages,
    leftOut: [
      ...leftOut,
      ...scope.apart
        .filter(({ routeTableId }) => !isShown.has(routeTableId))
        .map(({ routeTableId, why }) => ({ routeTableId, reason: APART[why] })),
    ],
    findings,
    passed,
    lacksS3Endpoint: lacksS3Endpoint(facts, scope),
    natGateways: natGatewaysOf(facts, scope),
    ...observedIn(facts, scope),
  };
}

const APART: Readonly<Record<TableApart["why"], string>> = {
  edge: "it routes what enters the VPC",
  onEndpoint: "it has a gateway endpoint for DynamoDB already",
  internetGateway: "its way to DynamoDB is an internet gateway: name it with --route-tables to switch it as well",
  firewall:
    "what a firewall's endpoint lets through takes it, and no client is there: its clients have other route tables; " +
    "name it with --route-tables to switch it as well",
  noSubnets: "no subnet uses it",
  notAskedFor: "it was not asked for",
  notOnEndpoint: "it is on no gateway endpoint for DynamoDB",
};

/** Those that are judged and, for a switch, those that have been switched. */
function tablesOf(facts: Facts, scope: Scope): readonly RouteTableReport[] {
  const { routeTables, subnets } = facts;
  if (!isTold(routeTables)) return [];
  const switched = scope.apart.filter(({ why }) => why === "onEndpoint").map(({ routeTableId }) => routeTableId);
  const shown = { ...scope, routeTableIds: [...scope.routeTableIds, ...switched] };
  const clients = clientsOfTables(facts, shown);
  const known = { routeTables: routeTables.value, subnets: isTold(subnets) ? subnets.value : [] };
  return scopedTables(known, shown).map((scoped) => {
    const { id, table, isMain, subnets: own } = scoped;
    const name = nameOf(table.Tags);
    return {
      routeTableId: id,
      ...(name !== undefined && { name }),
      isMain,
      subnetIds: own.map(({ SubnetId = "" }) => SubnetId),
      ...waysOf(facts, scoped, scope),
      clients: isTold(clients) ? (clients.value.get(id) ?? []) : [],
    };
  });
}

type Ways = Pick<RouteTableReport, "pathToday" | "wayToday" | "wayAfter">;

function waysOf({ prefixLists, natGateways }: Facts, { table }: ScopedTable, scope: Scope): Ways {
  const list = isTold(prefixLists) ? dynamoDbList(prefixLists.value, scope) : undefined;
  const onto = scope.vpcEndpointId === undefined ? "a gateway endpoint" : `gateway endpoint ${scope.vpcEndpointId}`;
  if (!isTold(prefixLists) || list === undefined)
    return { pathToday: "unknown", wayToday: "not known", wayAfter: scope.direction === "switch" ? onto : "not known" };
  const { today, withoutEndpoint } = waysToDynamoDb(table, list, prefixLists.value);
  const wayToday = textOf(today);
  const isOn = isEndpoint(today);
  const isNone = isTold(natGateways) && !today.some((way) => isOpen(way, natGateways.value));
  return {
    pathToday: isOn ? "endpoint" : isNone ? "none" : isTold(natGateways) ? "public" : "unknown",
    wayToday,
    wayAfter: scope.direction === "withdraw" ? textOf(withoutEndpoint) : isOn ? wayToday : onto,
  };
}

function isEndpoint(ways: readonly Way[]): boolean {
  return ways.every(({ route }) => route !== undefined && targetOf(route).kind === "gateway endpoint");
}

function textOf(ways: readonly Way[]): string {
  return [...new Set(ways.map(wayText))].join(", ");
}

function lacksS3Endpoint({ vpcEndpoints }: Facts, { region, vpcId }: Scope): boolean | "unknown" {
  if (!isTold(vpcEndpoints)) return "unknown";
  return !vpcEndpoints.value.some(
    ({ VpcId, VpcEndpointType, ServiceName }) =>
      VpcId === vpcId && VpcEndpointType === "Gateway" && ServiceName === `com.amazonaws.${region}.s3`,
  );
}

/** Those that are there, and paid for. */
function natGatewaysOf({ natGateways }: Facts, { region }: Scope): VpcReport["natGateways"] {
  if (!isTold(natGateways)) return [];
  return natGateways.value
    .filter(({ State }) => State !== "deleted" && State !== "failed")
    .map(({ NatGatewayId = "", AvailabilityMode }) => {
      const usdPerHour = natUsdPerHour(region, AvailabilityMode);
      return { id: NatGatewayId, ...(usdPerHour !== undefined && { usdPerHour }) };
    });
}
