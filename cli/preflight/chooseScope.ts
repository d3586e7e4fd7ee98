import type { RouteTable } from "@aws-sdk/client-ec2";
import { Unjudged } from "../exit";
import type { Facts } from "./facts/facts";
import { isTold } from "./facts/told";
import { isTransit, mayCall } from "./clients";
import { dynamoDbList, interfacesIn, tablesOfSubnets, targetOf, waysToDynamoDb, type DynamoDbList } from "./network";
import type { Scope, TableApart } from "./scope";

type Place = Pick<Scope, "account" | "region" | "vpcId" | "direction">;

/** The tables of a VPC that are judged: those that were named, or those that a switch, or a withdrawal, is about. */
export function chooseScope(facts: Facts, place: Place, named?: readonly string[]): Scope {
  if (!isTold(facts.routeTables)) return { ...place, routeTableIds: named ?? [], apart: [] };
  const tables = facts.routeTables.value;
  if (named !== undefined) requireTables(named, tables, place.vpcId);
  const list = isTold(facts.prefixLists) ? dynamoDbList(facts.prefixLists.value, place) : undefined;
  const vpcEndpointId = endpointOf(facts, place);
  const why = (table: RouteTable): TableApart["why"] | undefined => {
    if (named !== undefined) return named.includes(table.RouteTableId ?? "") ? undefined : "notAskedFor";
    return whyApart(table, facts, list, place);
  };
  const judged = tables.map((table) => ({ routeTableId: table.RouteTableId ?? "", why: why(table) }));
  return {
    ...place,
    ...(vpcEndpointId !== undefined && { vpcEndpointId }),
    routeTableIds: judged.filter((each) => each.why === undefined).map(({ routeTableId }) => routeTableId),
    apart: judged.flatMap(({ routeTableId, why: reason }) =>
      reason === undefined ? [] : [{ routeTableId, why: reason }],
    ),
  };
}

function requireTables(named: readonly string[], tables: readonly RouteTable[], vpcId: string): void {
  const ids = new Set(tables.map(({ RouteTableId }) => RouteTableId));
  const [other] = named.filter((id) => !ids.has(id));
  if (other === undefined) return;
  const has = [...ids].join(", ");
  throw new Unjudged(`${other} is no route table of ${vpcId}${has === "" ? "" : `, which has ${has}`}`);
}

function whyApart(
  table: RouteTable,
  facts: Facts,
  list: DynamoDbList | undefined,
  { vpcId, direction }: Place,
): TableApart["why"] | undefined {
  const { Associations = [] } = table;
  if (Associations.some(({ GatewayId }) => GatewayId !== undefined)) return "edge";
  const isOn = isOnEndpoint(table, list);
  if (direction === "withdraw") return isOn ? undefined : "notOnEndpoint";
  if (isOn) return "onEndpoint";
  if (!isUsed(table, facts, vpcId)) return "noSubnets";
  if (isPublicWay(table, facts, list)) return "internetGateway";
  return isBehindFirewall(table, facts, vpcId) ? "firewall" : undefined;
}

/** Endpoints of a firewall are in its subnets, and nothing that may call DynamoDB. */
function isBehindFirewall(
  table: RouteTable,
  { routeTables, subnets, networkInterfaces }: Facts,
  vpcId: string,
): boolean {
  if (!isTold(routeTables) || !isTold(subnets) || !isTold(networkInterfaces)) return false;
  const tableOf = tablesOfSubnets(routeTables.value, vpcId);
  const own = subnets.value.filter(({ SubnetId, VpcId }) => VpcId === vpcId && tableOf(SubnetId) === table);
  const interfaces = interfacesIn(own, networkInterfaces.value);
  const isFirewall = interfaces.some(({ InterfaceType }) => InterfaceType === "gateway_load_balancer_endpoint");
  return isFirewall && !interfaces.some((each) => mayCall(each) || isTransit(each));
}

/** By its routes: what a gateway endpoint has put there. */
function isOnEndpoint({ Routes = [] }: RouteTable, list: DynamoDbList | undefined): boolean {
  return Routes.some(
    (route) =>
      route.DestinationPrefixListId === list?.id && list !== undefined && targetOf(route).kind === "gateway endpoint",
  );
}

/** By a subnet; where these are not known it may be. */
function isUsed(table: RouteTable, { routeTables, subnets }: Facts, vpcId: string): boolean {
  if (!isTold(routeTables) || !isTold(subnets)) return true;
  const tableOf = tablesOfSubnets(routeTables.value, vpcId);
  return subnets.value.some(({ SubnetId, VpcId }) => VpcId === vpcId && tableOf(SubnetId) === table);
}

/** All of DynamoDB's addresses, or whatever has no route of its own, are reached by an internet gateway. */
function isPublicWay(table: RouteTable, { prefixLists }: Facts, list: DynamoDbList | undefined): boolean {
  if (list === undefined || !isTold(prefixLists))
    return (table.Routes ?? []).some(
      (route) => route.DestinationCidrBlock === "0.0.0.0/0" && targetOf(route).kind === "internet gateway",
    );
  const { today } = waysToDynamoDb(table, list, prefixLists.value);
  return today.every(({ route }) => route !== undefined && targetOf(route).kind === "internet gateway");
}

/** The one that there is. Of two nobody knows which is meant: neither. */
function endpointOf({ vpcEndpoints }: Facts, { region, vpcId }: Place): string | undefined {
  if (!isTold(vpcEndpoints)) return undefined;
  const own = vpcEndpoints.value.filter(
    ({ VpcId, VpcEndpointType, ServiceName }) =>
      VpcId === vpcId && VpcEndpointType === "Gateway" && ServiceName === `com.amazonaws.${region}.dynamodb`,
  );
  return own.length === 1 ? own[0]?.VpcEndpointId : undefined;
}
