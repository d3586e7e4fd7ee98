import { SERVED_CONFIGURATION } from "./configuration";
import type { FunctionType } from "./functionType";
import type { Properties, ResourceType } from "./resourceType";
import type { ObjectShape, Shape } from "./shapes";

/** The release of the `aws` provider whose interface the lab has. */
export const PROVIDER_VERSION = "7.48.0";

type Json = Readonly<Record<string, unknown>>;

/**
 * The package schema of what the lab serves: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export function packageSchema(resources: readonly ResourceType[], functions: readonly FunctionType[]): Json {
  const everything = [
    ...resources.map(({ properties }) => properties),
    ...functions.flatMap((fn) => [fn.arguments, fn.results]),
  ];
  return {
    name: "aws",
    version: PROVIDER_VERSION,
    config: { variables: configurationSchema() },
    provider: { type: "object", inputProperties: configurationSchema(), properties: {} },
    types: Object.fromEntries(everything.flatMap(nestedTypes)),
    resources: Object.fromEntries(resources.map((type) => [type.token, resourceSchema(type)])),
    functions: Object.fromEntries(functions.map((fn) => [fn.token, functionSchema(fn)])),
  };
}

function configurationSchema(): Json {
  const special: Json = {
    defaultTags: { $ref: "#/types/aws:index/ProviderDefaultTags:ProviderDefaultTags" },
    allowedAccountIds: { type: "array", items: { type: "string" } },
    sharedConfigFiles: { type: "array", items: { type: "string" } },
    sharedCredentialsFiles: { type: "array", items: { type: "string" } },
    maxRetries: { type: "integer" },
  };
  return Object.fromEntries(
    SERVED_CONFIGURATION.map((name) => [
      name,
      special[name] ?? { type: name.startsWith("skip") ? "boolean" : "string" },
    ]),
  );
}

function resourceSchema({ properties }: ResourceType): Json {
  const inputs = propertiesWhere(properties, ({ input }) => input !== "none");
  return {
    properties: propertySchemas(properties),
    required: Object.keys(propertiesWhere(properties, ({ computed, present }) => computed || present)),
    inputProperties: propertySchemas(inputs),
    requiredInputs: Object.keys(propertiesWhere(inputs, ({ input }) => input === "required")),
  };
}

function functionSchema(fn: FunctionType): Json {
  return {
    inputs: {
      type: "object",
      properties: propertySchemas(fn.arguments),
      required: Object.keys(propertiesWhere(fn.arguments, ({ input }) => input === "required")),
    },
    outputs: { type: "object", properties: propertySchemas(fn.results), required: Object.keys(fn.results) },
  };
}

function propertiesWhere(properties: Properties, condition: (property: Properties[string]) => boolean): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, property]) => condition(property)));
}

function propertySchemas(properties: Properties): Json {
  return Object.fromEntries(
    Object.entries(properties).map(([name, { shape, replaces }]) => [
      name,
      { ...shapeSchema(shape), ...(replaces && { willReplaceOnChanges: true }) },
    ]),
  );
}

function shapeSchema(shape: Shape): Json {
  switch (shape.kind) {
    case "string":
    case "policy":
      return { type: "string" };
    case "number":
      return { type: "integer" };
    case "boolean":
      return { type: "boolean" };
    case "archive":
      return { $ref: "pulumi.json#/Archive" };
    case "list":
    case "set":
      return { type: "array", items: shapeSchema(shape.element) };
    case "map":
      return { type: "object", additionalProperties: shapeSchema(shape.element) };
    case "object":
      return { $ref: `#/types/${typeToken(shape)}` };
  }
}

/** "ec2/RouteTableRoute" is the type `aws:ec2/RouteTableRoute:RouteTableRoute`. */
function typeToken({ name }: ObjectShape): string {
  return `aws:${name}:${name.split("/")[1] ?? name}`;
}

function nestedTypes(properties: Properties): readonly (readonly [string, Json])[] {
  return [
    ...Object.values(properties).flatMap(({ shape }) => [...objectTypes(shape)]),
    [
      "aws:index/ProviderDefaultTags:ProviderDefaultTags",
      { type: "object", properties: { tags: { type: "object", additionalProperties: { type: "string" } } } },
    ],
  ];
}

function* objectTypes(shape: Shape): Iterable<readonly [string, Json]> {
  if (shape.kind === "list" || shape.kind === "set" || shape.kind === "map") yield* objectTypes(shape.element);
  if (shape.kind !== "object") return;
  const fields = Object.entries(shape.fields);
  yield [
    typeToken(shape),
    {
      type: "object",
      properties: Object.fromEntries(fields.map(([name, field]) => [name, shapeSchema(field.shape)])),
      required: fields.filter(([, { need }]) => need === "required").map(([name]) => name),
    },
  ];
  for (const [, field] of fields) yield* objectTypes(field.shape);
}
