/** A preview in which nothing is left that another run, or another machine, would have written otherwise. */
export interface Steadied {
  /** What `pulumi preview --json` printed; a step is a line. */
  readonly digest: string;
  /** The event log without what the engine tells those who debug it; an event is a line. */
  readonly events: string;
}

type Json = Readonly<Record<string, unknown>>;

/** For everything that has a time of the run. */
const TIME = new Date("2026-01-01T00:00:00.000Z");

export interface Run {
  readonly digest: string;
  readonly events: string;
  readonly startedAt: Date;
  readonly checkout: string;
}

export function steadied({ digest, events, startedAt, checkout }: Run): Steadied {
  const names = new SteadyNames(checkout, startedAt);
  const { steps = [], ...rest } = JSON.parse(digest) as { readonly steps?: readonly Json[] } & Json;
  const lines = steps.map((step) => names.textOf(withoutPlaces(step)));
  const others = Object.entries({ ...rest, ...("duration" in rest && { duration: 0 }) }).map(
    ([key, value]) => `${JSON.stringify(key)}: ${names.textOf(value)}`,
  );
  return {
    digest: `{\n${[`"steps": [\n${lines.join(",\n")}\n]`, ...others].join(",\n")}\n}\n`,
    events: eventsOf(events, names),
  };
}

/** Numbered anew: how often the engine reports its progress is another matter each time. */
function eventsOf(text: string, names: SteadyNames): string {
  const events = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Json)
    .filter((event) => !isOfDebugging(event));
  return events
    .map(
      (event, sequence) =>
        `${names.textOf({ ...(withoutPlaces(event) as Json), sequence, timestamp: TIME.getTime() / 1000 })}\n`,
    )
    .join("");
}

function isOfDebugging({ diagnosticEvent, resOutputsEvent, progressEvent }: Json): boolean {
  return (
    resOutputsEvent !== undefined ||
    progressEvent !== undefined ||
    (diagnosticEvent as Json | undefined)?.severity === "debug"
  );
}

/** When a resource was made, where in the program, the names of hooks, how long it took; and what is long. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "created",
  "modified",
  "sourcePosition",
  "stackTrace",
  "resourceHooks",
  "durationSeconds",
  // All that came before, in each resource once more.
  "dependencies",
]);

/** Of the archives of functions. */
const HASH = /^(?:hash|__hash|codeSha256|sourceCodeHash)$/;

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !LEFT_OUT.has(key))
      .map(([key, each]) => [key, HASH.test(key) ? "…" : withoutPlaces(each)]),
  );
}

/** The same names for what is random, in the order in which it appears. */
class SteadyNames {
  readonly #named = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  constructor(
    readonly checkout: string,
    readonly startedAt: Date,
  ) {}

  textOf(value: unknown): string {
    return JSON.stringify(value)
      .replaceAll(this.checkout, "/checkout")
      .replace(TIMES, (time) => (this.#isOfThisRun(time) ? TIME.toISOString() : time))
      .replace(HOOKS, "$1")
      .replace(SUFFIXES, (_, suffix: string) => `-${this.#nameOf(suffix, "auto")}`)
      .replace(IDS, (id, prefix: string | undefined) =>
        KEPT.has(id) ? id : this.#nameOf(id, prefix === undefined ? "id" : prefix),
      );
  }

  /** Some are written in whole seconds. */
  #isOfThisRun(time: string): boolean {
    const at = Date.parse(time);
    return at > this.startedAt.getTime() - 1000 && at < Date.now() + 1000;
  }

  #nameOf(id: string, prefix: string): string {
    const known = this.#named.get(id);
    if (known !== undefined) return known;
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    this.#counts.set(prefix, count);
    const name = `${prefix}-${count}`;
    this.#named.set(id, name);
    return name;
  }
}

/** AWS's ids, and UUIDs. */
const IDS =
  /(?<![A-Za-z])(rtbassoc|rtb|vpce|vpc|subnet|nat|igw|eipalloc|eipassoc|eni|sgr|sg|acl|dopt|pl)-[0-9a-f]{8,17}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const TIMES = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+0000)/g;

/** What the provider adds to the names of what is created. */
const SUFFIXES = /-([0-9a-f]{7})(?![0-9A-Za-z-])/g;

/** The name of a hook, which is another one in each run. */
const HOOKS = /(announcing what [^"]*? changes) \([0-9a-f]+\)/g;

/** What the engine writes for a value that deployment decides, which a review knows by it. */
const KEPT: ReadonlySet<string> = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
