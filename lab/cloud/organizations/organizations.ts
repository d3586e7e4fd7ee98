import { ApiError } from "../apiError";
import type { FrontDoor, Served } from "../frontDoor";
import { ACCOUNT_ID, type Identifiers, identifiers } from "../identifiers";
import type { Store } from "../store";
import { attachFullAccess, makeManagedPolicies, policyOperations } from "./policies";
import {
  type Account,
  membershipOf,
  type Organization,
  organizationOf,
  type OrganizationRecords,
  organizationRecords,
  type OrganizationalUnit,
  type PolicyType,
} from "./records";

/** The account that manages the organization where the lab's is only in it. */
export const OTHER_MANAGEMENT_ACCOUNT_ID = "111111111111";

type Kind = "ROOT" | "ORGANIZATIONAL_UNIT" | "ACCOUNT";

/** A root, unit or account, as lists of parents, children and targets have them. */
export interface Entity {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly type: Kind;
}

interface Parts {
  readonly records: OrganizationRecords;
  readonly nextDigits: Identifiers["nextDigits"];
  readonly organization: () => Organization;
}

function partsOf(store: Store): Parts {
  const records = organizationRecords(store);
  const organization = (): Organization => {
    const found = organizationOf(records);
    if (found === undefined) throw notInUse();
    return found;
  };
  return { records, nextDigits: identifiers(store, "organizations").nextDigits, organization };
}

function notInUse(): ApiError {
  return new ApiError("AWSOrganizationsNotInUseException", "Your account is not a member of an organization.");
}

function entityOf({ records, organization }: Parts, id: string): Entity | undefined {
  const { rootId, rootArn } = organization();
  if (id === rootId) return { id, arn: rootArn, name: "Root", type: "ROOT" };
  const unit = records.units.get(id);
  if (unit !== undefined) return { id, arn: unit.arn, name: unit.name, type: "ORGANIZATIONAL_UNIT" };
  const account = records.accounts.get(id);
  return account && { id, arn: account.arn, name: account.name, type: "ACCOUNT" };
}

function operations(parts: Parts) {
  const { records, organization, nextDigits } = parts;
  const requireTarget = (id: string): Entity => {
    const entity = entityOf(parts, id);
    if (entity !== undefined) return entity;
    throw new ApiError("TargetNotFoundException", "You specified a target that doesn't exist.");
  };
  const { targetsOf, ...policies } = policyOperations({ records, nextDigits, organization, requireTarget });
  return {
    createOrganization: (): Organization => {
      if (organizationOf(records) === undefined) return newOrganization(parts, ACCOUNT_ID);
      throw new ApiError("AlreadyInOrganizationException", "The AWS account is already a member of an organization.");
    },
    describeOrganization: organization,
    listRoots: (): readonly Organization[] => [organization()],
    enablePolicyType: ({ rootId, policyType }: PolicyTypeOfRoot): Organization => {
      const before = rootOf(parts, rootId);
      if (before.enabledPolicyTypes.includes(policyType)) {
        throw new ApiError("PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled.");
      }
      const after = { ...before, enabledPolicyTypes: [...before.enabledPolicyTypes, policyType] };
      records.organizations.put(before.id, after);
      const targets = [rootId, ...[...records.units.all(), ...records.accounts.all()].map(({ id }) => id)];
      for (const target of targets) attachFullAccess(records, target, [policyType]);
      return after;
    },
    listTargetsForPolicy: ({ policyId }: { readonly policyId: string }): readonly Entity[] =>
      targetsOf({ policyId }).map(requireTarget),
    ...policies,
    ...unitOperations(parts),
    ...accountOperations(parts),
  };
}

interface PolicyTypeOfRoot {
  readonly rootId: string;
  readonly policyType: PolicyType;
}

function rootOf({ organization }: Parts, rootId: string): Organization {
  if (organization().rootId === rootId) return organization();
  throw new ApiError("RootNotFoundException", "You specified a root that doesn't exist.");
}

