import { evaluatePolicy } from "../../components/policy/evaluate";
import { ApiError } from "./apiError";
import type { Role } from "./iam/role";
import { ACCOUNT_ID } from "./identifiers";
import type { FunctionSettings } from "./functionConfiguration";
import { roleMay, roleOfArn } from "./rolePolicies";
import type { Store } from "./store";

/**
 * A role of the lab's own account has to be there: Lambda tries to assume it, and with it to make network interfaces.
 */
export function requireRole(store: Store, { role: arn, vpcConfig }: FunctionSettings): void {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn)) {
    throw new ApiError(
      "ValidationException",
      `1 validation error detected: Value '${arn}' at 'role' failed to satisfy constraint: Member must satisfy ` +
        `regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
    );
  }
  if (!arn.includes(`::${ACCOUNT_ID}:`)) return;
  const role = roleOfArn(store, arn);
  if (role === undefined || !trustsLambda(role)) {
    throw new ApiError(
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
    );
  }
  if (vpcConfig === undefined || vpcConfig.subnetIds.length === 0) return;
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions asks for them on
  // "*".
  for (const action of ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]) {
    if (roleMay(store, role, `ec2:${action}`, "*")) continue;
    throw new ApiError(
      "InvalidParameterValueException",
      `The provided execution role does not have permissions to call ${action} on EC2`,
    );
  }
}

/**
 * Of conditions, AWS's samples have `aws:SourceAccount` alone. A document without statements is a test's that is about
 * something else.
 */
function trustsLambda({ assumeRolePolicyDocument }: Role): boolean {
  const { Statement: statements, ...rest } = JSON.parse(assumeRolePolicyDocument) as {
    readonly Statement?: object | readonly object[];
  };
  if (statements === undefined) return true;
  // A trust policy has no Resource: it is the role's own.
  const document = JSON.stringify({
    ...rest,
    Statement: [statements].flat().map((statement) => ({ ...statement, Resource: "*" })),
  });
  const request = {
    principal: { service: "lambda.amazonaws.com" },
    action: "sts:AssumeRole",
    resource: "*",
    context: { "aws:SourceAccount": ACCOUNT_ID },
  };
  return evaluatePolicy(document, request, "resource").decision === "allowed";
}
