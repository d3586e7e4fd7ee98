/**
 * What a roll-out asks of a function that checks a route table, and what the function answers: version 1 of both.
 *
 * A function of your own may take the place of the one that the package brings. It is invoked with an event, as JSON;
 * it returns the phase's report, and throws where the phase must not pass. Each phase may be delivered more than once.
 * What a report must say to be accepted is less than what is described here: see docs/reconnect-check.md.
 */

/** The version of the events and reports that are described here. */
export const PROBE_VERSION = 1;

/** When a function is invoked, with regard to the switch of its route table. */
export type ProbePhase = "before" | "during" | "after";

/** What a function is invoked with. */
export interface ProbeEvent {
  /** The version of the event's format. */
  readonly version: typeof PROBE_VERSION;
  /**
   * `before`: prove that DynamoDB can be reached today; a throw leaves the route table as it is.
   * `during`: hold a connection and watch what the switch does to it; a throw stops nothing that it could still stop.
   * `after`: the gate. Return only if new connections take the endpoint; a throw holds the later stages back.
   */
  readonly phase: ProbePhase;
  /** The name of the route table in the roll-out. */
  readonly routeTable: string;
  /** The name of the DynamoDB table that the requests name. */
  readonly table: string;
  /** The endpoint that the route table is switched onto, for example `vpce-0a1b2c3d`. */
  readonly vpcEndpointId: string;
  /**
   * `before` only: the route table is said to have no path to DynamoDB. Return only if no request is answered, but on
   * the way of the endpoint, and say so in the report; a throw leaves the route table as it is.
   */
  readonly isolated?: true | undefined;
  /** `after` only: what `during` returned. */
  readonly watch?: WatchReport | undefined;
}

/** A TCP connection of the function, by its sockets' addresses. */
export interface ConnectionReport {
  /** `ADDRESS:PORT` of the function's side, for example `10.0.1.17:41234`. */
  readonly localAddress: string;
  /** `ADDRESS:PORT` of DynamoDB's side. */
  readonly remoteAddress: string;
  /** How many requests were answered over it. */
  readonly answeredRequests: number;
  /**
   * How it ended: broken by a reset, without an answer, closed by one side in order, or not at all until the report. A
   * connection that ends between two requests without notice counts as reset where Node does not tell.
   */
  readonly end: "reset" | "timedOut" | "closed" | "open";
}

/** What every report says. */
interface Report {
  /** The version of the report's format. */
  readonly version: typeof PROBE_VERSION;
  /** The name of the route table in the roll-out. */
  readonly routeTable: string;
  /** The name of the DynamoDB table that the requests named. */
  readonly table: string;
  /** The endpoint that the route table is switched onto, for example `vpce-0a1b2c3d`. */
  readonly vpcEndpointId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly endedAt: string;
  /** The requests that were sent, answered or not. */
  readonly requests: number;
  /** The connections that were established, in that order; the first ten and the last ten where they were more. */
  readonly connections: readonly ConnectionReport[];
  /** The version of `@aws-sdk/client-dynamodb` that sent the requests. */
  readonly sdkVersion: string;
}

/** DynamoDB can be reached before the switch; or, where that was asked, it cannot. */
export interface BeforeReport extends Report {
  /** The phase that reports. */
  readonly phase: "before";
  /** No request was answered, but on the way of the endpoint, and that was asked. */
  readonly isolated?: true | undefined;
}

/** What the switch did to an open connection, seen from within the subnet. */
export interface WatchReport extends Report {
  /** The phase that reports. */
  readonly phase: "during";
  /**
   * What became of the connection that was open when the route table was switched.
   *
   * `reset`: it was reset. `timedOut`: it was left without an answer. `survived`: no request went without an answer,
   * because it stayed on the old path or had been closed in order. `noSwitchSeen`: no request was seen to take the
   * endpoint in the first half of the function's time, and nothing broke. `tooLate`: the switch
   * had happened before, or there was no path until then that it could break. `unknown`: when the route changed cannot
   * be told, and so not what it did; `unknownBecause` says why.
   */
  readonly heldConnection: "reset" | "timedOut" | "survived" | "noSwitchSeen" | "tooLate" | "unknown";
  /** Why `heldConnection` is `unknown`, for people to read. */
  readonly unknownBecause?: string | undefined;
  /**
   * From the sending of the first request without an answer to the next answer, or to the end of the function's time;
   * 0 if every request was answered. The longest, if there were several. What the first request of all waits for its
   * answer is no interruption, unless none comes.
   */
  readonly interruptionMillis: number;
  /** Whether requests were answered when the function ended: again, or still. */
  readonly reconnected: boolean;
}

/** New connections take the endpoint. The report of a gate that passed, and a stack's output. */
export interface CheckReport extends Report {
  /** The phase that reports. */
  readonly phase: "after";
  /**
   * How many requests in a row, each over a connection of its own, were allowed only because they took the endpoint.
   */
  readonly provenRequests: number;
  /** From the gate's first request to the last that it took to prove the path. */
  readonly provenAfterMillis: number;
  /** What the switch did to an open connection, if a function watched. */
  readonly watch?: WatchReport | undefined;
}

/** What the function of this package answers. */
export type ProbeReport = BeforeReport | WatchReport | CheckReport;

/** The names of the errors with which a function of this package refuses; `errorType` in Lambda's answer. */
export type ProbeErrorName =
  /** No request was answered at all. */
  | "NoPath"
  /** A request was answered, where there is said to be no path. */
  | "PathExists"
  /** Requests are answered, but do not take the endpoint. */
  | "NotThroughEndpoint"
  /** The endpoint's policy denies the function. */
  | "DeniedByEndpointPolicy"
  /** The function's role does not allow the requests, or not yet. */
  | "DeniedByRole"
  /** Requests are denied, or answered with an error, for none of the other reasons or in words that are not known. */
  | "UnknownDenial"
  /** The DynamoDB table does not exist. */
  | "TableNotFound"
  /** Requests took the endpoint, but not several in a row before the time was over. */
  | "ReconnectTimedOut"
  /** The event is not one of these versions and phases. */
  | "UnknownEvent";
