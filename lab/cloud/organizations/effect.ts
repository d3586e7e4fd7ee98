import { ACCOUNT_ID } from "../identifiers";
import type { Store } from "../store";
import {
  lineageOf,
  membershipOf,
  organizationOf,
  organizationRecords,
  type Policy,
  policiesAttachedTo,
  type PolicyType,
} from "./records";

/** The policies of one kind at the root, at a unit or at an account. */
export interface PolicyLevel {
  readonly targetId: string;
  readonly documents: readonly string[];
}

/** What an organization has to say about the requests of its account, and about those to its resources. */
export interface OrganizationEffect {
  /** From the root to the account. None where none restricts: nothing does in the management account. */
  readonly serviceControlPolicies: readonly PolicyLevel[];
  readonly resourceControlPolicies: readonly PolicyLevel[];
  /** `o-…`, and `o-…/r-…/ou-…/`: absent where the account is in none. */
  readonly organization?: { readonly id: string; readonly path: string };
}

/** RCPFullAWSAccess is everywhere, and allows everything: others only deny. */
function hasSay({ type, awsManaged }: Policy): boolean {
  return type === "SERVICE_CONTROL_POLICY" || !awsManaged;
}

/**
 * "SCPs don't affect users or roles in the management account", and RCPs not its resources:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export function organizationEffect(store: Store): OrganizationEffect {
  const records = organizationRecords(store);
  const organization = organizationOf(records);
  const membership = membershipOf(records);
  if (organization === undefined || membership === "none") {
    return { serviceControlPolicies: [], resourceControlPolicies: [] };
  }
  const lineage = lineageOf(records, ACCOUNT_ID);
  const levels = (type: PolicyType): readonly PolicyLevel[] =>
    membership === "management" || !organization.enabledPolicyTypes.includes(type)
      ? []
      : lineage.map((targetId) => ({
          targetId,
          documents: policiesAttachedTo(records, targetId, type)
            .filter(hasSay)
            .map(({ content }) => content),
        }));
  return {
    serviceControlPolicies: levels("SERVICE_CONTROL_POLICY"),
    resourceControlPolicies: levels("RESOURCE_CONTROL_POLICY"),
    organization: { id: organization.id, path: `${[organization.id, ...lineage.slice(0, -1)].join("/")}/` },
  };
}
