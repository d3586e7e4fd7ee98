import { monitorEventLoopDelay } from "node:perf_hooks";

/** How late a process was to what it had to do: no time that it measured is more exact. */
export interface Lag {
  readonly p99Millis: number;
  readonly highestMillis: number;
}

const EVERY_MILLIS = 5;

/** Watches how late the timers of this process are. The answer ends the watch. */
export function watchLag(): () => Lag {
  const delays = monitorEventLoopDelay({ resolution: EVERY_MILLIS });
  delays.enable();
  return () => {
    delays.disable();
    const lag = (nanos: number): number => Math.max(0, nanos / 1e6 - EVERY_MILLIS);
    return { p99Millis: lag(delays.percentile(99)), highestMillis: lag(delays.max) };
  };
}
