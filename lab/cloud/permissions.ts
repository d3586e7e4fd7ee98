import { ACCOUNT_ID, regionalArn } from "./identifiers";
import type { FunctionConfiguration } from "./functionConfiguration";
import { type Role, ROLES } from "./iam/role";
import type { AskedCall, CallParameters, Facts, Question } from "./questions";
import { referenceQuestions } from "./reference";

type Questions = (call: AskedCall, facts: Facts) => readonly Question[];

/** The questions of a call: those that are written down here, else what AWS's reference says of it. */
export async function questionsOf(call: AskedCall, facts: Facts): Promise<readonly Question[]> {
  const asked = QUESTIONS[`${call.service}:${call.action}`];
  return asked === undefined ? referenceQuestions(call, facts) : asked(call, facts);
}

const look: Questions = ({ service, action }) => [{ action: `${service}:${action}`, resource: "*" }];

const EC2: Readonly<Record<string, Questions>> = {
  "ec2:CreateVpcEndpoint": (call) => {
    const { vpcId, serviceName, routeTableIds = [] } = call.parameters;
    return [
      ec2Question(call, `vpc/${vpcId}`),
      ec2Question(call, "vpc-endpoint/*", { "ec2:VpceServiceName": serviceName, ...tagContext(call) }),
      ...routeTableIds.map((id) => ec2Question(call, `route-table/${id}`)),
      ...tagsOnCreation(call, "vpc-endpoint/*"),
    ];
  },
  "ec2:ModifyVpcEndpoint": (call) => {
    const { vpcEndpointId, addRouteTableIds = [], removeRouteTableIds = [] } = call.parameters;
    const tables = [...addRouteTableIds, ...removeRouteTableIds];
    return [
      ec2Question(call, `vpc-endpoint/${vpcEndpointId}`),
      ...tables.map((id) => ec2Question(call, `route-table/${id}`)),
    ];
  },
  "ec2:DeleteVpcEndpoints": (call, { networkOf }) =>
    call.parameters.vpcEndpointIds.map((id) => {
      const serviceName = networkOf(call.region).endpoints.get(id)?.serviceName;
      return ec2Question(
        call,
        `vpc-endpoint/${id}`,
        serviceName === undefined ? undefined : { "ec2:VpceServiceName": serviceName },
      );
    }),
  "ec2:CreateSecurityGroup": (call) => [
    ec2Question(call, "security-group/*", tagContext(call)),
    ec2Question(call, `vpc/${call.parameters.vpcId}`),
    ...tagsOnCreation(call, "security-group/*"),
  ],
  ...Object.fromEntries(
    [
      "AuthorizeSecurityGroupEgress",
      "AuthorizeSecurityGroupIngress",
      "RevokeSecurityGroupEgress",
      "RevokeSecurityGroupIngress",
      "DeleteSecurityGroup",
    ].map((action) => [`ec2:${action}`, ofSecurityGroup]),
  ),
  "ec2:CreateTags": (call) => call.parameters.resources.map((id) => ec2Question(call, taggable(id), tagContext(call))),
  "ec2:DeleteTags": (call) => {
    const { resources, tagKeys } = call.parameters;
    return resources.map((id) => ec2Question(call, taggable(id), { "aws:TagKeys": tagKeys }));
  },
};

function ofSecurityGroup(call: AskedCall, { networkOf }: Facts): readonly Question[] {
  const { groupId } = call.parameters;
  const vpcId = networkOf(call.region).securityGroups.get(groupId)?.vpcId;
  return [
    ec2Question(
      call,
      `security-group/${groupId}`,
      vpcId === undefined ? undefined : { "ec2:Vpc": regionalArn(call.region, "ec2", `vpc/${vpcId}`) },
    ),
  ];
}

const ROLE_ACTIONS = [
  "GetRole",
  "DeleteRole",
  "UpdateRole",
  "UpdateAssumeRolePolicy",
  "PutRolePolicy",
  "GetRolePolicy",
  "DeleteRolePolicy",
  "ListRolePolicies",
  "ListAttachedRolePolicies",
  "ListInstanceProfilesForRole",
  "DeleteRolePermissionsBoundary",
];

