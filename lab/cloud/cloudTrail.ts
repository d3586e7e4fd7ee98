import { randomUUID } from "node:crypto";
import { ApiError } from "./apiError";
import type { Caller } from "./caller";
import type { FrontDoor, Served } from "./frontDoor";
import { ACCOUNT_ID } from "./identifiers";

/** A request of an API, as far as CloudTrail tells of it. */
export interface TrailedCall {
  /** Unit: milliseconds since the epoch. */
  readonly at: number;
  readonly region: string;
  /** The service's prefix: "dynamodb". */
  readonly service: string;
  readonly operation: string;
  readonly caller: Pick<Caller, "arn" | "principalArn" | "userId">;
  readonly accessKeyId: string;
  /** The address that the service sees. */
  readonly sourceAddress: string;
  readonly vpcEndpointId?: string | undefined;
  readonly userAgent: string;
  /** The name, or address, that the client asked for. */
  readonly host: string;
  readonly requestId: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: string; readonly message: string } | undefined;
}

/** An event of the event history, as `LookupEvents` answers it. */
export interface TrailEvent {
  readonly eventId: string;
  readonly eventName: string;
  readonly eventSource: string;
  /** Unit: milliseconds since the epoch; AWS's have whole seconds. */
  readonly eventTime: number;
  readonly readOnly: boolean;
  readonly accessKeyId: string;
  readonly username: string;
  readonly tableName?: string;
  /** The whole event as JSON. */
  readonly cloudTrailEvent: string;
}

/**
 * Calls of items are data events, which no event history has:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
 */
const DATA_EVENTS: ReadonlySet<string> = new Set([
  ...[
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "DeleteItem",
    "ExecuteStatement",
    "ExecuteTransaction",
  ],
  ...["GetItem", "PutItem", "Query", "Scan", "TransactGetItems", "TransactWriteItems", "UpdateItem"],
]);

/** The management events of one Region, without delay. They belong to the running lab: its state file has none. */
export class EventHistory {
  readonly #events: TrailEvent[] = [];

  put(call: TrailedCall): void {
    if (!DATA_EVENTS.has(call.operation)) this.#events.push(eventOf(call));
  }

  /** Newest first. */
  get newestFirst(): readonly TrailEvent[] {
    return [...this.#events].reverse();
  }
}

const READING = /^(?:Describe|Get|List)/;

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
function eventOf(call: TrailedCall): TrailEvent {
  const { at, service, operation, caller, accessKeyId, parameters } = call;
  const eventTime = Math.floor(at / 1000) * 1000;
  const eventId = randomUUID();
  const eventSource = `${service}.amazonaws.com`;
  const readOnly = READING.test(operation);
  const { tableName } = parameters;
  const event = {
    eventVersion: "1.11",
    userIdentity: identityOf(call),
    eventTime: isoSeconds(eventTime),
    eventSource,
    eventName: operation,
    awsRegion: call.region,
    sourceIPAddress: call.sourceAddress,
    userAgent: call.userAgent,
    ...(call.error !== undefined && { errorCode: call.error.code, errorMessage: call.error.message }),
    requestParameters: Object.keys(parameters).length === 0 ? null : parameters,
    responseElements: null,
    requestID: call.requestId,
    eventID: eventId,
    readOnly,
    eventType: "AwsApiCall",
    apiVersion: "2012-08-10",
    managementEvent: true,
    recipientAccountId: ACCOUNT_ID,
    ...(call.vpcEndpointId !== undefined && {
      vpcEndpointId: call.vpcEndpointId,
      vpcEndpointAccountId: ACCOUNT_ID,
    }),
    eventCategory: "Management",
    tlsDetails: {
      tlsVersion: "TLSv1.3",
      cipherSuite: "TLS_AES_128_GCM_SHA256",
      clientProvidedHostHeader: call.host,
    },
  };
  return {
    ...{ eventId, eventName: operation, eventSource, eventTime, readOnly, accessKeyId },
    username: lastOf(caller.arn),
    ...(typeof tableName === "string" && { tableName }),
    cloudTrailEvent: JSON.stringify(event),
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
function identityOf({ caller: { arn, principalArn, userId }, accessKeyId, at }: TrailedCall): object {
  const accountId = arn.split(":")[4] ?? ACCOUNT_ID;
  if (!arn.includes(":assumed-role/"))
    return { type: "IAMUser", principalId: userId, arn, accountId, accessKeyId, userName: lastOf(arn) };
  const [roleId] = userId.split(":");
  return {
    type: "AssumedRole",
    principalId: userId,
    arn,
    accountId,
    accessKeyId,
    sessionContext: {
      sessionIssuer: {
        type: "Role",
        principalId: roleId,
        arn: principalArn,
        accountId,
        userName: lastOf(principalArn),
      },
      attributes: { creationDate: isoSeconds(at), mfaAuthenticated: "false" },
    },
  };
}

function lastOf(arn: string): string {
  return arn.split("/").at(-1) ?? "";
}

function isoSeconds(millis: number): string {
  return new Date(millis).toISOString().replace(/\.\d{3}Z$/, "Z");
}

export interface LookupRequest {
  readonly eventSource?: string | undefined;
  readonly startTime?: Date | undefined;
  readonly endTime?: Date | undefined;
}

function operations(history: EventHistory) {
  return {
    /** Newest first. */
    lookupEvents: ({ eventSource, startTime, endTime }: LookupRequest): readonly TrailEvent[] => {
      const [from, to] = [startTime?.getTime() ?? 0, endTime?.getTime() ?? Infinity];
      if (from > to)
        throw new ApiError("InvalidTimeRangeException", "The start time must be before the end time of a lookup.");
      return history.newestFirst.filter(
        (event) =>
          (eventSource === undefined || event.eventSource === eventSource) &&
          from <= event.eventTime &&
          event.eventTime <= to,
      );
    },
  };
}

/** The event history of one Region: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/ */
export type CloudTrail = Served<ReturnType<typeof operations>>;

export function cloudTrailService(door: FrontDoor, region: string, history: EventHistory): CloudTrail {
  return door.serve(region, "cloudtrail", operations(history));
}
