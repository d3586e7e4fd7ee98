import { performance } from "node:perf_hooks";

import { isAnswered } from "./answers";
import type { Traffic } from "./connection";
import { type GateSeen, gateRefusal, tableNotFound } from "./refusals";
import type { ProbeEvent } from "./report";

/** A route takes effect for some connections before others: one request through the endpoint proves little. */
const PROVEN_IN_A_ROW = 3;

/** DescribeTable is recorded by CloudTrail, and alarms count its denials. */
const PACE_MILLIS = 1000;

/** What proved that new connections take the endpoint. */
export interface Proof {
  readonly provenRequests: number;
  readonly provenAfterMillis: number;
}

/**
 * Returns when requests over new connections took the endpoint, several in a row.
 *
 * @throws NoPath, NotThroughEndpoint, DeniedByEndpointPolicy, UnknownDenial or ReconnectTimedOut when the time is over;
 * TableNotFound at once.
 */
export async function proveEndpoint(event: ProbeEvent, traffic: Traffic): Promise<Proof> {
  const startedAt = performance.now();
  const seen: GateSeen = { throughEndpoint: 0, longestRow: 0 };
  let inARow = 0;
  while (!traffic.isOver()) {
    const sentAt = performance.now();
    if (await passes(event, traffic, seen)) inARow += 1;
    else inARow = 0;
    seen.longestRow = Math.max(seen.longestRow, inARow);
    if (inARow === PROVEN_IN_A_ROW) {
      return { provenRequests: inARow, provenAfterMillis: Math.round(performance.now() - startedAt) };
    }
    await traffic.pause(sentAt + PACE_MILLIS - performance.now());
  }
  throw gateRefusal(event, traffic.requests(), seen);
}

/** Whether one request over a new connection took the endpoint. If it was refused, a control call tells more. */
async function passes(event: ProbeEvent, { fresh }: Traffic, seen: GateSeen): Promise<boolean> {
  const conditional = await fresh.conditional();
  if (conditional.kind === "allowed") {
    seen.throughEndpoint += 1;
    return true;
  }
  if (conditional.kind === "tableNotFound") throw tableNotFound(event);
  if (!isAnswered(conditional)) {
    if (conditional.kind !== "cut") seen.silence = conditional;
    return false;
  }
  seen.conditional = conditional;
  const control = await fresh.control();
  if (control.kind === "tableNotFound") throw tableNotFound(event);
  if (isAnswered(control)) seen.control = control;
  return false;
}
