import type { Finding } from "./finding";

/** What a command ends with, for a pipeline to go by. */
export const EXIT = {
  /** Nothing at or above `--fail-on`. */
  clean: 0,
  /** Something is. */
  found: 1,
  /** It could not be judged: bad input, unreadable, not permitted. */
  unjudged: 2,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that is found counts more than what is not known, unless that is accepted by its id. */
export function exitCodeWhere(
  isFound: boolean,
  findings: readonly Finding[],
  accepted: Pick<ReadonlySet<string>, "has">,
): ExitCode {
  if (isFound) return EXIT.found;
  const isUnknown = findings.some(({ severity, id }) => severity === "unknown" && !accepted.has(id));
  return isUnknown ? EXIT.unjudged : EXIT.clean;
}

/** Why nothing could be judged, and what to do; told without a stack. */
export class Unjudged extends Error {
  override readonly name: string = UNJUDGED;
}

const UNJUDGED = "Unjudged";

/** By its name: the entry and each command are bundled apart, and each has a class of its own. */
export function isUnjudged(error: unknown): error is Unjudged {
  return error instanceof Error && error.name === UNJUDGED;
}
