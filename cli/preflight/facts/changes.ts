import type { FactName, Facts, FactValues } from "./facts";
import { thingsOf } from "./ids";
import { FACT_NAMES, OBSERVED } from "./sources";
import { isTold, type Told } from "./told";

/** One thing that is other than it was. */
export interface FactChange {
  readonly fact: FactName;
  /** Its id: `rtb-…`. */
  readonly id: string;
  /** `unknown`: the fact is missing, then or now. */
  readonly change: "added" | "removed" | "changed" | "unknown";
  /** Of what is changed: the fields, each as JSON. */
  readonly fields: readonly { readonly field: string; readonly before?: string; readonly after?: string }[];
}

/** What is other now than it was then. What neither knew is no change. */
export function changesBetween(before: Facts, now: Facts): readonly FactChange[] {
  return FACT_NAMES.filter((name) => !UNTOLD.has(name)).flatMap((name) => changesOf(name, before, now));
}

/** Of who asks, and of what was seen of a time that has passed: of another one it is other. */
const UNTOLD = new Set<FactName>(["caller", ...OBSERVED]);

/** What changes all the time and means nothing. */
const RESTLESS = new Set([
  "AvailableIpAddressCount",
  "ItemCount",
  "TableSizeBytes",
  "runningCount",
  "pendingCount",
  "deployments",
  "LastUpdateToPayPerRequestDateTime",
]);

function changesOf(name: FactName, before: Facts, now: Facts): readonly FactChange[] {
  const [then, today]: readonly Told<unknown>[] = [before[name], now[name]];
  if (then === undefined || today === undefined) return [];
  if (!isTold(then) || !isTold(today)) {
    // What was not asked for tells nothing, and is no change.
    const isAsked = [then, today].every((each) => isTold(each) || each.missing.reason !== "leftOut");
    const isOther = isAsked && isTold(then) !== isTold(today);
    return isOther ? [{ fact: name, id: name, change: "unknown", fields: [] }] : [];
  }
  const [had, has] = [byId(name, then.value), byId(name, today.value)];
  return [...new Set([...had.keys(), ...has.keys()])].sort().flatMap((id): readonly FactChange[] => {
    const [old, next] = [had.get(id), has.get(id)];
    if (old === undefined) return [{ fact: name, id, change: "added", fields: [] }];
    if (next === undefined) return [{ fact: name, id, change: "removed", fields: [] }];
    const fields = changedFields(old, next);
    return fields.length === 0 ? [] : [{ fact: name, id, change: "changed", fields }];
  });
}

type Fields = Readonly<Record<string, unknown>>;

function byId(name: FactName, value: unknown): ReadonlyMap<string, Fields> {
  const things = thingsOf(name, value as FactValues[FactName]) as readonly (readonly [string, Fields])[];
  // Tasks come and go: their services and definitions are compared.
  return new Map(things.filter(([, thing]) => !("taskArn" in thing)));
}

function changedFields(old: Fields, next: Fields): FactChange["fields"] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])].filter((name) => !RESTLESS.has(name)).sort();
  return names.flatMap((field) => {
    const [before, after] = [canonical(old[field]), canonical(next[field])];
    if (before === after) return [];
    return [{ field, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }];
  });
}

/** As JSON, in one order: AWS answers lists in any. What is restless is left out. */
function canonical(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(ordered(value));
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .map((each: unknown) => JSON.stringify(ordered(each)))
      .sort()
      .map((each) => JSON.parse(each) as unknown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !RESTLESS.has(name))
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, each]: [string, unknown]) => [name, ordered(each)]),
  );
}
