import { ApiError } from "../apiError";
import type { Identifiers } from "../identifiers";
import { type Organization, type OrganizationRecords, type Policy, POLICY_TYPES, type PolicyType } from "./records";

/** What AWS manages, and attaches by itself where a type of policies is enabled. */
const FULL_ACCESS: Readonly<Record<PolicyType, Pick<Policy, "id" | "name" | "description" | "content">>> = {
  SERVICE_CONTROL_POLICY: {
    id: "p-FullAWSAccess",
    name: "FullAWSAccess",
    description: "Allows access to every operation",
    content: document({ Effect: "Allow", Action: "*", Resource: "*" }),
  },
  RESOURCE_CONTROL_POLICY: {
    id: "p-RCPFullAWSAccess",
    name: "RCPFullAWSAccess",
    description: "Allow all access to every resource",
    content: document({ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }),
  },
};

function document(statement: object): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
}

export function makeManagedPolicies({ policies }: OrganizationRecords): void {
  for (const type of POLICY_TYPES) {
    const arn = `arn:aws:organizations::aws:policy/${type.toLowerCase()}/${FULL_ACCESS[type].id}`;
    policies.put(FULL_ACCESS[type].id, { ...FULL_ACCESS[type], type, arn, awsManaged: true });
  }
}

/** Of each type that is enabled. */
export function attachFullAccess(
  { attachments }: OrganizationRecords,
  targetId: string,
  types: readonly PolicyType[],
): void {
  for (const { id: policyId } of types.map((type) => FULL_ACCESS[type]))
    attachments.put(`${targetId} ${policyId}`, { targetId, policyId });
}

export interface CreatePolicyRequest {
  readonly type: PolicyType;
  readonly name: string;
  readonly description: string;
  readonly content: string;
}

interface Attaching {
  readonly policyId: string;
  readonly targetId: string;
}

interface Parts {
  readonly records: OrganizationRecords;
  readonly nextDigits: Identifiers["nextDigits"];
  readonly organization: () => Organization;
  /** Throws where there is no root, unit or account of that id. */
  readonly requireTarget: (targetId: string) => void;
}

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html and its neighbours. */
export function policyOperations({ records, nextDigits, organization, requireTarget }: Parts): PolicyOperations {
  const { policies, attachments } = records;
  const policyOf = (policyId: string): Policy => {
    const policy = policies.get(policyId);
    if (policy !== undefined) return policy;
    throw new ApiError("PolicyNotFoundException", "You specified a policy that doesn't exist.");
  };
  const requireNewName = (name: string, type: PolicyType, policyId?: string): void => {
    if (!policies.all().some((policy) => policy.name === name && policy.type === type && policy.id !== policyId))
      return;
    throw new ApiError("DuplicatePolicyException", "A policy with the same name and type already exists.");
  };
  return {
    createPolicy: (request) => {
      requireContent(request.type, request.content);
      requireNewName(request.name, request.type);
      const id = `p-${nextDigits("policy", 8)}`;
      const { id: organizationId, masterAccountId } = organization();
      const path = `${organizationId}/${request.type.toLowerCase()}/${id}`;
      const arn = `arn:aws:organizations::${masterAccountId}:policy/${path}`;
      const policy: Policy = { ...request, id, arn, awsManaged: false };
      policies.put(id, policy);
      return policy;
    },
    updatePolicy: ({ policyId, name, description, content }) => {
      const before = policyOf(policyId);
      if (before.awsManaged) throw immutable("You cannot update a policy that AWS manages.");
      if (content !== undefined) requireContent(before.type, content);
      if (name !== undefined) requireNewName(name, before.type, policyId);
      const policy: Policy = {
        ...before,
        name: name ?? before.name,
        description: description ?? before.description,
        content: content ?? before.content,
      };
      policies.put(policyId, policy);
      return policy;
    },
    describePolicy: ({ policyId }) => policyOf(policyId),
    listPolicies: ({ filter }) => policies.all().filter(({ type }) => type === filter),
    listPoliciesForTarget: ({ targetId, filter }) => {
      requireTarget(targetId);
      const attached = attachments.all().filter((attachment) => attachment.targetId === targetId);
      return attached.map(({ policyId }) => policyOf(policyId)).filter(({ type }) => type === filter);
    },
    ...attachmentOperations({ records, organization, requireTarget }, policyOf),
  };
}

