import { wasChosen } from "./check";
import type { ProviderConfiguration } from "./configuration";
import type { Property, ResourceType } from "./resourceType";
import { comparedEntries, isEmpty, sameValue, type Shape } from "./shapes";
import { allTags, asTags, tagChange } from "./tags";
import { isObject, type Path, pathText, UNKNOWN, type Values } from "./values";

export interface Difference {
  /** The top-level property it belongs to. */
  readonly property: string;
  readonly path: string;
  readonly kind: "add" | "update" | "delete";
  readonly replaces: boolean;
}

export interface ResourceDiff {
  readonly differences: readonly Difference[];
  readonly deleteBeforeReplace: boolean;
}

export interface DiffRequest {
  /** What AWS is known to have: an update makes the inputs true against this, so that drift is a difference. */
  readonly state: Values;
  readonly inputs: Values;
  readonly provider: ProviderConfiguration;
}

export function diffResource(type: ResourceType, request: DiffRequest): ResourceDiff {
  const differences = Object.entries(type.properties).flatMap(([name, property]) =>
    [...propertyDifferences(name, property, request)].map(({ path, kind }): Difference => ({
      property: name,
      path: pathText(path),
      kind,
      replaces: property.replaces ?? false,
    })),
  );
  const replaced = differences.some(({ replaces }) => replaces);
  return { differences, deleteBeforeReplace: replaced && mustDeleteFirst(type, request) };
}

/** The top-level properties that differ. */
export function changedProperties({ differences }: ResourceDiff): ReadonlySet<string> {
  return new Set(differences.map(({ property }) => property));
}

interface Change {
  readonly path: Path;
  readonly kind: Difference["kind"];
}

function propertyDifferences(
  name: string,
  property: Property,
  { state, inputs, provider }: DiffRequest,
): Iterable<Change> {
  const old = state[name];
  if (name === "region") return changes(property.shape, old, inputs["region"] ?? provider.region, [name]);
  if (name === "tagsAll") return defaultTagDifferences(state, inputs, provider);
  const value = inputs[name];
  if (property.input === "none" || (value === undefined && property.computed)) return [];
  return changes(property.shape, old, value, [name]);
}

/** Changed default tags show in `tagsAll`; a resource's own changed tags show in `tags`. */
function defaultTagDifferences(state: Values, inputs: Values, provider: ProviderConfiguration): Iterable<Change> {
  const wanted = allTags(provider.defaultTags, inputs["tags"]);
  if (wanted === UNKNOWN || !sameTags(state["tags"], inputs["tags"])) return [];
  return tagChange(asTags(state["tagsAll"]), wanted) === undefined ? [] : [{ path: ["tagsAll"], kind: "update" }];
}

function sameTags(old: unknown, tags: unknown): boolean {
  return tags !== UNKNOWN && tagChange(asTags(old), asTags(tags)) === undefined;
}

/** The places in which a value of this shape differs, as deep as a user can name them. */
function* changes(shape: Shape, old: unknown, value: unknown, path: Path): Iterable<Change> {
  if (sameValue(shape, old, value)) return;
  if (value === UNKNOWN) yield { path, kind: "update" };
  else if (old === undefined) yield { path, kind: "add" };
  else if (value === undefined) yield { path, kind: "delete" };
  else if (shape.kind === "set" && Array.isArray(old) && Array.isArray(value))
    yield* setChanges(shape.element, old, value, path);
  else if (shape.kind === "list" && Array.isArray(old) && Array.isArray(value)) {
    for (let i = 0; i < Math.max(old.length, value.length); i++)
      yield* changes(shape.element, old[i], value[i], [...path, i]);
  } else if ((shape.kind === "map" || shape.kind === "object") && isObject(old) && isObject(value)) {
    for (const [key, element] of comparedEntries(shape, old, value))
      yield* changes(element, old[key], value[key], [...path, key]);
  } else yield { path, kind: "update" };
}

function* setChanges(element: Shape, old: readonly unknown[], value: readonly unknown[], path: Path): Iterable<Change> {
  const missing = (one: unknown, others: readonly unknown[]): boolean =>
    !others.some((other) => sameValue(element, one, other));
  for (const [i, one] of value.entries()) {
    if (missing(one, old))
      yield { path: [...path, i], kind: old[i] !== undefined && missing(old[i], value) ? "update" : "add" };
  }
  for (const [i, one] of old.entries()) {
    if (missing(one, value) && (value[i] === undefined || !missing(value[i], old)))
      yield { path: [...path, i], kind: "delete" };
  }
}

/**
 * The provider deletes first where two of a kind cannot exist side by side: where its declaration says so, and where
 * the program itself gave the name and keeps it.
 */
function mustDeleteFirst(type: ResourceType, { state, inputs }: DiffRequest): boolean {
  if (type.deleteBeforeReplace) return true;
  return Object.entries(type.properties).some(
    ([name, { autoname }]) =>
      autoname !== undefined && !isEmpty(inputs[name]) && !wasChosen(inputs, name) && state[name] === inputs[name],
  );
}
