import { EventEmitter, once } from "node:events";
import { fstatSync } from "node:fs";
import { output, type provider } from "@pulumi/pulumi";
import { settledValue } from "../components/engine/plannedValues";

/**
 * A killed engine tells nobody, but the pipe that it holds as this process's stdin closes. Without such a pipe (a
 * provider that was started by hand, to be attached to) nothing is watched.
 */
export function endWithTheEngine(): void {
  const stdin = fstatSync(0);
  if (!stdin.isFIFO() && !stdin.isSocket()) return;
  process.stdin.resume();
  process.stdin.once("error", () => process.exit());
  process.stdin.once("close", () => process.exit());
}

/** What comes of making a component, or an error that names it when the engine ends before all of it is known. */
export type UnlessItEnds = (
  component: string,
  made: Promise<provider.ConstructResult>,
) => Promise<provider.ConstructResult>;

/**
 * An engine that another resource's error ends refuses what is asked of it from then on. The SDK shows each refusal as
 * an error of the component, with its stack, beside the one error that people need: here all of them are one line.
 *
 * To be called when the SDK listens for rejections already.
 */
export function answersWhenTheEngineEnds(): UnlessItEnds {
  const refusals = new EventEmitter().setMaxListeners(0);
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason, promise) => {
    if (isOfAnEngineThatEnds(reason)) refusals.emit("refused");
    else for (const tell of listeners) tell.call(process, reason, promise);
  });
  return async (component, made) => {
    const over = new AbortController();
    const ended = new Error(`${component}: not made, because the run has ended; what ended it is told elsewhere`);
    const refused = once(refusals, "refused", over).then(() => Promise.reject(ended));
    try {
      return await Promise.race([settled(made), refused]);
    } catch (error) {
      throw isOfAnEngineThatEnds(error) ? ended : error;
    } finally {
      over.abort();
    }
  };
}

/**
 * The SDK waits for the outputs of a component, where an error of theirs is its own to word: they are waited for here.
 */
async function settled(made: Promise<provider.ConstructResult>): Promise<provider.ConstructResult> {
  const result = await made;
  await settledValue(output(result));
  return result;
}

/** gRPC's CANCELLED, for a call that the other side has cut off, and UNAVAILABLE, for a side that is not there. */
const GONE: readonly unknown[] = [1, 14];

/** In the engine's words, in those that the SDK has for an engine that is gone, or as gRPC tells where it has none. */
function isOfAnEngineThatEnds(reason: unknown): boolean {
  if (!(reason instanceof Error)) return false;
  if (GONE.includes((reason as { readonly code?: unknown }).code)) return true;
  return /the client connection is closing|Resource monitor is terminating/.test(reason.message);
}
