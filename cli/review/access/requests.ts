import type { AccessFlip } from "../../../components/policy/access/facts";

type Told = Pick<AccessFlip, "caller" | "actions" | "resources" | "before" | "after">;

/** The single requests of flips, with what comes of them. Never listed: there may be millions. */
export class Requests {
  /** Caller and outcomes → resource → the actions of each flip. */
  readonly #known = new Map<string, Map<string, ReadonlySet<string>[]>>();

  constructor(flips: readonly Told[]) {
    for (const flip of flips) this.add(flip);
  }

  add(flip: Told): void {
    const key = keyOf(flip);
    const known = this.#known.get(key) ?? new Map<string, ReadonlySet<string>[]>();
    this.#known.set(key, known);
    const actions = new Set(flip.actions);
    for (const resource of flip.resources) known.set(resource, [...(known.get(resource) ?? []), actions]);
  }

  hasAllOf(flip: Told): boolean {
    const known = this.#known.get(keyOf(flip));
    if (known === undefined) return false;
    return flip.resources.every((resource) => {
      const sets = known.get(resource) ?? [];
      return flip.actions.every((action) => sets.some((actions) => actions.has(action)));
    });
  }
}

function keyOf({ caller, before, after }: Told): string {
  return `${caller} ${before.outcome} ${after.outcome}`;
}
