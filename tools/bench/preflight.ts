import { spawn } from "node:child_process";
import { join } from "node:path";
import type { ScenarioName } from "../../lab/scenarios/scenarios";
import { spread, type Spread } from "./figures";
import { type LabProcess, startLabProcess } from "./labProcess";
import { watchPeak } from "./peakMemory";
import { growth, GROWTH } from "./preflightGrowth";
import { aligned, sectionsText, spreadText } from "./text";

const MAIN = join(__dirname, "..", "..", "cli", "dist", "main.js");

/** What is promised of a preflight, each against a lab of its own. */
const AIMS: Partial<Readonly<Record<ScenarioName, { readonly millis: number; readonly mebibytes?: number }>>> = {
  large: { millis: 6_000, mebibytes: 200 },
  "many-vpcs": { millis: 15_000 },
};

/** Of `DescribeNetworkInterfaces`. */
const PAGES_AIM = { millis: 1_500, longestMillis: 30 };

export interface PreflightFigures {
  readonly rounds: number;
  /** A lab's start without a scenario, and with each. */
  readonly labStartMillis: Readonly<Record<string, Spread>>;
  readonly scenarios: readonly ScenarioFigures[];
  readonly pages: PageFigures;
  /** Of a report's time with `GROWTH.times` as many interfaces. */
  readonly growth: Spread;
}

interface ScenarioFigures {
  readonly scenario: ScenarioName;
  readonly millis: Spread;
  readonly mebibytes: Spread;
  /** Round by round, to what `--version` takes. */
  readonly toStart: Spread;
}

interface PageFigures {
  readonly interfaces: number;
  readonly millis: Spread;
  readonly longestMillis: Spread;
}

/** Each of the scenarios in a lab of its own, which stands for AWS. */
export async function measurePreflight(isQuick: boolean): Promise<PreflightFigures> {
  const rounds = isQuick ? 1 : 7;
  const names: readonly ScenarioName[] = isQuick ? ["three-zones"] : ["large", "many-vpcs", "three-zones"];
  const labStartMillis: Record<string, Spread> = { none: await labStarts(isQuick ? 1 : 3) };
  const scenarios: ScenarioFigures[] = [];
  let pages: PageFigures | undefined;
  let grown: Spread | undefined;
  for (const scenario of names) {
    labStartMillis[scenario] = await labStarts(isQuick ? 1 : 3, scenario);
    const lab = await startLabProcess("--scenario", scenario);
    try {
      scenarios.push(await preflights(scenario, lab, rounds));
      pages ??= await pagesOf(lab, rounds);
      grown ??= await growth((folder) => timed(["preflight", "--json", "--record", folder], lab), rounds);
    } finally {
      await lab.stop();
    }
  }
  if (pages === undefined || grown === undefined) throw new Error("no scenario was measured");
  return { rounds, labStartMillis, scenarios, pages, growth: grown };
}

async function labStarts(rounds: number, scenario?: ScenarioName): Promise<Spread> {
  const millis: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    const lab = await (scenario === undefined ? startLabProcess() : startLabProcess("--scenario", scenario));
    millis.push(performance.now() - started);
    await lab.stop();
  }
  return spread(millis);
}

async function preflights(scenario: ScenarioName, lab: LabProcess, rounds: number): Promise<ScenarioFigures> {
  const [ours, starts]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    ours.push(await timed(["preflight", "--json"], lab));
    starts.push(await timed(["--version"], lab));
  }
  return {
    scenario,
    millis: spread(ours.map(({ millis }) => millis)),
    mebibytes: spread(ours.map(({ mebibytes }) => mebibytes)),
    toStart: spread(ours.map(({ millis }, i) => millis / (starts[i]?.millis ?? millis))),
  };
}

interface Run {
  readonly millis: number;
  readonly mebibytes: number;
}

function timed(args: readonly string[], { environment }: LabProcess): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, [MAIN, ...args], {
      stdio: ["ignore", "ignore", "ignore"],
      env: { ...process.env, ...environment, ...CALLER },
    });
    const peak = watchPeak(child.pid);
    child.once("error", reject);
    child.once("exit", (code) => {
      peak.stop();
      // Of more tables than are asked about one by one something is unknown: 2.
      if (code === null) reject(new Error(`${args.join(" ")} was ended`));
      else resolve({ millis: performance.now() - started, mebibytes: peak.mebibytes() ?? Number.NaN });
    });
  });
}

