import * as assert from "node:assert/strict";
import * as cloudwatch from "@pulumi/aws/cloudwatch";
import * as dynamodb from "@pulumi/aws/dynamodb";
import * as ec2 from "@pulumi/aws/ec2";
import * as iam from "@pulumi/aws/iam";
import * as lambda from "@pulumi/aws/lambda";
import * as vpc from "@pulumi/aws/vpc";
import * as pulumi from "@pulumi/pulumi";
import { RESOURCE_TYPES } from "../../lab/provider/served";
import { SERVICE } from "./network";
import { rehearsal, stepsOf, succeeded } from "../engine/rehearsal";

interface Stage {
  /** Goes into a tag or another updatable property of everything. */
  readonly stage: string;
}

const everything =
  ({ stage }: Stage) =>
  () => {
    const tags = { stage };
    // First to be made and last to go: Lambda removes a function's network interfaces with the role's permissions.
    const role = aRole(stage, tags);
    const network = aNetwork(tags, role);
    const group = aSecurityGroup(network.vpcId, tags, role);
    const fn = aFunction(role, network.subnetId, group.id, tags);
    new lambda.Invocation("invocation", { functionName: fn.name, input: "{}" });
    new cloudwatch.LogGroup("logs", { retentionInDays: stage === "1" ? 7 : 14, tags });
    aTable(tags);
    return Promise.resolve({});
  };

function aTable(tags: Record<string, string>): void {
  const { arn: resourceArn } = new dynamodb.Table("stock", {
    hashKey: "id",
    attributes: [{ name: "id", type: "S" }],
    billingMode: "PAY_PER_REQUEST",
    tags,
  });
  const action = `dynamodb:${tags.stage === "1" ? "Get" : "Put"}Item`;
  const policy = iam.getPolicyDocumentOutput({
    statements: [
      { actions: [action], resources: [resourceArn], principals: [{ type: "AWS", identifiers: ["123456789012"] }] },
    ],
  });
  new dynamodb.ResourcePolicy("who", { resourceArn, policy: policy.json });
}

