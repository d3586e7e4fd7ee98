import { type Answer, isAnswered } from "./answers";
import type { Traffic } from "./connection";
import { noPathToday, refusedToday, tableNotFound } from "./refusals";
import type { ProbeEvent } from "./report";

/** Between attempts: long enough for a new role to become known to DynamoDB, and doubled each time. */
const FIRST_PAUSE_MILLIS = 1000;
const LONGEST_PAUSE_MILLIS = 8000;

/**
 * Returns when a control call was allowed over a new connection, or throttled: then, too, there is a path.
 *
 * @throws NoPath, DeniedByEndpointPolicy or UnknownDenial when the time is over; TableNotFound at once.
 */
export async function proveTodaysPath(event: ProbeEvent, traffic: Traffic): Promise<void> {
  let lastAnswer: Answer | undefined;
  let lastSilence: Answer | undefined;
  let pauseMillis = FIRST_PAUSE_MILLIS;
  while (!traffic.isOver()) {
    const answer = await traffic.fresh.control();
    if (answer.kind === "allowed" || answer.kind === "throttled") return;
    if (answer.kind === "tableNotFound") throw tableNotFound(event);
    if (isAnswered(answer)) lastAnswer = answer;
    else if (answer.kind !== "cut") lastSilence = answer;
    await traffic.pause(pauseMillis);
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
  }
  throw lastAnswer === undefined
    ? noPathToday(event, traffic.requests(), lastSilence)
    : refusedToday(event, traffic.requests(), lastAnswer);
}
