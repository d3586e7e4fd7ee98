import { randomBytes } from "node:crypto";
import { ApiError } from "../apiError";
import { declared } from "../declared";
import type { Callers } from "../callers";
import { ACCOUNT_ID, identifiers } from "../identifiers";
import type { Collection, Store } from "../store";
import { type Tags, withoutKeys } from "../tags";
import {
  alreadyExists,
  attachmentOperations,
  deleteConflict,
  holders,
  type NamedPolicy,
  noSuchEntity,
} from "./attachments";
import { requirePolicy } from "./managedPolicies";
import { type AccessKey, ACCESS_KEYS, GROUPS, type IamGroup, type IamUser, USERS } from "./user";

interface UserName {
  readonly userName: string;
}

interface GroupName {
  readonly groupName: string;
}

interface NewUser extends UserName {
  readonly path?: string;
  readonly permissionsBoundary?: string;
  readonly tags?: Tags;
}

const KEYS_OF_A_USER = 2;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html and its neighbours. */
export const userOperations = declared((store: Store, callers: Callers) => {
  const users: Collection<IamUser> = store.collection(USERS);
  const found = holders("user", users);
  const policies = attachmentOperations(store, found);
  const keysOf = (name: string): readonly AccessKey[] =>
    store
      .collection<AccessKey>(ACCESS_KEYS)
      .all()
      .filter(({ userName }) => userName === name);
  /** Who names no user means itself. */
  const nameOf = ({ userName }: Partial<UserName>): string => {
    const own = userName ?? callers.current().context?.["aws:username"];
    if (own !== undefined) return own;
    throw new ApiError("ValidationError", "Must specify userName when calling with non-User credentials");
  };
  return {
    createUser: ({ userName, path = "/", permissionsBoundary, tags = {} }: NewUser): IamUser => {
      if (users.get(userName) !== undefined) throw alreadyExists(`User with name ${userName} already exists.`);
      if (permissionsBoundary !== undefined) requirePolicy(store, permissionsBoundary, "Scope ARN:");
      const user: IamUser = {
        userName,
        path,
        userId: `AIDA${identifiers(store, "iam").nextDigits("user", 17).toUpperCase()}`,
        arn: `arn:aws:iam::${ACCOUNT_ID}:user${path}${userName}`,
        createDate: new Date().toISOString(),
        ...(permissionsBoundary !== undefined && { permissionsBoundary }),
        tags,
        groupNames: [],
        inlinePolicies: {},
        attachedPolicyArns: [],
      };
      users.put(userName, user);
      return user;
    },
    getUser: (name: Partial<UserName>): IamUser => found.of(nameOf(name)),
    listUsers: (): readonly IamUser[] => users.all(),
    deleteUser: ({ userName }: UserName): void => {
      if (found.of(userName).groupNames.length > 0) throw deleteConflict("must remove users from group first");
      if (keysOf(userName).length > 0) throw deleteConflict("must delete access keys first");
      policies.requireBare(userName);
      users.remove(userName);
    },
    tagUser: ({ userName, tags }: UserName & { readonly tags: Tags }): void =>
      found.change(userName, (user) => ({ tags: { ...user.tags, ...tags } })),
    untagUser: ({ userName, tagKeys }: UserName & { readonly tagKeys: readonly string[] }): void =>
      found.change(userName, (user) => ({ tags: withoutKeys(user.tags, tagKeys) })),
    ...userPolicyOperations(policies),
    ...accessKeyOperations(store, { nameOf, keysOf, requireUser: (name) => void found.of(name) }),
  };
});

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html */
function userPolicyOperations(policies: ReturnType<typeof attachmentOperations>) {
  return {
    putUserPolicy: ({ userName, ...policy }: UserName & NamedPolicy & { readonly policyDocument: string }): void =>
      policies.put(userName, policy),
    getUserPolicy: ({ userName, ...policy }: UserName & NamedPolicy) => policies.get(userName, policy),
    listUserPolicies: ({ userName }: UserName) => policies.names(userName),
    deleteUserPolicy: ({ userName, ...policy }: UserName & NamedPolicy): void => policies.remove(userName, policy),
    attachUserPolicy: ({ userName, policyArn }: UserName & { readonly policyArn: string }): void =>
      policies.attach(userName, policyArn),
    listAttachedUserPolicies: ({ userName }: UserName) => policies.attached(userName),
    detachUserPolicy: ({ userName, policyArn }: UserName & { readonly policyArn: string }): void =>
      policies.detach(userName, policyArn),
    putUserPermissionsBoundary: ({
      userName,
      permissionsBoundary,
    }: UserName & { readonly permissionsBoundary: string }): void => policies.bound(userName, permissionsBoundary),
    deleteUserPermissionsBoundary: ({ userName }: UserName): void => policies.unbound(userName),
  };
}

