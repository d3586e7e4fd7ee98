import type { NormalizedSchema } from "@smithy/core/schema";
import type { Members } from "./protocol";

/** How the protocols that write XML differ. */
export interface XmlNames {
  /** The element of a list's member that has no name of its own. */
  readonly listItem: "item" | "member";
}

const ESCAPED: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"\r]/g, (character) => ESCAPED[character] ?? character);
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** The members of a structure as elements, in the order of its schema. What the schema does not have is left out. */
export function membersXml(names: XmlNames, schema: NormalizedSchema, members: Members): string {
  return [...schema.structIterator()]
    .map(([name, member]) => valueXml(names, member, xmlName(member) ?? name, members[name]))
    .join("");
}

function xmlName(schema: NormalizedSchema): string | undefined {
  return schema.getMergedTraits().xmlName;
}

function valueXml(names: XmlNames, schema: NormalizedSchema, name: string, value: unknown): string {
  if (value === undefined || value === null) return "";
  if (schema.isStructSchema()) return element(name, membersXml(names, schema, value as Members));
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemName = xmlName(item) ?? names.listItem;
    const items = (value as readonly unknown[]).map((each) => valueXml(names, item, itemName, each));
    return element(name, items.join(""));
  }
  if (value instanceof Date) return element(name, value.toISOString());
  return element(name, typeof value === "string" ? escapeXml(value) : JSON.stringify(value));
}
