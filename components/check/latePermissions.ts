import { createHash } from "node:crypto";
import { all, output, type Inputs, type Output, type ResourceHookBinding } from "@pulumi/pulumi";
import type { CheckedEndpoint } from "../endpoint/vpcEndpoint";
import { hookMaker } from "../engine/hooks";
import type { LastOutputs } from "../engine/lastOutputs";
import { isSecretInput, valueIfKnown } from "../engine/plannedValues";
import type { RoutePlan } from "../plan/routePlan";
import type { RunNotes } from "./attempts";
import type { Permission } from "./lateRefusals";

/**
 * Which permissions of a check are new or changed in this run. AWS takes seconds to minutes to apply them, and answers
 * a check as before until then: what denies it may pass.
 *
 * `before` sees whether the role acts, on whatever path. The endpoint's policy is seen by what goes through the
 * endpoint alone, which is the gate, after the switch.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency and
 * https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html.
 */
export interface LatePermissions {
  /** For the resources of the role. */
  readonly noting: ResourceHookBinding;
  changed(): Promise<ReadonlySet<Permission>>;
  /** The outputs, with what the next run compares with. */
  registered(outputs: Inputs): Inputs;
}

/** By the output in which the policy is kept that the checks of the last complete run met. */
const CHECKED_POLICY = "checkedPolicy";

export function latePermissions(
  plan: RoutePlan,
  endpoint: CheckedEndpoint,
  { notes, last }: { notes: Pick<RunNotes, "changed">; last: Promise<LastOutputs> },
): LatePermissions {
  const changed = new Set<Permission>();
  const note = hookMaker()?.(
    `noting whether the role of ${plan.name}'s check changes`,
    ({ oldInputs, newInputs }) => {
      if (["policy", "role", "permissionsBoundary"].some((property) => oldInputs?.[property] !== newInputs?.[property]))
        changed.add("role");
    },
    { inPreviews: false },
  );
  const policy = all([endpoint.id, policyHash(endpoint.policy)]).apply(([id, hash]) => `${id} ${hash}`);
  const isPolicyChanged = async (): Promise<boolean> => {
    if (notes.changed.size > 0) return true;
    const { values } = await last;
    const known = values[CHECKED_POLICY];
    // A run of an earlier version has left none: what this one changes, its hooks have noted.
    return known === undefined ? !("associationIds" in values) : known !== (await valueIfKnown(policy));
  };
  return {
    noting: note === undefined ? {} : { beforeCreate: [note], beforeUpdate: [note] },
    changed: async () => new Set<Permission>([...changed, ...((await isPolicyChanged()) ? (["policy"] as const) : [])]),
    // With a secret among the outputs the next run would take all that it reads of them for secret.
    registered: (outputs) => ({
      ...outputs,
      [CHECKED_POLICY]: output(isSecretInput(policy)).apply((secret) => (secret ? undefined : policy)),
    }),
  };
}

/** Of what the document says, not of its white space. */
export function policyHash(document: CheckedEndpoint["policy"]): Output<string> {
  return output(document).apply((text) => createHash("sha256").update(normalized(text)).digest("hex").slice(0, 16));
}

function normalized(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document));
  } catch {
    return document;
  }
}
