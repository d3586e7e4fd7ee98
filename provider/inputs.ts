import { containsUnknowns, isUnknown, output, Output } from "@pulumi/pulumi";
import type { Finding } from "../components/args/findings";
import { isSecretInput, settledValue } from "../components/engine/plannedValues";
import { didYouMean } from "../components/shapes/names";
import { referredType, type ObjectSpec, type Schema, type TypeSpec } from "./schema";

/** Inputs as another language gave them, in the form in which a TypeScript program would have given them. */
export interface ReadInputs {
  readonly values: Readonly<Record<string, unknown>>;
  /** What no TypeScript program could have given: unknown or secret Outputs where a value is needed. */
  readonly findings: readonly Finding[];
}

/**
 * Reads inputs by their declarations. A language without types gives anything, and one whose every value is an Output
 * gives Outputs for what must be known at once: such an Output is resolved here. `mistyped` is told of values of
 * another type, which are then left out; without it they stay, and are told by what they are given to.
 */
export async function readInputs(
  schema: Schema,
  declared: Declared,
  given: object,
  mistyped?: (finding: Finding) => void,
): Promise<ReadInputs> {
  const findings: Finding[] = [];
  const values = await readProperties({ schema, findings, mistyped }, declared.properties, given, "");
  return { values, findings };
}

/** What is declared of inputs as a whole. */
type Declared = Pick<ObjectSpec, "properties">;

/**
 * What is missing, not declared at all, or no choice of an enum. The components say that themselves, as they do to a
 * TypeScript program; the functions leave it to the compiler, which other languages do not have.
 */
export function* declarationFindings(
  schema: Schema,
  declared: ObjectSpec,
  given: object,
  path = "",
): Iterable<Finding> {
  const { properties, required } = declared;
  for (const name of required) if (!Object.hasOwn(given, name)) yield { path: `${path}${name}`, message: "is missing" };
  for (const [name, value] of Object.entries(given) as [string, unknown][]) {
    const property = declaredProperty(properties, name);
    if (property === undefined)
      yield {
        path: `${path}${name}`,
        message: "is not an argument of this version",
        suggestion: didYouMean(name, Object.keys(properties)),
      };
    else yield* valueFindings(schema, property, value, `${path}${name}`);
  }
}

function* valueFindings(schema: Schema, declared: TypeSpec, value: unknown, path: string): Iterable<Finding> {
  // It was given, and could not be read: that is told already.
  if (value === undefined) return;
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) yield* valueFindings(schema, declared.items ?? {}, item, `${path}[${i}]`);
  const type = referredType(schema, declared);
  if (type === undefined) return;
  if ("properties" in type) yield* declarationFindings(schema, type, value as object, `${path}.`);
  else if (!type.enum.some((choice) => choice.value === value)) {
    yield {
      path,
      message: `"${value as string}" is no choice`,
      suggestion: didYouMean(
        value as string,
        type.enum.map((choice) => choice.value),
      ),
    };
  }
}

/** A program may give anything, also what every object has: `toString`. */
function declaredProperty(properties: ObjectSpec["properties"], name: string): TypeSpec | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

interface Reading {
  readonly schema: Schema;
  readonly findings: Finding[];
  /** Told of a value of another type, which is then left out; absent: it stays, for a component to tell. */
  readonly mistyped: ((finding: Finding) => void) | undefined;
}

async function readProperties(
  reading: Reading,
  properties: ObjectSpec["properties"],
  given: object,
  path: string,
): Promise<Record<string, unknown>> {
  // A null of another language is what TypeScript leaves out.
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined) as [
    string,
    unknown,
  ][];
  const read = present.map(async ([name, value]) => {
    const declared = declaredProperty(properties, name);
    return [
      name,
      declared === undefined
        ? value
        : await readValue(reading, declared, value, path === "" ? name : `${path}.${name}`),
    ] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function readValue(reading: Reading, declared: TypeSpec, given: unknown, path: string): Promise<unknown> {
  if (isUnknown(given)) return readValue(reading, declared, output(given), path);
  if (!Output.isInstance(given)) return readKnown(reading, declared, given, path);
  if (declared.plain !== true) return given;
  const [value, secret] = await Promise.all([settledValue(given), isSecretInput(given)]);
  if (!containsUnknowns(value) && !secret) return readKnown(reading, declared, value, path);
  reading.findings.push({
    path,
    message: secret
      ? "is a secret, but warnings and names of resources show it"
      : "is not known yet, but decides which resources there are",
    suggestion: secret
      ? "give it as plain text"
      : "give it as a value, not as the output of a resource; ids within it may be outputs",
  });
  return undefined;
}

function readKnown(reading: Reading, declared: TypeSpec, value: unknown, path: string): unknown {
  const expected = expectedForm(reading.schema, declared);
  if (formOf(value) !== expected) {
    if (reading.mistyped === undefined) return value;
    reading.mistyped({ path, message: `is ${withArticle(formOf(value))}, not ${withArticle(expected)}` });
    return undefined;
  }
  if (Array.isArray(value))
    return Promise.all(value.map((item, i) => readValue(reading, declared.items ?? {}, item, `${path}[${i}]`)));
  if (expected !== "map") return value;
  return readProperties(reading, propertiesOf(reading.schema, declared, value as object), value as object, path);
}

/** Those of an object type; those of a map are as many as it has, all alike. */
function propertiesOf(schema: Schema, declared: TypeSpec, value: object): ObjectSpec["properties"] {
  const type = referredType(schema, declared);
  if (type !== undefined && "properties" in type) return type.properties;
  return Object.fromEntries(Object.keys(value).map((key) => [key, declared.additionalProperties ?? {}]));
}

type Form = "list" | "map" | "text" | "number" | "boolean";

function expectedForm(schema: Schema, declared: TypeSpec): Form {
  const type = referredType(schema, declared);
  if (type !== undefined) return "enum" in type ? "text" : "map";
  return ({ array: "list", object: "map", string: "text", integer: "number", boolean: "boolean" } as const)[
    declared.type ?? "string"
  ];
}

const FORMS: Readonly<Record<string, Form>> = { object: "map", number: "number", boolean: "boolean" };

function formOf(value: unknown): Form {
  if (Array.isArray(value)) return "list";
  return FORMS[typeof value] ?? "text";
}

function withArticle(form: Form): string {
  return form === "text" ? "text" : `a ${form}`;
}
