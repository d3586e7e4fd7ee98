import { ApiError } from "./apiError";
import type { FrontDoor, Served } from "./frontDoor";
import { requirePolicy } from "./iam/managedPolicies";
import { ACCOUNT_ID, identifiers } from "./identifiers";
import { requireName, ROLE_NAMES, ROLE_POLICY_NAMES } from "./names";
import type { Collection, Store } from "./store";
import type { Tags } from "./tags";

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

export interface CreateRoleRequest {
  readonly roleName: string;
  readonly assumeRolePolicyDocument: string;
  readonly path?: string;
  readonly description?: string;
  readonly maxSessionDuration?: number;
  readonly permissionsBoundary?: string;
  readonly tags?: Tags;
}

/** Where the store keeps them. */
export const ROLES = "iam/roles";

interface RoleName {
  readonly roleName: string;
}

function operations(store: Store) {
  const roles: Collection<Role> = store.collection(ROLES);
  const { nextDigits } = identifiers(store, "iam");
  const roleOf = ({ roleName }: RoleName): Role => {
    const role = roles.get(roleName);
    if (role === undefined) throw new ApiError("NoSuchEntity", `The role with name ${roleName} cannot be found.`, 404);
    return role;
  };
  const change = (name: RoleName, changed: (role: Role) => Partial<Role>): void => {
    const role = roleOf(name);
    roles.put(role.roleName, { ...role, ...changed(role) });
  };
  return {
    ...roleOperations({ store, roles, roleOf, change, nextDigits }),
    ...rolePolicyOperations({ store, roleOf, change }),
  };
}

