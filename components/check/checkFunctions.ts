import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup";
import { SecurityGroup } from "@pulumi/aws/ec2";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy";
import { Function as LambdaFunction } from "@pulumi/aws/lambda/function";
import {
  all,
  asset,
  getProject,
  getStack,
  output,
  type ComponentResource,
  type Input,
  type Output,
  type Resource,
  type ResourceHookBinding,
} from "@pulumi/pulumi";
import type { CheckedPath } from "../endpoint/accessPolicy";
import { explainAwsError } from "../endpoint/awsErrors";
import { placeOf } from "../endpoint/place";
import { type CheckedEndpoint, securityGroupEgress } from "../endpoint/vpcEndpoint";
import { bothHooks, explainedErrors } from "../engine/hooks";
import { checkOptions } from "../engine/inheritedOptions";
import { hasSecurityGroup, type CheckPlan } from "../plan/checkPlan";
import { namedFunction } from "../plan/namedFunction";
import { associationName, formerAliases, type RoutePlan } from "../plan/routePlan";
import type { PolicyDocument } from "../policy/document";
import {
  FUNCTION_NAME,
  LOG_GROUP_NAME,
  physicalName,
  ROLE_NAME,
  ROLE_POLICY_NAME,
  SECURITY_GROUP_NAME,
  type NameRules,
} from "./physicalNames";
import { checkUserAgent } from "./probe/userAgent";
import { failedFunctionText } from "./warnings";

/** A function that checks a route table: its name or ARN, and what must exist before it can be invoked. */
export interface CheckFunction {
  readonly name: Input<string>;
  /** The version or alias of it. */
  readonly qualifier?: Output<string>;
  /** Absent for a function of the user's own. */
  readonly made?: LambdaFunction;
}

/**
 * The functions by route table, with what they need. None of it depends on how far the roll-out goes: Lambda takes tens
 * of minutes to remove the network interfaces of a function.
 */
export function checkFunctions(
  parent: ComponentResource,
  plan: RoutePlan,
  check: CheckPlan,
  options: {
    endpoint: CheckedEndpoint;
    after: Resource;
    noting: ResourceHookBinding;
    announceGroup: ResourceHookBinding | undefined;
  },
): ReadonlyMap<string, CheckFunction> {
  const theirs = Object.entries(check.functions).map(([table, given]) => [table, ownFunction(given)] as const);
  if (check.probed.length === 0) return new Map<string, CheckFunction>(theirs);
  const onError = explainedErrors(parent, "explaining errors of the functions", ({ urn, error }) =>
    FAILED.test(error) ? failedFunctionText(urn) : explainAwsError(error),
  );
  const made: Made = { parent, plan, check, onError, ...options };
  const logGroup = functionLogs(made);
  const role = executionRole(made, logGroup);
  const securityGroups = [
    ...(check.securityGroupIds ?? []),
    ...(hasSecurityGroup(check) ? [functionSecurityGroup(made, role).id] : []),
  ];
  const ours = check.probed.map((table) => {
    const probe = checkFunction(made, table, { logGroup, role, securityGroups });
    return [table, { name: probe.name, made: probe }] as const;
  });
  return new Map<string, CheckFunction>([...theirs, ...ours]);
}

/** One of the user's own. A name that is none is refused elsewhere, or told by AWS. */
function ownFunction(given: Input<string>): CheckFunction {
  const named = output(given).apply((name) => namedFunction(name) ?? { functionName: name, qualifier: undefined });
  // The SDK leaves a property out that turns out to be undefined.
  return { name: named.functionName, qualifier: named.qualifier as Output<string> };
}

interface Made {
  readonly parent: ComponentResource;
  readonly plan: RoutePlan;
  readonly check: CheckPlan;
  readonly endpoint: CheckedEndpoint;
  readonly after: Resource;
  /** On everything that is made for the check. */
  readonly onError: ResourceHookBinding;
  /** For the resources of its role. */
  readonly noting: ResourceHookBinding;
  readonly announceGroup: ResourceHookBinding | undefined;
}

/** How the provider words the state of a function that could not be set up, and Lambda that it is to be changed. */
const FAILED = /unexpected state 'Failed'|in the following state: Failed/;

/** The role of the functions, and what must exist before it can be used; last to go. */
interface ExecutionRole {
  readonly arn: Input<string>;
  readonly dependsOn: readonly Resource[];
}

