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
