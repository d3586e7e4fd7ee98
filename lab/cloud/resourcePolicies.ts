import { ApiError } from "./apiError";
import { type Identifiers, identifiers } from "./identifiers";
import type { Collection, Store } from "./store";

/** The policy of a table or of a stream. */
export interface ResourcePolicy {
  readonly policy: string;
  /** Another one for each document. */
  readonly revisionId: string;
}

export interface PutResourcePolicyRequest {
  readonly resourceArn: string;
  readonly policy: string;
  /** The revision that is to be replaced, or `NO_POLICY`. */
  readonly expectedRevisionId?: string;
}

interface ResourcePolicyOperations {
  readonly putResourcePolicy: (request: PutResourcePolicyRequest) => Pick<ResourcePolicy, "revisionId">;
  readonly getResourcePolicy: (request: { readonly resourceArn: string }) => ResourcePolicy;
  readonly deleteResourcePolicy: (
    request: Omit<PutResourcePolicyRequest, "policy">,
  ) => Pick<ResourcePolicy, "revisionId">;
}

/** What a request expects that there is no policy. */
const NO_POLICY = "NO_POLICY";

/** "The maximum size supported for a resource-based policy document is 20 KB", blanks included. */
const LONGEST_POLICY = 20 * 1024;

/** Where the store keeps a Region's policies of tables and streams, by their ARNs. */
export function resourcePoliciesOf(store: Store, region: string): Collection<ResourcePolicy> {
  return store.collection(`${region}/dynamodb/resourcePolicies`);
}

/** The policy that has a say about an access: that of the table also for its indexes. */
export function resourcePolicyFor(store: Store, region: string, resourceArn: string): string | undefined {
  return resourcePoliciesOf(store, region).get(resourceArn.replace(/\/index\/.*$/, ""))?.policy;
}

/**
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutResourcePolicy.html. `requireResource` throws
 * where there is no table or stream of that ARN.
 */
export function resourcePolicyOperations(
  store: Store,
  region: string,
  requireResource: (resourceArn: string) => void,
): ResourcePolicyOperations {
  const policies = resourcePoliciesOf(store, region);
  const { nextDigits } = identifiers(store, region);
  const existing = (resourceArn: string, expected?: string): ResourcePolicy | undefined => {
    requireResource(resourceArn);
    const found = policies.get(resourceArn);
    if (expected !== undefined && (found?.revisionId ?? NO_POLICY) !== expected) throw notFound(resourceArn);
    return found;
  };
  return {
    putResourcePolicy: ({ resourceArn, policy, expectedRevisionId }) => {
      requireDocument(policy);
      const before = existing(resourceArn, expectedRevisionId);
      if (before?.policy === policy) return { revisionId: before.revisionId };
      const revisionId = revision(nextDigits);
      policies.put(resourceArn, { policy, revisionId });
      return { revisionId };
    },
    getResourcePolicy: ({ resourceArn }) => {
      const found = existing(resourceArn);
      if (found === undefined) throw notFound(resourceArn);
      return found;
    },
    deleteResourcePolicy: ({ resourceArn, expectedRevisionId }) => {
      const before = existing(resourceArn, expectedRevisionId);
      policies.remove(resourceArn);
      return { revisionId: before?.revisionId ?? "" };
    },
  };
}

/** Of decimal digits, as AWS's are. */
function revision(nextDigits: Identifiers["nextDigits"]): string {
  return BigInt(`0x1${nextDigits("resourcePolicy", 10)}`).toString();
}

function requireDocument(policy: string): void {
  if (Buffer.byteLength(policy) > LONGEST_POLICY) {
    throw invalid(`Policy size exceeds the maximum of ${LONGEST_POLICY} bytes`);
  }
  try {
    JSON.parse(policy);
  } catch {
    throw invalid("Invalid policy document: not JSON");
  }
}

function invalid(what: string): ApiError {
  return new ApiError("ValidationException", `One or more parameter values were invalid: ${what}`);
}

function notFound(resourceArn: string): ApiError {
  return new ApiError(
    "PolicyNotFoundException",
    `Resource-based policy not found for the provided ResourceArn: ${resourceArn}`,
  );
}
