import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NormalizedSchema } from "@smithy/core/schema";
import type { Model, Operation } from "./model";

/** A member of a structure, a list or a map, by the name of its shape. */
export interface BotocoreMember {
  readonly shape: string;
  readonly location?: string;
  readonly locationName?: string;
  readonly queryName?: string;
}

export interface BotocoreShape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, BotocoreMember>>;
  readonly member?: BotocoreMember;
  readonly key?: BotocoreMember;
  readonly value?: BotocoreMember;
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly timestampFormat?: string;
}

/** A service as botocore has it, reduced to what the lab serves by `tools/botocore/generate.ts`. */
export interface BotocoreModel {
  readonly metadata: {
    readonly apiVersion: string;
    readonly protocol: string;
    readonly targetPrefix?: string;
    readonly xmlNamespace?: string;
  };
  readonly operations: Readonly<
    Record<
      string,
      {
        readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
        readonly input?: BotocoreMember;
        readonly output?: BotocoreMember;
      }
    >
  >;
  readonly shapes: Readonly<Record<string, BotocoreShape>>;
}

/** The model of a service, by the name for which requests are signed. */
export function readBotocoreModel(service: string): BotocoreModel | undefined {
  const file = join(__dirname, "models", `${service}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as BotocoreModel) : undefined;
}

/** The same as a protocol reads it: for a service whose client brings no schemas. */
export function modelOfBotocore({ metadata, operations, shapes }: BotocoreModel): Model {
  const schemaOf = schemas(shapes);
  return {
    operations: new Map(
      Object.entries(operations).map(([name, { input, output, http }]): [string, Operation] => [
        name,
        {
          name,
          input: NormalizedSchema.of(schemaOf(input?.shape)),
          output: NormalizedSchema.of(schemaOf(output?.shape)),
          required: shapes[input?.shape ?? ""]?.required ?? [],
          http: [http.method, http.requestUri, http.responseCode ?? 200],
        },
      ]),
    ),
    xmlNamespace: metadata.xmlNamespace ?? "",
    version: metadata.apiVersion,
    target: metadata.targetPrefix ?? "",
  };
}

type Schema = Parameters<typeof NormalizedSchema.of>[0];

/** As `@smithy/core/schema` writes what has no parts of its own. */
const SIMPLE: Readonly<Record<string, number>> = {
  string: 0,
  character: 0,
  integer: 1,
  long: 1,
  float: 1,
  double: 1,
  boolean: 2,
  timestamp: 4,
  blob: 21,
};
const [LIST, MAP, STRUCTURE] = [1, 2, 3];
const UNIT = "unit";
const NAMESPACE = "botocore";

/** A structure may have itself as a member: it is told by a function. */
function schemas(shapes: BotocoreModel["shapes"]): (name: string | undefined) => Schema {
  const known = new Map<string, Schema>();
  const member = ({ shape, location, locationName }: BotocoreMember): Schema => {
    const traits = location === "querystring" ? { httpQuery: locationName } : { xmlName: locationName };
    return [() => schemaOf(shape), locationName === undefined ? 0 : traits] as unknown as Schema;
  };
  const made = (name: string, { type, members = {}, ...shape }: BotocoreShape): Schema => {
    const simple = SIMPLE[type];
    if (simple !== undefined) return simple;
    if (shape.member !== undefined) return [LIST, NAMESPACE, name, 0, member(shape.member)] as unknown as Schema;
    if (shape.value !== undefined) return [MAP, NAMESPACE, name, 0, 0, member(shape.value)] as unknown as Schema;
    return [
      STRUCTURE,
      NAMESPACE,
      name,
      0,
      Object.keys(members),
      Object.values(members).map(member),
    ] as unknown as Schema;
  };
  const schemaOf = (name: string | undefined): Schema => {
    const shape = shapes[name ?? ""];
    if (name === undefined || shape === undefined) return UNIT;
    const schema = known.get(name) ?? made(name, shape);
    known.set(name, schema);
    return schema;
  };
  return schemaOf;
}
