import { performance } from "node:perf_hooks";

import { type Answer, isAnswered } from "./answers";
import type { Traffic } from "./connection";
import { isolationUnproven, noPathToday, pathExists, refusedToday, tableNotFound } from "./refusals";
import type { ProbeEvent } from "./report";

/** Between attempts: long enough for a new role to become known to DynamoDB, and doubled each time. */
const FIRST_PAUSE_MILLIS = 1000;
const LONGEST_PAUSE_MILLIS = 8000;

/** A permission that has just begun to act is not known everywhere yet: one call that is allowed proves little. */
const ALLOWED_AFTER_A_DENIAL = 3;
const ALLOWED_PAUSE_MILLIS = 250;

/** Of requests that were not answered: a network that is just being set up may miss one. */
const UNANSWERED_IN_A_ROW = 3;

/**
 * Returns when several control calls were not answered, or one was on the way of the endpoint: the switch is past, and
 * the function asked once more.
 *
 * @throws PathExists as soon as one is answered on another way, in whatever words; UnknownDenial where the time was too
 * short; TableNotFound where only the endpoint tells.
 */
export async function proveNoPath(event: ProbeEvent, traffic: Traffic): Promise<void> {
  let unanswered = 0;
  while (!traffic.isOver()) {
    const sentAt = performance.now();
    const answer = await traffic.fresh.control();
    if (isAnswered(answer)) {
      const { kind } = await traffic.fresh.conditional();
      if (kind === "allowed") return;
      throw kind === "tableNotFound" ? tableNotFound(event) : pathExists(event, answer);
    }
    if (answer.kind !== "cut") unanswered += 1;
    if (unanswered === UNANSWERED_IN_A_ROW) return;
    await traffic.pause(sentAt + FIRST_PAUSE_MILLIS - performance.now());
  }
  throw isolationUnproven(event, traffic.requests());
}

/**
 * Returns when a control call was allowed over a new connection, several in a row if one was denied before. One that is
 * throttled counts where none was denied: it shows that there is a path.
 *
 * @throws NoPath, DeniedByEndpointPolicy, DeniedByRole or UnknownDenial when the time is over; TableNotFound at once.
 */
export async function proveTodaysPath(event: ProbeEvent, traffic: Traffic): Promise<void> {
  let lastRefusal: Answer | undefined;
  let lastSilence: Answer | undefined;
  let pauseMillis = FIRST_PAUSE_MILLIS;
  let [allowed, needed] = [0, 1];
  while (!traffic.isOver()) {
    const answer = await traffic.fresh.control();
    if (answer.kind === "tableNotFound") throw tableNotFound(event);
    if (answer.kind === "throttled" && needed === 1) return;
    if (answer.kind === "denied") needed = ALLOWED_AFTER_A_DENIAL;
    if (answer.kind === "allowed") {
      allowed += 1;
      if (allowed === needed) return;
      pauseMillis = FIRST_PAUSE_MILLIS;
      await traffic.pause(ALLOWED_PAUSE_MILLIS);
      continue;
    }
    allowed = 0;
    if (isAnswered(answer)) lastRefusal = answer;
    else if (answer.kind !== "cut") lastSilence = answer;
    await traffic.pause(pauseMillis);
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
  }
  throw lastRefusal === undefined
    ? noPathToday(event, traffic.requests(), lastSilence)
    : refusedToday(event, traffic.requests(), lastRefusal);
}
