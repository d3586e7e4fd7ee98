import { ACCOUNT_ID } from "../identifiers";
import type { Collection, Store } from "../store";

/** The kinds of policies that the lab has. */
export type PolicyType = "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY";

export const POLICY_TYPES: readonly PolicyType[] = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html, with its one root. */
export interface Organization {
  readonly id: string;
  readonly arn: string;
  readonly featureSet: string;
  readonly masterAccountId: string;
  readonly masterAccountArn: string;
  readonly masterAccountEmail: string;
  readonly rootId: string;
  readonly rootArn: string;
  readonly enabledPolicyTypes: readonly PolicyType[];
}

export interface OrganizationalUnit {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly parentId: string;
}

export interface Account {
  readonly id: string;
  readonly arn: string;
  readonly name: string;
  readonly email: string;
  readonly parentId: string;
  readonly joinedMethod: "INVITED" | "CREATED";
  readonly joinedAt: string;
  /** Whether the organization has registered it as an administrator of a service. */
  readonly isDelegatedAdministrator: boolean;
}

export interface Policy {
  readonly id: string;
  readonly arn: string;
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  readonly content: string;
  readonly awsManaged: boolean;
}

/** What the lab keeps of the one organization that it knows. */
export interface OrganizationRecords {
  readonly organizations: Collection<Organization>;
  readonly units: Collection<OrganizationalUnit>;
  readonly accounts: Collection<Account>;
  readonly policies: Collection<Policy>;
  /** By target and policy. */
  readonly attachments: Collection<{ readonly targetId: string; readonly policyId: string }>;
}

export function organizationRecords(store: Store): OrganizationRecords {
  const collection = <T>(name: string): Collection<T> => store.collection(`organizations/${name}`);
  return {
    organizations: collection("organizations"),
    units: collection("units"),
    accounts: collection("accounts"),
    policies: collection("policies"),
    attachments: collection("attachments"),
  };
}

export function organizationOf({ organizations }: OrganizationRecords): Organization | undefined {
  return organizations.all()[0];
}

/** The part that the lab's account plays. */
export type Membership = "none" | "member" | "delegatedAdministrator" | "management";

export function membershipOf(records: OrganizationRecords): Membership {
  const organization = organizationOf(records);
  const account = records.accounts.get(ACCOUNT_ID);
  if (organization === undefined || account === undefined) return "none";
  if (organization.masterAccountId === ACCOUNT_ID) return "management";
  return account.isDelegatedAdministrator ? "delegatedAdministrator" : "member";
}

/** The root, the units and the account itself, in this order. */
export function lineageOf({ units, accounts }: OrganizationRecords, id: string): readonly string[] {
  const lineage = [id];
  let parentId = (accounts.get(id) ?? units.get(id))?.parentId;
  while (parentId !== undefined) {
    lineage.unshift(parentId);
    parentId = units.get(parentId)?.parentId;
  }
  return lineage;
}

export function policiesAttachedTo(
  { attachments, policies }: OrganizationRecords,
  targetId: string,
  type: PolicyType,
): readonly Policy[] {
  return attachments
    .all()
    .filter((attachment) => attachment.targetId === targetId)
    .flatMap(({ policyId }) => policies.get(policyId) ?? [])
    .filter((policy) => policy.type === type);
}
