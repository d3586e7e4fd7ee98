import type { Region } from "@pulumi/aws";

/** A VPC that exists, with what its roll-out has to know. */
export interface LiveVpc {
  /** Names what is made for it. It has to stay the same. */
  readonly name: string;
  readonly region: Region;
  readonly vpcId: string;
  /** A name of your choice → the route table's id. */
  readonly routeTables: Readonly<Record<string, string>>;
  /** Route table name → a subnet that uses it, in which the check runs. */
  readonly subnets: Readonly<Record<string, string>>;
  /** A table in this Region, for the check to name. */
  readonly table: string;
}

/** In the order in which they switch. */
export const vpcs: readonly LiveVpc[] = [
  {
    name: "staging",
    region: "eu-west-1",
    vpcId: "vpc-035a558ed3463aeb5",
    routeTables: { "private-a": "rtb-0f3fb94ac661bf7bc" },
    subnets: { "private-a": "subnet-08ba2799eddd914d2" },
    table: "StockTable",
  },
  {
    name: "production",
    region: "eu-west-1",
    vpcId: "vpc-04b9701d11b09fdaa",
    routeTables: { "private-a": "rtb-0c5ae1755ad928fba", "private-b": "rtb-0986cc8307389a1e6" },
    subnets: { "private-a": "subnet-027f84f3258942284", "private-b": "subnet-005fe34ffafa666f3" },
    table: "StockTable",
  },
  {
    name: "recovery",
    region: "eu-central-1",
    vpcId: "vpc-0d804b89c5e4289e3",
    routeTables: { "private-a": "rtb-0bf9c6f9482e9a894" },
    subnets: { "private-a": "subnet-07259f0e5c0c67c52" },
    table: "StockTable",
  },
];
