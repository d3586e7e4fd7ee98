/**
 * The function that checks a route table from within one of its subnets. It runs in AWS Lambda, as `handler.handler`.
 *
 * Its role may call DescribeContinuousBackups on the DynamoDB table, naming the endpoint in its User-Agent, and
 * DescribeTable only with `aws:SourceVpce` equal to the endpoint. That the second is allowed proves that it took the
 * endpoint; no other answer proves anything.
 *
 * Nothing is written anywhere: an event that is delivered twice does no harm.
 */
import { createRequire } from "node:module";

import { proveNoPath, proveTodaysPath } from "./before";
import { type Traffic, openTraffic } from "./connection";
import { type Proof, proveEndpoint } from "./gate";
import { unknownEvent } from "./refusals";
import {
  type BeforeReport,
  type CheckReport,
  PROBE_VERSION,
  type ProbeEvent,
  type ProbeReport,
  type WatchReport,
} from "./report";
import { type Watched, watchSwitch } from "./watch";

/** What the phases need to know of Lambda's context. */
export interface InvocationContext {
  getRemainingTimeInMillis(): number;
}

const DEFAULT_TIMEOUT_SECONDS = 120;

/** What is left for the answer before Lambda ends the function: an invocation that is cut explains nothing. */
const MARGIN_MILLIS = 2000;

/**
 * Answers an event with its phase's report, within `PROBE_TIMEOUT_SECONDS` (seconds, default 120) of the environment or
 * the function's own time-out, whichever ends first.
 *
 * @throws an Error named by ProbeErrorName, without a stack. `during` throws only for an event that is not understood.
 */
export async function handler(event: unknown, context: InvocationContext): Promise<ProbeReport> {
  if (!isProbeEvent(event)) throw unknownEvent(event);
  const startedAt = new Date().toISOString();
  const traffic = openTraffic(event, phaseMillis(context));
  try {
    const result = await phaseResult(event, traffic);
    const { routeTable, table, vpcEndpointId } = event;
    return {
      version: PROBE_VERSION,
      routeTable,
      table,
      vpcEndpointId,
      startedAt,
      endedAt: new Date().toISOString(),
      requests: traffic.requests(),
      connections: traffic.connections(),
      sdkVersion: sdkVersion(),
      ...result,
    };
  } finally {
    traffic.close();
  }
}

/** What the report of each phase has of its own. */
type PhaseResult =
  | Pick<BeforeReport, "phase" | "isolated">
  | Pick<WatchReport, "phase" | keyof Watched>
  | Pick<CheckReport, "phase" | "watch" | keyof Proof>;

async function phaseResult(event: ProbeEvent, traffic: Traffic): Promise<PhaseResult> {
  switch (event.phase) {
    case "before":
      await (event.isolated ? proveNoPath : proveTodaysPath)(event, traffic);
      return { phase: "before", ...(event.isolated && { isolated: true }) };
    case "during":
      return { phase: "during", ...(await watchSwitch(traffic)) };
    case "after":
      return { phase: "after", ...(await proveEndpoint(event, traffic)), ...(event.watch && { watch: event.watch }) };
  }
}

function isProbeEvent(event: unknown): event is ProbeEvent {
  if (typeof event !== "object" || event === null) return false;
  const { version, phase, routeTable, table, vpcEndpointId } = event as Partial<Record<keyof ProbeEvent, unknown>>;
  const named = [routeTable, table, vpcEndpointId].every((name) => typeof name === "string" && name !== "");
  return version === PROBE_VERSION && (phase === "before" || phase === "during" || phase === "after") && named;
}

function phaseMillis(context: InvocationContext): number {
  const seconds = Number(process.env["PROBE_TIMEOUT_SECONDS"]) || DEFAULT_TIMEOUT_SECONDS;
  return Math.max(0, Math.min(seconds * 1000, context.getRemainingTimeInMillis() - MARGIN_MILLIS));
}

/** Lambda's runtime brings the SDK, and changes it without notice. */
function sdkVersion(): string {
  try {
    const { version } = createRequire(__filename)("@aws-sdk/client-dynamodb/package.json") as { version: string };
    return version;
  } catch {
    return "unknown";
  }
}