const IAM: Readonly<Record<string, Questions>> = {
  "iam:CreateRole": (call) => {
    const { path = "/", roleName, permissionsBoundary } = call.parameters;
    const resource = `arn:aws:iam::${ACCOUNT_ID}:role${path}${roleName}`;
    const context = {
      ...tagContext(call),
      ...(permissionsBoundary !== undefined && { "iam:PermissionsBoundary": permissionsBoundary }),
    };
    return [
      { action: "iam:CreateRole", resource, context },
      ...(hasTags(call) ? [{ action: "iam:TagRole", resource, context: tagContext(call) }] : []),
    ];
  },
  "iam:PutRolePermissionsBoundary": (call, facts) => {
    const { permissionsBoundary = "" } = call.parameters;
    return [roleQuestion(call, facts, { "iam:PermissionsBoundary": permissionsBoundary })];
  },
  "iam:TagRole": (call, facts) => [roleQuestion(call, facts, tagContext(call))],
  "iam:UntagRole": (call, facts) => [roleQuestion(call, facts, { "aws:TagKeys": call.parameters.tagKeys })],
  ...Object.fromEntries(
    ROLE_ACTIONS.map((action): [string, Questions] => [`iam:${action}`, (call, facts) => [roleQuestion(call, facts)]]),
  ),
};

function roleQuestion(call: AskedCall, { store }: Facts, context?: Question["context"]): Question {
  const { roleName } = call.parameters;
  const resource = store.collection<Role>(ROLES).get(roleName)?.arn ?? `arn:aws:iam::${ACCOUNT_ID}:role/${roleName}`;
  return { action: `iam:${call.action}`, resource, context };
}

const FUNCTION_ACTIONS = [
  "DeleteFunction",
  "UpdateFunctionCode",
  "PutFunctionConcurrency",
  "DeleteFunctionConcurrency",
  "ListVersionsByFunction",
  "GetFunctionCodeSigningConfig",
];

const LAMBDA: Readonly<Record<string, Questions>> = {
  "lambda:CreateFunction": (call) => {
    const { role, vpcConfig } = call.parameters;
    return [
      functionQuestion(call, "CreateFunction", tagContext(call)),
      ...(hasTags(call) ? [functionQuestion(call, "TagResource", tagContext(call))] : []),
      passRole(call, role),
      ...lookingForCaller(vpcConfig),
    ];
  },
  "lambda:UpdateFunctionConfiguration": (call, { store }) => {
    const { role, vpcConfig, functionName } = call.parameters;
    const before = store.collection<FunctionConfiguration>(`${call.region}/lambda/functions`).get(functionName);
    return [
      functionQuestion(call),
      ...(before?.role === role ? [] : [passRole(call, role)]),
      ...(JSON.stringify(before?.vpcConfig) === JSON.stringify(vpcConfig) ? [] : lookingForCaller(vpcConfig)),
    ];
  },
  // "Lambda returns tag data only if you have explicit allow permissions for lambda:ListTags":
  // https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
  "lambda:GetFunction": (call) => [
    functionQuestion(call),
    { ...functionQuestion(call, "ListTags"), withholds: "tags" },
  ],
  // The ARN that is judged has the qualifier, which the provider always sends:
  // https://docs.aws.amazon.com/lambda/latest/dg/versioning-aliases-permissions.html
  "lambda:Invoke": (call) => {
    const { qualifier } = call.parameters;
    const { resource, ...question } = functionQuestion(call, "InvokeFunction");
    return [{ ...question, resource: qualifier === undefined ? resource : `${resource}:${qualifier}` }];
  },
  "lambda:TagResource": (call) => [
    { action: "lambda:TagResource", resource: call.parameters.resource, context: tagContext(call) },
  ],
  "lambda:UntagResource": (call) => {
    const { resource, tagKeys } = call.parameters;
    return [{ action: "lambda:UntagResource", resource, context: { "aws:TagKeys": tagKeys } }];
  },
  ...Object.fromEntries(
    FUNCTION_ACTIONS.map((action): [string, Questions] => [`lambda:${action}`, (call) => [functionQuestion(call)]]),
  ),
};

function functionQuestion(call: AskedCall, action = call.action, context?: Question["context"]): Question {
  const { functionName } = call.parameters;
  const resource = functionName.startsWith("arn:")
    ? functionName
    : regionalArn(call.region, "lambda", `function:${functionName}`);
  return { action: `lambda:${action}`, resource, context };
}

function passRole(call: AskedCall, role: string): Question {
  return {
    action: "iam:PassRole",
    resource: role,
    context: {
      "iam:PassedToService": "lambda.amazonaws.com",
      "iam:AssociatedResourceArn": functionQuestion(call).resource,
    },
  };
}

