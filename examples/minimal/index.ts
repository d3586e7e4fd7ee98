import { RouteTable, RouteTableAssociation, Subnet, Vpc } from "@pulumi/aws/ec2";
import { Config } from "@pulumi/pulumi";
import { DynamoDbEndpoint } from "pulumi-dynamodb-endpoint";

// A VPC as you may have it already: private subnets, each with a route table of its own.
const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });

function privateRouteTable(name: string, cidrBlock: string): RouteTable {
  const subnet = new Subnet(name, { vpcId: vpc.id, cidrBlock });
  const routeTable = new RouteTable(name, { vpcId: vpc.id });
  new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: routeTable.id });
  return routeTable;
}

// The endpoint, and the order in which its route tables switch.
const endpoint = new DynamoDbEndpoint("dynamodb", {
  vpcId: vpc.id,
  routeTables: {
    "private-a": privateRouteTable("private-a", "10.0.0.0/24").id,
    "private-b": privateRouteTable("private-b", "10.0.1.0/24").id,
    "private-c": privateRouteTable("private-c", "10.0.2.0/24").id,
  },
  rollout: {
    stages: [
      { name: "canary", routeTables: ["private-a"] },
      { name: "rest", routeTables: ["private-b", "private-c"] },
    ],
    throughStage: new Config().get("throughStage"),
  },
});

export const { vpcEndpointId, associationIds, securityGroupEgress } = endpoint;
