import { recordIn } from "../read/values";

/** Whether two documents say the same, whatever their layout. */
export function sameDocument(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  const parsed = [before, after].map((document) => {
    try {
      return JSON.stringify(typeof document === "string" ? JSON.parse(document) : recordIn(document));
    } catch {
      return undefined;
    }
  });
  return parsed[0] !== undefined && parsed[0] === parsed[1];
}
