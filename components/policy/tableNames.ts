/**
 * Whether `text` can be the name of a table.
 *
 * See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html.
 */
export function isTableName(text: unknown): boolean {
  return typeof text === "string" && /^[A-Za-z0-9_.-]{3,255}$/.test(text);
}

/**
 * Whether `text` is the name of a table, or a pattern for some: with `*` or `?`, which make it as short as it likes.
 */
export function isTableNamePattern(text: unknown): boolean {
  return isTableName(text) || (typeof text === "string" && /^(?=.*[*?])[A-Za-z0-9_.*?-]{1,255}$/.test(text));
}
