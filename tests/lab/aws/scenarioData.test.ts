import * as assert from "node:assert/strict";
import { paginateListServices, type Service } from "@aws-sdk/client-ecs";
import { SERVICES } from "../../../lab/aws/services";
import type { ScenarioData } from "../../../lab/cloud/scenarioData";
import { REGION } from "../network";
import { everyOperation, present, refusedWith, type Wire, wire } from "./wire";

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:123456789012:${resource}`;

const add = ({ lab }: Wire, data: ScenarioData) => lab.cloud.region(REGION).scenarioData.addScenarioData(data);

describe("ECS for AWS's own client", () => {
  const on = wire();
  const clusterArn = arn("ecs", "cluster/shop");
  const service = (name: string): Service => ({
    serviceArn: arn("ecs", `service/shop/${name}`),
    serviceName: name,
    clusterArn,
    status: "ACTIVE",
    createdAt: new Date("2026-01-02T03:04:05Z"),
    networkConfiguration: { awsvpcConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"] } },
  });
  const task = (id: string, more = {}) => ({ taskArn: arn("ecs", `task/shop/${id}`), clusterArn, ...more });
  const definition = (family: string, revision: number, taskRoleArn: string) => ({
    family,
    revision,
    taskRoleArn,
    taskDefinitionArn: arn("ecs", `task-definition/${family}:${revision}`),
  });
  before(() => add(on, { ecsClusters: [{ clusterArn, clusterName: "shop" }] }));

  everyOperation("ecs", on, {
    ListClusters: async () => {
      assert.deepEqual((await on.ecs.listClusters({})).clusterArns, [clusterArn]);
      await add(on, { ecsClusters: [{ clusterArn: arn("ecs", "cluster/other") }] });
      assert.deepEqual((await on.ecs.listClusters({})).clusterArns, [arn("ecs", "cluster/other"), clusterArn]);
    },
    ListServices: async () => {
      await add(on, { ecsServices: ["a", "b", "c"].map(service) });
      const pages: (readonly string[])[] = [];
      const request = { cluster: "shop" };
      for await (const { serviceArns = [] } of paginateListServices({ client: on.ecs, pageSize: 2 }, request))
        pages.push(serviceArns.map((each) => each.replace(/^.*\//, "")));
      assert.deepEqual(pages, [["a", "b"], ["c"]]);
      assert.deepEqual((await on.ecs.listServices({ cluster: arn("ecs", "cluster/other") })).serviceArns, []);
      await refusedWith(on.ecs.listServices({}), "ClusterNotFoundException", "Cluster not found.");
      await refusedWith(on.ecs.listServices({ cluster: "shop", nextToken: "x" }), "InvalidParameterException");
    },
    DescribeServices: async () => {
      await add(on, { ecsServices: [service("described")] });
      const answer = await on.ecs.describeServices({ cluster: clusterArn, services: ["described", "none"] });
      assert.deepEqual(answer.services, [service("described")]);
      assert.deepEqual(answer.failures, [{ arn: "none", reason: "MISSING" }]);
    },
    ListTasks: async () => {
      const of = (name: string, revision: number) => ({
        group: `service:${name}`,
        taskDefinitionArn: arn("ecs", `task-definition/${name}:${revision}`),
      });
      await add(on, {
        ecsTasks: [task("1", of("a", 1)), task("2", of("b", 2)), task("3", { desiredStatus: "STOPPED" })],
      });
      const ids = async (request: object) =>
        (await on.ecs.listTasks({ cluster: "shop", ...request })).taskArns?.map((each) => each.replace(/^.*\//, ""));
      assert.deepEqual(await ids({}), ["1", "2"]);
      assert.deepEqual(await ids({ serviceName: "a" }), ["1"]);
      assert.deepEqual(await ids({ family: "b" }), ["2"]);
      assert.deepEqual(await ids({ desiredStatus: "STOPPED" }), ["3"]);
    },
    DescribeTasks: async () => {
      await add(on, { ecsTasks: [task("described", { lastStatus: "RUNNING" })] });
      const { tasks, failures } = await on.ecs.describeTasks({ cluster: "shop", tasks: ["described", "none"] });
      assert.deepEqual(tasks, [task("described", { lastStatus: "RUNNING" })]);
      assert.equal(failures?.length, 1);
    },
    DescribeTaskDefinition: async () => {
      await add(on, { ecsTaskDefinitions: [definition("web", 9, "role-9"), definition("web", 10, "role-10")] });
      const roleOf = async (taskDefinition: string) =>
        (await on.ecs.describeTaskDefinition({ taskDefinition })).taskDefinition?.taskRoleArn;
      assert.equal(await roleOf("web"), "role-10");
      assert.equal(await roleOf("web:9"), "role-9");
      assert.equal(await roleOf(arn("ecs", "task-definition/web:10")), "role-10");
      await refusedWith(roleOf("none"), "ClientException", "Unable to describe task definition.");
    },
  });
});

describe("EKS for AWS's own client", () => {
  const on = wire();
  const clusterName = "pods";
  before(() => add(on, { eksClusters: [{ name: clusterName, arn: arn("eks", `cluster/${clusterName}`) }] }));

  everyOperation("eks", on, {
    ListClusters: async () => {
      assert.deepEqual((await on.eks.listClusters({})).clusters, [clusterName]);
      await add(on, { eksClusters: [{ name: "another" }] });
      const { clusters, nextToken } = await on.eks.listClusters({ maxResults: 1 });
      assert.deepEqual([clusters, (await on.eks.listClusters({ nextToken })).clusters], [["another"], [clusterName]]);
      await refusedWith(on.eks.listClusters({ nextToken: "x" }), "InvalidParameterException");
    },
    DescribeCluster: async () => {
      const resourcesVpcConfig = { subnetIds: ["subnet-1"], vpcId: "vpc-1" };
      await add(on, { eksClusters: [{ name: "described", createdAt: new Date(0), resourcesVpcConfig }] });
      const { cluster } = await on.eks.describeCluster({ name: "described" });
      assert.deepEqual(cluster, { name: "described", createdAt: new Date(0), resourcesVpcConfig });
      const none = on.eks.describeCluster({ name: "none" });
      await refusedWith(none, "ResourceNotFoundException", "No cluster found for name: none.");
    },
    ListNodegroups: async () => {
      const names = async () => (await on.eks.listNodegroups({ clusterName })).nodegroups;
      assert.deepEqual(await names(), []);
      await add(on, { eksNodegroups: [{ clusterName, nodegroupName: "workers" }] });
      assert.deepEqual(await names(), ["workers"]);
      await refusedWith(on.eks.listNodegroups({ clusterName: "none" }), "ResourceNotFoundException");
    },
    DescribeNodegroup: async () => {
      const nodegroup = { clusterName, nodegroupName: "described", subnets: ["subnet-1"], nodeRole: "role" };
      const describeGroup = () => on.eks.describeNodegroup({ clusterName, nodegroupName: "described" });
      await refusedWith(describeGroup(), "ResourceNotFoundException", "No node group found for name: described.");
      await add(on, { eksNodegroups: [nodegroup] });
      assert.deepEqual((await describeGroup()).nodegroup, nodegroup);
    },
    ListFargateProfiles: async () => {
      const names = async () => (await on.eks.listFargateProfiles({ clusterName })).fargateProfileNames;
      assert.deepEqual(await names(), []);
      await add(on, { eksFargateProfiles: [{ clusterName, fargateProfileName: "serverless" }] });
      assert.deepEqual(await names(), ["serverless"]);
    },
    DescribeFargateProfile: async () => {
      const profile = { clusterName, fargateProfileName: "described", podExecutionRoleArn: "role", subnets: ["s"] };
      const request = { clusterName, fargateProfileName: "described" };
      await refusedWith(on.eks.describeFargateProfile(request), "ResourceNotFoundException");
      await add(on, { eksFargateProfiles: [profile] });
      assert.deepEqual((await on.eks.describeFargateProfile(request)).fargateProfile, profile);
    },
    ListPodIdentityAssociations: async () => {
      const association = { clusterName, namespace: "shop", serviceAccount: "web" };
      await add(on, {
        eksPodIdentityAssociations: [
          { ...association, associationId: "a-1", roleArn: "role" },
          { ...association, associationId: "a-2", namespace: "other" },
        ],
      });
      const { associations } = await on.eks.listPodIdentityAssociations({ clusterName, namespace: "shop" });
      assert.deepEqual(associations, [{ ...association, associationId: "a-1" }]);
    },
    DescribePodIdentityAssociation: async () => {
      const association = { clusterName, associationId: "a-9", namespace: "shop", roleArn: "role" };
      const request = { clusterName, associationId: "a-9" };
      await refusedWith(on.eks.describePodIdentityAssociation(request), "ResourceNotFoundException");
      await add(on, { eksPodIdentityAssociations: [association] });
      assert.deepEqual((await on.eks.describePodIdentityAssociation(request)).association, association);
    },
  });

  it("is without what is taken away again", async () => {
    await on.lab.cloud.region(REGION).scenarioData.removeScenarioData({ kinds: ["eksClusters"] });
    assert.deepEqual((await on.eks.listClusters({})).clusters, []);
  });
});

describe("Route 53 Resolver, whose client brings no schemas", () => {
  const on = wire();
  async function ask(operation: string, body: object): Promise<Readonly<Record<string, unknown>>> {
    const response = await fetch(present(on.lab.environment.AWS_ENDPOINT_URL), {
      method: "POST",
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=anybody/20260101/${REGION}/route53resolver/aws4_request`,
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": `Route53Resolver.${operation}`,
      },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Readonly<Record<string, unknown>>;
  }
  const rule = (Id: string, VPCId: string) => ({ Id, VPCId, ResolverRuleId: "rslvr-rr-1", Status: "COMPLETE" });
  const group = (Id: string, VpcId: string) => ({ Id, VpcId, FirewallRuleGroupId: "rslvr-frg-1", Priority: 101 });

  const tests: Readonly<Record<string, () => Promise<void>>> = {
    ListResolverRuleAssociations: async () => {
      const Filters = [{ Name: "VPCId", Values: ["vpc-1"] }];
      const found = async () => (await ask("ListResolverRuleAssociations", { Filters })).ResolverRuleAssociations;
      assert.deepEqual(await found(), []);
      await add(on, { resolverRuleAssociations: [rule("a", "vpc-1"), rule("b", "vpc-2")] });
      assert.deepEqual(await found(), [rule("a", "vpc-1")]);
      const { NextToken } = await ask("ListResolverRuleAssociations", { MaxResults: 1 });
      const next = await ask("ListResolverRuleAssociations", { NextToken });
      assert.deepEqual(next.ResolverRuleAssociations, [rule("b", "vpc-2")]);
      const wrong = await ask("ListResolverRuleAssociations", { Filters: [{ Name: "Vpc", Values: [] }] });
      assert.match(JSON.stringify(wrong), /InvalidParameterException/);
    },
    ListFirewallRuleGroupAssociations: async () => {
      const found = async (request: object) =>
        (await ask("ListFirewallRuleGroupAssociations", request)).FirewallRuleGroupAssociations;
      assert.deepEqual(await found({}), []);
      await add(on, { firewallRuleGroupAssociations: [group("a", "vpc-1"), group("b", "vpc-2")] });
      assert.deepEqual(await found({ VpcId: "vpc-2" }), [group("b", "vpc-2")]);
      assert.match(JSON.stringify(await ask("ListFirewallRuleGroupAssociations", { NextToken: "x" })), /NextToken/);
    },
  };
  for (const [operation, test] of Object.entries(tests)) it(operation, test);

  it("is shown in every operation that is served", () => {
    assert.deepEqual(Object.keys(tests), Object.keys(SERVICES.route53resolver?.operations ?? {}));
  });
});
