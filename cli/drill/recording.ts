import type { DrillEvent, Happening } from "./events";

/** All that happens in a run, in its order. */
export class Recording {
  readonly #startedAt = performance.now();
  readonly #events: DrillEvent[] = [];
  readonly #listeners = new Set<(event: DrillEvent) => void>();

  get events(): readonly DrillEvent[] {
    return this.#events;
  }

  /** Milliseconds since the run began. */
  now(): number {
    return performance.now() - this.#startedAt;
  }

  add(happening: Happening): void {
    const event = { ...happening, at: this.now() } as DrillEvent;
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }

  /** The answer ends it. */
  onEvent(listener: (event: DrillEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
