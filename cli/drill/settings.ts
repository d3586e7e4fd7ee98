import { Unjudged } from "../exit";
import type { FailOn } from "../finding";
import type { BreakKind } from "./events";

/** What `dynamodb-endpoint drill` is called with, as it stands there. */
export interface DrillOptions {
  readonly break: "reset" | "silence" | "both";
  readonly every: string;
  readonly for: string;
  readonly reconnectDelay?: string;
  readonly denyAfter?: string;
  readonly maxInterruption: string;
  readonly ready?: string;
  readonly endpoint?: string;
  readonly tables?: string;
  readonly like: readonly string[];
  readonly items?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly compare?: string;
  readonly kernel?: boolean;
  readonly json?: boolean;
  readonly failOn: FailOn;
  readonly acceptUnknown: readonly string[];
  readonly color: boolean;
}

/** When the client is said to be at work. */
export type Readiness =
  | { readonly by: "firstAnswer" }
  | { readonly by: "line"; readonly pattern: RegExp }
  | { readonly by: "time"; readonly millis: number };

/** What a run does, and what it is measured against. */
export interface Schedule {
  /** What is done in turn. */
  readonly kinds: readonly BreakKind[];
  readonly everyMillis: number;
  readonly forMillis: number;
  readonly reconnectDelayMillis: number;
  /** From the first break on; absent: nothing is denied. */
  readonly denyAfterMillis?: number | undefined;
  readonly maxInterruptionMillis: number;
  readonly readiness: Readiness;
}

export function scheduleOf(options: DrillOptions): Schedule {
  const schedule = {
    kinds: options.break === "both" ? (["reset", "silence"] as const) : [options.break],
    everyMillis: millisOf("--every", options.every),
    forMillis: millisOf("--for", options.for),
    reconnectDelayMillis:
      options.reconnectDelay === undefined ? 0 : millisOf("--reconnect-delay", options.reconnectDelay),
    denyAfterMillis: options.denyAfter === undefined ? undefined : millisOf("--deny-after", options.denyAfter),
    maxInterruptionMillis: millisOf("--max-interruption", options.maxInterruption),
    readiness: readinessOf(options.ready),
  };
  if (schedule.everyMillis === 0) throw new Unjudged("--every: a break has to have time to be seen: more than 0s");
  const needed = schedule.everyMillis * (schedule.kinds.length + 1);
  if (schedule.forMillis < needed) {
    throw new Unjudged(
      `--for ${options.for} leaves no time for ${schedule.kinds.join(" and ")} with --every ${options.every}: ` +
        `at least --for ${needed / 1000}s`,
    );
  }
  return schedule;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function millisOf(option: string, text: string): number {
  const millis = durationMillis(text);
  if (millis === undefined) throw new Unjudged(`${option}: "${text}" is no time: write 500ms, 20s or 2m`);
  return millis;
}

/** "20s", "1.5m", "500ms"; a number alone is in seconds. */
function durationMillis(text: string): number | undefined {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 0);
}

function readinessOf(ready: string | undefined): Readiness {
  if (ready === undefined) return { by: "firstAnswer" };
  const millis = durationMillis(ready);
  if (millis !== undefined) return { by: "time", millis };
  try {
    return { by: "line", pattern: new RegExp(ready) };
  } catch (error) {
    throw new Unjudged(`--ready: "${ready}" is neither a time nor a regular expression: ${(error as Error).message}`);
  }
}
