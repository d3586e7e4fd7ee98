import type { Finding, Severity } from "../../finding";
import type { Facts, FactName, FactValues } from "../facts/facts";
import { isTold, type Missing } from "../facts/told";
import type { Scope } from "../scope";

/** In the order in which a support engineer walks. */
export const FAMILIES = ["routes", "names", "packets", "permissions", "clients", "quotas"] as const;

export type Family = (typeof FAMILIES)[number];

/** One failure mode. */
export interface Rule {
  /** Stable: `R1`. docs/preflight.md has a section of this name. */
  readonly id: string;
  readonly family: Family;
  /** What is fine where it passes: "No other endpoint serves these route tables". */
  readonly title: string;
  /** A page of AWS that it rests on. Absent: AWS does not document it, and its findings say so. */
  readonly reference?: string;
  readonly directions: readonly Scope["direction"][];
  readonly needs: readonly FactName[];
  readonly judge: (facts: Facts, scope: Scope) => Outcome;
}

/** Nothing found is a pass. What a rule could not tell for a part of the scope is unknown beside what it found. */
export type Outcome = readonly Found[];

export interface Found extends Pick<Finding, "subject" | "message" | "evidence" | "remedy"> {
  readonly severity: Severity | "unknown";
  /** The route tables that it concerns, of the scope; none: the VPC. */
  readonly routeTableIds: readonly string[];
}

interface Declaration<N extends FactName> extends Omit<Rule, "judge" | "needs" | "directions"> {
  readonly needs: readonly N[];
  /** Default: both. */
  readonly directions?: readonly Scope["direction"][];
  /** Pure: from facts that are known to what is wrong. */
  readonly judge: (known: Pick<FactValues, N>, scope: Scope) => Outcome;
}

/** A rule gets nothing but facts that are known: where one is missing it cannot pass, and says what would tell. */
export function rule<N extends FactName>({ directions, needs, judge, ...rest }: Declaration<N>): Rule {
  return {
    ...rest,
    needs,
    directions: directions ?? ["switch", "withdraw"],
    judge: (facts, scope) => {
      const missing = needs.flatMap((name) => {
        const told = facts[name];
        return isTold(told) ? [] : [told.missing];
      });
      if (missing.length > 0) return [unknownFor(missing, scope)];
      const known = Object.fromEntries(needs.map((name) => [name, (facts[name] as { value: unknown }).value]));
      return judge(known as Pick<FactValues, N>, scope);
    },
  };
}

function unknownFor(missing: readonly Missing[], { vpcId }: Scope): Found {
  const permissions = [...new Set(missing.map(({ permission }) => permission))].sort();
  return {
    severity: "unknown",
    subject: vpcId,
    routeTableIds: [],
    message: `Not known: ${missing.map(({ message }) => message).join("; ")}`,
    evidence: permissions,
    remedy: `Allow ${permissions.join(", ")}, or accept it by name with --accept-unknown.`,
  };
}
