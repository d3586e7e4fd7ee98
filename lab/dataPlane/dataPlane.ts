import { randomBytes } from "node:crypto";
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerResponse,
} from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { CloudInside } from "../cloud/cloud";
import type { PrincipalPolicies } from "../cloud/rolePolicies";
import { organizationEffect } from "../cloud/organizations/effect";
import { resourcePolicyFor } from "../cloud/resourcePolicies";
import { scenarioRecords } from "../cloud/scenarioData";
import type { Judge, Principal, Source, Surroundings } from "./authorization";
import { callerOf } from "./rolePrincipal";
import { DynamoDbData } from "./dynamodb";
import { writeFlows } from "./flowLogs";
import { Impairments, type Place } from "./impairments";
import { Addresses, type InterfaceOwner, type NetworkInterface } from "./interfaces";
import { LateDocuments } from "./lateDocuments";
import { isLimited, RequestLimits } from "./requestLimits";
import { aclsPass } from "./networkAcls";
import { answerRequest } from "./requests";
import { resolve } from "./resolver";
import { Routing, type Switch } from "./routing";
import type { Connection, Request, Traffic } from "./traffic";
import { egressAllowed, ingressAllowed, isServiceAddress, NOWHERE, numberOf, serviceAddress, type Way } from "./ways";

/** How a connection ends whose route has gone: AWS does not say which of the two its clients see. */
export type BreakMode = "reset" | "silence";

/** What a client or function needs to reach DynamoDB from its network interface. */
export interface Attachment {
  readonly endpointUrl: string;
  readonly credentials: Credentials;
  detach(): void;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** A connection that is open on the lab's side. */
interface Open {
  readonly socket: Socket;
  readonly connection: Connection;
  readonly networkInterface: NetworkInterface;
  readonly target: Target;
  /** The bytes of which flow logs have told. */
  readonly counted: { read: number; written: number };
}

/** Where a client's name for DynamoDB leads it. */
interface Target extends Pick<Connection, "address" | "unresolved"> {
  /** Undefined: from outside any VPC, by no route of ours. */
  readonly way: Way | undefined;
}

const DENY_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
});

/** DynamoDB closes idle connections after about a minute. */
const IDLE_MILLIS = 60_000;

/**
 * The way of real sockets from network interfaces to DynamoDB.
 *
 * Each interface has a listener on an address of its own, which stands for DynamoDB's port 443 as seen from there. A
 * connection takes the route that is in force when it is opened. When the way of its subnet changes, it breaks.
 */
export class DataPlane {
  readonly impairments = new Impairments();
  readonly #inside: CloudInside;
  readonly #breakMode: BreakMode;
  readonly #judge: Judge;
  readonly #routing: Routing;
  readonly #late: LateDocuments;
  readonly #addresses = new Addresses();
  readonly #http: HttpServer;
  readonly #listeners = new Map<NetworkInterface, Server>();
  readonly #open = new Map<Socket, Open>();
  /** All sockets, also those that have no way. */
  readonly #sockets = new Set<Socket>();
  readonly #principals = new Map<string, Principal>();
  readonly #data = new Map<string, DynamoDbData>();
  /** `REGION/SUBNET` → when its way changed last. */
  readonly #switchedAt = new Map<string, number>();
  readonly #connections: Connection[] = [];
  readonly #requests: Request[] = [];
  readonly #limits = new RequestLimits();
  /** When something first connected from an interface. */
  readonly #firstConnectedAt = new WeakMap<NetworkInterface, number>();

  constructor(inside: CloudInside, { breakMode, judge }: { readonly breakMode: BreakMode; readonly judge: Judge }) {
    this.#inside = inside;
    this.#breakMode = breakMode;
    this.#judge = judge;
    this.#routing = new Routing(inside, this.impairments, (change) => this.#break(change));
    this.#late = new LateDocuments(inside, this.impairments);
    this.#http = createHttpServer((request, response) => void this.#answer(request, response));
    this.#http.keepAliveTimeout = IDLE_MILLIS;
    // A connection that is silent stays open for as long as its client likes.
    this.#http.requestTimeout = 0;
    this.#http.headersTimeout = 0;
  }

