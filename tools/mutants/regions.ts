import ts from "typescript";
import { parsed, type Mutation } from "./mutations";

/** A part of a file that runs as a whole, or not at all: a function, a branch, the right side of an `&&`. */
interface Region {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  /** Where what tells that it ran is put in, and with which text around the call. */
  readonly insertAt: number;
  readonly before: string;
  readonly after: string;
  readonly closeAt: number;
}

/** What a file's text becomes to tell which of its regions run, and the region that a mutation lies in. */
export interface Instrumented {
  readonly text: string;
  readonly regionOf: (mutation: Mutation) => string;
}

/** The global function that instrumented code calls with the key of each region that runs. */
export const RAN = "$regionRan";

export function instrumented(file: string, text: string): Instrumented {
  const regions = regionsOf(file, text);
  const edits = regions.flatMap((region) => [
    { at: region.insertAt, insert: `${region.before}globalThis.${RAN}("${region.key}")${region.after}` },
    { at: region.closeAt, insert: region.after === ", " ? ")" : region.before.startsWith("{") ? "}" : "" },
  ]);
  let result = "";
  let end = 0;
  for (const { at, insert } of edits.sort((a, b) => a.at - b.at)) {
    result += text.slice(end, at) + insert;
    end = at;
  }
  const key = loadKey(file);
  return {
    text: `globalThis.${RAN}("${key}"); ${result}${text.slice(end)}`,
    regionOf: ({ start, end: until }) =>
      regions.filter((region) => region.start <= start && until <= region.end).at(-1)?.key ?? key,
  };
}

/** The region of what runs when a file is loaded. */
function loadKey(file: string): string {
  return `${file}:load`;
}

/** An outer one before those in it. */
function regionsOf(file: string, text: string): readonly Region[] {
  const source = parsed(file, text);
  const regions: Region[] = [];
  const add = (node: ts.Node, kind: "block" | "statement" | "expression", from = node.getStart(source)): void => {
    const start = node.getStart(source);
    const key = `${file}:${regions.length}`;
    const place = { key, start: from, end: node.getEnd(), closeAt: node.getEnd() };
    if (kind === "block") regions.push({ ...place, insertAt: start + 1, before: "", after: "; " });
    if (kind === "statement") regions.push({ ...place, insertAt: start, before: "{ ", after: "; " });
    if (kind === "expression") regions.push({ ...place, insertAt: start, before: "(", after: ", " });
  };
  const addBranch = (branch: ts.Statement | undefined): void => {
    if (branch !== undefined && !ts.isBlock(branch) && !ts.isIfStatement(branch)) add(branch, "statement");
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return;
    // A function's region begins with its parameters: their defaults run when it runs.
    if (ts.isBlock(node))
      add(node, "block", ts.isFunctionLike(node.parent) ? node.parent.parameters.pos : node.getStart(source));
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) add(node.body, "expression", node.parameters.pos);
    if (ts.isConditionalExpression(node))
      [node.whenTrue, node.whenFalse].forEach((branch) => add(branch, "expression"));
    if (ts.isBinaryExpression(node) && isShortCircuit(node)) add(node.right, "expression");
    if (ts.isIfStatement(node)) [node.thenStatement, node.elseStatement].forEach(addBranch);
    if (ts.isIterationStatement(node, false)) addBranch(node.statement);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return regions;
}

function isShortCircuit({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return (
    kind === ts.SyntaxKind.AmpersandAmpersandToken ||
    kind === ts.SyntaxKind.BarBarToken ||
    kind === ts.SyntaxKind.QuestionQuestionToken
  );
}
