import ts from "typescript";
import { regexReplacements } from "./regex";

/** What may stand in place of a part of the text. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly changed: string;
}

const { SyntaxKind } = ts;

const OPERATORS: Partial<Record<ts.SyntaxKind, readonly string[]>> = {
  [SyntaxKind.EqualsEqualsEqualsToken]: ["!=="],
  [SyntaxKind.ExclamationEqualsEqualsToken]: ["==="],
  [SyntaxKind.EqualsEqualsToken]: ["!="],
  [SyntaxKind.ExclamationEqualsToken]: ["=="],
  [SyntaxKind.LessThanToken]: ["<=", ">="],
  [SyntaxKind.LessThanEqualsToken]: ["<", ">"],
  [SyntaxKind.GreaterThanToken]: [">=", "<="],
  [SyntaxKind.GreaterThanEqualsToken]: [">", "<"],
  [SyntaxKind.AmpersandAmpersandToken]: ["||"],
  [SyntaxKind.BarBarToken]: ["&&"],
  [SyntaxKind.MinusToken]: ["+"],
  [SyntaxKind.AsteriskToken]: ["/"],
  [SyntaxKind.SlashToken]: ["*"],
  [SyntaxKind.PercentToken]: ["*"],
  [SyntaxKind.AsteriskAsteriskToken]: ["*"],
  [SyntaxKind.AmpersandToken]: ["|"],
  [SyntaxKind.BarToken]: ["&"],
  [SyntaxKind.CaretToken]: ["&"],
  [SyntaxKind.LessThanLessThanToken]: [">>"],
  [SyntaxKind.GreaterThanGreaterThanToken]: ["<<"],
  [SyntaxKind.GreaterThanGreaterThanGreaterThanToken]: ["<<"],
  [SyntaxKind.PlusEqualsToken]: ["-="],
  [SyntaxKind.MinusEqualsToken]: ["+="],
  [SyntaxKind.AsteriskEqualsToken]: ["/="],
  [SyntaxKind.QuestionQuestionEqualsToken]: ["="],
  [SyntaxKind.BarBarEqualsToken]: ["&&="],
  [SyntaxKind.AmpersandAmpersandEqualsToken]: ["||="],
};

const COMPARISONS: ReadonlySet<ts.SyntaxKind> = new Set([
  SyntaxKind.EqualsEqualsEqualsToken,
  SyntaxKind.ExclamationEqualsEqualsToken,
  SyntaxKind.EqualsEqualsToken,
  SyntaxKind.ExclamationEqualsToken,
  SyntaxKind.LessThanToken,
  SyntaxKind.LessThanEqualsToken,
  SyntaxKind.GreaterThanToken,
  SyntaxKind.GreaterThanEqualsToken,
  SyntaxKind.InKeyword,
  SyntaxKind.InstanceOfKeyword,
]);

const SWAPPED_METHODS: ReadonlyMap<string, string> = new Map(
  [
    ["some", "every"],
    ["startsWith", "endsWith"],
    ["indexOf", "lastIndexOf"],
    ["toLowerCase", "toUpperCase"],
    ["trimStart", "trimEnd"],
    ["min", "max"],
    ["floor", "ceil"],
    ["push", "unshift"],
    ["shift", "pop"],
  ].flatMap(
    ([one = "", other = ""]) =>
      [
        [one, other],
        [other, one],
      ] as const,
  ),
);

/** Without them, what they are called on is left: a list that is not filtered, a text that is not trimmed. */
const DROPPED_METHODS: ReadonlySet<string> = new Set([
  "filter",
  "sort",
  "toSorted",
  "reverse",
  "toReversed",
  "trim",
  "trimStart",
  "trimEnd",
  "toLowerCase",
  "toUpperCase",
  "slice",
  "substring",
  "replace",
  "replaceAll",
  "flat",
  "concat",
]);

/** Calls that answer with true or false, by their names. */
const ASKS = /^(?:is|has|includes|some|every|test|startsWith|endsWith|matches)(?![a-z])/;

