import type { Callers } from "./callers";
import type { FrontDoor, Served } from "./frontDoor";
import {
  acceptedDocument,
  alreadyExists,
  attachmentOperations,
  deleteConflict,
  type Holders,
  holders,
} from "./iam/attachments";
import { detailOperations } from "./iam/details";
import { instanceProfileOperations } from "./iam/instanceProfiles";
import { type Role, ROLES } from "./iam/role";
import { requirePolicy } from "./iam/managedPolicies";
import { policyOperations } from "./iam/policies";
import { groupOperations, userOperations } from "./iam/users";
import { ACCOUNT_ID, identifiers } from "./identifiers";
import { requireName, ROLE_NAMES } from "./names";
import type { Collection, Store } from "./store";
import { type Tags, withoutKeys } from "./tags";

export interface CreateRoleRequest {
  readonly roleName: string;
  readonly assumeRolePolicyDocument: string;
  readonly path?: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Tags;
}

export { type Role, ROLES };

interface RoleName {
  readonly roleName: string;
}

interface PolicyName {
  readonly policyName: string;
}

interface PolicyArn {
  readonly policyArn: string;
}

function operations(store: Store, callers: Callers) {
  const roles: Collection<Role> = store.collection(ROLES);
  const found = holders("role", roles);
  const roleOf = ({ roleName }: RoleName): Role => found.of(roleName);
  const profiles = instanceProfileOperations(store, roleOf);
  const policies = attachmentOperations(store, found);
  return {
    ...roleOperations({ store, roles, found }),
    ...rolePolicyOperations(policies),
    ...profiles,
    deleteRole: (name: RoleName): void => {
      roleOf(name);
      if (profiles.listInstanceProfilesForRole(name).length > 0) {
        throw deleteConflict("must remove roles from instance profile first");
      }
      policies.requireBare(name.roleName);
      roles.remove(name.roleName);
    },
    ...userOperations(store, callers),
    ...groupOperations(store),
    ...policyOperations(store),
    ...detailOperations(store),
  };
}

interface Roles {
  readonly store: Store;
  readonly roles: Collection<Role>;
  readonly found: Holders<Role>;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
function roleOperations({ store, roles, found: { of, change } }: Roles) {
  return {
    createRole: ({ path = "/", maxSessionDuration = 3600, tags = {}, ...request }: CreateRoleRequest): Role => {
      requireName(ROLE_NAMES, request.roleName);
      if (roles.get(request.roleName) !== undefined) {
        throw alreadyExists(`Role with name ${request.roleName} already exists.`);
      }
      if (request.permissionsBoundary !== undefined) requirePolicy(store, request.permissionsBoundary, "Scope ARN:");
      const role: Role = {
        ...request,
        assumeRolePolicyDocument: acceptedDocument(request.assumeRolePolicyDocument),
        path,
        maxSessionDuration,
        roleId: `AROA${identifiers(store, "iam").nextDigits("role", 17).toUpperCase()}`,
        arn: `arn:aws:iam::${ACCOUNT_ID}:role${path}${request.roleName}`,
        createDate: new Date().toISOString(),
        tags,
        inlinePolicies: {},
        attachedPolicyArns: [],
      };
      roles.put(role.roleName, role);
      return role;
    },
    getRole: ({ roleName }: RoleName): Role => of(roleName),
    listRoles: (): readonly Role[] => roles.all(),
    updateRole: ({
      description,
      maxSessionDuration,
      roleName,
    }: RoleName & Partial<Pick<Role, "description" | "maxSessionDuration">>): void =>
      change(roleName, (role) => ({ description, maxSessionDuration: maxSessionDuration ?? role.maxSessionDuration })),
    updateAssumeRolePolicy: ({ policyDocument, roleName }: RoleName & { readonly policyDocument: string }): void =>
      change(roleName, () => ({ assumeRolePolicyDocument: acceptedDocument(policyDocument) })),
    tagRole: ({ tags, roleName }: RoleName & { readonly tags: Tags }): void =>
      change(roleName, (role) => ({ tags: { ...role.tags, ...tags } })),
    untagRole: ({ tagKeys, roleName }: RoleName & { readonly tagKeys: readonly string[] }): void =>
      change(roleName, (role) => ({ tags: withoutKeys(role.tags, tagKeys) })),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
function rolePolicyOperations(policies: ReturnType<typeof attachmentOperations>) {
  return {
    putRolePolicy: ({ roleName, ...policy }: RoleName & PolicyName & { readonly policyDocument: string }): void =>
      policies.put(roleName, policy),
    getRolePolicy: ({ roleName, ...policy }: RoleName & PolicyName) => policies.get(roleName, policy),
    listRolePolicies: ({ roleName }: RoleName) => policies.names(roleName),
    deleteRolePolicy: ({ roleName, ...policy }: RoleName & PolicyName): void => policies.remove(roleName, policy),
    attachRolePolicy: ({ roleName, policyArn }: RoleName & PolicyArn): void => policies.attach(roleName, policyArn),
    listAttachedRolePolicies: ({ roleName }: RoleName) => policies.attached(roleName),
    detachRolePolicy: ({ roleName, policyArn }: RoleName & PolicyArn): void => policies.detach(roleName, policyArn),
    putRolePermissionsBoundary: ({
      roleName,
      permissionsBoundary,
    }: RoleName & { readonly permissionsBoundary: string }): void => policies.bound(roleName, permissionsBoundary),
    deleteRolePermissionsBoundary: ({ roleName }: RoleName): void => policies.unbound(roleName),
  };
}

/** AWS IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export type Iam = Served<ReturnType<typeof operations>>;

/** IAM's own calls are recorded in us-east-1, as CloudTrail does. */
export function iamService(door: FrontDoor, store: Store, callers: Callers): Iam {
  return door.serve("us-east-1", "iam", operations(store, callers));
}
