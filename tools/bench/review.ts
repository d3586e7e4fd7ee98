import { spawn } from "node:child_process";
import { createReadStream, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { spread, type Spread } from "./figures";
import { watchPeak } from "./peakMemory";
import { aligned, sectionsText, spreadText } from "./text";

const MAIN = join(__dirname, "..", "..", "cli", "dist", "main.js");

/** The least that has to be done with the same input. */
const PARSE_FILE = 'JSON.parse(require("fs").readFileSync(process.argv[1], "utf8"))';
const PARSE_PIPE =
  "const c = []; process.stdin.on('data', (d) => c.push(d)); " +
  "process.stdin.on('end', () => JSON.parse(Buffer.concat(c).toString()))";
const PARSE_LINES =
  'let rest = ""; require("fs").createReadStream(process.argv[1], "utf8").on("data", (d) => { ' +
  'const lines = (rest + d).split("\\n"); rest = lines.pop(); for (const line of lines) JSON.parse(line); })';

/** What is compared: how a preview comes in, in which form. */
const WAYS = ["digest from a file", "digest from a pipe", "events from a file"] as const;

type Way = (typeof WAYS)[number];

/** What is promised of time and of memory, as ratios to the least. */
const AIMS: Readonly<Record<Way, { readonly time: number; readonly memory?: number }>> = {
  "digest from a file": { time: 1.5, memory: 1.2 },
  "digest from a pipe": { time: 1.5, memory: 1.2 },
  "events from a file": { time: 1.5 },
};

/** Of a stream, which is never held whole. */
const EVENTS_AIM_MEBIBYTES = 100;

interface Run {
  readonly millis: number;
  readonly mebibytes: number;
}

export interface ReviewFigures {
  readonly steps: number;
  readonly digestMebibytes: number;
  readonly ways: Readonly<
    Record<Way, { readonly millis: Spread; readonly mebibytes: Spread; readonly time: Spread; readonly memory: Spread }>
  >;
}

/** Reviews a large preview, and parses the same, in turn. */
export async function measureReview(folder: string, steps: number, rounds: number): Promise<ReviewFigures> {
  mkdirSync(folder, { recursive: true });
  const [digest, events] = [join(folder, "preview.json"), join(folder, "preview.jsonl")];
  writePreviews(digest, events, steps);
  const pairs: Readonly<Record<Way, readonly [ours: () => Promise<Run>, least: () => Promise<Run>]>> = {
    "digest from a file": [() => timed([MAIN, "review", digest]), () => timed(["-e", PARSE_FILE, digest])],
    "digest from a pipe": [() => timed([MAIN, "review"], digest), () => timed(["-e", PARSE_PIPE], digest)],
    "events from a file": [() => timed([MAIN, "review", events]), () => timed(["-e", PARSE_LINES, events])],
  };
  const measured = {} as Record<Way, ReviewFigures["ways"][Way]>;
  for (const way of WAYS) {
    const [ours, least]: [Run[], Run[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(await pairs[way][0]());
      least.push(await pairs[way][1]());
    }
    const ratios = (figure: (run: Run) => number): Spread =>
      spread(ours.map((run, i) => figure(run) / figure(least[i] ?? run)));
    measured[way] = {
      millis: spread(ours.map(({ millis }) => millis)),
      mebibytes: spread(ours.map(({ mebibytes }) => mebibytes)),
      time: ratios(({ millis }) => millis),
      memory: ratios(({ mebibytes }) => mebibytes),
    };
  }
  return { steps, digestMebibytes: statSync(digest).size / 2 ** 20, ways: measured };
}

function timed(args: readonly string[], input?: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, args, {
      stdio: [input === undefined ? "ignore" : "pipe", "ignore", "inherit"],
    });
    if (child.stdin !== null && input !== undefined) createReadStream(input).pipe(child.stdin);
    const peak = watchPeak(child.pid);
    child.once("error", reject);
    child.once("exit", (code) => {
      peak.stop();
      // What breaks in it is a finding: 1.
      if (code === 0 || code === 1)
        resolve({ millis: performance.now() - started, mebibytes: peak.mebibytes() ?? Number.NaN });
      else reject(new Error(`${args.join(" ")} ended with ${String(code)}`));
    });
  });
}

/** A large stack: one resource in a hundred is an association, the others are of a type that no review knows. */
function writePreviews(digest: string, events: string, count: number): void {
  const steps = Array.from({ length: count }, (_, i) => step(i));
  const changeSummary = { create: count };
  writeFileSync(digest, JSON.stringify({ steps, changeSummary }, null, 4));
  const lines = steps.map(({ op, urn, newState }, i) => ({
    sequence: i,
    timestamp: 1_795_936_261,
    resourcePreEvent: { metadata: { op, urn, type: newState.type, old: null, new: newState }, planning: true },
  }));
  const end = { sequence: count, summaryEvent: { resourceChanges: changeSummary, isPreview: true } };
  writeFileSync(events, [...lines, end].map((line) => `${JSON.stringify(line)}\n`).join(""));
}

/** About six kilobytes, as a resource with a policy or two has. */
function step(i: number): { op: string; urn: string; newState: { type: string } } {
  const isAssociation = i % 100 === 0;
  const type = isAssociation
    ? "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    : "aws:s3/bucketV2:BucketV2";
  const urn = `urn:pulumi:dev::large::${type}::resource-${i}`;
  const tags = Object.fromEntries(
    Array.from({ length: 75 }, (_, tag) => [`tag-${tag}`, `the value of tag ${tag} of ${i}`]),
  );
  const inputs = isAssociation
    ? { routeTableId: `rtb-${i}`, vpcEndpointId: "vpce-1" }
    : { bucket: `bucket-${i}`, tags };
  return { op: "create", urn, newState: { type, ...{ urn, custom: true, inputs, outputs: inputs } } };
}

/** The figures as a person reads them on a terminal. */
export function reviewText({ steps, digestMebibytes, ways }: ReviewFigures): string {
  const rows = WAYS.flatMap((way) => {
    const { millis, mebibytes, time, memory } = ways[way];
    const aim = AIMS[way];
    return [
      [`${way}, in milliseconds`, spreadText(millis, 0), ""],
      [`${way}, to parsing it`, spreadText(time, 2), `at most ${aim.time}`],
      [
        `${way}, peak in MiB`,
        spreadText(mebibytes, 0),
        aim.memory === undefined ? `at most ${EVENTS_AIM_MEBIBYTES}` : "",
      ],
      [
        `${way}, peak to that of parsing it`,
        spreadText(memory, 2),
        aim.memory === undefined ? "" : `at most ${aim.memory}`,
      ],
    ];
  });
  return sectionsText([
    [
      `Node ${process.version}; a preview of ${steps} steps, ${digestMebibytes.toFixed(0)} MiB; median (lowest–highest)`,
    ],
    aligned(rows),
  ]);
}
