import type * as organizations from "@aws-sdk/client-organizations";
import { ApiError } from "../../cloud/apiError";
import type { Entity } from "../../cloud/organizations/organizations";
import {
  type Account,
  type Organization,
  type OrganizationalUnit,
  type Policy,
  POLICY_TYPES,
  type PolicyType,
} from "../../cloud/organizations/records";
import { NOT_SERVED } from "../../cloud/rolePolicies";
import { capitalised, operation, type ServedOperations } from "../operations";
import { markedPage, opened, requireRange, sealed } from "../pages";

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const ITEMS_OF_A_PAGE = { member: "maxResults", least: 1, most: 20 };

const ORGANIZATION: ServedOperations = {
  CreateOrganization: operation<organizations.CreateOrganizationRequest, organizations.CreateOrganizationResponse>(
    ["FeatureSet"],
    async (region, { FeatureSet: featureSet = "ALL" }) => {
      if (featureSet !== "ALL")
        throw new ApiError(NOT_SERVED, `The feature set ${featureSet} is not served by the lab.`);
      return { Organization: described(await region.organizations.createOrganization()) };
    },
  ),
  DescribeOrganization: operation<object, organizations.DescribeOrganizationResponse>([], async (region) => ({
    Organization: described(await region.organizations.describeOrganization()),
  })),
  ListRoots: operation<organizations.ListRootsRequest, organizations.ListRootsResponse>(
    ["NextToken", "MaxResults"],
    async (region, page) => listed("Roots", (await region.organizations.listRoots()).map(root), page),
  ),
  EnablePolicyType: operation<organizations.EnablePolicyTypeRequest, organizations.EnablePolicyTypeResponse>(
    ["RootId", "PolicyType"],
    async (region, { RootId: rootId, PolicyType: type }) => ({
      Root: root(await region.organizations.enablePolicyType({ rootId, policyType: servedType(type) })),
    }),
  ),
};

const TREE: ServedOperations = {
  CreateOrganizationalUnit: operation<
    organizations.CreateOrganizationalUnitRequest,
    organizations.CreateOrganizationalUnitResponse
  >(["ParentId", "Name"], async (region, { ParentId: parentId, Name: name }) => ({
    OrganizationalUnit: unit(await region.organizations.createOrganizationalUnit({ parentId, name })),
  })),
  ListParents: operation<organizations.ListParentsRequest, organizations.ListParentsResponse>(
    ["ChildId", "NextToken", "MaxResults"],
    async (region, { ChildId: childId, ...page }) =>
      listed("Parents", (await region.organizations.listParents({ childId })).map(entity), page),
  ),
  ListChildren: operation<organizations.ListChildrenRequest, organizations.ListChildrenResponse>(
    ["ParentId", "ChildType", "NextToken", "MaxResults"],
    async (region, { ParentId: parentId, ChildType: childType, ...page }) =>
      listed("Children", (await region.organizations.listChildren({ parentId, childType })).map(entity), page),
  ),
  ListOrganizationalUnitsForParent: operation<
    organizations.ListOrganizationalUnitsForParentRequest,
    organizations.ListOrganizationalUnitsForParentResponse
  >(["ParentId", "NextToken", "MaxResults"], async (region, { ParentId: parentId, ...page }) => {
    const units = await region.organizations.listOrganizationalUnitsForParent({ parentId });
    return listed("OrganizationalUnits", units.map(unit), page);
  }),
  ListAccountsForParent: operation<
    organizations.ListAccountsForParentRequest,
    organizations.ListAccountsForParentResponse
  >(["ParentId", "NextToken", "MaxResults"], async (region, { ParentId: parentId, ...page }) =>
    listed("Accounts", (await region.organizations.listAccountsForParent({ parentId })).map(account), page),
  ),
  ListAccounts: operation<organizations.ListAccountsRequest, organizations.ListAccountsResponse>(
    ["NextToken", "MaxResults"],
    async (region, page) => listed("Accounts", (await region.organizations.listAccounts()).map(account), page),
  ),
  DescribeAccount: operation<organizations.DescribeAccountRequest, organizations.DescribeAccountResponse>(
    ["AccountId"],
    async (region, { AccountId: accountId }) => ({
      Account: account(await region.organizations.describeAccount({ accountId })),
    }),
  ),
  MoveAccount: operation<organizations.MoveAccountRequest, object>(
    ["AccountId", "SourceParentId", "DestinationParentId"],
    async (region, { AccountId, SourceParentId, DestinationParentId }) => {
      const [accountId, sourceParentId, destinationParentId] = [AccountId, SourceParentId, DestinationParentId];
      await region.organizations.moveAccount({ accountId, sourceParentId, destinationParentId });
      return {};
    },
  ),
};

