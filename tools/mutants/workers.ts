import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import type { Request, Survey, Verdict } from "./protocol";

/** A worker that has run so many requests is replaced: what tests leave behind adds up. */
const REQUESTS_PER_PROCESS = 300;

const CHECKOUT = resolve(__dirname, "..", "..");

/** Beyond what is to be expected by far: the worker itself ends what takes too much CPU time. */
const LONGEST_MILLIS = 5 * 60_000;

/** A process of its own, or another one in its place when it has ended. */
class Worker {
  readonly #root: string;
  #process: ChildProcess | undefined;
  #requests = 0;

  constructor(root: string) {
    this.#root = root;
  }

  /** The answer, or undefined if the process was ended over it. */
  async ask(request: Request): Promise<Survey | Verdict | undefined> {
    const first = await this.#askOnce(request);
    // It may have fallen over what an earlier request left behind.
    const answer = first === "fell over" ? await this.#askOnce(request) : first;
    return answer === "fell over" ? undefined : answer;
  }

  async #askOnce(request: Request): Promise<Survey | Verdict | "fell over" | undefined> {
    if (this.#requests++ % REQUESTS_PER_PROCESS === 0) this.end();
    if (this.#process?.connected !== true) this.#process = started(this.#root);
    const child = this.#process;
    const stop = new AbortController();
    const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_MILLIS);
    try {
      child.send(request);
      return await Promise.race([
        once(child, "message", { signal: stop.signal }).then(([answer]) => answer as Survey | Verdict),
        once(child, "exit", { signal: stop.signal }).then(([code]) =>
          code === null ? undefined : ("fell over" as const),
        ),
      ]);
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }

  end(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }
}

function started(root: string): ChildProcess {
  return fork(join(__dirname, "worker.ts"), {
    cwd: root,
    env: { ...process.env, TS_NODE_PROJECT: join(CHECKOUT, "tsconfig.json") },
    execArgv: ["--require", require.resolve("ts-node/register"), "--max-old-space-size=1024"],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
}

/** Asks one worker. */
export type Ask = Worker["ask"];

/** As many workers as there are processors. */
export class Workers {
  readonly #workers: readonly Worker[];

  constructor(root: string) {
    this.#workers = Array.from({ length: availableParallelism() }, () => new Worker(root));
  }

  /** Does the works in their order, with one worker each. */
  async each<T>(works: readonly T[], work: (each: T, ask: Ask) => Promise<void>): Promise<void> {
    const queue = works.values();
    await Promise.all(
      this.#workers.map(async (worker) => {
        // Each takes the next one from the same queue.
        for (const next of queue) await work(next, (request) => worker.ask(request));
      }),
    );
  }

  end(): void {
    for (const worker of this.#workers) worker.end();
  }
}
