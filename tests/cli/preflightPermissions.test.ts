import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lambda } from "@aws-sdk/client-lambda";
import type { FactName, Facts } from "../../cli/preflight/facts/facts";
import { Calls } from "../../cli/preflight/facts/reading";
import { factsOfVpc } from "../../cli/preflight/facts/ofVpc";
import { notRead, readRegion, type RegionFacts } from "../../cli/preflight/facts/regionFacts";
import { FACT_NAMES, SOURCES } from "../../cli/preflight/facts/sources";
import { isTold, type Told } from "../../cli/preflight/facts/told";
import { chooseScope } from "../../cli/preflight/chooseScope";
import { judge } from "../../cli/preflight/judge";
import { vpcReport } from "../../cli/preflight/report/vpcReport";
import type { PreflightReport, VpcReport } from "../../cli/preflight/report/report";
import { RULES } from "../../cli/preflight/rules/all";
import type { ScenarioData } from "../../lab/cloud/scenarioData";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import { preflight, reported, site } from "./preflights";

const SECRET = "hunter2-of-an-environment";
const ALL = new Set(FACT_NAMES);
/** Whoever may not make an endpoint is told so by the dry run: that is no missing fact, and preflightRole has it. */
const DRY_RUNS = new Set(SOURCES.dryRuns.permissions);
const PERMISSIONS = [...new Set(FACT_NAMES.flatMap((name) => SOURCES[name].permissions))].filter(
  (permission) => !DRY_RUNS.has(permission),
);

/** What facts of EC2 are made of together. */
const SHARED =
  /^ec2:(?:DescribeRouteTables|DescribeNetworkInterfaces|DescribeSecurityGroupRules|\w+ManagedPrefixList\w+)$/;

/** By the action that the lab carries it out with. */
const AS_OTHER: Readonly<Record<string, string>> = { DescribeVpcAttribute: "DescribeVpcs" };

/** What the report tells whatever is checked: the ways, and who is there. */
const TOLD_BESIDE: readonly FactName[] = [
  ...(["vpcs", "subnets", "routeTables", "prefixLists", "vpcEndpoints", "natGateways", "networkInterfaces"] as const),
  ...(["functions", "ecs", "eks", "instances"] as const),
];

