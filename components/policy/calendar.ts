/** Whether a date begins with a day of the calendar: JavaScript takes the 30th of February for the 2nd of March. */
export function isDay(date: string): boolean {
  const day = date.slice(0, 10);
  const millis = Date.parse(day);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(day);
}

/**
 * Milliseconds since 1970 of a date in a form of W3C, from year and month on; with a time it has its zone too.
 * `undefined` for what is none, or is not in the calendar or on the clock.
 *
 * See https://www.w3.org/TR/NOTE-datetime.
 */
export function instantOfDate(text: string): number | undefined {
  if (!/^\d{4}-\d\d(-\d\d(T([01]\d|2[0-3]):\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?)?$/.test(text) || !isDay(text))
    return undefined;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? undefined : millis;
}
