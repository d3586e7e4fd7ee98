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
  readonly tables: readonly KnownTable[];
  /** Of callers and tables. */
  readonly policies: readonly KnownPolicy[];
  readonly endpoints: EndpointPolicies;
  readonly ways: readonly TwoWays[];
}

/** `undefined` where nobody is there yet. */
export function knownIn(
  preview: Preview,
  changes: readonly WayChange[],
  remarks: ReadonlyMap<string, Remarks>,
): Known | undefined {
  const place = placeOf(preview);
  if (place === undefined) return undefined;
  const callers = callersIn(preview, place);
  const endpoints = new EndpointPolicies(preview);
  const own = new Set(callers.flatMap(({ policies, boundary }) => [...policies, ...(boundary ? [boundary] : [])]));
  const tables = tablesIn(preview, place, textsOf([...own]));
  const ofTables = tables.flatMap(({ policy, streamPolicies }) => [
    ...(policy ? [policy] : []),
    ...streamPolicies.values(),
  ]);
  const ways = waysIn(preview, changes, { remarks, policies: endpoints, place });
  return { preview, place, callers, tables, policies: [...own, ...ofTables], endpoints, ways };
}

function textsOf(policies: readonly KnownPolicy[]): readonly string[] {
  const documents = policies.flatMap(({ before, after }) => [before, after]);
  return documents.flatMap((document) => (typeof document === "string" ? [] : [document.text]));
}
