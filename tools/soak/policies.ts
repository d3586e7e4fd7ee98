import assert from "node:assert/strict";
import fc from "fast-check";
import { listOf } from "../../components/policy/document";
import { evaluatePolicy, type PolicyDecision, type PolicyVerdict } from "../../components/policy/evaluate";
import { KINDS_OF_POLICIES, policyCases, type PolicyCase } from "./policiesCases";
import { withoutKnownDisagreements } from "./policiesDisagreements";
import { IAM_SIMULATE, type IndependentEvaluator } from "./policiesIndependent";

export interface ComparisonOptions {
  /** Default: a new one each time, which a failure names. */
  readonly seed?: number;
  /** How many random policies and requests; default: as many as the time allows. */
  readonly runs?: number;
  /** When to stop; default: after all runs. */
  readonly timeLimitMillis?: number;
  /** Default: the one that needs nothing but Node. */
  readonly evaluators?: readonly IndependentEvaluator[];
}

/** What was compared, so that a caller can see that it was worth comparing. */
export interface ComparisonReport {
  comparisons: number;
  readonly decisions: Record<PolicyDecision, number>;
  /** Name of an evaluator → what came of its questions. */
  readonly agreements: ReadonlyMap<string, Agreement>;
}

/** How an evaluator's answers compare with ours. */
export interface Agreement {
  asked: number;
  agreed: number;
  /** Name of a known disagreement → how often it, and nothing else, set the evaluators apart. */
  readonly knownDisagreements: Map<string, number>;
}

/**
 * Asks this evaluator and independent ones about policies and requests, random ones unless told; decision and statement
 * must agree.
 *
 * Where they do not, the statements that raise a known disagreement are left out, and the rest must agree. A failure
 * is shrunk to the smallest policy that shows it.
 */
export async function comparePolicies(
  { seed, runs, timeLimitMillis, evaluators = [IAM_SIMULATE] }: ComparisonOptions,
  cases = policyCases,
): Promise<ComparisonReport> {
  const report: ComparisonReport = {
    comparisons: 0,
    decisions: { allowed: 0, explicitlyDenied: 0, implicitlyDenied: 0 },
    agreements: new Map(evaluators.map(({ name }) => [name, { asked: 0, agreed: 0, knownDisagreements: new Map() }])),
  };
  const property = fc.asyncProperty(cases, async (policyCase) => {
    const verdict = ourVerdict(policyCase);
    report.comparisons += 1;
    report.decisions[verdict.decision] += 1;
    for (const evaluator of evaluators)
      await compareWith(evaluator, policyCase, verdict, report.agreements.get(evaluator.name));
  });
  await fc.assert(property, {
    seed,
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(timeLimitMillis !== undefined && { interruptAfterTimeLimit: timeLimitMillis }),
  });
  return report;
}

async function compareWith(
  evaluator: IndependentEvaluator,
  policyCase: PolicyCase,
  verdict: PolicyVerdict,
  agreement: Agreement | undefined,
): Promise<void> {
  assert.ok(agreement !== undefined);
  const theirs = await evaluator.verdict(policyCase);
  agreement.asked += 1;
  if (agrees(policyCase, verdict, theirs)) {
    agreement.agreed += 1;
    return;
  }
  const { names, rest } = withoutKnownDisagreements(policyCase, evaluator.knownDisagreements);
  assert.ok(names.length > 0, `ours: ${JSON.stringify(verdict)}; ${evaluator.name}: ${JSON.stringify(theirs)}`);
  addCounts(
    agreement.knownDisagreements,
    names.map((name) => [name, 1]),
  );
  if (listOf(rest.document.Statement).length === 0) return;
  const restVerdict = ourVerdict(rest);
  const restTheirs = await evaluator.verdict(rest);
  assert.ok(
    agrees(rest, restVerdict, restTheirs),
    `without ${names.join(", ")}, ours: ${JSON.stringify(restVerdict)}; ${evaluator.name}: ` +
      JSON.stringify(restTheirs),
  );
}

function ourVerdict({ attachment, document, request }: PolicyCase): PolicyVerdict {
  return evaluatePolicy(document, request, KINDS_OF_POLICIES[attachment]);
}

/** The policies of an identity are compared by decision alone where the other evaluator names no statement there. */
function agrees({ attachment }: PolicyCase, ours: PolicyVerdict, theirs: PolicyVerdict): boolean {
  const isNamed = attachment !== "identity" || theirs.statement !== undefined;
  return (
    theirs.problem === undefined &&
    ours.decision === theirs.decision &&
    (!isNamed || ours.statement === theirs.statement)
  );
}

/** Adds what was found in one round to what was found before. */
export function addAgreements(sums: Map<string, Agreement>, { agreements }: ComparisonReport): void {
  for (const [name, { asked, agreed, knownDisagreements }] of agreements) {
    const sum = sums.get(name) ?? { asked: 0, agreed: 0, knownDisagreements: new Map() };
    sums.set(name, sum);
    sum.asked += asked;
    sum.agreed += agreed;
    addCounts(sum.knownDisagreements, knownDisagreements);
  }
}

function addCounts(sums: Map<string, number>, counts: Iterable<readonly [string, number]>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
}

/**
 * How often an evaluator agreed, and each known disagreement with the document that decides, and how often it came up.
 */
export function agreementText(
  { name: evaluator, knownDisagreements }: IndependentEvaluator,
  agreement: Agreement | undefined,
): string {
  const count = (name: string): string => String(agreement?.knownDisagreements.get(name) ?? 0).padStart(8);
  const head =
    `${evaluator}: ${agreement?.asked ?? 0} questions, ${agreement?.agreed ?? 0} answered alike; where they differ, ` +
    "how often, and what decides:";
  return [head, ...knownDisagreements.map(({ name, source }) => `${count(name)}  ${name}: ${source}`)].join("\n");
}
