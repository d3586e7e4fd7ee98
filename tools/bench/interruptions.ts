/**
 * A request as the program that sent it saw it; the SDK's own attempts are within. Times are milliseconds since the
 * epoch.
 */
export interface Asked {
  readonly sentAt: number;
  /** Absent: it was still without an end when the observation was over. */
  readonly endedAt?: number;
  /** Whether it ended with what was asked for. A denial, a throttle or a time-out is no answer. */
  readonly isAnswered: boolean;
  /** How often the SDK tried; 0 where it does not tell. */
  readonly attempts: number;
}

/** What became of a client whose open connection a switch broke. */
export interface Interruption {
  /** When its route changed: from here on its connection leads nowhere, whether it has noticed or not. */
  readonly brokenAt: number;
  /** When the first request was sent that met the broken connection; Infinity: none did while it was observed. */
  readonly metAt: number;
  /** When a request was answered again; Infinity: not while it was observed. */
  readonly answeredAt: number;
}

/**
 * The interruption of a client that sends one request after another.
 *
 * A request that was sent before the break and answered at the first attempt was answered before it, however late its
 * client read the answer.
 */
export function interruptionOf(requests: readonly Asked[], brokenAt: number): Interruption {
  const met = requests.filter((request) => meets(request, brokenAt));
  const answered = met.find(({ isAnswered }) => isAnswered);
  return { brokenAt, metAt: met[0]?.sentAt ?? Infinity, answeredAt: answered?.endedAt ?? Infinity };
}

function meets({ sentAt, endedAt = Infinity, isAnswered, attempts }: Asked, brokenAt: number): boolean {
  return sentAt > brokenAt || (endedAt >= brokenAt && (attempts > 1 || !isAnswered));
}

/** For how long requests were without an answer; Infinity: for longer than they were observed. */
export function interruptionMillis({ metAt, answeredAt }: Interruption): number {
  return answeredAt === Infinity ? Infinity : answeredAt - metAt;
}

/**
 * The largest share of the clients that were broken at one moment, each from its break until its next answer; 0 to 1.
 */
export function largestShare(interruptions: readonly Interruption[], clients: number): number {
  const edges = interruptions.flatMap(({ brokenAt, answeredAt }) => [
    { at: brokenAt, change: 1 },
    { at: answeredAt, change: -1 },
  ]);
  let broken = 0;
  let most = 0;
  // At the same moment the answer counts first: what touches does not overlap.
  for (const { change } of edges.sort((a, b) => (a.at === b.at ? a.change - b.change : a.at < b.at ? -1 : 1))) {
    broken += change;
    most = Math.max(most, broken);
  }
  return clients === 0 ? 0 : most / clients;
}

/** The smallest of the values that `share` (0 to 1) of them do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => (a === b ? 0 : a < b ? -1 : 1));
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
