import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";
import { DynamoDbError } from "../../cli/drill/store/dynamoDb/dynamoDbError";
import { ApiError } from "../cloud/apiError";
import type { Caller } from "../cloud/caller";
import type { TrailedCall } from "../cloud/cloudTrail";
import { NOT_SERVED, type PrincipalPolicies } from "../cloud/rolePolicies";
import { type Access, accessesOf } from "./actions";
import { isOwn, type Principal, requireAllowed, type Source, type Surroundings } from "./authorization";
import { type DynamoDbData, requireServed } from "./dynamodb";
import type { Connection, Request } from "./traffic";

type Body = Readonly<Record<string, unknown>>;

interface HttpRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What there is to answer a request with. */
interface Service {
  readonly source: Source;
  readonly connection: Connection;
  /** Access key id → who signs with it. */
  readonly principals: ReadonlyMap<string, Principal>;
  /** The documents of a principal's policies that act. */
  readonly policiesOf: (principal: Principal) => PrincipalPolicies;
  readonly callerOf: (principal: Principal) => Caller;
  readonly surroundings: Surroundings;
  readonly data: DynamoDbData;
  /** Whether this request is one too many. */
  readonly throttles: (operation: string) => boolean;
}

interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly record: Request;
  /** As CloudTrail has it. Absent where nobody that the lab knows signed it, or the lab does not serve it. */
  readonly trailed?: TrailedCall;
}

/**
 * DynamoDB's answer to a request:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export async function answerRequest({ headers, body }: HttpRequest, service: Service): Promise<Answer> {
  const { source, connection } = service;
  const operation = String(headers["x-amz-target"] ?? "").split(".")[1] ?? "";
  const at = Date.now();
  let principal: Principal | undefined;
  let accesses: readonly Access[] = [];
  const perform = async (): Promise<Body> => {
    const known = signer(headers, service);
    const userAgent = { "aws:UserAgent": headers["user-agent"] ?? "" };
    principal = { ...known, policies: () => service.policiesOf(known), context: { ...known.context, ...userAgent } };
    requireServed(operation);
    const request = parsed(body);
    accesses = accessesOf(source.region, operation, request);
    if (service.throttles(operation))
      throw new ApiError("ThrottlingException", "Rate of requests exceeds the allowed throughput.");
    requireOwnTables(principal, request);
    await requireAllowed(principal, source, accesses, service.surroundings);
    return service.data.perform(operation, request);
  };

  const outcome = await settled(perform);
  const record: Request = {
    at,
    region: source.region,
    connection: connection.id,
    subnetId: connection.subnetId,
    functionName: connection.functionName,
    sourceAddress: source.sourceAddress,
    vpcEndpointId: source.endpoint?.vpcEndpointId,
    principalArn: principal?.arn,
    operation,
    actions: accesses.map(({ action }) => action),
    resources: accesses.map(({ resource }) => resource),
    errorCode: outcome.error?.code,
    errorMessage: outcome.error?.message,
  };
  const text = JSON.stringify(outcome.body);
  const requestId = randomUUID();
  return {
    statusCode: outcome.error?.statusCode ?? 200,
    headers: headersOf(text, requestId),
    body: text,
    record,
    ...(principal !== undefined &&
      outcome.error?.code !== NOT_SERVED && {
        trailed: trailedCall({ headers, body }, { record, requestId, caller: service.callerOf(principal), connection }),
      }),
  };
}

interface Trailing extends Pick<TrailedCall, "requestId" | "caller"> {
  readonly record: Request;
  readonly connection: Pick<Connection, "host">;
}

/** Of parameters no more than what names a table: the lab tells of no other. */
function trailedCall(
  { headers, body }: HttpRequest,
  { record, requestId, caller, connection: { host } }: Trailing,
): TrailedCall {
  const { at, region, operation, sourceAddress, vpcEndpointId, errorCode: code, errorMessage } = record;
  const tableName = tableIn(body);
  return {
    ...{ at, region, service: "dynamodb", operation, caller, sourceAddress, vpcEndpointId, requestId },
    accessKeyId: accessKeyIn(headers) ?? "",
    userAgent: headers["user-agent"] ?? "",
    host,
    parameters: tableName === undefined ? {} : { tableName },
    error: code === undefined ? undefined : { code, message: errorMessage ?? "" },
  };
}

function tableIn(body: string): unknown {
  try {
    return parsed(body).TableName;
  } catch {
    return undefined;
  }
}

function accessKeyIn({ authorization = "" }: IncomingHttpHeaders): string | undefined {
  return /Credential=([^/,\s]+)\//.exec(authorization)?.[1];
}

/** The principal whose key signed a request. The signature itself is not checked. */
function signer(headers: IncomingHttpHeaders, { principals, source }: Service): Principal {
  const [, key, region] =
    /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/dynamodb\/aws4_request/.exec(headers.authorization ?? "") ?? [];
  if (key === undefined)
    throw new ApiError("MissingAuthenticationTokenException", "Request is missing Authentication Token");
  if (region !== source.region) {
    throw new ApiError(
      "InvalidSignatureException",
      `Credential should be scoped to a valid region, not '${region ?? ""}'.`,
    );
  }
  const principal = principals.get(key);
  if (principal !== undefined) return principal;
  throw new ApiError("UnrecognizedClientException", "The security token included in the request is invalid.");
}

/** A table's name alone is one of the caller's own account, and the lab has no tables of another. */
function requireOwnTables({ roleArn }: Principal, { TableName: table }: Body): void {
  if (isOwn(roleArn) || typeof table !== "string" || table.startsWith("arn:")) return;
  throw new ApiError("ResourceNotFoundException", "Requested resource not found");
}

function parsed(body: string): Body {
  try {
    return JSON.parse(body) as Body;
  } catch {
    throw new ApiError("SerializationException", "The request is not JSON");
  }
}

async function settled(
  perform: () => Promise<Body>,
): Promise<{ readonly body: Body; readonly error?: ApiError | DynamoDbError }> {
  try {
    return { body: await perform() };
  } catch (thrown) {
    const error =
      thrown instanceof ApiError || thrown instanceof DynamoDbError
        ? thrown
        : new ApiError("InternalServerError", String(thrown), 500);
    const details = error instanceof DynamoDbError ? error.details : {};
    return {
      body: { __type: `com.amazonaws.dynamodb.v20120810#${error.code}`, message: error.message, ...details },
      error,
    };
  }
}

function headersOf(body: string, requestId: string): Readonly<Record<string, string>> {
  return {
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(Buffer.byteLength(body)),
    "x-amzn-requestid": requestId,
    "x-amz-crc32": String(crc32(body)),
  };
}
