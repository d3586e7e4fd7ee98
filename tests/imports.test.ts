import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

import ts from "typescript";

const CHECKOUT = resolve(__dirname, "..");
const FOLDERS = ["tools", "provider", "tests"];

describe("the imports of the code", () => {
  // One of a type alone counts, too: who wants to understand either file has to read both.
  for (const folder of FOLDERS) {
    it(`lead in no circle in ${folder}/`, () => assert.deepEqual(circles(importsWithin(folder)), []));
  }

  it("are searched for circles", () => {
    const imports = new Map([
      ["a", ["b", "c"]],
      ["b", ["d"]],
      ["c", ["d"]],
      ["d", ["b"]],
    ]);
    assert.deepEqual(circles(imports), ["b > d > b"]);
  });
});

function importsWithin(folder: string): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|cts|cjs|mjs)$/.test(name))
    .map((name) => join(CHECKOUT, folder, name));
  return new Map(files.map((file) => [shown(file), importsOf(file)]));
}

function importsOf(file: string): readonly string[] {
  return ts
    .preProcessFile(readFileSync(file, "utf8"), true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => resolve(dirname(file), fileName))
    .flatMap((path) => [path, `${path}.ts`].filter((candidate) => existsSync(candidate)).map(shown));
}

/** Each circle once, as the way around it. */
function circles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) found.push([...way.slice(way.indexOf(file)), file].join(" > "));
    if (done.has(file) || way.includes(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

function shown(file: string): string {
  return relative(CHECKOUT, file).replaceAll("\\", "/");
}
