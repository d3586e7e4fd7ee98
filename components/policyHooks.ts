import * as pulumi from "@pulumi/pulumi";
import { accessProblem } from "./accessPolicy";
import { findingText } from "./findings";
import { explainedErrors, hookMaker } from "./hooks";
import { policyDifference } from "./policy/difference";
import { validatePolicy } from "./policy/validate";
import { policyFindings, policyPath } from "./validateArgs";
import { adoptedEndpointWarning, attachedPolicyWarning, policyChangeWarning, refusalText } from "./warnings";

type Inputs = pulumi.ResourceHookArgs["newInputs"];

/**
 * Judges the policy of an endpoint before it is applied; one that was an Output is known only now.
 * An adopted endpoint that differs is not changed in silence.
 */
export function endpointHooks(component: pulumi.ComponentResource, name: string, adoptedId: string | undefined): pulumi.ResourceHookBinding {
  const hook = hookMaker();
  if (hook === undefined) return {};
  const judged = hook(`judging the policy of ${name}`, async ({ oldInputs, newInputs }) => {
    await judgePolicy(component, name, oldInputs, newInputs);
    if (adoptedId === undefined || oldInputs === undefined) return;
    const differing = ["policy", "tags"].filter((property) => JSON.stringify(oldInputs[property]) !== JSON.stringify(newInputs?.[property]));
    if (differing.length > 0) await pulumi.log.warn(adoptedEndpointWarning(adoptedId, differing), component);
  });
  return { beforeCreate: [judged], beforeUpdate: [judged], ...explainedErrors(component, "explaining errors") };
}

/** The same for a policy that is attached to somebody else's endpoint, whose policy it replaces. */
export function attachedPolicyHooks(component: pulumi.ComponentResource, name: string): pulumi.ResourceHookBinding {
  const hook = hookMaker();
  if (hook === undefined) return {};
  const judged = hook(`judging the policy of ${name}`, async ({ oldInputs, newInputs }) => {
    await judgePolicy(component, name, oldInputs, newInputs);
    if (oldInputs === undefined) await pulumi.log.warn(attachedPolicyWarning(newInputs?.vpcEndpointId), component);
  });
  return { beforeCreate: [judged], beforeUpdate: [judged], ...explainedErrors(component, "explaining errors") };
}

/** Refuses a policy that has errors; says of one that changes what is remarkable about it, and whom it concerns. */
async function judgePolicy(component: pulumi.ComponentResource, name: string, before: Inputs, next: Inputs): Promise<void> {
  const document: unknown = next?.policy;
  if (typeof document !== "string" || document === before?.policy) return;
  const problems = accessProblem(document) ?? [...policyFindings(document)].map(findingText);
  if (problems.length > 0) throw new pulumi.RunError(refusalText(name, "any route was touched", problems));
  for (const { path, message, code } of validatePolicy(document, { kind: "endpoint", region: regionIn(next) })) {
    await pulumi.log.warn(`${policyPath(path)}: ${message} (${code})`, component);
  }
  if (typeof before?.policy === "string") {
    const text = policyChangeWarning(policyDifference(before.policy, document));
    await pulumi.log.warn(text, component);
  }
}

/** The Region in the service's name; a policy that is attached to somebody else's endpoint has none. */
function regionIn(inputs: Inputs): string | undefined {
  const name: unknown = inputs?.serviceName;
  return typeof name === "string" ? name.split(".")[2] : undefined;
}
