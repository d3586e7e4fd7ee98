import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { Unjudged } from "../exit";
import { environmentOf } from "./environment";
import { groupIsAlive, killAll, remoteAddressesOf } from "./processes";

export interface ClientOptions {
  readonly command: readonly string[];
  /** Where it finds DynamoDB. */
  readonly endpoint: string;
  readonly region: string;
  /** Each line of what it prints. */
  readonly onLine: (line: string) => void;
}

interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * The user's client, in a process group of its own: whatever it starts ends with it.
 *
 * What leaves its group, as a daemon does, is known by an environment variable, where the system shows it (Linux).
 */
export class Client {
  readonly #child: ChildProcess;
  readonly #pid: number;
  readonly #marker: string;
  readonly #killAtExit = (): void => killAll(this.#pid, this.#marker, "SIGKILL");
  /** When the process that was started has ended; others of its group may be left. */
  readonly ended: Promise<Ended>;
  readonly #outputClosed: Promise<unknown>;

  private constructor(child: ChildProcess, pid: number, marker: string) {
    this.#child = child;
    this.#pid = pid;
    this.#marker = marker;
    this.ended = new Promise((resolve) => child.once("exit", (exitCode, signal) => resolve({ exitCode, signal })));
    this.#outputClosed = new Promise((resolve) => child.once("close", resolve));
    process.once("exit", this.#killAtExit);
  }

  static async start({ command, endpoint, region, onLine }: ClientOptions): Promise<Client> {
    const [program = "", ...args] = command;
    const env = environmentOf(process.env, endpoint, region);
    const child = spawn(program, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const failure = await new Promise<Error | undefined>((resolve) => {
      child.once("spawn", () => resolve(undefined));
      child.once("error", resolve);
    });
    const { pid } = child;
    if (failure !== undefined || pid === undefined)
      throw new Unjudged(`${program} cannot be started: ${failure?.message ?? "it has no process"}`);
    for (const output of [child.stdout, child.stderr]) createInterface({ input: output }).on("line", onLine);
    return new Client(child, pid, endpoint);
  }

  /** Whether something that it started works on. */
  get hasProcesses(): boolean {
    return groupIsAlive(this.#pid, this.#marker);
  }

  /** Where it is connected to, but for the drill. */
  get connectedTo(): readonly string[] {
    return remoteAddressesOf(this.#pid, this.#marker, new URL(this.#marker).host);
  }

  /** Ends all that it started: first by asking, then by force. */
  async end(): Promise<void> {
    killAll(this.#pid, this.#marker, "SIGTERM");
    for (let waitedMillis = 0; this.hasProcesses && waitedMillis < ASKED_FOR_MILLIS; waitedMillis += POLL_MILLIS)
      await sleep(POLL_MILLIS);
    // What it said last may be on its way.
    await Promise.race([this.#outputClosed, sleep(OUTPUT_MILLIS)]);
    this.kill();
  }

  /** Ends all that it started, by force. */
  kill(): void {
    this.#killAtExit();
    process.off("exit", this.#killAtExit);
    // Whoever inherited its output and is out of reach must not keep the drill.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }
}

const ASKED_FOR_MILLIS = 3000;
const POLL_MILLIS = 20;
const OUTPUT_MILLIS = 200;
