/** What a value is, whatever it is of. */
export type Form = "text" | "number" | "boolean" | "list" | "map" | "date" | "null" | "function" | "instance";

export function formOf(value: unknown): Form {
  if (value === null || value === undefined) return "null";
  if (Array.isArray(value)) return "list";
  if (value instanceof Date) return "date";
  if (typeof value !== "object") return PRIMITIVES[typeof value] ?? "instance";
  return isPlain(value) ? "map" : "instance";
}

const PRIMITIVES: Readonly<Record<string, Form>> = {
  string: "text",
  number: "number",
  boolean: "boolean",
  function: "function",
};

/** Written in braces, or read from JSON, in whatever realm: no instance of a class, whose members are no arguments. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Stands in place of a value that was given and cannot be read: why, and what to give instead. */
export class Unreadable {
  constructor(
    readonly message: string,
    readonly suggestion: string,
  ) {}
}

const WITH_ARTICLES: Readonly<Partial<Record<Form, string>>> = {
  text: "text",
  null: "null",
  instance: "an instance of a class",
};

export function withArticle(form: Form): string {
  return WITH_ARTICLES[form] ?? `a ${form}`;
}

/** Whether a value becomes known later: an Output of Pulumi's, which is told by its mark, or a promise. */
export function isLate(value: unknown): boolean {
  if (typeof value !== "object" && typeof value !== "function") return false;
  return value !== null && (hasMark(value, "__pulumiOutput") || value instanceof Promise);
}

/** A resource of Pulumi's, as a reader knows it: `the resource vpc (aws:ec2/vpc:Vpc)`. */
export function resourceIn(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || isLate(value) || !hasMark(value, "__pulumiResource"))
    return undefined;
  const { __name: name, __pulumiType: type } = value as { __name?: unknown; __pulumiType?: unknown };
  const named = [typeof name === "string" ? name : "", typeof type === "string" ? `(${type})` : ""].filter(Boolean);
  return ["the resource", ...named].join(" ");
}

/** Pulumi marks its own, so that they are known across copies of the SDK. */
function hasMark(value: object, mark: "__pulumiOutput" | "__pulumiResource"): boolean {
  return (value as Readonly<Record<string, unknown>>)[mark] === true;
}