/** For how long the logs of the functions are kept. */
const LOG_RETENTION_DAYS = 30;

function functionLogs({ parent, plan, after, onError }: Made): LogGroup {
  const args = {
    name: givenName(checkName(plan), LOG_GROUP_NAME),
    retentionInDays: LOG_RETENTION_DAYS,
    region: plan.region,
    tags: plan.tags,
  };
  return new LogGroup(checkName(plan), args, {
    parent,
    dependsOn: [after],
    hooks: onError,
    ...checkOptions(plan.inherited),
  });
}

function executionRole(made: Made, logGroup: LogGroup): ExecutionRole {
  const { parent, plan, check, endpoint, after } = made;
  const hooks = bothHooks(made.noting, made.onError);
  if (check.roleArn !== undefined) return { arn: check.roleArn, dependsOn: [] };
  const role = new Role(
    checkName(plan),
    {
      name: givenName(checkName(plan), ROLE_NAME),
      assumeRolePolicy: JSON.stringify(ASSUMED_BY_LAMBDA),
      permissionsBoundary: check.permissionsBoundaryArn,
      tags: plan.tags,
    },
    { parent, dependsOn: [after], hooks, ...checkOptions(plan.inherited) },
  );
  const tableArn = checkedTableArn(parent, plan.region, check.table);
  const policy = all([tableArn, endpoint.id, logGroup.arn]).apply(([table, vpcEndpointId, logs]) =>
    JSON.stringify(rolePolicy(table, vpcEndpointId, logs)),
  );
  const attached = new RolePolicy(
    checkName(plan),
    { name: givenName(checkName(plan), ROLE_POLICY_NAME), role: role.name, policy },
    { parent, hooks, ...checkOptions(plan.inherited) },
  );
  return { arn: role.arn, dependsOn: [attached] };
}

/**
 * What an endpoint policy must let through; nothing where only functions of the user's own check. The role is told by
 * its likeness where it has yet to be made: conditions on roles are by name.
 */
export function checkedPath(parent: ComponentResource, plan: RoutePlan): CheckedPath | undefined {
  const { check, region } = plan;
  if (check === undefined || check.probed.length === 0) return undefined;
  const roleName = givenName(checkName(plan), ROLE_NAME) ?? `${checkName(plan)}-0000000`;
  const likeness = placeOf(parent, region).apply(
    ({ partition, account }) => `arn:${partition}:iam::${account}:role/${roleName}`,
  );
  return {
    table: check.table,
    tableArn: checkedTableArn(parent, region, check.table),
    roleArn: output(check.roleArn ?? likeness),
  };
}

function checkedTableArn(parent: ComponentResource, region: RoutePlan["region"], table: Input<string>): Output<string> {
  return all([table, placeOf(parent, region)]).apply(
    ([name, { partition, region, account }]) => `arn:${partition}:dynamodb:${region}:${account}:table/${name}`,
  );
}

const ASSUMED_BY_LAMBDA = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const NETWORK_INTERFACE_ACTIONS = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * What the functions may do, and no more. One call is allowed on every path, the other only through the endpoint: where
 * the first is answered and the second denied, traffic does not take the endpoint. The first must name the endpoint, so
 * that one which is allowed shows that this policy acts, and not the one of before. Lambda itself places the network
 * interfaces; a call from the function's code is denied.
 */
