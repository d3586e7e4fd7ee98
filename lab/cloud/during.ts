import { AsyncLocalStorage } from "node:async_hooks";

/**
 * A value that holds while something is carried out, also in what is awaited there.
 *
 * One storage serves all of them: Node.js asks each that was ever used about each promise that is made, also those of
 * clouds that are gone.
 */
export class During<T> {
  static readonly #storage = new AsyncLocalStorage<ReadonlyMap<unknown, unknown>>();

  run<Result>(value: T, perform: () => Result): Result {
    const others = During.#storage.getStore() ?? [];
    return During.#storage.run(new Map([...others, [this, value]]), perform);
  }

  /** Undefined outside. */
  get value(): T | undefined {
    return During.#storage.getStore()?.get(this) as T | undefined;
  }
}
