import { Unjudged } from "./exit";

/** By the ids that `--accept-unknown ID=REASON` was given with, the reasons. */
export function acceptedUnknown(given: readonly string[]): ReadonlyMap<string, string> {
  return new Map(given.map(accepted));
}

function accepted(given: string): readonly [id: string, reason: string] {
  const [, id, reason] = /^([A-Za-z][A-Za-z0-9-]*)=(.*\S.*)$/s.exec(given) ?? [];
  if (id !== undefined && reason !== undefined) return [id, reason.trim()];
  throw new Unjudged(`--accept-unknown ${JSON.stringify(given)}: write ID=REASON; the reason is for the next reader`);
}
