import { ApiError } from "./apiError";

interface NamePattern {
  /** As AWS's API calls it. */
  readonly parameter: string;
  readonly pattern: RegExp;
  readonly maxLength: number;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const FUNCTION_NAMES: NamePattern = { parameter: "functionName", pattern: /^[a-zA-Z0-9-_]+$/, maxLength: 64 };
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const ROLE_NAMES: NamePattern = { parameter: "roleName", pattern: /^[\w+=,.@-]+$/, maxLength: 64 };
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const ROLE_POLICY_NAMES: NamePattern = { parameter: "policyName", pattern: /^[\w+=,.@-]+$/, maxLength: 128 };
/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const SECURITY_GROUP_NAMES: NamePattern = {
  parameter: "groupName",
  pattern: /^(?!sg-)[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]+$/,
  maxLength: 255,
};
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html */
export const LOG_GROUP_NAMES: NamePattern = {
  parameter: "logGroupName",
  pattern: /^(?!aws\/)[.\-_/#A-Za-z0-9]+$/,
  maxLength: 512,
};

/** What is wrong with a name, in the words of AWS's APIs. */
export function nameProblem({ parameter, pattern, maxLength }: NamePattern, name: string): string | undefined {
  const constraint =
    name.length > maxLength
      ? `Member must have length less than or equal to ${maxLength}`
      : pattern.test(name)
        ? undefined
        : `Member must satisfy regular expression pattern: ${pattern.source}`;
  return (
    constraint &&
    `1 validation error detected: Value '${name}' at '${parameter}' failed to satisfy constraint: ${constraint}`
  );
}

export function requireName(names: NamePattern, name: string, code = "ValidationException"): void {
  const problem = nameProblem(names, name);
  if (problem !== undefined) throw new ApiError(code, problem);
}
