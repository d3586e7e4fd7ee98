import type { Region } from "../cloud/cloud";
import type { Members } from "./protocols/protocol";

type RequiredKeys<I> = { [K in keyof I]-?: object extends Pick<I, K> ? never : K }[keyof I];

/** A request whose required members are known to be there. */
export type Checked<I> = Omit<I, RequiredKeys<I>> & { readonly [K in RequiredKeys<I>]: NonNullable<I[K]> };

/** An operation of AWS's API as the lab serves it. */
export interface ServedOperation {
  /** The members of the request that the lab serves. Others are refused by name. */
  readonly takes: readonly string[];
  readonly perform: (region: Region, input: Members) => Promise<Members>;
}

export type ServedOperations = Readonly<Record<string, ServedOperation>>;

/** Declares an operation by the SDK's types of its request and answer. */
export function operation<I, O>(
  takes: readonly (keyof I & string)[],
  perform: (region: Region, input: Checked<I>) => Promise<Partial<O> | undefined>,
): ServedOperation {
  return {
    takes,
    perform: async (region, input) => (await perform(region, input as unknown as Checked<I>)) ?? {},
  };
}

export type Decapitalised<T> = { readonly [K in keyof T as K extends string ? Uncapitalize<K> : never]: T[K] };

const decapital = remembered((name) => name.charAt(0).toLowerCase() + name.slice(1));
const capital = remembered((name) => name.charAt(0).toUpperCase() + name.slice(1));

/** The members by the names that the cloud has for them: AWS's API begins them with a capital, the cloud does not. */
export function decapitalised<T extends object>(members: T): Decapitalised<T> {
  return renamed(members, decapital) as Decapitalised<T>;
}

type Capitalised<T> = { [K in keyof T as K extends string ? Capitalize<K> : never]: T[K] };

/** The other way. What AWS's API does not have of it, the protocols leave out. */
export function capitalised<T extends object>(record: T): Capitalised<T> {
  return renamed(record, capital) as Capitalised<T>;
}

function renamed(members: object, name: (name: string) => string): object {
  const result: Record<string, unknown> = {};
  for (const [known, value] of Object.entries(members)) result[name(known)] = value;
  return result;
}

/** The names are a few hundred, and the things that have them thousands. */
function remembered(change: (name: string) => string): (name: string) => string {
  const known = new Map<string, string>();
  return (name) => {
    const changed = known.get(name) ?? change(name);
    known.set(name, changed);
    return changed;
  };
}
