import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import type { PolicyDocument, PolicyStatement } from "../../components/policy/document";
import { policyDifference } from "../../components/policy/difference";
import { evaluatePolicy, type PolicyRequest } from "../../components/policy/evaluate";
import { endpointPolicy, TableAccess } from "../../components/policy/presets";
import { ACCOUNT, KINDS_OF_POLICIES, policyCases, type PolicyCase } from "../soak/policiesCases";
import { DISAGREEMENTS_OF_IAM_SIMULATE, withoutKnownDisagreements } from "../soak/policiesDisagreements";
import { independentVerdict } from "../soak/policiesIndependent";
import { aligned, sectionsText } from "./text";
import type { ValidatePolicyFigures } from "./validatePolicy";

/** What was measured of the evaluation of policies. */
export interface PolicyFigures {
  /** Evaluations of the same random policies and requests per second, in turns. */
  readonly evaluationsPerSecond: {
    readonly ours: number;
    /** @cloud-copilot/iam-simulate, which also validates the policies of endpoints, but not those of identities. */
    readonly independentForEndpoints: number;
    readonly independentForIdentities: number;
  };
  /** Statements of a policy → microseconds for one evaluation of its text in which only the last statement applies. */
  readonly microsecondsByStatements: Readonly<Record<number, number>>;
  /** What a changed policy gives and takes → milliseconds for telling it. */
  readonly differenceMillis: Readonly<Record<string, number>>;
}

/** Both figures as a person reads them on a terminal. */
export function policiesText({
  validatePolicy,
  evaluatePolicy: figures,
}: {
  validatePolicy: ValidatePolicyFigures;
  evaluatePolicy: PolicyFigures;
}): string {
  const { fastestMillis, medianMillis, slowestTenthMillis, characters, statements } = validatePolicy;
  const { ours, independentForEndpoints, independentForIdentities } = figures.evaluationsPerSecond;
  const rows = (values: Readonly<Record<string, number>>): readonly string[] =>
    aligned(Object.entries(values).map(([what, value]) => [what, String(value)]));
  return sectionsText([
    [
      `validatePolicy of ${statements} statements (${characters} characters), in milliseconds; aim: ` +
        `${VALIDATION_AIM_MILLIS}`,
      ...rows(rounded({ fastest: fastestMillis, median: medianMillis, "slowest tenth": slowestTenthMillis })),
    ],
    [
      "evaluations of random policies per second",
      ...rows({
        evaluatePolicy: ours,
        "iam-simulate, endpoints": independentForEndpoints,
        "iam-simulate, identities": independentForIdentities,
      }),
    ],
    ["evaluatePolicy by statements, in microseconds", ...rows(figures.microsecondsByStatements)],
    ["what a changed policy gives and takes, in milliseconds; aim: 300", ...rows(figures.differenceMillis)],
  ]);
}

const VALIDATION_AIM_MILLIS = 1;

function rounded(values: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([what, value]) => [what, Number(value.toPrecision(3))]));
}

const SEED = 20_260_901;
const CASES = 400;

/**
 * Measures for some seconds; each figure is the best of several rounds, as other work on the machine only slows down.
 */
export async function measurePolicies(rounds: number): Promise<PolicyFigures> {
  // Those on which the evaluators agree: what AWS does not take goes through all rules of the validation.
  const drawn = fc
    .sample(policyCases, { numRuns: 6 * CASES, seed: SEED })
    .filter((each) => withoutKnownDisagreements(each, DISAGREEMENTS_OF_IAM_SIMULATE).names.length === 0);
  const endpoints = drawn.filter(({ attachment }) => attachment === "endpoint").slice(0, CASES / 2);
  const identities = drawn.filter(({ attachment }) => attachment === "identity").slice(0, CASES / 2);
  const rates = { ours: 0, independentForEndpoints: 0, independentForIdentities: 0 };
  for (let round = 0; round < rounds; round++) {
    await setImmediate();
    rates.ours = Math.max(
      rates.ours,
      await perSecond([...endpoints, ...identities], ({ attachment, document, request }) =>
        evaluatePolicy(document, request, KINDS_OF_POLICIES[attachment]),
      ),
    );
    rates.independentForEndpoints = Math.max(
      rates.independentForEndpoints,
      await perSecond(endpoints, independentVerdict),
    );
    rates.independentForIdentities = Math.max(
      rates.independentForIdentities,
      await perSecond(identities, independentVerdict),
    );
  }
  const microsecondsByStatements = Object.fromEntries(
    [1, 10, 50].map((statements) => [statements, microseconds(statements, rounds)]),
  );
  const differenceMillis = Object.fromEntries(
    CHANGES.map(({ title, before, next }) => [title, millisOfDifference(before, next, rounds)]),
  );
  return { evaluationsPerSecond: rates, microsecondsByStatements, differenceMillis };
}

