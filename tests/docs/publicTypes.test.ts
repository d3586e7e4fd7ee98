import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";

describe("the public types", () => {
  const index = resolve("index.ts");
  const program = ts.createProgram([index], {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    module: ts.ModuleKind.Node16,
    target: ts.ScriptTarget.ES2022,
    types: ["node"],
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(index);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = (module === undefined ? [] : checker.getExportsOfModule(module)).map((symbol) =>
    checker.getAliasedSymbol(symbol),
  );
  const isExplained = (symbol: ts.Symbol): boolean =>
    ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "";

  it("explain themselves and every property, to an editor too", () => {
    const interfaces = exported.filter(
      ({ flags }) => (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.TypeAlias)) !== 0,
    );
    const unexplained = interfaces.flatMap((symbol) => {
      const own = checker.getDeclaredTypeOfSymbol(symbol);
      const properties = (symbol.flags & ts.SymbolFlags.Interface) === 0 ? [] : checker.getPropertiesOfType(own);
      return [
        ...(isExplained(symbol) ? [] : [symbol.name]),
        ...properties.filter((each) => !isExplained(each)).map(({ name }) => `${symbol.name}.${name}`),
      ];
    });
    assert.ok(interfaces.length > 25, String(interfaces.length));
    assert.deepEqual(unexplained, []);
  });

  it(
    "of the policy functions' inputs are linked from where the functions are " + "introduced, and have a section each",
    () => {
      const page = readFileSync("docs/installation-configuration.md", "utf8");
      const reference = readFileSync("docs/api.md", "utf8");
      for (const type of [
        "EndpointAccess",
        "Place",
        "PolicyContext",
        "PolicyRequest",
        "RequestPrincipal",
        "OnlyThroughEndpointKind",
        "Way",
        "Exceptions",
      ])
        assert.ok(reference.includes(`\n### ${type}\n`), type);
      const linked = [...page.matchAll(/\(api\.md#(\w+)\)/g)].map(([, anchor]) => anchor);
      assert.ok(linked.length >= 6, String(linked));
      const sections = [...reference.matchAll(/^### (\w+)$/gm)].map(([, name = ""]) => name.toLowerCase());
      assert.deepEqual(
        linked.filter((anchor) => !sections.includes(anchor ?? "")),
        [],
      );
    },
  );
});
