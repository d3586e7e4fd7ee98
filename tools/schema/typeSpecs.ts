import ts from "typescript";

/**
 * A type as the package schema writes it: https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/
 */
export type TypeSpec = Readonly<Record<string, unknown>>;

/** A property as the package schema writes it. */
export type PropertySpec = TypeSpec & { readonly description?: string };

/** The properties of an interface or class. */
export interface Members {
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

/** Reads declarations into the terms of the schema, and remembers the object and enum types that they name. */
export class TypeReader {
  /** Token → object or enum type, in the order in which they were met. */
  readonly types = new Map<string, TypeSpec>();
  /** What has no docstring. */
  readonly undocumented: string[] = [];

  constructor(
    private readonly checker: ts.TypeChecker,
    /** The module of the schema in which the type of a declaration belongs. */
    private readonly moduleOf: (declaration: ts.Declaration) => string,
  ) {}

  /** The properties of `type`, inherited ones too. What is given at once, and never as an Output, is `plain`. */
  members(type: ts.Type, inputs: boolean): Members {
    const symbols = this.checker.getPropertiesOfType(type);
    return {
      properties: Object.fromEntries(symbols.map((symbol) => [symbol.name, this.property(symbol, inputs)])),
      required: symbols
        .filter((symbol) => (symbol.flags & ts.SymbolFlags.Optional) === 0)
        .map(({ name }) => name)
        .sort(),
    };
  }

  /** A property with its docstring. */
  property(symbol: ts.Symbol, inputs: boolean): PropertySpec {
    const declaration = symbol.valueDeclaration;
    if (
      declaration === undefined ||
      !(ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration)) ||
      declaration.type === undefined
    ) {
      throw new Error(`${symbol.name} is no property with a type`);
    }
    return { ...this.spec(declaration.type, inputs), description: this.description(symbol) };
  }

