import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { type Lab, startLab } from "../../lab/lab";
import { findEngine } from "../engine/engine";
import { createCheckedTable } from "../rehearsal/network";
import { rehearsedStack, type RehearsedStack } from "../rehearsal/stack";
import { checkAccess } from "./access";
import { checkedRollouts } from "./checkedRollouts";
import { mutatePolicies } from "./mutations";
import { decisionsText } from "./decisionDisagreements";
import { compareDecisions } from "./decisions";
import { deployments } from "./plans";
import { addAgreements, agreementText, comparePolicies, type Agreement } from "./policies";
import { IAM_SIMULATE, type IndependentEvaluator } from "./policiesIndependent";
import { PRINCIPALMAPPER, startPrincipalmapper } from "./policiesPrincipalmapper";
import { rehearse } from "./rehearse";
import { CHECKED_TABLE, rehearseChecks } from "./rehearseChecks";

const USAGE = `npm run soak -- [--minutes N] [--seed S] [--what plans|checks|policies|decisions]

  --minutes N   go on for as long; default: 10
  --seed S      begin with the seed of an earlier run; default: a new one
  --what W      plans, checks, policies or decisions; default: all, a quarter of the time each

plans     deploys random sequences of plans, with faults, on the real engine
checks    deploys random roll-outs with checks and faults, with the function's real code on the real engine
policies  asks two other evaluators about random policies, and one about the policies that random accesses are made
          into; mutates those, which no evaluation or validation may fail on. The second needs Python 3, and PyPI the
          first time; without them that is said, and the first is asked alone
decisions asks another evaluator about random requests with policies of every kind: those of the caller, of the table,
          of both organizations and of the endpoint

A failure is shrunk, which takes a while.
`;

interface Soak {
  readonly seed: number;
  readonly timeLimitMillis: number;
}

const SOAKS: Readonly<Record<string, (soak: Soak) => Promise<void>>> = {
  policies: soakPolicies,
  plans: soakPlans,
  checks: soakChecks,
  decisions: soakDecisions,
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      seed: { type: "string" },
      what: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true) return void process.stdout.write(USAGE);
  const minutes = numberOf("--minutes", values.minutes);
  const seed = values.seed === undefined ? Date.now() & 0x7fffffff : numberOf("--seed", values.seed);
  const soaks = Object.entries(SOAKS).filter(([what]) => values.what === undefined || what === values.what);
  if (soaks.length === 0)
    throw new Error(`--what is ${Object.keys(SOAKS).join(" or ")}, not "${values.what}"\n\n${USAGE}`);

  // Beside the counterexample, what went wrong with it.
  fc.configureGlobal({ includeErrorInReport: true });
  process.stdout.write(`seed ${seed}, ${minutes} minutes of ${soaks.map(([what]) => what).join(" and ")}\n`);
  for (const [, soak] of soaks) await soak({ seed, timeLimitMillis: (minutes * 60_000) / soaks.length });
}

async function soakPlans(soak: Soak): Promise<void> {
  await onLab(async (lab, newStack) => {
    let sequences = 0;
    await holds(soak, deployments(4), async (sequence) => {
      const stack = await newStack();
      await rehearse(lab, stack, sequence);
      await stack.destroy();
      process.stdout.write(`${(sequences += 1)} sequences\n`);
    });
  });
}

/** They mostly wait. A failure is shrunk to the one that failed. */
const ROLLOUTS_SIDE_BY_SIDE = 4;

async function soakChecks(soak: Soak): Promise<void> {
  await onLab(async (lab, newStack) => {
    await createCheckedTable(lab, CHECKED_TABLE);
    const counts = { rollouts: 0, judged: 0 };
    await holds(
      soak,
      fc.array(checkedRollouts(2), { minLength: 1, maxLength: ROLLOUTS_SIDE_BY_SIDE, size: "max" }),
      async (rollouts) => {
        const judged = await rehearseChecks(lab, newStack, rollouts);
        counts.rollouts += rollouts.length;
        counts.judged += judged.reduce((sum, count) => sum + count, 0);
        process.stdout.write(
          `${counts.rollouts} roll-outs, in which a stage could have begun too early ${counts.judged} times\n`,
        );
      },
    );
  });
}

