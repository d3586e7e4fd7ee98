// Writes tests/cases/principalmapper.json, so that the suite needs no Python: npx ts-node
// tools/soak/principalmapperCases.ts
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { listOf, type PolicyStatement } from "../../components/policy/document";
import type { PolicyVerdict } from "../../components/policy/evaluate";
import { MODIFIED_OPERATORS, policyCasesWith, type PolicyCase } from "./policiesCases";
import { withoutKnownDisagreements } from "./policiesDisagreements";
import { startPrincipalmapper, type Principalmapper } from "./policiesPrincipalmapper";

/** One question with the answer of principalmapper. */
export interface AnsweredCase extends PolicyCase {
  readonly verdict: PolicyVerdict;
}

const SEED = 20_261_128;
const DRAWN = 300;

async function main(): Promise<void> {
  const principalmapper = await startPrincipalmapper();
  try {
    const answered: AnsweredCase[] = [];
    for (const [i, operator] of MODIFIED_OPERATORS.entries())
      answered.push(...(await decidedBy(operator, principalmapper, SEED + i)));
    const lines = answered.map((each) => JSON.stringify(each)).join(",\n");
    writeFileSync(
      join(__dirname, "../../tests/cases/principalmapper.json"),
      `{ "evaluator": "${principalmapper.name}", "cases": [\n${lines}\n] }\n`,
    );
  } finally {
    principalmapper.stop();
  }
}

/**
 * Questions in which a condition under the operator holds, and in which it is all that is in the way: without its key,
 * with a value that the policy has, and with another one. Those without a known disagreement.
 */
async function decidedBy(
  operator: string,
  { verdict, knownDisagreements }: Principalmapper,
  seed: number,
): Promise<readonly AnsweredCase[]> {
  const outcomes = new Map<string, AnsweredCase>();
  for (const policyCase of fc.sample(policyCasesWith(operator), { numRuns: DRAWN, seed })) {
    const { document } = policyCase;
    const [statement, ...further] = listOf(document.Statement) as readonly PolicyStatement[];
    if (
      statement?.Condition?.[operator] === undefined ||
      further.length > 0 ||
      withoutKnownDisagreements(policyCase, knownDisagreements).names.length > 0
    )
      continue;
    const unconditional = { ...statement, Condition: undefined };
    const answer = await verdict(policyCase);
    const without = await verdict({ ...policyCase, document: { ...document, Statement: unconditional } });
    const needed = withNeededContext(policyCase);
    const outcome = `${answer.decision === "implicitlyDenied"} ${presenceIn(needed, JSON.stringify(statement.Condition))}`;
    if (without.decision !== "implicitlyDenied" && !outcomes.has(outcome))
      outcomes.set(outcome, { ...needed, verdict: answer });
  }
  return [...outcomes.values()];
}

/** Without the keys that the policy does not ask for. */
function withNeededContext(policyCase: PolicyCase): PolicyCase {
  const { request, document } = policyCase;
  const policy = JSON.stringify(document).toLowerCase();
  const context = Object.fromEntries(
    Object.entries(request.context ?? {}).filter(([key]) => policy.includes(key.toLowerCase())),
  );
  return { ...policyCase, request: { ...request, context } };
}

function presenceIn({ request }: PolicyCase, condition: string): "absent" | "equal" | "different" {
  const values = Object.values(request.context ?? {}).flat();
  if (values.length === 0) return "absent";
  return values.some((value) => condition.includes(JSON.stringify(value))) ? "equal" : "different";
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
