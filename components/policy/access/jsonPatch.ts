import type { JsonPatchOperation } from "./facts";

/** A document of JSON with some operations applied, one after another: RFC 6902, as far as edits of policies use it. */
export function patched(document: unknown, operations: readonly JsonPatchOperation[]): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(document));
  for (const operation of operations) apply(copy, operation);
  return copy;
}

/** The place of some keys and indexes. */
export function pointer(...parts: readonly (string | number)[]): string {
  return parts.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function apply(document: unknown, { op, path, value }: JsonPatchOperation): void {
  const parts = path
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = parts.pop() ?? "";
  let at = document as Record<string, unknown>;
  for (const part of parts) at = at[part] as Record<string, unknown>;
  if (Array.isArray(at)) {
    const index = last === "-" ? at.length : Number(last);
    if (op === "add") at.splice(index, 0, value);
    else if (op === "replace") at[index] = value;
    else at.splice(index, 1);
  } else if (op === "remove") Reflect.deleteProperty(at, last);
  else at[last] = value;
}
