import type { PolicyRequest } from "../../components/policy/evaluate";
import { ApiError } from "../cloud/apiError";
import { ACCOUNT_ID } from "../cloud/identifiers";
import type { OrganizationEffect } from "../cloud/organizations/effect";
import { decisionOf, denialBy, layersOf, type PolicyLayer, type PrincipalPolicies } from "../cloud/rolePolicies";
import type { Tags } from "../cloud/tags";
import type { Access } from "./actions";
import { independentDenial } from "./independentJudge";

/** Who signs requests with a key. */
export interface Principal {
  /** The ARN of the session: `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`. */
  readonly arn: string;
  /** The ARN of its role, path included. */
  readonly roleArn: string;
  /** The documents of its policies, as they are now. Throws where the lab does not have one. */
  readonly policies: () => PrincipalPolicies;
  /** The tags of its role, which are the session's. */
  readonly tags?: () => Tags;
  /** Condition keys of its own, such as `lambda:SourceFunctionArn`. */
  readonly context?: PolicyRequest["context"];
}

/** Where a request comes from, as DynamoDB sees it. */
export interface Source {
  readonly region: string;
  readonly sourceAddress: string;
  readonly vpcId?: string;
  /** The endpoint that it came through, with the policy that is in force there. */
  readonly endpoint?: { readonly vpcEndpointId: string; readonly policyDocument: string };
}

/** Who decides about requests: our own evaluator, or @cloud-copilot/iam-simulate. */
export type Judge = "own" | "independent";

/** What has a say about a request beside the policies of who makes it and of its way. */
export interface Surroundings extends OrganizationEffect {
  /** `own` where nothing but identity and endpoint has a say; the independent one judges whatever else there is. */
  readonly judge: Judge;
  /** The policy of the table that is named by the ARN, or whose index is. */
  readonly resourcePolicyOf: (resource: string) => string | undefined;
}

/**
 * Rejects with AccessDeniedException, in AWS's words, unless everything that has a say allows each access. An explicit
 * denial is named before an implicit one, and of two that are alike the identity's before the endpoint's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export async function requireAllowed(
  principal: Principal,
  source: Source,
  accesses: readonly Access[],
  surroundings: Surroundings,
): Promise<void> {
  for (const { action, resource } of accesses) {
    const request: PolicyRequest = {
      principal: { arn: principal.arn },
      action,
      resource,
      context: {
        ...contextOf(source),
        ...organizationContext(principal, source, surroundings),
        ...principalContext(principal),
      },
    };
    const reason = await denialOf(request, principal, source, surroundings);
    if (reason === undefined) continue;
    throw new ApiError(
      "AccessDeniedException",
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    );
  }
}

async function denialOf(
  request: PolicyRequest,
  { policies, roleArn }: Principal,
  { endpoint }: Source,
  { judge, resourcePolicyOf, ...organization }: Surroundings,
): Promise<string | undefined> {
  const principal = policies();
  const resourcePolicy = resourcePolicyOf(request.resource);
  const serviceControlPolicies = isOwn(roleArn) ? organization.serviceControlPolicies : [];
  const { resourceControlPolicies } = organization;
  const others = [resourcePolicy, principal.boundary, principal.session].some((each) => each !== undefined);
  const levels = [...serviceControlPolicies, ...resourceControlPolicies];
  if (judge === "own" && !others && levels.length === 0 && isOwn(roleArn)) {
    return denialBy([...layersOf(principal, request), ...endpointLayer(endpoint, request)], request.action);
  }
  const policiesOfOrganization = { serviceControlPolicies, resourceControlPolicies };
  const endpointPolicy = endpoint?.policyDocument;
  return independentDenial({ request, principal, ...policiesOfOrganization, resourcePolicy, endpointPolicy });
}

/** Whether somebody is of the lab's own account. */
export function isOwn(roleArn: string): boolean {
  return accountOf(roleArn) === ACCOUNT_ID;
}

function accountOf(arn: string): string {
  return arn.split(":")[4] ?? "";
}

function endpointLayer(endpoint: Source["endpoint"], request: PolicyRequest): readonly PolicyLayer[] {
  if (endpoint === undefined) return [];
  return [{ name: "a VPC endpoint policy", decision: decisionOf([endpoint.policyDocument], request) }];
}

/**
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html: which keys a request has
 * depends on its way.
 */
function contextOf({ region, sourceAddress, vpcId, endpoint }: Source): NonNullable<PolicyRequest["context"]> {
  const always = { "aws:SecureTransport": "true", "aws:ViaAWSService": "false", "aws:RequestedRegion": region };
  if (endpoint === undefined) return { ...always, "aws:SourceIp": sourceAddress };
  return {
    ...always,
    "aws:SourceVpce": endpoint.vpcEndpointId,
    "aws:VpceAccount": ACCOUNT_ID,
    "aws:VpcSourceIp": sourceAddress,
    ...(vpcId !== undefined && { "aws:SourceVpc": vpcId }),
  };
}

function principalContext({ arn, roleArn, tags, context }: Principal): NonNullable<PolicyRequest["context"]> {
  const tagKeys = Object.entries(tags?.() ?? {}).map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  return {
    ...(Object.fromEntries(tagKeys) as Readonly<Record<string, string>>),
    ...context,
    "aws:PrincipalArn": roleArn,
    "aws:PrincipalAccount": accountOf(arn),
    "aws:PrincipalType": "AssumedRole",
    "aws:PrincipalIsAWSService": "false",
    "aws:ResourceAccount": ACCOUNT_ID,
  };
}

/** "This key is included in the request context only if" the account is in an organization. */
function organizationContext(
  { roleArn }: Principal,
  { endpoint }: Source,
  { organization }: OrganizationEffect,
): NonNullable<PolicyRequest["context"]> {
  if (organization === undefined) return {};
  const keys = (name: string): Readonly<Record<string, string | readonly string[]>> => ({
    [`aws:${name}OrgID`]: organization.id,
    [`aws:${name}OrgPaths`]: [organization.path],
  });
  return {
    ...keys("Resource"),
    ...(isOwn(roleArn) && keys("Principal")),
    ...(endpoint !== undefined && keys("Vpce")),
  };
}
