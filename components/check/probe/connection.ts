import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";

import { DescribeContinuousBackupsCommand, DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";

import { type Answer, answerIn, isAnswered } from "./answers";
import type { ConnectionReport, ProbeEvent } from "./report";
import { checkUserAgent } from "./userAgent";

/** Sends one request after the other. */
export interface ProbeClient {
  /**
   * DescribeContinuousBackups, which the function's role is allowed on every path, if it names the endpoint in its
   * User-Agent. An account may call it ten times a second in each Region, which other reads of a table's settings are
   * far from.
   *
   * See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeContinuousBackups.html.
   */
  control(): Promise<Answer>;
  /** DescribeTable, which the role is allowed through the endpoint alone. */
  conditional(): Promise<Answer>;
  /** The connection of the last request, if one was established for it. */
  connection(): ConnectionReport | undefined;
}

/** The requests of one invocation, each socket identified. */
export interface Traffic {
  /** Keeps its connection as long as it can. */
  readonly held: ProbeClient;
  /** Opens a connection for each request. */
  readonly fresh: ProbeClient;
  readonly requestTimeoutMillis: number;
  /** When its time is over, as `performance.now()` counts. */
  readonly endsAtMillis: number;
  /** Whether it was closed or its time is over. */
  isOver(): boolean;
  /** Shorter if it is over before. */
  pause(millis: number): Promise<void>;
  /** Cuts what is under way. From here on the connections stay as they were. */
  close(): void;
  requests(): number;
  connections(): readonly ConnectionReport[];
}

/** Shorter where a function has little time, so that half of it always leaves room for several requests. */
const REQUEST_TIMEOUT_MILLIS = 2000;
const SHARE_OF_A_REQUEST = 1 / 6;

/** Of the connections, at either end of the list. */
const REPORTED = 10;

type Connection = { -readonly [Key in keyof ConnectionReport]: ConnectionReport[Key] };

/** What the clients of one invocation share. */
interface Ledger {
  readonly event: Pick<ProbeEvent, "table" | "vpcEndpointId">;
  readonly over: AbortController;
  readonly requestTimeoutMillis: number;
  readonly connections: Connection[];
  requests: number;
}

/** Clients for the table of `event` that are closed by themselves after `millis`. */
export function openTraffic(event: Pick<ProbeEvent, "table" | "vpcEndpointId">, millis: number): Traffic {
  const requestTimeoutMillis = Math.min(REQUEST_TIMEOUT_MILLIS, Math.round(millis * SHARE_OF_A_REQUEST));
  const over = new AbortController();
  const ledger: Ledger = { event, over, requestTimeoutMillis, connections: [], requests: 0 };
  const held = probeClient(ledger, { keepAlive: true, maxSockets: 1 });
  const fresh = probeClient(ledger, { keepAlive: false });
  const end = setTimeout(() => over.abort(), millis);
  over.signal.addEventListener("abort", () => clearTimeout(end));
  return {
    held,
    fresh,
    requestTimeoutMillis,
    endsAtMillis: performance.now() + millis,
    isOver: () => over.signal.aborted,
    pause: (pauseMillis) => delay(Math.max(0, pauseMillis), undefined, { signal: over.signal }).catch(() => undefined),
    close: () => over.abort(),
    requests: () => ledger.requests,
    connections: () => endsOf(ledger.connections),
  };
}

/** One attempt a request: the phases repeat by themselves what they want to. */
function probeClient(ledger: Ledger, options: http.AgentOptions): ProbeClient {
  let current: Connection | undefined;
  const watched = <Agent extends http.Agent>(agent: Agent): Agent =>
    watchConnections(agent, {
      onCreate: () => (current = undefined),
      onConnect: (connection) => ledger.connections.push((current = connection)),
      isOver: () => ledger.over.signal.aborted,
      keepsConnections: options.keepAlive === true,
    });
  const sdk = new DynamoDBClient({
    maxAttempts: 1,
    customUserAgent: checkUserAgent(ledger.event.vpcEndpointId),
    requestHandler: { httpAgent: watched(new http.Agent(options)), httpsAgent: watched(new https.Agent(options)) },
  });
  ledger.over.signal.addEventListener("abort", () => sdk.destroy());

  const input = { TableName: ledger.event.table };
  const answerTo = async (request: (abortSignal: AbortSignal) => Promise<unknown>): Promise<Answer> => {
    ledger.requests += 1;
    const answer = await bounded(ledger, request);
    // Requests follow one another and the agent has one socket for them: the answer came over the last connection.
    if (current !== undefined && !ledger.over.signal.aborted) {
      if (isAnswered(answer)) current.answeredRequests += 1;
      else if (answer.kind === "reset" || answer.kind === "timedOut") current.end = answer.kind;
    }
    return answer;
  };
  return {
    control: () => answerTo((abortSignal) => sdk.send(new DescribeContinuousBackupsCommand(input), { abortSignal })),
    conditional: () => answerTo((abortSignal) => sdk.send(new DescribeTableCommand(input), { abortSignal })),
    connection: () => current,
  };
}

/**
 * The SDK has time-outs, but which of them only warn depends on its version, and none spans the name lookup and the
 * body: a request is aborted here.
 */
async function bounded(
  { over, requestTimeoutMillis }: Ledger,
  request: (abortSignal: AbortSignal) => Promise<unknown>,
): Promise<Answer> {
  const abort = new AbortController();
  const cut = (): void => abort.abort();
  const timer = setTimeout(cut, requestTimeoutMillis);
  over.signal.addEventListener("abort", cut);
  try {
    await request(abort.signal);
    return { kind: "allowed" };
  } catch (error) {
    if (over.signal.aborted) return { kind: "cut" };
    return abort.signal.aborted
      ? { kind: "timedOut", said: `no answer within ${requestTimeoutMillis} ms` }
      : answerIn(error);
  } finally {
    clearTimeout(timer);
    over.signal.removeEventListener("abort", cut);
  }
}

interface ConnectionWatcher {
  readonly onCreate: () => void;
  readonly onConnect: (connection: Connection) => void;
  readonly isOver: () => boolean;
  readonly keepsConnections: boolean;
}

function watchConnections<Agent extends http.Agent>(agent: Agent, watcher: ConnectionWatcher): Agent {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    watcher.onCreate();
    const socket = create(options, callback) as Socket;
    socket.once("connect", () => watcher.onConnect(connectionOver(socket, watcher)));
    return socket;
  };
  return agent;
}

/** A connection that ends between two requests has no request to tell how: its socket does. */
function connectionOver(socket: Socket, { isOver, keepsConnections }: ConnectionWatcher): Connection {
  const connection: Connection = {
    localAddress: address(socket.localAddress, socket.localPort),
    remoteAddress: address(socket.remoteAddress, socket.remotePort),
    answeredRequests: 0,
    end: "open",
  };
  const ends = (end: Connection["end"]): void => {
    if (connection.end === "open" && !isOver()) connection.end = end;
  };
  socket.once("error", (error) => {
    if (answerIn(error).kind === "reset") ends("reset");
  });
  // Recent versions of Node keep to themselves how an idle connection ended. DynamoDB does not end a busy one without
  // notice: it was a reset.
  socket.once("close", () => ends(keepsConnections && !socket.writableEnded ? "reset" : "closed"));
  return connection;
}

function address(host = "", port = 0): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function endsOf(connections: readonly Connection[]): readonly ConnectionReport[] {
  const first = connections.slice(0, REPORTED);
  const last = connections.slice(REPORTED).slice(-REPORTED);
  return [...first, ...last].map((connection) => ({ ...connection }));
}
