/** Whether `text` has a wildcard of policies: `*`, which stands for any text, or `?`, which stands for one character. */
export function hasWildcard(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

/** Whether `pattern` says nothing but `*`. */
export function matchesEverything(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}

/**
 * Whether all of `text` matches `pattern`.
 *
 * After a mismatch it goes back to the last `*` alone, never to an earlier one: the steps are bounded by the product
 * of the two lengths, which stays linear in the document because one of the two is always a short name.
 */
export function matches(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (pattern[p] === "*") {
      star = p++;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === "?" || pattern[p] === text[t])) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
