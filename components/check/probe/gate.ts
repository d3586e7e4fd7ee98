import { performance } from "node:perf_hooks";

import { type Answer, isAnswered } from "./answers";
import type { Traffic } from "./connection";
import { type GateSeen, gateRefusal, tableNotFound } from "./refusals";
import type { ProbeEvent } from "./report";

/** A route takes effect for some connections before others: one request through the endpoint proves little. */
const PROVEN_IN_A_ROW = 3;

/** DescribeTable is recorded by CloudTrail, and alarms count its denials. */
const PACE_MILLIS = 1000;

/** The control call tells why a call was denied, and seldom anything new. */
const CONTROL_PACE_MILLIS = 10_000;

/** What proved that new connections take the endpoint. */
export interface Proof {
  readonly provenRequests: number;
  readonly provenAfterMillis: number;
}

/**
 * Returns when requests over new connections took the endpoint, several in a row.
 *
 * @throws NoPath, NotThroughEndpoint, DeniedByEndpointPolicy, DeniedByRole, UnknownDenial or ReconnectTimedOut when the
 * time is over; TableNotFound at once.
 */
export async function proveEndpoint(event: ProbeEvent, traffic: Traffic): Promise<Proof> {
  const startedAt = performance.now();
  const seen: GateSeen = { throughEndpoint: 0, longestRow: 0 };
  let inARow = 0;
  while (!traffic.isOver()) {
    const sentAt = performance.now();
    const conditional = await traffic.fresh.conditional();
    if (conditional.kind === "tableNotFound") throw tableNotFound(event);
    if (conditional.kind === "allowed") inARow += 1;
    // It was answered, and does not say on which path.
    else if (conditional.kind !== "throttled") inARow = 0;
    await note(event, traffic, seen, conditional);
    seen.longestRow = Math.max(seen.longestRow, inARow);
    if (inARow === PROVEN_IN_A_ROW) {
      return { provenRequests: inARow, provenAfterMillis: Math.round(performance.now() - startedAt) };
    }
    await traffic.pause(sentAt + PACE_MILLIS - performance.now());
  }
  throw gateRefusal(event, traffic.requests(), seen);
}

/** Keeps what an answer tells; why a call was not allowed, a control call tells. */
async function note(event: ProbeEvent, { fresh }: Traffic, seen: GateSeen, conditional: Answer): Promise<void> {
  if (conditional.kind === "allowed") seen.throughEndpoint += 1;
  else if (!isAnswered(conditional)) {
    if (conditional.kind !== "cut") seen.silence = conditional;
  } else {
    if (conditional.kind !== "throttled" || seen.conditional === undefined) seen.conditional = conditional;
    if (seen.controlledAt !== undefined && performance.now() - seen.controlledAt < CONTROL_PACE_MILLIS) return;
    seen.controlledAt = performance.now();
    const control = await fresh.control();
    if (control.kind === "tableNotFound") throw tableNotFound(event);
    if (isAnswered(control) && !(control.kind === "throttled" && seen.control?.kind === "allowed"))
      seen.control = control;
  }
}
