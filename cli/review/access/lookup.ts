import type { Change, Preview } from "../read/preview";
import type { Side } from "../judge/references";
import { isUnknownValue, shownText, textsIn } from "../read/values";

/** Finds resources of some types by what properties name: their names, which other types may have as well. */
export class Lookup {
  readonly #changes: Preview["changes"];
  readonly #types: RegExp;
  readonly #byText = new Map<string, Change>();

  constructor({ changes }: Preview, types: RegExp) {
    this.#changes = changes;
    this.#types = types;
    for (const change of changes.values())
      if (types.test(change.type)) for (const text of textsOf(change)) this.#byText.set(text, change);
  }

  all(): readonly Change[] {
    return [...new Set(this.#byText.values())];
  }

  /** The resource, or the text that names one which is not in this preview; `undefined` where nobody can say. */
  named(change: Change, side: Side, property: string, value: unknown): Change | string | undefined {
    const text = shownText(value);
    if (text !== undefined) return this.#byText.get(text) ?? text;
    if (!isUnknownValue(value)) return undefined;
    const urns = textsIn(change[side]?.propertyDependencies?.[property]);
    const found = urns.flatMap((urn) => this.#changes.get(urn) ?? []).filter(({ type }) => this.#types.test(type));
    return found.length === 1 ? found[0] : undefined;
  }
}

function textsOf({ before, after }: Change): readonly string[] {
  return [before, after].flatMap((state) =>
    [state?.id, state?.outputs.arn, state?.outputs.name, state?.inputs.name].flatMap((each) => shownText(each) ?? []),
  );
}

/** What a property is on one side; what a program leaves out stays as it is where the provider computes it. */
export function valueOf({ before, after }: Change, side: Side, property: string, isComputed = true): unknown {
  const own = side === "before" ? before : after;
  if (own === undefined) return undefined;
  if (own.inputs[property] !== undefined) return own.inputs[property];
  return isComputed || side === "before" ? (own.outputs[property] ?? before?.outputs[property]) : undefined;
}
