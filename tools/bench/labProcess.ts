import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { REGION } from "../rehearsal/network";

/** A lab in a process of its own, so that its work is not measured as the engine's or the program's. */
export interface LabProcess {
  /** What an engine needs in its environment to use this lab as its `aws` provider. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

const CHECKOUT = resolve(__dirname, "..", "..");

/** Starts a lab that begins with what a state file holds, or a scenario. It ends with this process at the latest. */
export async function startLabProcess(
  ...begins: readonly ["--state" | "--scenario", string] | []
): Promise<LabProcess> {
  const child = spawn(
    process.execPath,
    ["-r", "ts-node/register", "lab/main.ts", ...begins, "--region", REGION, "--until-stdin-ends"],
    {
      cwd: CHECKOUT,
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  const exited = once(child, "exit");
  for await (const line of createInterface(child.stdout)) {
    const { environment } = JSON.parse(line) as { environment: Record<string, string> };
    return {
      environment,
      stop: async () => {
        child.stdin.end();
        await exited;
      },
    };
  }
  throw new Error("the lab ended before it was ready");
}