const POLICIES: ServedOperations = {
  CreatePolicy: operation<organizations.CreatePolicyRequest, organizations.CreatePolicyResponse>(
    ["Type", "Name", "Description", "Content"],
    async (region, { Type: type, Name: name, Description: description, Content: content }) => ({
      Policy: whole(await region.organizations.createPolicy({ type: servedType(type), name, description, content })),
    }),
  ),
  UpdatePolicy: operation<organizations.UpdatePolicyRequest, organizations.UpdatePolicyResponse>(
    ["PolicyId", "Name", "Description", "Content"],
    async (region, { PolicyId: policyId, Name: name, Description: description, Content: content }) => ({
      Policy: whole(await region.organizations.updatePolicy({ policyId, name, description, content })),
    }),
  ),
  DescribePolicy: operation<organizations.DescribePolicyRequest, organizations.DescribePolicyResponse>(
    ["PolicyId"],
    async (region, { PolicyId: policyId }) => ({
      Policy: whole(await region.organizations.describePolicy({ policyId })),
    }),
  ),
  ListPolicies: operation<organizations.ListPoliciesRequest, organizations.ListPoliciesResponse>(
    ["Filter", "NextToken", "MaxResults"],
    async (region, { Filter: filter, ...page }) => {
      const policies = await region.organizations.listPolicies({ filter: servedType(filter) });
      return listed("Policies", policies.map(summary), page);
    },
  ),
  ListPoliciesForTarget: operation<
    organizations.ListPoliciesForTargetRequest,
    organizations.ListPoliciesForTargetResponse
  >(["TargetId", "Filter", "NextToken", "MaxResults"], async (region, { TargetId, Filter, ...page }) => {
    const request = { targetId: TargetId, filter: servedType(Filter) };
    return listed("Policies", (await region.organizations.listPoliciesForTarget(request)).map(summary), page);
  }),
  ListTargetsForPolicy: operation<
    organizations.ListTargetsForPolicyRequest,
    organizations.ListTargetsForPolicyResponse
  >(["PolicyId", "NextToken", "MaxResults"], async (region, { PolicyId: policyId, ...page }) => {
    const targets = (await region.organizations.listTargetsForPolicy({ policyId })).map((target) => ({
      ...capitalised(target),
      Id: target.id,
      TargetId: target.id,
    }));
    return listed("Targets", targets, page);
  }),
  AttachPolicy: operation<organizations.AttachPolicyRequest, object>(
    ["PolicyId", "TargetId"],
    async (region, { PolicyId: policyId, TargetId: targetId }) => {
      await region.organizations.attachPolicy({ policyId, targetId });
      return {};
    },
  ),
  DetachPolicy: operation<organizations.DetachPolicyRequest, object>(
    ["PolicyId", "TargetId"],
    async (region, { PolicyId: policyId, TargetId: targetId }) => {
      await region.organizations.detachPolicy({ policyId, targetId });
      return {};
    },
  ),
};

/** https://docs.aws.amazon.com/organizations/latest/APIReference/ */
export const ORGANIZATIONS: ServedOperations = { ...ORGANIZATION, ...TREE, ...POLICIES };

function servedType(type: string): PolicyType {
  const served = POLICY_TYPES.find((known) => known === type);
  if (served !== undefined) return served;
  throw new ApiError(NOT_SERVED, `Policies of the type ${type} are not served by the lab.`);
}

interface PageRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

function listed<K extends string, T extends { readonly Id?: string }>(
  member: K,
  all: readonly T[],
  { NextToken: token, MaxResults: most = ITEMS_OF_A_PAGE.most }: PageRequest,
): Record<K, T[]> & { NextToken?: string } {
  const { items, next } = markedPage(all, ({ Id: id = "" }) => id, {
    marker: opened(token, () => new ApiError("InvalidInputException", "You specified an invalid value for nextToken.")),
    most: requireRange(most, ITEMS_OF_A_PAGE, "InvalidInputException"),
  });
  return { [member]: [...items], NextToken: sealed(next) } as Record<K, T[]> & { NextToken?: string };
}

function described(organization: Organization): organizations.Organization {
  return {
    ...capitalised(organization),
    FeatureSet: "ALL",
    // "Do not use": what is enabled says ListRoots.
    AvailablePolicyTypes: [{ Type: "SERVICE_CONTROL_POLICY", Status: "ENABLED" }],
  };
}

function root({ rootId, rootArn, enabledPolicyTypes }: Organization): organizations.Root {
  const PolicyTypes = enabledPolicyTypes.map((Type) => ({ Type, Status: "ENABLED" as const }));
  return { Id: rootId, Arn: rootArn, Name: "Root", PolicyTypes };
}

function unit({ id, arn, name }: OrganizationalUnit): organizations.OrganizationalUnit {
  return { Id: id, Arn: arn, Name: name };
}

function account({ joinedAt, ...known }: Account): organizations.Account {
  const { Id, Arn, Name, Email, JoinedMethod } = capitalised(known);
  return { Id, Arn, Name, Email, Status: "ACTIVE", State: "ACTIVE", JoinedMethod, JoinedTimestamp: new Date(joinedAt) };
}

/** What of it an answer has no room for, the protocol leaves out. */
function entity({ id, type }: Entity): { Id: string; Type: never } {
  return { Id: id, Type: type as never };
}

function summary(policy: Policy): organizations.PolicySummary {
  return capitalised(policy);
}

function whole(policy: Policy): organizations.Policy {
  return { PolicySummary: summary(policy), Content: policy.content };
}
