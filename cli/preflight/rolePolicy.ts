import type { FactName } from "./facts/facts";
import { SOURCES } from "./facts/sources";

/** An identity policy of the least role that may read some facts, and take on these roles. */
export function rolePolicy(wanted: ReadonlySet<FactName>, roles: readonly string[]): object {
  const dryRuns = wanted.has("dryRuns") ? SOURCES.dryRuns.permissions : [];
  const reads = [...wanted].filter((name) => name !== "dryRuns").flatMap((name) => SOURCES[name].permissions);
  return {
    Version: "2012-10-17",
    Statement: [
      statement("Read", [...new Set(reads)].sort()),
      // A dry run answers whether its caller may: whoever may not cannot be told that others may.
      ...(dryRuns.length === 0 ? [] : [statement("DryRuns", dryRuns)]),
      ...(roles.length === 0 ? [] : [statement("Accounts", ["sts:AssumeRole"], roles)]),
    ],
  };
}

function statement(Sid: string, Action: readonly string[], Resource: "*" | readonly string[] = "*"): object {
  return { Sid, Effect: "Allow", Action, Resource };
}
