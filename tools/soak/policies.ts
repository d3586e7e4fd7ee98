import assert from "node:assert/strict";
import fc from "fast-check";
import { listOf } from "../../components/policy/document";
import { evaluatePolicy, type PolicyDecision, type PolicyVerdict } from "../../components/policy/evaluate";
import { KINDS_OF_POLICIES, policyCases, type PolicyCase } from "./policiesCases";
import { KNOWN_DISAGREEMENTS, withoutKnownDisagreements } from "./policiesDisagreements";
import { independentVerdict } from "./policiesIndependent";

export interface ComparisonOptions {
  /** Default: a new one each time, which a failure names. */
  readonly seed?: number;
  /** How many random policies and requests; default: as many as the time allows. */
  readonly runs?: number;
  /** When to stop; default: after all runs. */
  readonly timeLimitMillis?: number;
}

/** What was compared, so that a caller can see that it was worth comparing. */
export interface ComparisonReport {
  comparisons: number;
  readonly decisions: Record<PolicyDecision, number>;
  /** Name of a known disagreement → how often it, and nothing else, set the evaluators apart. */
  readonly knownDisagreements: Map<string, number>;
}

/**
 * Asks this evaluator and an independent one about policies and requests, random ones unless told; decision and statement must agree.
 *
 * Where they do not, the statements that raise a known disagreement are left out, and the rest must agree. A failure
 * is shrunk to the smallest policy that shows it.
 */
export async function comparePolicies({ seed, runs, timeLimitMillis }: ComparisonOptions, cases = policyCases): Promise<ComparisonReport> {
  const report: ComparisonReport = {
    comparisons: 0,
    decisions: { allowed: 0, explicitlyDenied: 0, implicitlyDenied: 0 },
    knownDisagreements: new Map(),
  };
  const property = fc.asyncProperty(cases, async (policyCase) => {
    const verdict = ourVerdict(policyCase);
    report.comparisons += 1;
    report.decisions[verdict.decision] += 1;
    if (agrees(policyCase, verdict, await independentVerdict(policyCase))) return;

    const { names, rest } = withoutKnownDisagreements(policyCase);
    for (const name of names) report.knownDisagreements.set(name, (report.knownDisagreements.get(name) ?? 0) + 1);
    assert.ok(names.length > 0, `ours: ${JSON.stringify(verdict)}; theirs: ${JSON.stringify(await independentVerdict(policyCase))}`);
    if (listOf(rest.document.Statement).length === 0) return;
    const restVerdict = ourVerdict(rest);
    const theirs = await independentVerdict(rest);
    assert.ok(agrees(rest, restVerdict, theirs), `without ${names.join(", ")}, ours: ${JSON.stringify(restVerdict)}; theirs: ${JSON.stringify(theirs)}`);
  });
  await fc.assert(property, {
    seed,
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(timeLimitMillis !== undefined && { interruptAfterTimeLimit: timeLimitMillis }),
  });
  return report;
}

function ourVerdict({ attachment, document, request }: PolicyCase): PolicyVerdict {
  return evaluatePolicy(document, request, KINDS_OF_POLICIES[attachment]);
}

/** Each known disagreement with the document that decides, and how often it came up. */
export function disagreementsText(counts: ReadonlyMap<string, number>): string {
  return KNOWN_DISAGREEMENTS.map(({ name, source }) => `${String(counts.get(name) ?? 0).padStart(8)}  ${name}: ${source}`).join("\n");
}

/** The policies of an identity are compared by decision alone: the other evaluator names no statement there. */
function agrees({ attachment }: PolicyCase, ours: PolicyVerdict, theirs: PolicyVerdict): boolean {
  return ours.decision === theirs.decision && (attachment === "identity" || ours.statement === theirs.statement);
}
