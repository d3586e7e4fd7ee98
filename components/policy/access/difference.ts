import type { Match } from "../matching";
import { NOT_KNOWN } from "../requestContext";
import { changingKeys, together, waysOf } from "./askedWays";
import { cellsOf, type Cell } from "./cells";
import { AskedRequest, concerning, Memo, reaches, type AskedWay } from "./decide";
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
import { ACTIONS, type ReadPolicy, type ReadStatement } from "./readDocuments";
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
  const { flips, unknown } = compileAccess(policies).difference(before, after);
  return { flips: editedFlips({ policies, before, after }, flips), unknown };
}

/** Flips of a scene, with the edits that keep both ways allowed. */
export function editedFlips(scene: Scene, flips: readonly AccessFlip[]): readonly AccessFlip[] {
  const flipsIn = ({ policies, before, after }: Scene): readonly AccessFlip[] =>
    compileAccess(policies).difference(before, after).flips;
  return withEdits(scene, flips, flipsIn);
}

/** Policies that were read once, for several pairs of ways and for single requests. */
export interface CompiledAccess {
  /** The same as `accessDifference`, without edits. */
  readonly difference: (before: AccessContext, after: AccessContext) => AccessDifference;
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
  const access = readPolicies(policies);
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

/** The flips of callers: those of one pair of ways are those of all pairs of which policies make the same. */
class KnownFlips {
  readonly #cells: KnownCells;
  readonly #known = new Map<ReadCaller, Map<string, readonly AccessFlip[]>>();

  constructor(access: ReadAccess) {
    this.#cells = new KnownCells(access);
  }

