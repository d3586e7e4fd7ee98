import { distance } from "fastest-levenshtein";

/** The candidate that was probably meant, or `undefined` if none is close. */
export function closest(given: string, candidates: readonly string[]): string | undefined {
  const [first] = [...candidates].sort().sort((a, b) => distance(given, a) - distance(given, b));
  // Where every character is another one, nothing tells that it was meant.
  const isClose = (far: number, longest: number): boolean => far < longest && far <= Math.max(2, given.length / 3);
  return first !== undefined && isClose(distance(given, first), Math.max(given.length, first.length))
    ? first
    : undefined;
}

/** `did you mean "X"?` where one of the candidates is close, else the list of what there is. */
export function didYouMean(given: string, candidates: readonly string[]): string {
  const meant = closest(given, candidates);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  return candidates.length === 0 ? "there is none" : `there is ${listOf(candidates)}`;
}

/** At most ten names, quoted: a list that a reader still takes in. */
export function listOf(names: readonly string[]): string {
  const shown = names
    .slice(0, 10)
    .map((name) => `"${name}"`)
    .join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
