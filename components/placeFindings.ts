import type { Finding } from "./findings";
import type { Ledger } from "./ledger";
import type { Observation, ObservedEndpoint } from "./observation";

/** A change of the plan, and what AWS said before it. */
interface PlannedChange {
  readonly observed: Observation;
  readonly before: Ledger;
  readonly next: Ledger;
  /** The VPC of a route table, by its id, if AWS tells. Asked only of those that the endpoint's VPC does not have. */
  readonly vpcOf: (id: string) => Promise<string | undefined>;
}

/** A route table, known by its id, that is planned and was not before. */
interface Newcomer {
  readonly name: string;
  readonly id: string;
  readonly isSecret: boolean;
}

/**
 * What is wrong with the places of things: an endpoint for something else, a route table elsewhere, a route that is
 * taken.
 */
export async function placeFindings({ observed, before, next, vpcOf }: PlannedChange): Promise<readonly Finding[]> {
  // A withdrawal must get out, whatever has become of the endpoint.
  if (next.tables.size === 0) return [];
  const known = new Set([...before.tables.values()].map(({ id }) => id));
  const newcomers = [...next.tables].flatMap(([name, { id, isSecret }]) =>
    id === undefined || known.has(id) ? [] : [{ name, id, isSecret }],
  );
  const elsewhere = newcomers.map((table) => elsewhereFindings(table, observed, vpcOf));
  const unassociated = newcomers.filter(
    ({ name, id }) => next.adopted.has(name) && observed.routedTables?.has(id) === false,
  );
  const taken = newcomers.filter(({ name, id }) => !next.adopted.has(name) && observed.routedTables?.has(id));
  return [
    ...endpointFindings("vpcEndpointId", observed.endpoint),
    ...(await Promise.all(elsewhere)).flat(),
    ...unassociated.map(({ name }) => ({
      path: "adopt.routeTables",
      message: `"${name}" does not use the endpoint: there is nothing to adopt`,
      suggestion: `remove "${name}" from adopt.routeTables: it then switches like any other, with a warning`,
    })),
    ...taken.map((table, i) => takenFinding(table, i === taken.length - 1)),
  ];
}

/** An endpoint that is none for the traffic to DynamoDB. */
export function endpointFindings(path: string, endpoint: Observation["endpoint"]): readonly Finding[] {
  if (endpoint === undefined || (endpoint !== "missing" && isGatewayForDynamoDb(endpoint))) return [];
  const message =
    endpoint === "missing"
      ? "there is no such endpoint in this account and Region"
      : `is the id of ${kindOf(endpoint)}`;
  return [
    {
      path,
      message,
      suggestion:
        "give the id of a gateway endpoint for DynamoDB, with its Region as `region` where that is not the provider's",
    },
  ];
}

/** An endpoint that cannot be adopted for `vpcId`, where that is known. */
export function adoptionFindings(endpoint: Observation["endpoint"], vpcId: string | undefined): readonly Finding[] {
  const path = "adopt.vpcEndpointId";
  const findings = endpointFindings(path, endpoint);
  if (
    findings.length > 0 ||
    endpoint === undefined ||
    endpoint === "missing" ||
    vpcId === undefined ||
    endpoint.vpcId === vpcId
  )
    return findings;
  return [
    {
      path,
      message: "is the id of an endpoint of another VPC than `vpcId`",
      suggestion: "give the id of the endpoint of that VPC, or the VPC of this endpoint: adopting it would replace it",
    },
  ];
}

function isGatewayForDynamoDb({ vpcEndpointType, serviceName }: ObservedEndpoint): boolean {
  return vpcEndpointType === "Gateway" && serviceName.endsWith(".dynamodb");
}

function kindOf({ vpcEndpointType, serviceName }: ObservedEndpoint): string {
  return `${vpcEndpointType === "Interface" ? "an" : "a"} ${vpcEndpointType} endpoint for ${serviceName}`;
}

/**
 * Only what AWS says to be in another VPC: a table that it does not know may be too new to show, or a mistake that it
 * names itself.
 */
async function elsewhereFindings(
  { name, id, isSecret }: Newcomer,
  { vpcId, tablesOfVpc }: Observation,
  vpcOf: (id: string) => Promise<string | undefined>,
): Promise<readonly Finding[]> {
  if (tablesOfVpc === undefined || tablesOfVpc.has(id)) return [];
  const other = await vpcOf(id);
  if (other === undefined || other === vpcId) return [];
  return [
    {
      path: `routeTables.${name}`,
      message: isSecret
        ? "is a route table of another VPC than the endpoint's (its id is secret)"
        : `${id} is a route table of ${other}, the endpoint is in ${vpcId}`,
      suggestion: "an endpoint serves its own VPC only: give a route table of that VPC",
    },
  ];
}

/** How to go on stands behind the last of them, once. */
function takenFinding({ name, id, isSecret }: Newcomer, isLast: boolean): Finding {
  return {
    path: `routeTables.${name}`,
    message:
      `${isSecret ? "the route table (its id is secret)" : id} takes a gateway endpoint for DynamoDB already, by an ` +
      "association that this component has not made",
    suggestion: isLast ? TAKEN : undefined,
  };
}

const TAKEN = `a second association fails, or its route goes when the first one is deleted. To go on without a loss,
    - if this component, or its parent, was renamed: give the former name in its \`aliases\` (after an \`up\`
      that was refused, run \`pulumi up\` with the former name first);
    - if another component or stack has the association: remove it there, run \`pulumi up\`, then add it here;
    - if an earlier withdrawal of this component failed: finish it first, without this route table;
    - if somebody made it by hand: name the route table in adopt.routeTables, and the endpoint in adopt.vpcEndpointId`;
