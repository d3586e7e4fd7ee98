import { readFileSync } from "node:fs";

/** Follows the peak of a process' resident memory. */
export interface PeakWatch {
  readonly stop: () => void;
  /** `undefined` where the system keeps no such peak, or the process ended before it was asked. */
  mebibytes(): number | undefined;
}

const EVERY_MILLIS = 20;

/**
 * Reads the peak that Linux keeps for a process (VmHWM) again and again while the process runs: no peak between two
 * readings is missed, only what grows in the last moment before the end.
 */
export function watchPeak(pid: number | undefined): PeakWatch {
  let kibibytes: number | undefined;
  const timer = setInterval(() => (kibibytes = peakKibibytes(pid) ?? kibibytes), EVERY_MILLIS);
  return {
    stop: () => clearInterval(timer),
    mebibytes: () => (kibibytes === undefined ? undefined : kibibytes / 1024),
  };
}

function peakKibibytes(pid: number | undefined): number | undefined {
  try {
    const peak = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return peak === undefined ? undefined : Number(peak);
  } catch {
    return undefined;
  }
}