describe("a preflight without a permission", () => {
  const on = site();
  const folder = mkdtempSync(join(tmpdir(), "preflight-permissions-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let recorded: RegionFacts;
  let whole: VpcReport;

  before(async () => {
    await furnish();
    recorded = await read(ALL);
    whole = judged(recorded.facts);
  });

  /** Something in every service that is asked. */
  async function furnish(): Promise<void> {
    const { cloud } = on.lab;
    const [id] = on.privateTables;
    const { PrefixList: list } = await on.ec2.createManagedPrefixList({
      PrefixListName: "offices",
      AddressFamily: "IPv4",
      MaxEntries: 2,
      Entries: [{ Cidr: "192.168.0.0/24" }],
    });
    const { NatGateways: [gateway] = [] } = await on.ec2.describeNatGateways({});
    const NatGatewayId = gateway?.NatGatewayId;
    await on.ec2.createRoute({ RouteTableId: id, DestinationPrefixListId: list?.PrefixListId, NatGatewayId });
    const subnetId = present(
      (await on.ec2.describeSubnets({ Filters: [{ Name: "vpc-id", Values: [on.vpcId] }] })).Subnets?.[1]?.SubnetId,
    );
    await cloud.region(REGION).scenarioData.addScenarioData(clusters(subnetId));
    await on.ec2.createFlowLogs({
      ResourceIds: [on.vpcId],
      ResourceType: "VPC",
      TrafficType: "ALL",
      LogGroupName: "flows",
      LogFormat: "${interface-id} ${bytes} ${start} ${end} ${pkt-dst-aws-service}",
      DeliverLogsPermissionArn: "arn:aws:iam::123456789012:role/flow-logs",
    });
    await secretive(subnetId);
  }

  /** A function whose environment has a secret. */
  async function secretive(subnetId: string): Promise<void> {
    const region = on.lab.cloud.region(REGION);
    const { SecurityGroups: [group] = [] } = await on.ec2.describeSecurityGroups({
      Filters: [{ Name: "vpc-id", Values: [on.vpcId] }],
    });
    const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
    const assumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
    const role = await region.iam.createRole({ roleName: "orders", assumeRolePolicyDocument });
    await region.iam.attachRolePolicy({
      roleName: "orders",
      policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
    });
    await region.lambda.createFunction({
      functionName: "orders",
      role: role.arn,
      runtime: "nodejs24.x",
      handler: "index.handler",
      memorySize: 128,
      timeout: 3,
      architectures: ["arm64"],
      environment: { PASSWORD: SECRET },
      vpcConfig: { subnetIds: [subnetId], securityGroupIds: [present(group?.GroupId)] },
      ephemeralStorageSize: 512,
      tracingMode: "PassThrough",
      logging: { logFormat: "Text", logGroup: "/aws/lambda/orders" },
      layers: [],
      code: { fingerprint: "orders", size: 1 },
    });
  }

  function read(wanted: ReadonlySet<FactName>): Promise<RegionFacts> {
    return readRegion(
      { vpcId: on.vpcId, wanted, tables: { most: 50 }, readAt: "2026-01-31T00:00:00.000Z", observedHours: 1 },
      new Calls(),
    );
  }

  /** As the command does it, without a folder for each. */
  function judged(facts: Facts): VpcReport {
    const { account, region } = recorded;
    const own = factsOfVpc(facts, on.vpcId);
    const scope = chooseScope(own, { account, region, vpcId: on.vpcId, direction: "switch" });
    const answers = { acknowledgements: [], acceptedUnknown: new Map<string, string>(), now: new Date() };
    return JSON.parse(JSON.stringify(vpcReport(own, judge(own, scope, RULES, answers)))) as VpcReport;
  }

  async function denied<T>(permission: string, run: () => Promise<T>): Promise<T> {
    const [service = "", action = ""] = permission.split(":");
    const code = service === "ec2" ? "UnauthorizedOperation" : "AccessDeniedException";
    const fault = {
      service,
      action: AS_OTHER[action] ?? action,
      code,
      message: "You are not authorized.",
      statusCode: 403,
    };
    on.lab.cloud.faults.failOn(fault);
    return run().finally(() => on.lab.cloud.faults.end(fault));
  }

  /** The facts, with those that this permission is for as AWS tells them without it. */
  async function factsWithout(permission: string): Promise<Facts> {
    const lost = FACT_NAMES.filter((name) => SOURCES[name].permissions.includes(permission));
    const again = SHARED.test(permission) ? FACT_NAMES.filter((name) => SOURCES[name].service === "ec2") : lost;
    const { facts } = await denied(permission, () => read(new Set(again)));
    for (const name of again) {
      const told: Told<unknown> = facts[name];
      if (isTold(told)) assert.ok(!lost.includes(name), `${name} is told`);
      else assert.deepEqual([name, told.missing.permission, told.missing.reason], [name, permission, "denied"]);
    }
    return { ...recorded.facts, ...Object.fromEntries(again.map((name) => [name, facts[name]])) };
  }

  for (const permission of PERMISSIONS)
    it(`does not know what it takes ${permission} for, and knows the rest`, async () => {
      const facts = await factsWithout(permission);
      const report = judged(facts);
      const lost = FACT_NAMES.filter((name) => !isTold<unknown>(facts[name]));
      const needing = RULES.filter(
        ({ needs, observes, directions }) =>
          directions.includes("switch") && [...needs, ...observes].some((need) => lost.includes(need)),
      ).map(({ id }) => id);
      assert.deepEqual(unknownIn(report), [...new Set([...unknownIn(whole), ...needing])].sort());
      for (const { id } of report.passed) assert.ok(!needing.includes(id), `${id} passed`);
      assert.deepEqual(rulesBut(needing, report), rulesBut(needing, whole));
      if (!lost.some((name) => TOLD_BESIDE.includes(name))) assert.deepEqual(restOf(report), restOf(whole));
    });

  for (const permission of ["ec2:DescribeNetworkInterfaces", "dynamodb:DescribeTable", "ecs:DescribeTasks"])
    it(`says without ${permission} what its facts say`, async () => {
      const live = await denied(permission, () => reported("--vpc", on.vpcId));
      const { calls, flows } = notRead();
      assert.deepEqual(live.vpcs, [judged({ ...(await factsWithout(permission)), calls, flows })]);
    });

  it("has no function's environment in its facts, its records or its reports", async () => {
    const lambda = new Lambda({ region: REGION });
    const { Functions } = await lambda.listFunctions({});
    lambda.destroy();
    assert.ok(JSON.stringify(Functions).includes(SECRET));
    assert.ok(isTold(recorded.facts.functions));
    assert.deepEqual(
      recorded.facts.functions.value.map(({ FunctionName }) => FunctionName),
      ["orders"],
    );
    const [path, page] = [join(folder, "secret"), join(folder, "page.html")];
    const { stdout, stderr } = await preflight("--vpc", on.vpcId, "--record", path, "--html", page, "--json");
    const markdown = await preflight("--facts", path, "--markdown");
    const text = await preflight("--facts", path, "--verbose");
    const files = readdirSync(path).map((name) => readFileSync(join(path, name), "utf8"));
    const told = [JSON.stringify(recorded), stdout, stderr, readFileSync(page, "utf8"), ...files];
    for (const each of [...told, markdown.stdout, text.stdout]) assert.ok(!each.includes(SECRET));
    const { vpcs } = JSON.parse(stdout) as PreflightReport;
    assert.ok(JSON.stringify(vpcs[0]?.routeTables).includes("orders"));
  });
});

function unknownIn({ findings }: VpcReport): readonly string[] {
  return [...new Set(findings.filter(({ severity }) => severity === "unknown").map(({ id }) => id))].sort();
}

function rulesBut(ids: readonly string[], { findings, passed }: VpcReport): unknown {
  return [findings, passed].map((some) => some.filter(({ id }) => !ids.includes(id)));
}

function restOf({ routeTables, lacksS3Endpoint, natGateways, name }: VpcReport): unknown {
  return { routeTables, lacksS3Endpoint, natGateways, name };
}

/** A cluster of ECS and one of EKS, with one of each that is asked about one by one. */
function clusters(subnetId: string): ScenarioData {
  const ecs = (what: string): string => `arn:aws:ecs:${REGION}:123456789012:${what}`;
  const [clusterArn, taskDefinitionArn] = [ecs("cluster/shop"), ecs("task-definition/prices:1")];
  const environment = [{ name: "PASSWORD", value: SECRET }];
  const inCluster = { clusterName: "shop", subnets: [subnetId] };
  return {
    ecsClusters: [{ clusterArn, clusterName: "shop" }],
    ecsServices: [
      {
        clusterArn,
        serviceArn: ecs("service/shop/prices"),
        serviceName: "prices",
        taskDefinition: taskDefinitionArn,
        networkConfiguration: { awsvpcConfiguration: { subnets: [subnetId] } },
      },
    ],
    ecsTasks: [
      {
        clusterArn,
        taskArn: ecs("task/shop/1"),
        taskDefinitionArn,
        group: "service:prices",
        overrides: { containerOverrides: [{ name: "prices", environment }] },
      },
    ],
    ecsTaskDefinitions: [
      { taskDefinitionArn, family: "prices", revision: 1, containerDefinitions: [{ name: "prices", environment }] },
    ],
    eksClusters: [{ name: "shop", arn: `arn:aws:eks:${REGION}:123456789012:cluster/shop` }],
    eksNodegroups: [{ ...inCluster, nodegroupName: "nodes", nodegroupArn: "arn:nodes" }],
    eksFargateProfiles: [{ ...inCluster, fargateProfileName: "jobs", fargateProfileArn: "arn:jobs" }],
    eksPodIdentityAssociations: [{ clusterName: "shop", associationId: "a-1", associationArn: "arn:a-1" }],
  };
}
