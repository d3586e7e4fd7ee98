/** What matches on its own: an escape, a class, what opens a group, a quantifier, or one character. */
const TOKENS =
  /\\(?:[pPu]\{[^}]*\}|k<[^>]*>|x..|u[0-9a-fA-F]{4}|.)|\[\^?(?:\\.|[^\]\\])*\]|\(\?(?:[:=!]|<[=!]|<[^>]+>)|\{\d+(?:,\d*)?\}|./gsu;

const OPPOSITES: Readonly<Record<string, string>> = {
  "\\d": "\\D",
  "\\D": "\\d",
  "\\w": "\\W",
  "\\W": "\\w",
  "\\s": "\\S",
  "\\S": "\\s",
  "\\b": "\\B",
  "\\B": "\\b",
  "(?=": "(?!",
  "(?!": "(?=",
  "(?<=": "(?<!",
  "(?<!": "(?<=",
};

/** Other regular expressions than `literal`, each different in one point. */
export function regexReplacements(literal: string): readonly string[] {
  const close = literal.lastIndexOf("/");
  const flags = literal.slice(close + 1);
  const tokens = literal.slice(1, close).match(TOKENS) ?? [];
  const bodies = tokens.flatMap((token, i) => {
    const behind = tokens[i - 1];
    return otherTokens(token, behind).map((other) => [...tokens.slice(0, i), other, ...tokens.slice(i + 1)].join(""));
  });
  // Without `g` or `y` a loop over matches may not end, and some methods refuse it: the types do not tell.
  const droppedFlags = ["i", "m", "s"]
    .filter((flag) => flags.includes(flag))
    .map((flag) => `/${tokens.join("")}/${flags.replace(flag, "")}`);
  return [
    ...bodies.filter((body) => body !== "" && isValid(body, flags)).map((body) => `/${body}/${flags}`),
    ...droppedFlags,
  ];
}

function otherTokens(token: string, behind: string | undefined): readonly string[] {
  if (token === "^" || token === "$") return [""];
  if (token === "*") return ["+", ""];
  if (token === "+") return ["*", ""];
  // After a quantifier it makes that one lazy.
  if (token === "?") return behind !== undefined && /^(?:[*+?]|\{.*\})$/.test(behind) ? [] : [""];
  if (/^\{\d/.test(token)) return [""];
  if (token.startsWith("[^")) return [`[${token.slice(2)}`];
  if (token.startsWith("[")) return [`[^${token.slice(1)}`];
  const opposite = OPPOSITES[token];
  return opposite === undefined ? [] : [opposite];
}

function isValid(body: string, flags: string): boolean {
  try {
    new RegExp(body, flags);
    return true;
  } catch {
    return false;
  }
}
