import type { Input } from "@pulumi/pulumi";
import type { RouteTablesArgs } from "../args/args";

/** The argument that names the route tables: errors point to it. */
export type TablesArgument = "routeTables" | "subnets";

export function tablesArgument({ routeTables, subnets }: Pick<RouteTablesArgs, TablesArgument>): TablesArgument {
  return routeTables === undefined && subnets !== undefined ? "subnets" : "routeTables";
}

/** The names of the route tables, sorted, whichever argument has them. */
export function tableNames(args: Pick<RouteTablesArgs, TablesArgument>): readonly string[] {
  return Object.keys(args[tablesArgument(args)] ?? {}).sort();
}

/** The subnets in which a check runs: those of the argument `subnets`, but for what the check itself says. */
export function checkedSubnets({
  subnets,
  rollout,
}: Pick<RouteTablesArgs, "subnets" | "rollout">): Readonly<Record<string, Input<string>>> {
  return { ...subnets, ...rollout?.check?.subnets };
}
