import { evaluatePolicy, type PolicyDecision, type PolicyRequest } from "../../components/policy/evaluate";
import { ApiError } from "./apiError";
import { type Role, ROLES } from "./iam/role";
import { ACCOUNT_ID } from "./identifiers";
import { documentOf, managedPolicyOf } from "./iam/managedPolicies";
import type { Store } from "./store";

/** The code of every refusal that is the lab's own: AWS would serve the request. */
export const NOT_SERVED = "NotServedByTheLab";

/** The role that an ARN of the lab's own account names. */
export function roleOfArn(store: Store, arn: string): Role | undefined {
  const [, account, name = ""] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:\S+\/)?(\S+)$/.exec(arn) ?? [];
  return account === ACCOUNT_ID ? store.collection<Role>(ROLES).get(name) : undefined;
}

/** The documents that bound what a principal may do by itself, apart from those of resources, endpoints and others. */
export interface PrincipalPolicies {
  /** Inline and attached: what one of them allows is allowed. */
  readonly identity: readonly string[];
  /** The permissions boundary: what it does not allow is not. */
  readonly boundary?: readonly string[];
  /** What a session was given along: it has to allow, too. Absent where nothing was given. */
  readonly session?: readonly string[];
}

/** What is attached to a role, a user or a group. */
export interface Attachments {
  readonly inlinePolicies: Readonly<Record<string, string>>;
  readonly attachedPolicyArns: readonly string[];
  readonly permissionsBoundary?: string;
}

/** What is attached makes the documents. A policy whose document the lab does not have is refused, never left out. */
export function policiesOf(store: Store, attachments: Attachments): PrincipalPolicies {
  const { permissionsBoundary } = attachments;
  return {
    identity: identityPoliciesOf(store, attachments),
    ...(permissionsBoundary !== undefined && { boundary: documentsOfArn(store, permissionsBoundary) }),
  };
}

export function identityPoliciesOf(
  store: Store,
  { inlinePolicies, attachedPolicyArns }: Attachments,
): readonly string[] {
  return [...Object.values(inlinePolicies), ...attachedPolicyArns.flatMap((arn) => documentsOfArn(store, arn))];
}

/** What a managed policy says, in as many documents as it takes: some of AWS's own are longer than a policy may be. */
export function documentsOfArn(store: Store, arn: string): readonly string[] {
  const policy = managedPolicyOf(store, arn);
  const document = policy && documentOf(policy);
  if (document !== undefined) return document.length > LONGEST_POLICY ? split(document) : [document];
  throw new ApiError(NOT_SERVED, `The lab does not have the document of the policy ${arn}.`);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, of which AWS's own policies are free. */
const LONGEST_POLICY = 6_144;
const ACTIONS_OF_A_PART = 50;

/** Statements say the same in one document and in several, and so do the actions of one. */
function split(document: string): readonly string[] {
  const { Version, Statement } = JSON.parse(document) as { Version: string; Statement: object };
  const statements = [Statement].flat() as readonly { readonly Action?: string | readonly string[] }[];
  const parts = statements.flatMap(({ Action, ...statement }) => {
    if (!Array.isArray(Action)) return [{ ...statement, Action }];
    const actions = Action as readonly string[];
    const count = Math.ceil(actions.length / ACTIONS_OF_A_PART);
    return Array.from({ length: count }, (_, i) => ({
      ...statement,
      Action: actions.slice(i * ACTIONS_OF_A_PART, (i + 1) * ACTIONS_OF_A_PART),
    }));
  });
  return parts.map((statement) => JSON.stringify({ Version, Statement: [statement] }));
}

/** What the policies of one kind say of a request. */
export interface PolicyLayer {
  /** As AWS calls the kind where it denies: "an identity-based policy". */
  readonly name: string;
  readonly decision: PolicyDecision;
}

/** What a principal's own policies say, each kind for itself: all of them have to allow. */
export function layersOf(policies: PrincipalPolicies, request: PolicyRequest): readonly PolicyLayer[] {
  const layer = (name: string, documents: readonly string[] | undefined): readonly PolicyLayer[] =>
    documents === undefined ? [] : [{ name, decision: decisionOf(documents, request) }];
  return [
    ...layer("an identity-based policy", policies.identity),
    ...layer("a permissions boundary", policies.boundary),
    ...layer("a session policy", policies.session),
  ];
}

/**
 * Why a request is denied, in AWS's words; undefined where every kind of policy allows it. An explicit denial is named
 * before an implicit one: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function denialBy(layers: readonly PolicyLayer[], action: string): string | undefined {
  const explicit = layers.find(({ decision }) => decision === "explicitlyDenied");
  if (explicit !== undefined) return `with an explicit deny in ${explicit.name}`;
  const implicit = layers.find(({ decision }) => decision === "implicitlyDenied");
  return implicit && `because no ${implicit.name.replace(/^an? /, "")} allows the ${action} action`;
}

/**
 * What several policies of one kind say together:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function decisionOf(policies: readonly string[], request: PolicyRequest): PolicyDecision {
  const decisions = policies.map((policy) => evaluatePolicy(policy, request).decision);
  return (
    decisions.find((decision) => decision === "explicitlyDenied") ??
    decisions.find((decision) => decision === "allowed") ??
    "implicitlyDenied"
  );
}

/** Whether a role may do what an AWS service does on its behalf. */
export function roleMay(store: Store, role: Role, action: string, resource: string): boolean {
  const request = { principal: { arn: role.arn }, action, resource };
  return denialBy(layersOf(policiesOf(store, role), request), action) === undefined;
}
