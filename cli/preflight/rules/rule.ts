import type { Finding, Severity } from "../../finding";
import type { Facts, FactName, FactValues } from "../facts/facts";
import { isTold, type Missing, type Told } from "../facts/told";
import type { Scope } from "../scope";
import { whyNotSeen } from "../seen";

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
  /** What tells it more where somebody has asked for that. */
  readonly observes: readonly FactName[];
  readonly judge: (facts: Facts, scope: Scope) => Outcome;
}

/** Nothing found is a pass. What a rule could not tell for a part of the scope is unknown beside what it found. */
export type Outcome = readonly Found[];

export interface Found extends Pick<Finding, "subject" | "message" | "evidence" | "remedy"> {
  readonly severity: Severity | "unknown";
  /** The route tables that it concerns, of the scope; none: the VPC. */
  readonly routeTableIds: readonly string[];
}

/**
 * One of the places where a failure mode shows, the one that tells most first. What is not known for one of them is
 * still seen in the others; what an earlier one found of a subject a later one does not repeat.
 */
export interface Look {
  readonly needs: readonly FactName[];
  /** What nobody asked for is no gap here; what AWS would not tell is one. */
  readonly observes?: readonly FactName[];
  /** It looks at what was seen alone: where nobody asked for that it needs nothing. */
  readonly isOfSeen?: boolean;
  readonly judge: (facts: Facts, scope: Scope) => Outcome;
}

/** Pure: from facts that are known to what is wrong. It gets nothing but these. */
export function look<N extends FactName, O extends FactName = never>(
  needs: readonly N[],
  judge: (known: Pick<FactValues, N> & Partial<Pick<FactValues, O>>, scope: Scope) => Outcome,
  observes: readonly O[] = [],
): Look {
  return {
    needs,
    observes,
    judge: (facts, scope) => {
      const told = [...needs, ...observes].flatMap((name) => {
        const fact: Told<unknown> = facts[name];
        return isTold(fact) ? [[name, fact.value] as const] : [];
      });
      return judge(Object.fromEntries(told) as Parameters<typeof judge>[0], scope);
    },
  };
}

/** At what was seen, with what it takes to understand it. */
export function seenLook<N extends FactName, O extends FactName>(
  observes: readonly O[],
  needs: readonly N[],
  judge: (known: Pick<FactValues, N | O>, scope: Scope) => Outcome,
): Look {
  return { ...look([...needs, ...observes], judge), needs: [...needs, ...observes], observes, isOfSeen: true };
}

interface Declaration extends Omit<Rule, "judge" | "needs" | "observes" | "directions"> {
  /** Default: both. */
  readonly directions?: readonly Scope["direction"][];
}

/** Where a fact is missing that one of its looks needs it cannot pass, and says what would tell. */
export function rule({ directions, ...rest }: Declaration, ...looks: readonly Look[]): Rule {
  return {
    ...rest,
    needs: [...new Set(looks.flatMap(({ needs, isOfSeen }) => (isOfSeen === true ? [] : needs)))],
    observes: [
      ...new Set(looks.flatMap(({ needs, observes = [], isOfSeen }) => (isOfSeen === true ? needs : observes))),
    ],
    directions: directions ?? ["switch", "withdraw"],
    judge: (facts, scope) => {
      const missing = new Map<string, Missing>();
      const found: Found[] = [];
      for (const { needs, observes = [], isOfSeen = false, judge } of looks) {
        if (isOfSeen && !observes.every((name) => isTold<unknown>(facts[name]) || whyNotSeen(facts[name]))) continue;
        const lacking = needs.flatMap((name) => {
          const told: Told<unknown> = facts[name];
          return isTold(told) ? [] : [[name, told.missing] as const];
        });
        for (const [name, why] of lacking) missing.set(name, why);
        for (const name of observes) {
          const why = whyNotSeen(facts[name]);
          if (why !== undefined) missing.set(name, why);
        }
        const before = new Set(found.map(({ subject }) => subject));
        if (lacking.length === 0) found.push(...judge(facts, scope).filter(({ subject }) => !before.has(subject)));
      }
      return missing.size === 0 ? found : [...found, unknownFor([...missing.values()], scope)];
    },
  };
}

/** A permission helps nobody who has asked for less. */
function remedyFor(missing: readonly Missing[], permissions: readonly string[]): string {
  const isLeftOut = missing.every(({ reason }) => reason === "leftOut");
  return isLeftOut
    ? "Ask for more: --tables 1000, --checks and --skip say how much"
    : `Allow ${permissions.join(", ")}`;
}

function unknownFor(missing: readonly Missing[], { vpcId }: Scope): Found {
  const permissions = [...new Set(missing.map(({ permission }) => permission))].sort();
  const messages = [...new Set(missing.map(({ message }) => message))];
  return {
    severity: "unknown",
    subject: vpcId,
    routeTableIds: [],
    message: `Not known: ${messages.join("; ")}`,
    evidence: permissions,
    remedy: `${remedyFor(missing, permissions)}, or accept it by name with --accept-unknown.`,
  };
}
