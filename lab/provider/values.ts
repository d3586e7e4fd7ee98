import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * Property values as the Pulumi engine sends them: a protobuf Struct in which secrets and unknown values are marked.
 * https://www.pulumi.com/docs/iac/guides/building-extending/providers/ and sdk/proto/pulumi/provider.proto.
 */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that is not known before something has been created. */
export const UNKNOWN = Symbol("unknown");

export type Values = Readonly<Record<string, unknown>>;

/** Where in the values something lies: `["tags", "Name"]`. */
export type Path = readonly (string | number)[];

/** Values without their marks, and where the secret ones are. */
export interface Decoded {
  readonly values: Values;
  readonly secrets: readonly Path[];
}

export function isObject(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function containsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.some(containsUnknown);
  return isObject(value) && Object.values(value).some(containsUnknown);
}

export function decode(struct: Struct | undefined): Decoded {
  const secrets: Path[] = [];
  const values = decodeValue(struct?.toJavaScript() ?? {}, [], secrets);
  return { values: values as Values, secrets };
}

/** Absent and null are the same to AWS; a key without a value is left out. */
function decodeValue(value: unknown, path: Path, secrets: Path[]): unknown {
  if (value === UNKNOWN_ON_THE_WIRE) return UNKNOWN;
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map((element, i) => decodeValue(element, [...path, i], secrets));
  if (!isObject(value)) return value;
  if (value[SIGNATURE] === SECRET) {
    secrets.push(path);
    return decodeValue(value["value"], path, secrets);
  }
  if (value[SIGNATURE] === OUTPUT) {
    if (value["secret"] === true) secrets.push(path);
    return "value" in value ? decodeValue(value["value"], path, secrets) : UNKNOWN;
  }
  const entries = Object.entries(value)
    .map(([key, element]) => [key, decodeValue(element, [...path, key], secrets)] as const)
    .filter(([, element]) => element !== undefined);
  return Object.fromEntries(entries);
}

/**
 * The Struct with every value under one of the secret paths marked as secret. Where the values are less deep than a
 * path (an object that became JSON text), what is there is secret.
 */
export function encode(values: Values, secrets: readonly Path[] = []): Struct {
  const encoded = encodeValue(values, secrets) as Record<string, JavaScriptValue>;
  return Struct.fromJavaScript(encoded);
}

function encodeValue(value: unknown, secrets: readonly Path[]): unknown {
  if (secrets.some((path) => path.length === 0)) {
    return { [SIGNATURE]: SECRET, value: encodeValue(value, []) };
  }
  if (Array.isArray(value)) return value.map((element, i) => encodeValue(element, below(secrets, i)));
  if (!isObject(value)) {
    const plain = value === UNKNOWN ? UNKNOWN_ON_THE_WIRE : value;
    return secrets.length > 0 ? { [SIGNATURE]: SECRET, value: plain } : plain;
  }
  const entries = Object.entries(value).filter(([, element]) => element !== undefined);
  return Object.fromEntries(entries.map(([key, element]) => [key, encodeValue(element, below(secrets, key))]));
}

function below(paths: readonly Path[], key: string | number): readonly Path[] {
  return paths.filter(([first]) => first === key).map((path) => path.slice(1));
}

/** A path as Pulumi writes it in a detailed diff: `routes[0].cidrBlock`, `tags["aws:name"]`. */
export function pathText([first, ...rest]: Path): string {
  const tail = rest.map((key) => {
    if (typeof key === "number") return `[${key}]`;
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `["${key}"]`;
  });
  return `${String(first)}${tail.join("")}`;
}
