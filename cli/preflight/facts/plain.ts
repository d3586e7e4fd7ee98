/** A shape of AWS's SDK as facts have it: what the SDK has as a `Date` is an ISO 8601 text, as in AWS's CLI. */
export type Plain<T> = T extends Date ? string : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;

/** What is written as JSON, and read again. */
export function plain<T>(value: T): Plain<T> {
  return JSON.parse(JSON.stringify(value)) as Plain<T>;
}
