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
  const { steps = [], diagnostics, ...rest } = JSON.parse(digest) as Digest;
  const told = diagnostics?.filter((each) => !isOfThePath(each)) ?? [];
  const order = steadyOrder(steps);
  const place = ({ op, urn }: DigestStep): number => {
    const at = order.indexOf(urn);
    return op === "delete" ? 2 * order.length - at : at;
  };
  // Providers are in a stream alone.
  const compared = (a: DigestStep, b: DigestStep): number =>
    place(a) - place(b) || (a.urn === b.urn ? 0 : a.urn < b.urn ? -1 : 1);
  const lines = [...steps].sort(compared).map((step) => names.textOf(withoutMost(step)));
  const others = Object.entries({
    ...(told.length > 0 && { diagnostics: told }),
    ...rest,
    ...("duration" in rest && { duration: 0 }),
  }).map(([key, value]) => `${JSON.stringify(key)}: ${names.textOf(value)}`);
  return {
    digest: `{\n${[`"steps": [\n${lines.join(",\n")}\n]`, ...others].join(",\n")}\n}\n`,
    events: eventsOf(events, names, compared),
  };
}

interface Digest extends Json {
  readonly steps?: readonly DigestStep[];
  readonly diagnostics?: readonly Json[];
}

/** Where this machine has the host of a language. */
function isOfThePath({ message }: Json): boolean {
  return /^warning: using \S+ from \$PATH at /.test(String(message));
}

interface DigestStep extends Json {
  readonly op: string;
  readonly urn: string;
  readonly oldState?: StepState;
  readonly newState?: StepState;
}

interface StepState {
  readonly parent?: string;
  readonly dependencies?: readonly string[];
}

/**
 * The URNs, each after what it is made from, and by their names otherwise: in which order the engine comes upon them is
 * another matter each time.
 */
function steadyOrder(steps: readonly DigestStep[]): readonly string[] {
  const needed = new Map(
    steps.map(({ urn, newState, oldState }) => {
      const { parent = "", dependencies } = newState ?? oldState ?? {};
      return [urn, [parent, ...(dependencies ?? [])]];
    }),
  );
  const order: string[] = [];
  const add = (urn: string): void => {
    const before = needed.get(urn);
    if (before === undefined || order.includes(urn)) return;
    needed.delete(urn);
    for (const each of [...before].sort()) add(each);
    order.push(urn);
  };
  for (const urn of [...needed.keys()].sort()) add(urn);
  return order;
}

/** Numbered anew: how often the engine reports its progress is another matter each time, too. */
function eventsOf(text: string, names: SteadyNames, compared: (a: DigestStep, b: DigestStep) => number): string {
  const events = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Json)
    .filter((event) => !isOfDebugging(event));
  const stepOf = ({ resourcePreEvent }: Json): DigestStep | undefined =>
    (resourcePreEvent as { readonly metadata: DigestStep } | undefined)?.metadata;
  const steps = events
    .filter((event) => stepOf(event) !== undefined)
    .sort((a, b) => compared(stepOf(a) as DigestStep, stepOf(b) as DigestStep));
  return events
    .map((event) => (stepOf(event) === undefined ? event : (steps.shift() ?? event)))
    .map((event, sequence) => {
      const steady = { ...(without(event) as Json), sequence, timestamp: TIME.getTime() / 1000 };
      return `${names.textOf(steady)}\n`;
    })
    .join("");
}

function isOfDebugging({ diagnosticEvent, resOutputsEvent, progressEvent }: Json): boolean {
  return (
    resOutputsEvent !== undefined ||
    progressEvent !== undefined ||
    (diagnosticEvent as Json | undefined)?.severity === "debug" ||
    isOfThePath((diagnosticEvent ?? {}) as Json)
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

/** By what a policy depends on a review knows whether it comes before a switch. */
function withoutMost(step: DigestStep): unknown {
  const { newState } = step;
  const rest = without(step) as DigestStep;
  if (newState === undefined || !step.urn.includes("aws:dynamodb/resourcePolicy:")) return rest;
  return { ...rest, newState: { ...rest.newState, dependencies: [...(newState.dependencies ?? [])].sort() } };
}

function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !LEFT_OUT.has(key))
      .map(([key, each]) => [
        key,
        HASH.test(key) ? "…" : key === "propertyDependencies" ? sortedLists(each) : without(each),
      ]),
  );
}

/** Lists that are in no order. */
function sortedLists(value: unknown): unknown {
  const lists = Object.entries((value ?? {}) as Readonly<Record<string, readonly string[]>>);
  return Object.fromEntries(lists.map(([key, urns]) => [key, [...urns].sort()]));
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
      .replace(IDS, (id: string, ofTwo: string | undefined, prefix: string = ofTwo ?? "id") =>
        KEPT.has(id) ? id : this.#nameOf(id, prefix),
      )
      .replace(ADDRESSES, (_, last: string) => this.#nameOf(`203.0.113.${last}`, "address"));
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
    // Policies are asked about addresses.
    const name = prefix === "address" ? `192.0.2.${count}` : `${prefix}-${count}`;
    this.#named.set(id, name);
    return name;
  }
}

/** AWS's ids, those that its provider makes of two of them, and UUIDs. */
const IDS =
  /(?<![A-Za-z])(?:(a-vpce|r-rtb)-[0-9a-f]{17}\d+|(rtbassoc|rtb|vpce|vpc|subnet|nat|igw|eipalloc|eipassoc|eni|sgr|sg|acl|dopt|pl)-[0-9a-f]{8,17})|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const TIMES = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+0000)/g;

/** Public addresses, also as they stand in names. */
const ADDRESSES = /203[.-]0[.-]113[.-](\d+)/g;

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
