import type { ServiceQuota } from "@aws-sdk/client-service-quotas";
import { dynamoDbList, isPropagated, type ScopedTable, scopedTables, servesList } from "../network";
import type { Scope } from "../scope";
import { ofTable, ofVpc, serviceName } from "./known";
import { type Found, look, rule, type Rule } from "./rule";

/** https://docs.aws.amazon.com/general/latest/gr/vpc-service.html */
const QUOTAS = {
  gatewayEndpointsPerRegion: "L-1B52E74A",
  routesPerTable: "L-93826ACB",
} as const;

/** From here on it is worth asking for more. */
const NEAR = 0.8;

/** Of a VPC, whatever the Region's quota is. */
const GATEWAY_ENDPOINTS_PER_VPC = 255;

const R12 = rule(
  {
    id: "R12",
    family: "quotas",
    title: "Quotas leave room for the endpoint and its routes",
    reference: "https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html",
    directions: ["switch"],
  },
  look(["quotas", "vpcEndpoints"], ({ quotas, vpcEndpoints }, scope) => {
    const gateways = vpcEndpoints.filter(({ VpcEndpointType }) => VpcEndpointType === "Gateway");
    const own = gateways.filter(({ VpcId }) => VpcId === scope.vpcId);
    // What is there already needs no more room.
    if (scope.vpcEndpointId !== undefined || own.some(({ ServiceName }) => ServiceName === serviceName(scope)))
      return [];
    const quota = quotaOf(quotas, QUOTAS.gatewayEndpointsPerRegion);
    if (quota === undefined) return [quotaUnknown(QUOTAS.gatewayEndpointsPerRegion, scope)];
    return [
      ...room(gateways.length, quota, "gateway endpoints of the Region", QUOTAS.gatewayEndpointsPerRegion),
      ...room(own.length, GATEWAY_ENDPOINTS_PER_VPC, "gateway endpoints of the VPC", undefined),
    ]
      .slice(0, 1)
      .map((found) => ofVpc(scope, found));
  }),
  look(["quotas", "routeTables", "subnets", "prefixLists"], (known, scope) => {
    const quota = quotaOf(known.quotas, QUOTAS.routesPerTable);
    if (quota === undefined) return [quotaUnknown(QUOTAS.routesPerTable, scope)];
    const list = dynamoDbList(known.prefixLists, scope);
    return scopedTables(known, scope)
      .filter(({ table }) => list === undefined || !(table.Routes ?? []).some((route) => servesList(route, list)))
      .flatMap((each) =>
        room(routesIn(each), quota, "routes of the route table", QUOTAS.routesPerTable).map((found) =>
          ofTable(each.id, found),
        ),
      );
  }),
);

function quotaOf(quotas: readonly ServiceQuota[], code: string): number | undefined {
  return quotas.find(({ QuotaCode }) => QuotaCode === code)?.Value;
}

/** Propagated routes have a quota of their own. */
function routesIn({ table }: ScopedTable): number {
  return (table.Routes ?? []).filter((route) => !isPropagated(route)).length;
}

function quotaUnknown(code: string, scope: Scope): Found {
  return ofVpc(scope, {
    severity: "unknown",
    message: `Not known: the applied value of the quota ${code}.`,
    evidence: [`servicequotas:ListServiceQuotas: ${code}`],
    remedy: "Allow servicequotas:ListServiceQuotas and servicequotas:ListAWSDefaultServiceQuotas.",
  });
}

/** Whether one more fits. */
function room(
  count: number,
  quota: number,
  what: string,
  code: string | undefined,
): readonly Omit<Found, "subject" | "routeTableIds">[] {
  if (count < NEAR * quota) return [];
  const isFull = count >= quota;
  return [
    {
      severity: isFull ? "blocker" : "medium",
      message: isFull
        ? `All ${quota} ${what} are in use: AWS refuses one more.`
        : `${count} of ${quota} ${what} are in use, and the switch takes one more.`,
      evidence: [`${count} of ${quota} (${code ?? "of each VPC"})`],
      remedy:
        code === undefined
          ? "Remove one that nobody uses: AWS does not raise this quota."
          : `aws service-quotas request-service-quota-increase --service-code vpc --quota-code ${code} --desired-value N`,
    },
  ];
}

const Q1 = rule(
  {
    id: "Q1",
    family: "quotas",
    title: "A subnet of each route table has an address for the check's function",
    reference: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
    directions: ["switch"],
  },
  look(["routeTables", "subnets"], (known, scope) =>
    scopedTables(known, scope)
      .filter(
        ({ subnets }) =>
          subnets.length > 0 && subnets.every(({ AvailableIpAddressCount }) => AvailableIpAddressCount === 0),
      )
      .map(({ id, subnets }) =>
        ofTable(id, {
          severity: "medium",
          message: "No subnet of this route table has an address left: a check's function cannot be placed there.",
          evidence: subnets.map(({ SubnetId = "?" }) => `${SubnetId}: AvailableIpAddressCount 0`),
          remedy: "Free an address, name a function of your own in `rollout.check.functions`, or leave it unchecked.",
        }),
      ),
  ),
);

export const LIMITS: readonly Rule[] = [R12, Q1];
