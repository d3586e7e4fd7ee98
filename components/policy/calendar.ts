/** Whether a date begins with a day of the calendar: JavaScript takes the 30th of February for the 2nd of March. */
export function isDay(date: string): boolean {
  const day = date.slice(0, 10);
  const millis = Date.parse(day);
  return !Number.isNaN(millis) && new Date(millis).toISOString().startsWith(day);
}
