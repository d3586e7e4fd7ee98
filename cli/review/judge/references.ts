import type { Change, Preview } from "../read/preview";
import { isSecretValue, isUnknownValue, textsIn } from "../read/values";

/** Before or after what a preview plans. */
export type Side = "before" | "after";

/** What a property names: a resource of this preview, of another stack, or one that cannot be told. */
export interface Reference {
  /** Equal for the same resource, before and after. */
  readonly key: string;
  /** As it may be shown. */
  readonly id: string | undefined;
  readonly isSecret: boolean;
  /** The resource, where it is in this preview. */
  readonly change: Change | undefined;
  /** Whether this run makes it: nothing in it can have an open connection. */
  readonly isMade: boolean;
  /** Whether `key` is a stand-in: the id is known after deployment, and an event stream says no more. */
  readonly isUnresolved: boolean;
}

/** Finds the resources that properties name. */
export class References {
  readonly #changes: Preview["changes"];
  readonly #byId = new Map<string, Change>();
  readonly #ofType = new Map<string, Change[]>();

  constructor({ changes }: Preview) {
    this.#changes = changes;
    for (const change of changes.values()) {
      for (const state of [change.before, change.after]) if (state?.id !== undefined) this.#byId.set(state.id, change);
      const ofType = this.#ofType.get(change.type) ?? [];
      ofType.push(change);
      this.#ofType.set(change.type, ofType);
    }
  }

  /** What `property` of a resource names, on one side; `types` are what it can be. */
  of(change: Change, side: Side, property: string, types: RegExp): Reference | undefined {
    const state = change[side];
    return state === undefined ? undefined : this.#referenceTo(state.inputs[property], change, side, property, types);
  }

  /** The same of a property that is a list. A list that is unknown as a whole may name several. */
  listOf(change: Change, side: Side, property: string, types: RegExp): readonly Reference[] {
    const state = change[side];
    const given = state?.inputs[property];
    if (given === undefined) return [];
    if (Array.isArray(given))
      return given.flatMap((each, i) => this.#referenceTo(each, change, side, `${property}[${i}]`, types) ?? []);
    const made = this.#madeFrom(change, side, property, types);
    if (isUnknownValue(given) && made.length > 0) return made.map((each) => referenceToResource(each, side));
    return [this.#standIn(given, change, property, made)];
  }

  /** What a value somewhere in `property` names. */
  target(change: Change, side: Side, value: unknown, property: string, types: RegExp): Reference | undefined {
    return this.#referenceTo(value, change, side, property, types);
  }

  /** The reference to a resource itself. */
  to(change: Change, side: Side): Reference {
    return referenceToResource(change, side);
  }

  #referenceTo(value: unknown, change: Change, side: Side, property: string, types: RegExp): Reference | undefined {
    if (value === undefined || value === null || value === "") return undefined;
    if (isSecretValue(value)) return this.#standIn(value, change, property, []);
    if (!isUnknownValue(value)) return typeof value === "string" ? this.#referenceToId(value, side) : undefined;
    const made = this.#madeFrom(change, side, property.replace(/\[\d+\]$/, ""), types);
    const [only, ...others] = made;
    return only !== undefined && others.length === 0
      ? referenceToResource(only, side)
      : this.#standIn(value, change, property, made);
  }

  #referenceToId(id: string, side: Side): Reference {
    const change = this.#byId.get(id);
    // An id that is known is that of what is there; in the place of what is replaced comes another.
    const isOld = change !== undefined && side === "after" && change.isReplaced && change.after?.id !== id;
    return { key: id, id, isSecret: false, change: isOld ? undefined : change, isMade: false, isUnresolved: false };
  }

  /** An id that is unknown is that of something which this preview makes. */
  #madeFrom(change: Change, side: Side, property: string, types: RegExp): readonly Change[] {
    const dependencies = change[side]?.propertyDependencies;
    if (dependencies !== undefined)
      return textsIn(dependencies[property]).flatMap((urn) => {
        const found = this.#changes.get(urn);
        return found !== undefined && types.test(found.type) ? [found] : [];
      });
    return [...this.#ofType]
      .flatMap(([type, changes]) => (types.test(type) ? changes : []))
      .filter(({ before, isReplaced }) => before === undefined || isReplaced);
  }

  #standIn(value: unknown, change: Change, property: string, made: readonly Change[]): Reference {
    const isSecret = isSecretValue(value);
    return {
      key: `${change.urn} ${property}`,
      id: undefined,
      isSecret,
      change: undefined,
      // Whichever of those it is, that this run makes.
      isMade: made.length > 0 && made.every(({ isReplaced }) => !isReplaced),
      isUnresolved: !isSecret,
    };
  }
}

/** Whether a resource is, on one side, what this run makes, by itself or in the place of another. */
export function isMadeIn({ isReplaced, before }: Change, side: Side): boolean {
  return side === "after" && (isReplaced || before === undefined);
}

function referenceToResource(change: Change, side: Side): Reference {
  const isNext = isMadeIn(change, side);
  const id = isNext ? undefined : (change.before?.id ?? change.after?.id);
  return {
    key: isNext ? `new ${change.urn}` : (id ?? change.urn),
    id,
    isSecret: false,
    change,
    isMade: isNext && change.before === undefined,
    isUnresolved: false,
  };
}
