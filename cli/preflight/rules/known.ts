import { counted } from "../../words";
import type { FactValues } from "../facts/facts";
import {
  dynamoDbList,
  type DynamoDbList,
  isOpen,
  listed,
  type ScopedTable,
  scopedTables,
  waysToDynamoDb,
  type Way,
} from "../network";
import type { Scope } from "../scope";
import { type Found, look, type Outcome } from "./rule";

/** Ends the message of a finding that rests on no word of AWS. */
export const UNDOCUMENTED = "This is not documented by AWS.";

/** What a VPC finding has in common with others. */
export function ofVpc({ vpcId }: Scope, found: Omit<Found, "subject" | "routeTableIds">): Found {
  return { subject: vpcId, routeTableIds: [], ...found };
}

export function ofTable(routeTableId: string, found: Omit<Found, "subject" | "routeTableIds">): Found {
  return { subject: routeTableId, routeTableIds: [routeTableId], ...found };
}

export function serviceName({ region }: Pick<Scope, "region">): string {
  return `com.amazonaws.${region}.dynamodb`;
}

/** With DynamoDB's addresses in the Region: without them no way can be followed. */
export function withList(
  { prefixLists }: Pick<FactValues, "prefixLists">,
  scope: Scope,
  judge: (list: DynamoDbList) => Outcome,
): Outcome {
  const list = dynamoDbList(prefixLists, scope);
  if (list !== undefined) return judge(list);
  return [
    ofVpc(scope, {
      severity: "unknown",
      message: `Not known: AWS's prefix list of DynamoDB in ${scope.region} is not among the facts.`,
      evidence: [`com.amazonaws.${scope.region}.dynamodb`],
      remedy: "Allow ec2:DescribePrefixLists and ec2:GetManagedPrefixListEntries.",
    }),
  ];
}

export type PathFacts = Pick<FactValues, "routeTables" | "subnets" | "prefixLists" | "natGateways">;

/** What follows the way of a route table to DynamoDB. */
export const PATH_FACTS = ["routeTables", "subnets", "prefixLists", "natGateways"] as const;

/** A route table of the scope, and its ways to DynamoDB. */
export interface TableWays extends ScopedTable {
  readonly today: readonly Way[];
  readonly withoutEndpoint: readonly Way[];
}

export function tableWays(known: PathFacts, scope: Scope, list: DynamoDbList): readonly TableWays[] {
  return scopedTables(known, scope).map((each) => ({
    ...each,
    ...waysToDynamoDb(each.table, list, known.prefixLists),
  }));
}

/** Whether some address of DynamoDB is reached. */
export function reaches(ways: readonly Way[], { natGateways }: Pick<FactValues, "natGateways">): boolean {
  return ways.some((way) => isOpen(way, natGateways));
}

/** At what `--tables` does not name nobody has looked: for a rule of tables that is unknown, whatever others have. */
export const TABLES_LEFT_OUT = look(["tables", "tableNames"], ({ tables, tableNames }, scope) => {
  const read = new Set(tables.map(({ TableName }) => TableName));
  const others = tableNames.filter((name) => !read.has(name));
  if (others.length === 0) return [];
  const verb = others.length === 1 ? "was" : "were";
  return [
    ofVpc(scope, {
      severity: "unknown",
      message: `Not known: ${counted(others.length, "table")} ${verb} not looked at: ${listed(others)}.`,
      evidence: [`--tables: ${tables.length} of ${counted(tableNames.length, "table")}`],
      remedy: "Ask for more: --tables 1000, or accept it by name with --accept-unknown.",
    }),
  ];
});
