/**
 * A text of somebody else's, on one line of a terminal: neither a forged line nor a colour of its own, and no more than
 * `limit` characters of it.
 */
export function printable(text: string, limit: number): string {
  // More than enough to fill the limit: an answer may have megabytes.
  const characters = Array.from(text.slice(0, limit * 2));
  const shown = characters.slice(0, limit).join("").replace(UNPRINTABLE, escaped).replace(/<\{%/g, "<{\\u0025");
  return text.length > limit * 2 || characters.length > limit ? `${shown}… (${text.length} characters)` : shown;
}

/**
 * Controls, what formats without being seen (it can turn the direction of a line), line separators and half characters.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = Number(character.codePointAt(0)).toString(16);
  return SHORT_ESCAPES[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

/** A text as logs may show it. */
export function withoutAccounts(text: string): string {
  return text.replace(/(?<!\d)\d{12}(?!\d)/g, "ACCOUNT").replace(/\bA[KS]IA[A-Z0-9]{12,}\b/g, "ACCESS_KEY");
}
