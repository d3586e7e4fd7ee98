import type { WayChange } from "../judge/breaks";
import type { Remarks } from "../judge/rollouts";
import type { Preview } from "../read/preview";
import type { KnownPolicy } from "./documents";
import { EndpointPolicies } from "./endpoints";
import { type Place, placeOf } from "./place";
import { callersIn, type KnownCaller } from "./principals";
import { type KnownTable, tablesIn } from "./tables";
import { type TwoWays, waysIn } from "./ways";

/** All that a preview knows of who may do what. */
export interface Known {
  readonly preview: Preview;
  readonly place: Place;
  readonly callers: readonly KnownCaller[];
  /** How many others there are, whom nobody has judged. */
  readonly callersLeftOut: number;
  readonly tables: readonly KnownTable[];
  /** Of callers and tables. */
  readonly policies: readonly KnownPolicy[];
  readonly endpoints: EndpointPolicies;
  readonly ways: readonly TwoWays[];
}

/** Each policy of a table is a matter of its own for each caller: more pairs would take minutes. */
const MOST_PAIRS = 15_000;

/** `undefined` where nobody is there yet. */
export function knownIn(
  preview: Preview,
  changes: readonly WayChange[],
  remarks: ReadonlyMap<string, Remarks>,
): Known | undefined {
  const place = placeOf(preview);
  if (place === undefined) return undefined;
  const all = callersIn(preview, place);
  const endpoints = new EndpointPolicies(preview);
  const own = new Set(all.flatMap(({ policies, boundary }) => [...policies, ...(boundary ? [boundary] : [])]));
  const tables = tablesIn(preview, place, textsOf([...own]));
  const ofTables = tables.flatMap(({ policy, streamPolicies }) => [
    ...(policy ? [policy] : []),
    ...streamPolicies.values(),
  ]);
  const ways = waysIn(preview, changes, { remarks, policies: endpoints, place });
  const callers = all.slice(0, Math.max(1, Math.floor(MOST_PAIRS / Math.max(1, ofTables.length))));
  const callersLeftOut = all.length - callers.length;
  return { preview, place, callers, callersLeftOut, tables, policies: [...own, ...ofTables], endpoints, ways };
}

function textsOf(policies: readonly KnownPolicy[]): readonly string[] {
  const documents = policies.flatMap(({ before, after }) => [before, after]);
  return documents.flatMap((document) => (typeof document === "string" ? [] : [document.text]));
}
