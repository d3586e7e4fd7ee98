import { evaluatePolicy, type PolicyDecision, type PolicyRequest } from "../../components/policy/evaluate";
import { ApiError } from "./apiError";
import { type Role, ROLES } from "./iam";
import { ACCOUNT_ID } from "./identifiers";
import type { Store } from "./store";

/** The code of every refusal that is the lab's own: AWS would serve the request. */
export const NOT_SERVED = "NotServedByTheLab";

const LOGGING = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];

const NETWORKING = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaVPCAccessExecutionRole.html and its
 * neighbour.
 */
const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  AWSLambdaBasicExecutionRole: allowing(LOGGING),
  AWSLambdaVPCAccessExecutionRole: allowing([...LOGGING, ...NETWORKING]),
};

function allowing(actions: readonly string[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] });
}

/** The role that an ARN of the lab's own account names. */
export function roleOfArn(store: Store, arn: string): Role | undefined {
  const [, account, name = ""] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:\S+\/)?(\S+)$/.exec(arn) ?? [];
  return account === ACCOUNT_ID ? store.collection<Role>(ROLES).get(name) : undefined;
}

/** The documents of a role's policies. A policy whose document the lab does not have is refused, never left out. */
export function policiesOf({
  roleName,
  inlinePolicies,
  attachedPolicyArns,
  permissionsBoundary,
}: Role): readonly string[] {
  const refuse = (what: string): never => {
    throw new ApiError(
      NOT_SERVED,
      `The lab does not have the document of ${what} of the role ${roleName}: use inline policies.`,
    );
  };
  if (permissionsBoundary !== undefined) refuse(`the permissions boundary ${permissionsBoundary}`);
  const attached = attachedPolicyArns.map(
    (arn) =>
      MANAGED_POLICIES[/:iam::aws:policy\/service-role\/(\w+)$/.exec(arn)?.[1] ?? ""] ??
      refuse(`the attached policy ${arn}`),
  );
  return [...Object.values(inlinePolicies), ...attached];
}

/**
 * What several policies of one kind say together:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decisionOf(policies: readonly string[], request: PolicyRequest): PolicyDecision {
  const decisions = policies.map((policy) => evaluatePolicy(policy, request).decision);
  return (
    decisions.find((decision) => decision === "explicitlyDenied") ??
    decisions.find((decision) => decision === "allowed") ??
    "implicitlyDenied"
  );
}

/** Whether a role may do what an AWS service does on its behalf. */
export function roleMay(role: Role, action: string, resource: string): boolean {
  const request = { principal: { arn: role.arn }, action, resource };
  return decisionOf(policiesOf(role), request) === "allowed";
}
