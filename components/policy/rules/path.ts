/**
 * Where something stands in a policy document: `Statement[0].Action[2]`,
 * `Statement.Condition.StringEquals["aws:SourceVpce"]`.
 *
 * A name of letters, digits and underscores follows a dot, any other stands in brackets as a JSON string, a place in
 * a list in brackets as a number. The document itself is the empty path.
 */
export type PolicyPath = string;

export const DOCUMENT: PolicyPath = "";

/** The path of the element `key` of the object at `parent`. */
export function memberPath(parent: PolicyPath, key: string): PolicyPath {
  if (!isPlainName(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === DOCUMENT ? key : `${parent}.${key}`;
}

/** The path of what stands at `index` of the list at `parent`. */
export function itemPath(parent: PolicyPath, index: number): PolicyPath {
  return `${parent}[${index}]`;
}

/** What stands at `path` of a parsed document: `undefined` where nothing does, or where `path` is none. */
export function resolvePath(document: unknown, path: PolicyPath): unknown {
  let value = document;
  for (const key of pathKeys(path)) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function* pathKeys(path: PolicyPath): Iterable<string> {
  let at = 0;
  while (at < path.length) {
    if (path[at] !== "[") {
      const start = path[at] === "." ? at + 1 : at;
      at = endOfPlainName(path, start);
      yield path.slice(start, at);
      if (at === start) return;
    } else {
      const end = path[at + 1] === '"' ? endOfString(path, at + 1) : path.indexOf("]", at);
      if (end < 0) {
        yield path;
        return;
      }
      yield String(JSON.parse(path.slice(at + 1, end)));
      at = end + 1;
    }
  }
}

function isPlainName(key: string): boolean {
  return key !== "" && endOfPlainName(key, 0) === key.length;
}

function endOfPlainName(text: string, start: number): number {
  let at = start;
  while (at < text.length && isNameCharacter(text.charCodeAt(at))) at++;
  return at;
}

function isNameCharacter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

/** The index after the closing quote of the JSON string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
