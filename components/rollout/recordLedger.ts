import { Stash, type Input, type Resource, type ResourceHookBinding } from "@pulumi/pulumi";
import { findingText, type Finding } from "../args/findings";
import { ledgerInput } from "../plan/ledger";
import { rolloutRemarks } from "../plan/remarks";
import type { RoutePlan } from "../plan/routePlan";

/** The two ledgers of a roll-out, by when they are written. */
export type LedgerKind = "plan" | "switched";

/**
 * Writes a ledger of what the roll-out switches. What there is to refuse changes it, so that its hook is asked also
 * where nothing else changes.
 */
export function recordLedger(
  kind: LedgerKind,
  parent: Resource,
  plan: RoutePlan,
  options: {
    dependsOn?: Input<Input<Resource>[]> | Input<Resource>;
    hooks?: ResourceHookBinding;
    refused?: Promise<readonly Finding[]>;
  },
): Stash {
  const { refused, ...rest } = options;
  const refusal = refused?.then((findings) => (findings.length > 0 ? findings.map(findingText) : undefined));
  const ignoreChanges = plan.inherited.inPlace ? ["input.endpoint"] : undefined;
  return new Stash(
    `${plan.name}-${kind}`,
    // Written once: the last ledger is there to be compared.
    { input: { ...ledgerInput(plan), ...(kind === "plan" && { remarks: rolloutRemarks(plan) }), refusal } },
    { parent, ...rest, ignoreChanges },
  );
}
