import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../../tools/provider/process";

interface ObjectType {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly enum?: readonly { readonly name: string; readonly value: string }[];
}

interface Schema {
  readonly resources: Readonly<
    Record<string, ObjectType & { readonly inputProperties: Readonly<Record<string, unknown>> }>
  >;
  readonly functions: Readonly<Record<string, { readonly inputs: ObjectType; readonly outputs: ObjectType }>>;
  readonly types: Readonly<Record<string, ObjectType>>;
}

export type Language = "python" | "go" | "csharp" | "java" | "yaml";

/** What a program says in the words of the package: names of types and functions, of properties, and of choices. */
export interface Words {
  readonly names: readonly string[];
  readonly members: readonly string[];
  readonly choices: readonly string[];
}

/** How a language writes the package's names, and where a program has them. */
interface Spelling {
  readonly names: (text: string) => Iterable<RegExpMatchArray>;
  readonly members: (text: string) => Iterable<RegExpMatchArray>;
  readonly choices: (text: string) => Iterable<RegExpMatchArray>;
  /** A type may have these ends: languages have a form of it for inputs. */
  readonly ends: readonly string[];
  readonly member: (name: string) => string;
  readonly choice: (type: string, name: string) => string;
  readonly function: (name: string) => string;
}

const asIs = (name: string): string => name;
const title = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const SPELLINGS: Readonly<Record<Language, Spelling>> = {
  python: {
    names: (text) => text.matchAll(/\b(?:ddb|policy)\.(\w+)(?=\()/g),
    members: (text) => text.matchAll(/\b(\w+)=|\b(?:endpoint|verdict)\.(\w+)/g),
    choices: (text) => text.matchAll(/\b(TableAccess\.\w+)/g),
    ends: ["", "Args", "_output"],
    member: snake,
    choice: (type, name) => `${type}.${snake(name).slice(1).toUpperCase()}`,
    function: snake,
  },
  go: {
    names: (text) => text.matchAll(/\b(?:dynamodbendpoint|policy)\.(?!TableAccess)(?:New)?(\w+)(?=[({])/g),
    members: (text) => text.matchAll(/\b([A-Z]\w*): |\b(?:endpoint|verdict)\.([A-Z]\w*)/g),
    choices: (text) => text.matchAll(/\b(?:dynamodbendpoint)\.(TableAccess\w+)/g),
    ends: ["", "Args", "Output", "OutputArgs"],
    member: title,
    choice: (type, name) => `${type}${name}`,
    function: title,
  },
  csharp: {
    names: (text) => text.matchAll(/\bnew (?!Config|Dictionary)(\w+)|\b(\w+)\.Invoke\(/g),
    members: (text) => text.matchAll(/(?:^|\{|,)\s*([A-Z]\w*) = |\b(?:endpoint|result)\.([A-Z]\w*)/gm),
    choices: (text) => text.matchAll(/\b(TableAccess\.\w+)/g),
    ends: ["", "Args", "InvokeArgs"],
    member: title,
    choice: (type, name) => `${type}.${name}`,
    function: title,
  },
  java: {
    names: (text) => text.matchAll(/\b(\w+)\.builder\(\)|\bnew (\w+)\(|\bPolicyFunctions\.(\w+)/g),
    members: (text) =>
      text.matchAll(
        /\.(?!builder|build|of|require|run|export|config|applyValue|evaluatePolicy|endpointPolicy)([a-z]\w*)\(/g,
      ),
    choices: (text) => text.matchAll(/\b(TableAccess\.\w+)/g),
    ends: ["", "Args"],
    member: asIs,
    choice: (type, name) => `${type}.${name}`,
    function: asIs,
  },
  yaml: {
    names: (text) => text.matchAll(/\b(?:dynamodb-endpoint):(?:policy:)?(\w+)/g),
    members: (text) =>
      text.matchAll(
        /^ {6,}(?:- )?(?!private-|function|arguments|return|type|path|cidrBlock|enableDns)(\w[\w-]*):(?:\s|$)/gm,
      ),
    choices: (text) => text.matchAll(/\baccess: (\w+)/g),
    ends: [""],
    member: asIs,
    choice: (_type, name) => name,
    function: asIs,
  },
};

/** The words of the package that a program uses. */
export function wordsOf(language: Language, program: string): Words {
  const spelling = SPELLINGS[language];
  const code = program.replace(/^\s*(?:#|\/\/).*$/gm, "").replace(/^import .*;$|^using .*;$/gm, "");
  const found = (matches: Iterable<RegExpMatchArray>): string[] =>
    [
      ...new Set(
        [...matches].map(
          (match) => (match.slice(1) as (string | undefined)[]).find((each) => each !== undefined) ?? "",
        ),
      ),
    ].sort();
  return {
    names: found(spelling.names(code)),
    members: found(spelling.members(code)),
    choices: found(spelling.choices(code)),
  };
}

/** Of those words, what the package does not have: a misspelt property, a type of another version. */
export function unknownWords(language: Language, { names, members, choices }: Words): readonly string[] {
  const schema = JSON.parse(readFileSync(join(CHECKOUT, "schema.json"), "utf8")) as Schema;
  const spelling = SPELLINGS[language];
  const last = (token: string): string => token.split(":").at(-1) ?? "";
  const objects = [
    ...Object.values(schema.types),
    ...Object.values(schema.resources),
    ...Object.values(schema.functions).flatMap(({ inputs, outputs }) => [inputs, outputs]),
  ];
  const properties = objects.flatMap((each) =>
    Object.keys({ ...each.properties, ...("inputProperties" in each && (each.inputProperties as object)) }),
  );
  const types = [...Object.keys(schema.resources), ...Object.keys(schema.types)].map(last);
  const functions = Object.keys(schema.functions).map(last);
  const known = {
    names: new Set(
      [...types, ...functions.map(spelling.function), ...functions.map(title)].flatMap((name) =>
        spelling.ends.map((end) => name + end),
      ),
    ),
    members: new Set(properties.map(spelling.member)),
    choices: new Set(
      Object.entries(schema.types).flatMap(([token, type]) =>
        (type.enum ?? []).map(({ name }) => spelling.choice(last(token), name)),
      ),
    ),
  };
  return [
    ...names.filter((each) => !known.names.has(each)),
    ...members.filter((each) => !known.members.has(each)),
    ...choices.filter((each) => !known.choices.has(each)),
  ];
}
