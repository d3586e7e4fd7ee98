import { containsUnknowns, isUnknown, output, Output } from "@pulumi/pulumi";
import { isSecretInput, settledValue } from "../components/engine/plannedValues";
import { formOf, Unreadable } from "../components/shapes/forms";
import { referredType, type ObjectSpec, type Schema, type TypeSpec } from "./schema";

type Properties = ObjectSpec["properties"];

/**
 * Reads inputs of another language, which may be anything, into the form in which a TypeScript program would have given
 * them; what they are given to tells what is wrong with them.
 *
 * A language whose every value is an Output gives Outputs for what must be known at once: such an Output is resolved
 * here. What no TypeScript program could have given stands as `Unreadable`: unknown or secret Outputs where a value is
 * needed.
 */
export async function readInputs(
  schema: Schema,
  properties: Properties,
  given: object,
): Promise<Readonly<Record<string, unknown>>> {
  // A null of another language is what TypeScript leaves out.
  const present = Object.entries(given).filter(([, value]) => value !== null && value !== undefined) as [
    string,
    unknown,
  ][];
  const read = present.map(async ([name, value]) => {
    const declared = Object.hasOwn(properties, name) ? properties[name] : undefined;
    return [name, declared === undefined ? value : await readValue(schema, declared, value)] as const;
  });
  return Object.fromEntries(await Promise.all(read));
}

async function readValue(schema: Schema, declared: TypeSpec, given: unknown): Promise<unknown> {
  if (isUnknown(given)) return readValue(schema, declared, output(given));
  if (!Output.isInstance(given)) return readKnown(schema, declared, given);
  if (declared.plain !== true) return given;
  const [value, secret] = await Promise.all([settledValue(given), isSecretInput(given)]);
  if (secret)
    return new Unreadable("is a secret, but warnings and names of resources show it", "give it as plain text");
  if (containsUnknowns(value))
    return new Unreadable(
      "is not known yet, but decides which resources there are",
      "give it as a value, not as the output of a resource; ids within it may be outputs",
    );
  return readKnown(schema, declared, value);
}

/** What is in lists and maps is read, too, where that is what is declared. */
function readKnown(schema: Schema, declared: TypeSpec, value: unknown): unknown {
  const { items } = declared;
  if (items !== undefined && Array.isArray(value))
    return Promise.all(value.map((item) => readValue(schema, items, item)));
  if (formOf(value) !== "map") return value;
  const properties = propertiesOf(schema, declared, value as object);
  return properties === undefined ? value : readInputs(schema, properties, value as object);
}

/** Those of an object type; those of a map are as many as it has, all alike; text and numbers have none. */
function propertiesOf(schema: Schema, declared: TypeSpec, value: object): Properties | undefined {
  const type = referredType(schema, declared);
  if (type !== undefined) return "properties" in type ? type.properties : undefined;
  const { type: form, additionalProperties = {} } = declared;
  return form === "object"
    ? Object.fromEntries(Object.keys(value).map((key) => [key, additionalProperties]))
    : undefined;
}
