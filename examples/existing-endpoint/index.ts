import { readFileSync } from "node:fs";
import { Config } from "@pulumi/pulumi";
import { DynamoDbEndpoint } from "pulumi-dynamodb-endpoint";

const config = new Config();

// private-a and private-b use the endpoint already, private-c does not: adopt the first two, then switch the third.
const endpoint = new DynamoDbEndpoint(
  "dynamodb",
  {
    vpcId: config.require("vpcId"),
    routeTables: {
      "private-a": config.require("privateRouteTableA"),
      "private-b": config.require("privateRouteTableB"),
      "private-c": config.require("privateRouteTableC"),
    },
    adopt: {
      vpcEndpointId: config.require("vpcEndpointId"),
      routeTables: ["private-a", "private-b"],
    },
    // The policy as it is today. Without it the endpoint would get full access.
    policy: readFileSync("policy.json", "utf8"),
    rollout: {
      stages: [
        { name: "adopted", routeTables: ["private-a", "private-b"] },
        { name: "remaining", routeTables: ["private-c"] },
      ],
      throughStage: config.get("throughStage"),
    },
  },
  // The tags are somebody else's: they stay as they are.
  { ignoreChanges: ["tags"] },
);

export const { vpcEndpointId, associationIds } = endpoint;
