import type { ComponentResource } from "@pulumi/pulumi";
import type { Finding } from "../args/findings";
import { routesOf, wayOut } from "../endpoint/waysOut";
import { valueIfKnown } from "../engine/plannedValues";
import { isChecked } from "../plan/checkPlan";
import type { RouteTableId } from "../plan/ledger";
import type { RoutePlan } from "../plan/routePlan";

/**
 * Whether route tables are isolated that are said to be, and that no check asks: read from their routes, with a call
 * for each. Of one whose id a preview does not know, the deployment asks.
 */
export class Isolation {
  readonly #asked = new Map<string, Promise<Finding | undefined>>();

  constructor(
    readonly component: ComponentResource,
    readonly plan: RoutePlan,
  ) {}

  /** Why it cannot be said of a route table that nothing breaks; nothing of one that is not said to be isolated. */
  finding(name: string, table: RouteTableId): Promise<Finding | undefined> {
    const { isolated, check } = this.plan;
    if (!isolated.has(name) || isChecked(check, name)) return Promise.resolve(undefined);
    const asked = this.#asked.get(name) ?? this.#ask(name, table);
    this.#asked.set(name, asked);
    return asked;
  }

  async #ask(name: string, { id, isSecret }: RouteTableId): Promise<Finding | undefined> {
    if (id === undefined) return undefined;
    const routes = await routesOf(this.component, await valueIfKnown(this.plan.region), id);
    const found = routes && wayOut(routes);
    if (routes !== undefined && found === undefined) return undefined;
    const shown = isSecret ? `"${name}"` : `"${name}" (${id})`;
    const path = `rollout.isolated[${[...this.plan.isolated].indexOf(name)}]`;
    return found === undefined
      ? {
          path,
          message: `the routes of ${shown} cannot be read: that it has no path to DynamoDB is not known`,
          suggestion: `allow ec2:DescribeRouteTables to the deploying principal, ${OR_CHECK}`,
        }
      : {
          path,
          message: `${shown} has a route for ${found}: its clients may have connections to DynamoDB, which would break`,
          suggestion: `remove it from rollout.isolated, ${OR_CHECK}`,
        };
  }
}

const OR_CHECK = "or name a subnet of it in rollout.check.subnets, which proves whether there is a path";
