/** As much of JSON Schema as the command line's schemas use. */
interface Schema {
  readonly type?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
}

/** Where a value is not as its schema says. */
export function misfits(value: unknown, schema: Schema, path = "$"): readonly string[] {
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((each) => misfits(value, each, path));
    return tried.some((found) => found.length === 0) ? [] : (tried[0] ?? []);
  }
  if (schema.const !== undefined && value !== schema.const) return [`${path}: not ${JSON.stringify(schema.const)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value)) return [`${path}: ${JSON.stringify(value)}`];
  if (schema.type !== undefined && !isOfType(value, schema.type)) return [`${path}: not of type ${schema.type}`];
  if (schema.minimum !== undefined && (value as number) < schema.minimum)
    return [`${path}: less than ${schema.minimum}`];
  if (Array.isArray(value)) return value.flatMap((item, i) => misfits(item, schema.items ?? {}, `${path}[${i}]`));
  if (typeof value !== "object" || value === null) return [];
  const { properties = {}, additionalProperties: others = true, required = [] } = schema;
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, each]) => {
      const own = properties[name] ?? others;
      if (own === false) return [`${path}.${name}: not in the schema`];
      return own === true ? [] : misfits(each, own, `${path}.${name}`);
    }),
  ];
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
