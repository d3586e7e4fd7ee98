/** How many calls of an action an account has in a Region: so many at once, and so many more each second. */
interface Limit {
  readonly burst: number;
  readonly perSecond: number;
}

/**
 * The limits that are documented, or that people ran into; of other actions of the control plane AWS says nothing, and
 * those on items are limited by the capacity of their table.
 *
 * DescribeContinuousBackups:
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html.
 * DescribeTimeToLive: about 30 a minute, https://github.com/aws/aws-sdk-go/issues/5349.
 */
const LIMITS: Readonly<Record<string, Limit>> = {
  DescribeContinuousBackups: { burst: 10, perSecond: 10 },
  DescribeTimeToLive: { burst: 30, perSecond: 0.5 },
};

/** Whether DynamoDB limits how often an account calls an operation, whatever the table. */
export function isLimited(operation: string): boolean {
  return operation in LIMITS;
}

/** What is left of the limits of the lab's one account: a bucket of tokens for each Region and action. */
export class RequestLimits {
  readonly #buckets = new Map<string, { tokens: number; filledAt: number }>();

  /** Takes a call, or tells that there is none left now. `atMillis` never goes back. */
  take(region: string, operation: string, atMillis: number): boolean {
    const limit = LIMITS[operation];
    if (limit === undefined) return true;
    const key = `${region}/${operation}`;
    const { tokens, filledAt } = this.#buckets.get(key) ?? { tokens: limit.burst, filledAt: atMillis };
    const filled = Math.min(limit.burst, tokens + ((atMillis - filledAt) / 1000) * limit.perSecond);
    this.#buckets.set(key, { tokens: filled < 1 ? filled : filled - 1, filledAt: atMillis });
    return filled >= 1;
  }
}
