import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { ApiError, isApiError } from "../cloud/apiError";
import { authorize } from "../cloud/authorize";
import type { Caller } from "../cloud/caller";
import type { OpenCloud } from "../cloud/cloud";
import type { TrailedCall } from "../cloud/cloudTrail";
import { CONNECTION_LOST } from "../cloud/faults";
import { partitionOf } from "../cloud/identifiers";
import type { AskedCall } from "../cloud/questions";
import { NOT_SERVED } from "../cloud/rolePolicies";
import { type BotocoreModel, modelOfBotocore, readBotocoreModel } from "./botocore";
import { askedParameters } from "./askedParameters";
import { violationsOf } from "./constraints";
import { Idempotency } from "./idempotency";
import { type Model, type Operation, readModel } from "./model";
import type { Members, Protocol, WireAnswer, WireRequest } from "./protocols/protocol";
import { restJson } from "./protocols/restJson";
import { restXml } from "./protocols/restXml";
import { awsJson } from "./protocols/json";
import { awsQuery } from "./protocols/query";
import { type ServedService, SERVICES } from "./services";

/** AWS's API over HTTP: what the SDKs, boto3 and the AWS CLI talk to. */
export function awsServer(cloud: OpenCloud): Server {
  const front = new AwsFront(cloud);
  const server = createServer((request, response) => void front.answer(request, response));
  server.keepAliveTimeout = 60_000;
  return server;
}

class AwsFront {
  readonly #models = new Map<string, Model>();
  readonly #constraints = new Map<string, BotocoreModel>();
  readonly #idempotency = new Idempotency();

  constructor(readonly cloud: OpenCloud) {}

  async answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    const answer = await this.#answerTo(await received(incoming), requestId, incoming.socket.remoteAddress ?? "");
    if (answer === undefined) return void incoming.socket.destroy();
    const { status, headers, body } = answer;
    response.writeHead(status, { ...headers, "x-amzn-requestid": requestId });
    response.end(body);
  }

  async #answerTo(request: WireRequest, requestId: string, address: string): Promise<WireAnswer | undefined> {
    let protocol = protocolOfRequest(request);
    let model: Model | undefined;
    try {
      const { service: name, region, accessKeyId } = scopeOf(request);
      const service = servedService(name, protocol);
      protocol = service.protocol;
      model = this.#modelOf(name, service);
      const operation = operationOf(service, model, protocol.operationName(request, model));
      const input = protocol.read(request, operation);
      requireMembers(protocol, operation, input);
      this.#requireValid(name, protocol, operation, input);
      const caller = this.#callerOf(protocol, request, accessKeyId, region);
      const asked = { name, service, operation, region, input };
      const trail = { request, requestId, address, accessKeyId, caller, at: Date.now() };
      const output = await this.#trailed(asked, trail, () =>
        this.cloud.inside.callers.as(caller, async () => this.#perform(caller, asked)),
      );
      return protocol.answer(operation, output, model, requestId);
    } catch (error) {
      if (isApiError(error, CONNECTION_LOST)) return undefined;
      return protocol.refuse(asApiError(error), model, requestId);
    }
  }

  /** Calls of DynamoDB's API from outside any subnet are in CloudTrail as those from within are. */
  async #trailed<T>({ name, operation, region, input }: Asked, trail: Trail, perform: () => Promise<T>): Promise<T> {
    const { request, address, ...known } = trail;
    const { TableName: tableName } = input;
    const note = (error?: ApiError): void => {
      if (name !== "dynamodb" || error?.code === NOT_SERVED) return;
      this.cloud.inside.eventHistoryOf(region).put({
        ...known,
        ...{ region, service: name, operation: operation.name, sourceAddress: address, error },
        userAgent: request.headers["user-agent"] ?? "",
        host: request.headers.host ?? "",
        parameters: tableName === undefined ? {} : { tableName },
      });
    };
    try {
      const output = await perform();
      note();
      return output;
    } catch (error) {
      note(asApiError(error));
      throw error;
    }
  }

  /** Whose key a request is signed with. The signature itself is not looked at. */
  #callerOf(protocol: Protocol, { headers, query }: WireRequest, accessKeyId: string, region: string): Caller {
    const token = headers["x-amz-security-token"] ?? query.get("X-Amz-Security-Token") ?? undefined;
    try {
      return this.cloud.inside.callers.of(accessKeyId, token, partitionOf(region));
    } catch (error) {
      throw error instanceof ApiError ? (protocol.credentialErrors[error.code] ?? error) : error;
    }
  }

  async #perform(
    caller: Caller,
    { name: prefix, service, operation: { name }, region, input }: Asked,
  ): Promise<Members> {
    const { DryRun: dryRun, ...members } = input;
    const served = service.operations[name];
    for (const member of Object.keys(members)) {
      if (member === "ClientToken" || served?.takes.includes(member)) continue;
      throw new ApiError(NOT_SERVED, `The parameter ${member} of ${name} is not served by the lab.`);
    }
    const withheld = await this.#authorize(caller, { region, service: prefix, action: name }, members);
    if (dryRun === true) {
      throw new ApiError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    }
    const output = await this.#idempotency.once(
      `${region} ${service.clientName} ${name}`,
      members,
      async (own) => (await served?.perform(this.cloud.region(region), own)) ?? {},
    );
    return Object.fromEntries(Object.entries(output).filter(([member]) => !withheld.includes(member.toLowerCase())));
  }

  /** What of the answer the caller may not see. */
  async #authorize(
    caller: Caller,
    call: Pick<AskedCall, "region" | "service" | "action">,
    members: Members,
  ): Promise<readonly string[]> {
    const parameters = askedParameters(members);
    try {
      return await authorize(caller, { ...call, parameters }, this.cloud.inside);
    } catch (error) {
      if (error instanceof ApiError) this.cloud.inside.refused({ ...call, parameters: { ...parameters } }, error);
      throw error;
    }
  }

  /** Enums, lengths, ranges and patterns, which the SDK's schemas do not have. */
  #requireValid(name: string, protocol: Protocol, { name: action }: Operation, input: Members): void {
    const constraints = this.#constraints.get(name) ?? readBotocoreModel(name);
    if (constraints === undefined) return;
    this.#constraints.set(name, constraints);
    const violations = violationsOf(constraints, action, input);
    if (violations.length > 0) throw protocol.invalid(violations);
  }

  #modelOf(name: string, { packageName, clientName }: ServedService): Model {
    const model = this.#models.get(name) ?? modelOf(name, { packageName, clientName });
    this.#models.set(name, model);
    return model;
  }
}

