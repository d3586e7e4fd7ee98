import { createHash } from "node:crypto";
import type { ResourceType } from "./resourceType";
import { shapeProblems } from "./shapes";
import { containsUnknown, isObject, UNKNOWN, type Values } from "./values";

export interface Finding {
  readonly property: string;
  readonly reason: string;
}

export interface CheckedInputs {
  readonly inputs: Values;
  readonly findings: readonly Finding[];
}

export interface CheckRequest {
  readonly news: Values;
  readonly olds: Values;
  readonly resourceName: string;
  /** Makes the made-up part of a name. */
  readonly randomSeed: Uint8Array;
  /** The name that the program's own autonaming proposes. */
  readonly proposedName?: string;
}

/** Remembers which inputs the provider chose, so that a later check can tell them from the program's own. */
const DEFAULTS = "__defaults";

/** What a check needs to know of a resource type or a function. */
export type Checkable = Pick<ResourceType, "token" | "properties" | "refused" | "exactlyOneOf">;

/** Fills in what the provider has defaults for, and finds what is wrong with the rest. */
export function checkInputs(type: Checkable, request: CheckRequest): CheckedInputs {
  const given = Object.fromEntries(
    Object.entries(request.news)
      .filter(([name]) => name !== DEFAULTS)
      .map(([name, value]) => [name, type.properties[name]?.shape.kind === "policy" ? policyText(value) : value]),
  );
  const defaults = defaultsOf(type, request);
  const chosen = Object.fromEntries(Object.entries(defaults).filter(([name]) => !(name in given)));
  return {
    inputs: { ...given, ...chosen, [DEFAULTS]: Object.keys(chosen) },
    findings: [...findings(type, given), ...wrongNames(type, chosen)],
  };
}

/** A policy may be given as an object too. */
function policyText(value: unknown): unknown {
  if (!isObject(value)) return value;
  return containsUnknown(value) ? UNKNOWN : JSON.stringify(value);
}

/** Whether the name in these inputs was made up by the provider. */
export function wasChosen(inputs: Values, property: string): boolean {
  const chosen = inputs[DEFAULTS];
  return Array.isArray(chosen) && chosen.includes(property);
}

function defaultsOf(type: Checkable, request: CheckRequest): Values {
  const defaults: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(type.properties)) {
    if (property.autoname !== undefined) defaults[name] = autoname(name, request);
    else if (property.default !== undefined) defaults[name] = property.default;
  }
  return defaults;
}

/** https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming: kept for as long as the resource lives. */
function autoname(property: string, { olds, resourceName, randomSeed, proposedName }: CheckRequest): unknown {
  if (wasChosen(olds, property)) return olds[property];
  if (proposedName !== undefined) return proposedName;
  const suffix = createHash("sha256").update(randomSeed).digest("hex").slice(0, 7);
  return `${resourceName}-${suffix}`;
}

/** The provider cuts no name that it makes, and leaves out nothing of the resource's: it refuses them. */
function* wrongNames(type: Checkable, chosen: Values): Iterable<Finding> {
  for (const [name, value] of Object.entries(chosen)) {
    const { autoname, problem } = type.properties[name] ?? {};
    const { maxLength = Infinity } = autoname ?? {};
    if (typeof value === "string" && value.length > maxLength) {
      yield {
        property: name,
        reason: `name '${value.slice(0, -7)}' plus 7 random chars is longer than maximum length ${maxLength}`,
      };
      continue;
    }
    const reason = problem?.(value);
    if (reason !== undefined) yield { property: name, reason };
  }
}

function* findings(type: Checkable, given: Values): Iterable<Finding> {
  for (const [name, value] of Object.entries(given)) {
    const property = type.properties[name];
    if (name.startsWith("__")) continue;
    if (property === undefined || property.input === "none") {
      yield { property: name, reason: unknownProperty(type, name) };
      continue;
    }
    for (const reason of shapeProblems(property.shape, value, [name])) yield { property: name, reason };
    const problem = value === UNKNOWN ? undefined : property.problem?.(value);
    if (problem !== undefined) yield { property: name, reason: problem };
  }
  for (const [name, { input }] of Object.entries(type.properties)) {
    if (input === "required" && given[name] === undefined) {
      yield { property: name, reason: `Missing required argument: ${type.token} needs "${name}"` };
    }
  }
  for (const group of type.exactlyOneOf) {
    const present = group.filter((name) => given[name] !== undefined);
    if (present.length !== 1) {
      yield {
        property: group[0] ?? "",
        reason: `Invalid combination of arguments: ${type.token} needs exactly one of ${group.join(", ")}`,
      };
    }
  }
}

function unknownProperty(type: Checkable, name: string): string {
  if (type.refused.includes(name)) return `the lab does not serve the argument "${name}" of ${type.token}`;
  const known = Object.entries(type.properties).filter(([, { input }]) => input !== "none");
  return `${type.token} has no argument "${name}" that the lab knows; it knows ${known
    .map(([property]) => property)
    .sort()
    .join(", ")}`;
}
