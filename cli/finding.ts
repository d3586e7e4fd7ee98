/** How much a finding matters, from what must not go on to what is good to know. */
export const SEVERITIES = ["blocker", "high", "medium", "info"] as const;

export type Severity = (typeof SEVERITIES)[number];

/** What `--fail-on` takes. */
export type FailOn = Severity | "never";

/** Whether something is at or above `--fail-on`. */
export function isAtOrAbove(failOn: FailOn, findings: readonly Pick<Finding, "severity">[]): boolean {
  if (failOn === "never") return false;
  const fatal: readonly string[] = SEVERITIES.slice(0, SEVERITIES.indexOf(failOn) + 1);
  return findings.some(({ severity }) => fatal.includes(severity));
}

/** What every command finds, in one shape. */
export interface Finding {
  /** Stable; the documentation has a section of this name. */
  readonly id: string;
  /** `"unknown"` where it could not be judged: never green. */
  readonly severity: Severity | "unknown";
  /** What it is about: a route table, a policy, a stack. */
  readonly subject: string;
  readonly message: string;
  /** What it was seen by. */
  readonly evidence: readonly string[];
  readonly remedy: string;
  /** A page of AWS or Pulumi that it rests on, where there is one. */
  readonly reference?: string | undefined;
}
