import { DynamoDbEndpoint, TableAccess } from "pulumi-dynamodb-endpoint";
import { a, b, c, table, vpc } from "./network";

// Monday: the endpoint and its policy. No route table uses it yet, so no connection breaks.
export const endpoint = new DynamoDbEndpoint("dynamodb", {
  vpcId: vpc.id,
  routeTables: { "private-a": a.routeTable.id, "private-b": b.routeTable.id, "private-c": c.routeTable.id },
  access: { tables: [{ name: "StockTable", access: TableAccess.ReadWrite }] },
  rollout: {
    stages: [
      { name: "canary", routeTables: ["private-a"] },
      { name: "half", routeTables: ["private-b"] },
      { name: "rest", routeTables: ["private-c"] },
    ],
    throughStage: "none",
  },
}, { dependsOn: [table] });
