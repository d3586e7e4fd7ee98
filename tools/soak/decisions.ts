import assert from "node:assert/strict";
import { runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import fc from "fast-check";
import type { PolicyStatement } from "../../components/policy/document";
import { compileAccess, type AccessContext, type AccessDecision, type OrganizationMembership } from "../../policy";
import {
  decisionSets,
  INDEX,
  ORGANIZATION,
  PATH,
  tableOf,
  type DecisionCase,
  type DecisionPolicies,
  type DecisionSet,
} from "./decisionCases";
import { withoutKnownDisagreements } from "./decisionDisagreements";

export interface DecisionsReport {
  /** Of policies of every kind, each with several requests. */
  sets: number;
  /** Pairs of policies and a request. */
  comparisons: number;
  readonly outcomes: Record<"allowed" | "explicitlyDenied" | "implicitlyDenied", number>;
  /** Name of a known disagreement → how often it set the evaluators apart. */
  readonly knownDisagreements: Map<string, number>;
}

export interface DecisionsOptions {
  readonly seed?: number;
  /** How many sets of policies. */
  readonly runs?: number;
  readonly timeLimitMillis?: number;
}

/** So many that reading the policies is no longer most of the work, and so few that there are many sets. */
const REQUESTS_OF_A_SET = 4;

/** Asks this evaluator and an independent one about requests with all their policies: the outcome must be the same. */
export async function compareDecisions({ seed, runs, timeLimitMillis }: DecisionsOptions): Promise<DecisionsReport> {
  const report: DecisionsReport = {
    sets: 0,
    comparisons: 0,
    outcomes: { allowed: 0, explicitlyDenied: 0, implicitlyDenied: 0 },
    knownDisagreements: new Map(),
  };
  const property = fc.asyncProperty(decisionSets(REQUESTS_OF_A_SET), async (set) => {
    const ours = ourDecisions(set);
    report.sets += 1;
    for (const [i, request] of set.requests.entries())
      await compareDecision({ policies: set.policies, request }, ours[i] as AccessDecision, report);
  });
  await fc.assert(property, {
    ...(seed !== undefined && { seed }),
    numRuns: runs ?? Number.MAX_SAFE_INTEGER,
    ...(timeLimitMillis !== undefined && { interruptAfterTimeLimit: timeLimitMillis }),
  });
  return report;
}

/** Where they differ, and it is known why, they must be of one mind about the rest of the policies. */
async function compareDecision(given: DecisionCase, ours: AccessDecision, report: DecisionsReport): Promise<void> {
  const theirs = await theirDecision(given);
  report.comparisons += 1;
  if (nameOf(ours) === theirs) {
    report.outcomes[theirs] += 1;
    return;
  }
  const { names, rest } = withoutKnownDisagreements(given);
  const [again = ours] = ourDecisions({ policies: rest.policies, requests: [rest.request] });
  const isKnown = names.length > 0 && nameOf(again) === (await theirDecision(rest));
  assert.ok(isKnown, `${JSON.stringify(given.request)}: ours: ${JSON.stringify([ours, again])}, theirs: ${theirs}`);
  for (const name of names) report.knownDisagreements.set(name, (report.knownDisagreements.get(name) ?? 0) + 1);
}

/** The other evaluator knows no unknown outcome: no answer of its is the same. */
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

/** The policies are read once for all requests, so that what is kept from one to the next is tried as well. */
function ourDecisions({ policies, requests }: DecisionSet): readonly AccessDecision[] {
  const { tags, identity, boundary, tablePolicy, endpointPolicy, tableTags } = policies;
  const accountOf = (arn: string): string => arn.split(":")[4] ?? "";
  const [callers, accounts] = [requests.map(({ caller }) => caller), requests.map(({ account }) => account)];
  const { decision } = compileAccess({
    callers: [...new Set(callers)].map((arn) => ({
      arn,
      tags,
      identityPolicies: [named("identity", identity), NAMES_INDEX],
      boundary: boundary && named("boundary", boundary),
    })),
    tables: [...new Set(accounts)].map((account) => ({
      arn: tableOf(account),
      tags: tableTags,
      policy: tablePolicy && named("table", tablePolicy),
    })),
    accounts: Object.fromEntries([...callers.map(accountOf), ...accounts].map((id) => [id, memberOf(policies)])),
  });
  const endpoint = named("endpoint", endpointPolicy);
  const ways = new Map<object, AccessContext>();
  return requests.map(({ caller, action, resource, way: keys }) => {
    const way = ways.get(keys) ?? { keys, endpointPolicy: isThroughEndpoint(keys) ? endpoint : undefined };
    ways.set(keys, way);
    return decision({ caller, action, resource }, way);
  });
}

/** What the policies of an account's organization say of its principals and of its resources. */
function memberOf({ serviceControl, resourceControl }: DecisionPolicies): OrganizationMembership {
  const scps = serviceControl.map((level, i) => ({
    name: `scp ${i}`,
    serviceControlPolicies: [named(`scp ${i}`, level)],
  }));
  const rcps = resourceControl.map((level, i) => ({
    name: `rcp ${i}`,
    resourceControlPolicies: [named("RCPFullAWSAccess", [FULL_ACCESS]), named(`rcp ${i}`, level)],
  }));
  return { id: ORGANIZATION, path: PATH, levels: [...scps, ...rcps] };
}

function isThroughEndpoint(way: DecisionCase["request"]["way"]): boolean {
  return "aws:SourceVpc" in way;
}

/** Has no part in any decision, but an index is judged by its name where a policy names it. */
const NAMES_INDEX = named("names", [
  { Effect: "Deny", Action: "dynamodb:CreateTable", Resource: tableOf("*") + INDEX },
]);

const FULL_ACCESS: PolicyStatement = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };

