/**
 * A ledger is not in the state, although the component has come to the end of a run; `isKnown`: what that run had left
 * is.
 */
export function lostLedgerWarning(ledger: string, isKnown: boolean): string {
  const consequence = isKnown
    ? "What changes is told by what the last complete run had left."
    : "Whether a route table is withdrawn, or stands under another name, is not known before it happens: see " +
      "which associations this preview deletes.";
  return (
    `${ledger}, the record of what is switched, is not in the state any more: it was deleted, or lost in an import. ` +
    `${consequence} It is written anew.`
  );
}

/** Route tables are about to switch under an engine that calls no hook when a resource fails. */
export const UNEXPLAINED_ERRORS_WARNING =
  "the Pulumi CLI, or @pulumi/pulumi, is older than 3.245: errors will be shown as AWS words them, without what to " +
  "do. Nothing is tried again, neither a change for which AWS is too busy (OperationInProgress) nor a function that " +
  "Lambda is making ready. The stages hold as ever; if one fails, `pulumi up` resumes.";

/** An association could not be made. `meaning` is that of AWS's error, if it is known. */
export function failedSwitchText({ table, stage }: PlannedSwitch, meaning = ""): string {
  return (
    `stage "${stage}" stops at ${table}. ${meaning && `${meaning} `}Nothing is rolled back: route ` +
    "tables that were switched before this one stay switched, later ones were not touched. `pulumi up` resumes " +
    'here; rollout.throughStage: "none" withdraws.'
  );
}

/** An association could not be deleted, also where its route table was to move to another endpoint. */
export function failedDeletionText(meaning = ""): string {
  return (
    `${meaning && `${meaning} `}The route table is still on its endpoint, and its connections stay open. What was done ` +
    "before it stays done, what was to come after it was not begun. `pulumi up` resumes here."
  );
}

/** A route table, and the stage in which it is to switch. */
export interface PlannedSwitch {
  readonly table: string;
  readonly stage: string;
}
