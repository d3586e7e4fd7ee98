import type * as iam from "@aws-sdk/client-iam";
import { ApiError } from "../../../cloud/apiError";
import type { Iam, Role } from "../../../cloud/iam";
import type { FilledProfile } from "../../../cloud/iam/instanceProfiles";
import type { ManagedPolicy } from "../../../cloud/iam/managedPolicies";
import type { CountedPolicy, VersionOfPolicy } from "../../../cloud/iam/policies";
import type { IamGroup, IamUser } from "../../../cloud/iam/user";
import type { Tags } from "../../../cloud/tags";
import { type Checked, operation, type ServedOperation } from "../../operations";
import { askedParameters } from "../../askedParameters";
import { markedPage, opened, requireRange, sealed } from "../../pages";
import { tagList } from "../../tags";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html */
const ITEMS_OF_A_PAGE = { member: "maxItems", least: 1, most: 1000 };
const DEFAULT_ITEMS = 100;

type Change = Iam[keyof Iam];
type RequestOf<C extends Change> = Parameters<C> extends [] ? object : NonNullable<Parameters<C>[0]>;

type Taken<I> = readonly (keyof I & string)[];

/** An operation whose request the cloud takes as it is, and whose answer has nothing in it. */
export function changing<I>(
  takes: Taken<I>,
  change: (to: Iam) => Change,
): ServedOperation & { readonly takes: Taken<I> } {
  return { ...asking<I, object, Change>(takes, change, () => ({})), takes };
}

/** An operation whose request the cloud takes as it is. */
export function asking<I, O, C extends Change>(
  takes: readonly (keyof I & string)[],
  ask: (of: Iam) => C,
  answer: (answered: Awaited<ReturnType<C>>, input: Checked<I>) => Partial<O>,
): ServedOperation {
  return operation<I, O>(takes, async ({ iam: served }, input) => {
    const request = askedParameters(input) as unknown as RequestOf<C>;
    const asked = ask(served) as unknown as (request: RequestOf<C>) => Promise<Awaited<ReturnType<C>>>;
    return answer(await asked(request), input);
  });
}

export interface PageRequest {
  readonly Marker?: string;
  readonly MaxItems?: number;
}

interface PageOf<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

export function paged<T>(
  all: readonly T[],
  idOf: (item: T) => string,
  { Marker: marker, MaxItems: maxItems = DEFAULT_ITEMS }: PageRequest,
): PageOf<T> {
  const { items, next } = markedPage(all, idOf, {
    marker: opened(marker, () => new ApiError("ValidationError", "Invalid Marker.")),
    most: requireRange(maxItems, ITEMS_OF_A_PAGE, "ValidationError"),
  });
  return { items, IsTruncated: next !== undefined, Marker: sealed(next) };
}

/** Documents come URL-encoded, by RFC 3986. */
export function encoded(document: string): string {
  return encodeURIComponent(document).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function inlinePolicies(policies: Readonly<Record<string, string>>): iam.PolicyDetail[] {
  return Object.entries(policies).map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encoded(document) }));
}

export function attachedPolicies(arns: readonly string[]): iam.AttachedPolicy[] {
  return arns.map((arn) => ({ PolicyName: arn.split("/").at(-1), PolicyArn: arn }));
}

/** What is left out where there is none. */
export function tagsAndBoundary({
  tags,
  permissionsBoundary,
}: Bounded): Pick<iam.Role, "Tags" | "PermissionsBoundary"> {
  return {
    ...(Object.keys(tags).length > 0 && { Tags: tagList(tags) }),
    ...(permissionsBoundary !== undefined && {
      PermissionsBoundary: {
        PermissionsBoundaryType: "PermissionsBoundaryPolicy",
        PermissionsBoundaryArn: permissionsBoundary,
      },
    }),
  };
}

interface Bounded {
  readonly tags: Tags;
  readonly permissionsBoundary?: string;
}

/** "IAM resource-listing operations return a subset": without tags and boundary. */
export function listedRole(role: Role): iam.Role {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: role.arn,
    CreateDate: new Date(role.createDate),
    AssumeRolePolicyDocument: encoded(role.assumeRolePolicyDocument),
    Description: role.description,
    MaxSessionDuration: role.maxSessionDuration,
  };
}

export function listedUser(user: IamUser): iam.User {
  return {
    Path: user.path,
    UserName: user.userName,
    UserId: user.userId,
    Arn: user.arn,
    CreateDate: new Date(user.createDate),
  };
}

export function listedGroup(group: IamGroup): iam.Group {
  return {
    Path: group.path,
    GroupName: group.groupName,
    GroupId: group.groupId,
    Arn: group.arn,
    CreateDate: new Date(group.createDate),
  };
}

export function profileItem({ roles, ...profile }: FilledProfile): iam.InstanceProfile {
  return {
    Path: profile.path,
    InstanceProfileName: profile.instanceProfileName,
    InstanceProfileId: profile.instanceProfileId,
    Arn: profile.arn,
    CreateDate: new Date(profile.createDate),
    Roles: roles.map(listedRole),
    ...(Object.keys(profile.tags).length > 0 && { Tags: tagList(profile.tags) }),
  };
}

/** Without description and tags, as lists have it. */
export function listedPolicy(policy: ManagedPolicy & Partial<CountedPolicy>): iam.Policy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: policy.attachmentCount,
    PermissionsBoundaryUsageCount: policy.permissionsBoundaryUsageCount,
    IsAttachable: true,
    CreateDate: new Date(policy.createDate),
    UpdateDate: new Date(policy.updateDate),
  };
}

/** Without its document, as lists have it. */
export function versionItem({ versionId, isDefaultVersion, createDate }: VersionOfPolicy): iam.PolicyVersion {
  return { VersionId: versionId, IsDefaultVersion: isDefaultVersion, CreateDate: new Date(createDate) };
}