type TheirOutcome = keyof DecisionsReport["outcomes"];

const OUTCOMES: Readonly<Record<string, TheirOutcome>> = {
  Allowed: "allowed",
  ExplicitlyDenied: "explicitlyDenied",
  ImplicitlyDenied: "implicitlyDenied",
};

async function theirDecision(given: DecisionCase): Promise<TheirOutcome> {
  const results = await runSimulation(simulationOf(given), {});
  const outcome = results.resultType === "single" ? OUTCOMES[results.overallResult] : undefined;
  if (outcome === undefined) throw new Error(`the independent evaluator has no answer: ${JSON.stringify(results)}`);
  return outcome;
}

function simulationOf({ policies, request }: DecisionCase): Simulation {
  const { identity, boundary, tablePolicy, endpointPolicy, serviceControl, resourceControl } = policies;
  const policy = (name: string, statements: readonly PolicyStatement[]): { name: string; policy: object } => ({
    name,
    policy: documentOf(statements),
  });
  const levels = (name: string, all: DecisionPolicies["serviceControl"]): Simulation["serviceControlPolicies"] =>
    all.map((statements, i) => ({ orgIdentifier: `${name} ${i}`, policies: [policy(name, statements)] }));
  return {
    identityPolicies: [policy("identity", identity)],
    serviceControlPolicies: levels("scp", serviceControl),
    resourceControlPolicies: levels("rcp", resourceControl),
    ...(tablePolicy && { resourcePolicy: documentOf(tablePolicy) }),
    ...(boundary && { permissionBoundaryPolicies: [policy("boundary", boundary)] }),
    ...(isThroughEndpoint(request.way) && { vpcEndpointPolicies: [policy("endpoint", endpointPolicy)] }),
    request: {
      principal: request.caller,
      action: request.action,
      resource: { resource: request.resource, accountId: request.account },
      contextVariables: contextOf(policies, request),
    },
  };
}

/** The other evaluator derives no keys. */
function contextOf(
  { tags, tableTags }: DecisionPolicies,
  { caller, account, way }: DecisionCase["request"],
): Record<string, string | string[]> {
  const [, , , , callerAccount = "", resource = ""] = caller.split(":");
  const tagKeys = (prefix: string, of: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.entries(of).map(([tag, value]) => [`${prefix}/${tag}`, value]));
  const ofWay = Object.entries(way).flatMap(([key, value]) =>
    value.length === 0 ? [] : [[key, typeof value === "string" ? value : [...value]] as const],
  );
  const isUser = resource.startsWith("user/");
  return {
    ...Object.fromEntries(ofWay),
    ...tagKeys("aws:PrincipalTag", tags),
    ...tagKeys("aws:ResourceTag", tableTags),
    ...(isUser && { "aws:username": resource.slice("user/".length) }),
    "aws:PrincipalArn": resource.startsWith("assumed-role/") ? `arn:aws:iam::${callerAccount}:role/app` : caller,
    "aws:PrincipalType": isUser ? "User" : "AssumedRole",
    "aws:PrincipalAccount": callerAccount,
    "aws:PrincipalOrgID": ORGANIZATION,
    "aws:PrincipalOrgPaths": [PATH],
    "aws:PrincipalIsAWSService": "false",
    "aws:ResourceAccount": account,
    "aws:ViaAWSService": "false",
  };
}
