import { distance } from "fastest-levenshtein";

/** No name that a policy knows is longer: what is longer is not compared, which keeps the comparison short. */
const LONGEST_NAME = 64;

/** The candidate that `given` is most likely a misspelling of, whatever its case, or `undefined`. */
export function closest(given: string, candidates: Iterable<string>): string | undefined {
  if (given.length > LONGEST_NAME) return undefined;
  const lowerCase = given.toLowerCase();
  let best: string | undefined;
  let shortest = Math.max(2, Math.floor(given.length / 4)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - given.length) >= shortest) continue;
    const edits = distance(lowerCase, candidate.toLowerCase());
    if (edits < shortest) [best, shortest] = [candidate, edits];
  }
  return best;
}

/** `; did you mean "X"?` where a candidate is close, else nothing. */
export function didYouMean(given: string, candidates: Iterable<string>): string {
  const candidate = closest(given, candidates);
  return candidate === undefined ? "" : `; did you mean ${JSON.stringify(candidate)}?`;
}
