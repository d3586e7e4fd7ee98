import type { runSimulation as Simulate, RunSimulationResults, Simulation } from "@cloud-copilot/iam-simulate";
import { createRequire } from "node:module";
import type { PolicyRequest } from "../../components/policy/evaluate";
import { ACCOUNT_ID } from "../cloud/identifiers";
import type { PolicyLevel } from "../cloud/organizations/effect";
import { denialBy, type PolicyLayer, type PrincipalPolicies } from "../cloud/rolePolicies";

/** Everything that has a say about a request. */
export interface JudgedRequest {
  readonly request: PolicyRequest;
  readonly principal: PrincipalPolicies;
  readonly serviceControlPolicies: readonly PolicyLevel[];
  readonly resourceControlPolicies: readonly PolicyLevel[];
  readonly resourcePolicy?: string;
  readonly endpointPolicy?: string;
}

/**
 * Why a request is denied, in AWS's words, as @cloud-copilot/iam-simulate decides: an evaluator that nobody of this
 * project wrote, so that ours is compared with something else than itself. Undefined where the request is allowed.
 */
export async function independentDenial(judged: JudgedRequest): Promise<string | undefined> {
  // It brings the whole of IAM's reference, and is loaded when it is needed first.
  const { runSimulation } = createRequire(__filename)("@cloud-copilot/iam-simulate") as {
    readonly runSimulation: typeof Simulate;
  };
  const { analysis } = resultOf(await runSimulation(simulationOf(judged), {}));
  if (analysis.result === "Allowed") return undefined;
  const reason = denialBy(layersOf(analysis), judged.request.action);
  if (reason === undefined)
    throw new Error(`the independent evaluator denies for no reason: ${JSON.stringify(analysis)}`);
  return reason;
}

function simulationOf({ request, principal, ...judged }: JudgedRequest): Simulation {
  const named = (documents: readonly string[]): { name: string; policy: unknown }[] =>
    documents.map((document, i) => ({ name: String(i), policy: JSON.parse(document) as unknown }));
  const levels = (all: readonly PolicyLevel[]): Simulation["serviceControlPolicies"] =>
    all.map(({ targetId, documents }) => ({ orgIdentifier: targetId, policies: named(documents) }));
  const { boundary, session, identity } = principal;
  return {
    request: {
      principal: request.principal.arn ?? "",
      action: request.action,
      resource: { resource: request.resource, accountId: ACCOUNT_ID },
      contextVariables: Object.fromEntries(
        Object.entries(request.context ?? {}).map(([key, value]) => [
          key,
          typeof value === "string" ? value : [...value],
        ]),
      ),
    },
    identityPolicies: named(identity),
    serviceControlPolicies: levels(judged.serviceControlPolicies),
    resourceControlPolicies: levels(judged.resourceControlPolicies),
    ...(boundary !== undefined && { permissionBoundaryPolicies: named(boundary) }),
    ...(session !== undefined && { sessionPolicy: joined(session) }),
    ...(judged.resourcePolicy !== undefined && { resourcePolicy: JSON.parse(judged.resourcePolicy) as unknown }),
    ...(judged.endpointPolicy !== undefined && {
      vpcEndpointPolicies: named([judged.endpointPolicy]),
    }),
  };
}

interface Document {
  readonly Statement: object | readonly object[];
}

/** Session policies come together: what one of them allows is allowed. */
function joined(documents: readonly string[]): object {
  const statements = documents.map((document) => (JSON.parse(document) as Document).Statement);
  return { Version: "2012-10-17", Statement: statements.flat() };
}

type Result = Extract<RunSimulationResults, { readonly resultType: "single" }>["result"];

function resultOf(results: RunSimulationResults): Result {
  const result = results.resultType === "single" ? results.result : undefined;
  const only = results.resultType === "wildcard" ? results.results[0] : result;
  // A key that it does not know of an action has no part in its decision: that would be none of AWS's.
  if (only?.ignoredContextKeys?.length === 0) return only;
  throw new Error(`the independent evaluator cannot judge a request: ${JSON.stringify(results)}`);
}

type Analysis = Result["analysis"];

/** Deciding, in the order of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
function layersOf(analysis: Analysis): readonly PolicyLayer[] {
  const { sameAccount, identityAnalysis, resourceAnalysis } = analysis;
  const layer = (name: string, result: string | undefined): readonly PolicyLayer[] =>
    result === undefined ? [] : [{ name, decision: DECISIONS[result] ?? "implicitlyDenied" }];
  // Within an account either of the two allows, and what is named is what is mostly meant: the identity's.
  const either = sameAccount && (identityAnalysis?.result === "Allowed" || resourceAnalysis?.result === "Allowed");
  const core = (name: string, result: string | undefined): readonly PolicyLayer[] =>
    layer(name, result).filter(({ decision }) => decision === "explicitlyDenied" || !either);
  return [
    ...layer("a resource control policy", analysis.rcpAnalysis?.result),
    ...layer("a service control policy", analysis.scpAnalysis?.result),
    ...core("an identity-based policy", identityAnalysis?.result),
    ...core("a resource-based policy", resourceAnalysis?.result).filter(
      ({ decision }) => decision === "explicitlyDenied" || !sameAccount,
    ),
    ...layer("a permissions boundary", analysis.permissionBoundaryAnalysis?.result),
    ...layer("a session policy", analysis.sessionAnalysis?.result),
    ...layer("a VPC endpoint policy", analysis.endpointAnalysis?.result),
  ];
}

const DECISIONS: Readonly<Record<string, PolicyLayer["decision"]>> = {
  Allowed: "allowed",
  AllowedForAccount: "allowed",
  ExplicitlyDenied: "explicitlyDenied",
  DeniedForAccount: "explicitlyDenied",
  NotApplicable: "implicitlyDenied",
};