/** Neither a profile of this machine nor its instance's role has a part in it. */
const CALLER = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "anybody",
  AWS_SECRET_ACCESS_KEY: "any",
  AWS_CONFIG_FILE: "no-such-file",
  AWS_SHARED_CREDENTIALS_FILE: "no-such-file",
  AWS_EC2_METADATA_DISABLED: "true",
};

/** `DescribeNetworkInterfaces` as it is on the wire, 1,000 on a page: what an SDK makes of it is its own affair. */
async function pagesOf({ environment }: LabProcess, rounds: number): Promise<PageFigures> {
  const all: number[] = [];
  const longest: number[] = [];
  let interfaces = 0;
  // The first ones find the lab's own code not compiled yet, and do not count.
  for (let round = -2; round < rounds; round++) {
    const pages: number[] = [];
    const began = performance.now();
    let token: string | undefined;
    interfaces = 0;
    do {
      const { text, millis } = await describedPage(environment.AWS_ENDPOINT_URL ?? "", token);
      pages.push(millis);
      interfaces += text.split("<networkInterfaceId>").length - 1;
      token = /<nextToken>([^<]+)/.exec(text)?.[1];
    } while (token !== undefined);
    if (round < 0) continue;
    all.push(performance.now() - began);
    longest.push(Math.max(...pages));
  }
  return { interfaces, millis: spread(all), longestMillis: spread(longest) };
}

interface DescribedPage {
  readonly text: string;
  /** Until the lab had its answer. */
  readonly millis: number;
}

async function describedPage(endpoint: string, token: string | undefined): Promise<DescribedPage> {
  const parameters = { Action: "DescribeNetworkInterfaces", Version: "2016-11-15", MaxResults: "1000" };
  const credential = "anybody/20260101/us-east-1/ec2/aws4_request";
  const started = performance.now();
  const answer = await fetch(endpoint, {
    method: "POST",
    body: new URLSearchParams(token === undefined ? parameters : { ...parameters, NextToken: token }),
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0` },
  });
  const millis = performance.now() - started;
  const text = await answer.text();
  if (!answer.ok) throw new Error(text);
  return { text, millis };
}

/** The figures as a person reads them on a terminal. */
export function preflightText({ rounds, labStartMillis, scenarios, pages, growth: grown }: PreflightFigures): string {
  const none = labStartMillis.none?.median ?? Number.NaN;
  return sectionsText([
    [`Node ${process.version}; median (lowest–highest) of ${rounds} runs of each`],
    aligned([
      ...scenarios.flatMap(({ scenario, millis, mebibytes, toStart }) => [
        [`${scenario}: preflight, in milliseconds`, spreadText(millis, 0), atMost(AIMS[scenario]?.millis)],
        [`${scenario}: preflight, to a start of the command`, spreadText(toStart, 1), ""],
        [`${scenario}: preflight, peak in MiB`, spreadText(mebibytes, 0), atMost(AIMS[scenario]?.mebibytes)],
      ]),
      [
        `${pages.interfaces} interfaces, all pages, in milliseconds`,
        spreadText(pages.millis, 0),
        atMost(PAGES_AIM.millis),
      ],
      ["their longest page, in milliseconds", spreadText(pages.longestMillis, 0), atMost(PAGES_AIM.longestMillis)],
      [`a report of ${GROWTH.times} times as many interfaces, to it`, spreadText(grown, 1), atMost(GROWTH.aim)],
    ]),
    [
      "the lab's start, in milliseconds, and to one without a scenario",
      ...aligned(
        Object.entries(labStartMillis).map(([name, millis]) => [
          name,
          spreadText(millis, 0),
          (millis.median / none).toFixed(2),
        ]),
      ),
    ],
  ]);
}

function atMost(aim: number | undefined): string {
  return aim === undefined ? "" : `at most ${aim}`;
}