interface Roles {
  readonly store: Store;
  readonly roles: Collection<Role>;
  readonly roleOf: (name: RoleName) => Role;
  readonly change: (name: RoleName, changed: (role: Role) => Partial<Role>) => void;
  readonly nextDigits: (prefix: string, length: number) => string;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
function roleOperations({ store, roles, roleOf, change, nextDigits }: Roles) {
  return {
    createRole: ({ path = "/", maxSessionDuration = 3600, tags = {}, ...request }: CreateRoleRequest): Role => {
      requireName(ROLE_NAMES, request.roleName);
      if (roles.get(request.roleName) !== undefined) {
        throw new ApiError("EntityAlreadyExists", `Role with name ${request.roleName} already exists.`, 409);
      }
      if (request.permissionsBoundary !== undefined) requirePolicy(store, request.permissionsBoundary, "Scope ARN:");
      const role: Role = {
        ...request,
        assumeRolePolicyDocument: acceptedDocument(request.assumeRolePolicyDocument),
        path,
        maxSessionDuration,
        roleId: `AROA${nextDigits("role", 17).toUpperCase()}`,
        arn: `arn:aws:iam::${ACCOUNT_ID}:role${path}${request.roleName}`,
        createDate: new Date().toISOString(),
        tags,
        inlinePolicies: {},
        attachedPolicyArns: [],
      };
      roles.put(role.roleName, role);
      return role;
    },
    getRole: roleOf,
    listRoles: (): readonly Role[] => roles.all(),
    /** The lab has no instances. */
    listInstanceProfilesForRole: (name: RoleName): readonly string[] => (roleOf(name), []),
    updateRole: ({
      description,
      maxSessionDuration,
      ...name
    }: RoleName & Partial<Pick<Role, "description" | "maxSessionDuration">>): void =>
      change(name, (role) => ({ description, maxSessionDuration: maxSessionDuration ?? role.maxSessionDuration })),
    updateAssumeRolePolicy: ({ policyDocument, ...name }: RoleName & { readonly policyDocument: string }): void =>
      change(name, () => ({ assumeRolePolicyDocument: acceptedDocument(policyDocument) })),
    putRolePermissionsBoundary: ({
      permissionsBoundary,
      ...name
    }: RoleName & { readonly permissionsBoundary: string }): void => {
      requirePolicy(store, permissionsBoundary, "Scope ARN:");
      change(name, () => ({ permissionsBoundary }));
    },
    deleteRolePermissionsBoundary: (name: RoleName): void => change(name, () => ({ permissionsBoundary: undefined })),
    tagRole: ({ tags, ...name }: RoleName & { readonly tags: Tags }): void =>
      change(name, (role) => ({ tags: { ...role.tags, ...tags } })),
    untagRole: ({ tagKeys, ...name }: RoleName & { readonly tagKeys: readonly string[] }): void =>
      change(name, (role) => ({
        tags: Object.fromEntries(Object.entries(role.tags).filter(([key]) => !tagKeys.includes(key))),
      })),
    deleteRole: (name: RoleName): void => {
      const { roleName, inlinePolicies, attachedPolicyArns } = roleOf(name);
      if (attachedPolicyArns.length > 0) {
        throw new ApiError("DeleteConflict", "Cannot delete entity, must detach all policies first.", 409);
      }
      if (Object.keys(inlinePolicies).length > 0) {
        throw new ApiError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
      }
      roles.remove(roleName);
    },
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
function rolePolicyOperations({ store, roleOf, change }: Pick<Roles, "store" | "roleOf" | "change">) {
  return {
    putRolePolicy: ({
      policyName,
      policyDocument,
      ...name
    }: RoleName & { readonly policyName: string; readonly policyDocument: string }): void => {
      requireName(ROLE_POLICY_NAMES, policyName);
      change(name, (role) => ({
        inlinePolicies: { ...role.inlinePolicies, [policyName]: acceptedDocument(policyDocument) },
      }));
    },
    getRolePolicy: ({
      policyName,
      ...name
    }: RoleName & { readonly policyName: string }): { readonly policyDocument: string } => {
      const policyDocument = roleOf(name).inlinePolicies[policyName];
      if (policyDocument === undefined) throw noSuchPolicy(`The role policy with name ${policyName} cannot be found.`);
      return { policyDocument };
    },
    listRolePolicies: (name: RoleName): readonly string[] => Object.keys(roleOf(name).inlinePolicies),
    deleteRolePolicy: ({ policyName, ...name }: RoleName & { readonly policyName: string }): void => {
      if (!(policyName in roleOf(name).inlinePolicies))
        throw noSuchPolicy(`The role policy with name ${policyName} cannot be found.`);
      change(name, (role) => ({
        inlinePolicies: Object.fromEntries(
          Object.entries(role.inlinePolicies).filter(([known]) => known !== policyName),
        ),
      }));
    },
    attachRolePolicy: ({ policyArn, ...name }: RoleName & { readonly policyArn: string }): void => {
      requirePolicy(store, policyArn);
      change(name, (role) => ({ attachedPolicyArns: [...new Set([...role.attachedPolicyArns, policyArn])] }));
    },
    listAttachedRolePolicies: (name: RoleName): readonly string[] => roleOf(name).attachedPolicyArns,
    detachRolePolicy: ({ policyArn, ...name }: RoleName & { readonly policyArn: string }): void => {
      if (!roleOf(name).attachedPolicyArns.includes(policyArn))
        throw noSuchPolicy(`Policy ${policyArn} was not found.`);
      change(name, (role) => ({ attachedPolicyArns: role.attachedPolicyArns.filter((arn) => arn !== policyArn) }));
    },
  };
}

function noSuchPolicy(message: string): ApiError {
  return new ApiError("NoSuchEntity", message, 404);
}

function acceptedDocument(document: string): string {
  try {
    JSON.parse(document);
    return document;
  } catch {
    throw new ApiError("MalformedPolicyDocument", "This policy contains invalid Json");
  }
}

/** AWS IAM: https://docs.aws.amazon.com/IAM/latest/APIReference/ */
export type Iam = Served<ReturnType<typeof operations>>;

/** IAM's own calls are recorded in us-east-1, as CloudTrail does. */
export function iamService(door: FrontDoor, store: Store): Iam {
  return door.serve("us-east-1", "iam", operations(store));
}
