import type { GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail } from "@aws-sdk/client-iam";
import type { Facts } from "../preflight/facts/facts";
import type { Told } from "../preflight/facts/told";
import type { Organization } from "./organization";

/** What `access` knows: the network as `preflight` reads it, and whom the account's policies let do what. */
export interface AccessFacts {
  readonly network: Facts;
  readonly authorization: Told<Authorization>;
  /** Every account may ask which organization it is in. */
  readonly organization: Told<OrganizationIdentity | "none">;
  /** Its policies, where somebody has exported them. */
  readonly exported?: Organization;
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeOrganization.html */
export interface OrganizationIdentity {
  readonly id: string;
  readonly managementAccountId: string;
}

/**
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html, all pages. Documents are
 * percent-encoded, as AWS answers them.
 */
export interface Authorization {
  readonly UserDetailList: readonly UserDetail[];
  readonly GroupDetailList: readonly GroupDetail[];
  readonly RoleDetailList: readonly RoleDetail[];
  readonly Policies: readonly ManagedPolicyDetail[];
}
