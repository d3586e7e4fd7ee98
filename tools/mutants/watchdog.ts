import { Worker } from "node:worker_threads";

/** In milliseconds of the process's CPU time. */
const limit = new Int32Array(new SharedArrayBuffer(4));
const NO_LIMIT = 0x7fffffff;

// A loop without an end can be ended only from another thread.
const WATCH = `
  const { workerData } = require("node:worker_threads");
  setInterval(() => {
    const { user, system } = process.cpuUsage();
    if ((user + system) / 1000 > Atomics.load(workerData, 0)) process.kill(process.pid, "SIGKILL");
  }, 100);
`;

/** Ends this process if `run` takes more, whatever it does. */
export async function withinCpuMillis<T>(millis: number, run: () => Promise<T>): Promise<T> {
  const { user, system } = process.cpuUsage();
  Atomics.store(limit, 0, (user + system) / 1000 + millis);
  try {
    return await run();
  } finally {
    Atomics.store(limit, 0, NO_LIMIT);
  }
}

/** To be called once in a process. */
export function startWatchdog(): void {
  Atomics.store(limit, 0, NO_LIMIT);
  new Worker(WATCH, { eval: true, workerData: limit }).unref();
}