  get traffic(): Traffic {
    return { connections: this.#connections, requests: this.#requests };
  }

  /** Where the traffic of an interface happens, so that a fault can be aimed at it. */
  placeOf({ region, subnetId, functionName }: Pick<InterfaceOwner, "region" | "subnetId" | "functionName">): Place {
    return subnetId === undefined ? { region, functionName } : this.#routing.placeOf(region, subnetId, functionName);
  }

  /** Gives a client or function a network interface, a listener behind it, and keys to sign with. */
  async attach(owner: InterfaceOwner, principal: Principal): Promise<Attachment> {
    const networkInterface = this.#addresses.interfaceOf(this.#inside.networkOf(owner.region), owner);
    const listener = createServer({ noDelay: true, pauseOnConnect: true }, (socket) =>
      this.#accept(networkInterface, socket),
    );
    const port = await listening(listener, networkInterface.loopbackAddress);
    this.#listeners.set(networkInterface, listener);
    const { region, subnetId } = owner;
    if (subnetId !== undefined) this.#routing.wayOf({ region, subnetId, address: serviceAddress(region) });
    const accessKeyId = `ASIA${randomBytes(8).toString("hex").toUpperCase()}`;
    this.#principals.set(accessKeyId, principal);
    this.#inside.callers.attach(accessKeyId, callerOf(this.#inside.store, principal));
    return {
      endpointUrl: `http://${networkInterface.loopbackAddress}:${port}`,
      credentials: {
        accessKeyId,
        secretAccessKey: randomBytes(20).toString("hex"),
        sessionToken: randomBytes(16).toString("base64"),
      },
      detach: () => this.#detach(networkInterface, accessKeyId),
    };
  }

  stop(): void {
    this.#routing.stop();
    this.#late.stop();
    for (const listener of this.#listeners.values()) listener.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #detach(networkInterface: NetworkInterface, accessKeyId: string): void {
    this.#principals.delete(accessKeyId);
    this.#inside.callers.detach(accessKeyId);
    this.#listeners.get(networkInterface)?.close();
    this.#listeners.delete(networkInterface);
    this.#addresses.release(networkInterface);
    for (const open of this.#open.values()) if (open.networkInterface === networkInterface) open.socket.destroy();
  }

  #accept(networkInterface: NetworkInterface, socket: Socket): void {
    this.#sockets.add(socket);
    // A client that goes away is no error here.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#sockets.delete(socket));
    const waitMillis = Math.max(this.#reconnectsInMillis(networkInterface), this.#startsInMillis(networkInterface));
    if (waitMillis > 0) setTimeout(() => this.#connect(networkInterface, socket), waitMillis).unref();
    else this.#connect(networkInterface, socket);
  }

  /** The connection takes the way of its subnet, if there is one. */
  #connect(networkInterface: NetworkInterface, socket: Socket): void {
    if (socket.destroyed) return;
    const { region, subnetId, functionName } = networkInterface;
    const target = this.#targetOf(networkInterface);
    const { way, ...resolved } = target;
    const isOut = this.#letOut(networkInterface, target) && this.#passesAcls(networkInterface, target, socket);
    const sourceAddress = isOut ? sourceOf(networkInterface, way) : undefined;
    const connection: Connection = {
      id: this.#connections.length + 1,
      region,
      subnetId,
      functionName,
      host: networkInterface.host,
      ...resolved,
      way: way?.kind ?? "internetGateway",
      vpcEndpointId: way && "vpcEndpointId" in way ? way.vpcEndpointId : undefined,
      sourceAddress,
      openedAt: Date.now(),
    };
    this.#connections.push(connection);
    this.#open.set(socket, { socket, connection, networkInterface, target, counted: { read: 0, written: 0 } });
    socket.once("close", () => {
      connection.closedAt = Date.now();
      this.#open.delete(socket);
    });
    // Without a way out nothing is ever answered. What comes is read, so that it is seen when the client gives up.
    if (sourceAddress !== undefined) this.#http.emit("connection", socket);
    socket.resume();
  }

  /** By what the name resolves to, which is asked for each connection anew; of several addresses one that has a way. */
  #targetOf({ region, subnetId, vpcId, host, transitGatewayAttachmentId }: NetworkInterface): Target {
    // Who resolves names in another network, we do not know.
    const isHere = transitGatewayAttachmentId === undefined;
    const resolution = resolve(this.#inside, region, isHere ? vpcId : undefined, host);
    if ("failure" in resolution) return { way: NOWHERE, unresolved: resolution.failure };
    const targets = resolution.addresses.map((address) => ({ address, way: this.#wayTo(region, subnetId, address) }));
    return targets.find(({ way }) => way?.kind !== "none") ?? { way: NOWHERE, address: resolution.addresses[0] };
  }

  /** The way to an address, if DynamoDB answers there. */
  #wayTo(region: string, subnetId: string | undefined, text: string): Way | undefined {
    const address = numberOf(text);
    if (address === undefined) return NOWHERE;
    const way = subnetId === undefined ? undefined : this.#routing.wayOf({ region, subnetId, address });
    const isDynamoDb =
      way?.kind === "interfaceEndpoint" ||
      isServiceAddress(region, address) ||
      scenarioRecords(this.#inside.store, region, "dynamoDbAddresses").get(text) !== undefined;
    return isDynamoDb ? way : NOWHERE;
  }

  #letOut(networkInterface: NetworkInterface, { way, address = "" }: Target): boolean {
    const { region, subnetId, securityGroupIds, privateAddress = "" } = networkInterface;
    if (subnetId === undefined) return true;
    if (this.impairments.at("noEgress", this.placeOf(networkInterface))) return false;
    const network = this.#inside.networkOf(region);
    if (!egressAllowed(network, securityGroupIds, numberOf(address) ?? 0)) return false;
    if (way?.kind !== "interfaceEndpoint") return true;
    return ingressAllowed(network, way.vpcEndpointId, { address: numberOf(privateAddress) ?? 0, securityGroupIds });
  }

  /** A network ACL knows no connections: it judges every packet, of those that are open, too. */
  #passesAcls({ region, subnetId }: NetworkInterface, { way, address = "" }: Target, { remotePort }: Socket): boolean {
    const to = numberOf(address);
    if (subnetId === undefined || way === undefined || to === undefined) return true;
    return aclsPass(this.#inside.networkOf(region), { subnetId, way, address: to, clientPort: remotePort ?? 0 });
  }

  #reconnectsInMillis(networkInterface: NetworkInterface): number {
    const { region, subnetId = "" } = networkInterface;
    const { delayMillis = 0 } = this.impairments.at("slowReconnect", this.placeOf(networkInterface)) ?? {};
    return (this.#switchedAt.get(`${region}/${subnetId}`) ?? 0) + delayMillis - Date.now();
  }

  #startsInMillis(networkInterface: NetworkInterface): number {
    const firstAt = this.#firstConnectedAt.get(networkInterface) ?? Date.now();
    this.#firstConnectedAt.set(networkInterface, firstAt);
    const { delayMillis = 0 } = this.impairments.at("slowStart", this.placeOf(networkInterface)) ?? {};
    return firstAt + delayMillis - Date.now();
  }

  /**
   * The way of a subnet has changed: its open connections break, and no others. Nobody is told at once: whoever
   * receives packets of a connection that it does not know resets it then, or drops them.
   */
  #break({ region, subnetId, address }: Switch): void {
    this.#switchedAt.set(`${region}/${subnetId}`, Date.now());
    for (const { socket, connection, networkInterface } of this.#open.values()) {
      if (connection.region !== region || connection.subnetId !== subnetId || connection.broken) continue;
      if (numberOf(connection.address ?? "") !== address) continue;
      const isSilent = this.impairments.at("silentDrop", this.placeOf(networkInterface)) !== undefined;
      const by = isSilent ? "silence" : this.#breakMode;
      connection.broken = { at: Date.now(), by };
      if (by === "silence") socket.setTimeout(0);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const open = this.#open.get(request.socket);
    const { sourceAddress } = open?.connection ?? {};
    if (open === undefined || sourceAddress === undefined) return;
    const isBroken = (): boolean => {
      if (open.connection.broken?.by === "reset") open.socket.resetAndDestroy();
      return open.connection.broken !== undefined;
    };
    if (isBroken()) return;
    const body = await bodyOf(request);
    if (body === undefined || isBroken()) return;
    const { region, subnetId, vpcId } = open.networkInterface;
    const way = this.#wayTo(region, subnetId, open.target.address ?? "");
    if (!this.#passesAcls(open.networkInterface, { ...open.target, way }, open.socket)) return;
    const place = this.placeOf(open.networkInterface);
    const answer = await answerRequest(
      { headers: request.headers, body },
      {
        source: { region, sourceAddress, vpcId, endpoint: this.#endpointOf(open.connection, place) },
        connection: open.connection,
        principals: this.#principals,
        policiesOf: (principal) => this.#policiesOf(principal, place),
        callerOf: (principal) => callerOf(this.#inside.store, principal),
        surroundings: this.#surroundingsOf(region),
        data: this.#dataOf(region),
        throttles: (operation) => this.#throttles(place, operation),
      },
    );
    this.#requests.push(answer.record);
    if (answer.trailed !== undefined) this.#inside.eventHistoryOf(region).put(answer.trailed);
    if (isBroken()) return;
    response.writeHead(answer.statusCode, answer.headers);
    response.end(answer.body, () => this.#noteFlows(open, answer.record.at));
  }

  /** Of what came and went since the last time. */
  #noteFlows({ networkInterface, target, socket, counted }: Open, from: number): void {
    const { bytesRead, bytesWritten } = socket;
    writeFlows(this.#inside, {
      networkInterface,
      way: target.way,
      serviceAddress: target.address ?? "",
      clientPort: socket.remotePort ?? 0,
      bytesOut: bytesRead - counted.read,
      bytesIn: bytesWritten - counted.written,
      from,
      to: Date.now(),
    });
    Object.assign(counted, { read: bytesRead, written: bytesWritten });
  }

  #throttles(place: Place, operation: string): boolean {
    if (this.impairments.strike("throttledRequests", place) !== undefined) return true;
    if (isLimited(operation) && this.impairments.at("spentLimits", place) !== undefined) return true;
    return !this.#limits.take(place.region, operation, performance.now());
  }

  /** The endpoint that a connection goes through, with the policy in force there. */
  #endpointOf({ region, vpcEndpointId }: Connection, place: Place): Source["endpoint"] {
    if (vpcEndpointId === undefined) return undefined;
    if (this.impairments.at("denyingPolicy", place)) return { vpcEndpointId, policyDocument: DENY_ALL };
    const document = this.#inside.networkOf(region).endpoints.get(vpcEndpointId)?.policyDocument ?? DENY_ALL;
    const late = this.impairments.at("latePolicy", place);
    const acting = late === undefined ? document : this.#late.ofEndpoint(vpcEndpointId, document, late.delayMillis);
    return { vpcEndpointId, policyDocument: acting ?? DENY_ALL };
  }

  /** What acts of the policies of whoever asks. */
  #policiesOf({ roleArn, policies }: Principal, place: Place): PrincipalPolicies {
    const late = this.impairments.at("lateRole", place);
    return late === undefined ? policies() : this.#late.ofRole(roleArn, policies(), late.delayMillis);
  }

  #surroundingsOf(region: string): Surroundings {
    const { store } = this.#inside;
    const resourcePolicyOf = (resource: string): string | undefined => resourcePolicyFor(store, region, resource);
    return { ...organizationEffect(store), judge: this.#judge, resourcePolicyOf };
  }

  #dataOf(region: string): DynamoDbData {
    const data = this.#data.get(region) ?? new DynamoDbData(this.#inside, region);
    this.#data.set(region, data);
    return data;
  }
}

/** The address that DynamoDB sees; undefined where there is no way to it. */
function sourceOf(
  { privateAddress, publicAddress, transitGatewayAttachmentId }: NetworkInterface,
  way: Way | undefined,
): string | undefined {
  switch (way?.kind) {
    case "none":
      return undefined;
    case "interfaceEndpoint":
      return privateAddress;
    case "endpoint":
      // Our assumption: AWS says that other networks cannot use a gateway endpoint, and nothing of what becomes of
      // their packets. https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
      return transitGatewayAttachmentId === undefined ? privateAddress : undefined;
    case "natGateway":
      return way.publicIp;
    default:
      return publicAddress;
  }
}

function listening(listener: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(0, address, () => resolve((listener.address() as AddressInfo).port));
  });
}

/** The whole body, or undefined if the client went away before it was sent. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks).toString("utf8");
}
