import type { PolicyRequest } from "../../components/policy/evaluate";
import { ApiError } from "../cloud/apiError";
import { ACCOUNT_ID } from "../cloud/identifiers";
import { decisionOf, denialBy, layersOf, type PolicyLayer, type PrincipalPolicies } from "../cloud/rolePolicies";
import type { Access } from "./actions";

/** Who signs requests with a key. */
export interface Principal {
  /** The ARN of the session: `arn:aws:sts::123456789012:assumed-role/NAME/SESSION`. */
  readonly arn: string;
  /** The ARN of its role, path included. */
  readonly roleArn: string;
  /** The documents of its policies, as they are now. Throws where the lab does not have one. */
  readonly policies: () => PrincipalPolicies;
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

/**
 * Throws AccessDeniedException, in AWS's words, unless the principal's policies and the endpoint's allow each access.
 * An explicit denial is named before an implicit one, and of two that are alike the identity's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function requireAllowed(principal: Principal, source: Source, accesses: readonly Access[]): void {
  for (const { action, resource } of accesses) {
    const request: PolicyRequest = {
      principal: { arn: principal.arn },
      action,
      resource,
      context: { ...contextOf(source), ...principal.context, "aws:PrincipalArn": principal.roleArn },
    };
    const layers = [...layersOf(principal.policies(), request), ...endpointLayer(source, request)];
    const reason = denialBy(layers, action);
    if (reason === undefined) continue;
    throw new ApiError(
      "AccessDeniedException",
      `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
    );
  }
}

function endpointLayer({ endpoint }: Source, request: PolicyRequest): readonly PolicyLayer[] {
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
