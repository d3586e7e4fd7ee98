/** The part of the package schema that the provider itself goes by. */
export interface Schema {
  readonly version: string;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, { readonly inputs: ObjectSpec }>>;
  readonly types: Readonly<Record<string, ObjectSpec | EnumSpec>>;
}

export interface ResourceSpec {
  readonly inputProperties: Readonly<Record<string, TypeSpec>>;
  readonly requiredInputs: readonly string[];
  readonly properties: Readonly<Record<string, TypeSpec>>;
}

export interface ObjectSpec {
  readonly properties: Readonly<Record<string, TypeSpec>>;
  readonly required: readonly string[];
}

export interface EnumSpec {
  readonly enum: readonly { readonly value: string }[];
}

export interface TypeSpec {
  readonly type?: "string" | "integer" | "boolean" | "array" | "object";
  readonly $ref?: string;
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  /** Not an Output: it must be known when the component is made. */
  readonly plain?: boolean;
}

export function readSchema(text: string): Schema {
  return JSON.parse(text) as Schema;
}

/** The object or enum type that a property refers to. */
export function referredType(schema: Schema, { $ref }: TypeSpec): ObjectSpec | EnumSpec | undefined {
  return $ref === undefined ? undefined : schema.types[$ref.replace("#/types/", "")];
}
