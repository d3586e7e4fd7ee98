import { Table } from "@pulumi/aws/dynamodb";
import { Eip, InternetGateway, NatGateway, RouteTable, RouteTableAssociation, Subnet, Vpc } from "@pulumi/aws/ec2";

// What is there already: a VPC whose private subnets reach DynamoDB through a NAT gateway, and a table that is in use.
export const vpc = new Vpc("vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true });
const internet = new InternetGateway("internet", { vpcId: vpc.id });

const publicSubnet = new Subnet("public", { vpcId: vpc.id, cidrBlock: "10.0.255.0/24" });
const publicRoutes = new RouteTable("public", {
  vpcId: vpc.id,
  routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: internet.id }],
});
const reachable = new RouteTableAssociation("public", { subnetId: publicSubnet.id, routeTableId: publicRoutes.id });
const nat = new NatGateway(
  "nat",
  { subnetId: publicSubnet.id, allocationId: new Eip("nat", { domain: "vpc" }).id },
  { dependsOn: [reachable] },
);

interface PrivateSubnet {
  readonly subnet: Subnet;
  readonly routeTable: RouteTable;
}

function privateSubnet(name: string, cidrBlock: string): PrivateSubnet {
  const subnet = new Subnet(name, { vpcId: vpc.id, cidrBlock });
  const routeTable = new RouteTable(name, {
    vpcId: vpc.id,
    routes: [{ cidrBlock: "0.0.0.0/0", natGatewayId: nat.id }],
  });
  new RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: routeTable.id });
  return { subnet, routeTable };
}

export const a = privateSubnet("private-a", "10.0.0.0/24");
export const b = privateSubnet("private-b", "10.0.1.0/24");
export const c = privateSubnet("private-c", "10.0.2.0/24");

export const table = new Table("stock", {
  name: "StockTable",
  billingMode: "PAY_PER_REQUEST",
  hashKey: "sku",
  attributes: [{ name: "sku", type: "S" }],
});
