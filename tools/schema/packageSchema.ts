import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { languages, metadata, type Manifest } from "./metadata";
import { TypeReader } from "./typeSpecs";

const CHECKOUT = join(__dirname, "../..");

/** Where the generated schema is kept. */
export const SCHEMA_FILE = join(CHECKOUT, "schema.json");

/** The package as Pulumi's languages see it: components of `index.ts`, functions of `provider/functions.ts`. */
export function packageSchema(): Readonly<Record<string, unknown>> {
  const program = ts.createProgram(
    [join(CHECKOUT, "index.ts"), join(CHECKOUT, "provider/functions.ts")],
    compilerOptions(),
  );
  const checker = program.getTypeChecker();
  const reader = new TypeReader(checker, moduleOf);
  const exported = (file: string): readonly ts.Symbol[] => {
    const source = program.getSourceFile(join(CHECKOUT, file));
    const symbol = source && checker.getSymbolAtLocation(source);
    if (symbol === undefined) throw new Error(`${file} exports nothing`);
    return checker
      .getExportsOfModule(symbol)
      .map((each) => ((each.flags & ts.SymbolFlags.Alias) === 0 ? each : checker.getAliasedSymbol(each)));
  };
  const components = exported("index.ts").filter(isComponent);
  const functions = exported("provider/functions.ts").filter(
    (symbol) => (symbol.flags & ts.SymbolFlags.Function) !== 0,
  );
  const resources = byName(
    components.map((symbol) => [`dynamodb-endpoint:index:${symbol.name}`, component(reader, checker, symbol)]),
  );
  const called = byName(
    functions.map((symbol) => [`dynamodb-endpoint:policy:${symbol.name}`, policyFunction(reader, checker, symbol)]),
  );
  if (reader.undocumented.length > 0) throw new Error(`these have no docstring: ${reader.undocumented.join(", ")}`);
  const manifest = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as Manifest;
  return {
    ...metadata(manifest),
    provider: {
      description:
        "The provider of the components and the policy functions. It has no settings of its own: the components use " +
        "yours of `aws`.",
    },
    resources,
    functions: called,
    types: byName([...reader.types]),
    language: languages(manifest),
  };
}

/** The schema as the file has it. */
export function schemaText(schema: Readonly<Record<string, unknown>> = packageSchema()): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

export function compilerOptions(): ts.CompilerOptions {
  const file = join(CHECKOUT, "tsconfig.json");
  return ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (path) => readFileSync(path, "utf8")).config,
    ts.sys,
    CHECKOUT,
  ).options;
}

/**
 * Types of the functions have a module of their own: a function and a component may then have one name in any language.
 */
function moduleOf(declaration: ts.Declaration): string {
  const file = declaration.getSourceFile().fileName;
  const shared = ts.isEnumDeclaration(declaration);
  return !shared && (file.includes("/components/policy/") || file.includes("/provider/")) ? "policy" : "index";
}

function isComponent(symbol: ts.Symbol): boolean {
  const declaration = symbol.valueDeclaration;
  return (
    declaration !== undefined &&
    ts.isClassDeclaration(declaration) &&
    (declaration.heritageClauses ?? []).some(({ types }) =>
      types.some(({ expression }) => expression.getText() === "ComponentResource"),
    )
  );
}

function component(reader: TypeReader, checker: ts.TypeChecker, symbol: ts.Symbol): Readonly<Record<string, unknown>> {
  const declaration = symbol.valueDeclaration as ts.ClassDeclaration;
  const constructor = declaration.members.find(ts.isConstructorDeclaration);
  const args = constructor?.parameters[1]?.type;
  if (args === undefined) throw new Error(`${symbol.name} has no arguments`);
  const inputs = reader.members(checker.getTypeFromTypeNode(args), true);
  const outputs = declaration.members
    .filter(ts.isPropertyDeclaration)
    .map((each) => checker.getSymbolAtLocation(each.name) as ts.Symbol);
  const isPrivate = (output: ts.Symbol): boolean =>
    (ts.getCombinedModifierFlags(output.valueDeclaration as ts.Declaration) & ts.ModifierFlags.Private) !== 0 ||
    output.name.startsWith("__#");
  const shown = outputs.filter((output) => !isPrivate(output));
  return {
    isComponent: true,
    description: reader.description(symbol),
    inputProperties: inputs.properties,
    requiredInputs: inputs.required,
    properties: Object.fromEntries(shown.map((output) => [output.name, reader.property(output, false)])),
    required: shown.map(({ name }) => name).sort(),
  };
}

function policyFunction(
  reader: TypeReader,
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
): Readonly<Record<string, unknown>> {
  const [signature] = checker.getTypeOfSymbol(symbol).getCallSignatures();
  const parameter = signature?.parameters[0];
  if (signature === undefined || parameter === undefined) throw new Error(`${symbol.name} takes nothing`);
  const object = (type: ts.Type): Readonly<Record<string, unknown>> => ({
    type: "object",
    ...reader.members(type, false),
  });
  return {
    description: reader.description(symbol),
    inputs: object(checker.getTypeOfSymbol(parameter)),
    outputs: object(signature.getReturnType()),
  };
}

function byName<T>(entries: readonly (readonly [string, T])[]): Readonly<Record<string, T>> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));
}
