import { together, waysOf } from "./askedWays";
import { cellsOf, type Cell } from "./cells";
import { ComparedRequest, Comparison } from "./comparison";
import { AskedRequest, isNamedOn, Memo, type AskedWay } from "./decide";
import { withEdits } from "./edits";
import type {
  AccessContext,
  AccessDecision,
  AccessDifference,
  AccessFlip,
  AccessPolicies,
  AccessUnknown,
} from "./facts";
import type { Scene } from "./scene";
import { ACTIONS, reaches, type ReadPolicy, type ReadStatement } from "./readDocuments";
import { readPolicies, type ReadAccess, type ReadCaller, type ReadResource } from "./readPolicies";

/**
 * Whose permission flips when requests take another way: which callers are denied `after` what they are allowed
 * `before`, on which tables, by which statement, and the edit of that policy that keeps both ways allowed.
 *
 * It is the whole decision, as IAM makes it: every policy that concerns a request, in one account and across accounts.
 * What depends on a policy or a condition key that is not known is `unknown`, and never a pass.
 *
 * See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html.
 */
export function accessDifference(
  policies: AccessPolicies,
  before: AccessContext,
  after: AccessContext,
): AccessDifference {
  const { difference, withEdits: edited } = compileAccess(policies);
  const { flips, unknown } = difference(before, after);
  return { flips: edited(flips, before, after), unknown };
}

/** Policies that were read once, for several pairs of ways and for single requests. */
export interface CompiledAccess {
  /** The same as `accessDifference`, without edits. */
  readonly difference: (before: AccessContext, after: AccessContext) => AccessDifference;
  /**
   * The same flips, with the edits that keep both ways allowed.
   *
   * @param callers ARNs of those who are looked at for what the edits allow besides. Default: all.
   */
  readonly withEdits: (
    flips: readonly AccessFlip[],
    before: AccessContext,
    after: AccessContext,
    callers?: ReadonlySet<string>,
  ) => readonly AccessFlip[];
  /** What IAM makes of one request on one way. */
  readonly decision: (request: AccessRequest, way: AccessContext) => AccessDecision;
  /** All actions and resources, by ARN, that are judged. */
  readonly requests: () => Iterable<AccessRequest>;
  /** Whether a policy, that of the way's endpoint too, tests a condition key or has it as a variable. */
  readonly reads: (key: string, way: AccessContext) => boolean;
}

/** One request of a caller that the policies are given of. */
export interface AccessRequest {
  /** The caller's ARN. */
  readonly caller: string;
  /** `dynamodb:GetItem`. */
  readonly action: string;
  /** As `AccessFlip` names them. */
  readonly resource: string;
}

/** Reads all policies once. */
export function compileAccess(policies: AccessPolicies): CompiledAccess {
  return compiledAccess(readPolicies(policies));
}

/** The same of policies that were read. */
export function compiledAccess(access: ReadAccess): CompiledAccess {
  const known = new KnownFlips(access);
  const ways = new WeakMap<AccessContext, readonly AskedWay[]>();
  const knownWays = (context: AccessContext): readonly AskedWay[] => {
    const asked = ways.get(context) ?? waysOf(access, context);
    ways.set(context, asked);
    return asked;
  };
  const requests = new KnownRequests(access);
  return {
    difference: (before, after) => {
      const [was, is] = [knownWays(before), knownWays(after)];
      const comparison = new Comparison(access, was, is);
      const flips = access.callers.flatMap((caller) => known.flips(caller, comparison));
      return {
        flips: flips.sort(bySeverity),
        unknown: unknownsOf(access, [...was, ...is]),
      };
    },
    withEdits: (flips, before, after, callers) => {
      const concerned = access.callers.filter(({ arn }) => callers?.has(arn) ?? true);
      return withEdits({ access: { ...access, callers: concerned }, before, after }, flips, flipsOfCallers);
    },
    decision: (request, way) => requests.decide(request, knownWays(way)),
    reads: (key, way) => {
      // Reads its endpoint's policy.
      knownWays(way);
      return [...access.statements()].some(({ keys }) => keys.has(key.toLowerCase()));
    },
    *requests() {
      for (const caller of access.callers)
        for (const resource of access.resources) {
          if (resource.kind === "none" && resource.account !== caller.account) continue;
          for (const { name, resourceTypes } of ACTIONS)
            if (resource.kind === "none" ? resourceTypes.length === 0 : resourceTypes.includes(resource.kind))
              yield { caller: caller.arn, action: `dynamodb:${name}`, resource: resource.arn };
        }
    },
  };
}