function aNetwork(
  tags: Record<string, string>,
  { attachment }: FunctionRole,
): { vpcId: pulumi.Output<string>; subnetId: pulumi.Output<string> } {
  const { id: vpcId } = new ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16", enableDnsHostnames: tags.stage !== "1", tags });
  const subnet = new ec2.Subnet(
    "subnet",
    { vpcId, cidrBlock: "10.0.0.0/24", mapPublicIpOnLaunch: true, tags },
    { dependsOn: [attachment] },
  );
  const internet = new ec2.InternetGateway("internet", { vpcId, tags });
  const address = new ec2.Eip("address", { domain: "vpc", tags });
  const nat = new ec2.NatGateway(
    "nat",
    { subnetId: subnet.id, allocationId: address.id, tags },
    { dependsOn: [internet] },
  );
  const publicTable = new ec2.RouteTable("public", {
    vpcId,
    routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: internet.id }],
    tags,
  });
  const privateTable = new ec2.RouteTable("private", { vpcId, tags });
  const natGatewayId = tags.stage === "1" ? nat.id : undefined;
  new ec2.Route("out", {
    routeTableId: privateTable.id,
    destinationCidrBlock: "0.0.0.0/0",
    natGatewayId,
    gatewayId: natGatewayId ? undefined : internet.id,
  });
  new ec2.RouteTableAssociation("uses", {
    subnetId: subnet.id,
    routeTableId: tags.stage === "1" ? publicTable.id : privateTable.id,
  });
  new ec2.MainRouteTableAssociation("main", { vpcId, routeTableId: privateTable.id });
  const endpoint = new ec2.VpcEndpoint("endpoint", {
    vpcId,
    serviceName: SERVICE,
    routeTableIds: [publicTable.id],
    tags,
  });
  const other = new ec2.VpcEndpoint("other", { vpcId, serviceName: SERVICE.replace("dynamodb", "s3") });
  new ec2.VpcEndpointRouteTableAssociation("association", { vpcEndpointId: other.id, routeTableId: privateTable.id });
  const statement = {
    Effect: "Allow",
    Principal: "*",
    Action: `dynamodb:${tags.stage === "1" ? "Get" : "Put"}Item`,
    Resource: "*",
  };
  new ec2.VpcEndpointPolicy("policy", {
    vpcEndpointId: endpoint.id,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  return { vpcId, subnetId: subnet.id };
}

function aSecurityGroup(
  vpcId: pulumi.Output<string>,
  tags: Record<string, string>,
  { attachment }: FunctionRole,
): ec2.SecurityGroup {
  const list = ec2.getPrefixListOutput({ name: SERVICE });
  const port = tags.stage === "1" ? 443 : 444;
  const https = { protocol: "tcp", fromPort: port, toPort: port };
  const inline = new ec2.SecurityGroup("inline", {
    vpcId,
    egress: [{ ...https, prefixListIds: [list.id], cidrBlocks: ["10.0.0.0/16", "192.0.2.0/24"] }],
    ingress: [{ ...https, self: true }],
    tags,
  });
  const separate = new ec2.SecurityGroup("separate", { vpcId, tags }, { dependsOn: [attachment] });
  const rule = { securityGroupId: separate.id, ipProtocol: "tcp", fromPort: port, toPort: port, tags };
  new vpc.SecurityGroupEgressRule("egress", { ...rule, prefixListId: list.id });
  new vpc.SecurityGroupIngressRule("ingress", { ...rule, referencedSecurityGroupId: inline.id });
  return separate;
}

function aRole(stage: string, tags: Record<string, string>): FunctionRole {
  const statement = {
    Effect: "Allow" as const,
    Principal: { Service: "lambda.amazonaws.com" },
    Action: "sts:AssumeRole",
  };
  const role = new iam.Role("role", {
    assumeRolePolicy: { Version: "2012-10-17", Statement: [statement] },
    description: stage,
    tags,
  });
  const policy = iam.getPolicyDocumentOutput({
    statements: [{ actions: [`dynamodb:${stage === "1" ? "Get" : "Put"}Item`], resources: ["*"] }],
  });
  new iam.RolePolicy("inline-policy", { role: role.id, policy: policy.json });
  const attachment = new iam.RolePolicyAttachment("attachment", {
    role,
    policyArn: "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole",
  });
  return { arn: role.arn, attachment };
}

/** A role, and what makes it good for a function in a VPC. */
interface FunctionRole {
  readonly arn: pulumi.Output<string>;
  readonly attachment: iam.RolePolicyAttachment;
}

function aFunction(
  { arn: role, attachment }: FunctionRole,
  subnetId: pulumi.Output<string>,
  groupId: pulumi.Output<string>,
  tags: Record<string, string>,
): lambda.Function {
  const source = new pulumi.asset.StringAsset(`exports.handler = async () => ${tags.stage ?? ""};`);
  return new lambda.Function(
    "function",
    {
      role,
      runtime: "nodejs24.x",
      handler: "index.handler",
      architectures: ["arm64"],
      code: new pulumi.asset.AssetArchive({ "index.js": source, "read.json": new pulumi.asset.FileAsset(__filename) }),
      environment: { variables: { STAGE: pulumi.secret(tags.stage ?? "") } },
      vpcConfig: { subnetIds: [subnetId], securityGroupIds: [groupId] },
      loggingConfig: { logFormat: "JSON" },
      tags,
    },
    { dependsOn: [attachment] },
  );
}

describe("every type that the lab serves", () => {
  const stacks = rehearsal();

  it("is created, found unchanged, updated in place and deleted", async () => {
    const stack = await stacks.stack();
    const created = succeeded(await stack.up(everything({ stage: "1" })));
    const types = new Set(created.steps.map(({ type }) => type).filter((type) => type.startsWith("aws:")));
    assert.deepEqual([...types].sort(), RESOURCE_TYPES.map(({ token }) => token).sort());

    const drift = stepsOf(await stack.preview(undefined, { refresh: true })).filter(
      (step) => !step.startsWith("refresh"),
    );
    assert.deepEqual(drift, []);

    const updated = stepsOf(await stack.up(everything({ stage: "2" })));
    const unchanged = ["other", "association", "main", "attachment", "invocation"];
    const resources = created.steps.filter(({ type }) => type.startsWith("aws:")).map(({ name }) => name);
    assert.deepEqual(
      [...updated].sort(),
      resources
        .filter((name) => !unchanged.includes(name))
        .map((name) => `update ${name}`)
        .sort(),
    );
    assert.deepEqual(stepsOf(await stack.preview()), []);

    assert.equal(stepsOf(await stack.destroy()).length, resources.length);
    const { ec2: aws, iam: roles } = stacks.lab.cloud.region("us-east-1");
    assert.deepEqual(
      [...(await aws.describeVpcs({})), ...(await aws.describeSecurityGroups({})), ...(await roles.listRoles())],
      [],
    );
  });
});
