import { ApiError } from "../apiError";
import { declared } from "../declared";
import { GROUPS, USERS } from "./user";
import { type Role, ROLES } from "./role";
import { ACCOUNT_ID, identifiers } from "../identifiers";
import type { Attachments } from "../rolePolicies";
import type { Store } from "../store";
import type { Tags } from "../tags";
import { acceptedDocument, alreadyExists, deleteConflict, noSuchEntity } from "./attachments";
import type { IamGroup, IamUser } from "./user";
import {
  awsPolicies,
  customerPolicies,
  type ManagedPolicy,
  managedPolicyOf,
  type PolicyVersion,
} from "./managedPolicies";

interface PolicyArn {
  readonly policyArn: string;
}

interface NewPolicy {
  readonly policyName: string;
  readonly policyDocument: string;
  readonly path?: string;
  readonly description?: string;
  readonly tags?: Tags;
}

/** How many roles, users and groups have it, and how many it bounds. */
export interface CountedPolicy extends ManagedPolicy {
  readonly attachmentCount: number;
  readonly permissionsBoundaryUsageCount: number;
}

const VERSIONS_OF_A_POLICY = 5;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html and its neighbours. */
export const policyOperations = declared((store: Store) => {
  const policies = customerPolicies(store);
  const named = (arn: string): ManagedPolicy => {
    const policy = managedPolicyOf(store, arn);
    if (policy !== undefined) return policy;
    throw noSuchEntity(`Policy ${arn} was not found.`);
  };
  /** What AWS manages nobody else changes. */
  const own = (arn: string): ManagedPolicy => {
    const policy = named(arn);
    if (policies.get(arn) !== undefined) return policy;
    throw new ApiError("AccessDenied", `Policy ${arn} is managed by AWS and cannot be changed.`, 403);
  };
  const counted = counting(store);
  return {
    createPolicy: ({ policyName, policyDocument, path = "/", description, tags = {} }: NewPolicy): CountedPolicy => {
      const arn = `arn:aws:iam::${ACCOUNT_ID}:policy${path}${policyName}`;
      if (policies.all().some((policy) => policy.policyName === policyName)) {
        throw alreadyExists(`A policy called ${policyName} already exists. Duplicate names are not allowed.`);
      }
      const createDate = new Date().toISOString();
      const policy: ManagedPolicy = {
        policyName,
        arn,
        path,
        ...(description !== undefined && { description }),
        policyId: `ANPA${identifiers(store, "iam").nextDigits("policy", 17).toUpperCase()}`,
        defaultVersionId: "v1",
        createDate,
        updateDate: createDate,
        tags,
        versions: [{ versionId: "v1", document: acceptedDocument(policyDocument), createDate }],
        versionCount: 1,
      };
      policies.put(arn, policy);
      return counted(policy);
    },
    getPolicy: ({ policyArn }: PolicyArn): CountedPolicy => counted(named(policyArn)),
    /** AWS's own and those of the account. */
    listPolicies: ({ scope = "All" }: { readonly scope?: "All" | "AWS" | "Local" }): readonly CountedPolicy[] =>
      [...(scope === "AWS" ? [] : policies.all()), ...(scope === "Local" ? [] : awsPolicies())].map(counted),
    listEntitiesForPolicy: ({ policyArn }: PolicyArn): EntitiesOfPolicy => (
      named(policyArn),
      entitiesOf(store, policyArn)
    ),
    deletePolicy: ({ policyArn }: PolicyArn): void => {
      const { versions } = own(policyArn);
      const { attachmentCount, permissionsBoundaryUsageCount } = counted(own(policyArn));
      if (attachmentCount + permissionsBoundaryUsageCount > 0) {
        throw new ApiError("DeleteConflict", "Cannot delete a policy attached to entities.", 409);
      }
      if (versions.length > 1) {
        throw deleteConflict("must delete all non-default versions first");
      }
      policies.remove(policyArn);
    },
    ...versionOperations((policy) => policies.put(policy.arn, policy), { named, own }),
  };
});

