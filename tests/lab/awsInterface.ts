import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as ts from "typescript";

/**
 * One property as @pulumi/aws declares it. `shape` is "string", "list<…>", "map<…>", "archive", or an object's name.
 */
export interface RealProperty {
  readonly name: string;
  readonly optional: boolean;
  readonly shape: string;
  readonly doc: string;
}

export type RealProperties = ReadonlyMap<string, RealProperty>;

export interface RealInterface {
  readonly inputs: RealProperties;
  readonly outputs: RealProperties;
}

const AWS = dirname(require.resolve("@pulumi/aws/package.json"));

export const installedVersion = (
  JSON.parse(readFileSync(join(AWS, "package.json"), "utf8")) as { readonly version: string }
).version;

/** The arguments and outputs of a resource type, from the declarations that @pulumi/aws ships. */
export function realResource(token: string): RealInterface {
  const { file, name } = located(token);
  const source = declarations(file);
  const resource = source.statements.find((node) => ts.isClassDeclaration(node) && node.name?.text === name);
  if (resource === undefined || !ts.isClassDeclaration(resource)) throw new Error(`${file} declares no class ${name}`);
  return { inputs: propertiesOf(interfaceIn(source.statements, `${name}Args`)), outputs: propertiesOf(resource) };
}

/** The arguments and results of a function. */
export function realFunction(token: string): RealInterface {
  const { file, name } = located(token);
  const { statements } = declarations(file);
  return {
    inputs: propertiesOf(interfaceIn(statements, `${capitalised(name)}Args`)),
    outputs: propertiesOf(interfaceIn(statements, `${capitalised(name)}Result`)),
  };
}

/** The fields of a nested type, such as "ec2/RouteTableRoute"; those of the module "index" are in no namespace. */
export function realObject(name: string, side: "input" | "output"): RealProperties {
  const [module = "", type = ""] = name.split("/");
  const source = declarations(`types/${side}.d.ts`);
  if (module === "index") return propertiesOf(interfaceIn(source.statements, capitalised(type)));
  const namespace = source.statements.find((node) => ts.isModuleDeclaration(node) && node.name.text === module);
  const body = namespace !== undefined && ts.isModuleDeclaration(namespace) ? namespace.body : undefined;
  if (body === undefined || !ts.isModuleBlock(body)) throw new Error(`types/${side}.d.ts has no namespace ${module}`);
  return propertiesOf(interfaceIn(body.statements, capitalised(type)));
}

export function providerArguments(): RealProperties {
  return propertiesOf(interfaceIn(declarations("provider.d.ts").statements, "ProviderArgs"));
}

/** "aws:ec2/vpc:Vpc" is the class Vpc in ec2/vpc.d.ts. */
function located(token: string): { readonly file: string; readonly name: string } {
  const [, path = "", name = ""] = token.split(":");
  const file = `${path.replace(/^index\//, "")}.d.ts`;
  if (!existsSync(join(AWS, file))) throw new Error(`@pulumi/aws has no ${file} for ${token}`);
  return { file, name };
}

const parsed = new Map<string, ts.SourceFile>();

function declarations(file: string): ts.SourceFile {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  // With parents, which the documentation of a property is found by.
  const source = ts.createSourceFile(file, readFileSync(join(AWS, file), "utf8"), ts.ScriptTarget.ES2022, true);
  parsed.set(file, source);
  return source;
}

function interfaceIn(statements: Iterable<ts.Statement>, name: string): ts.InterfaceDeclaration {
  for (const node of statements) {
    if (ts.isInterfaceDeclaration(node) && node.name.text === name) return node;
  }
  throw new Error(`no interface ${name}`);
}

function propertiesOf(declaration: ts.InterfaceDeclaration | ts.ClassDeclaration): RealProperties {
  const properties = new Map<string, RealProperty>();
  for (const member of declaration.members) {
    const isProperty = ts.isPropertySignature(member) || (ts.isPropertyDeclaration(member) && !isStatic(member));
    if (!isProperty || member.type === undefined || !ts.isIdentifier(member.name)) continue;
    const name = member.name.text;
    properties.set(name, {
      name,
      optional: member.questionToken !== undefined,
      shape: shapeOf(member.type),
      doc: docOf(member),
    });
  }
  return properties;
}

function isStatic(member: ts.PropertyDeclaration): boolean {
  return member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) ?? false;
}

function docOf(member: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(member)
    .map((doc) => (typeof doc.comment === "string" ? doc.comment : ""))
    .join("\n");
}

function shapeOf(type: ts.TypeNode): string {
  if (ts.isArrayTypeNode(type)) return `list<${shapeOf(type.elementType)}>`;
  if (ts.isUnionTypeNode(type)) return shapeOfUnion(type);
  if (ts.isTypeReferenceNode(type)) return shapeOfReference(type);
  if (ts.isTypeLiteralNode(type)) {
    const [signature] = type.members;
    if (signature !== undefined && ts.isIndexSignatureDeclaration(signature)) return `map<${shapeOf(signature.type)}>`;
  }
  if (type.kind === ts.SyntaxKind.StringKeyword) return "string";
  if (type.kind === ts.SyntaxKind.NumberKeyword) return "number";
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return "boolean";
  return "other";
}

/**
 * A property that may be a string or something friendlier (an enum, a role, a policy object) is a string to the
 * provider.
 */
function shapeOfUnion(type: ts.UnionTypeNode): string {
  const shapes = type.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword).map(shapeOf);
  return shapes.includes("string") ? "string" : (shapes[0] ?? "other");
}

function shapeOfReference(type: ts.TypeReferenceNode): string {
  const path = entityPath(type.typeName);
  const [argument] = type.typeArguments ?? [];
  if ((path === "pulumi.Input" || path === "pulumi.Output") && argument !== undefined) return shapeOf(argument);
  if (path === "pulumi.asset.Archive") return "archive";
  const [side, ...rest] = path.split(".");
  if (side !== "inputs" && side !== "outputs") return "other";
  return rest.length === 1 ? `index/${rest.join()}` : rest.join("/");
}

function entityPath(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${entityPath(name.left)}.${name.right.text}`;
}

export function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