function rolePolicy(tableArn: string, vpcEndpointId: string, logGroupArn: string): PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Reach",
        Effect: "Allow",
        Action: "dynamodb:DescribeContinuousBackups",
        Resource: tableArn,
        Condition: { StringLike: { "aws:UserAgent": `*${checkUserAgent(vpcEndpointId)}*` } },
      },
      {
        Sid: "ReachThroughEndpoint",
        Effect: "Allow",
        Action: "dynamodb:DescribeTable",
        Resource: tableArn,
        Condition: { StringEquals: { "aws:SourceVpce": vpcEndpointId } },
      },
      {
        Sid: "Log",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${logGroupArn}:*`,
      },
      { Sid: "PlaceInterfaces", Effect: "Allow", Action: NETWORK_INTERFACE_ACTIONS, Resource: "*" },
      {
        Sid: "LambdaAlone",
        Effect: "Deny",
        Action: NETWORK_INTERFACE_ACTIONS,
        Resource: "*",
        Condition: { Null: { "lambda:SourceFunctionArn": "false" } },
      },
    ],
  };
}

/**
 * The group that keeps a role of ours until the functions' interfaces are gone: it is torn down between the two. Beside
 * groups of the user's own it has no rule, and so allows nothing.
 *
 * Lambda removes the interfaces of a function 20 minutes and more after the function, with the permissions of its role;
 * where the role is gone by then they stay for ever, and hold their subnet. Nothing tells a stack when they are gone
 * but the deletion of what they hold: for that of a security group the provider waits up to 45 minutes
 * (deleteLingeringENIs in internal/service/ec2/vpc_network_interface.go). `replaceSecurityGroupsOnDestroy` of the
 * function would do the opposite: the group goes at once, and the role with it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function functionSecurityGroup(
  { parent, plan, check, endpoint, after, onError, announceGroup }: Made,
  role: ExecutionRole,
): SecurityGroup {
  // Stated, though it is what a new group has: the provider takes what is left out for somebody else's.
  const ingress: never[] = [];
  const egress = check.securityGroupIds === undefined ? [securityGroupEgress(endpoint)] : [];
  return new SecurityGroup(
    checkName(plan),
    {
      name: givenGroupName(checkName(plan), endpoint.vpcId),
      vpcId: endpoint.vpcId,
      description: "Functions that check the path to DynamoDB",
      ingress,
      egress,
      region: plan.region,
      tags: plan.tags,
    },
    {
      parent,
      dependsOn: [after, ...role.dependsOn],
      hooks: bothHooks(onError, announceGroup),
      ...checkOptions(plan.inherited),
    },
  );
}

interface FunctionParts {
  readonly logGroup: LogGroup;
  readonly role: ExecutionRole;
  readonly securityGroups: Input<string>[];
}

/** Lambda gives up later than the handler does, which then says why. */
const SECONDS_TO_REPORT = 30;

function checkFunction(
  { parent, plan, check, after, onError }: Made,
  table: string,
  { logGroup, role, securityGroups }: FunctionParts,
): LambdaFunction {
  const { timeoutSeconds } = check;
  const name = `${associationName(plan, table)}-check`;
  const given = givenName(name, FUNCTION_NAME);
  return new LambdaFunction(
    name,
    {
      name: given,
      description: `Checks the path of ${table} to DynamoDB`,
      role: role.arn,
      runtime: "nodejs24.x",
      // Not arm64: it comes to a new Region years after Lambda does.
      architectures: ["x86_64"],
      handler: "handler.handler",
      code: probeCode(),
      // Its share of a processor, with which the SDK and TLS start well within the time of one request.
      memorySize: 512,
      timeout: timeoutSeconds + SECONDS_TO_REPORT,
      environment: { variables: { PROBE_TIMEOUT_SECONDS: String(timeoutSeconds) } },
      vpcConfig: { subnetIds: [check.subnets[table] as Input<string>], securityGroupIds: securityGroups },
      loggingConfig: { logFormat: "JSON", logGroup: logGroup.name },
      region: plan.region,
      tags: plan.tags,
    },
    {
      parent,
      dependsOn: [after, ...role.dependsOn],
      aliases: formerAliases(plan, table, "-check"),
      hooks: onError,
      // The provider sees to that only where it replaces by itself, and not with --replace.
      deleteBeforeReplace: given !== undefined,
      ...checkOptions(plan.inherited),
    },
  );
}

/** The probe as it was built: one file, which needs nothing but the runtime's own SDK beside it. */
function probeCode(): asset.AssetArchive {
  return new asset.AssetArchive({ "handler.js": new asset.FileAsset(require.resolve("#probe/handler.js")) });
}

function checkName({ name }: Pick<RoutePlan, "name">): string {
  return `${name}-check`;
}

/** A name in the account, if not the one that Pulumi makes. */
function givenName(name: string, rules: NameRules): string | undefined {
  return physicalName(name, rules, [getProject(), getStack()]);
}

/**
 * A group that is replaced, because its VPC is, must not have the name of the one before: its functions still hold
 * that.
 */
function givenGroupName(name: string, vpcId: Input<string>): Output<string> | undefined {
  const nameIn = (vpc: string): string | undefined =>
    physicalName(name, SECURITY_GROUP_NAME, [getProject(), getStack(), vpc]);
  return nameIn("") === undefined ? undefined : output(vpcId).apply((vpc) => nameIn(vpc) ?? name);
}