type AttachmentOperations = Pick<PolicyOperations, "targetsOf" | "attachPolicy" | "detachPolicy">;

function attachmentOperations(
  { records: { attachments }, organization, requireTarget }: Omit<Parts, "nextDigits">,
  policyOf: (policyId: string) => Policy,
): AttachmentOperations {
  return {
    targetsOf: ({ policyId }) => {
      policyOf(policyId);
      return attachments.all().flatMap((attachment) => (attachment.policyId === policyId ? attachment.targetId : []));
    },
    attachPolicy: ({ policyId, targetId }) => {
      const { type } = policyOf(policyId);
      requireTarget(targetId);
      if (!organization().enabledPolicyTypes.includes(type)) {
        throw new ApiError(
          "PolicyTypeNotEnabledException",
          "This operation can be performed only for enabled policy types.",
        );
      }
      if (attachments.get(`${targetId} ${policyId}`) !== undefined) {
        throw new ApiError(
          "DuplicatePolicyAttachmentException",
          "A policy with the specified name and type is already attached to the specified target.",
        );
      }
      attachments.put(`${targetId} ${policyId}`, { targetId, policyId });
    },
    detachPolicy: ({ policyId, targetId }) => {
      const policy = policyOf(policyId);
      requireTarget(targetId);
      const attached = attachments.all().filter((attachment) => attachment.targetId === targetId);
      if (!attached.some((attachment) => attachment.policyId === policyId)) {
        throw new ApiError("PolicyNotAttachedException", "The specified policy is not attached to the target.");
      }
      if (policyId === FULL_ACCESS.RESOURCE_CONTROL_POLICY.id) throw immutable("RCPFullAWSAccess can't be detached.");
      if (attached.filter((each) => policyOf(each.policyId).type === policy.type).length === 1) {
        throw immutable(
          "You cannot remove the last policy attached to the specified target. You must have at least one attached " +
            "at all times.",
        );
      }
      attachments.remove(`${targetId} ${policyId}`);
    },
  };
}

export interface PolicyOperations {
  readonly createPolicy: (request: CreatePolicyRequest) => Policy;
  readonly updatePolicy: (
    request: { readonly policyId: string } & Partial<Omit<CreatePolicyRequest, "type">>,
  ) => Policy;
  readonly describePolicy: (request: { readonly policyId: string }) => Policy;
  readonly listPolicies: (request: { readonly filter: PolicyType }) => readonly Policy[];
  readonly listPoliciesForTarget: (request: {
    readonly targetId: string;
    readonly filter: PolicyType;
  }) => readonly Policy[];
  readonly targetsOf: (request: { readonly policyId: string }) => readonly string[];
  readonly attachPolicy: (request: Attaching) => void;
  readonly detachPolicy: (request: Attaching) => void;
}

function immutable(message: string): ApiError {
  return new ApiError("ConstraintViolationException", message);
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
}

/**
 * A resource control policy denies, and everybody; a service control policy has no principals:
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
 */
function requireContent(type: PolicyType, content: string): void {
  if (!POLICY_TYPES.includes(type)) throw new ApiError("InvalidInputException", `The type ${type} is not served.`);
  const fits = ({ Effect, Principal }: Statement): boolean =>
    type === "RESOURCE_CONTROL_POLICY" ? Effect === "Deny" && Principal === "*" : Principal === undefined;
  try {
    const { Statement: statements } = JSON.parse(content) as { Statement: Statement | readonly Statement[] };
    if ([statements].flat().every(fits)) return;
  } catch {
    // Refused below.
  }
  throw new ApiError(
    "MalformedPolicyDocumentException",
    "The provided policy document does not meet the requirements of the specified policy type.",
  );
}
