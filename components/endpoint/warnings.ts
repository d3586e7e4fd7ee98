import type { Permissions, PolicyDifference } from "../policy/difference";
import { PATH_CHECK_SID } from "../policy/presets";

/**
 * A policy is about to change: what it takes away, and what it gives; `checkStatement` is what happens to that of a
 * check.
 */
export function policyChangeWarning(
  { noLongerAllowed, newlyAllowed }: PolicyDifference,
  checkStatement?: "added" | "removed",
): string {
  const [lost, gained] = [permissionLines(noLongerAllowed), permissionLines(newlyAllowed)];
  if (lost.length + gained.length === 0) {
    return "the policy changes in its wording, or in conditions that do not concern principals: read its diff.";
  }
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
  const remark =
    checkStatement === undefined
      ? []
      : [`The statement ${PATH_CHECK_SID} is ${checkStatement}: it is for the functions of rollout.check.`];
  return [
    "the policy changes.",
    ...section("No longer allowed:", lost),
    ...section("Newly allowed:", gained),
    ...remark,
  ].join("\n");
}

/** The same of a policy with something secret in it, of which nothing is shown. */
export function secretPolicyChangeWarning({ noLongerAllowed, newlyAllowed }: PolicyDifference): string {
  return (
    `the policy changes. Something in it is secret, so what changes is not shown: ${noLongerAllowed.length} of its ` +
    `permissions are no longer allowed, ${newlyAllowed.length} are newly allowed. See the policy's diff with ` +
    "--show-secrets."
  );
}

/** A problem of a policy with something secret in it; `code` is that of a finding of `validatePolicy`. */
export function secretProblemText(argument: string, code: string | undefined): string {
  const which = code === undefined ? "it cannot be made a policy" : `${code} (see the page "Findings of policies")`;
  return (
    `${argument}: ${which}; something in it is secret, so no more is shown: call validatePolicy or endpointPolicy ` +
    "with it where it may be seen"
  );
}

function permissionLines(permissions: readonly Permissions[]): readonly string[] {
  const lines = permissions.map(
    ({ who, resources, actions }) => `${who}: ${atMost(6, actions)} on ${atMost(4, resources)}`,
  );
  return lines.length <= 10 ? lines : [...lines.slice(0, 10), `and ${lines.length - 10} more: read the policy's diff`];
}

function atMost(count: number, names: readonly string[]): string {
  return names.length <= count
    ? names.join(", ")
    : `${names.slice(0, count).join(", ")} and ${names.length - count} more`;
}

/** A new endpoint takes over what its arguments say, and nothing else of the one that it replaces. */
export function addressTypeWarning(name: string, from: string, to: string): string {
  return (
    `the endpoint that ${name} has serves ${from} addresses, the one in its place will serve ${to}. To keep ${from}, ` +
    `set ipAddressType: "${from}" of aws:ec2/vpcEndpoint:VpcEndpoint in a transform of the component.`
  );
}

/** An adopted endpoint is about to be changed to what the arguments say. */
export function adoptedEndpointWarning(vpcEndpointId: string, properties: readonly string[]): string {
  return (
    `${vpcEndpointId} is adopted, but differs from the arguments: its ${properties.join(" and ")} will be changed. ` +
    "To keep what exists, give it in the arguments, or name it in ignoreChanges; without the argument `policy` an " +
    "endpoint gets full access."
  );
}

/** A policy is attached to an endpoint that something else created; `retained` is for `retainOnDelete`. */
export function attachedPolicyWarning(vpcEndpointId: unknown, retained: boolean): string {
  const subject = `the policy of ${typeof vpcEndpointId === "string" ? vpcEndpointId : "the endpoint"} is replaced by this one.`;
  if (retained)
    return (
      `${subject} It stays when this resource is removed, or moves to another endpoint, because of retainOnDelete; ` +
      "the stack then forgets it."
    );
  return (
    `${subject} Removing this ` +
    "resource later, or moving it to another endpoint, resets the endpoint to full access: it fails open, without a " +
    "further warning."
  );
}
