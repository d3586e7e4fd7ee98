/** What is known of something that is asked for again and again, until it is answered otherwise. */
export interface Wait {
  /** When it was asked for the first time. */
  readonly sinceMillis: number;
  /** When it was asked for the last time: the provider may have tried for minutes. */
  readonly lastMillis: number;
  readonly nowMillis: number;
  /** How often it has failed. */
  readonly failures: number;
  /** When there is no more reason to wait. */
  readonly closesAtMillis?: number;
}

/** An idle function takes a minute or two; AWS documents no limit for what passes by itself. */
const LEAST_MILLIS = 5 * 60_000;
const MOST_MILLIS = 10 * 60_000;

/** With these the engine is asked fewer than the hundred times that it allows. */
const FIRST_PAUSE_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;

/**
 * How long until it is asked for again; `undefined`: no more. At least five minutes, and at most ten, if the next
 * attempt takes no longer than the last. `spread` is 0 to 1, by chance: what was refused together does not come back
 * together.
 */
export function nextPauseMillis(
  { sinceMillis, lastMillis, nowMillis, failures, closesAtMillis }: Wait,
  spread: number,
): number | undefined {
  const pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS * 2 ** (failures - 1)) * (0.5 + spread / 2);
  const nextAt = nowMillis + pause;
  if (closesAtMillis !== undefined && nextAt >= closesAtMillis) return undefined;
  const waited = nowMillis - sinceMillis;
  const endsAfter = waited + pause + (nowMillis - lastMillis);
  return waited >= LEAST_MILLIS && endsAfter > MOST_MILLIS ? undefined : pause;
}

/** Until when it is waited for at the longest. */
export function waitEndsAt({ sinceMillis, closesAtMillis }: Pick<Wait, "sinceMillis" | "closesAtMillis">): string {
  const latest = sinceMillis + MOST_MILLIS;
  if (closesAtMillis === undefined || latest < closesAtMillis) return moment(latest);
  return `${moment(closesAtMillis)}, when the window closes`;
}

/** A moment as a reader compares it with other logs. */
export function moment(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, "2026-11-23T21:00:00".length)}Z`;
}
