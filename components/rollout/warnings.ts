/**
 * A ledger is not in the state, although the component has come to the end of a run; `isKnown`: what that run had left
 * is.
 */
export function lostLedgerWarning(ledger: string, isKnown: boolean): string {
  const consequence = isKnown
    ? "What changes is told by what the last complete run had left."
    : "Whether a route table leaves the endpoint, or stands under another name, is not known before it happens: see " +
      "which associations this preview deletes.";
  return (
    `${ledger}, the record of what is switched, is not in the state any more: it was deleted, or lost in an import. ` +
    `${consequence} It is written anew.`
  );
}

/** Route tables are about to switch under an engine that calls no hook when a resource fails. */
export const UNEXPLAINED_ERRORS_WARNING =
  "the Pulumi CLI, or @pulumi/pulumi, is older than 3.245: errors will be shown as AWS words them, without what to " +
  "do, and a change for which AWS is too busy (OperationInProgress), or a function that Lambda is making ready, will " +
  "not be tried again. The stages hold as ever; if one fails, `pulumi up` goes on.";
