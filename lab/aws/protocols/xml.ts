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
  if (!/[&<>"\r]/.test(text)) return text;
  return text.replace(/[&<>"\r]/g, (character) => ESCAPED[character] ?? character);
}

export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** The members of a structure as elements, in the order of its schema. What the schema does not have is left out. */
export function membersXml(names: XmlNames, schema: NormalizedSchema, members: Members): string {
  return schema.isUnitSchema() ? "" : structureWriter(names, schema)(members);
}

type Writer = (name: string, value: unknown) => string;

/** What has been worked out of a structure's schema: there are thousands of the same kind on a page. */
const WRITERS = new WeakMap<XmlNames, WeakMap<object, (members: Members) => string>>();

function structureWriter(names: XmlNames, schema: NormalizedSchema): (members: Members) => string {
  const known = WRITERS.get(names) ?? new WeakMap<object, (members: Members) => string>();
  WRITERS.set(names, known);
  const key = schema.getSchema() as object;
  const writer = known.get(key) ?? newStructureWriter(names, schema);
  known.set(key, writer);
  return writer;
}

function newStructureWriter(names: XmlNames, schema: NormalizedSchema): (members: Members) => string {
  // A structure may have itself in it: the writers of its members are there when the first one is written.
  let parts: readonly (readonly [member: string, name: string, write: Writer])[] | undefined;
  return (members) => {
    parts ??= [...schema.structIterator()].map(([name, member]) => [
      name,
      xmlName(member) ?? name,
      writer(names, member),
    ]);
    let xml = "";
    for (const [member, name, write] of parts) {
      const value = members[member];
      if (value !== undefined && value !== null) xml += write(name, value);
    }
    return xml;
  };
}

function xmlName(schema: NormalizedSchema): string | undefined {
  return schema.getMergedTraits().xmlName;
}

function writer(names: XmlNames, schema: NormalizedSchema): Writer {
  if (schema.isStructSchema()) {
    const write = structureWriter(names, schema);
    return (name, value) => element(name, write(value as Members));
  }
  if (schema.isListSchema()) {
    const item = schema.getValueSchema();
    const itemName = xmlName(item) ?? names.listItem;
    const write = writer(names, item);
    return (name, value) => element(name, (value as readonly unknown[]).map((each) => write(itemName, each)).join(""));
  }
  return (name, value) => {
    if (typeof value === "string") return element(name, escapeXml(value));
    return element(name, value instanceof Date ? value.toISOString() : JSON.stringify(value));
  };
}
