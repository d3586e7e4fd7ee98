import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionBehaviour, FunctionError } from "./functionBehaviours";
import type { FunctionConfiguration, SetupFailure } from "./functionConfiguration";

/** https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_ResponseSyntax */
export interface InvocationAnswer {
  readonly statusCode: 200;
  readonly functionError?: "Unhandled";
  /** JSON. */
  readonly payload: string;
}

/** What tells a function, and where it is. */
export type CreatedFunction = Pick<FunctionConfiguration, "functionName" | "vpcConfig">;

/** A function as it is run. */
export interface RunnableFunction {
  readonly region: string;
  readonly configuration: FunctionConfiguration;
  readonly files: Readonly<Record<string, string>>;
}

/** What runs the code of functions. */
export interface FunctionRunner {
  /** Why Lambda fails to set up a function that is being created; usually it does not. */
  setupFailure(region: string, settings: CreatedFunction): SetupFailure | undefined;
  /** Throws what Lambda answers where it does not come to invoke a function now. */
  requireInvocable(region: string, configuration: CreatedFunction): void;
  invoke(runnable: RunnableFunction, payload: string): Promise<InvocationAnswer>;
  /** The function has changed or is gone: what runs its old code ends. */
  discard(region: string, functionName: string): void;
}

/** The answer of a function whose code is not run. */
export async function answerInstead(
  behaviour: FunctionBehaviour,
  payload: string,
  timeoutMillis: number,
): Promise<InvocationAnswer> {
  switch (behaviour.outcome) {
    case "slow": {
      await sleep(Math.min(behaviour.milliseconds, timeoutMillis));
      if (behaviour.milliseconds >= timeoutMillis) return timedOut(timeoutMillis);
      return answerInstead(behaviour.then ?? { outcome: "succeed" }, payload, timeoutMillis - behaviour.milliseconds);
    }
    case "fail":
      return failed(behaviour.error);
    case "succeed": {
      const { result = null } = behaviour;
      const returned: unknown =
        typeof result === "function" ? (result as (event: unknown) => unknown)(JSON.parse(payload)) : result;
      return { statusCode: 200, payload: JSON.stringify(returned) };
    }
  }
}

/** The answer for a function that took longer than its `timeout`. */
export function timedOut(timeoutMillis: number, requestId: string = randomUUID()): InvocationAnswer {
  const seconds = (timeoutMillis / 1000).toFixed(2);
  return failed({
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`,
  });
}

/** The answer for a function that failed: https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html */
export function failed(error: FunctionError): InvocationAnswer {
  return { statusCode: 200, functionError: "Unhandled", payload: JSON.stringify(error) };
}