interface Finding {
  readonly named: (arn: string) => ManagedPolicy;
  readonly own: (arn: string) => ManagedPolicy;
}

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
function versionOperations(put: (policy: ManagedPolicy) => void, { named, own }: Finding) {
  const versionOf = ({ versions, arn }: ManagedPolicy, versionId: string): PolicyVersion => {
    const version = versions.find((each) => each.versionId === versionId);
    if (version !== undefined) return version;
    throw noSuchEntity(`Policy ${arn} version ${versionId} does not exist or is not attachable.`);
  };
  return {
    createPolicyVersion: ({
      policyArn,
      policyDocument,
      setAsDefault = false,
    }: PolicyArn & { readonly policyDocument: string; readonly setAsDefault?: boolean }): VersionOfPolicy => {
      const policy = own(policyArn);
      if (policy.versions.length >= VERSIONS_OF_A_POLICY) {
        throw new ApiError(
          "LimitExceeded",
          `A managed policy can have up to ${VERSIONS_OF_A_POLICY} versions. Before you create a new version, you must ` +
            "delete an existing version.",
          409,
        );
      }
      const versionCount = policy.versionCount + 1;
      const createDate = new Date().toISOString();
      const versionId = `v${versionCount}`;
      const version = { versionId, document: acceptedDocument(policyDocument), createDate };
      put({
        ...policy,
        versionCount,
        updateDate: createDate,
        versions: [...policy.versions, version],
        ...(setAsDefault && { defaultVersionId: versionId }),
      });
      return { ...version, isDefaultVersion: setAsDefault };
    },
    getPolicyVersion: ({ policyArn, versionId }: PolicyArn & { readonly versionId: string }): VersionOfPolicy => {
      const policy = named(policyArn);
      return { ...versionOf(policy, versionId), isDefaultVersion: policy.defaultVersionId === versionId };
    },
    listPolicyVersions: ({ policyArn }: PolicyArn): readonly VersionOfPolicy[] => {
      const { versions, defaultVersionId } = named(policyArn);
      return versions
        .map((version) => ({ ...version, isDefaultVersion: version.versionId === defaultVersionId }))
        .reverse();
    },
    setDefaultPolicyVersion: ({ policyArn, versionId }: PolicyArn & { readonly versionId: string }): void => {
      const policy = own(policyArn);
      versionOf(policy, versionId);
      put({ ...policy, defaultVersionId: versionId, updateDate: new Date().toISOString() });
    },
    deletePolicyVersion: ({ policyArn, versionId }: PolicyArn & { readonly versionId: string }): void => {
      const policy = own(policyArn);
      versionOf(policy, versionId);
      if (policy.defaultVersionId === versionId) {
        throw new ApiError("DeleteConflict", "Cannot delete the default version of a policy.", 409);
      }
      put({ ...policy, versions: policy.versions.filter((each) => each.versionId !== versionId) });
    },
  };
}

export interface VersionOfPolicy extends PolicyVersion {
  readonly isDefaultVersion: boolean;
}

/** Who has a policy attached. */
export interface EntitiesOfPolicy {
  readonly roles: readonly { readonly roleName: string; readonly roleId: string }[];
  readonly users: readonly { readonly userName: string; readonly userId: string }[];
  readonly groups: readonly { readonly groupName: string; readonly groupId: string }[];
}

function entitiesOf(store: Store, arn: string): EntitiesOfPolicy {
  const has = ({ attachedPolicyArns }: Attachments): boolean => attachedPolicyArns.includes(arn);
  return {
    roles: store.collection<Role>(ROLES).all().filter(has),
    users: store.collection<IamUser>(USERS).all().filter(has),
    groups: store.collection<IamGroup>(GROUPS).all().filter(has),
  };
}

function counting(store: Store): (policy: ManagedPolicy) => CountedPolicy {
  return (policy) => {
    const holders = [ROLES, USERS, GROUPS].flatMap((name) => store.collection<Attachments>(name).all());
    return {
      ...policy,
      attachmentCount: holders.filter(({ attachedPolicyArns }) => attachedPolicyArns.includes(policy.arn)).length,
      permissionsBoundaryUsageCount: holders.filter((holder) => holder.permissionsBoundary === policy.arn).length,
    };
  };
}
