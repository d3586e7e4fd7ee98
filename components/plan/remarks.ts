import type { PlannedStage, PlannedWindow } from "./stages";

/** The version of what is written today: a reader leaves others alone. */
export const REMARKS_VERSION = 1;

/**
 * What a roll-out leaves in the inputs of its `plan` ledger for those who read a preview: outputs of components are not
 * in it. A change of remarks alone switches nothing, and nothing is warned of.
 */
export interface RolloutRemarks {
  readonly version: typeof REMARKS_VERSION;
  /** All of them, in their order. */
  readonly stages: readonly PlannedStage[];
  /** The last stage that is switched, or `"none"`. */
  readonly throughStage: string;
  readonly window?: PlannedWindow | undefined;
  /** The names of the route tables with a check. */
  readonly checked: readonly string[];
  /** The names of those that have no path to DynamoDB before they switch. */
  readonly isolated: readonly string[];
}
