import type { FailedOperation } from "../engine/hooks";
import type { RoutePlan } from "../plan/routePlan";
import { invokeRefusal } from "./invokeErrors";
import type { LateRefusal } from "./lateRefusals";
import { nextPauseMillis, waitEndsAt } from "./patience";
import { silenceWarning, waitWarning, type CheckedTable } from "./warnings";

/** What is waited for around the invocations of a check, and says so. */
export interface CheckWaits {
  /** An invocation is asked for. */
  readonly asked: (name: string) => void;
  /** It is waited for until this is settled. */
  readonly until: (name: string, answered: Promise<unknown>) => void;
  /**
   * How long until it is asked for again, after a refusal that passes by itself; undefined: it is not, or not any more.
   */
  readonly pauseMillis: (failed: Pick<FailedOperation, "name" | "error" | "failures">) => Promise<number | undefined>;
  /** Since when it is waited for. */
  readonly sinceMillis: (name: string) => number | undefined;
}

/** An invocation that is not answered yet. */
interface Asked {
  readonly sinceMillis: number;
  lastMillis: number;
  /** What it was refused with, as far as that was said. */
  readonly codes: Set<string>;
  silence: NodeJS.Timeout;
}

/** `say` shows a warning; `late` is what a function's own refusal waits for. */
export function checkWaits(
  { check, window }: Pick<RoutePlan, "check" | "window">,
  invocations: ReadonlyMap<string, CheckedTable>,
  say: (text: string) => Promise<void>,
  late: (error: string) => Promise<LateRefusal | undefined>,
): CheckWaits {
  const closesAtMillis = window && Date.parse(window.closesAt);
  const open = new Map<string, Asked>();
  // The function's own time, and as much as it takes to start it.
  const silentMillis = ((check?.timeoutSeconds ?? 0) + SECONDS_TO_START) * 1000;
  const listen = (name: string, sinceMillis: number, fromMillis: number): NodeJS.Timeout => {
    const checked = invocations.get(name);
    const tell = (): void => void (checked && say(silenceWarning(checked, sinceMillis)));
    return setTimeout(tell, fromMillis - Date.now() + silentMillis).unref();
  };
  return {
    asked: (name) => {
      const now = Date.now();
      open.set(name, { sinceMillis: now, lastMillis: now, codes: new Set(), silence: listen(name, now, now) });
    },
    until: (name, answered) => {
      const end = (): void => clearTimeout(open.get(name)?.silence);
      void answered.then(end, end);
    },
    pauseMillis: async ({ name, error, failures }) => {
      const [asked, checked, refusal] = [
        open.get(name),
        invocations.get(name),
        invokeRefusal(error) ?? (await late(error)),
      ];
      clearTimeout(asked?.silence);
      if (asked === undefined || checked === undefined || refusal?.waitsFor === undefined) return undefined;
      const nowMillis = Date.now();
      const pause = nextPauseMillis({ ...asked, nowMillis, failures, closesAtMillis }, Math.random());
      if (pause === undefined) return undefined;
      if (!asked.codes.has(refusal.code))
        await say(waitWarning(checked, refusal, asked.sinceMillis, waitEndsAt({ ...asked, closesAtMillis })));
      asked.codes.add(refusal.code);
      asked.lastMillis = nowMillis + pause;
      asked.silence = listen(name, asked.sinceMillis, asked.lastMillis);
      return pause;
    },
    sinceMillis: (name) => open.get(name)?.sinceMillis,
  };
}

const SECONDS_TO_START = 60;
