import type { PreflightFinding } from "./report/report";
import type { Family } from "./rules/rule";
import type { Scope } from "./scope";

/** What the rules say of one VPC: the report is made of this and the facts. */
export interface Judged {
  readonly scope: Scope;
  /** In the order of the families and, within one, of the rules; acknowledged ones say so. */
  readonly findings: readonly PreflightFinding[];
  readonly passed: readonly { readonly id: string; readonly family: Family; readonly title: string }[];
}
