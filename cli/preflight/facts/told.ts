/** What AWS told, or why it did not. A rule sees the value only where there is one. */
export type Told<T> = { readonly value: T } | { readonly missing: Missing };

/** Why something is not known: a check that needs it is unknown, and never passes. */
export interface Missing {
  /** What would tell: `ec2:DescribeRouteTables`. */
  readonly permission: string;
  readonly reason: "denied" | "throttled" | "notInThisRegion" | "leftOut" | "failed";
  /** AWS's words, or ours where it was not asked for. */
  readonly message: string;
}

export function isTold<T>(told: Told<T>): told is { readonly value: T } {
  return "value" in told;
}
