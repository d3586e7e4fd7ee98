import { Stash, type Input, type Inputs, type Resource, type ResourceHookBinding } from "@pulumi/pulumi";
import type { RoutePlan } from "./routePlan";

/**
 * What a ledger remembers, as far as it is known: an id that is unknown, or secret, is `undefined`.
 *
 * Two ledgers bracket a roll-out. `plan` says what is about to be switched; it is written first, before anything
 * else happens. `switched` says what has been switched; it is written last. Their old and new values are what a
 * removal, a replacement and a run that resumes after a failure are told apart by.
 */
export interface Ledger {
  /** What identifies the endpoint: if it changes, every route table moves. */
  readonly endpoint: string | undefined;
  /** Route table name → route table id. */
  readonly tables: ReadonlyMap<string, string | undefined>;
  /** The names whose associations were imported. */
  readonly adopted: ReadonlySet<string>;
}

/** How one ledger differs from the one before. */
export interface LedgerChanges {
  /** The endpoint becomes another one. */
  readonly endpointReplaced: boolean;
  /** Route tables that leave the endpoint. */
  readonly withdrawn: readonly { name: string; id: string | undefined }[];
  /** Names that stand for another route table than before. */
  readonly reassigned: readonly { name: string; from: string; to: string | undefined }[];
  /** Names whose route table is about to be switched onto the endpoint. */
  readonly switching: readonly string[];
  /** Ids that stood under another name before: the old association's deletion would take the new one's route away. */
  readonly moved: readonly { id: string; from: string; to: string }[];
  /** Names to import whose association is managed already. */
  readonly adoptedAgain: readonly string[];
}

/** The two ledgers of a roll-out, by when they are written. */
export type LedgerKind = "plan" | "switched";

/** Writes a ledger of what the roll-out switches. */
export function recordLedger(
  kind: LedgerKind,
  parent: Resource,
  plan: RoutePlan,
  options: { dependsOn?: Input<Input<Resource>[]> | Input<Resource>; hooks?: ResourceHookBinding },
): Stash {
  const names = plan.stages.flatMap((stage) => stage.routeTables).sort();
  const tables = Object.fromEntries(names.map((name) => [name, plan.routeTables[name]]));
  const adopted = [...plan.adoptedTables].sort();
  return new Stash(`${plan.name}-${kind}`, { input: { endpoint: plan.endpoint, tables, adopted, ...problemsOf(plan) } }, { parent, ...options });
}

/** They change the ledger, so that its hook is called, which refuses them: a ledger that is written has none. */
function problemsOf({ problems }: RoutePlan): Inputs {
  return problems === undefined ? {} : { problems: problems.apply((found) => (found.length > 0 ? found : undefined)) };
}

/** A ledger as a hook is given it: values that are unknown or secret are no strings. */
export function readLedger(input: unknown): Ledger {
  const { endpoint, tables, adopted } = (input ?? {}) as Inputs;
  const known = Object.entries((tables ?? {}) as Inputs).map(([name, id]) => [name, stringOrUndefined(id)] as const);
  return {
    endpoint: stringOrUndefined(endpoint),
    tables: new Map(known),
    adopted: new Set(Array.isArray(adopted) ? adopted.filter((name): name is string => typeof name === "string") : []),
  };
}

/** The ledger before anything was switched. */
export const NOTHING_SWITCHED: Ledger = { endpoint: undefined, tables: new Map(), adopted: new Set() };

/** What changes from one ledger to the next. `formerNames` (new → former) says which names are renamed, not new. */
export function ledgerChanges(before: Ledger, next: Ledger, formerNames: Readonly<Record<string, string>> = {}): LedgerChanges {
  const formerly = (name: string): string => {
    const former = formerNames[name];
    return !before.tables.has(name) && former !== undefined && before.tables.has(former) && !next.tables.has(former) ? former : name;
  };
  const kept = new Set([...next.tables.keys()].map(formerly));
  const endpointReplaced = before.endpoint !== undefined && before.tables.size > 0 && before.endpoint !== next.endpoint;
  const reassigned = [...next.tables].flatMap(([name, to]) => {
    const from = before.tables.get(formerly(name));
    return from !== undefined && from !== to ? [{ name, from, to }] : [];
  });
  const reassignedNames = new Set(reassigned.map(({ name }) => name));
  const isSwitching = (name: string): boolean =>
    endpointReplaced || !before.tables.has(formerly(name)) || reassignedNames.has(name);
  return {
    endpointReplaced,
    reassigned,
    withdrawn: [...before.tables].flatMap(([name, id]) => (kept.has(name) ? [] : [{ name, id }])),
    switching: [...next.tables.keys()].filter((name) => !next.adopted.has(name) && isSwitching(name)),
    moved: movedIds(before, next, formerly),
    adoptedAgain: [...next.adopted].filter((name) => before.tables.has(name) && !before.adopted.has(name)),
  };
}

function movedIds(before: Ledger, next: Ledger, formerly: (name: string) => string): LedgerChanges["moved"] {
  const names = new Map([...before.tables].flatMap(([name, id]) => (id === undefined ? [] : [[id, name] as const])));
  return [...next.tables].flatMap(([to, id]) => {
    const from = id === undefined ? undefined : names.get(id);
    return id === undefined || from === undefined || from === formerly(to) ? [] : [{ id, from, to }];
  });
}

function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
