import type { AccessDecision, AccessEdit } from "../../components/policy/access/facts";
import type { Permissions } from "../../components/policy/difference";
import type { Finding } from "../finding";
import type { Direction } from "./judge/breaks";

/** The version of this model: `review.schema.json` describes it. */
export const REVIEW_SCHEMA_VERSION = 1;

/** What a review says, for people and for programs. */
export interface Review {
  readonly schemaVersion: typeof REVIEW_SCHEMA_VERSION;
  readonly command: "review";
  readonly stacks: readonly StackReview[];
  /** The commit that was previewed, as it was given. */
  readonly commit?: string;
}

export interface StackReview {
  readonly project: string;
  readonly stack: string;
  readonly source: Source;
  /** In one line. */
  readonly verdict: string;
  /** Absent where the preview came to its end. */
  readonly failure?: { readonly errors: readonly string[]; readonly others: number };
  /** Every way that changes, in the order in which they change. */
  readonly switches: readonly Switch[];
  readonly rollouts: readonly RolloutReview[];
  readonly policies: readonly PolicyReview[];
  /** Whose permissions change; absent where neither a way nor a policy does that the preview knows. */
  readonly access?: AccessReview;
  readonly findings: readonly Finding[];
  /** What our components warn of in this preview. */
  readonly warnings: readonly string[];
  /** Operation → how many resources. */
  readonly operations: Readonly<Record<string, number>>;
  /** Operation and type → how many, of what changes. */
  readonly steps: readonly { readonly operation: string; readonly type: string; readonly count: number }[];
}

export interface Source {
  readonly name: string;
  readonly format: "digest" | "events";
  /** When the preview was made, where that is written: ISO 8601. */
  readonly madeAt?: string;
  readonly showsUnchanged: boolean;
}

export interface Switch {
  readonly kind: "route table" | "subnet" | "VPC";
  /** As the program calls it. */
  readonly name?: string;
  readonly id?: string;
  readonly isSecret: boolean;
  /** `DynamoDB, S3` where both. */
  readonly services: readonly string[];
  readonly direction: Direction;
  readonly breaks: boolean;
  readonly isAnnounced: boolean;
  readonly detail?: string;
  /** Of a roll-out. */
  readonly stage?: string;
  readonly isChecked?: boolean;
  /** The resource that makes the change, as the program calls it, and its type. */
  readonly by: { readonly name: string; readonly type: string };
}

export interface RolloutReview {
  readonly component: string;
  readonly throughStage: string;
  readonly window?: { readonly opensAt: string; readonly closesAt: string };
  readonly stages: readonly StageReview[];
}

export interface StageReview {
  readonly name: string;
  readonly routeTables: readonly { readonly name: string; readonly isChecked: boolean }[];
  /** `changes`: in this run; `switched`: by an earlier one; `later`: beyond `throughStage`. */
  readonly state: "changes" | "switched" | "later";
}

export interface PolicyReview {
  readonly kind: "endpoint" | "identity" | "resource";
  readonly name: string;
  readonly type: string;
  readonly newlyAllowed: readonly Permissions[];
  readonly noLongerAllowed: readonly Permissions[];
}

export interface AccessReview {
  /** How many roles and users were judged, and how many tables. */
  readonly callers: number;
  /** How many of them are denied, afterwards or in between, what they are allowed today, as far as that is certain. */
  readonly denied: number;
  readonly tables: number;
  readonly flips: readonly FlipReview[];
  /** How many more there are. */
  readonly flipsLeftOut?: number;
  /** What a preview does not know, and what decides as well. */
  readonly notSeen: readonly string[];
}

/** Requests of one caller that are decided otherwise after this run, or while it is under way. */
export interface FlipReview {
  /** ARN. */
  readonly caller: string;
  readonly actions: readonly string[];
  /** ARNs. */
  readonly resources: readonly string[];
  readonly before: AccessDecision;
  readonly after: AccessDecision;
  readonly when: "afterwards" | "in between";
  /** `everywhere`: on every way; `elsewhere`: on a way that is not one of this preview's route tables. */
  readonly where: "ways" | "elsewhere" | "everywhere";
  readonly ways: readonly WayReview[];
  /** What keeps both ways allowed; none where a document is this run's own, or only "allow all" would do. */
  readonly edits: readonly AccessEdit[];
}

export interface WayReview {
  /** Names of route tables, subnets or VPCs. */
  readonly names: readonly string[];
  /** "nat-0a1b2c3d (198.51.100.7)". */
  readonly before: string;
  readonly after: string;
}
