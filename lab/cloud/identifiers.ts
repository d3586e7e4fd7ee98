import { createHash } from "node:crypto";
import type { Collection, Store } from "./store";

/** The one account of the lab. It is AWS's own documentation account. */
export const ACCOUNT_ID = "123456789012";

/**
 * Ids that look like AWS's, never come twice, and are the same whenever the same things are created in the same order.
 */
export interface Identifiers {
  /** For example `next("vpc")` is `vpc-0` and sixteen hexadecimal digits. */
  readonly next: (prefix: string) => string;
  /** Hexadecimal digits for ids of another form. */
  readonly nextDigits: (prefix: string, length: number) => string;
}

export function identifiers(store: Store, scope: string): Identifiers {
  const counters: Collection<number> = store.collection("lab/counters");
  const nextDigits = (prefix: string, length: number): string => {
    const key = `${scope}/${prefix}`;
    const count = (counters.get(key) ?? 0) + 1;
    counters.put(key, count);
    return createHash("sha256").update(`${key}/${count}`).digest("hex").slice(0, length);
  };
  return { next: (prefix) => `${prefix}-0${nextDigits(prefix, 16)}`, nextDigits };
}

/** The partition a Region belongs to: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return "aws";
}

export function dnsSuffixOf(region: string): string {
  return partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

export function regionalArn(region: string, service: string, resource: string): string {
  return `arn:${partitionOf(region)}:${service}:${region}:${ACCOUNT_ID}:${resource}`;
}