/**
 * Lambda looks at subnets and groups with the caller's permissions:
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
function lookingForCaller(vpcConfig: CallParameters["vpcConfig"]): readonly Question[] {
  if (vpcConfig === undefined || vpcConfig.subnetIds.length === 0) return [];
  return ["DescribeSubnets", "DescribeSecurityGroups", "DescribeVpcs"].map((action) => ({
    action: `ec2:${action}`,
    resource: "*",
    askedBy: "lambda",
  }));
}

const LOGS: Readonly<Record<string, Questions>> = {
  "logs:DescribeLogGroups": look,
  "logs:CreateLogGroup": (call) => [
    logGroupQuestion(call, tagContext(call)),
    ...(hasTags(call) ? [{ ...logGroupQuestion(call, tagContext(call)), action: "logs:TagResource" }] : []),
  ],
  ...Object.fromEntries(
    ["PutRetentionPolicy", "DeleteRetentionPolicy", "DeleteLogGroup", "FilterLogEvents"].map(
      (action): [string, Questions] => [`logs:${action}`, (call) => [logGroupQuestion(call)]],
    ),
  ),
  "logs:TagResource": (call) => [
    { action: "logs:TagResource", resource: call.parameters.resourceArn, context: tagContext(call) },
  ],
  "logs:UntagResource": (call) => {
    const { resourceArn, tagKeys } = call.parameters;
    return [{ action: "logs:UntagResource", resource: resourceArn, context: { "aws:TagKeys": tagKeys } }];
  },
  "logs:ListTagsForResource": (call) => [{ action: "logs:ListTagsForResource", resource: call.parameters.resourceArn }],
};

/** As CloudWatch Logs names it in its denials: with an empty log stream, which a policy has to match, too. */
function logGroupQuestion({ region, action, parameters }: AskedCall, context?: Question["context"]): Question {
  const { logGroupName } = parameters;
  return {
    action: `logs:${action}`,
    resource: regionalArn(region, "logs", `log-group:${logGroupName}:log-stream:`),
    context,
  };
}

/**
 * `sts:GetCallerIdentity` needs no permission:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
const QUESTIONS: Readonly<Record<string, Questions>> = {
  ...EC2,
  ...IAM,
  ...LAMBDA,
  ...LOGS,
  "sts:GetCallerIdentity": () => [],
  // Judged where the role's trust policy is.
  "sts:AssumeRole": () => [],
};

/** The calls whose questions are written down here: "ec2:CreateVpcEndpoint". */
export const KNOWN_CALLS: readonly string[] = Object.keys(QUESTIONS);

function ec2Question({ region, action }: AskedCall, resource: string, context?: Question["context"]): Question {
  return { action: `ec2:${action}`, resource: regionalArn(region, "ec2", resource), context };
}

/**
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html: tags of what is created are
 * asked for apart.
 */
function tagsOnCreation(call: AskedCall, resource: string): readonly Question[] {
  if (!hasTags(call)) return [];
  return [
    {
      action: "ec2:CreateTags",
      resource: regionalArn(call.region, "ec2", resource),
      context: { ...tagContext(call), "ec2:CreateAction": call.action },
    },
  ];
}

function tagsOf({ parameters }: AskedCall): Readonly<Record<string, string>> {
  return parameters.tags ?? {};
}

function hasTags(call: AskedCall): boolean {
  return Object.keys(tagsOf(call)).length > 0;
}

function tagContext(call: AskedCall): NonNullable<Question["context"]> {
  if (!hasTags(call)) return {};
  const tags = Object.entries(tagsOf(call));
  return {
    "aws:TagKeys": tags.map(([key]) => key),
    ...Object.fromEntries(tags.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
  };
}

const TAGGABLE: Readonly<Record<string, string>> = {
  vpce: "vpc-endpoint",
  sg: "security-group",
  rtb: "route-table",
  vpc: "vpc",
  subnet: "subnet",
  sgr: "security-group-rule",
  igw: "internet-gateway",
  eigw: "egress-only-internet-gateway",
  nat: "natgateway",
  eipalloc: "elastic-ip",
  eni: "network-interface",
  acl: "network-acl",
  dopt: "dhcp-options",
  pl: "prefix-list",
  pcx: "vpc-peering-connection",
  tgw: "transit-gateway",
  vgw: "vpn-gateway",
  i: "instance",
};

/** The id of something of EC2's, as the last part of its ARN. */
function taggable(id: string): string {
  return `${TAGGABLE[id.split("-")[0] ?? ""] ?? "*"}/${id}`;
}
