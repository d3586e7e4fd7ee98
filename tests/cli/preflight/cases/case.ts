import type { FactValues } from "../../../../cli/preflight/facts/facts";
import type { Found } from "../../../../cli/preflight/rules/rule";
import type { Scope } from "../../../../cli/preflight/scope";

/** What a rule finds in small facts that are changed. */
export interface RuleCase {
  readonly rule: string;
  readonly title: string;
  readonly facts?: Partial<FactValues>;
  readonly scope?: Partial<Scope>;
  /** `SEVERITY SUBJECT`, in order; none: it passes. */
  readonly finds: readonly `${Found["severity"]} ${string}`[];
  /** Texts that what is found has somewhere. */
  readonly says?: readonly string[];
}

export const withdrawal = { direction: "withdraw" } as const;
