"use strict";
// The baseline of gates: the same functions, invocations and dependencies, with what somebody who needs no warnings
// would write.
const { createHash } = require("node:crypto");
const { dirname, join } = require("node:path");
const { getCallerIdentityOutput } = require("@pulumi/aws/getCallerIdentity");
const { getPartitionOutput } = require("@pulumi/aws/getPartition");
const { getRegionOutput } = require("@pulumi/aws/getRegion");
const { LogGroup } = require("@pulumi/aws/cloudwatch/logGroup");
const { SecurityGroup, VpcEndpoint, VpcEndpointRouteTableAssociation } = require("@pulumi/aws/ec2");
const { Role } = require("@pulumi/aws/iam/role");
const { RolePolicy } = require("@pulumi/aws/iam/rolePolicy");
const { Function: LambdaFunction } = require("@pulumi/aws/lambda/function");
const { Invocation } = require("@pulumi/aws/lambda/invocation");
const { asset, interpolate, jsonParse, jsonStringify, output, Stash } = require("@pulumi/pulumi");
const { vpcId, routeTables, subnets, table } = require("./network.json");

const serviceName = "com.amazonaws.us-east-1.dynamodb";
const policy = JSON.stringify({
  Version: "2008-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
});
const check = { version: 1, functions: Object.keys(routeTables).sort(), hasSecurityGroup: true };
const ledger = { endpoint: `${vpcId} ${serviceName}`, tables: routeTables, adopted: [], check };
// What the plan says besides, for those who read a preview.
const names = Object.keys(routeTables).sort();
const remarks = {
  version: 1,
  stages: names.map((name) => ({ name, routeTables: [name] })),
  throughStage: names.at(-1),
  checked: names,
  isolated: [],
};

const plan = new Stash("dynamodb-plan", { input: { ...ledger, remarks } });
const endpoint = new VpcEndpoint(
  "dynamodb",
  { vpcId, serviceName, vpcEndpointType: "Gateway", policy },
  { dependsOn: [plan] },
);

const logGroup = new LogGroup("dynamodb-check", { retentionInDays: 30 }, { dependsOn: [plan] });
const role = new Role(
  "dynamodb-check",
  {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
    }),
  },
  { dependsOn: [plan] },
);
const tableArn = interpolate`arn:${getPartitionOutput().partition}:dynamodb:${getRegionOutput().region}:${getCallerIdentityOutput().accountId}:table/${table}`;
const placingInterfaces = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];
const rolePolicy = new RolePolicy("dynamodb-check", {
  role: role.name,
  policy: jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Reach",
        Effect: "Allow",
        Action: "dynamodb:DescribeContinuousBackups",
        Resource: tableArn,
        Condition: { StringLike: { "aws:UserAgent": interpolate`*path-check/${endpoint.id}*` } },
      },
      {
        Sid: "ReachThroughEndpoint",
        Effect: "Allow",
        Action: "dynamodb:DescribeTable",
        Resource: tableArn,
        Condition: { StringEquals: { "aws:SourceVpce": endpoint.id } },
      },
      {
        Sid: "Log",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: interpolate`${logGroup.arn}:*`,
      },
      { Sid: "PlaceInterfaces", Effect: "Allow", Action: placingInterfaces, Resource: "*" },
      {
        Sid: "LambdaAlone",
        Effect: "Deny",
        Action: placingInterfaces,
        Resource: "*",
        Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
      },
    ],
  }),
});
const securityGroup = new SecurityGroup(
  "dynamodb-check",
  {
    vpcId,
    description: "Functions that check the path to DynamoDB",
    ingress: [],
    egress: [
      endpoint.prefixListId.apply((id) => ({
        description: "DynamoDB through its gateway endpoint",
        protocol: "tcp",
        fromPort: 443,
        toPort: 443,
        prefixListIds: [id],
      })),
    ],
  },
  { dependsOn: [plan, rolePolicy] },
);

const handler = join(
  dirname(require.resolve("pulumi-dynamodb-endpoint/package.json")),
  "dist",
  "components",
  "check",
  "probe",
  "handler.js",
);
const code = new asset.AssetArchive({ "handler.js": new asset.FileAsset(handler) });
const functions = {};
for (const name of Object.keys(routeTables)) {
  functions[name] = new LambdaFunction(
    `dynamodb-${name}-check`,
    {
      description: `Checks the path of ${name} to DynamoDB`,
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["x86_64"],
      handler: "handler.handler",
      code,
      memorySize: 512,
      timeout: 150,
      environment: { variables: { PROBE_TIMEOUT_SECONDS: "120" } },
      vpcConfig: { subnetIds: [subnets[name]], securityGroupIds: [securityGroup.id] },
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
    },
    { dependsOn: [plan, rolePolicy] },
  );
}

const policyHash = endpoint.policy.apply((document) =>
  createHash("sha256")
    .update(JSON.stringify(JSON.parse(document)))
    .digest("hex")
    .slice(0, 16),
);
const startedAt = new Date().toISOString();
const associations = {};
const gates = {};
let previous = plan;
let proven = [];
for (const [name, routeTableId] of Object.entries(routeTables)) {
  const invoke = (phase, { triggers, dependsOn, watch, ignoreChanges }) =>
    new Invocation(
      `dynamodb-${name}-check-${phase}`,
      {
        functionName: functions[name].name,
        input: jsonStringify({ version: 1, phase, routeTable: name, table, vpcEndpointId: endpoint.id, watch }),
        triggers,
      },
      { dependsOn: [functions[name], ...dependsOn], deleteBeforeReplace: phase === "after", ignoreChanges },
    );
  const switching = { endpoint: endpoint.id, routeTable: routeTableId };
  const before = invoke("before", {
    triggers: { ...switching, attempt: startedAt },
    dependsOn: [previous, ...proven],
    ignoreChanges: ["triggers.attempt"],
  });
  const during = invoke("during", {
    triggers: { ...switching, attempt: before.triggers.attempt },
    dependsOn: [before],
  });
  const association = new VpcEndpointRouteTableAssociation(
    `dynamodb-${name}`,
    { vpcEndpointId: endpoint.id, routeTableId },
    {
      dependsOn: [previous, ...proven, before, ...(previous === plan ? Object.values(functions) : [])],
      deleteBeforeReplace: true,
    },
  );
  const gate = invoke("after", {
    triggers: { association: association.id, policy: policyHash, attempt: during.triggers.attempt, made: startedAt },
    dependsOn: [association],
    watch: jsonParse(during.result),
    ignoreChanges: ["triggers.made"],
  });
  associations[name] = previous = association;
  gates[name] = gate;
  proven = [gate];
}
new Stash(
  "dynamodb-switched",
  { input: ledger },
  { dependsOn: [plan, ...Object.values(associations), ...Object.values(gates)] },
);

module.exports = {
  vpcEndpointId: endpoint.id,
  associationIds: Object.fromEntries(Object.entries(associations).map(([name, { id }]) => [name, id])),
  checkReports: output(
    Object.fromEntries(Object.entries(gates).map(([name, { result }]) => [name, jsonParse(result)])),
  ),
};
