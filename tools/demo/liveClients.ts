import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../../lab/dataPlane/traffic";
import type { Lab } from "../../lab/lab";
import { startLiveClient, type LiveClient, type LiveClientEvent } from "../rehearsal/liveClient";
import type { Narration } from "./narration";
import type { ExampleNetwork, PrivateSubnet } from "./network";

/** A client in each private subnet of the example. */
export interface LiveClients {
  /** How each has fared until now. */
  fortunes(): readonly Fortune[];
  /**
   * Waits a while for something to be so of every client, or of the one in the subnet `name`. Answers whether it is.
   */
  become(condition: (fortune: Fortune) => boolean, name?: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** How the client of a subnet has fared: what it measured, and what went over the wire. */
export interface Fortune {
  readonly name: string;
  /** Whether its last request was allowed. */
  readonly isServed: boolean;
  /** Its connections that a switch broke, by the log of the wire. */
  readonly brokenConnections: number;
  /** Every time that a request of its was not answered, whatever the reason. */
  readonly noticedBreaks: number;
  /** How long it was without an answer, each time. */
  readonly interruptionMillis: readonly number[];
  /** How long its requests were answered with an error, each time. */
  readonly refusedMillis: readonly number[];
  /** The way of its last request: the id of the endpoint or NAT gateway. */
  readonly way: string;
  readonly isThroughEndpoint: boolean;
}

/** A subnet's client, as it is seen from within and from the wire. */
interface Observed {
  readonly subnet: PrivateSubnet;
  readonly client: LiveClient;
}

/** Short enough to be watched, and long enough for a machine that is busy with engine and functions, too. */
export const SOCKET_TIMEOUT_MILLIS = 2_000;

const SETTLING_MILLIS = 15_000;

/** Starts the clients and waits for their first answers; the narration tells what happens to them. */
export async function startLiveClients(lab: Lab, network: ExampleNetwork, narration: Narration): Promise<LiveClients> {
  // The SDK would say on the page which Node.js it would rather have.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const observed: Observed[] = [];
  for (const subnet of network.subnets) {
    const client = startLiveClient(await lab.attachClient({ subnetId: subnet.subnetId }), {
      request: (dynamodb) =>
        dynamodb.send(new GetItemCommand({ TableName: "StockTable", Key: { sku: { S: "bolt" } } })),
      socketTimeoutMillis: SOCKET_TIMEOUT_MILLIS,
      onEvent: (event) =>
        narration.tell(subnet.name, textOf(event, wireOf(lab, network, subnet)), isGood(event) ? "good" : "bad"),
    });
    observed.push({ subnet, client });
  }
  const fortunes = (): readonly Fortune[] => observed.map((each) => fortuneOf(lab, network, each));
  const clients: LiveClients = {
    fortunes,
    become: async (condition, subnetName) => {
      const isSo = (): boolean =>
        fortunes().every((fortune) => condition(fortune) || (subnetName !== undefined && fortune.name !== subnetName));
      for (const deadline = Date.now() + SETTLING_MILLIS; !isSo() && Date.now() < deadline;) await sleep(20);
      return isSo();
    },
    stop: async () => {
      for (const { client } of observed) await client.stop();
    },
  };
  await clients.become(({ isServed }) => isServed);
  return clients;
}

/** What went over the wire from a subnet's client. */
interface Wire {
  readonly broken: readonly Connection[];
  /** The connection of the last request. */
  readonly current?: Connection;
  readonly wayOf: (connection: Connection | undefined) => string;
}

function wireOf({ traffic }: Lab, network: ExampleNetwork, { subnetId }: PrivateSubnet): Wire {
  const isItsOwn = (each: { readonly subnetId?: string; readonly functionName?: string }): boolean =>
    each.subnetId === subnetId && each.functionName === undefined;
  const last = traffic.requests.filter(isItsOwn).at(-1);
  return {
    broken: traffic.connections.filter((connection) => isItsOwn(connection) && connection.broken !== undefined),
    current: traffic.connections.find(({ id }) => id === last?.connection),
    wayOf: (connection) => (connection === undefined ? "an unknown way" : network.wayOf(connection)),
  };
}

function fortuneOf(lab: Lab, network: ExampleNetwork, { subnet, client: { events, lastAnswer } }: Observed): Fortune {
  const { broken, current, wayOf } = wireOf(lab, network, subnet);
  return {
    name: subnet.name,
    isServed: lastAnswer === "allowed",
    brokenConnections: broken.length,
    noticedBreaks: events.filter(({ kind }) => kind === "broken").length,
    interruptionMillis: events.flatMap((event) => (event.kind === "reconnected" ? [event.interruptionMillis] : [])),
    refusedMillis: events.flatMap((event) => (event.kind === "served" ? [event.refusedMillis] : [])),
    way: wayOf(current),
    isThroughEndpoint: current?.vpcEndpointId !== undefined,
  };
}

function isGood({ kind }: LiveClientEvent): boolean {
  return kind === "reconnected" || kind === "served";
}

const BROKEN = { reset: "was reset", timedOut: "timed out", unreachable: "could not be opened" };

function textOf(event: LiveClientEvent, { broken, current, wayOf }: Wire): string {
  switch (event.kind) {
    case "broken":
      return `connection by ${wayOf(broken.at(-1) ?? current)} ${BROKEN[event.how]}`;
    case "reconnected":
      return `reconnected through ${wayOf(current)} after ${event.interruptionMillis} ms`;
    case "refused":
      return `requests through ${wayOf(current)} are refused: ${reasonOf(event.answer)}`;
    case "served":
      return `requests are allowed again after ${event.refusedMillis} ms`;
  }
}

function reasonOf(answer: Extract<LiveClientEvent, { kind: "refused" }>["answer"]): string {
  if (answer.kind === "denied")
    return answer.by === "endpointPolicy" ? "the endpoint's policy denies them" : "they are denied";
  return "said" in answer ? answer.said : answer.kind;
}
