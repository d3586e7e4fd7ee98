import { Stash, type Input, type Resource, type ResourceHookBinding } from "@pulumi/pulumi";
import { isChecked } from "../plan/checkPlan";
import { findingText, type Finding } from "../args/findings";
import { ledgerInput } from "../plan/ledger";
import { REMARKS_VERSION, type RolloutRemarks } from "../plan/remarks";
import type { RoutePlan } from "../plan/routePlan";
import { SWITCH_NOTHING } from "../plan/stages";

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

function rolloutRemarks({ allStages, stages, window, check, isolated }: RoutePlan): RolloutRemarks {
  const names = allStages.flatMap(({ routeTables }) => routeTables);
  return {
    version: REMARKS_VERSION,
    stages: allStages.map(({ name, routeTables }) => ({ name, routeTables })),
    throughStage: stages.at(-1)?.name ?? SWITCH_NOTHING,
    window,
    checked: names.filter((name) => isChecked(check, name)).sort(),
    isolated: [...isolated].sort(),
  };
}
