import { createRequire } from "node:module";
import { NormalizedSchema } from "@smithy/core/schema";

/** An operation as the AWS SDK for JavaScript has it. */
export interface Operation {
  readonly name: string;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
  /** The members that a request must have. */
  readonly required: readonly string[];
  /** Method, path and status, where the protocol goes by them. */
  readonly http?: readonly [method: string, path: string, status: number];
}

/** What the SDK's client of a service knows of its API: names and shapes, of which none is typed in here. */
export interface Model {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly xmlNamespace: string;
  readonly version: string;
  /** What stands before the operation in the header `X-Amz-Target`. */
  readonly target: string;
}

interface ClientClass {
  new (configuration: { readonly region: string }): {
    readonly config: {
      readonly protocolSettings: Pick<Model, "version"> & {
        readonly xmlNamespace?: string;
        readonly serviceTarget: string;
      };
    };
  };
}

type CommandClass = new (input: object) => { readonly schema: SdkSchema };

/** `[kind, namespace, name, traits, input, output]`: an input may be given by a function. */
type SdkSchema = readonly [number, string, string, Traits, SchemaSource, SchemaSource];
type Traits = number | { readonly http?: Operation["http"] };
type SchemaSource = Parameters<typeof NormalizedSchema.of>[0];

/** How many members of a structure are required: they come first. */
const REQUIRED_COUNT = 6;

/** Reads the model from the SDK's package, which takes a while: 0.2 s for EC2's. */
export function readModel(packageName: string, clientName: string): Model {
  const sdk = createRequire(__filename)(packageName) as Readonly<Record<string, unknown>>;
  const { protocolSettings } = new (sdk[clientName] as ClientClass)({ region: "us-east-1" }).config;
  const operations = Object.entries(sdk).flatMap(([name, command]): [string, Operation][] => {
    if (!/^[A-Z]\w+Command$/.test(name)) return [];
    const operation = operationOf(new (command as CommandClass)({}).schema);
    return [[operation.name, operation]];
  });
  return {
    operations: new Map(operations),
    xmlNamespace: protocolSettings.xmlNamespace ?? "",
    version: protocolSettings.version,
    target: protocolSettings.serviceTarget,
  };
}

function operationOf([, , name, traits, input, output]: SdkSchema): Operation {
  const schema = NormalizedSchema.of(input);
  const structure = schema.getSchema() as unknown as readonly unknown[];
  const members = (structure[REQUIRED_COUNT - 2] ?? []) as readonly string[];
  const required = Number(structure[REQUIRED_COUNT] ?? 0);
  return {
    name,
    input: schema,
    output: NormalizedSchema.of(output),
    required: members.slice(0, required),
    http: typeof traits === "object" ? traits.http : undefined,
  };
}
