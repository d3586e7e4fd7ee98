// A bundle of its own: its client is loaded where an organization is exported.
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  OrganizationsClient,
  type PolicyType,
  paginateListAccountsForParent,
  paginateListOrganizationalUnitsForParent,
  paginateListPoliciesForTarget,
  paginateListRoots,
} from "@aws-sdk/client-organizations";
import { Unjudged } from "../exit";
import {
  type Organization,
  ORGANIZATION_SCHEMA_VERSION,
  type OrganizationAccount,
  type OrganizationPlace,
  type OrganizationPolicy,
} from "./organization";

interface ExportRequest {
  readonly profile?: string | undefined;
  readonly region?: string | undefined;
  readonly now: Date;
}

/** The organization of whoever asks. */
export async function exportedOrganization({ profile, region, now }: ExportRequest): Promise<Organization> {
  // Organizations is the same in every Region.
  const client = new OrganizationsClient({ profile, region: region ?? process.env.AWS_REGION ?? "us-east-1" });
  try {
    return await exportOrganization(client, now);
  } catch (error) {
    const { name, message } = error as Error;
    throw new Unjudged(
      `${name}: ${message}. An organization's policies can be read in its management account, or a delegated administrator's.`,
    );
  } finally {
    client.destroy();
  }
}

type LimitingType = Extract<PolicyType, "SERVICE_CONTROL_POLICY" | "RESOURCE_CONTROL_POLICY">;

/**
 * Reads the organization from its root down, in the management account or that of a delegated administrator. Each
 * policy is read once. Calls go one after the other: AWS takes few of Organizations' in a second.
 */
async function exportOrganization(client: OrganizationsClient, now: Date): Promise<Organization> {
  const { Organization: organization = {} } = await client.send(new DescribeOrganizationCommand({}));
  const { Id: id = "", MasterAccountId: managementAccountId = "" } = organization;
  const accounts: Record<string, OrganizationAccount> = {};
  const policyIds = new Set<string>();
  const visit = async (placeId: string, path: string, above: readonly OrganizationPlace[], types: Types) => {
    const place = await placeOf(client, placeId, types, policyIds);
    const levels = [...above, place];
    for await (const { Accounts: found = [] } of paginateListAccountsForParent({ client }, { ParentId: placeId }))
      for (const { Id: accountId = "" } of found) {
        accounts[accountId] = { path, levels: [...levels, await placeOf(client, accountId, types, policyIds)] };
      }
    const units = paginateListOrganizationalUnitsForParent({ client }, { ParentId: placeId });
    for await (const { OrganizationalUnits: found = [] } of units)
      for (const { Id: unitId = "" } of found) await visit(unitId, `${path}${unitId}/`, levels, types);
  };
  for await (const { Roots: roots = [] } of paginateListRoots({ client }, {}))
    for (const { Id: rootId = "", PolicyTypes: known = [] } of roots) {
      const enabled = known.flatMap(({ Type: type, Status: status }) => (status === "ENABLED" ? [type] : []));
      await visit(rootId, `${id}/${rootId}/`, [], new Set(enabled));
    }
  const policies = await policiesOf(client, [...policyIds].sort());
  return {
    schemaVersion: ORGANIZATION_SCHEMA_VERSION,
    exportedAt: now.toISOString(),
    id,
    managementAccountId,
    policies,
    accounts,
  };
}

type Types = ReadonlySet<PolicyType | undefined>;

async function placeOf(
  client: OrganizationsClient,
  id: string,
  types: Types,
  policyIds: Set<string>,
): Promise<OrganizationPlace> {
  const attached = async (type: LimitingType): Promise<readonly string[] | undefined> => {
    if (!types.has(type)) return undefined;
    const ids: string[] = [];
    for await (const page of paginateListPoliciesForTarget({ client }, { TargetId: id, Filter: type }))
      ids.push(...(page.Policies ?? []).map(({ Id: policyId = "" }) => policyId));
    for (const policyId of ids) policyIds.add(policyId);
    return ids;
  };
  const serviceControlPolicies = await attached("SERVICE_CONTROL_POLICY");
  const resourceControlPolicies = await attached("RESOURCE_CONTROL_POLICY");
  return {
    id,
    ...(serviceControlPolicies !== undefined && { serviceControlPolicies }),
    ...(resourceControlPolicies !== undefined && { resourceControlPolicies }),
  };
}

async function policiesOf(
  client: OrganizationsClient,
  ids: readonly string[],
): Promise<Readonly<Record<string, OrganizationPolicy>>> {
  const policies: Record<string, OrganizationPolicy> = {};
  for (const id of ids) {
    const { Policy: policy = {} } = await client.send(new DescribePolicyCommand({ PolicyId: id }));
    policies[id] = { name: policy.PolicySummary?.Name ?? id, document: policy.Content ?? "" };
  }
  return policies;
}
