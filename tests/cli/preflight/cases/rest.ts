import { ACCOUNT, DYNAMODB, networkInterface, quotas, route, subnet, subnets, table, tables, vpc } from "../smallFacts";
import { type RuleCase, withdrawal } from "./case";

const OTHER = "444455556666";

const dryRun = (
  code: string,
  action: "ec2:CreateVpcEndpoint" | "ec2:ModifyVpcEndpoint" = "ec2:CreateVpcEndpoint",
): RuleCase["facts"] => ({
  dryRuns: [
    { VpcId: "vpc-2", action, code: "DryRunOperation" },
    { VpcId: "vpc-1", action, code },
  ],
});

const gateways = (count: number, more: object = {}): RuleCase["facts"] => ({
  vpcEndpoints: Array.from({ length: count }, (_, i) => ({
    VpcEndpointId: `vpce-${i}`,
    VpcId: `vpc-${i + 2}`,
    VpcEndpointType: "Gateway",
    ServiceName: DYNAMODB,
    ...more,
  })),
});

const policy = (condition: object): RuleCase["facts"] => ({
  vpcEndpoints: [
    {
      VpcEndpointId: "vpce-1",
      VpcId: "vpc-1",
      PolicyDocument: JSON.stringify({ Statement: [{ Effect: "Allow", Condition: { StringEquals: condition } }] }),
    },
  ],
  networkInterfaces: [networkInterface("x", "a", { OwnerId: OTHER })],
});

const OWN_ENDPOINT = { vpcEndpointId: "vpce-1" };

const proxy = (SubnetId: string, Name: string): RuleCase["facts"] => ({
  instances: [{ InstanceId: "i-1", VpcId: "vpc-1", SubnetId, Tags: [{ Key: "Name", Value: Name }] }],
});

const described = (Description: string): RuleCase["facts"] => ({
  networkInterfaces: [networkInterface("x", "a", { Description, Attachment: undefined, RequesterManaged: true })],
});

