import { isObject, type Path, pathText, UNKNOWN } from "./values";

interface Of<T> {
  /** The TypeScript type of a value of this shape. Never set: it exists for the compiler. */
  readonly valueType?: T;
}

export interface StringShape extends Of<string> {
  readonly kind: "string";
}
/** An IAM policy as JSON: two documents that mean the same are equal. */
export interface PolicyShape extends Of<string> {
  readonly kind: "policy";
}
export interface NumberShape extends Of<number> {
  readonly kind: "number";
}
export interface BooleanShape extends Of<boolean> {
  readonly kind: "boolean";
}
/** Files, as the engine sends them: with a hash. */
export interface ArchiveShape extends Of<Readonly<Record<string, unknown>>> {
  readonly kind: "archive";
}
export interface ListShape<T = unknown> extends Of<readonly T[]> {
  readonly kind: "list" | "set";
  readonly element: Shape;
}
export interface MapShape<T = unknown> extends Of<Readonly<Record<string, T>>> {
  readonly kind: "map";
  readonly element: Shape;
}
export interface ObjectShape<T = unknown> extends Of<T> {
  readonly kind: "object";
  /** Module and name in the provider's schema: "ec2/RouteTableRoute". */
  readonly name: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Fields of the real type that the lab refuses. */
  readonly refused: readonly string[];
}

export type Shape =
  StringShape | PolicyShape | NumberShape | BooleanShape | ArchiveShape | ListShape | MapShape | ObjectShape;

/** A field of an object. A computed one is AWS's answer where its user leaves it out. */
export interface Field<S extends Shape = Shape, N extends Need = Need> {
  readonly shape: S;
  readonly need: N;
}
type Need = "required" | "optional" | "computed";

export type TypeOf<S> = S extends Of<infer T> ? T : never;

type Fields = Readonly<Record<string, Field>>;
type ObjectOf<F extends Fields> = {
  readonly [K in keyof F as F[K] extends Field<Shape, "required"> ? K : never]: TypeOf<F[K]["shape"]>;
} & {
  readonly [K in keyof F as F[K] extends Field<Shape, "required"> ? never : K]?: TypeOf<F[K]["shape"]>;
};

export const string: StringShape = { kind: "string" };
export const policy: PolicyShape = { kind: "policy" };
export const number: NumberShape = { kind: "number" };
export const boolean: BooleanShape = { kind: "boolean" };
export const archive: ArchiveShape = { kind: "archive" };

export function list<S extends Shape>(element: S): ListShape<TypeOf<S>> {
  return { kind: "list", element };
}
/** A list whose order means nothing. */
export function set<S extends Shape>(element: S): ListShape<TypeOf<S>> {
  return { kind: "set", element };
}
export function map<S extends Shape>(element: S): MapShape<TypeOf<S>> {
  return { kind: "map", element };
}
export function object<const F extends Fields>(
  name: string,
  fields: F,
  refused: readonly string[] = [],
): ObjectShape<ObjectOf<F>> {
  return { kind: "object", name, fields, refused };
}
export function needed<S extends Shape>(shape: S): Field<S, "required"> {
  return { shape, need: "required" };
}
export function possible<S extends Shape>(shape: S): Field<S, "optional"> {
  return { shape, need: "optional" };
}
export function answered<S extends Shape>(shape: S): Field<S, "computed"> {
  return { shape, need: "computed" };
}

/** Why `value` is not of this shape: one message for each place. Unknown values are of every shape. */
export function* shapeProblems(shape: Shape, value: unknown, path: Path): Iterable<string> {
  if (value === UNKNOWN) return;
  const misfit = `${pathText(path)} must be ${article(shape)}, not ${described(value)}`;
  switch (shape.kind) {
    case "string":
    case "number":
    case "boolean":
      if (typeof value !== shape.kind) yield misfit;
      return;
    case "policy":
      if (typeof value !== "string") yield misfit;
      else if (parsed(value) === undefined) yield `${pathText(path)} contains an invalid JSON policy`;
      return;
    case "archive":
      if (!isObject(value)) yield misfit;
      return;
    case "list":
    case "set":
      if (!Array.isArray(value)) yield misfit;
      else for (const [i, element] of value.entries()) yield* shapeProblems(shape.element, element, [...path, i]);
      return;
    case "map":
      if (!isObject(value)) yield misfit;
      else
        for (const [key, element] of Object.entries(value))
          yield* shapeProblems(shape.element, element, [...path, key]);
      return;
    case "object":
      if (!isObject(value)) yield misfit;
      else yield* fieldProblems(shape, value, path);
  }
}

