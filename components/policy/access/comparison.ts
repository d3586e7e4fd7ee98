import type { Match } from "../matching";
import { NOT_KNOWN } from "../requestContext";
import { changingKeys, together } from "./askedWays";
import { AskedRequest, concerning, Memo, type AskedWay } from "./decide";
import type { AccessDecision } from "./facts";
import type { ReadPolicy, ReadStatement } from "./readDocuments";
import type { ReadAccess, ReadCaller, ReadResource } from "./readPolicies";

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
export class Comparison {
  readonly was: readonly AskedWay[];
  readonly is: readonly AskedWay[];
  /** The keys that differ between the ways, or are known of neither. */
  readonly changing: readonly string[];
  /** The policies of the ways' endpoints, where they can make a difference. */
  readonly endpoints: readonly ReadPolicy[];
  /** Those that tell actions and resources apart, whether or not a way makes a difference to them. */
  readonly limiting: readonly ReadPolicy[];
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
    const endpoints = [ofWas, ofIs].filter((each) => each !== undefined);
    this.limiting = endpoints.every(allowsEverything) ? [] : endpoints;
    const isSame = ofWas !== undefined && ofWas.document > 0 && ofWas.document === ofIs?.document;
    this.endpoints = isSame && this.reading(ofWas).length === 0 ? [] : this.limiting;
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

  /** Whether policies alone are others: what is not known of such a request is the same then and now. */
  get isOneWay(): boolean {
    const [[was, ...otherWas], [is, ...otherIs]] = [this.was, this.is];
    if (was === undefined || is === undefined || otherWas.length + otherIs.length > 0) return false;
    return was.isPlanned !== is.isPlanned && this.changing.every((key) => was.keys.get(key) === is.keys.get(key));
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
  tags: undefined,
  namedBy: undefined,
  policy: undefined,
  resourceControl: [],
  keys: { values: new Map(), tags: undefined },
  policies: [],
  ownPolicies: [],
  asked: { principal: {}, action: "", resource: "*", resourceParts: ["*"], context: new Map(), size: 0 },
  ownFacts: "",
};

/** One request, decided on both ways. */
export class ComparedRequest {
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
        if (match === "unknown" && isOpen && !this.#comparison.isOneWay) return false;
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