export const OTHER_CASES: readonly RuleCase[] = [
  {
    rule: "P3",
    title: "an endpoint may not be made",
    facts: dryRun("UnauthorizedOperation"),
    finds: ["blocker vpc-1"],
    says: [`role/deployer may not call ec2:CreateVpcEndpoint`],
  },
  {
    rule: "P3",
    title: "the endpoint may not be changed",
    facts: dryRun("UnauthorizedOperation", "ec2:ModifyVpcEndpoint"),
    scope: { ...OWN_ENDPOINT, ...withdrawal },
    finds: ["blocker vpc-1"],
  },
  {
    rule: "P3",
    title: "a dry run with another answer",
    facts: dryRun("InvalidParameter"),
    finds: ["unknown vpc-1"],
    says: ["InvalidParameter"],
  },
  { rule: "P3", title: "a dry run that was not made", facts: { dryRuns: [] }, finds: ["unknown vpc-1"] },
  {
    rule: "P3",
    title: "an endpoint may not be made, where there is one",
    facts: {
      dryRuns: [
        { VpcId: "vpc-1", action: "ec2:CreateVpcEndpoint", code: "UnauthorizedOperation" },
        { VpcId: "vpc-1", action: "ec2:ModifyVpcEndpoint", code: "DryRunOperation" },
      ],
    },
    scope: OWN_ENDPOINT,
    finds: [],
  },
  {
    rule: "P5",
    title: "an account that the endpoint's policy does not name",
    facts: policy({ "aws:PrincipalAccount": [ACCOUNT] }),
    scope: OWN_ENDPOINT,
    finds: ["high vpc-1"],
    says: [OTHER, "access.accounts"],
  },
  {
    rule: "P5",
    title: "this account itself",
    facts: { ...policy({ "aws:PrincipalAccount": [OTHER] }), networkInterfaces: [networkInterface("x", "a")] },
    scope: OWN_ENDPOINT,
    finds: ["high vpc-1"],
  },
  {
    rule: "P5",
    title: "this account alone, of an organization",
    facts: { ...policy({ "aws:PrincipalOrgID": "o-1" }), networkInterfaces: [networkInterface("x", "a")] },
    scope: OWN_ENDPOINT,
    finds: [],
  },
  {
    rule: "P5",
    title: "an account that may be in no such organization",
    facts: policy({ "aws:PrincipalOrgID": "o-1" }),
    scope: OWN_ENDPOINT,
    finds: ["unknown vpc-1"],
  },
  {
    rule: "P5",
    title: "an account that the policy names",
    facts: policy({ "aws:PrincipalAccount": [ACCOUNT, OTHER] }),
    scope: OWN_ENDPOINT,
    finds: [],
  },
  { rule: "P5", title: "another endpoint's policy", facts: policy({ "aws:PrincipalAccount": [ACCOUNT] }), finds: [] },
  {
    rule: "N3",
    title: "an instance that is a proxy by its name, in a table that switches",
    facts: proxy("subnet-a", "egress-proxy-1"),
    finds: ["medium i-1"],
    says: ["(rtb-a) switches"],
  },
  {
    rule: "N3",
    title: "a proxy in a table that stays",
    facts: proxy("subnet-public", "squid"),
    finds: ["medium i-1"],
    says: ["does not switch"],
  },
  { rule: "N3", title: "a name that only sounds alike", facts: proxy("subnet-a", "reproxying"), finds: [] },
  {
    rule: "N4",
    title: "clients with a path today",
    finds: ["medium vpc-1"],
    says: ["2 interfaces may have connections", "rtb-a: 1 interface", "rtb-b: 1 interface", "drill"],
  },
  {
    rule: "N4",
    title: "clients without a path, and a table with a database alone",
    facts: {
      routeTables: tables(table("a", [])),
      networkInterfaces: [
        networkInterface("a", "a"),
        networkInterface("db", "b", { Description: "RDSNetworkInterface" }),
      ],
    },
    finds: [],
  },
  {
    rule: "N5",
    title: "a job of Glue",
    facts: described("Attached to Glue using role: etl"),
    finds: ["medium vpc-1"],
    says: ["rtb-a: eni-x (glue)"],
  },
  {
    rule: "N5",
    title: "an instance of EMR",
    facts: {
      instances: [
        { InstanceId: "i-a", VpcId: "vpc-1", Tags: [{ Key: "aws:elasticmapreduce:job-flow-id", Value: "j-1" }] },
      ],
    },
    finds: ["medium vpc-1"],
  },
  {
    rule: "N5",
    title: "a task of ECS of no service",
    facts: {
      ...described("arn:aws:ecs:eu-west-1:111122223333:attachment/att-1"),
      ecs: { services: [], tasks: [{ group: "family:nightly", attachments: [{ id: "att-1" }] }], taskDefinitions: [] },
    },
    finds: ["medium eni-x"],
    says: ["family:nightly"],
  },
  {
    rule: "N5",
    title: "a task of a service, and a job in a table that stays",
    facts: {
      networkInterfaces: [
        networkInterface("x", "a", { Description: "arn:aws:ecs:eu-west-1:111122223333:attachment/att-1" }),
        networkInterface("y", "public", { Description: "Attached to Glue using role: etl" }),
      ],
      ecs: { services: [], tasks: [{ group: "service:shop", attachments: [{ id: "att-1" }] }], taskDefinitions: [] },
    },
    finds: [],
  },
  {
    rule: "N6",
    title: "a node of DAX",
    facts: described("DAX shop-a"),
    finds: ["medium rtb-a"],
    says: ["1 node of DAX is"],
  },
  { rule: "N6", title: "a node of ElastiCache", facts: described("ElastiCache shop-001"), finds: [] },
  {
    rule: "N8",
    title: "a VPC that another account shares",
    facts: { vpcs: vpc({ OwnerId: OTHER }) },
    finds: ["high vpc-1"],
    says: [`OwnerId ${OTHER}`],
  },
  {
    rule: "N8",
    title: "clients of a participant",
    facts: {
      networkInterfaces: [
        networkInterface("x", "a", { OwnerId: OTHER }),
        networkInterface("y", "b", { OwnerId: OTHER }),
      ],
    },
    finds: [`high ${OTHER}`],
    says: ["2 interfaces in rtb-a, rtb-b are of account", "cannot be read from here"],
  },
  {
    rule: "N8",
    title: "a participant's database, and clients in a table that stays",
    facts: {
      networkInterfaces: [
        networkInterface("x", "a", { OwnerId: OTHER, Description: "RDSNetworkInterface" }),
        networkInterface("y", "public", { OwnerId: OTHER }),
      ],
    },
    finds: [],
  },
  {
    rule: "R12",
    title: "no gateway endpoint more in the Region",
    facts: gateways(20),
    finds: ["blocker vpc-1"],
    says: ["20 of 20 (L-1B52E74A)"],
  },
  { rule: "R12", title: "few gateway endpoints more", facts: gateways(16), finds: ["medium vpc-1"] },
  {
    rule: "R12",
    title: "no route more in a table",
    facts: {
      routeTables: tables(
        table(
          "a",
          Array.from({ length: 499 }, (_, i) => route(`10.${i % 250}.0.0/16`, "tgw-1")),
        ),
      ),
    },
    finds: ["blocker rtb-a"],
    says: ["--quota-code L-93826ACB"],
  },
  {
    rule: "R12",
    title: "no gateway endpoint more in the VPC",
    facts: { ...gateways(255, { VpcId: "vpc-1", ServiceName: "com.amazonaws.eu-west-1.s3" }), quotas: quotas(1000) },
    finds: ["blocker vpc-1"],
    says: ["AWS does not raise this quota"],
  },
  { rule: "R12", title: "quotas that were not told", facts: { quotas: [] }, finds: ["unknown vpc-1"] },
  {
    rule: "R12",
    title: "fewer, an applied quota that was raised, interface endpoints, and propagated routes",
    facts: {
      ...gateways(30, { VpcEndpointType: "Interface" }),
      quotas: quotas(20, 5),
      routeTables: tables(
        table(
          "a",
          Array.from({ length: 9 }, (_, i) =>
            route(`10.${i}.0.0/16`, "vgw-1", { Origin: "EnableVgwRoutePropagation" }),
          ),
        ),
      ),
    },
    finds: [],
  },
  {
    rule: "R12",
    title: "a full Region and a full table that have the endpoint already",
    facts: {
      ...gateways(20, { VpcId: "vpc-1" }),
      quotas: quotas(20, 3),
      routeTables: tables(table("a", [route("0.0.0.0/0", "nat-1"), route("pl-ddb", "vpce-1")]), table("b", [])),
    },
    finds: [],
  },
  {
    rule: "Q1",
    title: "a table whose subnets are full",
    facts: { subnets: subnets(subnet("a", { AvailableIpAddressCount: 0 })) },
    finds: ["medium rtb-a"],
    says: ["rollout.check.functions"],
  },
  {
    rule: "Q1",
    title: "a full subnet beside one with addresses, and a table of no subnet",
    facts: {
      routeTables: tables(table("a", undefined, { subnets: ["a", "c"] }), table("b", undefined, { subnets: [] })),
      subnets: subnets(subnet("a", { AvailableIpAddressCount: 0 }), subnet("c")),
    },
    finds: [],
  },
];
