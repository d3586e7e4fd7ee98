/** Whether `text` has a wildcard of policies: `*`, which stands for any text, or `?`, which stands for one character. */
export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** Whether `pattern` says nothing but `*`. */
export function matchesEverything(pattern: string): boolean {
  return pattern.startsWith("*") && /^\*+$/.test(pattern);
}
