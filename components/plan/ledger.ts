import { isUnknown, output, RunError, type Inputs, type Output } from "@pulumi/pulumi";
import { isSecretInput } from "../engine/plannedValues";
import { hasSecurityGroup } from "./checkPlan";
import type { RoutePlan } from "./routePlan";

/** The id of a route table, as a ledger knows it. */
export interface RouteTableId {
  /** `undefined` while it is unknown. */
  readonly id: string | undefined;
  /** Compared like any other, and never shown. */
  readonly isSecret: boolean;
}

/**
 * What a ledger remembers, as far as it is known.
 *
 * Two ledgers bracket a roll-out. `plan` says what is about to be switched; it is written first, before anything
 * else happens. `switched` says what has been switched; it is written last. Their old and new values are what a
 * removal, a replacement and a run that resumes after a failure are told apart by.
 */
export interface Ledger {
  /** What identifies the endpoint: if it changes, every route table moves. */
  readonly endpoint: string | undefined;
  /** Route table name → route table. */
  readonly tables: ReadonlyMap<string, RouteTableId>;
  /** The names whose associations were imported. */
  readonly adopted: ReadonlySet<string>;
  /** With `retainOnDelete`: a route stays when its name is taken out of the program. */
  readonly retained?: boolean;
  /** Absent without a check, and in what an earlier version has written. */
  readonly check?: RecordedCheck;
}

/** What a ledger remembers of a check: what has to be said when it goes. A change of it is no switch. */
export interface RecordedCheck {
  /** The names of the route tables with a function of this package. */
  readonly functions: ReadonlySet<string>;
  readonly hasSecurityGroup: boolean;
}

/** How one ledger differs from the one before. */
export interface LedgerChanges {
  /** The endpoint becomes another one. */
  readonly endpointReplaced: boolean;
  /** Route tables that leave the endpoint. */
  readonly withdrawn: readonly { name: string; table: RouteTableId }[];
  /** Names that stand for another route table than before. */
  readonly reassigned: readonly { name: string; from: RouteTableId; to: RouteTableId }[];
  /** Names whose route table is about to be switched onto the endpoint. */
  readonly switching: readonly string[];
  /** Ids that stood under another name before: the old association's deletion would take the new one's route away. */
  readonly moved: readonly { table: RouteTableId; from: string; to: string }[];
  /** Names to import whose association is managed already. */
  readonly adoptedAgain: readonly string[];
  /** Names whose association was imported, and that are to be imported again as another's. */
  readonly adoptedAnew: readonly string[];
}

const CHECK_VERSION = 1;

/** What a ledger is written with, for `readLedger` to read. */
export function ledgerInput(plan: RoutePlan): Inputs {
  const names = plan.stages.flatMap((stage) => stage.routeTables).sort();
  return {
    endpoint: plan.endpoint,
    tables: Object.fromEntries(names.map((name) => [name, plan.routeTables[name]])),
    adopted: [...plan.adoptedTables].sort(),
    secrets: secretsAmong(plan, names),
    retained: plan.inherited.retained || undefined,
    check: plan.check && {
      version: CHECK_VERSION,
      functions: plan.check.probed,
      hasSecurityGroup: hasSecurityGroup(plan.check),
    },
  };
}

/**
 * The names of the route tables whose ids are secret; `undefined`, which is no property, where nothing in the ledger
 * is.
 *
 * A hook is told that something in a ledger is secret, and not what: without this list nothing of it could be shown.
 */
function secretsAmong(plan: RoutePlan, names: readonly string[]): Output<string[] | undefined> {
  const told = async (): Promise<string[] | undefined> => {
    const [endpoint, ...tables] = await Promise.all(
      [plan.endpoint, ...names.map((name) => plan.routeTables[name])].map(isSecretInput),
    );
    return endpoint === true || tables.includes(true) ? names.filter((_, i) => tables[i] === true) : undefined;
  };
  return output(told());
}

