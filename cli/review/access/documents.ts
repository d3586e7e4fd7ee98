import type { NamedPolicy } from "../../../components/policy/access/facts";
import type { Change } from "../read/preview";
import { isRecord, isSecretValue, isUnknownValue } from "../read/values";
import { sameDocument } from "../judge/sameDocument";

/** A policy's document on one side of a preview: `hidden` is there, and secret or known after deployment only. */
export type Document = { readonly text: string } | "hidden" | "none";

export function documentIn(value: unknown): Document {
  if (isSecretValue(value) || isUnknownValue(value)) return "hidden";
  if (typeof value === "string" && value !== "") return { text: value };
  return isRecord(value) ? { text: JSON.stringify(value) } : "none";
}

/** Which documents of what changes are in force. */
export type InForce = "today's" | "both" | "the next";

/** A policy before and after a run, and the resources by which it changes. */
export class KnownPolicy {
  readonly name: string;
  before: Document = "none";
  after: Document = "none";
  readonly #by = new Set<Change>();

  constructor(name: string) {
    this.name = name;
  }

  set(side: "before" | "after", document: Document, by: Change): void {
    this[side] = document;
    this.#by.add(by);
  }

  /** The resources by which it changes. */
  get changedBy(): readonly Change[] {
    return [...this.#by].filter(({ before, after }) => before !== after);
  }

  get isHidden(): boolean {
    return this.before === "hidden" || this.after === "hidden";
  }

  /** Whether it is another one afterwards, as far as it is seen. */
  get changes(): boolean {
    if (this.isHidden) return false;
    return !sameDocument(textOf(this.before), textOf(this.after));
  }

  /** Whether nobody can say what it becomes. */
  get becomesHidden(): boolean {
    return this.after === "hidden" && this.changedBy.length > 0;
  }

  /** What is hidden is taken to stay what is seen of it. `none` is what counts where there is no policy. */
  named(inForce: InForce, none: string | null = null): NamedPolicy {
    const texts = [textOf(this.before), textOf(this.after)];
    const [before, after] = this.isHidden ? [texts[0] ?? texts[1], texts[0] ?? texts[1]] : texts;
    const [today, next] = [before ?? none, after ?? none];
    const document = inForce === "the next" ? next : today;
    return { name: this.name, document, ...(inForce === "both" && this.changes && { planned: next }) };
  }
}

function textOf(document: Document): string | undefined {
  return typeof document === "string" ? undefined : document.text;
}
