import { randomUUID } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { BreakKind } from "../events";
import type { Recording } from "../recording";
import type { Answer, Store } from "../store/store";
import { ACCESS_DENIED } from "./denial";
import { describeRequest } from "./operation";

/** How connections are broken: by this process, or by the kernel's packet filter. */
export interface Breaking {
  /** Breaks connections that are idle or have a request in flight. */
  breakConnections(kind: BreakKind, connections: readonly Connection[]): void;
  /** What arrives all the same on a connection that is broken. */
  meet(connection: Connection): void;
  /** For so long nothing is to come back on new connections. The answer is how much of that the front has to wait. */
  keepWaiting(delayMillis: number): number;
  /** Tells what the client does on connections of which nothing arrives any more. The answer ends it. */
  watch(onLost: (what: "asked" | "closed", connection: Connection) => void): () => void;
}

/** A client's connection. */
export interface Connection {
  readonly id: number;
  readonly socket: Socket;
  readonly remotePort: number;
  brokenBy?: BreakKind;
  /** Whether the client was waiting for an answer when it was broken. */
  isAwaited?: boolean;
  /** Requests that have no answer yet. */
  inFlight: number;
  /** Whether it was of use: a request was answered on it. */
  isProven: boolean;
  /** When it may be answered; a new connection may have to wait. */
  answeredFrom: number;
}

export interface FrontOptions {
  readonly host: string;
  readonly store: Store;
  readonly recording: Recording;
  readonly breaking: Breaking;
}

/**
 * Where the client finds DynamoDB: passes its requests on to the store, records them, and breaks its connections.
 *
 * A break strikes with the store's next answer, which is lost: so there is always a request that was applied and
 * whose client does not know it, as on a busy client's connection in a real switch. Idle connections are broken too,
 * but their client learns of it with its next request, as it would from a network that lost its state.
 */
export class Front {
  readonly #options: FrontOptions;
  readonly #server: Server;
  readonly #connections = new Map<Duplex, Connection>();
  #count = { connections: 0, requests: 0, breaks: 0 };
  #armed: { readonly kind: BreakKind; readonly onStruck: () => void; readonly latest: NodeJS.Timeout } | undefined;
  #reconnectDelayMillis = 0;
  #opensFrom = 0;
  #isDenying = false;
  #isClosing = false;
  #stopWatching: () => void = () => undefined;