  /** The docstring of a symbol, which must have one: it is all that users of other languages see. */
  description(symbol: ts.Symbol): string {
    const text = ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).trim();
    const owner = symbol.declarations?.[0]?.parent;
    const parent =
      owner !== undefined &&
      (ts.isInterfaceDeclaration(owner) || ts.isClassDeclaration(owner) || ts.isEnumDeclaration(owner))
        ? owner.name?.text
        : undefined;
    if (text === "") this.undocumented.push(parent === undefined ? symbol.name : `${parent}.${symbol.name}`);
    return text.replace(/\{@link (\w+)\}/g, "`$1`");
  }

  private spec(declared: ts.TypeNode, inputs: boolean): TypeSpec {
    const node = withoutUndefined(declared);
    const [name, argument, second] = reference(node);
    if (name === "Input" && argument !== undefined) return withoutPlain(this.spec(argument, inputs));
    if (name === "Output" && argument !== undefined) return this.spec(argument, false);
    return { ...this.value(node, inputs, name, argument, second), ...(inputs && { plain: true }) };
  }

  private value(
    node: ts.TypeNode,
    inputs: boolean,
    name: string | undefined,
    first: ts.TypeNode | undefined,
    second: ts.TypeNode | undefined,
  ): TypeSpec {
    if (node.kind === ts.SyntaxKind.StringKeyword) return { type: "string" };
    // Ports, seconds, milliseconds and counts: every number of this package is whole, as typed languages want to know.
    if (node.kind === ts.SyntaxKind.NumberKeyword) return { type: "integer" };
    if (node.kind === ts.SyntaxKind.BooleanKeyword) return { type: "boolean" };
    if (ts.isArrayTypeNode(node)) return { type: "array", items: this.spec(node.elementType, inputs) };
    if (ts.isTypeOperatorNode(node)) return this.value(node.type, inputs, ...reference(node.type));
    if (name === "Readonly" && first !== undefined) return this.value(first, inputs, ...reference(first));
    if (name === "Record" && second !== undefined)
      return { type: "object", additionalProperties: this.spec(second, inputs) };
    if (ts.isUnionTypeNode(node)) return this.union(node, inputs);
    return this.named(node, inputs);
  }

  /** `T | readonly T[]` is a list elsewhere, `string | Date` a text; texts to choose from are an enum. */
  private union(node: ts.UnionTypeNode, inputs: boolean): TypeSpec {
    const list = node.types.find((each) => ts.isArrayTypeNode(each) || ts.isTypeOperatorNode(each));
    if (list !== undefined) return this.value(list, inputs, ...reference(list));
    // An instant is a text in every language.
    if (node.types.some((each) => reference(each)[0] === "Date")) return { type: "string" };
    return this.choice(node, this.checker.getNonNullableType(this.checker.getTypeFromTypeNode(node)));
  }

  private named(node: ts.TypeNode, inputs: boolean): TypeSpec {
    const type = this.checker.getTypeFromTypeNode(node);
    if (type.isNumberLiteral()) return { type: "integer" };
    if (type.isStringLiteral() || (type.flags & ts.TypeFlags.String) !== 0) return { type: "string" };
    if (type.isUnion() && (type.flags & ts.TypeFlags.EnumLiteral) === 0) return this.choice(node, type);
    const symbol = type.symbol as ts.Symbol | undefined;
    if (symbol === undefined) throw new Error(`the schema cannot express ${node.getText()}`);
    return this.declared(symbol, type, inputs);
  }

  /** An interface or an enum, which the schema lists under its own name. */
  private declared(symbol: ts.Symbol, type: ts.Type, inputs: boolean): TypeSpec {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) throw new Error(`${symbol.name} has no declaration`);
    const token = this.token(symbol.name, declaration);
    if (!this.types.has(token)) {
      this.types.set(token, {});
      if (ts.isEnumDeclaration(declaration)) this.types.set(token, this.enumeration(symbol, declaration));
      else
        this.types.set(token, { type: "object", description: this.description(symbol), ...this.members(type, inputs) });
    }
    return { $ref: `#/types/${token}` };
  }

  private enumeration(symbol: ts.Symbol, declaration: ts.EnumDeclaration): TypeSpec {
    const members = declaration.members.map((member) => {
      const own = this.checker.getSymbolAtLocation(member.name) as ts.Symbol;
      return { name: own.name, value: this.checker.getConstantValue(member), description: this.description(own) };
    });
    return { type: "string", description: this.description(symbol), enum: members };
  }

  /** A union of texts: under its alias' name, or under that of the interface and the property that have it. */
  private choice(node: ts.TypeNode, type: ts.Type): TypeSpec {
    if (!type.isUnion() || !type.types.every((each) => each.isStringLiteral()))
      throw new Error(`the schema cannot express ${node.getText()}`);
    const values = type.types.map((each) => each.value);
    const alias = type.aliasSymbol;
    const property = ts.findAncestor(node, ts.isPropertySignature);
    const owner = ts.findAncestor(node, ts.isInterfaceDeclaration);
    const declaration = alias?.declarations?.[0] ?? owner;
    const name = alias?.name ?? `${owner?.name.text}${title(property?.name.getText() ?? "")}`;
    if (declaration === undefined) throw new Error(`${node.getText()} has no name`);
    const described = alias ?? (property && this.checker.getSymbolAtLocation(property.name));
    const token = this.token(name, declaration);
    this.types.set(token, {
      type: "string",
      description: described === undefined ? "" : this.description(described),
      enum: values.map((value) => ({ name: title(value), value })),
    });
    return { $ref: `#/types/${token}` };
  }

  private token(name: string, declaration: ts.Declaration): string {
    return `dynamodb-endpoint:${this.moduleOf(declaration)}:${name}`;
  }
}

/** What an optional property is when it is there: `undefined`, in its type, is for programs that say that it is not. */
function withoutUndefined(node: ts.TypeNode): ts.TypeNode {
  if (!ts.isUnionTypeNode(node)) return node;
  const [only, ...others] = node.types.filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword);
  return only === undefined || others.length > 0 ? node : only;
}

/** The name of a generic type with its arguments. */
function reference(
  node: ts.TypeNode,
): [name: string | undefined, first: ts.TypeNode | undefined, second: ts.TypeNode | undefined] {
  if (!ts.isTypeReferenceNode(node)) return [undefined, undefined, undefined];
  return [node.typeName.getText(), node.typeArguments?.[0], node.typeArguments?.[1]];
}

function withoutPlain(spec: TypeSpec): TypeSpec {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== "plain"));
}

function title(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