function newOrganization(parts: Parts, masterAccountId: string): Organization {
  const { records, nextDigits } = parts;
  const [id, rootId] = [`o-${nextDigits("organization", 10)}`, `r-${nextDigits("root", 4)}`];
  const prefix = `arn:aws:organizations::${masterAccountId}`;
  const organization: Organization = {
    id,
    arn: `${prefix}:organization/${id}`,
    featureSet: "ALL",
    masterAccountId,
    masterAccountArn: `${prefix}:account/${id}/${masterAccountId}`,
    masterAccountEmail: "management@example.com",
    rootId,
    rootArn: `${prefix}:root/${id}/${rootId}`,
    enabledPolicyTypes: [],
  };
  records.organizations.put(id, organization);
  makeManagedPolicies(records);
  newAccount(parts, { id: masterAccountId, name: "management", email: organization.masterAccountEmail });
  return organization;
}

interface NewAccount extends Pick<Account, "id" | "name" | "email"> {
  readonly joinedMethod?: Account["joinedMethod"];
  readonly isDelegatedAdministrator?: boolean;
}

function newAccount({ records, organization }: Parts, account: NewAccount): Account {
  const { id, masterAccountId, rootId, enabledPolicyTypes } = organization();
  const made: Account = {
    joinedMethod: "INVITED",
    isDelegatedAdministrator: false,
    ...account,
    arn: `arn:aws:organizations::${masterAccountId}:account/${id}/${account.id}`,
    parentId: rootId,
    joinedAt: new Date().toISOString(),
  };
  records.accounts.put(made.id, made);
  attachFullAccess(records, made.id, enabledPolicyTypes);
  return made;
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateOrganizationalUnit.html and its neighbours. */
function unitOperations(parts: Parts) {
  const { records, organization, nextDigits } = parts;
  const { units, accounts } = records;
  const requireParent = (parentId: string): void => {
    if (organization().rootId === parentId || units.get(parentId) !== undefined) return;
    throw new ApiError("ParentNotFoundException", "You specified parent that doesn't exist.");
  };
  return {
    createOrganizationalUnit: ({ parentId, name }: { readonly parentId: string; readonly name: string }) => {
      requireParent(parentId);
      if (units.all().some((unit) => unit.parentId === parentId && unit.name === name)) {
        throw new ApiError("DuplicateOrganizationalUnitException", "An OU with the same name already exists.");
      }
      const { id: organizationId, masterAccountId, rootId, enabledPolicyTypes } = organization();
      const id = `ou-${rootId.slice(2)}-${nextDigits("unit", 8)}`;
      const arn = `arn:aws:organizations::${masterAccountId}:ou/${organizationId}/${id}`;
      const unit: OrganizationalUnit = { id, arn, name, parentId };
      units.put(id, unit);
      attachFullAccess(records, id, enabledPolicyTypes);
      return unit;
    },
    listParents: ({ childId }: { readonly childId: string }): readonly Entity[] => {
      const child = accounts.get(childId) ?? units.get(childId);
      if (child === undefined)
        throw new ApiError("ChildNotFoundException", "You specified a child that doesn't exist.");
      return [entityOf(parts, child.parentId)].flatMap((parent) => parent ?? []);
    },
    listChildren: ({ parentId, childType }: { readonly parentId: string; readonly childType: Kind }) => {
      requireParent(parentId);
      const children = childType === "ACCOUNT" ? accounts.all() : units.all();
      return children.filter((child) => child.parentId === parentId).flatMap(({ id }) => entityOf(parts, id) ?? []);
    },
    listOrganizationalUnitsForParent: ({ parentId }: { readonly parentId: string }): readonly OrganizationalUnit[] => {
      requireParent(parentId);
      return units.all().filter((unit) => unit.parentId === parentId);
    },
    listAccountsForParent: ({ parentId }: { readonly parentId: string }): readonly Account[] => {
      requireParent(parentId);
      return accounts.all().filter((account) => account.parentId === parentId);
    },
  };
}

interface MoveAccountRequest {
  readonly accountId: string;
  readonly sourceParentId: string;
  readonly destinationParentId: string;
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_MoveAccount.html and its neighbours. */
function accountOperations(parts: Parts) {
  const { accounts } = parts.records;
  const accountOf = (accountId: string): Account => {
    const account = accounts.get(accountId);
    if (account !== undefined) return account;
    throw new ApiError("AccountNotFoundException", "You specified an account that doesn't exist.");
  };
  const isParent = (id: string): boolean => ["ROOT", "ORGANIZATIONAL_UNIT"].includes(entityOf(parts, id)?.type ?? "");
  return {
    listAccounts: (): readonly Account[] => accounts.all(),
    describeAccount: ({ accountId }: { readonly accountId: string }): Account => accountOf(accountId),
    moveAccount: ({ accountId, sourceParentId, destinationParentId }: MoveAccountRequest): void => {
      const account = accountOf(accountId);
      if (account.parentId !== sourceParentId) {
        throw new ApiError("SourceParentNotFoundException", "You specified a source parent that doesn't exist.");
      }
      if (!isParent(destinationParentId)) {
        throw new ApiError(
          "DestinationParentNotFoundException",
          "You specified a destination parent that doesn't exist.",
        );
      }
      if (sourceParentId === destinationParentId) {
        throw new ApiError("DuplicateAccountException", "The account is already in the destination.");
      }
      accounts.put(accountId, { ...account, parentId: destinationParentId });
    },
  };
}

type Operations = ReturnType<typeof operations>;

/** AWS Organizations: https://docs.aws.amazon.com/organizations/latest/APIReference/ */
export type Organizations = Served<Operations>;

/** Asked by the lab's account, which may do what its part in the organization lets it. */
export function organizationsService(door: FrontDoor, store: Store): Organizations {
  const parts = partsOf(store);
  return door.serve("us-east-1", "organizations", asAccount(parts, operations(parts)));
}

/**
 * "You can call this operation only from the management account or a member account that is a delegated
 * administrator": only DescribeOrganization is for every member, and what changes for the management account.
 */
function asAccount({ records }: Parts, all: Operations): Operations {
  const require = (name: string): void => {
    const membership = membershipOf(records);
    if (membership === "none" && name !== "createOrganization") throw notInUse();
    if (membership === "none" || membership === "management" || name === "describeOrganization") return;
    if (membership === "delegatedAdministrator" && /^(describe|list)/.test(name)) return;
    throw new ApiError("AccessDeniedException", "You don't have permissions to access this resource.");
  };
  const guarded = Object.entries(all).map(([name, perform]) => [
    name,
    (request: never): unknown => {
      require(name);
      return perform(request);
    },
  ]);
  return Object.fromEntries(guarded) as Operations;
}

/** The organization from the other side. */
export type OrganizationsSide = Served<ReturnType<typeof sideOperations>> & {
  /** The API as the management account calls it, whichever that is. */
  readonly management: Organizations;
};

export function organizationsSide(door: FrontDoor, store: Store): OrganizationsSide {
  const parts = partsOf(store);
  return {
    ...door.serve("us-east-1", "organizations", sideOperations(parts)),
    management: door.serve("us-east-1", "organizations", operations(parts)),
  };
}

function sideOperations(parts: Parts) {
  const { accounts, organizations, units, policies, attachments } = parts.records;
  return {
    /** Puts the lab's account below the root of an organization that another account manages. */
    join: ({ as }: { readonly as: "member" | "delegatedAdministrator" }): Organization => {
      const organization = organizationOf(parts.records) ?? newOrganization(parts, OTHER_MANAGEMENT_ACCOUNT_ID);
      const known = accounts.get(ACCOUNT_ID);
      const account = known ?? newAccount(parts, { id: ACCOUNT_ID, name: "lab", email: "lab@example.com" });
      accounts.put(ACCOUNT_ID, { ...account, isDelegatedAdministrator: as === "delegatedAdministrator" });
      return organization;
    },
    /** Another account, as if CreateAccount had made it. */
    addAccount: ({ name }: { readonly name: string }): Account => {
      const id = String(200_000_000_000 + accounts.all().length);
      return newAccount(parts, { id, name, email: `${name}@example.com`, joinedMethod: "CREATED" });
    },
    /** Ends the organization: the lab's account is in none. */
    dissolve: (): void => {
      for (const collection of [accounts, organizations, units, policies])
        for (const { id } of collection.all()) collection.remove(id);
      for (const { targetId, policyId } of attachments.all()) attachments.remove(`${targetId} ${policyId}`);
    },
  };
}
