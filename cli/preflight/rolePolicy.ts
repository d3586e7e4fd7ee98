import type { FactName } from "./facts/facts";
import { SOURCES } from "./facts/sources";

/** An identity policy of the least role that may read some facts. */
export function rolePolicy(wanted: ReadonlySet<FactName>, isAssuming: boolean): object {
  const dryRuns = wanted.has("dryRuns") ? SOURCES.dryRuns.permissions : [];
  const reads = [...wanted].filter((name) => name !== "dryRuns").flatMap((name) => SOURCES[name].permissions);
  return {
    Version: "2012-10-17",
    Statement: [
      statement("Read", [...new Set(reads)].sort()),
      // A dry run answers whether its caller may: whoever may not cannot be told that others may.
      ...(dryRuns.length === 0 ? [] : [statement("DryRuns", dryRuns)]),
      ...(isAssuming ? [statement("Accounts", ["sts:AssumeRole"])] : []),
    ],
  };
}

function statement(Sid: string, Action: readonly string[]): object {
  return { Sid, Effect: "Allow", Action, Resource: "*" };
}
