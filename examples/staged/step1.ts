import { Config } from "@pulumi/pulumi";
import { DynamoDbEndpoint, TableAccess } from "pulumi-dynamodb-endpoint";
import { a, b, c, table, vpc } from "./network";

// Monday: the endpoint with its policy, and the functions of the check. No route table uses it yet, so no connection
// breaks.
export const endpoint = new DynamoDbEndpoint("dynamodb", {
  vpcId: vpc.id,
  routeTables: { "private-a": a.routeTable.id, "private-b": b.routeTable.id, "private-c": c.routeTable.id },
  access: { tables: [{ name: table.name, access: TableAccess.ReadWrite }] },
  rollout: {
    stages: [
      { name: "canary", routeTables: ["private-a"] },
      { name: "half", routeTables: ["private-b"] },
      { name: "rest", routeTables: ["private-c"] },
    ],
    throughStage: "none",
    check: {
      table: table.name,
      subnets: { "private-a": a.subnet.id, "private-b": b.subnet.id, "private-c": c.subnet.id },
      // Default: 120. A rehearsal has less patience.
      timeoutSeconds: new Config().getNumber("timeoutSeconds"),
    },
  },
});
