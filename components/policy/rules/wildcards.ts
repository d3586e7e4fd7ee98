/**
 * Whether `text` has a wildcard of policies: `*`, which stands for any text, or `?`, which stands for one character.
 */
export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** Whether `pattern` says nothing but `*`. */
export function matchesEverything(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

const FEWEST_NEIGHBOURS = 6;

/** Whether six characters that are no wildcards stand before or after every wildcard, as endpoint policies demand. */
export function everyWildcardHasNeighbours(text: string): boolean {
  const runs = text.split(/[*?]/).map((run) => run.length >= FEWEST_NEIGHBOURS);
  return runs.slice(1).every((long, i) => long || runs[i]);
}
