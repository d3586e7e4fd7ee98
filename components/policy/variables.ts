import { arnPatternOf, patternOf, patternOfPieces, type ArnPattern, type Pattern, type Piece } from "./matching";
import { NOT_KNOWN, type RequestContext } from "./requestContext";
import { CONDITION_KEYS } from "./rules/conditionKeys";

/**
 * A text of a policy without variables, or with their values. As a pattern it is read when it is first compared: most
 * texts never are.
 */
export class PlainText {
  readonly text: string;
  #pattern: Pattern | undefined;
  #arn: ArnPattern | undefined;
  #beginning: string | undefined;

  constructor(text: string, pattern?: Pattern) {
    this.text = text;
    this.#pattern = pattern;
  }

  get pattern(): Pattern {
    return (this.#pattern ??= patternOf(this.text));
  }

  get arn(): ArnPattern {
    return (this.#arn ??= arnPatternOf(this.pattern));
  }

  /** What everything that it matches begins with. */
  get beginning(): string {
    return (this.#beginning ??= /^[^*?]*/.exec(this.text)?.[0] ?? "");
  }
}

/** A text of a policy, read once. */
export type Template = PlainText | { readonly pieces: readonly (Piece | Variable)[] };

/** `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`. */
interface Variable {
  /** In lower case: the case of keys does not matter. */
  readonly key: string;
  readonly fallback: string | undefined;
}

/**
 * A template for one request: `unresolved` where the request lacks the key of a variable that has no default, and
 * `unreadable` where nobody knows what would be put in, or AWS does not say it.
 */
export type Resolved = PlainText | "unresolved" | "unreadable";

/** Characters that are written `${*}`, `${?}` and `${$}` where they stand for themselves. */
const SPECIAL_CHARACTERS: readonly string[] = ["*", "?", "$"];

/**
 * The variables of a text, or `undefined` where a `${` begins nothing that AWS says is one: a key of several values, a
 * default with wildcards, a name that is no key.
 *
 * @param variables Whether there are any: not in a policy without `"Version": "2012-10-17"`.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
 */
export function templateOf(text: string, variables: boolean): Template | undefined {
  if (!variables || !text.includes("${")) return new PlainText(text);
  const pieces: (Piece | Variable)[] = [];
  let from = 0;
  for (let start = text.indexOf("${"); start >= 0; start = text.indexOf("${", from)) {
    const end = text.indexOf("}", start);
    const variable = end < 0 ? undefined : variableOf(text.slice(start + 2, end));
    if (variable === undefined) return undefined;
    pieces.push({ text: text.slice(from, start), literal: false }, variable);
    from = end + 1;
  }
  pieces.push({ text: text.slice(from), literal: false });
  return { pieces };
}

/** The keys of the variables in a template, one for each place where its value is put in. */
export function keysIn(template: Template): readonly string[] {
  return template instanceof PlainText ? [] : template.pieces.flatMap((piece) => ("key" in piece ? [piece.key] : []));
}

/** A template with the values of a request. What comes in for a variable is taken literally. */
export function resolved(template: Template, context: RequestContext): Resolved {
  if (template instanceof PlainText) return template;
  const pieces: Piece[] = [];
  for (const piece of template.pieces) {
    if (!("key" in piece)) {
      pieces.push(piece);
      continue;
    }
    const values = context.get(piece.key) ?? [];
    const [value = piece.fallback, ...further] = values;
    if (further.length > 0 || values === NOT_KNOWN) return "unreadable";
    if (value === undefined) return "unresolved";
    pieces.push({ text: value, literal: true });
  }
  return new PlainText(pieces.map(({ text }) => text).join(""), patternOfPieces(pieces));
}

/** What a template can be at most as an ARN, whatever the values of its variables. */
export function arnWithAnyValue(template: Template): ArnPattern {
  if (template instanceof PlainText) return template.arn;
  return arnPatternOf(
    patternOfPieces(template.pieces.map((piece) => ("key" in piece ? { text: "*", literal: false } : piece))),
  );
}

/** What stands between `${` and `}`, or `undefined` where that is no variable. */
function variableOf(body: string): Piece | Variable | undefined {
  if (SPECIAL_CHARACTERS.includes(body)) return { text: body, literal: true };
  const [, written, fallback] = /^([^\s:,]+:[^\s,]+)(?:,\s*'([^'*?]*)'\s*)?$/.exec(body) ?? [];
  const key = written?.toLowerCase();
  return key === undefined || isMultivalued(key) ? undefined : { key, fallback };
}

/**
 * Whether a key, in lower case, can have several values: such a key is no variable, and needs a set operator.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html.
 */
export function isMultivalued(key: string): boolean {
  return CONDITION_KEYS.get(key)?.type.startsWith("Array") ?? false;
}
