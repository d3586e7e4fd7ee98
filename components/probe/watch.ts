import { performance } from "node:perf_hooks";

import { isAnswered } from "./answers";
import type { Traffic } from "./connection";
import type { WatchReport } from "./report";

/** Between two requests over the held connection: several roll-outs share what an account may call. */
const HELD_PACE_MILLIS = 500;
/** DescribeTable is recorded by CloudTrail, and alarms count its denials. */
const POLL_PACE_MILLIS = 1000;
/** A connection that was replaced longer before the switch than this did not break because of it. */
const ATTRIBUTED_MILLIS = 5000;

/** What a watch tells. */
export type Watched = Pick<WatchReport, "heldConnection" | "interruptionMillis" | "reconnected">;

/** What was seen so far. All times are as `performance.now()` counts. */
export interface Seen {
  /** Whether a request was denied, which did not take the endpoint. */
  oldPath: boolean;
  /** When a request was first known to take the endpoint. */
  throughEndpointAt?: number;
  /** The last break of a connection that had answered, and when there was an answer again. */
  broken?: { readonly how: "reset" | "timedOut"; mendedAt?: number };
  /** When the last request that was answered over the held connection was sent; absent before the first. */
  answeredFrom?: number;
  /** When the first request of the current interruption was sent. */
  silentFrom?: number;
  longestSilence: number;
}

/** Keeps a connection busy and asks for the path beside it, until it is known what the switch did or its time is over. */
export async function watchSwitch(traffic: Traffic): Promise<Watched> {
  const seen: Seen = { oldPath: false, longestSilence: 0 };
  const halfTime = (performance.now() + traffic.endsAtMillis) / 2;
  let heldConnection: Watched["heldConnection"] | undefined;
  const conclude = (): void => {
    heldConnection ??= judge(seen, performance.now(), halfTime, traffic.requestTimeoutMillis);
    if (heldConnection !== undefined) traffic.close();
  };
  await Promise.all([holdConnection(traffic, seen, conclude), pollPath(traffic, seen, conclude)]);
  const silence = seen.silentFrom === undefined ? 0 : performance.now() - seen.silentFrom;
  return {
    heldConnection: heldConnection ?? judgeAtTheEnd(seen),
    interruptionMillis: Math.round(Math.max(seen.longestSilence, silence)),
    reconnected: seen.silentFrom === undefined,
  };
}

/** What became of the held connection, or undefined as long as that is open. */
export function judge(
  seen: Seen,
  now: number,
  halfTime: number,
  requestTimeoutMillis: number,
): Watched["heldConnection"] | undefined {
  const { broken, throughEndpointAt } = seen;
  const attributed = (until: number): boolean =>
    broken !== undefined && (broken.mendedAt === undefined || until - broken.mendedAt < ATTRIBUTED_MILLIS);
  if (throughEndpointAt === undefined) return now >= halfTime && !attributed(now) ? "noSwitchSeen" : undefined;
  if (broken !== undefined && attributed(throughEndpointAt)) {
    return broken.mendedAt === undefined ? undefined : broken.how;
  }
  if (!seen.oldPath && broken === undefined) return "tooLate";
  return (seen.answeredFrom ?? 0) > throughEndpointAt + requestTimeoutMillis ? "survived" : undefined;
}

function judgeAtTheEnd({ throughEndpointAt, broken }: Seen): Watched["heldConnection"] {
  return throughEndpointAt === undefined ? "noSwitchSeen" : (broken?.how ?? "survived");
}

async function holdConnection(traffic: Traffic, seen: Seen, conclude: () => void): Promise<void> {
  while (!traffic.isOver()) {
    const connection = traffic.held.connection();
    const sentAt = performance.now();
    const answer = await traffic.held.control();
    if (answer.kind === "cut") return;
    noteBreak(seen, connection);
    const now = performance.now();
    const isFirstSilence = !isAnswered(answer) && seen.silentFrom === undefined;
    if (isAnswered(answer)) noteAnswer(seen, sentAt, now);
    else seen.silentFrom ??= sentAt;
    conclude();
    // The way a client of the table would: at once, and only then with patience.
    if (!isFirstSilence) await traffic.pause(HELD_PACE_MILLIS);
  }
}

/** `connection` is the one that was open before the request: it may have broken with the request, or before it. */
function noteBreak(seen: Seen, connection: ReturnType<Traffic["held"]["connection"]>): void {
  if (connection === undefined || connection.answeredRequests === 0) return;
  if (connection.end === "reset" || connection.end === "timedOut") seen.broken = { how: connection.end };
}

/** Before the first answer nothing is interrupted: a new environment takes its time. */
function noteAnswer(seen: Seen, sentAt: number, now: number): void {
  if (seen.broken !== undefined) seen.broken.mendedAt ??= now;
  if (seen.silentFrom !== undefined && seen.answeredFrom !== undefined) seen.longestSilence = Math.max(seen.longestSilence, now - seen.silentFrom);
  seen.silentFrom = undefined;
  seen.answeredFrom = sentAt;
}

async function pollPath(traffic: Traffic, seen: Seen, conclude: () => void): Promise<void> {
  while (!traffic.isOver() && seen.throughEndpointAt === undefined) {
    const sentAt = performance.now();
    const answer = await traffic.fresh.conditional();
    if (answer.kind === "allowed" || answer.kind === "tableNotFound") seen.throughEndpointAt = performance.now();
    else if (answer.kind === "denied") seen.oldPath = true;
    conclude();
    await traffic.pause(sentAt + POLL_PACE_MILLIS - performance.now());
  }
}
