import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isEquivalent, type Equivalent } from "./equivalents";
import { mutationsOf, type Mutation } from "./mutations";
import type { Asked, Survey, SurveyedTest, Verdict } from "./protocol";
import { instrumented } from "./regions";
import { typeCheck, type TypeCheck } from "./types";
import { type Ask, Workers } from "./workers";

/** What became of a mutation. */
export interface Outcome {
  readonly mutation: Mutation;
  readonly result: "noticed" | "survived" | "not covered" | "equivalent" | "not tried";
  /** The test that noticed it, or what else did. */
  readonly by?: string;
}

type Noticed = Pick<Outcome, "result" | "by">;

export interface Campaign {
  readonly root: string;
  readonly files: readonly string[];
  readonly testFiles: readonly string[];
  readonly equivalents: readonly Equivalent[];
  /** Asks only the tests that take no time worth mentioning. */
  readonly isQuick: boolean;
  /** Nothing is begun after it. */
  readonly deadlineMillis: number;
  /** Called with all outcomes of each file when it is done. */
  readonly onFile: (file: string, outcomes: readonly Outcome[]) => void;
}

/** Tests that take longer are asked only when all others have noticed nothing. */
const QUICK_CPU_MILLIS = 500;

/** The limit for tests that took no time when nothing was changed, and how many times what they took is added to it. */
const LEAST_CPU_MILLIS = 3_000;
const CPU_FACTOR = 5;

interface Means {
  readonly workers: Workers;
  readonly surveys: readonly Survey[];
  readonly refusal: TypeCheck;
}

interface Round {
  readonly asked: readonly Asked[];
  readonly cpuMillis: number;
}

/** Tries the mutations of the files, one file after another, on the tests that cover them. */
export async function runCampaign(campaign: Campaign): Promise<void> {
  const workers = new Workers(campaign.root);
  try {
    const means = { workers, surveys: await surveysOf(campaign, workers), refusal: typeCheck(campaign.root) };
    for (const file of campaign.files) campaign.onFile(file, await outcomesOf(file, campaign, means));
  } finally {
    workers.end();
  }
}

async function surveysOf({ files, testFiles }: Campaign, workers: Workers): Promise<readonly Survey[]> {
  const surveys: Survey[] = [];
  await workers.each(testFiles, async (testFile, ask) => {
    const take = async (): Promise<Survey> => {
      const survey = (await ask({ kind: "survey", files, testFile })) as Survey | undefined;
      if (survey === undefined) throw new Error(`${testFile} ends its process`);
      return survey;
    };
    // Some tests wait for what happens on a connection: on a busy machine they may fail once.
    const first = await take();
    const survey = first.failing.length === 0 ? first : await take();
    if (survey.failing.length > 0) throw new Error(`${testFile} fails as it is: ${survey.failing.join("; ")}`);
    surveys.push(survey);
  });
  return surveys;
}

async function outcomesOf(
  file: string,
  campaign: Campaign,
  { surveys, refusal, workers }: Means,
): Promise<readonly Outcome[]> {
  const text = readFileSync(join(campaign.root, file), "utf8");
  const { regionOf } = instrumented(file, text);
  const outcomes: Outcome[] = [];
  await workers.each(mutationsOf(file, text), async (mutation, ask) => {
    if (campaign.equivalents.some((each) => isEquivalent(each, mutation, text)))
      outcomes.push({ mutation, result: "equivalent" });
    else if (Date.now() > campaign.deadlineMillis) outcomes.push({ mutation, result: "not tried" });
    else {
      const [quick, slow] = rounds(surveys, regionOf(mutation));
      const isCovered = quick.asked.length + slow.asked.length > 0;
      const found = await noticing(
        mutation,
        campaign.isQuick ? [quick] : [quick, slow],
        () => refusal(mutation, text),
        ask,
      );
      if (found !== "no change")
        outcomes.push({ mutation, ...(found ?? { result: isCovered ? "survived" : "not covered" }) });
    }
  });
  return outcomes.sort((a, b) => a.mutation.start - b.mutation.start || a.mutation.end - b.mutation.end);
}

/**
 * What notices a mutation first: the tests of the first round, the compiler, the tests of the second round, or nothing.
 */
async function noticing(
  mutation: Mutation,
  rounds: readonly Round[],
  refusal: () => string | undefined,
  ask: Ask,
): Promise<Noticed | "no change" | undefined> {
  for (const [i, { asked, cpuMillis }] of rounds.entries()) {
    if (i > 0 && asked.length === 0) continue;
    const verdict = (await ask({ kind: "try", mutation, asked, cpuMillis })) as Verdict | undefined;
    if (verdict === "no change") return verdict;
    if (verdict !== "survived") return { result: "noticed", by: verdict?.noticed ?? "too much time or memory" };
    const refused = i === 0 ? refusal() : undefined;
    if (refused !== undefined) return { result: "noticed", by: `tsc: ${refused}` };
  }
  return undefined;
}

/** What is asked about a mutation in a region: the quick tests that run it, then the slow ones. */
function rounds(surveys: readonly Survey[], region: string): readonly [Round, Round] {
  const covers = ({ regions }: SurveyedTest): boolean => regions.includes(region);
  const isQuick = ({ cpuMillis }: SurveyedTest): boolean => cpuMillis <= QUICK_CPU_MILLIS;
  return [
    chosen(surveys, (test) => covers(test) && isQuick(test)),
    chosen(surveys, (test) => covers(test) && !isQuick(test)),
  ];
}

/** The tests that `isAsked`, the files that take least first. */
function chosen(surveys: readonly Survey[], isAsked: (test: SurveyedTest) => boolean): Round {
  const files = surveys.map(({ testFile, tests, waits }) => {
    const wanted = tests.filter(isAsked);
    const titles = new Set(wanted.map(({ title }) => title));
    const skipped = tests.map(({ title }) => title).filter((title) => !titles.has(title));
    return {
      testFile,
      skipped,
      waits,
      isAsked: wanted.length > 0,
      millis: sum(wanted, "millis"),
      cpuMillis: sum(wanted, "cpuMillis"),
    };
  });
  const asked = files.filter((file) => file.isAsked).sort((a, b) => a.millis - b.millis);
  return {
    asked: asked.map(({ testFile, skipped, waits }) => ({ testFile, skipped, waits })),
    cpuMillis: LEAST_CPU_MILLIS + CPU_FACTOR * sum(asked, "cpuMillis"),
  };
}

function sum<Key extends string>(parts: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return parts.reduce((total, part) => total + part[key], 0);
}
