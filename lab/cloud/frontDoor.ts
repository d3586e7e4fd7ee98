import { setTimeout as sleep } from "node:timers/promises";
import { type ApiCall, isMutation } from "./apiCall";
import { ApiError } from "./apiError";
import type { Faults } from "./faults";
import type { Store } from "./store";

/** The operations of one service as it implements them: a request in, an answer or an `ApiError` out. */
type Operations = Record<string, (request: never) => unknown>;

/** The same operations as callers see them. */
export type Served<O extends Operations> = {
  readonly [K in keyof O]: (...request: Parameters<O[K]>) => Promise<Awaited<ReturnType<O[K]>>>;
};

/** Who says whether a call may be made. */
export interface Guard {
  /** Throws where it may not; else the parts of the answer that are withheld. */
  authorize(call: Omit<ApiCall, "sequence" | "at">): Promise<readonly string[]>;
  /** Carries out what is allowed. */
  perform<T>(operation: () => T): T;
}

/**
 * The way every request takes into this AWS: recorded, delayed or refused if a fault says so, authorized, performed,
 * committed.
 */
export class FrontDoor {
  readonly #calls: ApiCall[];
  readonly #listeners = new Set<() => void>();
  #nextSequence: number;

  constructor(
    readonly store: Store,
    readonly faults: Faults,
    readonly guard: Guard,
  ) {
    this.#calls = [...store.pastCalls];
    this.#nextSequence = (this.#calls.at(-1)?.sequence ?? 0) + 1;
  }

  get calls(): readonly ApiCall[] {
    return this.#calls;
  }

  /** Calls `listener` whenever a call has been answered: what it changed is there. The answer is how to stop that. */
  onAnswered(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Puts the operations of a service behind this door. An operation `createVpc` is the action `CreateVpc`. */
  serve<O extends Operations>(region: string, service: string, operations: O): Served<O> {
    const served = Object.entries(operations).map(([name, perform]) => {
      const action = name.charAt(0).toUpperCase() + name.slice(1);
      return [
        name,
        (request: Record<string, unknown> = {}) =>
          this.#pass({ region, service, action, parameters: recorded(request) }, () => perform(request as never)),
      ];
    });
    return Object.fromEntries(served) as Served<O>;
  }

  /** What EC2 and IAM are asked, they answer from a state that may be behind. */
  #performed(call: ApiCall, perform: () => unknown): unknown {
    const isBehind = BEHIND.includes(call.service) && !isMutation(call);
    return isBehind ? this.store.readBehind(perform) : perform();
  }

  /** Notes a call that never came to an operation: its caller may not make it. */
  refused(request: Omit<ApiCall, "sequence" | "at">, error: ApiError): void {
    const at = Date.now();
    const call = { sequence: this.#nextSequence++, at, answeredAt: at, ...request, error: recordedError(error) };
    this.#calls.push(call);
    this.store.commit(call);
  }

  async #pass(request: Omit<ApiCall, "sequence" | "at">, perform: () => unknown): Promise<unknown> {
    const arrived: ApiCall = { sequence: this.#nextSequence++, at: Date.now(), ...request };
    const position = this.#calls.push(arrived) - 1;
    let outcome: Pick<ApiCall, "answer" | "error"> = {};
    try {
      const milliseconds = this.faults.delayOf(request);
      if (milliseconds > 0) await sleep(milliseconds);
      const failure = this.faults.failureOf(request);
      if (failure !== undefined) throw failure;
      const withheld = await this.guard.authorize(request);
      const answer = without(withheld, await this.guard.perform(() => this.#performed(arrived, perform)));
      if (answer !== undefined && isMutation(arrived)) outcome = { answer: withoutSecrets(answer) };
      return answer;
    } catch (thrown) {
      outcome = { error: recordedError(thrown) };
      throw thrown instanceof ApiError ? thrown.answering(arrived) : thrown;
    } finally {
      const answered: ApiCall = { ...arrived, answeredAt: Date.now(), ...outcome };
      this.#calls[position] = answered;
      this.store.commit(answered);
      for (const listener of this.#listeners) listener();
    }
  }
}

/**
 * https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html,
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
 */
const BEHIND: readonly string[] = ["ec2", "iam"];

/** Parameters as they go over the wire: a copy, without what is undefined, and without code, as in CloudTrail. */
function recorded(request: Record<string, unknown>): ApiCall["parameters"] {
  const withoutCode = (name: string, value: unknown): unknown => (name === "zipFile" ? undefined : value);
  return JSON.parse(JSON.stringify(request, withoutCode)) as ApiCall["parameters"];
}

/** As CloudTrail does. */
function withoutSecrets(answer: unknown): unknown {
  if (typeof answer !== "object" || answer === null || !("secretAccessKey" in answer)) return answer;
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== "secretAccessKey"));
}

function without(parts: readonly string[], answer: unknown): unknown {
  return parts.length === 0
    ? answer
    : { ...(answer as object), ...Object.fromEntries(parts.map((part) => [part, {}])) };
}

function recordedError(thrown: unknown): NonNullable<ApiCall["error"]> {
  if (thrown instanceof ApiError) return { code: thrown.code, message: thrown.message };
  return { code: "InternalFailure", message: String(thrown) };
}
