import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the package says to people while it runs: warnings, refusals, errors. */
export interface Text {
  /** The file that has it, with its line. */
  readonly at: string;
  /** What stands for a value is `…`. */
  readonly text: string;
}

/** Every text of more than one word in the sources that a program runs. */
export function textsOfSources(folders: readonly string[]): readonly Text[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(folder, path).replaceAll("\\", "/"))
      .flatMap(textsOfFile),
  );
}

function textsOfFile(path: string): readonly Text[] {
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found: Text[] = [];
  const visit = (node: ts.Node): void => {
    const text = ts.isImportDeclaration(node) ? undefined : textOf(node);
    if (text?.includes(" ") === true)
      found.push({ at: `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`, text });
    // What a value of a template, or a part of a sum, says by itself is found there too.
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** A text as it is put together: across `+` too, where lines end. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node))
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join("…");
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? "…"}${right ?? "…"}`;
}

/** Every description that a registry shows. */
export function descriptionsOf(schema: unknown, at = "schema.json"): readonly Text[] {
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]: [string, unknown]) =>
    key === "description" && typeof value === "string" ? [{ at, text: value }] : descriptionsOf(value, `${at} ${key}`),
  );
}
