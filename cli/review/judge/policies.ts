import { policyDifference, type PolicyDifference } from "../../../components/policy/difference";
import { validatePolicy, type PolicyContext, type PolicyFinding } from "../../../components/policy/validate";
import type { Change, Preview } from "../read/preview";
import { isRecord, isSecretValue, isUnknownValue, listIn } from "../read/values";
import { sameDocument } from "./sameDocument";

/** A policy that changes, and what is wrong with what it becomes. */
export interface PolicyChange {
  readonly kind: PolicyContext["kind"];
  readonly by: Change;
  /** Of an endpoint's policy; absent where it is new, or one of both is not to be seen. */
  readonly difference: PolicyDifference | undefined;
  readonly findings: readonly PolicyFinding[];
  /** Why nothing can be said. */
  readonly hidden: "secret" | "unknown" | undefined;
}

/** Where policies stand, by the types of resources. */
const HOLDERS: readonly (readonly [types: RegExp, kind: PolicyContext["kind"]])[] = [
  [/^aws:ec2\/vpcEndpoint:|^aws:ec2\/vpcEndpointPolicy:|^aws-native:ec2:VpcEndpoint$/, "endpoint"],
  [/^aws:iam\/(?:policy|rolePolicy|userPolicy|groupPolicy|role):/, "identity"],
  [/^aws:dynamodb\/resourcePolicy:/, "resource"],
];

/** Policies that change and name DynamoDB, in the order of the preview. */
export function policyChangesIn({ changes }: Preview): readonly PolicyChange[] {
  return [...changes.values()].flatMap((change) => {
    const kind = HOLDERS.find(([types]) => types.test(change.type))?.[1];
    if (kind === undefined || change.after === undefined || change.isImported) return [];
    return documentsOf(change).flatMap(([before, after]) => policyChange(change, kind, before, after) ?? []);
  });
}

/** Each document before and after: a role has a list of them. */
function documentsOf({ type, before, after }: Change): readonly (readonly [before: unknown, after: unknown])[] {
  const property = type === "aws-native:ec2:VpcEndpoint" ? "policyDocument" : "policy";
  if (!type.startsWith("aws:iam/role:")) return [[before?.inputs[property], after?.inputs[property]]];
  const inline = (state: typeof before): readonly (readonly [unknown, unknown])[] =>
    listIn(state?.inputs.inlinePolicies)
      .filter(isRecord)
      .map(({ name, policy }) => [name, policy]);
  const old = new Map(inline(before));
  return inline(after).map(([name, policy]) => [old.get(name), policy]);
}

function policyChange(
  by: Change,
  kind: PolicyContext["kind"],
  before: unknown,
  after: unknown,
): PolicyChange | undefined {
  if (after === undefined || sameDocument(before, after)) return undefined;
  if (isSecretValue(after) || isUnknownValue(after)) {
    const isOfInterest = kind === "endpoint" && before !== undefined;
    const hidden = isSecretValue(after) ? "secret" : "unknown";
    return isOfInterest ? { kind, by, difference: undefined, findings: [], hidden } : undefined;
  }
  const [old, next] = [documentIn(before), documentIn(after)];
  if (next === undefined || (kind !== "endpoint" && !`${old ?? ""}${next}`.includes("dynamodb"))) return undefined;
  if (kind === "endpoint" && isOfAnotherService(by)) return undefined;
  return {
    kind,
    by,
    difference: kind === "endpoint" && old !== undefined ? policyDifference(old, next) : undefined,
    findings: validatePolicy(next, { kind }),
    hidden: undefined,
  };
}

/** What is no policy of a DynamoDB endpoint is none that we know. */
function isOfAnotherService({ after }: Change): boolean {
  const name = after?.inputs.serviceName ?? after?.outputs.serviceName;
  return typeof name === "string" && !isUnknownValue(name) && !name.endsWith(".dynamodb");
}

function documentIn(value: unknown): string | undefined {
  if (isSecretValue(value) || isUnknownValue(value)) return undefined;
  if (typeof value === "string") return value;
  return isRecord(value) ? JSON.stringify(value) : undefined;
}
