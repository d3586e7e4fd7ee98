import { getRouteTable } from "@pulumi/aws/ec2/getRouteTable";
import type { ComponentResource } from "@pulumi/pulumi";
import { inAddressRange } from "../policy/addresses";
import { answerOf } from "./observation";

/** A route as the provider describes it: where to, and by which of many properties. */
export type DescribedRoute = Readonly<Record<string, unknown>>;

/** The routes of a route table; `undefined` where there is no answer. */
export async function routesOf(
  component: ComponentResource,
  region: string | undefined,
  routeTableId: string,
): Promise<readonly DescribedRoute[] | undefined> {
  const table = await answerOf(getRouteTable({ routeTableId, region }, { parent: component }));
  const routes: unknown = table?.routes;
  return Array.isArray(routes) ? (routes as DescribedRoute[]) : undefined;
}

/**
 * The first route by which clients may reach DynamoDB's public addresses, in words; `undefined` if there is none.
 *
 * That a target is there tells nothing of what is behind it: a transit gateway may lead to a NAT gateway elsewhere. A
 * gateway endpoint serves its own service alone.
 */
export function wayOut(routes: readonly DescribedRoute[]): string | undefined {
  for (const route of routes) {
    const destination = textAmong(route, DESTINATIONS);
    const target = textAmong(route, TARGETS);
    if (destination === undefined || target === undefined || target === "local") continue;
    const isEndpoint = destination.startsWith("pl-") && target.startsWith("vpce-");
    if (!isEndpoint && !isPrivate(destination)) return `${destination} to ${target}`;
  }
  return undefined;
}

function textAmong(route: DescribedRoute, properties: readonly string[]): string | undefined {
  return properties
    .map((property) => route[property])
    .find((value): value is string => typeof value === "string" && value !== "");
}

const DESTINATIONS = ["cidrBlock", "ipv6CidrBlock", "destinationPrefixListId"];

/** Of https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Route.html, as the provider names them. */
const TARGETS = [
  "carrierGatewayId",
  "coreNetworkArn",
  "egressOnlyGatewayId",
  "gatewayId",
  "instanceId",
  "localGatewayId",
  "natGatewayId",
  "networkInterfaceId",
  "transitGatewayId",
  "vpcEndpointId",
  "vpcPeeringConnectionId",
];

/** Ranges in which DynamoDB has no address: RFC 1918, RFC 6598, RFC 3927, RFC 4193. */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7"];

/** A range that begins in a private one, and is no wider. */
function isPrivate(range: string): boolean {
  const [address = "", length = ""] = range.split("/");
  return PRIVATE.some(
    (outer) => Number(length) >= Number(outer.split("/")[1]) && inAddressRange(outer, address) === true,
  );
}
