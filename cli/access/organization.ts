import type { NamedPolicy, OrganizationMembership } from "../../components/policy/access/facts";

export const ORGANIZATION_SCHEMA_VERSION = 1;

/**
 * The policies of an organization, as `access export-organization` writes them. They can be read in its management
 * account and in a delegated administrator's alone:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_delegate_policies.html
 */
export interface Organization {
  readonly schemaVersion: typeof ORGANIZATION_SCHEMA_VERSION;
  /** ISO 8601. Policies may have changed since. */
  readonly exportedAt: string;
  /** `o-…`. */
  readonly id: string;
  readonly managementAccountId: string;
  /** By its id; each once, however many accounts it is attached to. */
  readonly policies: Readonly<Record<string, OrganizationPolicy>>;
  readonly accounts: Readonly<Record<string, OrganizationAccount>>;
}

export interface OrganizationPolicy {
  readonly name: string;
  readonly document: string;
}

export interface OrganizationAccount {
  /** `o-…/r-…/ou-…/`. */
  readonly path: string;
  /** From the root down to the account. */
  readonly levels: readonly OrganizationPlace[];
}

/** Ids of policies. Absent: the organization has this type of policies not enabled. */
export interface OrganizationPlace {
  /** `r-…`, `ou-…` or the account's ID. */
  readonly id: string;
  readonly serviceControlPolicies?: readonly string[];
  readonly resourceControlPolicies?: readonly string[];
}

/** All that exporting it takes. */
export const EXPORT_PERMISSIONS: readonly string[] = [
  "DescribeOrganization",
  "DescribePolicy",
  "ListAccountsForParent",
  "ListOrganizationalUnitsForParent",
  "ListPoliciesForTarget",
  "ListRoots",
].map((operation) => `organizations:${operation}`);

/** What an organization says of one of its accounts; of one that it does not have, nothing. */
export function membershipIn(organization: Organization, accountId: string): OrganizationMembership | "none" {
  const account = organization.accounts[accountId];
  if (account === undefined) return "none";
  const named = (ids: readonly string[] | undefined): readonly NamedPolicy[] | undefined =>
    ids?.map((id) => {
      const policy = organization.policies[id];
      return { name: policy === undefined ? id : `${policy.name} (${id})`, document: policy?.document };
    });
  return {
    id: organization.id,
    path: account.path,
    isManagementAccount: accountId === organization.managementAccountId,
    levels: account.levels.map(({ id, serviceControlPolicies, resourceControlPolicies }) => ({
      name: id,
      serviceControlPolicies: named(serviceControlPolicies),
      resourceControlPolicies: named(resourceControlPolicies),
    })),
  };
}