/** The flips of some callers in a scene. */
function flipsOfCallers({ access, before, after }: Scene, callers: ReadonlySet<string>): readonly AccessFlip[] {
  const comparison = new Comparison(access, waysOf(access, before), waysOf(access, after));
  const known = new KnownFlips(access);
  return access.callers.flatMap((caller) => (callers.has(caller.arn) ? known.flips(caller, comparison) : []));
}

/** The flips of callers: those of one pair of ways are those of all pairs of which policies make the same. */
class KnownFlips {
  readonly #cells: KnownCells;
  readonly #known = new Map<ReadCaller, Map<string, readonly AccessFlip[]>>();

  constructor(access: ReadAccess) {
    this.#cells = new KnownCells(access);
  }

  flips(caller: ReadCaller, comparison: Comparison): readonly AccessFlip[] {
    const { flipping, outcome } = comparison.readingOf(caller);
    if (!comparison.endpointDecides && flipping.length === 0) return [];
    const ofCaller = this.#known.get(caller) ?? new Map<string, readonly AccessFlip[]>();
    this.#known.set(caller, ofCaller);
    const known = outcome === undefined ? undefined : ofCaller.get(outcome);
    if (known !== undefined) return known;
    const flips = flipsOf(caller, comparison, this.#cells.of(caller, flipping, comparison));
    if (outcome !== undefined) ofCaller.set(outcome, flips);
    return flips;
  }
}

/** The cells of callers: those of the last comparison are mostly those of the next. */
class KnownCells {
  readonly #access: ReadAccess;
  readonly #known = new Map<ReadCaller, KnownCellsOfCaller>();

  constructor(access: ReadAccess) {
    this.#access = access;
  }

  /** Of what the flipping statements can reach; of all resources where an endpoint's policy decides. */
  of(caller: ReadCaller, flipping: readonly ReadStatement[], comparison: Comparison): readonly Cell[] {
    const { endpointDecides, limiting, was, is } = comparison;
    const { resources: all } = this.#access;
    const endpoints = [was[0]?.endpoint, is[0]?.endpoint];
    const asked = [all.length, ...(endpointDecides ? [] : flipping), ...limiting, ...endpoints];
    const known = this.#known.get(caller);
    if (known?.asked.length === asked.length && asked.every((each, i) => each === known.asked[i])) return known.cells;
    const reached = endpointDecides ? all : this.#access.reachedBy(flipping).map((place) => all[place] as ReadResource);
    const resources = reached.filter((each) => isNamedOn([...was, ...is], each));
    const cells = cellsOf(caller, resources, limiting);
    this.#known.set(caller, { asked, cells });
    return cells;
  }
}

interface KnownCellsOfCaller {
  /** How many resources there were, and what of the policies decided. */
  readonly asked: readonly unknown[];
  readonly cells: readonly Cell[];
}

/** Single requests, found by their names. */
class KnownRequests {
  readonly #access: ReadAccess;
  #last: { readonly caller: ReadCaller; readonly ways: readonly AskedWay[] } | undefined;
  #memos: readonly Memo[] = [];

  constructor(access: ReadAccess) {
    this.#access = access;
  }