  constructor(options: FrontOptions) {
    this.#options = options;
    // DynamoDB closes idle connections too, but not while a drill lasts: what closes here is the drill's doing.
    this.#server = createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 });
    this.#server.on("connection", (socket) => this.#open(socket));
    this.#server.on("request", (request, response) => void this.#serve(request, response));
    this.#server.on("clientError", (error: Error & { rawPacket?: Buffer }, socket) => {
      const connection = this.#connections.get(socket);
      if (connection !== undefined && error.rawPacket?.[0] === TLS_HANDSHAKE)
        this.#options.recording.add({ type: "spokeTls", connection: connection.id });
      socket.destroy();
    });
  }

  /** The answer is its address. */
  async listen(): Promise<string> {
    const { host } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, host, resolve);
    });
    this.#stopWatching = this.#options.breaking.watch((what, connection) => this.#lost(what, connection));
    return `http://${host}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whether there is a connection that a break would strike. */
  get hasProvenConnections(): boolean {
    return [...this.#connections.values()].some(({ brokenBy, isProven }) => brokenBy === undefined && isProven);
  }

  /** Breaks all connections with the next answer, or after a while without one. */
  breakNext(kind: BreakKind, reconnectDelayMillis: number, onStruck: () => void): void {
    this.#reconnectDelayMillis = reconnectDelayMillis;
    this.#armed = { kind, onStruck, latest: setTimeout(() => this.#strike(), WAIT_FOR_A_REQUEST_MILLIS) };
  }

  /** From now on every request is denied. */
  deny(): void {
    this.#isDenying = true;
    this.#options.recording.add({ type: "denying" });
  }

  close(): void {
    this.#isClosing = true;
    this.#stopWatching();
    clearTimeout(this.#armed?.latest);
    this.#armed = undefined;
    this.#server.close();
    for (const socket of this.#connections.keys()) socket.destroy();
  }

  #open(socket: Socket): void {
    const { recording } = this.#options;
    const id = ++this.#count.connections;
    this.#connections.set(socket, {
      id,
      socket,
      remotePort: socket.remotePort ?? 0,
      inFlight: 0,
      isProven: false,
      answeredFrom: this.#opensFrom,
    });
    recording.add({ type: "connectionOpened", connection: id });
    let isDrills = false;
    // A client that is ended, or that gives a connection up hard, is no failure of ours.
    socket.on("error", () => undefined);
    socket.once("drill", () => (isDrills = true));
    socket.once("close", () => {
      this.#connections.delete(socket);
      recording.add({ type: "connectionClosed", connection: id, by: isDrills || this.#isClosing ? "drill" : "client" });
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#connections.get(request.socket);
    if (connection === undefined) return;
    const body = await bodyOf(request);
    if (body === undefined) return;
    const { recording } = this.#options;
    const waitMillis = connection.answeredFrom - recording.now();
    if (waitMillis > 0) await sleep(waitMillis, undefined, { ref: false });
    // Given up before the network let it through.
    if (connection.socket.destroyed) return;

    const id = ++this.#count.requests;
    const met = connection.brokenBy !== undefined ? "broken" : this.#isDenying ? "denial" : "store";
    recording.add({
      type: "asked",
      request: id,
      connection: connection.id,
      met,
      ...describeRequest(request.headers, body),
    });
    if (met === "broken") {
      this.#options.breaking.meet(connection);
      return;
    }

    connection.inFlight += 1;
    const answer = met === "denial" ? ACCESS_DENIED : await this.#options.store.answer(request, body);
    if (met === "store") this.#strike();
    connection.inFlight -= 1;
    this.#deliver(id, connection, response, answer);
  }

  /** What a client did on a connection of which nothing arrives. A request in flight is sent again as it was. */
  #lost(what: "asked" | "closed", connection: Connection): void {
    if (what === "closed") connection.socket.destroy();
    else if (!connection.isAwaited && !connection.socket.destroyed) {
      const unseen = { ...describeRequest({}, undefined), operation: "not seen", call: randomUUID() };
      const request = ++this.#count.requests;
      this.#options.recording.add({ type: "asked", request, connection: connection.id, met: "broken", ...unseen });
    }
  }

  #deliver(id: number, connection: Connection, response: ServerResponse, answer: Answer): void {
    const isDelivered = connection.brokenBy === undefined && !connection.socket.destroyed;
    const { statusCode, errorCode } = answer;
    connection.isProven ||= isDelivered;
    this.#options.recording.add({ type: "answered", request: id, statusCode, errorCode, isDelivered });
    if (!isDelivered) return;
    response.writeHead(statusCode, answer.headers as OutgoingHttpHeaders).end(answer.body);
  }

  #strike(): void {
    if (this.#armed === undefined) return;
    const { kind, onStruck, latest } = this.#armed;
    clearTimeout(latest);
    this.#armed = undefined;
    const { recording, breaking } = this.#options;
    const struck = [...this.#connections.values()].filter(({ brokenBy }) => brokenBy === undefined);
    for (const connection of struck) {
      connection.brokenBy = kind;
      connection.isAwaited = connection.inFlight > 0;
    }
    const number = ++this.#count.breaks;
    recording.add({ type: "broken", number, kind, connections: struck.map(({ id }) => id) });
    if (this.#reconnectDelayMillis > 0) {
      this.#opensFrom = recording.now() + breaking.keepWaiting(this.#reconnectDelayMillis);
    }
    breaking.breakConnections(kind, struck);
    onStruck();
  }
}

/** A client without a request in flight is idle: its connections are broken all the same. */
const WAIT_FOR_A_REQUEST_MILLIS = 1000;

/** The first byte of a TLS handshake. https://www.rfc-editor.org/rfc/rfc8446#section-5.1 */
const TLS_HANDSHAKE = 0x16;

/** Undefined: the client closed the connection before it had asked. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
