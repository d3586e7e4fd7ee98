import type { Attachments } from "../rolePolicies";
import type { Tags } from "../tags";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_User.html, with what is attached to it. */
export interface IamUser extends Attachments {
  readonly userName: string;
  readonly userId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: string;
  readonly tags: Tags;
  readonly groupNames: readonly string[];
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_Group.html, with what is attached to it. */
export interface IamGroup extends Attachments {
  readonly groupName: string;
  readonly groupId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_AccessKey.html */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly userName: string;
  readonly status: "Active" | "Inactive";
  readonly createDate: string;
}

export const ACCESS_KEYS = "iam/accessKeys";
export const USERS = "iam/users";
export const GROUPS = "iam/groups";
