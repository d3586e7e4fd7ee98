import type { CheckReport, ProbeEvent } from "../../components/check/probe/report";
import type { ApiCall } from "../../lab/cloud/apiCall";
import type { Lab } from "../../lab/lab";
import type { ExampleNetwork } from "./network";
import type { Page, Tone } from "./page";

/** Tells what happens while it happens: to route tables, by the cloud's own log; to clients, by what they say. */
export interface Narration {
  /** From here on, times count from now. */
  restart(): void;
  /** Tells what is to be told of the cloud before, so that a cause stands above its effect. */
  tell(who: string, text: string, tone: Tone): void;
  stop(): void;
}

const POLL_MILLIS = 50;

/** Begins to tell what happens to the route tables of a network. */
export function narrate(lab: Lab, page: Page, network: ExampleNetwork): Narration {
  const mark = lab.cloud.lastSequence;
  const told = new Set<number>();
  let startedAt = Date.now();
  const say = (at: number, who: string, text: string, tone: Tone): void =>
    page.event(Math.max(0, at - startedAt) / 1000, who, text, tone);
  const tellCalls = (): void => {
    for (const call of lab.cloud.mutationsSince(mark)) {
      if (call.answeredAt === undefined || told.has(call.sequence)) continue;
      told.add(call.sequence);
      for (const { who, text, tone } of eventsOf(call, network)) say(call.answeredAt, who, text, tone);
    }
  };
  const polling = setInterval(tellCalls, POLL_MILLIS);
  return {
    restart: () => {
      tellCalls();
      startedAt = Date.now();
    },
    tell: (who, text, tone) => {
      tellCalls();
      say(Date.now(), who, text, tone);
    },
    stop: () => clearInterval(polling),
  };
}

interface CloudEvent {
  readonly who: string;
  readonly text: string;
  readonly tone: Tone;
}

/** What a call of AWS means for the route tables. */
function eventsOf(call: ApiCall, network: ExampleNetwork): readonly CloudEvent[] {
  if (call.action === "ModifyVpcEndpoint") return routeEvents(call, network);
  if (call.action === "Invoke") return checkEvents(call);
  return [];
}

function routeEvents({ parameters, error }: ApiCall, { subnets }: ExampleNetwork): readonly CloudEvent[] {
  const {
    vpcEndpointId,
    addRouteTableIds = [],
    removeRouteTableIds = [],
  } = parameters as { vpcEndpointId: string; addRouteTableIds?: string[]; removeRouteTableIds?: string[] };
  const nameOf = (id: string): string => subnets.find(({ routeTableId }) => routeTableId === id)?.name ?? id;
  if (error !== undefined)
    return [...addRouteTableIds, ...removeRouteTableIds].map((id) => ({
      who: nameOf(id),
      text: `EC2 refuses to change its route: ${error.code}`,
      tone: "bad",
    }));
  return [
    ...addRouteTableIds.map((id): CloudEvent => ({
      who: nameOf(id),
      text: `EC2 adds the route to ${vpcEndpointId}`,
      tone: "neutral",
    })),
    ...removeRouteTableIds.map((id): CloudEvent => ({
      who: nameOf(id),
      text: `EC2 removes the route to ${vpcEndpointId}`,
      tone: "neutral",
    })),
  ];
}

/** A phase of the check that stops the roll-out, or lets it continue. */
function checkEvents({ parameters, answer }: ApiCall): readonly CloudEvent[] {
  const { phase, routeTable: who, vpcEndpointId } = JSON.parse(String(parameters.payload)) as ProbeEvent;
  const { functionError, payload } = (answer ?? {}) as { functionError?: string; payload?: string };
  if (payload === undefined) return [];
  if (functionError !== undefined) {
    const { errorType } = JSON.parse(payload) as { errorType: string };
    return [{ who, text: `the check fails: ${errorType}`, tone: "bad" }];
  }
  if (phase !== "after") return [];
  const { provenRequests } = JSON.parse(payload) as CheckReport;
  return [{ who, text: `proven: ${provenRequests} requests in a row took ${vpcEndpointId}`, tone: "good" }];
}
