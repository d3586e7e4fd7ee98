import type { AccessFlip } from "../../../components/policy/access/facts";

type Told = Pick<AccessFlip, "caller" | "actions" | "resources" | "before" | "after">;

/** Single requests of flips, with what comes of them. */
export class Requests {
  readonly #ofCallers = new Map<string, Set<string>>();

  constructor(flips: readonly Told[]) {
    for (const flip of flips) this.add(flip);
  }

  add(flip: Told): void {
    const known = this.#ofCallers.get(flip.caller) ?? new Set<string>();
    this.#ofCallers.set(flip.caller, known);
    for (const request of requestsOf(flip)) known.add(request);
  }

  hasAllOf(flip: Told): boolean {
    const known = this.#ofCallers.get(flip.caller);
    if (known === undefined) return false;
    for (const request of requestsOf(flip)) if (!known.has(request)) return false;
    return true;
  }
}

function* requestsOf({ actions, resources, before, after }: Told): Iterable<string> {
  const outcomes = `${before.outcome} ${after.outcome}`;
  for (const action of actions) for (const resource of resources) yield `${action} ${resource} ${outcomes}`;
}
