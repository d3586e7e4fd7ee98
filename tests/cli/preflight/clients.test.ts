import assert from "node:assert/strict";
import { clientsOfTables, kindOf } from "../../../cli/preflight/clients";
import type { FactName, FactValues, NetworkInterface } from "../../../cli/preflight/facts/facts";
import { isTold } from "../../../cli/preflight/facts/told";
import type { ClientGroup } from "../../../cli/preflight/report/report";
import { networkInterface, smallFacts, smallScope, table, tables, toldFacts } from "./smallFacts";

const ATTACHMENT = "arn:aws:ecs:eu-west-1:111122223333:attachment/att-1";

const by = (more: Partial<NetworkInterface>): NetworkInterface =>
  networkInterface("x", "a", { Attachment: undefined, RequesterManaged: true, ...more });

const typed = (InterfaceType: string): NetworkInterface => by({ InterfaceType: InterfaceType as never });

describe("who is in the subnets of a route table", () => {
  const KINDS: readonly (readonly [NetworkInterface, kind: string, calls: boolean])[] = [
    [networkInterface("x", "a"), "ec2", true],
    [by({ InterfaceType: "lambda" }), "lambda", true],
    [by({ Description: "AWS Lambda VPC ENI-shop-1" }), "lambda", true],
    [by({ Description: ATTACHMENT }), "ecs", true],
    [by({ InterfaceType: "branch", Description: ATTACHMENT }), "ecs", true],
    [by({ InterfaceType: "branch", Description: "aws-k8s-branch-eni" }), "eks", true],
    [networkInterface("x", "a", { Description: "aws-K8S-i-1" }), "eks", true],
    [by({ Description: "Amazon EKS shop" }), "eks-control-plane", false],
    [by({ Description: "Attached to Glue using role: etl" }), "glue", true],
    [by({ Description: "DAX shop-a" }), "dax", true],
    [by({ Description: "DMSNetworkInterface" }), "dms", true],
    [by({ Description: "[DO NOT DELETE] ENI managed by SageMaker for d-1" }), "sagemaker", true],
    [by({ Description: "RDSNetworkInterface" }), "rds", false],
    [by({ Description: "ElastiCache shop-001" }), "elasticache", false],
    [by({ Description: "ES shop" }), "opensearch", false],
    [by({ Description: "RedshiftNetworkInterface" }), "redshift", false],
    [by({ Description: "EFS mount target for fs-1" }), "efs", false],
    [by({ Description: "ELB app/shop/1" }), "load-balancer", false],
    [typed("network_load_balancer"), "load-balancer", false],
    [typed("nat_gateway"), "nat-gateway", false],
    [typed("natGateway"), "nat-gateway", false],
    [typed("vpc_endpoint"), "vpc-endpoint", false],
    [typed("transit_gateway"), "transit-gateway", false],
    [typed("gateway_load_balancer_endpoint"), "firewall-endpoint", false],
    [by({ Description: "Route 53 Resolver: rni-1" }), "route53-resolver", false],
    [by({ Description: "something new" }), "aws-service", true],
    [by({ RequesterManaged: false }), "other", true],
    [by({ RequesterManaged: false, Status: "available" }), "unattached", false],
  ];
  for (const [each, kind, calls] of KINDS)
    it(`is told by interfaces: ${kind}, of ${each.Description ?? each.InterfaceType ?? "?"}`, () =>
      assert.deepEqual(kindOf(each), { kind, calls }));

  it("has the names of functions, by subnet and groups together, whatever the order", () => {
    const facts = {
      networkInterfaces: [
        by({ InterfaceType: "lambda", Groups: [{ GroupId: "sg-2" }, { GroupId: "sg-1" }] }),
        by({ InterfaceType: "lambda", Groups: [{ GroupId: "sg-3" }] }),
      ],
      functions: [
        { FunctionName: "pay", VpcConfig: { SubnetIds: ["subnet-a", "subnet-b"], SecurityGroupIds: ["sg-1", "sg-2"] } },
        { FunctionName: "order", VpcConfig: { SubnetIds: ["subnet-a"], SecurityGroupIds: ["sg-2", "sg-1"] } },
        { FunctionName: "other-group", VpcConfig: { SubnetIds: ["subnet-a"], SecurityGroupIds: ["sg-1"] } },
        { FunctionName: "other-subnet", VpcConfig: { SubnetIds: ["subnet-b"], SecurityGroupIds: ["sg-3"] } },
      ],
    };
    assert.deepEqual(groupsOfA(facts), [
      { kind: "lambda", interfaces: 2, callsDynamoDb: "possibly", names: ["order", "pay"], unnamed: 1 },
    ]);
  });

  it("has the names of tasks by attachment, and of services by place where only one fits", () => {
    const service = (serviceName: string): object => ({
      serviceName,
      networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-a"], securityGroups: ["sg-1"] } },
    });
    const networkInterfaces = [by({ Description: ATTACHMENT }), by({ Description: `${ATTACHMENT}0` })];
    const tasks = [{ group: "service:shop", attachments: [{ id: "att-1" }] }];
    const ecs = (...services: readonly object[]): Partial<FactValues> => ({
      networkInterfaces,
      ecs: { services, tasks, taskDefinitions: [] },
    });
    assert.deepEqual(groupsOfA(ecs(service("mail")))?.[0]?.names, ["mail", "shop"]);
    const [both] = groupsOfA(ecs(service("mail"), service("news"))) ?? [];
    assert.deepEqual([both?.names, both?.unnamed], [["shop"], 1]);
  });

  it("has the node group of a subnet, or the cluster where several share it or none is there", () => {
    const eks = (...names: readonly string[]): Partial<FactValues> => ({
      networkInterfaces: [by({ Description: "aws-K8S-i-1" })],
      eks: {
        clusters: [{ name: "other", resourcesVpcConfig: { subnetIds: ["subnet-a"] } }],
        nodegroups: names.map((nodegroupName) => ({ clusterName: "shop", nodegroupName, subnets: ["subnet-a"] })),
        fargateProfiles: [],
        podIdentityAssociations: [],
      },
    });
    assert.deepEqual(groupsOfA(eks("big"))?.[0]?.names, ["shop/big"]);
    assert.deepEqual(groupsOfA(eks("big", "small"))?.[0]?.names, ["shop"]);
    assert.deepEqual(groupsOfA(eks())?.[0]?.names, ["other"]);
  });

  it("has instances by their tags, and tells those of services", () => {
    const tags = {
      "i-1": { Name: "orders" },
      "i-2": { "aws:autoscaling:groupName": "web" },
      "i-3": { AWSBatchServiceTag: "batch" },
      "i-4": {},
    };
    const facts = {
      networkInterfaces: ["1", "2", "3", "4"].map((name) => networkInterface(name, "a")),
      instances: Object.entries(tags).map(([InstanceId, each]) => ({
        InstanceId,
        Tags: Object.entries(each).map(([Key, Value]) => ({ Key, Value })),
      })),
    };
    assert.deepEqual(groupsOfA(facts), [
      { kind: "ec2", interfaces: 3, callsDynamoDb: "possibly", names: ["orders", "web"], unnamed: 1 },
      { kind: "batch", interfaces: 1, callsDynamoDb: "possibly", names: [], unnamed: 1 },
    ]);
  });

  it("counts what is not named where names may not be read, and lists what does not call DynamoDB last", () => {
    const facts = {
      networkInterfaces: [
        ...["1", "2", "3"].map(() => by({ Description: "RDSNetworkInterface" })),
        networkInterface("a", "a"),
      ],
    };
    assert.deepEqual(groupsOfA(facts, ["instances", "functions", "ecs", "eks"]), [
      { kind: "ec2", interfaces: 1, callsDynamoDb: "possibly", names: [], unnamed: 1 },
      { kind: "rds", interfaces: 3, callsDynamoDb: "no", names: [], unnamed: 3 },
    ]);
  });

  it("counts by the route table that a subnet uses: its own, or the main one", () => {
    const facts = {
      routeTables: tables(table("a", undefined, { subnets: [], main: true }), table("main", [], { subnets: [] })),
    };
    assert.deepEqual(groupsOfA(facts)?.[0]?.names, ["orders"]);
  });

  for (const missing of ["networkInterfaces", "subnets", "routeTables"] as const)
    it(`is not known without ${missing}`, () => {
      const told = clientsOfTables(toldFacts(smallFacts(), [missing]), smallScope());
      assert.ok(!isTold(told));
      assert.equal(told.missing.permission, `service:Read-${missing}`);
    });
});

function groupsOfA(facts: Partial<FactValues>, missing: readonly FactName[] = []): readonly ClientGroup[] | undefined {
  const told = clientsOfTables(toldFacts(smallFacts(facts), missing), smallScope());
  assert.ok(isTold(told));
  return told.value.get("rtb-a");
}
