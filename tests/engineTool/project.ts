import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { type Engine, engineEnvironment } from "../../tools/engine/engine";

export const CHECKOUT = resolve(__dirname, "..", "..");

/** What a command left behind when it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A Pulumi project in a folder of its own, with the checkout's packages and a stack whose state lies beside it. */
export class Project {
  readonly folder = temporaryFolder();
  /** Where a Pulumi that is not kept apart would leave its traces. */
  readonly userHome = join(this.folder, "user");
  readonly #environment: Record<string, string>;

  constructor(engine: Engine, files: Record<string, string>) {
    const environment = { ...process.env, HOME: this.userHome };
    this.#environment = engineEnvironment(engine, join(this.folder, "isolated"), environment);
    mkdirSync(this.userHome);
    symlinkSync(join(CHECKOUT, "node_modules"), join(this.folder, "node_modules"), "junction");
    for (const [name, content] of Object.entries(files)) this.write(name, content);
  }

  write(file: string, content: string): void {
    writeAt(join(this.folder, file), content);
  }

  /** Runs the CLI and waits for its end, whatever that is. */
  pulumi(...args: readonly string[]): Promise<Ended> {
    return ended(this.start(...args));
  }

  start(...args: readonly string[]): ChildProcess {
    return spawn("pulumi", ["--non-interactive", ...args], { cwd: this.folder, env: this.#environment });
  }

  async outputs(...args: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout } = await this.pulumi("stack", "output", "--json", ...args);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Its real path: where the temporary folder is a link, processes report the other name. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "engine-test-")));
}

export function writeAt(file: string, content: string, mode = 0o644): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content, { mode });
}

export function ended(child: ChildProcess): Promise<Ended> {
  const output = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => (output.stderr += chunk.toString()));
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ code, ...output }));
  });
}

/** Waits until something holds, and says what it was if it never does. */
export async function eventually(what: string, holds: () => boolean, timeoutSeconds: number): Promise<void> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${timeoutSeconds} s: ${what}`);
    await sleep(20);
  }
}

/** The process ids that a program wrote into a file. */
export async function pidsIn(file: string): Promise<readonly number[]> {
  await eventually(`${file} holds process ids`, () => existsSync(file) && readFileSync(file, "utf8") !== "", 20);
  return readFileSync(file, "utf8").split(" ").map(Number);
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
