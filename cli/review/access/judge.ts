import { compileAccess, type CompiledAccess } from "../../../components/policy/access/difference";
import type { AccessContext, AccessFlip, AccessPolicies } from "../../../components/policy/access/facts";
import { WAY_KEYS } from "../../../components/policy/access/keys";
import type { Finding } from "../../finding";
import type { WayChange } from "../judge/breaks";
import type { Remarks } from "../judge/rollouts";
import type { Preview } from "../read/preview";
import type { AccessReview, FlipReview, WayReview } from "../review";
import type { InForce, KnownPolicy } from "./documents";
import { accessFindings, type Circumstances, deniedCallers } from "./findings";
import { type Known, knownIn } from "./known";
import { notSeenIn } from "./notSeen";
import { Order } from "./order";
import { accessCaller } from "./principals";
import { Requests } from "./requests";
import { accessTable } from "./tables";
import { FROM_ELSEWHERE, type TwoWays } from "./ways";

/** Whose permissions change, and what is to be said of it. */
export interface JudgedAccess {
  readonly access: AccessReview;
  readonly findings: readonly Finding[];
}

/**
 * Whose requests are allowed today and denied after this run, or while it is under way, and the other way round: with
 * today's policies on the way of today, and with the next ones on the way that is taken then.
 */
export function judgeAccess(
  preview: Preview,
  changes: readonly WayChange[],
  remarks: ReadonlyMap<string, Remarks>,
): JudgedAccess | undefined {
  const known = knownIn(preview, changes, remarks);
  if (known === undefined) return undefined;
  const judgement = new Judgement(known);
  if (!judgement.isConcerned) return undefined;
  const flips = judgement.flips();
  const circumstances = judgement.circumstances();
  // A switch of which no permission depends is no matter of permissions.
  if (flips.length === 0 && !circumstances.changesPolicies && !circumstances.isOpen) return undefined;
  const notSeen = notSeenIn(known, { readsAddresses: judgement.reads("aws:SourceIp"), open: judgement.open });
  const facts = { ...known, ...circumstances };
  const denied = deniedCallers(flips, facts);
  const access = { callers: known.callers.length, denied, tables: known.tables.length, flips, notSeen };
  return {
    access: {
      ...access,
      flips: flips.slice(0, MOST_FLIPS),
      ...(flips.length > MOST_FLIPS && { flipsLeftOut: flips.length - MOST_FLIPS }),
    },
    findings: accessFindings(access, facts),
  };
}

/** Ways whose requests look alike to the policies that there are, and that change in the same order. */
interface AlikeWays {
  readonly ways: readonly TwoWays[];
  readonly before: AccessContext;
  readonly after: AccessContext;
}

/** Callers for whom edits are worked out: those of others are alike, and each is evaluated with all that it allows. */
const MOST_EDITED = 20;

/** As many a reader takes, and a file of some megabytes. */
const MOST_FLIPS = 5_000;

const ADDRESSES: readonly string[] = ["aws:SourceIp", "aws:VpcSourceIp"];

class Judgement {
  readonly #known: Known;
  readonly #order: Order;
  readonly #policies: AccessPolicies;
  readonly #compiled: CompiledAccess;
  readonly #changing: readonly KnownPolicy[];
  readonly #open = new Set<string>();

  constructor(known: Known) {
    this.#known = known;
    this.#order = new Order(known.preview);
    this.#changing = known.policies.filter((policy) => policy.changes);
    this.#policies = this.#policiesWith(() => "both");
    this.#compiled = compileAccess(this.#policies);
  }

  /** Whether anything changes of which a permission can depend. */
  get isConcerned(): boolean {
    const { ways, endpoints, policies } = this.#known;
    return (
      this.changesWays ||
      this.#changing.some(isOfDynamoDb) ||
      endpoints.changing.length > 0 ||
      (policies.some(({ becomesHidden }) => becomesHidden) && ways.length > 0)
    );
  }

  get changesWays(): boolean {
    return this.#known.ways.some(({ by }) => by.length > 0);
  }

  /** By what findings differ. */
  circumstances(): Circumstances {
    const changesPolicies = this.#changing.some(isOfDynamoDb) || this.#known.endpoints.changing.length > 0;
    const isHidden = this.changesWays && this.#known.policies.some(hidesDynamoDb);
    return {
      changesPolicies,
      isOrderTold: this.#order.isTold,
      isOpen:
        (this.readsWays && (this.changesWays || changesPolicies)) ||
        isHidden ||
        this.open.length > 0 ||
        this.#known.callersLeftOut > 0,
    };
  }