/** What may stand in place of a node, or of its own parts; of its children each says for itself. */
export function replacements(node: ts.Node, source: ts.SourceFile): readonly Replacement[] {
  const at = (part: ts.Node, ...texts: readonly string[]): Replacement[] =>
    texts.map((changed) => ({ start: part.getStart(source), end: part.getEnd(), changed }));
  const text = (part: ts.Node): string => part.getText(source);
  return [
    ...conditions(node, at),
    ...operators(node, at, text),
    ...calls(node, at, text),
    ...literals(node, at, source),
    ...statements(node, at, source),
  ];
}

type At = (part: ts.Node, ...texts: readonly string[]) => Replacement[];
type Text = (part: ts.Node) => string;

function conditions(node: ts.Node, at: At): Replacement[] {
  if (ts.isIfStatement(node)) return at(node.expression, "true", "false");
  if (ts.isConditionalExpression(node)) return at(node.condition, "true", "false");
  // A loop that is always entered does not end.
  if (ts.isWhileStatement(node) || ts.isDoStatement(node)) return at(node.expression, "false");
  if (ts.isForStatement(node) && node.condition !== undefined) return at(node.condition, "false");
  const isVerdict =
    (ts.isBinaryExpression(node) && COMPARISONS.has(node.operatorToken.kind)) ||
    (ts.isCallExpression(node) && ASKS.test(calledName(node)));
  return isVerdict && !isPartOfCondition(node) ? at(node, "true", "false") : [];
}

/** There the condition's own replacements, or those of `&&`, `||` and `!`, do the same. */
function isPartOfCondition(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent) || ts.isAwaitExpression(parent)) return isPartOfCondition(parent);
  if (
    ts.isIfStatement(parent) ||
    ts.isWhileStatement(parent) ||
    ts.isDoStatement(parent) ||
    ts.isPrefixUnaryExpression(parent)
  )
    return true;
  if (ts.isConditionalExpression(parent) || ts.isForStatement(parent)) return parent.condition === node;
  return ts.isBinaryExpression(parent) && isLogical(parent);
}

function isLogical({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind === SyntaxKind.AmpersandAmpersandToken || kind === SyntaxKind.BarBarToken;
}

function operators(node: ts.Node, at: At, text: Text): Replacement[] {
  if (ts.isBinaryExpression(node)) return binary(node, at, text);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return unary(node, at, text);
  if (
    (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isCallExpression(node)) &&
    node.questionDotToken !== undefined
  ) {
    return at(node.questionDotToken, ts.isPropertyAccessExpression(node) ? "." : "");
  }
  if (ts.isSpreadElement(node)) return at(node, "...[]");
  if (ts.isSpreadAssignment(node)) return at(node, "...{}");
  return [];
}

function binary(node: ts.BinaryExpression, at: At, text: Text): Replacement[] {
  const { left, right, operatorToken } = node;
  const isText = (part: ts.Expression): boolean => ts.isStringLiteralLike(part) || ts.isTemplateExpression(part);
  const { kind } = operatorToken;
  const others = OPERATORS[kind] ?? (kind === SyntaxKind.PlusToken && !isText(left) && !isText(right) ? ["-"] : []);
  const parts = isLogical(node) || kind === SyntaxKind.QuestionQuestionToken ? at(node, text(left), text(right)) : [];
  return [...at(operatorToken, ...others), ...parts];
}

function unary(node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression, at: At, text: Text): Replacement[] {
  const operand = text(node.operand);
  switch (node.operator) {
    case SyntaxKind.PlusPlusToken:
      return at(node, ts.isPrefixUnaryExpression(node) ? `--${operand}` : `${operand}--`);
    case SyntaxKind.MinusMinusToken:
      return at(node, ts.isPrefixUnaryExpression(node) ? `++${operand}` : `${operand}++`);
    default:
      return at(node, operand);
  }
}

function calledName({ expression }: ts.CallExpression): string {
  if (ts.isPropertyAccessExpression(expression)) return expression.name.text;
  return ts.isIdentifier(expression) ? expression.text : "";
}

function calls(node: ts.Node, at: At, text: Text): Replacement[] {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const { name, expression: receiver } = node.expression;
  const swapped = SWAPPED_METHODS.get(name.text);
  return [
    ...(swapped === undefined ? [] : at(name, swapped)),
    ...(DROPPED_METHODS.has(name.text) ? at(node, text(receiver)) : []),
  ];
}

function literals(node: ts.Node, at: At, source: ts.SourceFile): Replacement[] {
  if (node.kind === SyntaxKind.TrueKeyword) return at(node, "false");
  if (node.kind === SyntaxKind.FalseKeyword) return at(node, "true");
  if (ts.isNumericLiteral(node)) return isName(node) || isOrder(node) ? [] : at(node, String(Number(node.text) + 1));
  if (ts.isStringLiteralLike(node))
    return isName(node) || isTold(node) ? [] : at(node, node.text === "" ? '"changed"' : '""');
  if (ts.isTemplateExpression(node)) return ts.isTaggedTemplateExpression(node.parent) ? [] : at(node, '""');
  if (ts.isArrayLiteralExpression(node)) return node.elements.length === 0 ? [] : at(node, "[]");
  if (ts.isObjectLiteralExpression(node)) return node.properties.length === 0 ? [] : at(node, "{}");
  if (ts.isRegularExpressionLiteral(node)) return at(node, ...regexReplacements(node.getText(source)));
  return [];
}

/** The name of a property: to leave it out is another matter. */
function isName(node: ts.PropertyName): boolean {
  const { parent } = node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) || ts.isBindingElement(parent)) &&
    (parent.name === node || ("propertyName" in parent && parent.propertyName === node))
  );
}

