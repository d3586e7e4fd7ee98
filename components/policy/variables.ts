import { literalPattern, patternOf, type Pattern } from "./matching";
import type { RequestContext } from "./requestContext";

/** A stretch of a text of a policy: as written, where wildcards count, or put in for a variable, where they do not. */
export interface Piece {
  readonly text: string;
  readonly literal: boolean;
}

/**
 * A text of a policy with its variables replaced. It is not `readable` where a `${` begins nothing that is a variable,
 * and not `resolved` where the request does not have the key of a variable that has no default.
 */
export type ResolvedText =
  | { readonly kind: "resolved"; readonly pieces: readonly Piece[] }
  | { readonly kind: "unresolved" }
  | { readonly kind: "unreadable" };

/** Characters that are written `${*}`, `${?}` and `${$}` where they stand for themselves. */
const SPECIAL_CHARACTERS: readonly string[] = ["*", "?", "$"];

/**
 * Replaces the variables of a text by the values of the request: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`
 * with a default. A key with several values is no variable.
 *
 * @param context The values; `undefined` in a policy without `"Version": "2012-10-17"`, which knows no variables.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html.
 */
export function resolveVariables(text: string, context: RequestContext | undefined): ResolvedText {
  const pieces: Piece[] = [];
  let from = 0;
  if (context !== undefined) {
    for (let start = text.indexOf("${"); start >= 0; start = text.indexOf("${", from)) {
      const end = text.indexOf("}", start);
      const variable = end < 0 ? undefined : parseVariable(text.slice(start + 2, end));
      if (variable === undefined) return { kind: "unreadable" };
      const value = variable.character ?? singleValue(context, variable.key) ?? variable.fallback;
      if (value === undefined) return { kind: "unresolved" };
      pieces.push({ text: text.slice(from, start), literal: false }, { text: value, literal: true });
      from = end + 1;
    }
  }
  pieces.push({ text: text.slice(from), literal: false });
  return { kind: "resolved", pieces };
}

/** A resolved text without wildcards. */
export function plainText(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** A resolved text as a pattern: what came in for a variable is taken literally. */
export function resolvedPattern(pieces: readonly Piece[]): Pattern {
  const patterns = pieces.map(({ text, literal }) => (literal ? literalPattern(text) : patternOf(text)));
  const [only, ...others] = patterns;
  return only !== undefined && others.length === 0 ? only : patterns.flat();
}

interface Variable {
  readonly key: string;
  readonly fallback?: string;
  readonly character?: string;
}

/** What stands between `${` and `}`, or `undefined` where that is no variable. */
function parseVariable(body: string): Variable | undefined {
  if (SPECIAL_CHARACTERS.includes(body)) return { key: "", character: body };
  const comma = body.indexOf(",");
  const key = (comma < 0 ? body : body.slice(0, comma)).trim();
  if (key === "") return undefined;
  if (comma < 0) return { key };
  const quoted = body.slice(comma + 1).trim();
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'")) return undefined;
  return { key, fallback: quoted.slice(1, -1) };
}

function singleValue(context: RequestContext, key: string): string | undefined {
  const values = context.get(key.toLowerCase());
  return values?.length === 1 ? values[0] : undefined;
}
