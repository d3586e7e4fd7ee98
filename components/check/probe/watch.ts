import { performance } from "node:perf_hooks";

import { type Answer, isAnswered } from "./answers";
import type { Traffic } from "./connection";
import type { WatchReport } from "./report";

/** Between two requests over the held connection: several roll-outs share what an account may call. */
const HELD_PACE_MILLIS = 500;
/** DescribeTable is recorded by CloudTrail, and alarms count its denials. */
const POLL_PACE_MILLIS = 1000;
/** A connection that was replaced longer before the switch than this did not break because of it. */
const ATTRIBUTED_MILLIS = 5000;

/** What a watch tells. */
export type Watched = Pick<WatchReport, "heldConnection" | "unknownBecause" | "interruptionMillis" | "reconnected">;

/** What became of the held connection, or why that is not known. */
export type Judgement = Pick<WatchReport, "heldConnection" | "unknownBecause">;

/** What was seen so far. All times are as `performance.now()` counts. */
export interface Seen {
  /** Whether a request was denied, which did not take the endpoint; or the role did not allow it yet. */
  oldPath: boolean;
  /**
   * When a request was first known to take the endpoint: it was allowed, or, after others had not been, denied by an
   * endpoint's policy.
   */
  throughEndpointAt?: number;
  /**
   * Whether an endpoint's policy denied requests from the first: where there was an endpoint before, it may be that
   * one's.
   */
  deniedFromTheFirst?: boolean;
  /** The last break of a connection that had answered, and when there was an answer again. */
  broken?: { readonly how: "reset" | "timedOut"; mendedAt?: number };
  /** When the last request that was answered over the held connection was sent; absent before the first. */
  answeredFrom?: number;
  /** When the first request of the current interruption was sent. */
  silentFrom?: number;
  longestSilence: number;
}

/**
 * Keeps a connection busy and asks for the path beside it, until it is known what the switch did or its time is over.
 */
export async function watchSwitch(traffic: Traffic): Promise<Watched> {
  const seen: Seen = { oldPath: false, longestSilence: 0 };
  const halfTime = (performance.now() + traffic.endsAtMillis) / 2;
  let judgement: Judgement | undefined;
  const conclude = (): void => {
    judgement ??= judge(seen, performance.now(), halfTime, traffic.requestTimeoutMillis);
    if (judgement !== undefined) traffic.close();
  };
  await Promise.all([holdConnection(traffic, seen, conclude), pollPath(traffic, seen, conclude)]);
  const silence = seen.silentFrom === undefined ? 0 : performance.now() - seen.silentFrom;
  return {
    ...(judgement ?? judgeAtTheEnd(seen)),
    interruptionMillis: Math.round(Math.max(seen.longestSilence, silence)),
    reconnected: seen.silentFrom === undefined,
  };
}

/**
 * What became of the held connection, or undefined as long as that is open.
 *
 * The first request that is allowed tells the path, and not when the route changed: the permission may have begun to
 * act only then. What broke close to it is the switch's; what broke long before may be.
 */
export function judge(seen: Seen, now: number, halfTime: number, requestTimeoutMillis: number): Judgement | undefined {
  const { broken, throughEndpointAt } = seen;
  const attributed = (until: number): boolean =>
    broken !== undefined && (broken.mendedAt === undefined || until - broken.mendedAt < ATTRIBUTED_MILLIS);
  if (throughEndpointAt === undefined) return now >= halfTime && !attributed(now) ? judgeUnswitched(seen) : undefined;
  if (broken !== undefined && broken.mendedAt === undefined) return undefined;
  if (seen.deniedFromTheFirst) return unknown(DENIED_FROM_THE_FIRST);
  if (broken !== undefined)
    return attributed(throughEndpointAt) ? { heldConnection: broken.how } : unknown(BROKEN_BEFORE);
  if (!seen.oldPath) return { heldConnection: "tooLate" };
  return (seen.answeredFrom ?? 0) > throughEndpointAt + requestTimeoutMillis
    ? { heldConnection: "survived" }
    : undefined;
}

function judgeAtTheEnd(seen: Seen): Judgement {
  const { throughEndpointAt, deniedFromTheFirst, broken } = seen;
  if (throughEndpointAt === undefined) return judgeUnswitched(seen);
  return deniedFromTheFirst ? unknown(DENIED_FROM_THE_FIRST) : { heldConnection: broken?.how ?? "survived" };
}

/** No request was seen to take the endpoint. */
function judgeUnswitched({ deniedFromTheFirst, broken }: Seen): Judgement {
  if (deniedFromTheFirst) return unknown(DENIED_FROM_THE_FIRST);
  return broken?.mendedAt === undefined ? { heldConnection: "noSwitchSeen" } : unknown(BROKEN_UNSWITCHED);
}

function unknown(unknownBecause: string): Judgement {
  return { heldConnection: "unknown", unknownBecause };
}

const LATE = "or the route had changed before, and a permission that was given in the same run began to act only then";
const DENIED_FROM_THE_FIRST =
  "an endpoint's policy denied the requests that tell the path, from the first on: that of the endpoint, where the " +
  "route had changed before, or that of one that the route table had before it";
const BROKEN_BEFORE =
  "the connection broke and was replaced long before a request was seen to take the endpoint: it broke for another " +
  `reason, ${LATE}`;
const BROKEN_UNSWITCHED =
  "the connection broke, and no request was seen to take the endpoint: it broke for another reason, or the route " +
  "changed and a permission does not act yet";

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
  if (seen.silentFrom !== undefined && seen.answeredFrom !== undefined)
    seen.longestSilence = Math.max(seen.longestSilence, now - seen.silentFrom);
  seen.silentFrom = undefined;
  seen.answeredFrom = sentAt;
}

async function pollPath(traffic: Traffic, seen: Seen, conclude: () => void): Promise<void> {
  while (!traffic.isOver() && seen.throughEndpointAt === undefined) {
    const sentAt = performance.now();
    const answer = await traffic.fresh.conditional();
    notePath(seen, answer, performance.now());
    conclude();
    await traffic.pause(sentAt + POLL_PACE_MILLIS - performance.now());
  }
}

/**
 * A denial that names an endpoint's policy has taken one: after others that did not, it is the first that the new route
 * took.
 */
export function notePath(seen: Seen, answer: Answer, now: number): void {
  const isDeniedByEndpoint = answer.kind === "denied" && answer.by === "endpointPolicy";
  if (answer.kind === "allowed" || answer.kind === "tableNotFound") seen.throughEndpointAt = now;
  else if (isDeniedByEndpoint && seen.oldPath) seen.throughEndpointAt = now;
  else if (isDeniedByEndpoint) seen.deniedFromTheFirst = true;
  else if (answer.kind === "denied" && !seen.deniedFromTheFirst) seen.oldPath = true;
}
