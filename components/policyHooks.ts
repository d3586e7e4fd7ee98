import * as pulumi from "@pulumi/pulumi";
import { explainedErrors, hookMaker } from "./hooks";
import { policyFindings } from "./validateArgs";
import { adoptedEndpointWarning, attachedPolicyWarning, refusalText } from "./warnings";

/**
 * Judges the policy of an endpoint before it is applied; one that was an Output is known only now.
 * An adopted endpoint that differs is not changed in silence.
 */
export function endpointHooks(component: pulumi.ComponentResource, name: string, adoptedId: string | undefined): pulumi.ResourceHookBinding {
  const hook = hookMaker();
  if (hook === undefined) return {};
  const judged = hook(`judging the policy of ${name}`, async ({ oldInputs, newInputs }) => {
    refuseUnusable(name, newInputs);
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
  const attached = hook(`announcing the policy ${name}`, async ({ newInputs }) => {
    refuseUnusable(name, newInputs);
    await pulumi.log.warn(attachedPolicyWarning(newInputs?.vpcEndpointId), component);
  });
  const judged = hook(`judging the policy of ${name}`, ({ newInputs }) => refuseUnusable(name, newInputs));
  return { beforeCreate: [attached], beforeUpdate: [judged], ...explainedErrors(component, "explaining errors") };
}

function refuseUnusable(name: string, inputs: pulumi.ResourceHookArgs["newInputs"]): void {
  const findings = [...policyFindings(inputs?.policy)];
  if (findings.length > 0) throw new pulumi.RunError(refusalText(name, "any route was touched", findings));
}
