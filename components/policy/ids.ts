import { shown, type Problem } from "./problem";

/** Why a text is not the id of a VPC endpoint, as `aws:SourceVpce` has it; `undefined` if it is one. No wildcards. */
export function vpcEndpointIdProblem(id: unknown): Problem | undefined {
  return resourceIdProblem(id, "vpce", "a VPC endpoint");
}

/** Why a text is not the id of a VPC, as `aws:SourceVpc` has it; `undefined` if it is one. No wildcards. */
export function vpcIdProblem(id: unknown): Problem | undefined {
  return resourceIdProblem(id, "vpc", "a VPC");
}

/** See https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html: 8 digits, or 17 since 2016. */
function resourceIdProblem(id: unknown, prefix: string, kind: string): Problem | undefined {
  return idProblem(id, new RegExp(`^${prefix}-(?:[0-9a-f]{8}|[0-9a-f]{17})$`), {
    not: `is not the id of ${kind}`,
    suggestion: `write one in full: ${prefix}- and 8 or 17 of the digits 0-9 and a-f, without wildcards`,
  });
}

/**
 * Why a text is not the id of an organization, as `aws:PrincipalOrgID` and its like have it; `undefined` if it is one.
 *
 * See https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html.
 */
export function organizationIdProblem(id: unknown): Problem | undefined {
  return idProblem(id, /^o-[a-z0-9]{10,32}$/, {
    not: "is not an organization's id",
    suggestion: "write one in full: o- and 10 to 32 lower-case letters and digits, without wildcards",
  });
}

/**
 * Why a text is not a path in an organization, or a pattern for some, as `aws:PrincipalOrgPaths` and its like have
 * them.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed-view-data-orgs.html ("Understand
 * the AWS Organizations entity path").
 */
export function organizationPathProblem(path: unknown): Problem | undefined {
  return idProblem(path, /^o-[a-z0-9]{10,32}\/(?:(?:r-|ou-|[*?])[a-z0-9*?-]*\/)*(?:(?:r-|ou-)[a-z0-9*?-]*\*|\*)?$/, {
    not: "is not a path in an organization",
    suggestion:
      "write it from the organization down, with a slash at its end: o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/, and * " +
      "for all below",
  });
}

/** Whether `text` is the id of an account. */
export function isAccountId(text: string): boolean {
  return ACCOUNT_ID.test(text);
}

const ACCOUNT_ID = /^\d{12}$/;

/** Why a text is not the id of an account, as `aws:PrincipalAccount` and its like have it; `undefined` if it is one. */
export function accountIdProblem(id: unknown): Problem | undefined {
  const digits = String(id).replaceAll(/[\s-]/g, "");
  const suggestion = isAccountId(digits) ? `write "${digits}"` : "it has 12 digits; wildcards are not for accounts";
  return idProblem(id, ACCOUNT_ID, { not: "is not an account id", suggestion });
}

function idProblem(
  id: unknown,
  form: RegExp,
  { not, suggestion }: { readonly not: string; readonly suggestion: string },
): Problem | undefined {
  if (typeof id === "string" && form.test(id)) return undefined;
  const meant = typeof id === "string" ? id.trim().toLowerCase() : "";
  return { message: `${shown(id)} ${not}`, suggestion: form.test(meant) ? `write "${meant}"` : suggestion };
}
