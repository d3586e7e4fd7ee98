import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Agent } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { answerIn, isAnswered, type Answer } from "../../components/check/probe/answers";
import type { Client } from "../../lab/clients";

/** A program that uses DynamoDB all the time, over one connection that it keeps. */
export interface LiveClient {
  /** What happened to it, in that order. */
  readonly events: readonly LiveClientEvent[];
  /** How many requests were allowed. */
  readonly served: number;
  /** What its last request met; `undefined` before the first was answered. */
  readonly lastAnswer: Answer["kind"] | undefined;
  /** Ends what is under way, and its connection. */
  stop(): Promise<void>;
}

/** A change of what a live client's requests meet. */
export type LiveClientEvent =
  /** A request was not answered: its connection is gone. */
  | { readonly kind: "broken"; readonly how: "reset" | "timedOut" | "unreachable" }
  /** There is an answer again; the interruption lasted from the sending of the first request without one. */
  | { readonly kind: "reconnected"; readonly interruptionMillis: number }
  /** Requests are answered, but with an error. */
  | { readonly kind: "refused"; readonly answer: Answer }
  /** They succeed again. */
  | { readonly kind: "served"; readonly refusedMillis: number };

export interface LiveClientOptions {
  /** What is asked for, again and again. */
  readonly request: (dynamodb: DynamoDBClient) => Promise<unknown>;
  /** Called when an event has happened, before the next request is sent. */
  readonly onEvent?: (event: LiveClientEvent) => void;
  /** Between two requests. Default: 100. */
  readonly paceMillis?: number;
  /** Without a socket timeout a client may wait for a quarter of an hour after a silent drop. */
  readonly socketTimeoutMillis: number;
}

/** Starts a client in the place that a lab has given it. */
export function startLiveClient(place: Client, options: LiveClientOptions): LiveClient {
  const { request, onEvent, paceMillis = 100, socketTimeoutMillis } = options;
  const dynamodb = patientClient(place, socketTimeoutMillis);
  const over = new AbortController();
  const isOver = (): boolean => over.signal.aborted;
  const course = new Course();
  const seen = { served: 0, lastAnswer: undefined as Answer["kind"] | undefined };
  const ask = async (): Promise<void> => {
    while (!isOver()) {
      const sentAt = performance.now();
      const answer = await answerTo(() => request(dynamodb));
      if (isOver()) return;
      if (answer.kind === "allowed") seen.served += 1;
      seen.lastAnswer = answer.kind;
      const events = course.note(answer, sentAt, performance.now());
      for (const event of events) onEvent?.(event);
      // The way a program goes on that has lost its connection: at once.
      if (!events.some(({ kind }) => kind === "broken"))
        await sleep(paceMillis, undefined, { signal: over.signal }).catch(() => undefined);
    }
  };
  const asking = ask();
  return {
    events: course.events,
    get served() {
      return seen.served;
    },
    get lastAnswer() {
      return seen.lastAnswer;
    },
    stop: async () => {
      over.abort();
      dynamodb.destroy();
      await asking;
      place.detach();
    },
  };
}

/** One attempt a request: what the SDK tries again by itself would not be seen here. */
function patientClient(
  { endpointUrl: endpoint, region, credentials }: Client,
  socketTimeoutMillis: number,
): DynamoDBClient {
  const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
  const requestHandler = { httpAgent, connectionTimeout: socketTimeoutMillis, socketTimeout: socketTimeoutMillis };
  return new DynamoDBClient({ endpoint, region, credentials, maxAttempts: 1, requestHandler });
}

async function answerTo(request: () => Promise<unknown>): Promise<Answer> {
  try {
    await request();
    return { kind: "allowed" };
  } catch (error) {
    return answerIn(error);
  }
}

/**
 * What the answers to one request after the other say about a client's fortunes. All times are as `performance.now()`
 * counts.
 */
export class Course {
  readonly events: LiveClientEvent[] = [];
  #unansweredFrom: number | undefined;
  #refusedFrom: number | undefined;

  /** The events that this answer brings. */
  note(answer: Answer, sentAt: number, now: number): readonly LiveClientEvent[] {
    const added = isAnswered(answer)
      ? [...this.#answered(now), ...this.#judged(answer, now)]
      : this.#unanswered(answer, sentAt);
    this.events.push(...added);
    return added;
  }

  #unanswered({ kind }: Answer, sentAt: number): readonly LiveClientEvent[] {
    if (this.#unansweredFrom !== undefined) return [];
    this.#unansweredFrom = sentAt;
    return [{ kind: "broken", how: kind === "reset" || kind === "timedOut" ? kind : "unreachable" }];
  }

  #answered(now: number): readonly LiveClientEvent[] {
    if (this.#unansweredFrom === undefined) return [];
    const interruptionMillis = Math.round(now - this.#unansweredFrom);
    this.#unansweredFrom = undefined;
    return [{ kind: "reconnected", interruptionMillis }];
  }

  #judged(answer: Answer, now: number): readonly LiveClientEvent[] {
    if (answer.kind !== "allowed") {
      if (this.#refusedFrom !== undefined) return [];
      this.#refusedFrom = now;
      return [{ kind: "refused", answer }];
    }
    if (this.#refusedFrom === undefined) return [];
    const refusedMillis = Math.round(now - this.#refusedFrom);
    this.#refusedFrom = undefined;
    return [{ kind: "served", refusedMillis }];
  }
}
