import type { AccessDecision, AccessEdit, AccessPolicyKind } from "../../components/policy/access/facts";
import type { Finding } from "../finding";
import type { CallsSeen } from "../preflight/seen";

export const ACCESS_SCHEMA_VERSION = 1;

/** What `--json` prints. */
export interface AccessReport {
  readonly schemaVersion: typeof ACCESS_SCHEMA_VERSION;
  readonly command: "access";
  readonly account: string;
  readonly region: string;
  readonly vpcId: string;
  readonly direction: "switch" | "withdraw";
  readonly organization: OrganizationShown;
  readonly ways: readonly WayShown[];
  /** Denied on the other way what is allowed today first. */
  readonly flips: readonly FlipShown[];
  /** What could not be judged. */
  readonly unknown: readonly Finding[];
  /** With `--show-policies`: the documents that were judged. */
  readonly policies?: readonly PolicyShown[];
  /** The policies that `--plan` changes. */
  readonly planned?: readonly string[];
  readonly callers: number;
  readonly tables: number;
  /** With `--observed-hours`: who has called from these subnets, as CloudTrail has it. */
  readonly observed?: CallsSeen;
}

export interface OrganizationShown {
  readonly id?: string;
  /** `given`: its policies were exported; `unknown`: nobody here can read them. */
  readonly policies: "none" | "given" | "unknown";
  /** When they were, ISO 8601. */
  readonly exportedAt?: string;
}

export interface PolicyShown {
  readonly kind: AccessPolicyKind;
  readonly name: string;
  /** Absent where it is not known, `null` where there is none yet. */
  readonly document?: unknown;
  readonly planned?: unknown;
}

export interface WayShown {
  readonly routeTableIds: readonly string[];
  /** "NAT gateway nat-… (198.51.100.7)". */
  readonly before: string;
  readonly after: string;
  /** ARNs. */
  readonly callers: readonly string[];
}

/** Requests that are decided otherwise on the other way, in the shape of all findings. */
export interface FlipShown extends Finding {
  readonly id: "P1" | "P2";
  readonly routeTableIds: readonly string[];
  readonly caller: string;
  /** "Lambda function orders". */
  readonly workloads: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly before: AccessDecision;
  readonly after: AccessDecision;
  /** One for each policy that denies, all of them together; none where only "allow all" would do. */
  readonly edits: readonly AccessEdit[];
}
