import { ACCOUNT_ID } from "./identifiers";
import type { PrincipalPolicies } from "./rolePolicies";
import type { Tags } from "./tags";

/** Who makes a request. */
export interface Caller {
  /** Of a user, or of the session of a role. */
  readonly arn: string;
  /** Of a user or a role: `aws:PrincipalArn`. */
  readonly principalArn: string;
  readonly userId: string;
  /** Its policies as they are now. Absent: it may do everything. */
  readonly policies?: () => PrincipalPolicies;
  /** Condition keys of its own. */
  readonly context?: Readonly<Record<string, string>>;
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
 */
export function principalContext(type: "AssumedRole" | "User", tags: Tags): Readonly<Record<string, string>> {
  return {
    "aws:PrincipalType": type,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
  };
}

/** The condition keys that a request has because of who makes it, and where to. */
export function requestContext(caller: Caller, region: string): Readonly<Record<string, string>> {
  const now = new Date();
  return {
    "aws:PrincipalArn": caller.principalArn,
    "aws:PrincipalAccount": accountOf(caller),
    "aws:PrincipalIsAWSService": "false",
    "aws:ResourceAccount": ACCOUNT_ID,
    "aws:userid": caller.userId,
    "aws:RequestedRegion": region,
    "aws:SecureTransport": "true",
    "aws:ViaAWSService": "false",
    "aws:CurrentTime": now.toISOString(),
    "aws:EpochTime": String(Math.floor(now.getTime() / 1000)),
    ...caller.context,
  };
}

export function accountOf({ principalArn }: Pick<Caller, "principalArn">): string {
  return principalArn.split(":")[4] ?? ACCOUNT_ID;
}