  decide({ caller: arn, action, resource: asked }: AccessRequest, ways: readonly AskedWay[]): AccessDecision {
    const caller = this.#access.callerOf(arn);
    const resource = this.#access.resources[this.#access.placeOf(asked, caller?.account) ?? -1];
    const place = PLACES_OF_ACTIONS.get(action);
    if (caller === undefined || resource === undefined || place === undefined)
      throw new Error(`${arn} has no ${action} on ${asked} among what the policies are given of`);
    // Whoever asks about one caller on one way mostly asks again.
    if (this.#last?.caller !== caller || this.#last.ways !== ways) {
      this.#last = { caller, ways };
      this.#memos = ways.map(() => new Memo());
    }
    return together(ways.map((way, i) => new AskedRequest(caller, resource, place, way, this.#memos[i])));
  }
}

const PLACES_OF_ACTIONS: ReadonlyMap<string, number> = new Map(
  ACTIONS.map(({ name }, place) => [`dynamodb:${name}`, place]),
);

function flipsOf(caller: ReadCaller, comparison: Comparison, cells: readonly Cell[]): readonly AccessFlip[] {
  const found = new Map<string, FoundFlip>();
  const { flipping } = comparison.readingOf(caller);
  for (const { resources, actions } of cells) {
    const [resource] = resources;
    const reaching = flipping.filter((each) => reaches(each, resource) !== "no");
    for (const alike of actions) {
      const [action] = alike;
      if (!comparison.endpointDecides && reaching.every((statement) => statement.actions[action] === "no")) continue;
      const asked = new ComparedRequest(comparison, caller, resource, action);
      if (!asked.flips()) continue;
      const { before, after } = asked;
      const key = JSON.stringify([before, after]);
      const flip = found.get(key) ?? { before, after, actionsOf: new Map<string, string[]>() };
      found.set(key, flip);
      for (const { arn } of resources) {
        const names = flip.actionsOf.get(arn) ?? [];
        flip.actionsOf.set(arn, names);
        names.push(...alike.map((place) => `dynamodb:${ACTIONS[place]?.name}`));
      }
    }
  }
  return [...found.values()].flatMap((flip) => grouped(caller.arn, flip));
}

interface FoundFlip {
  readonly before: AccessDecision;
  readonly after: AccessDecision;
  /** ARN → actions. */
  readonly actionsOf: Map<string, string[]>;
}

/** Resources on which the same actions flip stand together. */
function grouped(caller: string, { before, after, actionsOf }: FoundFlip): readonly AccessFlip[] {
  const groups = new Map<string, { actions: readonly string[]; resources: string[] }>();
  for (const [arn, names] of actionsOf) {
    const actions = [...new Set(names)].sort();
    const group = groups.get(actions.join()) ?? { actions, resources: [] };
    groups.set(actions.join(), group);
    group.resources.push(arn);
  }
  return [...groups.values()].map(({ actions, resources }) => ({
    caller,
    actions,
    resources: [...new Set(resources)].sort(),
    before,
    after,
    edits: [],
  }));
}

/** What could not be read, with all whom it concerns. */
function unknownsOf({ callers, resources }: ReadAccess, ways: readonly AskedWay[]): readonly AccessUnknown[] {
  const concerned = new Map<string, Set<string>>();
  const note = (policies: Iterable<ReadPolicy>, arns: readonly string[]): void => {
    for (const { unknown } of policies) {
      if (unknown === undefined || arns.length === 0) continue;
      const known = concerned.get(unknown) ?? new Set<string>();
      concerned.set(unknown, known);
      for (const arn of arns) known.add(arn);
    }
  };
  for (const { arn, policies } of callers) note(policies, [arn]);
  const everyone = callers.map(({ arn }) => arn);
  const limited = callers.filter(({ isServiceLinked }) => !isServiceLinked).map(({ arn }) => arn);
  for (const level of new Set(resources.flatMap(({ resourceControl }) => resourceControl))) note(level, limited);
  for (const policy of new Set(resources.map((resource) => resource.policy))) note(policy ? [policy] : [], everyone);
  for (const endpoint of new Set(ways.map((way) => way.endpoint))) note(endpoint ? [endpoint] : [], everyone);
  return [...concerned]
    .map(([dependsOn, arns]) => ({ dependsOn, callers: [...arns].sort() }))
    .sort((a, b) => (a.dependsOn < b.dependsOn ? -1 : 1));
}

const SEVERITIES = [
  "allowed denied",
  "unknown denied",
  "allowed unknown",
  "unknown unknown",
  "denied unknown",
  "denied allowed",
  "unknown allowed",
];

function bySeverity(a: AccessFlip, b: AccessFlip): number {
  const severity = ({ before, after }: AccessFlip): number => SEVERITIES.indexOf(`${before.outcome} ${after.outcome}`);
  return severity(a) - severity(b) || compared(a.caller, b.caller) || compared(a.resources.join(), b.resources.join());
}

function compared(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
