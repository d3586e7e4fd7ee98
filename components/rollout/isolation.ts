import type { ComponentResource } from "@pulumi/pulumi";
import type { Finding } from "../args/findings";
import type { Observation } from "../endpoint/observation";
import { routesOf, wayOut } from "../endpoint/waysOut";
import { valueIfKnown } from "../engine/plannedValues";
import { isChecked } from "../plan/checkPlan";
import type { RouteTableId } from "../plan/ledger";
import type { RoutePlan } from "../plan/routePlan";

/**
 * Whether route tables are isolated that are said to be, as far as AWS tells before they switch. What a check does not
 * ask is read from the routes, with a call for each. Of one whose id a preview does not know, the deployment asks.
 */
export class Isolation {
  readonly #asked = new Map<string, Promise<Finding | undefined>>();

  constructor(
    readonly component: ComponentResource,
    readonly plan: RoutePlan,
    readonly observed: Promise<Observation>,
  ) {}

  /** Why it cannot be said that nothing breaks; nothing of a route table that is not said to be isolated. */
  finding(name: string, table: RouteTableId): Promise<Finding | undefined> {
    if (!this.plan.isolated.has(name)) return Promise.resolve(undefined);
    const asked = this.#asked.get(name) ?? this.#ask(name, table);
    this.#asked.set(name, asked);
    return asked;
  }

  /** Whether a route table took a gateway endpoint when the run began. */
  async isRouted({ id }: RouteTableId): Promise<boolean> {
    return id !== undefined && (await this.observed).routedTables?.has(id) === true;
  }

  async #ask(name: string, table: RouteTableId): Promise<Finding | undefined> {
    const problem = await this.#problem(name, table);
    if (problem === undefined) return undefined;
    const path = `rollout.isolated[${[...this.plan.isolated].indexOf(name)}]`;
    const shown = table.isSecret ? `"${name}"` : `"${name}" (${table.id})`;
    return { path, message: `${shown} ${problem.message}`, suggestion: problem.suggestion };
  }

  async #problem(
    name: string,
    table: RouteTableId,
  ): Promise<{ readonly message: string; readonly suggestion: string } | undefined> {
    if (await this.isRouted(table)) return { message: `takes an endpoint already: ${CLIENTS}`, suggestion: REMOVE };
    if (table.id === undefined || isChecked(this.plan.check, name)) return undefined;
    const routes = await routesOf(this.component, await valueIfKnown(this.plan.region), table.id);
    if (routes === undefined) return UNREADABLE;
    const way = wayOut(routes);
    return way === undefined
      ? undefined
      : { message: `has a route for ${way}: ${CLIENTS}`, suggestion: `${REMOVE}, ${OR_CHECK}` };
  }
}

const CLIENTS = "its clients may have connections to DynamoDB, which would break";
const REMOVE = "remove it from rollout.isolated";
const OR_CHECK = "or name a subnet of it in rollout.check.subnets, which proves whether there is a path";
const UNREADABLE = {
  message: "has routes that cannot be read: that it has no path to DynamoDB is not known",
  suggestion: `allow ec2:DescribeRouteTables to the deploying principal, ${OR_CHECK}`,
};
