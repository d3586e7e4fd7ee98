import type { Finding } from "../../finding";
import type { FactChange } from "../facts/changes";
import type { ReadFlowLog, Window } from "../facts/facts";
import type { Family } from "../rules/rule";
import type { CallsSeen } from "../seen";

export const PREFLIGHT_SCHEMA_VERSION = 1;

/** What `--json` prints. */
export interface PreflightReport {
  readonly schemaVersion: typeof PREFLIGHT_SCHEMA_VERSION;
  readonly command: "preflight";
  /** When the facts were read, ISO 8601. */
  readonly readAt: string;
  readonly vpcs: readonly VpcReport[];
  /** Accounts and Regions that could not be read at all. */
  readonly unread: readonly { readonly account?: string; readonly region: string; readonly reason: string }[];
  /** With `--since`: what is other than in the recorded facts. */
  readonly since?: { readonly readAt: string; readonly changes: readonly FactChange[] };
  /** What else is to be told: an acknowledgement that matches nothing, one that is past its date. */
  readonly notes: readonly string[];
}

export interface VpcReport {
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  /** The tag `Name`. */
  readonly name?: string;
  readonly direction: "switch" | "withdraw";
  /** The gateway endpoint for DynamoDB that the VPC has already, where it is one. */
  readonly vpcEndpointId?: string;
  readonly verdict: Verdict;
  readonly routeTables: readonly RouteTableReport[];
  /** To paste as `rollout`. */
  readonly stages: readonly SuggestedStage[];
  /** Route tables that are in no stage, and why. */
  readonly leftOut: readonly { readonly routeTableId: string; readonly reason: string }[];
  readonly findings: readonly PreflightFinding[];
  readonly passed: readonly { readonly id: string; readonly family: Family; readonly title: string }[];
  /** A gateway endpoint for S3 is missing as well. */
  readonly lacksS3Endpoint: boolean | "unknown";
  readonly natGateways: readonly { readonly id: string; readonly usdPerHour?: number }[];
  /** With `--observed-hours`: who really called, as far as AWS has told. */
  readonly observed?: ObservedReport;
}

export interface ObservedReport {
  readonly calls?: CallsSeen;
  readonly flows?: FlowsSeen;
  /** What was asked for, and is not told. */
  readonly missing: readonly { readonly permission: string; readonly message: string }[];
}

export interface FlowsSeen extends Window {
  readonly logs: readonly ReadFlowLog[];
  readonly routeTables: readonly {
    readonly routeTableId: string;
    /** Possible clients; those of them that a flow log is of that was read; who of these sent packets to DynamoDB. */
    readonly clients: number;
    readonly covered: number;
    readonly seen: number;
    readonly bytes: number;
  }[];
}

export interface Verdict {
  readonly canSwitch: boolean | "unknown";
  readonly blockers: number;
  /** High findings that nobody has acknowledged. */
  readonly toAcknowledge: number;
  readonly unknown: number;
  /** "vpc-… can be switched in 3 stages; 1 blocker, 2 to acknowledge" */
  readonly sentence: string;
}

export interface RouteTableReport {
  readonly routeTableId: string;
  readonly name?: string;
  readonly isMain: boolean;
  readonly subnetIds: readonly string[];
  /** `"endpoint"`: switched already. `"none"`: nothing breaks, and it is `isolated` in a roll-out. */
  readonly pathToday: "public" | "endpoint" | "none" | "unknown";
  /** The way to DynamoDB today: "NAT gateway nat-…", "no way", "gateway endpoint vpce-…". */
  readonly wayToday: string;
  readonly wayAfter: string;
  readonly clients: readonly ClientGroup[];
}

/** Interfaces of one kind in the subnets of a route table. */
export interface ClientGroup {
  /** `lambda`, `ecs`, `ec2`, `eks`, `rds`, … */
  readonly kind: string;
  readonly interfaces: number;
  readonly callsDynamoDb: "possibly" | "no" | "seen";
  readonly names: readonly string[];
  readonly unnamed: number;
}

export interface SuggestedStage {
  readonly name: string;
  readonly routeTableIds: readonly string[];
  /** Route table id → a subnet of it for the check. */
  readonly subnets: Readonly<Record<string, string>>;
  readonly why: string;
}

export interface PreflightFinding extends Finding {
  readonly family: Family;
  readonly routeTableIds: readonly string[];
  /** Of an unknown: it is accepted, and stays unknown. */
  readonly acknowledged?: { readonly reason: string; readonly until?: string };
}
