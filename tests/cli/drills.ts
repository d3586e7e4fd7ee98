import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { DrillModel, JudgedRun } from "../../cli/drill/report/model";
import type { Finding } from "../../cli/finding";

const CHECKOUT = resolve(__dirname, "..", "..");
export const MAIN = join(CHECKOUT, "cli", "dist", "main.js");
const CLIENT = join(__dirname, "drillClient.cjs");

/** The account of whoever runs the drill: its client must not have it. */
const ACCOUNT = {
  AWS_ACCESS_KEY_ID: "ACCOUNTKEY",
  AWS_SECRET_ACCESS_KEY: "account secret",
  AWS_SESSION_TOKEN: "account token",
  AWS_REGION: "eu-west-1",
};

/** What a command of the command line ended with. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A drill that ended and told what it found. */
export interface Drilled extends Ended {
  readonly model: DrillModel;
  /** The first run. */
  readonly run: JudgedRun;
  /** By id. */
  readonly findings: Readonly<Record<string, Finding>>;
}

/** Our own client, which behaves as it is told. */
export const client = (behaviour: string, ...args: readonly string[]): readonly string[] => [
  process.execPath,
  CLIENT,
  behaviour,
  ...args,
];

/** A drill that has begun. */
export function begin(
  args: readonly string[],
  main = MAIN,
  variables: Readonly<Record<string, string>> = {},
): { process: ChildProcess; ended: Promise<Ended> } {
  const env = { ...process.env, ...ACCOUNT, ...variables };
  const child = spawn(process.execPath, [main, "drill", ...args], { stdio: ["ignore", "pipe", "pipe"], env });
  const ended = Promise.all([once(child, "close"), text(child.stdout), text(child.stderr)]).then(
    ([[exitCode], stdout, stderr]) => ({ exitCode: exitCode as number | null, stdout, stderr }),
  );
  return { process: child, ended };
}

export async function drill(
  options: readonly string[],
  command: readonly string[] = client("well"),
  main = MAIN,
  variables: Readonly<Record<string, string>> = {},
): Promise<Drilled> {
  const ended = await begin(["--json", ...options, "--", ...command], main, variables).ended;
  if (ended.stdout === "") throw new Error(ended.stderr);
  const model = JSON.parse(ended.stdout) as DrillModel;
  const [run] = model.runs;
  if (run === undefined) throw new Error(ended.stderr);
  return { ...ended, model, run, findings: Object.fromEntries(run.findings.map((each) => [each.id, each])) };
}

/** Whether there is a process of this id that works. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