function modelOf(name: string, { packageName, clientName }: Pick<ServedService, "packageName" | "clientName">): Model {
  if (packageName !== undefined) return readModel(packageName, clientName);
  const model = readBotocoreModel(name);
  if (model === undefined) throw new Error(`lab/aws/models has no ${name}.json`);
  return modelOfBotocore(model);
}

interface Asked {
  /** For which the request is signed. */
  readonly name: string;
  readonly service: ServedService;
  readonly operation: Operation;
  readonly region: string;
  readonly input: Members;
}

/** Who sent a request, from where. */
interface Trail extends Pick<TrailedCall, "at" | "caller" | "accessKeyId" | "requestId"> {
  readonly request: WireRequest;
  readonly address: string;
}

async function received(incoming: IncomingMessage): Promise<WireRequest> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const { pathname, searchParams } = new URL(incoming.url ?? "/", "http://127.0.0.1");
  return {
    method: incoming.method ?? "GET",
    path: pathname,
    query: searchParams,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(parts),
  };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html#create-canonical-request */
const CREDENTIAL = /Credential=([^/\s,]+)\/\d{8}\/([\w-]+)\/([\w-]+)\/aws4_request/;

interface Scope {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
}

/** The key with which a request is signed, and the service and the Region for which it is. */
function scopeOf({ headers, query }: WireRequest): Scope {
  const credential = headers.authorization ?? `Credential=${query.get("X-Amz-Credential") ?? ""}`;
  const [, accessKeyId, region, service] = CREDENTIAL.exec(credential) ?? [];
  if (accessKeyId !== undefined && region !== undefined && service !== undefined)
    return { accessKeyId, region, service };
  throw new ApiError("MissingAuthenticationToken", "Request is missing Authentication Token", 403);
}

/** The protocol in which a service that the lab does not have is refused: by what its request looks like. */
function protocolOfRequest({ headers }: WireRequest): Protocol {
  if (headers["x-amz-target"] !== undefined) return awsJson("1.1");
  if (headers["content-type"]?.startsWith("application/x-www-form-urlencoded")) return awsQuery;
  return IN_XML.test(headers.authorization ?? "") ? restXml : restJson;
}

/** The services of AWS that speak REST XML and that a request shows by nothing but whom it is signed for. */
const IN_XML = /\/(?:s3|cloudfront)\/aws4_request/;

function servedService(name: string, { unknownOperationCode }: Protocol): ServedService {
  const service = Object.hasOwn(SERVICES, name) ? SERVICES[name] : undefined;
  if (service !== undefined) return service;
  const known = Object.keys(SERVICES).sort().join(", ");
  throw new ApiError(unknownOperationCode, `The service ${name} is not served by the lab, which has ${known}.`);
}

function operationOf({ operations, protocol }: ServedService, model: Model, name: string): Operation {
  const operation = model.operations.get(name);
  if (operation !== undefined && Object.hasOwn(operations, name)) return operation;
  throw new ApiError(
    protocol.unknownOperationCode,
    operation === undefined
      ? `The action ${name} is not valid for this web service.`
      : `The action ${name} is not served by the lab.`,
  );
}

function requireMembers(protocol: Protocol, operation: Operation, input: Members): void {
  for (const member of operation.required) {
    if (input[member] === undefined) throw protocol.missing(operation, member);
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(
    "InternalFailure",
    `The lab failed: ${error instanceof Error ? String(error.stack) : String(error)}`,
    500,
  );
}
