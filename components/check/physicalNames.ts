import { createHash } from "node:crypto";

/** What AWS takes as a name of one kind. */
export interface NameRules {
  /** What must not be in it. */
  readonly forbidden: RegExp;
  /** Unit: characters. */
  readonly maxLength: number;
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
export const FUNCTION_NAME: NameRules = { forbidden: /[^\w-]/gu, maxLength: 64 };
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
export const ROLE_NAME: NameRules = { forbidden: /[^\w+=,.@-]/gu, maxLength: 64 };
/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const ROLE_POLICY_NAME: NameRules = { forbidden: /[^\w+=,.@-]/gu, maxLength: 128 };
/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html: and none that begins like an id.
 */
export const SECURITY_GROUP_NAME: NameRules = { forbidden: /(?<=^sg)-|[^\w. \-:/()#,@[\]+=&;{}!$*]/gu, maxLength: 255 };
/**
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html: and none of AWS's own.
 */
export const LOG_GROUP_NAME: NameRules = { forbidden: /(?<=^aws)\/|[^\w.\-/#]/gu, maxLength: 512 };

/** Pulumi ends a name that it makes with a hyphen and seven digits. */
const PULUMI_SUFFIX_LENGTH = 8;
/** A hyphen and twelve, and one to spare: names that exist were made so. */
const OWN_SUFFIX_LENGTH = 14;

/**
 * A name where AWS would not take the one that Pulumi makes of `name`; `undefined`: it would. It keeps what a reader
 * recognises, stays the same, and is told apart from others of the account by all of `distinct`, and by what `name`
 * was.
 */
export function physicalName(
  name: string,
  { forbidden, maxLength }: NameRules,
  distinct: readonly string[],
): string | undefined {
  if (name.search(forbidden) < 0 && name.length + PULUMI_SUFFIX_LENGTH <= maxLength) return undefined;
  const readable = name.normalize("NFKD").replace(/\p{M}/gu, "").replace(forbidden, "_");
  const digest = createHash("sha256")
    .update([...distinct, name].join(" "))
    .digest("hex");
  return `${readable.slice(0, maxLength - OWN_SUFFIX_LENGTH)}-${digest.slice(0, 12)}`;
}
