import { printable } from "../../components/args/printable";

/** HTML or SVG as it stands in a page. Only {@link element} makes it, so that no text of anybody becomes markup. */
export interface Markup {
  readonly markup: string;
}

/** A text is shown as it is, whatever it says. */
export type Child = Markup | string | number | undefined | readonly Child[];

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** More of one text nobody reads, and it could crowd everything else out. */
const MOST_CHARACTERS = 2_000;

/** These have no end tag. */
const VOID = new Set(["br", "hr", "meta"]);

/** Names of elements and attributes are ours, always; values and texts may be anybody's. */
export function element(name: string, attributes: Attributes = {}, ...children: readonly Child[]): Markup {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [` ${key}="${escaped(key === "href" ? harmlessAddress(String(value)) : String(value))}"`],
  );
  const start = `<${name}${written.join("")}>`;
  return { markup: VOID.has(name) ? start : `${start}${children.map(markupOf).join("")}</${name}>` };
}

/** Lines of `<pre>`. */
export function lines(text: string): readonly Child[] {
  return text.split("\n").flatMap((line, i) => (i === 0 ? [line] : [{ markup: "\n" }, line]));
}

function markupOf(child: Child): string {
  if (child === undefined) return "";
  if (typeof child === "string") return escaped(child);
  if (typeof child === "number") return String(child);
  return "markup" in child ? child.markup : child.map(markupOf).join("");
}

/** What is not seen, or turns the direction of a line, is shown as an escape; what HTML reads, as an entity. */
function escaped(text: string): string {
  return printable(text, MOST_CHARACTERS).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A place in this page, or a page that is read over TLS. */
function harmlessAddress(address: string): string {
  return /^(?:#|https:\/\/)/.test(address) ? address : "#";
}

/** An id within a page for each of these, of letters, digits and dashes, the same for the same texts. */
export function anchorsFor(texts: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return texts.map((text) => {
    const plain = text
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 80);
    const free = (n: number): string => (n === 1 ? plain : `${plain}-${n}`);
    let n = 1;
    while (taken.has(free(n)) || free(n) === "") n++;
    taken.add(free(n));
    return free(n);
  });
}