/** Rehearses what is drawn for as long as there is time. */
async function holds<T>(
  { seed, timeLimitMillis }: Soak,
  drawn: fc.Arbitrary<T>,
  rehearsal: (each: T) => Promise<void>,
): Promise<void> {
  let underWay = Promise.resolve();
  const property = fc.asyncProperty(drawn, (each) => (underWay = rehearsal(each)));
  try {
    await fc.assert(property, { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: timeLimitMillis });
  } catch (failure) {
    await underWay.catch(() => undefined);
    throw failure;
  }
  // When the time is up fast-check turns away from what is under way, which still needs the lab, and may fail.
  await underWay;
}

async function onLab(run: (lab: Lab, newStack: () => Promise<RehearsedStack>) => Promise<void>): Promise<void> {
  const engine = await findEngine();
  const folder = mkdtempSync(join(tmpdir(), "dynamodb-endpoint-soak-"));
  const lab = await startLab();
  let stacks = 0;
  try {
    await run(lab, () =>
      rehearsedStack({ engine, folder, name: `stack-${(stacks += 1)}`, environment: lab.environment }),
    );
  } finally {
    await lab.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks the evaluators, of which the one that needs Python is left out, and named, where it does not start. */
async function soakPolicies(soak: Soak): Promise<void> {
  const second = await startPrincipalmapper().catch((error: unknown) =>
    error instanceof Error ? error : new Error(String(error)),
  );
  if (second instanceof Error) process.stdout.write(notAsked(second));
  try {
    const evaluators = second instanceof Error ? [IAM_SIMULATE] : [IAM_SIMULATE, second];
    const agreements = await comparedInRounds(soak, evaluators);
    for (const evaluator of evaluators)
      process.stdout.write(`${agreementText(evaluator, agreements.get(evaluator.name))}\n`);
    if (second instanceof Error) process.stdout.write(notAsked(second));
  } finally {
    if (!(second instanceof Error)) second.stop();
  }
}

/** In rounds of a minute at most, each with a seed of its own that follows from the first. */
async function soakDecisions({ seed, timeLimitMillis }: Soak): Promise<void> {
  const end = Date.now() + timeLimitMillis;
  const known = new Map<string, number>();
  let [sets, comparisons] = [0, 0];
  for (let round = 0; Date.now() < end; round += 1) {
    const left = Math.max(LEAST_MILLIS, Math.min(ROUND_MILLIS, end - Date.now()));
    const report = await compareDecisions({ seed: seed + round, timeLimitMillis: left });
    sets += report.sets;
    comparisons += report.comparisons;
    for (const [name, count] of report.knownDisagreements) known.set(name, (known.get(name) ?? 0) + count);
    process.stdout.write(
      `${comparisons} decisions compared, of ${sets} sets of policies; round of seed ${seed + round}\n`,
    );
  }
  process.stdout.write(`${decisionsText(comparisons, known)}\n`);
}

function notAsked(reason: Error): string {
  return `${PRINCIPALMAPPER.name} is not asked: ${reason.message}\n`;
}

const ROUND_MILLIS = 60_000;
/** Less may end before the first run, which fast-check calls a failure. */
const LEAST_MILLIS = 1_000;

/** In rounds of a minute at most, each with a seed of its own that follows from the first. */
async function comparedInRounds(
  { seed, timeLimitMillis }: Soak,
  evaluators: readonly IndependentEvaluator[],
): Promise<ReadonlyMap<string, Agreement>> {
  const end = Date.now() + timeLimitMillis;
  const counts = { comparisons: 0, accesses: 0, requests: 0, mutations: 0 };
  const agreements = new Map<string, Agreement>();
  for (let round = 0; Date.now() < end; round += 1) {
    const third = {
      seed: seed + round,
      timeLimitMillis: Math.max(LEAST_MILLIS, Math.min(ROUND_MILLIS, end - Date.now()) / 3),
    };
    const report = await comparePolicies({ ...third, evaluators });
    counts.comparisons += report.comparisons;
    addAgreements(agreements, report);
    const { policies, allowed, denied } = await checkAccess(third);
    counts.accesses += policies;
    counts.requests += allowed + denied;
    counts.mutations += mutatePolicies(third);
    process.stdout.write(
      `${counts.comparisons} policies compared, ${counts.accesses} accesses with ${counts.requests} requests, ` +
        `${counts.mutations} mutations; round of seed ${third.seed}\n`,
    );
  }
  return agreements;
}

function numberOf(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw new Error(`${option} is a number, not "${text}"\n\n${USAGE}`);
  return number;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