interface KeyParts {
  readonly nameOf: (name: Partial<UserName>) => string;
  readonly keysOf: (userName: string) => readonly AccessKey[];
  readonly requireUser: (userName: string) => void;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html */
function accessKeyOperations(store: Store, { nameOf, keysOf, requireUser }: KeyParts) {
  const keys: Collection<AccessKey> = store.collection(ACCESS_KEYS);
  const keyOf = ({ accessKeyId, ...user }: Partial<UserName> & { readonly accessKeyId: string }): AccessKey => {
    const userName = nameOf(user);
    requireUser(userName);
    const key = keys.get(accessKeyId);
    if (key?.userName === userName) return key;
    throw noSuchEntity(`The Access Key with id ${accessKeyId} cannot be found.`);
  };
  return {
    createAccessKey: (user: Partial<UserName>): AccessKey & { readonly secretAccessKey: string } => {
      const userName = nameOf(user);
      requireUser(userName);
      if (keysOf(userName).length >= KEYS_OF_A_USER) {
        throw new ApiError("LimitExceeded", `Cannot exceed quota for AccessKeysPerUser: ${KEYS_OF_A_USER}`, 409);
      }
      const accessKeyId = `AKIALAB${randomBytes(7).toString("hex").slice(1).toUpperCase()}`;
      const key: AccessKey = { accessKeyId, userName, status: "Active", createDate: new Date().toISOString() };
      keys.put(accessKeyId, key);
      return { ...key, secretAccessKey: randomBytes(30).toString("base64") };
    },
    listAccessKeys: (user: Partial<UserName>): readonly AccessKey[] => {
      const userName = nameOf(user);
      requireUser(userName);
      return keysOf(userName);
    },
    updateAccessKey: ({ status, ...name }: Partial<UserName> & Pick<AccessKey, "accessKeyId" | "status">): void => {
      const key = keyOf(name);
      keys.put(key.accessKeyId, { ...key, status });
    },
    deleteAccessKey: (name: Partial<UserName> & Pick<AccessKey, "accessKeyId">): void =>
      keys.remove(keyOf(name).accessKeyId),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html and its neighbours. */
export const groupOperations = declared((store: Store) => {
  const groups: Collection<IamGroup> = store.collection(GROUPS);
  const users: Collection<IamUser> = store.collection(USERS);
  const found = holders("group", groups);
  const user = holders("user", users);
  const policies = attachmentOperations(store, found);
  const membersOf = (name: string): readonly IamUser[] =>
    users.all().filter(({ groupNames }) => groupNames.includes(name));
  return {
    createGroup: ({ groupName, path = "/" }: GroupName & { readonly path?: string }): IamGroup => {
      if (groups.get(groupName) !== undefined) throw alreadyExists(`Group with name ${groupName} already exists.`);
      const group: IamGroup = {
        groupName,
        path,
        groupId: `AGPA${identifiers(store, "iam").nextDigits("group", 17).toUpperCase()}`,
        arn: `arn:aws:iam::${ACCOUNT_ID}:group${path}${groupName}`,
        createDate: new Date().toISOString(),
        inlinePolicies: {},
        attachedPolicyArns: [],
      };
      groups.put(groupName, group);
      return group;
    },
    getGroup: ({ groupName }: GroupName) => ({ group: found.of(groupName), users: membersOf(groupName) }),
    listGroups: (): readonly IamGroup[] => groups.all(),
    listGroupsForUser: ({ userName }: UserName): readonly IamGroup[] =>
      user.of(userName).groupNames.flatMap((name) => groups.get(name) ?? []),
    deleteGroup: ({ groupName }: GroupName): void => {
      found.of(groupName);
      if (membersOf(groupName).length > 0) throw deleteConflict("must remove users from group first");
      policies.requireBare(groupName);
      groups.remove(groupName);
    },
    addUserToGroup: ({ groupName, userName }: GroupName & UserName): void => {
      found.of(groupName);
      user.change(userName, ({ groupNames }) => ({ groupNames: [...new Set([...groupNames, groupName])] }));
    },
    removeUserFromGroup: ({ groupName, userName }: GroupName & UserName): void => {
      found.of(groupName);
      user.change(userName, ({ groupNames }) => ({ groupNames: groupNames.filter((name) => name !== groupName) }));
    },
    putGroupPolicy: ({ groupName, ...policy }: GroupName & NamedPolicy & { readonly policyDocument: string }): void =>
      policies.put(groupName, policy),
    getGroupPolicy: ({ groupName, ...policy }: GroupName & NamedPolicy) => policies.get(groupName, policy),
    listGroupPolicies: ({ groupName }: GroupName) => policies.names(groupName),
    deleteGroupPolicy: ({ groupName, ...policy }: GroupName & NamedPolicy): void => policies.remove(groupName, policy),
    attachGroupPolicy: ({ groupName, policyArn }: GroupName & { readonly policyArn: string }): void =>
      policies.attach(groupName, policyArn),
    listAttachedGroupPolicies: ({ groupName }: GroupName) => policies.attached(groupName),
    detachGroupPolicy: ({ groupName, policyArn }: GroupName & { readonly policyArn: string }): void =>
      policies.detach(groupName, policyArn),
  };
});
