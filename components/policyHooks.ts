import * as pulumi from "@pulumi/pulumi";
import { accessProblem } from "./accessPolicy";
import { explainAwsError } from "./awsErrors";
import { findingText } from "./findings";
import { explainedErrors, hookMaker, warn } from "./hooks";
import { hasCheckStatement } from "./policy/checkAccess";
import { policyDifference } from "./policy/difference";
import { regionIfRight } from "./policy/regions";
import { validatePolicy, type PolicySeverity } from "./policy/validate";
import { policyFinding } from "./policyFindings";
import { adoptedEndpointWarning, attachedPolicyWarning, policyChangeWarning, refusalText } from "./warnings";

type Inputs = pulumi.ResourceHookArgs["newInputs"];

/**
 * Judges the policy of an endpoint before it is applied; one that was an Output is known only now.
 * An adopted endpoint that differs is not changed in silence.
 */
export function endpointHooks(component: pulumi.ComponentResource, name: string, adoptedId: string | undefined): pulumi.ResourceHookBinding {
  return judgingHooks(component, name, ({ oldInputs, newInputs }) => {
    if (adoptedId === undefined || oldInputs === undefined) return undefined;
    const differing = ["policy", "tags"].filter((property) => JSON.stringify(oldInputs[property]) !== JSON.stringify(newInputs?.[property]));
    return differing.length > 0 ? adoptedEndpointWarning(adoptedId, differing) : undefined;
  });
}

/** The same for a policy that is attached to somebody else's endpoint, whose policy it replaces. */
export function attachedPolicyHooks(component: pulumi.ComponentResource, name: string): pulumi.ResourceHookBinding {
  return judgingHooks(component, name, ({ oldInputs, newInputs }) => (oldInputs === undefined ? attachedPolicyWarning(newInputs?.vpcEndpointId) : undefined));
}

/** `remark` is what else there is to warn of, once the policy is judged. */
function judgingHooks(component: pulumi.ComponentResource, name: string, remark: (event: pulumi.ResourceHookArgs) => string | undefined): pulumi.ResourceHookBinding {
  const hook = hookMaker();
  if (hook === undefined) return {};
  const judged = hook(`judging the policy of ${name}`, async (event) => {
    await judgePolicy(component, name, event.oldInputs, event.newInputs);
    const text = remark(event);
    if (text !== undefined) await warn(text, component);
  });
  return { beforeCreate: [judged], beforeUpdate: [judged], ...explainedErrors(component, "explaining errors", ({ error }) => explainAwsError(error)) };
}

/** Refuses a policy that has errors; says of one that changes what is remarkable about it, and whom it concerns. */
async function judgePolicy(component: pulumi.ComponentResource, name: string, before: Inputs, next: Inputs): Promise<void> {
  const document: unknown = next?.policy;
  if (typeof document !== "string" || document === before?.policy) return;
  const findings = validatePolicy(document, { kind: "endpoint", region: regionIn(next) });
  const texts = (severity: PolicySeverity): readonly string[] => findings.filter((each) => each.severity === severity).map((each) => findingText(policyFinding(each)));
  const problems = accessProblem(document) ?? texts("error");
  if (problems.length > 0) throw new pulumi.RunError(refusalText(name, "any route was touched", problems));
  for (const text of texts("warning")) await warn(text, component);
  if (typeof before?.policy !== "string") return;
  const [had, has] = [before.policy, document].map(hasCheckStatement);
  const checkStatement = had === has ? undefined : has ? "added" : "removed";
  await warn(policyChangeWarning(policyDifference(before.policy, document), checkStatement), component);
}

/** The Region in the service's name; a policy that is attached to somebody else's endpoint has at most its own. */
function regionIn(inputs: Inputs): string | undefined {
  const name: unknown = inputs?.serviceName;
  return regionIfRight(typeof name === "string" ? name.split(".")[2] : inputs?.region);
}
