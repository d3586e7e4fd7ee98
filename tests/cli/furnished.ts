import type { ScenarioData } from "../../lab/cloud/scenarioData";
import { policyOf } from "../../lab/scenarios/site";
import { present } from "../lab/aws/wire";
import { REGION } from "../lab/network";
import type { Site } from "./preflights";

/** Something in every service that is asked. */
export async function furnish(on: Site, secret: string): Promise<void> {
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
  await cloud.region(REGION).scenarioData.addScenarioData(clusters(subnetId, secret));
  await flowLog(on);
  await encrypt(on);
  await profile(on);
  await secretive(on, subnetId, secret);
}

async function flowLog({ ec2, vpcId }: Site): Promise<void> {
  await ec2.createFlowLogs({
    ResourceIds: [vpcId],
    ResourceType: "VPC",
    TrafficType: "ALL",
    LogGroupName: "flows",
    LogFormat: "${interface-id} ${bytes} ${start} ${end} ${pkt-dst-aws-service}",
    DeliverLogsPermissionArn: "arn:aws:iam::123456789012:role/flow-logs",
  });
}

/** The table's key has a policy that knows addresses. */
async function encrypt({ lab }: Site): Promise<void> {
  const region = lab.cloud.region(REGION);
  const Condition = { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } };
  const use = { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*", Condition };
  const { arn: kmsKeyArn } = await region.kms.createKey({ policy: policyOf(use) });
  await region.dynamodb.updateTable({ tableName: "StockTable", kmsKeyArn });
}

/** A profile with a zone that the VPC does not have by itself. */
async function profile({ lab, vpcId: resourceId }: Site): Promise<void> {
  const { route53, route53Profiles } = lab.cloud.region(REGION);
  const other = lab.cloud.region("eu-west-3");
  const { vpcId } = await other.ec2.createVpc({ cidrBlock: "10.9.0.0/16" });
  const vpc = { vpcId, vpcRegion: other.name };
  const { id } = await route53.createHostedZone({ name: "corp.example", callerReference: "corp", vpc });
  const { id: profileId } = await route53Profiles.createProfile({ name: "dns" });
  await route53Profiles.associateProfile({ profileId, resourceId, name: "here" });
  const resourceArn = `arn:aws:route53:::hostedzone/${id}`;
  await route53Profiles.associateResourceToProfile({ profileId, resourceArn, name: "corp" });
}

/** A function whose environment has a secret. */
async function secretive(on: Site, subnetId: string, secret: string): Promise<void> {
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
    environment: { PASSWORD: secret },
    vpcConfig: { subnetIds: [subnetId], securityGroupIds: [present(group?.GroupId)] },
    ephemeralStorageSize: 512,
    tracingMode: "PassThrough",
    logging: { logFormat: "Text", logGroup: "/aws/lambda/orders" },
    layers: [],
    code: { fingerprint: "orders", size: 1 },
  });
}

/** A cluster of ECS and one of EKS, with one of each that is asked about one by one. */
function clusters(subnetId: string, secret: string): ScenarioData {
  const ecs = (what: string): string => `arn:aws:ecs:${REGION}:123456789012:${what}`;
  const [clusterArn, taskDefinitionArn] = [ecs("cluster/shop"), ecs("task-definition/prices:1")];
  const environment = [{ name: "PASSWORD", value: secret }];
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
