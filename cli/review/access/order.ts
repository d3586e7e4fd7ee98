import type { Change, Preview } from "../read/preview";

/** In which order the engine makes changes: what depends on a resource is made after it, and deleted before it. */
export class Order {
  readonly #preview: Preview;
  readonly #children = new Map<string, string[]>();
  readonly #needed = new Map<string, ReadonlySet<string>>();

  constructor(preview: Preview) {
    this.#preview = preview;
    for (const [urn, { parent }] of preview.order) {
      if (parent === undefined) continue;
      const siblings = this.#children.get(parent) ?? [];
      siblings.push(urn);
      this.#children.set(parent, siblings);
    }
  }

  /** An event stream says nothing of what depends on what. */
  get isTold(): boolean {
    return this.#preview.format === "digest";
  }

  /** Whether one is changed after the other whatever else happens. */
  isAfter(one: Change, other: Change): boolean {
    const [isOneDeleted, isOtherDeleted] = [one, other].map(({ after }) => after === undefined);
    // Deletions come last.
    if (isOneDeleted !== isOtherDeleted) return isOneDeleted === true;
    return isOneDeleted === true ? this.#needs(other, one) : this.#needs(one, other);
  }

  #needs({ urn }: Change, other: Change): boolean {
    const known = this.#needed.get(urn) ?? this.#neededBy(urn);
    this.#needed.set(urn, known);
    return known.has(other.urn);
  }

  #neededBy(urn: string): ReadonlySet<string> {
    const found = new Set<string>();
    const waiting = [...(this.#preview.order.get(urn)?.dependencies ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next) || next === urn) continue;
      found.add(next);
      const made = this.#preview.order.get(next);
      waiting.push(...(made?.dependencies ?? []));
      if (made?.isComponent === true) waiting.push(...(this.#children.get(next) ?? []));
    }
    return found;
  }
}
