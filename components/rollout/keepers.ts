import { Stash, type Resource } from "@pulumi/pulumi";
import { associationName, formerAliases, type RoutePlan } from "../plan/routePlan";

/**
 * Route table name → what its association is deleted with, and so stays with. Empty unless the component is retained.
 */
export type Keepers = ReadonlyMap<string, Resource>;

/**
 * With `retainOnDelete` a route stays when its name, or the whole component, is taken out of the program, but goes when
 * it is withdrawn, or moves. The state of an association cannot say both; so each name has a keeper, switched or not,
 * and the engine leaves alone what is deleted with its keeper.
 */
export function keepers(parent: Resource, plan: RoutePlan, after: Resource): Keepers {
  if (!plan.inherited.retained) return new Map<string, Resource>();
  const keeper = (table: string): Stash => {
    const aliases = formerAliases(plan, table, "-kept");
    return new Stash(
      `${associationName(plan, table)}-kept`,
      { input: "retainOnDelete" },
      { parent, dependsOn: [after], aliases, protect: false },
    );
  };
  return new Map(Object.keys(plan.routeTables).map((table) => [table, keeper(table)]));
}
