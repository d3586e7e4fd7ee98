import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { percentile } from "./interruptions";

/** What a drill costs a client that is busy. */
export interface DrillFigures {
  readonly clients: number;
  readonly rounds: number;
  /** Requests per second, the median of the rounds. */
  readonly straightPerSecond: number;
  readonly drilledPerSecond: number;
  /** Through the drill, as a share of straight: the median of the rounds' own ratios. */
  readonly share: number;
}

interface Addresses {
  readonly straight: string;
  readonly drilled: string;
}

const CLIENTS = 10;

/** Writes to a store straight and through the drill's proxy, in turn. */
export async function measureDrill(rounds: number, requests: number): Promise<DrillFigures> {
  const program = join(__dirname, "programs", "drillServer.ts");
  const server = spawn(process.execPath, ["-r", "ts-node/register", program], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    const [line] = (await once(server.stdout, "data")) as [Buffer];
    const { straight, drilled } = JSON.parse(line.toString("utf8")) as Addresses;
    for (const url of [straight, drilled]) await perSecond(url, requests);
    const measured: (readonly [straight: number, drilled: number])[] = [];
    for (let round = 0; round < rounds; round++)
      measured.push([await perSecond(straight, requests), await perSecond(drilled, requests)]);
    const median = (values: readonly number[]): number => percentile(values, 0.5);
    return {
      clients: CLIENTS,
      rounds,
      straightPerSecond: Math.round(median(measured.map(([each]) => each))),
      drilledPerSecond: Math.round(median(measured.map(([, each]) => each))),
      share: median(measured.map(([one, other]) => other / one)),
    };
  } finally {
    server.kill();
  }
}

async function perSecond(url: string, requests: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
  const startedAt = performance.now();
  let left = requests;
  const work = async (): Promise<void> => {
    while (left-- > 0) await put(url, agent, String(left));
  };
  await Promise.all(Array.from({ length: CLIENTS }, work));
  agent.destroy();
  return requests / ((performance.now() - startedAt) / 1000);
}

function put(url: string, agent: Agent, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.PutItem",
      "x-amz-date": "20260101T000000Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=KEY/20260101/us-east-1/dynamodb/aws4_request, " +
        "SignedHeaders=host;x-amz-date, Signature=0",
    };
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode ?? 0}`));
      response.resume().once("end", resolve);
    });
    sent.once("error", reject);
    sent.end(JSON.stringify({ TableName: "Stock", Item: { id: { S: id }, text: { S: "x".repeat(500) } } }));
  });
}

export function drillText({ clients, rounds, straightPerSecond, drilledPerSecond, share }: DrillFigures): string {
  return [
    `writes per second of ${clients} clients, ${rounds} rounds in turn`,
    `  straight to the store   ${straightPerSecond}`,
    `  through the drill       ${drilledPerSecond}`,
    `  share                   ${share.toFixed(2)} (aim: at least 0.50)`,
  ].join("\n");
}
