import assert from "node:assert/strict";
import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import type { PolicyStatement } from "../../components/policy/document";
import { compileAccess, type AccessDecision, type OrganizationMembership } from "../../policy";
import { decisionCases, ORGANIZATION, PATH, tableOf, type DecisionCase } from "./decisionCases";
import { knownDisagreementsIn } from "./decisionDisagreements";

export interface DecisionsReport {
  comparisons: number;
  readonly outcomes: Record<"allowed" | "explicitlyDenied" | "implicitlyDenied", number>;
  /** Name of a known disagreement → how often it set the evaluators apart. */
  readonly knownDisagreements: Map<string, number>;
}

export interface DecisionsOptions {
  readonly seed?: number;
  readonly runs?: number;
  readonly timeLimitMillis?: number;
}

/** Asks this evaluator and an independent one about requests with all their policies: the outcome must be the same. */
export async function compareDecisions({ seed, runs, timeLimitMillis }: DecisionsOptions): Promise<DecisionsReport> {
  const report: DecisionsReport = {
    comparisons: 0,
    outcomes: { allowed: 0, explicitlyDenied: 0, implicitlyDenied: 0 },
    knownDisagreements: new Map(),
  };
  const property = fc.asyncProperty(decisionCases, async (given) => {
    const [ours, theirs] = [ourDecision(given), await theirDecision(given)];
    report.comparisons += 1;
    if (nameOf(ours) === theirs) {
      report.outcomes[theirs] += 1;
      return;
    }
    const known = knownDisagreementsIn(given, ours);
    assert.ok(known.length > 0, `ours: ${JSON.stringify(ours)}, theirs: ${theirs}`);
    for (const name of known) report.knownDisagreements.set(name, (report.knownDisagreements.get(name) ?? 0) + 1);
  });
  await fc.assert(property, {
    ...(seed !== undefined && { seed }),
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(timeLimitMillis !== undefined && { interruptAfterTimeLimit: timeLimitMillis }),
  });
  return report;
}

function nameOf({ outcome, by }: AccessDecision): string {
  if (outcome !== "denied") return outcome;
  return by === undefined ? "implicitlyDenied" : "explicitlyDenied";
}

const documentOf = (
  Statement: readonly PolicyStatement[],
): { Version: string; Statement: readonly PolicyStatement[] } => ({
  Version: "2012-10-17",
  Statement,
});

const named = (
  name: string,
  statements: readonly PolicyStatement[],
): { name: string; document: ReturnType<typeof documentOf> } => ({
  name,
  document: documentOf(statements),
});

export function ourDecision(given: DecisionCase): AccessDecision {
  const { caller, account, tablePolicy, boundary, endpointPolicy, action, resource, way } = given;
  const callerAccount = caller.split(":")[4] ?? "";
  const member = (levels: OrganizationMembership["levels"]): OrganizationMembership => ({
    id: ORGANIZATION,
    path: PATH,
    levels,
  });
  const scps = given.serviceControl.map((level, i) => ({
    name: `scp ${i}`,
    serviceControlPolicies: [named(`scp ${i}`, level)],
  }));
  const rcps = given.resourceControl.map((level, i) => ({
    name: `rcp ${i}`,
    resourceControlPolicies: [named("RCPFullAWSAccess", [FULL_ACCESS]), named(`rcp ${i}`, level)],
  }));
  const isSame = callerAccount === account;
  const { decision } = compileAccess({
    callers: [
      {
        arn: caller,
        tags: given.tags,
        identityPolicies: [named("identity", given.identity)],
        boundary: boundary && named("boundary", boundary),
      },
    ],
    tables: [{ arn: tableOf(account), tags: given.tableTags, policy: tablePolicy && named("table", tablePolicy) }],
    accounts: {
      [account]: member(isSame ? [...scps, ...rcps] : rcps),
      ...(!isSame && { [callerAccount]: member(scps) }),
    },
  });
  return decision(
    { caller, action, resource: resource.replace("ByDate", "*") },
    { keys: way, endpointPolicy: endpointPolicy && named("endpoint", endpointPolicy) },
  );
}

const FULL_ACCESS: PolicyStatement = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };

export type TheirOutcome = keyof DecisionsReport["outcomes"];

const OUTCOMES: Readonly<Record<string, TheirOutcome>> = {
  Allowed: "allowed",
  ExplicitlyDenied: "explicitlyDenied",
  ImplicitlyDenied: "implicitlyDenied",
};

export async function theirDecision(given: DecisionCase): Promise<TheirOutcome> {
  const results = await runSimulation(simulationOf(given), {});
  const outcome = results.resultType === "single" ? OUTCOMES[results.overallResult] : undefined;
  if (outcome === undefined) throw new Error(`the independent evaluator has no answer: ${JSON.stringify(results)}`);
  return outcome;
}

function simulationOf(given: DecisionCase): Simulation {
  const { caller, identity, boundary, tablePolicy, endpointPolicy, serviceControl, resourceControl } = given;
  const policy = (name: string, statements: readonly PolicyStatement[]): { name: string; policy: object } => ({
    name,
    policy: documentOf(statements),
  });
  const levels = (name: string, all: DecisionCase["serviceControl"]): Simulation["serviceControlPolicies"] =>
    all.map((statements, i) => ({ orgIdentifier: `${name} ${i}`, policies: [policy(name, statements)] }));
  return {
    identityPolicies: [policy("identity", identity)],
    serviceControlPolicies: levels("scp", serviceControl),
    resourceControlPolicies: levels("rcp", resourceControl),
    ...(tablePolicy && { resourcePolicy: documentOf(tablePolicy) }),
    ...(boundary && { permissionBoundaryPolicies: [policy("boundary", boundary)] }),
    ...(endpointPolicy && { vpcEndpointPolicies: [policy("endpoint", endpointPolicy)] }),
    request: {
      principal: caller,
      action: given.action,
      resource: { resource: given.resource, accountId: given.account },
      contextVariables: contextOf(given),
    },
  };
}

/** The other evaluator derives no keys. */
function contextOf({ caller, account, tags, tableTags, way }: DecisionCase): Record<string, string | string[]> {
  const [, , , , callerAccount = "", resource = ""] = caller.split(":");
  const tagKeys = (prefix: string, of: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(of).map(([tag, value]) => [`${prefix}/${tag}`, value]));
  return {
    ...way,
    ...tagKeys("aws:PrincipalTag", tags),
    ...tagKeys("aws:ResourceTag", tableTags),
    "aws:PrincipalArn": resource.startsWith("assumed-role/") ? `arn:aws:iam::${callerAccount}:role/app` : caller,
    "aws:PrincipalAccount": callerAccount,
    "aws:PrincipalOrgID": ORGANIZATION,
    "aws:ResourceAccount": account,
    "aws:ViaAWSService": "false",
  };
}
