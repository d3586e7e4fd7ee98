import type { Tags } from "../tags";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html, with what is attached to it. */
export interface Role {
  readonly roleName: string;
  readonly roleId: string;
  readonly arn: string;
  readonly path: string;
  readonly assumeRolePolicyDocument: string;
  readonly description?: string;
  readonly maxSessionDuration: number;
  readonly permissionsBoundary?: string;
  readonly createDate: string;
  readonly tags: Tags;
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicyArns: readonly string[];
}

/** Where the store keeps them. */
export const ROLES = "iam/roles";