/**
 * A ledger as a hook is given it, and whether something in it is secret. What cannot be read refuses: it hides a loss.
 */
export function readLedger(input: unknown, hasSecrets: boolean): Ledger {
  if (!isRecord(input)) throw unreadable("is no ledger");
  const { endpoint, tables = {}, adopted = [], secrets, retained, check } = input;
  if (!isRecord(tables)) throw unreadable("has no map of route tables");
  const secretNames = namesIn(secrets);
  const isSecret = (name: string): boolean => hasSecrets && (secretNames?.has(name) ?? true);
  return {
    endpoint: idIn(endpoint, "endpoint"),
    tables: new Map(
      Object.entries(tables).map(([name, id]) => [name, { id: idIn(id, `tables.${name}`), isSecret: isSecret(name) }]),
    ),
    adopted: namesIn(adopted) ?? new Set(),
    retained: retained === true,
    ...(isRecord(check) &&
      check.version === CHECK_VERSION && {
        check: { functions: namesIn(check.functions) ?? new Set(), hasSecurityGroup: check.hasSecurityGroup === true },
      }),
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isUnknown(value);
}

function namesIn(value: unknown): ReadonlySet<string> | undefined {
  return Array.isArray(value) ? new Set(value.filter((name): name is string => typeof name === "string")) : undefined;
}

function idIn(value: unknown, path: string): string | undefined {
  if (typeof value === "string") return value;
  if (value === undefined || isUnknown(value)) return undefined;
  throw unreadable(`has no text at ${path}`);
}

function unreadable(what: string): RunError {
  return new RunError(
    `the record of what was switched ${what}: it was written by another version of this package, or changed by ` +
      "hand; nothing was changed",
  );
}

/** The ledger before anything was switched. */
export const NOTHING_SWITCHED: Ledger = { endpoint: undefined, tables: new Map(), adopted: new Set() };

/** What changes from one ledger to the next. `formerNames` (new → former) says which names are renamed, not new. */
export function ledgerChanges(
  before: Ledger,
  next: Ledger,
  formerNames: Readonly<Record<string, string>> = {},
): LedgerChanges {
  const formerly = (name: string): string => {
    const former = formerNames[name];
    return !before.tables.has(name) && former !== undefined && before.tables.has(former) && !next.tables.has(former)
      ? former
      : name;
  };
  const kept = new Set([...next.tables.keys()].map(formerly));
  const endpointReplaced = before.endpoint !== undefined && before.tables.size > 0 && before.endpoint !== next.endpoint;
  const reassigned = [...next.tables].flatMap(([name, to]) => {
    const from = before.tables.get(formerly(name));
    return from?.id !== undefined && from.id !== to.id ? [{ name, from, to }] : [];
  });
  const reassignedNames = new Set(reassigned.map(({ name }) => name));
  const isSwitching = (name: string): boolean =>
    endpointReplaced || !before.tables.has(formerly(name)) || reassignedNames.has(name);
  return {
    endpointReplaced,
    reassigned,
    withdrawn: [...before.tables].flatMap(([name, table]) => (kept.has(name) ? [] : [{ name, table }])),
    switching: [...next.tables.keys()].filter((name) => !next.adopted.has(name) && isSwitching(name)),
    moved: movedIds(before, next, formerly),
    adoptedAgain: [...next.adopted].filter(
      (name) => before.tables.has(formerly(name)) && !before.adopted.has(formerly(name)),
    ),
    adoptedAnew: [...next.adopted].filter(
      (name) => before.adopted.has(formerly(name)) && (endpointReplaced || reassignedNames.has(name)),
    ),
  };
}

function movedIds(before: Ledger, next: Ledger, formerly: (name: string) => string): LedgerChanges["moved"] {
  const names = new Map([...before.tables].map(([name, { id }]) => [id, name] as const));
  return [...next.tables].flatMap(([to, table]) => {
    const from = table.id === undefined ? undefined : names.get(table.id);
    return from === undefined || from === formerly(to) ? [] : [{ table, from, to }];
  });
}
