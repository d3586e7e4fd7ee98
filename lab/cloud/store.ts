import type { ApiCall } from "./apiCall";
import { During } from "./during";
import { type Journal, readJournal, startJournal } from "./journal";

/** The records of one kind, by id. A record is never changed in place: `put` replaces it. */
export interface Collection<T> {
  get(id: string): T | undefined;
  all(): readonly T[];
  put(id: string, record: T): void;
  remove(id: string): void;
}

type Change = readonly [collection: string, id: string, record: unknown];

interface Before {
  readonly at: number;
  readonly name: string;
  readonly id: string;
  /** Absent where there was none. */
  readonly record: unknown;
}

interface Line {
  readonly changes?: readonly Change[];
  readonly call?: ApiCall;
}

/**
 * Everything the lab remembers, and the file in which it survives a killed process.
 *
 * One journal line holds one API call with all the changes it made, and is written before the call is answered.
 */
export class Store {
  readonly #records = new Map<string, Map<string, unknown>>();
  readonly #journal: Journal | undefined;
  readonly #pastCalls: ApiCall[] = [];
  #changes: Change[] = [];
  /** What records were before they changed, the newest last: for reads that are behind. */
  #before: Before[] = [];
  readonly #reading = new During<number>();

  /** `lagMillis`: how far reads are behind that ask for it. */
  constructor(
    stateFile?: string,
    readonly lagMillis = 0,
  ) {
    if (stateFile === undefined) return;
    for (const line of readJournal(stateFile) as readonly Line[]) this.#replay(line);
    this.#journal = startJournal(stateFile, this.#snapshot());
  }

  /** The calls that earlier processes answered, in the order in which they arrived. */
  get pastCalls(): readonly ApiCall[] {
    return [...this.#pastCalls].sort((one, other) => one.sequence - other.sequence);
  }

  collection<T>(name: string): Collection<T> {
    const records = this.#recordsOf(name) as Map<string, T>;
    return {
      get: (id) => this.#seen(name, records).get(id),
      all: () => [...this.#seen(name, records).values()],
      put: (id, record) => {
        this.#remember(name, id, records.get(id));
        records.set(id, record);
        this.#changes.push([name, id, record]);
      },
      remove: (id) => {
        this.#remember(name, id, records.get(id));
        if (records.delete(id)) this.#changes.push([name, id, null]);
      },
    };
  }

  /** What is read meanwhile is as it was before the lag. */
  readBehind<T>(read: () => T): T {
    return this.lagMillis === 0 ? read() : this.#reading.run(Date.now() - this.lagMillis, read);
  }

  #remember(name: string, id: string, record: unknown): void {
    if (this.lagMillis === 0) return;
    const oldest = Date.now() - 2 * this.lagMillis;
    this.#before = [...this.#before.filter(({ at }) => at > oldest), { at: Date.now(), name, id, record }];
  }

  /** The records of a collection as whoever reads them sees them. */
  #seen<T>(name: string, records: Map<string, T>): Map<string, T> {
    const readingAt = this.lagMillis === 0 ? undefined : this.#reading.value;
    if (readingAt === undefined) return records;
    const seen = new Map(records);
    for (const { at, name: changed, id, record } of [...this.#before].reverse()) {
      if (changed !== name || at <= readingAt) continue;
      if (record === undefined) seen.delete(id);
      else seen.set(id, record as T);
    }
    return seen;
  }

  /** Writes the call, together with what changed since the last commit. */
  commit(call: ApiCall): void {
    const changes = this.#changes;
    this.#changes = [];
    this.#journal?.append({ changes, call } satisfies Line);
  }

  close(): void {
    this.#journal?.close();
  }

  #recordsOf(name: string): Map<string, unknown> {
    const known = this.#records.get(name);
    if (known !== undefined) return known;
    const records = new Map<string, unknown>();
    this.#records.set(name, records);
    return records;
  }

  #replay({ changes = [], call }: Line): void {
    for (const [name, id, record] of changes) {
      if (record === null) this.#recordsOf(name).delete(id);
      else this.#recordsOf(name).set(id, record);
    }
    if (call !== undefined) this.#pastCalls.push(call);
  }

  *#snapshot(): Iterable<Line> {
    for (const [name, records] of this.#records) {
      for (const [id, record] of records) yield { changes: [[name, id, record]] };
    }
    for (const call of this.#pastCalls) yield { call };
  }
}
