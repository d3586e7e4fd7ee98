import ts from "typescript";
import { replacements } from "./operators";

/** A small change of a file that its tests should notice: what stands from `start` to `end` becomes `changed`. */
export interface Mutation {
  /** From the checkout's root, with slashes. */
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly changed: string;
}

/** Every mutation of a file, in the order of the text. What only types are made of is left alone. */
export function mutationsOf(file: string, text: string): readonly Mutation[] {
  const source = parsed(file, text);
  const found = new Map<string, Mutation>();
  const visit = (node: ts.Node): void => {
    if (
      ts.isTypeNode(node) ||
      ts.isInterfaceDeclaration(node) ||
      ts.isTypeAliasDeclaration(node) ||
      isModuleReference(node)
    )
      return;
    for (const { start, end, changed } of replacements(node, source)) {
      const original = text.slice(start, end);
      if (original !== changed) found.set(`${start}-${end}-${changed}`, { file, start, end, original, changed });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}

export function parsed(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

export function mutated(text: string, { start, end, changed }: Mutation): string {
  return text.slice(0, start) + changed + text.slice(end);
}

function isModuleReference(node: ts.Node): boolean {
  return ts.isImportDeclaration(node) || (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined);
}
