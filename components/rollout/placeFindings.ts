import type { Finding } from "../args/findings";
import { endpointFindings } from "../endpoint/endpointFindings";
import type { Observation } from "../endpoint/observation";
import type { Ledger } from "../plan/ledger";

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
  // A withdrawal must be possible, whatever has become of the endpoint.
  if (next.tables.size === 0) return [];
  const known = new Set([...before.tables.values()].map(({ id }) => id));
  const newcomers = [...next.tables].flatMap(([name, { id, isSecret }]) =>
    id === undefined || known.has(id) ? [] : [{ name, id, isSecret }],
  );
  const elsewhere = newcomers.map((table) => elsewhereFindings(table, observed, vpcOf));
  const unassociated = newcomers.filter(({ name, id }) => next.adopted.has(name) && !mayUse(observed, id));
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

/** Whether a route table is associated with the endpoint, as far as AWS has told. */
function mayUse({ endpoint, routedTables }: Observation, id: string): boolean {
  const associated = typeof endpoint === "object" ? endpoint.routeTableIds : undefined;
  return routedTables?.has(id) !== false && associated?.includes(id) !== false;
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

/** How to continue stands behind the last of them, once. */
function takenFinding({ name, id, isSecret }: Newcomer, isLast: boolean): Finding {
  return {
    path: `routeTables.${name}`,
    message:
      `${isSecret ? "the route table (its id is secret)" : id} takes a gateway endpoint for DynamoDB already, by an ` +
      "association that this component has not made",
    suggestion: isLast ? TAKEN : undefined,
  };
}

const TAKEN = `a second association fails, or its route goes when the first one is deleted. To continue without a loss,
    - if this component, or its parent, was renamed: give the former name in its \`aliases\` (after an \`up\` that was refused, run \`pulumi up\` with the former name first);
    - if another component or stack has the association: remove it there, run \`pulumi up\`, then add it here;
    - if an earlier withdrawal of this component failed: finish it first, without this route table;
    - if somebody made it by hand: name the route table in adopt.routeTables, and the endpoint in adopt.vpcEndpointId`;