  flips(caller: ReadCaller, comparison: Comparison): readonly AccessFlip[] {
    const { flipping, outcome } = comparison.readingOf(caller);
    const { endpoints } = comparison;
    if (endpoints.length === 0 && flipping.length === 0) return [];
    const ofCaller = this.#known.get(caller) ?? new Map<string, readonly AccessFlip[]>();
    this.#known.set(caller, ofCaller);
    const known = outcome === undefined ? undefined : ofCaller.get(outcome);
    if (known !== undefined) return known;
    const flips = flipsOf(caller, comparison, this.#cells.of(caller, flipping, endpoints));
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
  of(caller: ReadCaller, flipping: readonly ReadStatement[], endpoints: readonly ReadPolicy[]): readonly Cell[] {
    const { resources: all } = this.#access;
    const asked = [all.length, ...(endpoints.length === 0 ? flipping : endpoints)];
    const known = this.#known.get(caller);
    if (known?.asked.length === asked.length && asked.every((each, i) => each === known.asked[i])) return known.cells;
    const resources =
      endpoints.length > 0 ? all : all.filter((resource) => flipping.some((each) => reaches(each, resource) !== "no"));
    const cells = cellsOf(caller, resources, endpoints);
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
  readonly #callers: ReadonlyMap<string, ReadCaller>;
  readonly #resources = new Map<string, ReadResource>();
  #last: { readonly caller: ReadCaller; readonly ways: readonly AskedWay[] } | undefined;
  #memos: readonly Memo[] = [];

  constructor({ callers, resources }: ReadAccess) {
    this.#callers = new Map(callers.map((caller) => [caller.arn, caller]));
    for (const resource of resources)
      this.#resources.set(resource.kind === "none" ? `* ${resource.account}` : resource.arn, resource);
  }

  decide({ caller: arn, action, resource: asked }: AccessRequest, ways: readonly AskedWay[]): AccessDecision {
    const caller = this.#callers.get(arn);
    const resource = this.#resources.get(asked === "*" ? `* ${caller?.account}` : asked);
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

/** A statement that reads a key which differs between the ways, or that is in force on one of them. */
interface ReadingStatement {
  readonly policy: ReadPolicy;
  readonly statement: ReadStatement;
}

/** What the ways change for a caller. */
interface ReadingOfCaller {
  /** The statements that may apply on one way and not on the other. */
  readonly flipping: readonly ReadStatement[];
  /**
   * What all statements that read a changing key make of it on each way: where the same comes out for two pairs of
   * ways, so do the same flips. Undefined where one also reads what is asked for.
   */
  readonly outcome: string | undefined;
}

/** Two ways, and what is known of callers and statements on each. */
class Comparison {
  readonly was: readonly AskedWay[];
  readonly is: readonly AskedWay[];
  /** The keys that differ between the ways, or are known of neither. */
  readonly changing: readonly string[];
  /** The policies of the ways' endpoints, where they can make a difference. */
  readonly endpoints: readonly ReadPolicy[];
  readonly #ofResources: readonly ReadingStatement[];
  readonly #ofEndpoints: readonly ReadingStatement[];
  readonly #reading = new Map<readonly ReadStatement[], readonly ReadStatement[]>();
  readonly #memosOfWays: ReadonlyMap<AskedWay, Map<number, Match>>;
  readonly #alike: string;
  #caller: ReadCaller | undefined;
  #memos = new Map<AskedWay, Memo>();
  #ofCaller: ReadingOfCaller | undefined;

  constructor({ resources }: ReadAccess, was: readonly AskedWay[], is: readonly AskedWay[]) {
    this.was = was;
    this.is = is;
    this.changing = changingKeys([...was, ...is]);
    const [ofWas, ofIs] = [was[0]?.endpoint, is[0]?.endpoint];
    const isSame = ofWas !== undefined && ofWas.document > 0 && ofWas.document === ofIs?.document;
    const endpoints =
      isSame && this.reading(ofWas).length === 0 ? [] : [ofWas, ofIs].filter((each) => each !== undefined);
    this.endpoints = endpoints.every(allowsEverything) ? [] : endpoints;
    this.#memosOfWays = new Map([...was, ...is].map((way) => [way, new Map<number, Match>()]));
    const ofResources = resources.flatMap(({ resourceControl, policy }) => [
      ...resourceControl.flat(),
      ...(policy ? [policy] : []),
    ]);
    this.#ofResources = [...new Set(ofResources)].flatMap((policy) => this.#readingIn(policy));
    this.#ofEndpoints = endpoints.flatMap((policy) => this.#readingIn(policy));
    this.#alike = this.#alikeInAll();
  }

  get endpointDecides(): boolean {
    return this.endpoints.length > 0;
  }

  ask(caller: ReadCaller, resource: ReadResource, action: number, way: AskedWay): AskedRequest {
    this.#begin(caller);
    const memo = this.#memos.get(way) ?? new Memo(this.#memosOfWays.get(way));
    this.#memos.set(way, memo);
    return new AskedRequest(caller, resource, action, way, memo);
  }

  /** The statements of a policy that read a key which differs between the ways, or are in force on one of them. */
  reading({ statements }: ReadPolicy): readonly ReadStatement[] {
    const isReading = (each: ReadStatement): boolean =>
      this.#isReplaced(each) || this.changing.some((key) => each.keys.has(key));
    const known = this.#reading.get(statements) ?? statements.filter(isReading);
    this.#reading.set(statements, known);
    return known;
  }

  readingOf(caller: ReadCaller): ReadingOfCaller {
    this.#begin(caller);
    return (this.#ofCaller ??= this.#readingOfCaller(caller));
  }

  #readingOfCaller(caller: ReadCaller): ReadingOfCaller {
    const flipping: ReadStatement[] = [];
    let outcome: string | undefined = this.#alike;
    const ofCaller = caller.policies.flatMap((policy) => this.#readingIn(policy));
    const asked = [...this.was, ...this.is].map((way) => this.ask(caller, NO_RESOURCE, 0, way));
    for (const { policy, statement } of [...this.#ofResources, ...ofCaller, ...this.#ofEndpoints]) {
      if (statement.readsRequest || statement.hasResourceVariables) {
        flipping.push(statement);
        outcome = undefined;
        continue;
      }
      const matches = asked.map((each) => each.matchesCaller(statement, policy.kind));
      const [first] = matches;
      const isOther = first === "unknown" || matches.some((match) => match !== first);
      if (isOther || this.#isReplaced(statement)) flipping.push(statement);
      outcome &&=
        outcome + matches.map((match, i) => matchText(match, asked[i] as AskedRequest, statement, policy)).join();
    }
    return { flipping, outcome };
  }

  /** What decides but for the statements that read a changing key: only where it is the same are ways alike. */
  #alikeInAll(): string {
    const { was, is, changing } = this;
    const [first] = was;
    const sameKeys = [...(first?.keys ?? [])].filter(([key]) => !changing.includes(key));
    const ofWays = [was, is].map((ways) => {
      const { endpoint, isPlanned } = ways[0] ?? {};
      const unknown = changing.filter((key) => isUnknownOn(ways, key));
      return [ways.length, isPlanned, endpoint?.document, endpoint?.name, changingKeys(ways), unknown];
    });
    return JSON.stringify([changing, sameKeys, ofWays]);
  }

  #readingIn(policy: ReadPolicy): readonly ReadingStatement[] {
    return this.reading(policy).map((statement) => ({ policy, statement }));
  }

  /** Whether a statement is in force on one of the ways, by the document that it stands in. */
  #isReplaced({ isPlanned }: ReadStatement): boolean {
    return isPlanned !== undefined && this.was[0]?.isPlanned !== this.is[0]?.isPlanned;
  }

  /** One caller after another: what is known of one alone is of no use for the next. */
  #begin(caller: ReadCaller): void {
    if (this.#caller === caller) return;
    this.#caller = caller;
    this.#memos = new Map();
    this.#ofCaller = undefined;
  }
}

function matchText(match: Match, asked: AskedRequest, statement: ReadStatement, policy: ReadPolicy): string {
  return match === "unknown" ? JSON.stringify(asked.dependsOn(statement, policy)) : match;
}

const NO_RESOURCE: ReadResource = {
  place: -1,
  arn: "*",
  parts: ["*"],
  account: "",
  kind: "none",
  policy: undefined,
  resourceControl: [],
  keys: { values: new Map(), tags: undefined },
  policies: [],
  ownPolicies: [],
  asked: { principal: {}, action: "", resource: "*", resourceParts: ["*"], context: new Map(), size: 0 },
  ownFacts: "",
};

/** One request, decided on both ways. */
class ComparedRequest {
  readonly before: AccessDecision;
  readonly after: AccessDecision;
  readonly #comparison: Comparison;
  readonly #was: readonly AskedRequest[];
  readonly #is: readonly AskedRequest[];

  constructor(comparison: Comparison, caller: ReadCaller, resource: ReadResource, action: number) {
    this.#comparison = comparison;
    this.#was = comparison.was.map((way) => comparison.ask(caller, resource, action, way));
    this.#is = comparison.is.map((way) => comparison.ask(caller, resource, action, way));
    this.before = together(this.#was);
    this.after = together(this.#is);
  }

  /** Whether the outcome is another one, or is unknown on both ways for reasons that are not the same. */
  flips(): boolean {
    if (this.before.outcome !== this.after.outcome) return true;
    return this.before.outcome === "unknown" && !this.#isSame();
  }

  #isSame(): boolean {
    const asked = [...this.#was, ...this.#is];
    const [first] = asked;
    if (first === undefined || this.#comparison.endpointDecides) return false;
    for (const policy of concerning(first))
      for (const statement of this.#comparison.reading(policy)) {
        const match = first.matches(statement, policy);
        if (asked.some((other) => other.matches(statement, policy) !== match)) return false;
        const isOpen = this.#comparison.changing.some(
          (key) =>
            statement.keys.has(key) &&
            isUnknownOn(
              asked.map(({ way }) => way),
              key,
            ),
        );
        if (match === "unknown" && isOpen) return false;
      }
    return true;
  }
}

function isUnknownOn(ways: readonly AskedWay[], key: string): boolean {
  return ways.some(({ keys }) => keys.get(key) === NOT_KNOWN);
}

/** Whether a policy is the full access that an endpoint has unless told otherwise. */
function allowsEverything({ statements, unknown }: ReadPolicy): boolean {
  if (unknown !== undefined || statements.some(({ isPlanned }) => isPlanned !== undefined)) return false;
  const isFull = ({ compiled: { effect, condition, element } }: ReadStatement): boolean => {
    const { Principal, Action, Resource } = element as Readonly<Record<string, unknown>>;
    return (
      effect === "Allow" && Principal === "*" && Action === "*" && Resource === "*" && condition.tests.length === 0
    );
  };
  return statements.some(isFull) && statements.every(({ compiled }) => compiled.effect === "Allow");
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
