import { ApiError } from "./apiError";
import { ACCOUNT_ID } from "./identifiers";
import type { FunctionSettings } from "./lambda";
import { roleMay, roleOfArn } from "./rolePolicies";
import type { Store } from "./store";

/** A role of the lab's own account has to be there: Lambda tries to assume it, and with it to make network interfaces. */
export function requireRole(store: Store, { role: arn, vpcConfig }: FunctionSettings): void {
  if (!/^arn:[\w-]+:iam::\d{12}:role\/\S+$/.test(arn)) {
    throw new ApiError(
      "ValidationException",
      `1 validation error detected: Value '${arn}' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+`,
    );
  }
  if (!arn.includes(`::${ACCOUNT_ID}:`)) return;
  const role = roleOfArn(store, arn);
  if (role === undefined) {
    throw new ApiError(
      "InvalidParameterValueException",
      "The role defined for the function cannot be assumed by Lambda.",
    );
  }
  if (vpcConfig === undefined || vpcConfig.subnetIds.length === 0) return;
  // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions asks for them on "*".
  for (const action of ["CreateNetworkInterface", "DescribeNetworkInterfaces", "DeleteNetworkInterface"]) {
    if (roleMay(role, `ec2:${action}`, "*")) continue;
    throw new ApiError(
      "InvalidParameterValueException",
      `The provided execution role does not have permissions to call ${action} on EC2`,
    );
  }
}