  /** On what outcomes depend that nobody here can say. */
  get open(): readonly string[] {
    return [...this.#open].sort();
  }

  /** Whether any statement reads a key that differs between ways. */
  get readsWays(): boolean {
    return [...WAY_KEYS].some((key) => this.reads(key));
  }

  reads(key: string): boolean {
    const { ways } = this.#known;
    const endpoints = ways
      .flatMap(({ before, after }) => [before, after])
      .filter(({ endpoint }) => endpoint !== undefined);
    const distinct = new Map(endpoints.map((way) => [way.endpoint?.policy, way]));
    return [FROM_ELSEWHERE, ...distinct.values()].some((way) => this.#compiled.reads(key, way.context("both")));
  }

  flips(): readonly FlipReview[] {
    const everywhere = (
      this.#changing.length === 0 ? [] : this.#difference(this.#compiled, ANY_WAY, planned(ANY_WAY))
    ).filter(({ before }) => before.outcome !== "unknown");
    const told = new Requests(everywhere);
    const onWays = this.#alike().flatMap((alike) => this.#onWays(alike, told));
    return [
      ...onWays,
      ...this.#fromElsewhere([...everywhere, ...onWays.filter(({ when }) => when === "afterwards")]),
      ...everywhere.map((flip) => shownFlip(flip, "afterwards", "everywhere", [])),
    ];
  }

  #onWays(alike: AlikeWays, everywhere: Requests): readonly FlipReview[] {
    const all = this.#difference(this.#compiled, alike.before, planned(alike.after), alike.ways);
    const flips = this.#edited(
      all.filter((flip) => !everywhere.hasAllOf(flip)),
      alike,
    );
    const ways = alike.ways.map(wayShown);
    return [
      ...flips.map((flip) => shownFlip(flip, "afterwards", "ways", ways)),
      ...this.#inBetween(alike, all).map((flip) => shownFlip(flip, "in between", "ways", ways)),
    ];
  }

