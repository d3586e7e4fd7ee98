import type { FactName } from "./facts";

/** One thing that is other than it was. */
export interface FactChange {
  readonly fact: FactName;
  /** Its id: `rtb-…`. */
  readonly id: string;
  /** `unknown`: the fact is missing, then or now. */
  readonly change: "added" | "removed" | "changed" | "unknown";
  /** Of what is changed: the fields, each as JSON. */
  readonly fields: readonly { readonly field: string; readonly before?: string; readonly after?: string }[];
}
