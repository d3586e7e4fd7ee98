/**
 * A map by names that users choose, in which a name that is not there has no value: every other object has members
 * called `toString` and `constructor`, which the syntax of maps finds too.
 */
export function namedMap<Value>(given: Readonly<Record<string, Value>>): Readonly<Record<string, Value>> {
  return Object.assign(Object.create(null) as Record<string, Value>, given);
}