  /** What is denied while a run is under way, and neither before nor after it. */
  #inBetween({ ways, before, after }: AlikeWays, afterwards: readonly AccessFlip[]): readonly AccessFlip[] {
    const [by] = ways[0]?.by ?? [];
    if (by === undefined || this.#changing.length === 0) return [];
    const told = new Requests(afterwards);
    const isAfter = (policy: KnownPolicy): boolean => policy.changedBy.every((each) => this.#order.isAfter(each, by));
    const isBefore = (policy: KnownPolicy): boolean => policy.changedBy.every((each) => this.#order.isAfter(by, each));
    const policiesFirst = this.#changing.filter((policy) => !isAfter(policy));
    const policiesLast = this.#changing.filter((policy) => !isBefore(policy));
    const only = (policies: readonly KnownPolicy[]): CompiledAccess => {
      const chosen = new Set(policies);
      return compileAccess(this.#policiesWith((policy) => (chosen.has(policy) ? "both" : "today's")));
    };
    const first =
      policiesFirst.length === 0 ? [] : this.#difference(only(policiesFirst), before, planned(before), ways);
    const last =
      policiesLast.length === 0
        ? []
        : this.#difference(only(this.#changing.filter(isBefore)), before, planned(after), ways);
    const found = new Requests([]);
    return [...first, ...last].filter((flip) => {
      const isDenied = flip.before.outcome === "allowed" && flip.after.outcome === "denied";
      if (!isDenied || told.hasAllOf(flip) || found.hasAllOf(flip)) return false;
      found.add(flip);
      return true;
    });
  }

  /** Of requests from anywhere, with what changes of roles and tables. */
  #fromElsewhere(flips: readonly Pick<AccessFlip, keyof AccessFlip & keyof FlipReview>[]): readonly FlipReview[] {
    if (this.#changing.length === 0) return [];
    const told = new Requests(flips);
    const context = FROM_ELSEWHERE.context("both");
    return this.#difference(this.#compiled, context, planned(context))
      .filter((flip) => !told.hasAllOf(flip))
      .map((flip) => shownFlip(flip, "afterwards", "elsewhere", []));
  }

  /** Flips of the tables that a way can reach; on what others depend is kept. */
  #difference(
    compiled: CompiledAccess,
    before: AccessContext,
    after: AccessContext,
    ways: readonly TwoWays[] = [],
  ): readonly AccessFlip[] {
    const { flips, unknown } = compiled.difference(before, after);
    // What AWS would not take is no policy that is in force: `validatePolicy` says what is wrong with it.
    const refused = new Set(unknown.map(({ dependsOn }) => dependsOn));
    for (const name of refused)
      if (!this.#changing.some((policy) => name.startsWith(policy.name))) this.#open.add(name);
    const regions = ways.flatMap((way) => [way.before, way.after]).flatMap(({ endpoint }) => endpoint?.region ?? []);
    const own = flips.flatMap((flip) => inRegions(flip, new Set(regions)));
    for (const { before: was, after: is } of before === ANY_WAY ? [] : own)
      if (is.outcome === "unknown") for (const each of [...was.dependsOn, ...is.dependsOn]) this.#open.add(each);
    // What may be allowed today is of interest where it is denied then.
    return own.filter(({ before: was, after: is }) =>
      is.outcome === "denied" ? true : is.outcome === "allowed" && was.outcome === "denied",
    );
  }

  /** With what keeps both ways allowed, for those who are denied. */
  #edited(flips: readonly AccessFlip[], { before, after }: AlikeWays): readonly AccessFlip[] {
    const isDenied = (flip: AccessFlip): boolean =>
      flip.before.outcome === "allowed" && flip.after.outcome === "denied";
    const arns = new Set([...new Set(flips.filter(isDenied).map(({ caller }) => caller))].slice(0, MOST_EDITED));
    const denied = flips.filter((flip) => isDenied(flip) && arns.has(flip.caller));
    if (denied.length === 0) return flips;
    const edited = new Set(denied);
    const withEdits = this.#compiled.withEdits(denied, before, planned(after), arns);
    // What is planned a program writes: it is no file that a patch could be applied to.
    const own = withEdits.map((flip) => (flip.edits.some((each) => each.isPlanned) ? { ...flip, edits: [] } : flip));
    return [...own, ...flips.filter((flip) => !edited.has(flip))];
  }

  #alike(): readonly AlikeWays[] {
    const seen = ADDRESSES.filter((key) => this.reads(key));
    const groups = new Map<string, AlikeWays>();
    for (const ways of this.#known.ways) {
      const [before, after] = [ways.before, ways.after].map((way) => asSeen(way.context("both"), seen)) as [
        AccessContext,
        AccessContext,
      ];
      const order = ways.by.map((by) =>
        this.#changing.map(({ changedBy }) =>
          changedBy.map((each) => [this.#order.isAfter(each, by), this.#order.isAfter(by, each)]),
        ),
      );
      const key = JSON.stringify([before, after, order]);
      groups.set(key, { ways: [...(groups.get(key)?.ways ?? []), ways], before, after });
    }
    return [...groups.values()];
  }

  #policiesWith(inForce: (policy: KnownPolicy) => InForce): AccessPolicies {
    const { callers, tables, place } = this.#known;
    return {
      callers: callers.map((caller) => accessCaller(caller, inForce)),
      tables: tables.map((table) => accessTable(table, inForce)),
      // Policies of an organization are taken to limit nothing: that is said. Its ID is not known on any way.
      accounts: { [place.account]: { id: "", levels: [] } },
    };
  }
}

/** Of a way of which nothing is known: what is decided on it is decided so on every way. */
const ANY_WAY: AccessContext = {
  keys: {},
  unknown: [...WAY_KEYS, ...(FROM_ELSEWHERE.context("both").unknown ?? [])],
};

function planned(context: AccessContext): AccessContext {
  return { ...context, arePoliciesPlanned: true };
}

/** What is new and hidden mostly allows more: it is listed, and no question by itself. */
function hidesDynamoDb(policy: KnownPolicy): boolean {
  return policy.becomesHidden && (policy.before === "hidden" || isOfDynamoDb(policy));
}

function isOfDynamoDb({ before, after }: KnownPolicy): boolean {
  return [before, after].some(
    (document) =>
      typeof document !== "string" && /dynamodb:|"(?:Not)?Action":\s*\[?\s*"\*"|NotAction/i.test(document.text),
  );
}

/** Requests for tables of another Region take no gateway endpoint. */
function inRegions(flip: AccessFlip, regions: ReadonlySet<string>): readonly AccessFlip[] {
  if (regions.size === 0) return [flip];
  const resources = flip.resources.filter(
    (arn) => arn === "*" || regions.has(arn.split(":")[3] ?? "") || /::global-table/.test(arn),
  );
  return resources.length === 0 ? [] : [{ ...flip, resources }];
}

/** Without the addresses that no policy reads. */
function asSeen({ oneOf = {}, unknown = [], ...context }: AccessContext, seen: readonly string[]): AccessContext {
  const isKept = (key: string): boolean => !ADDRESSES.includes(key) || seen.includes(key);
  return {
    ...context,
    oneOf: Object.fromEntries(Object.entries(oneOf).filter(([key]) => isKept(key))),
    unknown: unknown.filter(isKept),
  };
}

function shownFlip(
  { caller, actions, resources, before, after, edits }: AccessFlip,
  when: FlipReview["when"],
  where: FlipReview["where"],
  ways: readonly WayReview[],
): FlipReview {
  return { caller, actions, resources, before, after, when, where, ways, edits };
}

function wayShown({ names, before, after }: TwoWays): WayReview {
  return { names, before: before.words, after: after.words };
}
