import type { Filters } from "../../cloud/ec2/describe";
import { list, needed, object, type ObjectShape, set, string, type TypeOf } from "../shapes";

const filter = object("filter", { name: needed(string), values: needed(list(string)) });

interface Filter {
  readonly name: string;
  readonly values: readonly string[];
}

/** The filters of one function: the same everywhere, under a name of its own in the provider's schema. */
export function filtersOf(name: string): ReturnType<typeof set<ObjectShape<TypeOf<typeof filter>>>> {
  return set({ ...filter, name });
}

export interface Criteria {
  readonly filters?: readonly Filter[];
  readonly tags?: Readonly<Record<string, string>>;
  /** Filters that have an argument of their own: the filter's name with its value, if one was given. */
  readonly arguments: Readonly<Record<string, string | undefined>>;
}

/** Everything that a function's caller asks for, as EC2 wants it. */
export function ec2Filters({ filters = [], tags = {}, arguments: named }: Criteria): Filters {
  const given = Object.entries(named).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries<readonly string[]>([
    ...filters.map(({ name, values }) => [name, values] as const),
    ...Object.entries(tags).map(([key, value]) => [`tag:${key}`, [value]] as const),
    ...given.map(([name, value]) => [name, [value]] as const),
  ]);
}

/** The one that was found, or the provider's error for none or many. */
export function single<T>(found: readonly T[], what: string): T {
  const [first] = found;
  if (first === undefined) throw new Error(`no matching ${what} found`);
  if (found.length > 1)
    throw new Error(`multiple ${what}s matched; use additional constraints to reduce matches to a single ${what}`);
  return first;
}
