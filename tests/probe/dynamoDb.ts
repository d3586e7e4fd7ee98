import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { promisify } from "node:util";

/** A request as a scenario sees it. Times are in milliseconds since the first request for the same table. */
export interface Asked {
  readonly action: "DescribeTable" | "DescribeContinuousBackups";
  readonly at: number;
  readonly connectedAt: number;
  /** The address that the server sees. */
  readonly from: string;
  /** How many requests for the table came before it. */
  readonly earlier: number;
}

/** What the server does with a request. */
export type Reply =
  | "allow"
  | "allowAndClose"
  | "allowAndResetLater"
  | "reset"
  | "silence"
  | { readonly afterMillis: number; readonly then: Reply }
  | { readonly error: string; readonly message?: string; readonly status?: number };

export type Scenario = (asked: Asked) => Reply;

export interface DynamoDb {
  readonly url: string;
  readonly port: number;
  /** By the name of the DynamoDB table that a request names. */
  readonly scenarios: Map<string, Scenario>;
  /** How many connections are open. */
  connections(): Promise<number>;
  stop(): Promise<void>;
}

/** Answers like DynamoDB, over TLS if it has a key and certificate, and misbehaves as the scenario of a table says. */
export async function startDynamoDb({
  host = "127.0.0.1",
  pem,
}: { host?: string; pem?: Buffer } = {}): Promise<DynamoDb> {
  const scenarios = new Map<string, Scenario>();
  const tables = new Map<string, { readonly since: number; requests: number }>();
  const connected = new WeakMap<Socket, number>();
  const answer: http.RequestListener = (request, response) => {
    void bodyOf(request).then((body) => {
      const { TableName: name } = JSON.parse(body) as { TableName: string };
      const table = tables.get(name) ?? { since: performance.now(), requests: 0 };
      tables.set(name, table);
      const action = String(request.headers["x-amz-target"]).split(".")[1] as Asked["action"];
      const connectedAt = (connected.get(request.socket) ?? 0) - table.since;
      const from = request.socket.remoteAddress ?? "";
      const asked = { action, at: performance.now() - table.since, connectedAt, from, earlier: table.requests++ };
      perform(scenarios.get(name)?.(asked) ?? { error: "ResourceNotFoundException" }, response, request.socket);
    });
  };
  const server = pem === undefined ? http.createServer(answer) : https.createServer({ key: pem, cert: pem }, answer);
  const connection = pem === undefined ? "connection" : "secureConnection";
  server.on(connection, (socket: Socket) => connected.set(socket, performance.now()));
  // About as long as DynamoDB's. Node's 5 s would end a client's hang: the server's FIN still takes the old path.
  server.keepAliveTimeout = 60_000;
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `${pem === undefined ? "http" : "https"}://127.0.0.1:${port}`,
    port,
    scenarios,
    connections: promisify(server.getConnections.bind(server)),
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function perform(reply: Reply, response: http.ServerResponse, socket: Socket): void {
  if (reply === "silence") return;
  if (reply === "reset") return void socket.resetAndDestroy();
  if (typeof reply === "object" && "then" in reply) {
    return void setTimeout(() => perform(reply.then, response, socket), reply.afterMillis);
  }
  response.setHeader("content-type", "application/x-amz-json-1.0");
  if (typeof reply === "object") {
    response.statusCode = reply.status ?? 400;
    response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb#${reply.error}`, message: reply.message ?? "" }));
    return;
  }
  if (reply === "allowAndClose") response.setHeader("connection", "close");
  if (reply === "allowAndResetLater") setTimeout(() => socket.resetAndDestroy(), 50);
  response.end("{}");
}
