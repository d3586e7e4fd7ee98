import type { Resolution } from "./resolver";
import type { Way } from "./ways";

/** A TCP connection from a network interface of the lab, as it took its way to DynamoDB. */
export interface Connection {
  /** Counts the connections of this lab. */
  readonly id: number;
  readonly region: string;
  /** Absent: it comes from outside any VPC. */
  readonly subnetId?: string;
  /** Absent: a client that is no function. */
  readonly functionName?: string;
  /** The name by which it was opened. */
  readonly host: string;
  /** What that resolved to when it was opened: of several addresses the first that has a way. */
  readonly address?: string;
  /** Why it did not. */
  readonly unresolved?: Extract<Resolution, { failure: unknown }>["failure"];
  /** The route in force when it was opened; it keeps to it. */
  readonly way: Way["kind"];
  /** The endpoint that it goes through. */
  readonly vpcEndpointId?: string;
  /**
   * The address that DynamoDB sees: a private one through an endpoint, a public one otherwise. Absent: it sees
   * nothing.
   */
  readonly sourceAddress?: string;
  /** Unit of this and all other times: milliseconds since the epoch. */
  readonly openedAt: number;
  /** When its route went away, and how its client was told. */
  broken?: { readonly at: number; readonly by: "reset" | "silence" };
  closedAt?: number;
}

/**
 * A request that DynamoDB received, as CloudTrail would have it.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface Request {
  readonly at: number;
  readonly region: string;
  readonly connection: number;
  readonly subnetId?: string;
  readonly functionName?: string;
  readonly sourceAddress: string;
  readonly vpcEndpointId?: string;
  /** The session that signed it. Absent: nobody that the lab knows. */
  readonly principalArn?: string;
  /** The operation of the API: "DescribeTable". */
  readonly operation: string;
  /** What the policies were asked about: "dynamodb:DescribeTable", and the ARNs. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Absent: it succeeded. */
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

/** What went over the wire. It belongs to the running lab: it is not kept in its state file. */
export interface Traffic {
  /** In the order in which they were opened. */
  readonly connections: readonly Connection[];
  /** In the order in which they were answered. */
  readonly requests: readonly Request[];
}
