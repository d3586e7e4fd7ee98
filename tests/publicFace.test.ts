import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const CHECKOUT = resolve(__dirname, "..");

interface Described {
  readonly inputProperties?: object;
  readonly properties?: object;
  readonly inputs?: { readonly properties: object };
  readonly outputs?: { readonly properties: object };
  readonly enum?: readonly { readonly value: string }[];
}

type Face = Readonly<Record<string, readonly string[]>>;

const read = (file: string): string => readFileSync(join(CHECKOUT, file), "utf8");

/** What programs can name, of every language: exports, and what the schema has. */
function publicFace(): Readonly<Record<string, Face>> {
  const { resources, functions, types } = JSON.parse(read("schema.json")) as Record<string, Record<string, Described>>;
  const face = (described: Record<string, Described> = {}): Face =>
    Object.fromEntries(Object.entries(described).map(([token, each]) => [token, membersOf(each)]));
  return {
    exports: { index: exportsOf(read("index.ts")), policy: exportsOf(read("policy.ts")) },
    resources: face(resources),
    functions: face(functions),
    types: face(types),
  };
}

function exportsOf(text: string): readonly string[] {
  return [...text.matchAll(/export (type )?\{([^}]*)\}/g)]
    .flatMap(([, type = "", names = ""]) => names.split(",").map((name) => `${type}${name.trim()}`))
    .filter((name) => !/^(type )?$/.test(name))
    .sort();
}

function membersOf({ inputProperties, properties, inputs, outputs, enum: choices }: Described): readonly string[] {
  const named = (prefix: string, members: object = {}): readonly string[] =>
    Object.keys(members).map((name) => `${prefix}${name}`);
  return [
    ...named("input ", inputProperties ?? inputs?.properties),
    ...named("", properties ?? outputs?.properties),
    ...(choices ?? []).map(({ value }) => value),
  ].sort();
}

describe("the public face", () => {
  it("is what the list says: what is taken out or renamed breaks programs, what is new stands in the changelog", () => {
    assert.deepEqual(publicFace(), JSON.parse(read("tests/cases/publicFace.json")));
  });
});

if (process.env["PUBLIC_FACE"] === "print") process.stdout.write(`${JSON.stringify(publicFace(), null, 2)}\n`);
