import type { Change, Preview } from "../read/preview";
import { isComponent, parseUrn } from "../read/urn";

/** A component of ours, and what it says of one of its route tables. */
export interface Announced {
  /** Its URN. */
  readonly component: string;
  /** The name that the program gives the route table. */
  readonly routeTable: string;
  /** `breaks`: it warns of what breaks; `gains`: it says that nothing breaks; `undefined`: it says nothing. */
  readonly told: "breaks" | "gains" | undefined;
}

/** What our components say in a preview, by the resources that they say it of. */
export class Announcements {
  readonly #texts = new Map<string, { breaks: string; gains: string }>();

  constructor({ messages }: Preview) {
    for (const { urn, severity, text } of messages) {
      const told = this.#texts.get(urn) ?? { breaks: "", gains: "" };
      if (severity === "warning") told.breaks += `\n${text}`;
      if (severity === "info") told.gains += `\n${text}`;
      this.#texts.set(urn, told);
    }
  }

  /** Of an association; `undefined` where it is none of a component of ours. */
  of({ parent, name }: Change): Announced | undefined {
    if (parent === undefined) return undefined;
    const component = parseUrn(parent);
    if (!isComponent(component)) return undefined;
    const routeTable = name.startsWith(`${component.name}-`) ? name.slice(component.name.length + 1) : name;
    const { breaks = "", gains = "" } = this.#texts.get(parent) ?? {};
    return {
      component: parent,
      routeTable,
      told: names(breaks, routeTable) ? "breaks" : names(gains, routeTable) ? "gains" : undefined,
    };
  }
}

/** A component names a route table as `private-a (rtb-0a1)`. */
function names(text: string, routeTable: string): boolean {
  const named = `${routeTable} (`;
  for (let at = text.indexOf(named); at >= 0; at = text.indexOf(named, at + 1))
    if (at === 0 || /[\s,]/.test(text[at - 1] ?? "")) return true;
  return false;
}
