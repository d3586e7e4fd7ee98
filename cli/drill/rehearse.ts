import { Client } from "./client";
import type { DrillEvent } from "./events";
import { type Breaking, Front } from "./proxy/front";
import { Recording } from "./recording";
import type { Schedule } from "./settings";
import type { Store } from "./store/store";

export interface Rehearsal {
  readonly command: readonly string[];
  readonly region: string;
  readonly schedule: Schedule;
  readonly store: Store;
  readonly breaking: Breaking;
  /** The address at which the client is served. */
  readonly host: string;
  readonly onEvent: (event: DrillEvent) => void;
  readonly onLine: (line: string) => void;
  /** The user's wish to come to an end. */
  readonly stop: AbortSignal;
}

/** Runs a client, breaks its connections as the schedule says, and ends it. The answer is all that happened. */
export async function rehearse(rehearsal: Rehearsal): Promise<readonly DrillEvent[]> {
  const recording = new Recording();
  recording.onEvent(rehearsal.onEvent);
  const front = new Front({ ...rehearsal, recording });
  const lines = new Set<(line: string) => void>();
  const onLine = (line: string): void => {
    rehearsal.onLine(line);
    for (const listener of lines) listener(line);
  };
  let client: Client | undefined;
  try {
    const endpoint = await front.listen();
    client = await Client.start({ ...rehearsal, endpoint, onLine });
    recording.add({ type: "clientStarted" });
    const course = new Course(rehearsal.schedule, recording, front, client, lines);
    await course.run(rehearsal.stop);
    await client.end();
  } finally {
    client?.kill();
    front.close();
  }
  return recording.events;
}

type EndedBy = Extract<DrillEvent, { type: "finished" }>["by"];

/** The course of a run: what happens when. It ends once. */
class Course {
  readonly #timers = new Set<NodeJS.Timeout>();
  #end: (by: EndedBy) => void = () => undefined;
  #breaks = 0;
  #isReady = false;

  constructor(
    readonly schedule: Schedule,
    readonly recording: Recording,
    readonly front: Front,
    readonly client: Client,
    readonly lines: Set<(line: string) => void>,
  ) {}

  async run(stop: AbortSignal): Promise<void> {
    const by = await new Promise<EndedBy>((resolve) => {
      this.#end = resolve;
      stop.addEventListener("abort", () => resolve("signal"), { once: true });
      if (stop.aborted) resolve("signal");
      void this.client.ended.then((ended) => this.#clientEnded(ended));
      // A client that never asks is not waited for longer than one that does is watched.
      this.#after(this.schedule.forMillis, () => this.#isReady || this.#notReady());
      void this.#ready().then(() => this.#begin());
    });
    for (const timer of this.#timers) clearTimeout(timer);
    this.recording.add({ type: "finished", by });
  }

  /** When the client is as warm as was asked for, and a request of it was answered. */
  async #ready(): Promise<void> {
    const { readiness } = this.schedule;
    if (readiness.by === "time") await new Promise<void>((resolve) => this.#after(readiness.millis, resolve));
    if (readiness.by === "line") await this.#line(readiness.pattern);
    await this.#until(() => this.front.hasProvenConnections);
  }

  #notReady(): void {
    if (!this.recording.events.some(({ type }) => type === "asked"))
      this.recording.add({ type: "connectedElsewhere", addresses: this.client.connectedTo });
    this.#end("notReady");
  }

  #begin(): void {
    this.#isReady = true;
    this.recording.add({ type: "ready" });
    const { everyMillis, forMillis } = this.schedule;
    const breaks = Math.floor(forMillis / everyMillis) - 1;
    this.#after(everyMillis, () => void this.#break(breaks));
    this.#after(forMillis, () => void this.#finish());
  }

  /** Breaks connections, if there are some that are of use; a client that still hangs from the last time has none. */
  async #break(left: number): Promise<void> {
    await this.#until(() => this.front.hasProvenConnections);
    const { kinds, reconnectDelayMillis, everyMillis, denyAfterMillis } = this.schedule;
    const kind = kinds[this.#breaks % kinds.length] ?? "reset";
    const isFirst = this.#breaks === 0;
    this.#breaks += 1;
    this.front.breakNext(kind, reconnectDelayMillis, () => {
      if (isFirst && denyAfterMillis !== undefined) this.#after(denyAfterMillis, () => this.front.deny());
      if (left > 1) this.#after(everyMillis, () => void this.#break(left - 1));
    });
  }

  /** A break that is not over is watched for as long as an interruption may be. */
  async #finish(): Promise<void> {
    const { maxInterruptionMillis } = this.schedule;
    const last = this.recording.events.filter(({ type }) => type === "broken").at(-1);
    const watchedMillis = last === undefined ? Infinity : this.recording.now() - last.at;
    if (watchedMillis < maxInterruptionMillis) {
      this.#after(maxInterruptionMillis - watchedMillis + EARLY_MILLIS, () => this.#end("time"));
      await this.#until(() => this.front.hasProvenConnections);
    }
    this.#end("time");
  }

  async #clientEnded({ exitCode, signal }: Awaited<Client["ended"]>): Promise<void> {
    // What ends with it may need a moment longer.
    if (this.client.hasProcesses) await new Promise<void>((resolve) => this.#after(POLL_MILLIS, resolve));
    const hasLeftOthers = this.client.hasProcesses;
    this.recording.add({ type: "clientEnded", exitCode, signal, hasLeftOthers });
    while (this.client.hasProcesses) await new Promise<void>((resolve) => this.#after(POLL_MILLIS, resolve));
    this.#end("client");
  }

  #line(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      const listener = (line: string): void => {
        if (!pattern.test(line)) return;
        this.lines.delete(listener);
        resolve();
      };
      this.lines.add(listener);
    });
  }

  /** Asked again with each event. */
  #until(isSo: () => boolean): Promise<void> {
    if (isSo()) return Promise.resolve();
    return new Promise((resolve) => {
      const stopListening = this.recording.onEvent(() => {
        if (!isSo()) return;
        stopListening();
        resolve();
      });
    });
  }

  #after(millis: number, what: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      what();
    }, millis);
    this.#timers.add(timer);
  }
}

/** Timers may fire a little early: a break is to be watched for no less than was asked for. */
const EARLY_MILLIS = 20;

/** How often is looked for processes that a client left. */
const POLL_MILLIS = 200;