async function perSecond(cases: readonly PolicyCase[], evaluate: (policyCase: PolicyCase) => unknown): Promise<number> {
  const start = performance.now();
  for (const policyCase of cases) {
    const verdict = evaluate(policyCase);
    if (verdict instanceof Promise) await verdict;
  }
  return Math.round((cases.length * 1000) / (performance.now() - start));
}

function microseconds(statements: number, rounds: number): number {
  const document = JSON.stringify(policyOf(statements));
  const repetitions = Math.ceil(5000 / statements);
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    for (let i = 0; i < repetitions; i++) evaluatePolicy(document, requestOf(statements - 1));
    return ((performance.now() - start) * 1000) / repetitions;
  });
  return Math.round(Math.min(...times));
}

/** A policy for so many accounts and tables, as `endpointPolicy` writes it. */
function policyFor(accounts: number, tables: number, name = "Table"): string {
  const access = {
    tables: Array.from({ length: tables }, (_, i) => ({ name: `${name}${i}`, access: TableAccess.ReadWrite })),
    accounts: Array.from({ length: accounts }, (_, i) => String(100_000_000_000 + i)),
  };
  return JSON.stringify(endpointPolicy(access, { region: "us-east-1", account: ACCOUNT }));
}

/** A policy with a statement for each account and its table, which has the account's number in its name. */
function policyWithVariables(statements: number, name: string): string {
  const Statement = Array.from({ length: statements }, (_, i): PolicyStatement => ({
    Effect: "Allow",
    Principal: "*",
    Action: "dynamodb:*",
    Resource: `arn:aws:dynamodb:us-east-1:*:table/${name}${i}-\${aws:PrincipalAccount}`,
    Condition: { StringEquals: { "aws:PrincipalAccount": [String(100_000_000_000 + i), String(200_000_000_000 + i)] } },
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

const CHANGES: readonly { readonly title: string; readonly before: string; readonly next: string }[] = [
  { title: "50 accounts, 60 tables, one fewer", before: policyFor(50, 60), next: policyFor(50, 59) },
  { title: "100 accounts, 100 tables, one fewer", before: policyFor(100, 100), next: policyFor(100, 99) },
  {
    title: "100 accounts, 100 tables, all of them others",
    before: policyFor(100, 100),
    next: policyFor(100, 100, "Chair"),
  },
  {
    title: "70 statements with variables, all of them others",
    before: policyWithVariables(70, "Table"),
    next: policyWithVariables(70, "Chair"),
  },
];

function millisOfDifference(before: string, next: string, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    policyDifference(before, next);
    return performance.now() - start;
  });
  return Math.round(Math.min(...times));
}

/** A policy that grants each of its tables with its indexes, as a list of tables makes one. */
function policyOf(statements: number): PolicyDocument {
  const Statement = Array.from({ length: statements }, (_, table): PolicyStatement => {
    const arn = `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Table${table}`;
    const Condition = {
      StringEquals: { "aws:PrincipalAccount": ACCOUNT },
      ArnLike: { "aws:PrincipalArn": `arn:aws:iam::${ACCOUNT}:role/*` },
    };
    return {
      Effect: "Allow",
      Principal: "*",
      Action: ["dynamodb:GetItem", "dynamodb:Query", "dynamodb:PutItem"],
      Resource: [arn, `${arn}/*`],
      Condition,
    };
  });
  return { Version: "2012-10-17", Statement };
}

function requestOf(table: number): PolicyRequest {
  const arn = `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`;
  return {
    principal: { arn },
    action: "dynamodb:GetItem",
    resource: `arn:aws:dynamodb:us-east-1:${ACCOUNT}:table/Table${table}`,
  };
}