function* fieldProblems(shape: ObjectShape, value: Readonly<Record<string, unknown>>, path: Path): Iterable<string> {
  for (const [name, { shape: field, need }] of Object.entries(shape.fields)) {
    const given = value[name];
    if (given !== undefined) yield* shapeProblems(field, given, [...path, name]);
    else if (need === "required") yield `${pathText([...path, name])} is required`;
  }
  for (const name of Object.keys(value)) {
    if (name in shape.fields || name.startsWith("__")) continue;
    if (shape.refused.includes(name)) yield `${pathText([...path, name])} is not served by the lab`;
    else yield `${pathText([...path, name])} is not a property of ${shape.name}`;
  }
}

/** Nothing, in the many ways in which configuration and AWS write it. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false || value === 0) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.values(value).every(isEmpty);
}

export function sameValue(shape: Shape, old: unknown, value: unknown): boolean {
  if (old === UNKNOWN || value === UNKNOWN) return false;
  if (isEmpty(old) || isEmpty(value)) return isEmpty(old) && isEmpty(value);
  switch (shape.kind) {
    case "string":
    case "number":
    case "boolean":
      return old === value;
    case "policy":
      return canonicalPolicy(old) === canonicalPolicy(value);
    case "archive":
      return hashOf(old) === hashOf(value);
    case "list":
      return sameLists(shape.element, old, value);
    case "set":
      return sameSets(shape.element, old, value);
    case "map":
    case "object":
      return sameEntries(shape, old, value);
  }
}

function sameLists(element: Shape, old: unknown, value: unknown): boolean {
  if (!Array.isArray(old) || !Array.isArray(value) || old.length !== value.length) return false;
  return old.every((one, i) => sameValue(element, one, value[i]));
}

function sameSets(element: Shape, old: unknown, value: unknown): boolean {
  if (!Array.isArray(old) || !Array.isArray(value)) return false;
  const within = (some: readonly unknown[], others: readonly unknown[]): boolean =>
    some.every((one) => others.some((other) => sameValue(element, one, other)));
  return within(old, value) && within(value, old);
}

function sameEntries(shape: MapShape | ObjectShape, old: unknown, value: unknown): boolean {
  if (!isObject(old) || !isObject(value)) return false;
  return comparedEntries(shape, old, value).every(([key, element]) => sameValue(element, old[key], value[key]));
}

/** The entries in which two values can differ: a computed field that configuration leaves out is none. */
export function comparedEntries(
  shape: MapShape | ObjectShape,
  old: Readonly<Record<string, unknown>>,
  value: Readonly<Record<string, unknown>>,
): readonly (readonly [key: string, shape: Shape])[] {
  if (shape.kind === "map") {
    const keys = new Set([...Object.keys(old), ...Object.keys(value)]);
    return [...keys].map((key) => [key, shape.element]);
  }
  return Object.entries(shape.fields)
    .filter(([key, { need }]) => need !== "computed" || value[key] !== undefined)
    .map(([key, field]) => [key, field.shape]);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Lists of one element are the element, and the order of strings means nothing: IAM's grammar allows both. */
function canonicalPolicy(document: unknown): string {
  const canonical = (value: unknown): unknown => {
    if (Array.isArray(value)) {
      const elements = value.map(canonical);
      if (elements.every((element) => typeof element === "string")) elements.sort();
      return elements.length === 1 ? elements[0] : elements;
    }
    if (!isObject(value)) return value;
    const entries = Object.entries(value).map(([key, element]) => [key, canonical(element)] as const);
    return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
  };
  return JSON.stringify(canonical(typeof document === "string" ? (parsed(document) ?? document) : document));
}

/** The engine gives every archive a hash of its files. */
export function hashOf(value: unknown): string {
  if (isObject(value) && typeof value["hash"] === "string") return value["hash"];
  return JSON.stringify(value);
}

const ARTICLES: Readonly<Record<Shape["kind"], string>> = {
  string: "a string",
  policy: "a JSON policy",
  number: "a number",
  boolean: "a boolean",
  archive: "an archive",
  list: "a list",
  set: "a list",
  map: "a map",
  object: "an object",
};

function article(shape: Shape): string {
  return ARTICLES[shape.kind];
}

function described(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return isObject(value) ? "an object" : `the ${typeof value} ${JSON.stringify(value)}`;
}
