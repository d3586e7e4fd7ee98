import { partitionOf } from "../../components/policy/regions";
import type { FactName } from "./facts/facts";
import type { TableChoice } from "./facts/reading";
import { SOURCES } from "./facts/sources";

/** What a role is for. */
export interface RoleRequest {
  readonly wanted: ReadonlySet<FactName>;
  readonly tables: TableChoice;
  /** Where it is used. Absent: in a Region of the partition `aws`. */
  readonly region?: string | undefined;
  /** Of other accounts, to take on. */
  readonly roles?: readonly string[];
}

/** An identity policy of the least role that may read some facts, and take on these roles. */
export function rolePolicy({ wanted, tables: { names, arns = [] }, region, roles = [] }: RoleRequest): object {
  const dryRuns = wanted.has("dryRuns") ? SOURCES.dryRuns.permissions : [];
  const reads = new Set([...wanted].filter((name) => name !== "dryRuns").flatMap((name) => SOURCES[name].permissions));
  const ofTables = names === undefined ? [] : OF_TABLES.filter((permission) => reads.delete(permission));
  return {
    Version: "2012-10-17",
    Statement: [
      statement("Read", [...reads].sort()),
      ...(ofTables.length === 0
        ? []
        : [
            statement(
              "Tables",
              ofTables,
              names?.map((name) => tableArn(name, region)),
            ),
          ]),
      ...(ofTables.length === 0 || arns.length === 0
        ? []
        : [statement("TablesOfOthers", ["dynamodb:GetResourcePolicy"], arns)]),
      // A dry run answers whether its caller may: whoever may not cannot be told that others may.
      ...(dryRuns.length === 0 ? [] : [statement("DryRuns", dryRuns)]),
      ...(roles.length === 0 ? [] : [statement("Accounts", ["sts:AssumeRole"], roles)]),
    ],
  };
}

/** What is asked of a table by its name. */
const OF_TABLES = ["dynamodb:DescribeTable", "dynamodb:GetResourcePolicy"];

/** In the account and Region that are asked, whichever these are. */
function tableArn(name: string, region = "*"): string {
  return `arn:${partitionOf(region)}:dynamodb:${region}:*:table/${name}`;
}

export function statement(Sid: string, Action: readonly string[], Resource: "*" | readonly string[] = "*"): object {
  return { Sid, Effect: "Allow", Action, Resource };
}
