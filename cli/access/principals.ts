import type { AttachedPolicy, PolicyDetail, Tag } from "@aws-sdk/client-iam";
import type { AccessCaller, NamedPolicy } from "../../components/policy/access/facts";
import type { Authorization } from "../preflight/facts/facts";

/** How its sessions are made, as far as that is known. */
export interface Sessions {
  /** Whether whoever takes the role may pass session policies with it. */
  readonly mayHaveSessionPolicies: boolean;
  /** Whether sessions may have tags that the role has not. */
  readonly mayHaveTags: boolean;
}

/** The role of this ARN with all policies that concern it, or `undefined` where the account has no such role. */
export function roleCaller(authorization: Authorization, arn: string, sessions: Sessions): AccessCaller | undefined {
  const role = authorization.RoleDetailList.find((known) => known.Arn === arn);
  return role && callerOf(authorization, arn, ofRole(role), sessions);
}

/** A user with the policies of its groups. Its own keys have no session policies. */
export function userCaller(authorization: Authorization, arn: string): AccessCaller | undefined {
  const user = authorization.UserDetailList.find((known) => known.Arn === arn);
  if (user === undefined) return undefined;
  const groups = authorization.GroupDetailList.filter(({ GroupName: name = "" }) => user.GroupList?.includes(name));
  const inline = groups.flatMap((group) => inlineOf(`group/${group.GroupName ?? ""}`, group.GroupPolicyList));
  const own = ofUser(user);
  const parts: PrincipalParts = {
    ...own,
    inline: [...own.inline, ...inline],
    attached: [...own.attached, ...groups.flatMap(({ AttachedManagedPolicies: attached = [] }) => attached)],
  };
  return callerOf(authorization, arn, parts, { mayHaveSessionPolicies: false, mayHaveTags: false });
}

/** The roles of an instance profile. */
export function rolesOfProfile(authorization: Authorization, instanceProfileArn: string): readonly string[] {
  return authorization.RoleDetailList.flatMap(({ Arn: arn, InstanceProfileList: profiles = [] }) =>
    arn !== undefined && profiles.some((profile) => profile.Arn === instanceProfileArn) ? [arn] : [],
  );
}

interface PrincipalParts {
  readonly inline: readonly NamedPolicy[];
  readonly attached: readonly AttachedPolicy[];
  readonly boundaryArn?: string | undefined;
  readonly tags: readonly Tag[];
}

function ofRole(role: Authorization["RoleDetailList"][number]): PrincipalParts {
  return {
    inline: inlineOf(`role/${role.RoleName ?? ""}`, role.RolePolicyList),
    attached: role.AttachedManagedPolicies ?? [],
    boundaryArn: role.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: role.Tags ?? [],
  };
}

function ofUser(user: Authorization["UserDetailList"][number]): PrincipalParts {
  return {
    inline: inlineOf(`user/${user.UserName ?? ""}`, user.UserPolicyList),
    attached: user.AttachedManagedPolicies ?? [],
    boundaryArn: user.PermissionsBoundary?.PermissionsBoundaryArn,
    tags: user.Tags ?? [],
  };
}

function callerOf(
  authorization: Authorization,
  arn: string,
  { inline, attached, boundaryArn, tags }: PrincipalParts,
  { mayHaveSessionPolicies, mayHaveTags }: Sessions,
): AccessCaller {
  const managed = attached.map(({ PolicyArn: policyArn = "" }) => managedPolicy(authorization, policyArn));
  return {
    arn,
    identityPolicies: [...inline, ...managed],
    mayHaveSessionPolicies,
    ...(boundaryArn !== undefined && { boundary: managedPolicy(authorization, boundaryArn) }),
    ...(!mayHaveTags && { tags: Object.fromEntries(tags.map(({ Key: key = "", Value: value = "" }) => [key, value])) }),
  };
}

function inlineOf(owner: string, policies: readonly PolicyDetail[] = []): readonly NamedPolicy[] {
  return policies.map(({ PolicyName: name = "", PolicyDocument: encoded }) => ({
    // Two roles may have inline policies of one name, which are two policies.
    name: `${owner}/${name}`,
    document: decoded(encoded),
  }));
}

/** The version in force. Without one its document is not known: AWS's list may not have it. */
function managedPolicy({ Policies: policies }: Authorization, arn: string): NamedPolicy {
  const versions = policies.find((known) => known.Arn === arn)?.PolicyVersionList ?? [];
  return { name: arn, document: decoded(versions.find(({ IsDefaultVersion: isDefault }) => isDefault)?.Document) };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyDetail.html: encoded as RFC 3986 has it. */
export function decoded(document: string | undefined): string | undefined {
  if (document === undefined) return undefined;
  try {
    return decodeURIComponent(document);
  } catch {
    return undefined;
  }
}