/** Of `-1` and `1` only the signs matter, and the sign is changed by itself. */
function isOrder({ parent }: ts.NumericLiteral): boolean {
  const isNegative = (part: ts.Node): boolean =>
    ts.isPrefixUnaryExpression(part) && part.operator === SyntaxKind.MinusToken;
  return isNegative(parent) || (ts.isConditionalExpression(parent) && isNegative(parent.whenTrue));
}

/** Compared with another text it would never be equal, which the replacements of the comparison do as well. */
function isTold(node: ts.StringLiteralLike): boolean {
  const { parent } = node;
  if (ts.isTaggedTemplateExpression(parent) || ts.isExpressionStatement(parent)) return true;
  return ts.isBinaryExpression(parent) && COMPARISONS.has(parent.operatorToken.kind) && node.text !== "";
}

function statements(node: ts.Node, at: At, source: ts.SourceFile): Replacement[] {
  if (ts.isExpressionStatement(node)) return isFixed(node.expression) ? [] : at(node, ";");
  if (ts.isThrowStatement(node) || ts.isBreakOrContinueStatement(node)) return at(node, ";");
  if (ts.isReturnStatement(node) && node.expression !== undefined)
    return mayBeUndefined(node, source) ? at(node.expression, "undefined") : [];
  if (ts.isBlock(node)) return node.statements.length === 0 || isOnlyBranch(node) ? [] : at(node, "{}");
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body))
    return mayBeUndefined(node.body, source) ? at(node.body, "undefined") : [];
  const [first] = ts.isCaseOrDefaultClause(node) ? node.statements : [];
  return first === undefined ? [] : [{ start: first.getStart(source), end: node.getEnd(), changed: "break;" }];
}

/** A directive, or what a class must do first. */
function isFixed(expression: ts.Expression): boolean {
  return (
    ts.isStringLiteral(expression) ||
    (ts.isCallExpression(expression) && expression.expression.kind === SyntaxKind.SuperKeyword)
  );
}

/** Without an else, a condition that is false does the same. */
function isOnlyBranch(block: ts.Block): boolean {
  return ts.isIfStatement(block.parent) && block.parent.elseStatement === undefined;
}

/** Whether a function says of itself that it may return undefined. */
function mayBeUndefined(node: ts.Node, source: ts.SourceFile): boolean {
  const maker = ts.findAncestor(node.parent, ts.isFunctionLike);
  return maker?.type !== undefined && /\bundefined\b/.test(maker.type.getText(source));
}
