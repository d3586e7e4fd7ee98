import * as pulumi from "@pulumi/pulumi";
import { type Finding, findingText, refusalText } from "../args/findings";
import { explainedErrors, hookMaker, warn, type HookEvent, type HookInputs } from "../engine/hooks";
import type { LastOutputs } from "../engine/lastOutputs";
import { policyFinding } from "../plan/policyFindings";
import { hasCheckStatement } from "../policy/checkAccess";
import { policyDifference } from "../policy/difference";
import { regionIfRight } from "../policy/regions";
import { validatePolicy, type PolicySeverity } from "../policy/validate";
import { accessProblem } from "./accessPolicy";
import { explainAwsError } from "./awsErrors";
import { endpointFindings } from "./endpointFindings";
import { observeEndpoint, type Observation } from "./observation";
import type { Sharing } from "./sharing";
import {
  addressTypeWarning,
  adoptedEndpointWarning,
  attachedPolicyWarning,
  policyChangeWarning,
  secretPolicyChangeWarning,
  secretProblemText,
} from "./warnings";

/**
 * Judges the policy of an endpoint before it is applied; one that was an Output is known only now.
 * An adopted endpoint that differs is not changed in silence.
 */
export function endpointHooks(
  component: pulumi.ComponentResource,
  name: string,
  {
    adoptedId,
    unfit,
    sharing,
    last,
  }: {
    adoptedId: string | undefined;
    unfit: Promise<readonly Finding[]> | undefined;
    sharing: Sharing | undefined;
    last: Promise<LastOutputs>;
  },
): pulumi.ResourceHookBinding {
  return judgingHooks(component, name, sharing, async ({ oldInputs, newInputs }) => {
    const problems = ((await unfit) ?? []).map(findingText);
    if (problems.length > 0) throw new pulumi.RunError(refusalText(name, "anything was imported", problems));
    if (oldInputs === undefined) return addressTypeRemark(component, name, { last, newInputs });
    if (adoptedId === undefined) return undefined;
    const differing = ["policy", "tags"].filter(
      (property) => JSON.stringify(oldInputs[property]) !== JSON.stringify(newInputs?.[property]),
    );
    return differing.length > 0 ? adoptedEndpointWarning(adoptedId, differing) : undefined;
  });
}

/** What a new endpoint does not take over from the one in whose place it is made. */
async function addressTypeRemark(
  component: pulumi.ComponentResource,
  name: string,
  { last, newInputs }: { last: Promise<LastOutputs>; newInputs: HookInputs | undefined },
): Promise<string | undefined> {
  const { vpcEndpointId } = (await last).values as { vpcEndpointId?: string };
  const replaced = await observeEndpoint(component, { vpcEndpointId, region: newInputs?.region as string | undefined });
  if (typeof replaced !== "object" || replaced.ipAddressType === undefined) return undefined;
  const { ipAddressType = DEFAULT_ADDRESS_TYPE } = newInputs ?? {};
  return ipAddressType === replaced.ipAddressType
    ? undefined
    : addressTypeWarning(name, replaced.ipAddressType, String(ipAddressType));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html */
const DEFAULT_ADDRESS_TYPE = "ipv4";

/** The same for a policy that is attached to somebody else's endpoint, whose policy it replaces. */
export function attachedPolicyHooks(
  component: pulumi.ComponentResource,
  name: string,
  { observed, sharing, retained }: { observed: Promise<Observation["endpoint"]>; sharing: Sharing; retained: boolean },
): pulumi.ResourceHookBinding {
  return judgingHooks(component, name, sharing, async ({ oldInputs, newInputs, secrets }) => {
    if (oldInputs !== undefined) return undefined;
    const problems = endpointFindings("vpcEndpointId", await observed).map(findingText);
    if (problems.length > 0) throw new pulumi.RunError(refusalText(name, "any policy was changed", problems));
    return attachedPolicyWarning(secrets.has("vpcEndpointId") ? undefined : newInputs?.vpcEndpointId, retained);
  });
}

/** `remark` is what else there is to warn of, once the policy is judged. */
function judgingHooks(
  component: pulumi.ComponentResource,
  name: string,
  sharing: Sharing | undefined,
  remark: (event: HookEvent) => string | undefined | Promise<string | undefined>,
): pulumi.ResourceHookBinding {
  const hook = hookMaker();
  if (hook === undefined) return {};
  const judged = hook(`validating the policy of ${name}`, async (event) => {
    const shared = (await sharing?.ask()) ?? [];
    if (shared.length > 0)
      throw new pulumi.RunError(refusalText(name, "any policy was changed", shared.map(findingText)));
    await judgePolicy(component, name, event);
    const text = await remark(event);
    if (text !== undefined) await warn(text, component);
  });
  return {
    beforeCreate: [judged],
    beforeUpdate: [judged],
    ...explainedErrors(component, "explaining errors", ({ error }) => explainAwsError(error)),
  };
}

/** Refuses a policy that has errors; says of one that changes what is remarkable about it, and whom it concerns. */
async function judgePolicy(
  component: pulumi.ComponentResource,
  name: string,
  { oldInputs, newInputs, secrets }: HookEvent,
): Promise<void> {
  const [before, document] = [oldInputs?.policy, newInputs?.policy];
  if (document === before || pulumi.isUnknown(document)) return;
  if (typeof document !== "string")
    throw new pulumi.RunError(
      refusalText(name, "any route was touched", ["policy: is no text; give the policy document as JSON"]),
    );
  const isSecret = secrets.has("policy");
  const findings = validatePolicy(document, { kind: "endpoint", region: regionIn(newInputs) });
  const texts = (severity: PolicySeverity): readonly string[] =>
    findings.filter((each) => each.severity === severity).map((each) => findingText(policyFinding(each)));
  const shown = (problems: readonly string[]): readonly string[] => (isSecret ? secretProblems(problems) : problems);
  const problems = accessProblem(document) ?? texts("error");
  if (problems.length > 0) throw new pulumi.RunError(refusalText(name, "any route was touched", shown(problems)));
  for (const text of shown(texts("warning"))) await warn(text, component);
  if (typeof before === "string") await warn(changeText(before, document, isSecret), component);
}

function changeText(before: string, document: string, isSecret: boolean): string {
  const difference = policyDifference(before, document);
  if (isSecret) return secretPolicyChangeWarning(difference);
  const [had, has] = [before, document].map(hasCheckStatement);
  return policyChangeWarning(difference, had === has ? undefined : has ? "added" : "removed");
}

/**
 * Where it is and which finding it is; neither the path below the policy nor the message is shown: they quote the
 * document.
 */
function secretProblems(problems: readonly string[]): readonly string[] {
  return [
    ...new Set(
      problems.map((problem) =>
        secretProblemText(/^[^.:]*/.exec(problem)?.[0] ?? "policy", /\((\w+)\)$/.exec(problem)?.[1]),
      ),
    ),
  ];
}

/** The Region in the service's name; a policy that is attached to somebody else's endpoint has at most its own. */
function regionIn(inputs: HookInputs | undefined): string | undefined {
  const name: unknown = inputs?.serviceName;
  return regionIfRight(typeof name === "string" ? name.split(".")[2] : inputs?.region);
}
