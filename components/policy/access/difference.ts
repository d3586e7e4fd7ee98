import type { Match } from "../matching";
import { NOT_KNOWN } from "../requestContext";
import { alternativesOf } from "./alternatives";
import { cellsOf, type Cell } from "./cells";
import {
  AskedRequest,
  concerning,
  decide,
  policiesOfCaller,
  policiesOfResource,
  writtenKey,
  type AskedWay,
} from "./decide";
import type {
  AccessContext,
  AccessDecision,
  AccessDifference,
  AccessFlip,
  AccessPolicies,
  AccessUnknown,
} from "./facts";
import { WAY_KEYS } from "./keys";
import {
  ACTIONS,
  readPolicies,
  useOf,
  type ReadAccess,
  type ReadCaller,
  type ReadPolicy,
  type ReadResource,
  type ReadStatement,
} from "./readPolicies";

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
  return compileAccess(policies).difference(before, after);
}

/** Policies that were read once, for several pairs of ways and for single requests. */
export interface CompiledAccess {
  /** The same as `accessDifference`. */
  readonly difference: (before: AccessContext, after: AccessContext) => AccessDifference;
  /** What IAM makes of one request on one way. */
  readonly decision: (request: AccessRequest, way: AccessContext) => AccessDecision;
  /** All actions and resources, by ARN, that are judged. */
  readonly requests: () => Iterable<AccessRequest>;
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
  const cells = new KnownCells(access);
  return {
    difference: (before, after) => {
      const [was, is] = [waysOf(access, before), waysOf(access, after)];
      const comparison = new Comparison(access, was, is);
      const flips = access.callers.flatMap((caller) =>
        comparison.concerns(caller) ? flipsOf(caller, comparison, cells.of(caller, comparison.endpoints)) : [],
      );
      return {
        flips: flips.sort(bySeverity),
        unknown: unknownsOf(access, [...was, ...is]),
      };
    },
    decision: (request, way) => decisionOf(access, request, waysOf(access, way)),
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

/** The cells of callers for the last endpoints that were asked about: ways come with few of them. */
class KnownCells {
  readonly #access: ReadAccess;
  #documents = "";
  #cells = new Map<ReadCaller, readonly Cell[]>();

  constructor(access: ReadAccess) {
    this.#access = access;
  }

  of(caller: ReadCaller, endpoints: readonly ReadPolicy[]): readonly Cell[] {
    const documents = endpoints.map(({ document }) => document).join();
    if (documents !== this.#documents) this.#cells = new Map();
    this.#documents = documents;
    const known = this.#cells.get(caller) ?? cellsOf(caller, this.#access.resources, endpoints);
    this.#cells.set(caller, known);
    return known;
  }
}

function waysOf(access: ReadAccess, context: AccessContext): readonly AskedWay[] {
  const endpoint = context.endpointPolicy && access.readEndpointPolicy(context.endpointPolicy);
  return alternativesOf(context, (key) => useOf(key, [...access.statements()])).map((keys) => ({ keys, endpoint }));
}

function decisionOf(
  access: ReadAccess,
  { caller, action, resource }: AccessRequest,
  ways: readonly AskedWay[],
): AccessDecision {
  const asking = access.callers.find(({ arn }) => arn === caller);
  const asked = access.resources.find(
    ({ arn, account }) => arn === resource && (arn !== "*" || account === asking?.account),
  );
  const name = ACTIONS.findIndex((each) => `dynamodb:${each.name}` === action);
  if (asking === undefined || asked === undefined || name < 0)
    throw new Error(`${caller} has no ${action} on ${resource} among what the policies are given of`);
  return together(ways.map((way) => new AskedRequest(asking, asked, name, way)));
}

/** What holds on all alternatives of a way; where they differ, it depends on the keys in which they do. */
function together(asked: readonly AskedRequest[]): AccessDecision {
  const decisions = asked.map(decide);
  const [first = { outcome: "unknown", dependsOn: [] }, ...others] = decisions;
  if (others.length === 0) return first;
  const isSame = others.every(({ outcome }) => outcome === first.outcome);
  const keys = isSame ? [] : changingKeys(asked.map(({ way }) => way)).map(writtenKey);
  const dependsOn = [...new Set([...keys, ...decisions.flatMap((each) => each.dependsOn)])].sort();
  return isSame ? { ...first, dependsOn } : { outcome: "unknown", dependsOn };
}

/** The keys that do not have the same values on all of some ways. */
function changingKeys(ways: readonly AskedWay[]): readonly string[] {
  const keys = new Set(ways.flatMap((way) => [...way.keys.keys()]));
  return [...keys].filter((key) => {
    const [first, ...others] = ways.map((way) => valuesText(way, key));
    return others.some((values) => values !== first) || (WAY_KEYS.has(key) && first === UNKNOWN_TEXT);
  });
}

const UNKNOWN_TEXT = "not known";

function valuesText({ keys }: AskedWay, key: string): string {
  const values = keys.get(key);
  if (values === NOT_KNOWN) return UNKNOWN_TEXT;
  // A key that is not given is absent if it is one of the way; else it is as it would be without the other way.
  return JSON.stringify(values ?? (WAY_KEYS.has(key) ? [] : null));
}

function flipsOf(caller: ReadCaller, comparison: Comparison, cells: readonly Cell[]): readonly AccessFlip[] {
  const found = new Map<string, FoundFlip>();
  for (const { resources, actions } of cells) {
    const [resource] = resources;
    const flipping = comparison.flipping(caller, resource);
    for (const alike of actions) {
      const [action] = alike;
      if (!comparison.endpointDecides && flipping.every((statement) => statement.actions[action] === "no")) continue;
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
  }));
}

/** Two ways, and what is known of callers and statements on each. */
class Comparison {
  readonly was: readonly AskedWay[];
  readonly is: readonly AskedWay[];
  /** The keys that differ between the ways, or are known of neither. */
  readonly changing: readonly string[];
  /** The policies of the ways' endpoints, where they can make a difference. */
  readonly endpoints: readonly ReadPolicy[];
  readonly #policiesOfResources: readonly ReadPolicy[];
  readonly #reading = new Map<readonly ReadStatement[], readonly ReadStatement[]>();
  #caller: ReadCaller | undefined;
  #memos = new Map<AskedWay, Map<ReadStatement, Match>>();
  #flips = new Map<ReadStatement, boolean>();

  constructor({ resources }: ReadAccess, was: readonly AskedWay[], is: readonly AskedWay[]) {
    this.was = was;
    this.is = is;
    this.changing = changingKeys([...was, ...is]);
    const [ofWas, ofIs] = [was[0]?.endpoint, is[0]?.endpoint];
    const isSame = ofWas !== undefined && ofWas.document > 0 && ofWas.document === ofIs?.document;
    const endpoints = isSame ? [] : [ofWas, ofIs].filter((each) => each !== undefined);
    this.endpoints = endpoints.every(allowsEverything) ? [] : endpoints;
    this.#policiesOfResources = [
      ...new Set(
        resources.flatMap(({ resourceControl, policy }) => [...resourceControl.flat(), ...(policy ? [policy] : [])]),
      ),
    ];
  }

  get endpointDecides(): boolean {
    return this.endpoints.length > 0;
  }

  /** Whether anything can be another decision for a caller: an endpoint's policy, or a statement that flips. */
  concerns(caller: ReadCaller): boolean {
    if (this.endpointDecides) return true;
    return [...policiesOfCaller(caller), ...this.#policiesOfResources].some(
      (policy) => this.#flippingIn(caller, policy).length > 0,
    );
  }

  /** The statements about a resource that flip for a caller. */
  flipping(caller: ReadCaller, resource: ReadResource): readonly ReadStatement[] {
    const policies = [...policiesOfResource(caller, resource), ...policiesOfCaller(caller)];
    return policies.flatMap((policy) => this.#flippingIn(caller, policy));
  }

  ask(caller: ReadCaller, resource: ReadResource, action: number, way: AskedWay): AskedRequest {
    this.#begin(caller);
    const memo = this.#memos.get(way) ?? new Map<ReadStatement, Match>();
    this.#memos.set(way, memo);
    return new AskedRequest(caller, resource, action, way, memo);
  }

  /** The statements of a policy that read a key which differs between the ways. */
  reading({ statements }: ReadPolicy): readonly ReadStatement[] {
    const known =
      this.#reading.get(statements) ?? statements.filter(({ keys }) => this.changing.some((key) => keys.has(key)));
    this.#reading.set(statements, known);
    return known;
  }

  #flippingIn(caller: ReadCaller, policy: ReadPolicy): readonly ReadStatement[] {
    const reading = this.reading(policy);
    if (reading.length === 0) return reading;
    this.#begin(caller);
    return reading.filter((statement) => {
      const flips = this.#flips.get(statement) ?? this.#isAnother(caller, statement, policy.kind);
      this.#flips.set(statement, flips);
      return flips;
    });
  }

  /** Whether a statement may apply on one way and not on the other. */
  #isAnother(caller: ReadCaller, statement: ReadStatement, kind: ReadPolicy["kind"]): boolean {
    if (statement.readsRequest || statement.hasResourceVariables) return true;
    const matches = [...this.was, ...this.is].map((way) =>
      this.ask(caller, NO_RESOURCE, 0, way).matchesCaller(statement, kind),
    );
    return matches[0] === "unknown" || matches.some((match) => match !== matches[0]);
  }

  /** One caller after another: what is known of one is of no use for the next. */
  #begin(caller: ReadCaller): void {
    if (this.#caller === caller) return;
    this.#caller = caller;
    this.#memos = new Map();
    this.#flips = new Map();
  }
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
        const isOpen = this.#comparison.changing.some((key) => statement.keys.has(key) && isUnknownOn(asked, key));
        if (match === "unknown" && isOpen) return false;
      }
    return true;
  }
}

function isUnknownOn(asked: readonly AskedRequest[], key: string): boolean {
  return asked.some(({ way }) => way.keys.get(key) === NOT_KNOWN);
}

/** Whether a policy is the full access that an endpoint has unless told otherwise. */
function allowsEverything({ statements, unknown }: ReadPolicy): boolean {
  if (unknown !== undefined) return false;
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
      if (unknown === undefined) continue;
      const known = concerned.get(unknown) ?? new Set<string>();
      concerned.set(unknown, known);
      for (const arn of arns) known.add(arn);
    }
  };
  for (const { arn, identity, boundary, session, serviceControl } of callers)
    note(
      [...serviceControl.flat(), ...identity, ...(boundary ? [boundary] : []), ...(session ? [session] : [])],
      [arn],
    );
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
