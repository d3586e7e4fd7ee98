import {
  runSimulation,
  runUnsafeSimulation,
  type RunSimulationResults,
  type Simulation,
} from "@cloud-copilot/iam-simulate";
import type { PolicyVerdict } from "../../components/policy/evaluate";
import { ACCOUNT, type PolicyCase } from "./policiesCases";
import { contextOf, DISAGREEMENTS_OF_IAM_SIMULATE, type KnownDisagreement } from "./policiesDisagreements";

/** An evaluator that ours is compared with. */
export interface IndependentEvaluator {
  readonly name: string;
  /** What it says of one policy; with a `problem` where it fails. */
  readonly verdict: (policyCase: PolicyCase) => Promise<PolicyVerdict>;
  readonly knownDisagreements: readonly KnownDisagreement[];
}

export const IAM_SIMULATE: IndependentEvaluator = {
  name: "@cloud-copilot/iam-simulate",
  verdict: independentVerdict,
  knownDisagreements: DISAGREEMENTS_OF_IAM_SIMULATE,
};

const FULL_ACCESS_OF_IDENTITY = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] };

const DECISIONS: ReadonlyMap<string, PolicyVerdict["decision"]> = new Map([
  ["Allowed", "allowed"],
  ["AllowedForAccount", "allowed"],
  ["ExplicitlyDenied", "explicitlyDenied"],
  ["DeniedForAccount", "explicitlyDenied"],
  ["ImplicitlyDenied", "implicitlyDenied"],
]);

/**
 * The verdict of @cloud-copilot/iam-simulate on the one policy: as the policy of an endpoint or of a table beside an
 * identity that may do everything, or as the only policy of an identity, where no statement is named.
 */
export async function independentVerdict(policyCase: PolicyCase): Promise<PolicyVerdict> {
  const { attachment, document } = policyCase;
  if (attachment === "identity") return { decision: decisionOf(runUnsafeSimulation(simulationOf(policyCase), {})) };
  const results = await runSimulation(simulationOf(policyCase), {});
  const analysis = analysisOf(results);
  const verdict = attachment === "endpoint" ? analysis?.endpointAnalysis : analysis?.resourceAnalysis;
  if (verdict === undefined) throw new Error(`the independent evaluator has no verdict: ${JSON.stringify(results)}`);
  const decision = decisionOf(verdict.result);
  const decided = decision === "explicitlyDenied" ? verdict.denyStatements : verdict.allowStatements;
  const first = Math.min(...decided.map(({ explain }) => Number(explain.identifier)));
  if (decision === "implicitlyDenied") return { decision };
  return { decision, statement: Array.isArray(document.Statement) ? `Statement[${first - 1}]` : "Statement" };
}

function simulationOf({ attachment, document, request }: PolicyCase): Simulation {
  const policy = { name: "policy", policy: document };
  return {
    identityPolicies: [attachment === "identity" ? policy : { name: "everything", policy: FULL_ACCESS_OF_IDENTITY }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(attachment === "endpoint" && { vpcEndpointPolicies: [policy] }),
    ...(attachment === "table" && { resourcePolicy: document }),
    request: {
      principal: request.principal.arn ?? "",
      action: request.action,
      // The policies of an identity decide alone within its own account.
      resource: {
        resource: request.resource,
        accountId:
          (attachment === "identity" ? contextOf(request).get("aws:principalaccount")?.[0] : undefined) ?? ACCOUNT,
      },
      contextVariables: contextVariables(request),
    },
  };
}

/** The other evaluators derive no keys, and tell a key of several values by the list. */
export function contextVariables(request: PolicyCase["request"]): Record<string, string | string[]> {
  const derived = [...contextOf(request)].map(([key, [value = ""]]) => [key, value] as const);
  const given = Object.entries(request.context ?? {}).map(
    ([key, value]) => [key, typeof value === "string" ? value : [...value]] as const,
  );
  const names = new Set(given.map(([key]) => key.toLowerCase()));
  return Object.fromEntries([...derived.filter(([key]) => !names.has(key)), ...given]);
}

function analysisOf(
  results: RunSimulationResults,
): { endpointAnalysis?: Analysis; resourceAnalysis?: Analysis } | undefined {
  if (results.resultType === "error") return undefined;
  return results.resultType === "single" ? results.result.analysis : results.results[0]?.analysis;
}

interface Analysis {
  readonly result: string;
  readonly denyStatements: readonly { readonly explain: { readonly identifier: string } }[];
  readonly allowStatements: readonly { readonly explain: { readonly identifier: string } }[];
}

function decisionOf(result: string): PolicyVerdict["decision"] {
  const decision = DECISIONS.get(result);
  if (decision === undefined) throw new Error(`the independent evaluator answered ${result}`);
  return decision;
}
