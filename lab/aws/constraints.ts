import { ApiError } from "../cloud/apiError";
import type { BotocoreModel, BotocoreShape } from "./botocore";

type Members = Readonly<Record<string, unknown>>;

/** What a value of a request breaks of AWS's model. */
export interface Violation {
  /** "tags.1.member.key": names begin in lower case, lists count from 1. */
  readonly path: string;
  readonly value: unknown;
  readonly constraint: Constraint;
}

export type Constraint =
  | { readonly kind: "missing" }
  | { readonly kind: "enum"; readonly values: readonly string[] }
  | { readonly kind: "pattern"; readonly pattern: string }
  | { readonly kind: "length" | "value"; readonly bound: "least" | "most"; readonly limit: number };

/** What a request breaks of the enums, lengths, ranges, patterns and required members of AWS's model. */
export function violationsOf(
  { operations, shapes }: BotocoreModel,
  name: string,
  input: Members,
): readonly Violation[] {
  const found: Violation[] = [];
  const visit = (shapeName: string, value: unknown, path: string): void => {
    const shape = shapes[shapeName];
    if (shape === undefined || value === undefined) return;
    for (const constraint of broken(shape, value)) found.push({ path, value, constraint });
    if (shape.member !== undefined && Array.isArray(value)) {
      const { shape: inner } = shape.member;
      for (const [i, each] of value.entries()) visit(inner, each, `${path}.${i + 1}.member`);
    }
    if (shape.members === undefined || !isMembers(value)) return;
    const at = (member: string): string => (path === "" ? decapital(member) : `${path}.${decapital(member)}`);
    for (const [member, { shape: inner }] of Object.entries(shape.members)) visit(inner, value[member], at(member));
    if (path === "") return;
    for (const member of shape.required ?? []) {
      if (value[member] === undefined) found.push({ path: at(member), value: null, constraint: { kind: "missing" } });
    }
  };
  const request = operations[name]?.input?.shape;
  if (request !== undefined) visit(request, input, "");
  return found;
}

function* broken(shape: BotocoreShape, value: unknown): Iterable<Constraint> {
  const { min, max, pattern } = shape;
  if (typeof value === "string" && shape.type === "string") {
    if (shape.enum !== undefined && !shape.enum.includes(value)) yield { kind: "enum", values: shape.enum };
    if (pattern !== undefined && !matches(pattern, value)) yield { kind: "pattern", pattern };
  }
  const measured = measuredOf(value);
  if (measured === undefined) return;
  const kind = typeof value === "number" ? "value" : "length";
  if (min !== undefined && measured < min) yield { kind, bound: "least", limit: min };
  if (max !== undefined && measured > max) yield { kind, bound: "most", limit: max };
}

function measuredOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" || Array.isArray(value) ? value.length : undefined;
}

function matches(pattern: string, value: string): boolean {
  return new RegExp(`^(?:${pattern})$`, /\\p\{/.test(pattern) ? "u" : "").test(value);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decapital(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

/** As most services write it: all that is broken in one message. */
export function validationError(code: string, violations: readonly Violation[]): ApiError {
  const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected`;
  const each = violations.map(
    ({ path, value, constraint }) =>
      `Value ${value === null ? "null" : `'${shown(value)}'`} at '${path}' failed to satisfy constraint: ` +
      wordsOf(constraint),
  );
  return new ApiError(code, `${count}: ${each.join("; ")}`);
}

function wordsOf(constraint: Constraint): string {
  switch (constraint.kind) {
    case "missing":
      return "Member must not be null";
    case "enum":
      return `Member must satisfy enum value set: [${constraint.values.join(", ")}]`;
    case "pattern":
      return `Member must satisfy regular expression pattern: ${constraint.pattern}`;
    default: {
      const than = constraint.bound === "least" ? "greater" : "less";
      return `Member must have ${constraint.kind} ${than} than or equal to ${constraint.limit}`;
    }
  }
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(", ")}]`;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** As EC2 does: the first one alone. */
export function ec2ValidationError([first]: readonly Violation[]): ApiError {
  const { path = "", value, constraint } = first ?? {};
  const parameter = path.split(".").at(-1) ?? "";
  if (constraint?.kind === "missing") {
    return new ApiError("MissingParameter", `The request must contain the parameter ${parameter}`);
  }
  if (constraint?.kind !== "value") {
    return new ApiError("InvalidParameterValue", `Value (${shown(value)}) for parameter ${parameter} is invalid.`);
  }
  const than = constraint.bound === "least" ? "greater" : "less";
  return new ApiError(
    "InvalidParameterValue",
    `Value ( ${shown(value)} ) for parameter ${parameter} is invalid. Expecting a value ${than} than or equal to ` +
      `${constraint.limit}.`,
  );
}
