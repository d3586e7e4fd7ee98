import type { Change, Preview } from "../read/preview";
import type { Announcements } from "./announcements";
import { networkOf, type Link, type Network, type Service } from "./network";
import { References, type Reference } from "./references";

/**
 * What happens to the way to a service.
 *
 * `switch`: onto an endpoint; `withdraw`: off it; `move`: from one endpoint to another; `remake`: off an endpoint and
 * back onto it; `reroute`: by another default route, or a subnet takes another table's way; `lose`: there is no way
 * left; `gain`: there was none.
 */
export type Direction = "switch" | "withdraw" | "move" | "remake" | "reroute" | "lose" | "gain";

/** Whose way changes. */
export interface Subject {
  readonly kind: "route table" | "subnet" | "VPC";
  readonly reference: Reference;
}

/** A way that changes in this run. */
export interface WayChange {
  readonly subject: Subject;
  readonly service: Service;
  readonly direction: Direction;
  /** Whether open connections break. */
  readonly breaks: boolean;
  /** Why none breaks, or what it is that changes, where the direction does not say it. */
  readonly detail: string | undefined;
  /** The resource that makes the change. */
  readonly by: Change;
}

/** What cannot be judged, and what would tell. */
export interface Question {
  readonly id: "UnchangedNotShown" | "RouteTableNotTold" | "WayNotShown";
  readonly subject: string;
  readonly message: string;
}

export interface Ways {
  readonly changes: readonly WayChange[];
  readonly questions: readonly Question[];
}

/** One rule: which ways to a service are others after this run than before, of what is there before. */
export function changedWays(preview: Preview, announcements: Announcements): Ways {
  const references = new References(preview);
  const before = networkOf(preview, references, "before");
  const after = networkOf(preview, references, "after");
  return new Comparison(preview, announcements, before, after).ways();
}

/** A way as far as it is seen. */
interface Way {
  readonly kind: "endpoint" | "default" | "none" | "unseen";
  /** Equal for the same way. */
  readonly key: string;
  readonly text: string;
}

const SERVICES: readonly Service[] = ["DynamoDB", "S3"];

class Comparison {
  readonly #changes: WayChange[] = [];
  readonly #questions: Question[] = [];
  /** What is no longer there afterwards: the ids of gateways, endpoints and tables. */
  readonly #gone: ReadonlyMap<string, Change>;

  constructor(
    readonly preview: Preview,
    readonly announcements: Announcements,
    readonly before: Network,
    readonly after: Network,
  ) {
    this.#gone = new Map(
      [...preview.changes.values()].flatMap((change) => {
        const { before: old, after: next, isReplaced } = change;
        return old?.id !== undefined && (next === undefined || isReplaced) ? [[old.id, change] as const] : [];
      }),
    );
  }

  ways(): Ways {
    this.#compareLinks();
    this.#compareDefaults();
    this.#compareSubnets();
    this.#askOfUnchanged();
    return { changes: this.#changes, questions: this.#questions };
  }

  #compareLinks(): void {
    const [had, has] = [linksByTable(this.before), linksByTable(this.after)];
    for (const key of new Set([...had.keys(), ...has.keys()])) {
      const [old, next] = [had.get(key) ?? [], has.get(key) ?? []];
      const kept = new Set(next.map((link) => link.key));
      const lost = old.filter((link) => !kept.has(link.key));
      const known = new Set(old.map((link) => link.key));
      const gained = next.filter((link) => !known.has(link.key));
      const isSame = lost.length === 0 && gained.every(({ endpoint }) => sameEndpoint(old, endpoint));
      const by = gained[0] ?? lost[0];
      if (!isSame && by !== undefined) this.#addLinkChange(by, old[0], next[0]);
    }
  }

  #addLinkChange(link: Link, old: Link | undefined, next: Link | undefined): void {
    const { table, service, by } = link;
    const told = this.announcements.of(by)?.told;
    if (table.isUnresolved && !table.isMade && told === undefined && this.#mayBeNew())
      this.#questions.push({
        id: "RouteTableNotTold",
        subject: by.name,
        message:
          "which route table it is of is known after deployment, and an event stream does not say what it is made " +
          "from: if this run makes the table, nothing breaks",
      });
    const gains = table.isMade || told === "gains";
    this.#changes.push({
      subject: { kind: "route table", reference: table },
      service,
      direction: gains ? "gain" : linkDirection(old, next),
      breaks: !gains,
      detail: table.isMade ? "this run makes the route table" : gains ? "it has no way to DynamoDB today" : undefined,
      by,
    });
  }

  /** Whether a table that cannot be told may be one that this run makes. */
  #mayBeNew(): boolean {
    return [...this.after.tables.values()].some(({ isMade }) => isMade);
  }

  #compareDefaults(): void {
    for (const [key, old] of this.before.defaults) {
      if (this.#gone.has(key)) continue;
      const next = this.after.defaults.get(key);
      const gone = next === undefined ? undefined : this.#goneTarget(next.key);
      if (next?.key === old.key && !next.isMadeAnew && gone === undefined) continue;
      const detail =
        next === undefined || gone !== undefined
          ? `${old.target} ${gone === undefined ? "is no longer its default route" : "goes, and the route still leads there"}`
          : next.key === old.key
            ? `its default route to ${next.target} is deleted, and made anew`
            : `from ${old.target} to ${next.target}`;
      this.#addDefaultChange(old.table, next === undefined || gone !== undefined, detail, gone ?? next?.by ?? old.by);
    }
    for (const [key, next] of this.after.defaults) {
      if (this.before.defaults.has(key) || next.table.isMade || !isTaken(next.by)) continue;
      this.#addDefaultChange(next.table, false, "its routes are taken away, and made anew", next.by);
    }
  }

  #addDefaultChange(table: Reference, isLost: boolean, detail: string, by: Change): void {
    for (const service of SERVICES) {
      if (this.#isLinked(table.key, service)) continue;
      if (this.preview.hidesUnchanged) this.#askWhetherLinked(table, by);
      const direction = isLost ? "lose" : "reroute";
      this.#changes.push({
        subject: { kind: "route table", reference: table },
        service,
        direction,
        breaks: true,
        detail,
        by,
      });
    }
  }

  #askWhetherLinked(table: Reference, by: Change): void {
    if (this.#questions.some(({ subject }) => subject === (table.id ?? by.name))) return;
    this.#questions.push({
      id: "UnchangedNotShown",
      subject: table.id ?? by.name,
      message: "whether it is on an endpoint already is not seen: then its default route does not matter",
    });
  }

  /** What a change of links says is said already. */
  #isLinked(table: string, service: Service): boolean {
    return [...this.before.links, ...this.after.links].some(
      (link) => link.table.key === table && link.service === service,
    );
  }

  /** Several targets are one key. */
  #goneTarget(key: string): Change | undefined {
    return key.split(" ").flatMap((id) => this.#gone.get(id) ?? [])[0];
  }

  #compareSubnets(): void {
    this.#compareTakers("subnet", this.before.subnets, this.after.subnets);
    this.#compareTakers("VPC", this.before.mainTables, this.after.mainTables);
  }

  #compareTakers(kind: "subnet" | "VPC", had: Network["subnets"], has: Network["subnets"]): void {
    for (const key of new Set([...had.keys(), ...has.keys()])) {
      const [old, next] = [had.get(key), has.get(key)];
      const place = next ?? old;
      if (place === undefined || place.taker.isMade || this.#gone.has(key)) continue;
      this.#comparePlaces(kind, place.taker, place.by, old?.table, next?.table);
    }
  }

  #comparePlaces(
    kind: "subnet" | "VPC",
    reference: Reference,
    by: Change,
    old: Reference | undefined,
    next: Reference | undefined,
  ): void {
    if (old?.key === next?.key) return;
    const compared = SERVICES.map((service) => ({
      service,
      from: this.#wayOf(this.before, old, service),
      to: this.#wayOf(this.after, next, service),
    })).filter(({ from, to }) => from.kind === "unseen" || from.key !== to.key);
    if (compared.some(({ from, to }) => from.kind === "unseen" || (to.kind === "unseen" && from.kind !== "none")))
      this.#questions.push({
        id: this.preview.hidesUnchanged ? "UnchangedNotShown" : "WayNotShown",
        subject: reference.id ?? by.name,
        message: `${kind === "subnet" ? "its" : "the main"} route table changes, and the routes of ${
          compared.some(({ from }) => from.kind === "unseen") ? "the one before" : "the next one"
        } are not in this preview`,
      });
    else
      for (const { service, from, to } of compared)
        this.#changes.push({
          subject: { kind, reference },
          service,
          direction: directionOf(from, to),
          breaks: from.kind !== "none",
          detail: `from ${from.text} to ${to.text}`,
          by,
        });
  }

  #wayOf(network: Network, table: Reference | undefined, service: Service): Way {
    if (table === undefined) return UNSEEN;
    const link = network.links.find((each) => each.table.key === table.key && each.service === service);
    if (link !== undefined)
      return { kind: "endpoint", key: link.endpoint.key, text: `the endpoint ${shownReference(link.endpoint)}` };
    if (!network.tables.has(table.key) || this.preview.hidesUnchanged) return UNSEEN;
    const route = network.defaults.get(table.key);
    if (route === undefined) return { kind: "none", key: "none", text: "no way" };
    return { kind: "default", key: route.key, text: route.target };
  }

  /** Without what is unchanged nobody can say what leads to a gateway that goes. */
  #askOfUnchanged(): void {
    if (!this.preview.hidesUnchanged) return;
    for (const change of this.#gone.values())
      if (/(?:nat|internet)Gateway/i.test(change.type))
        this.#questions.push({
          id: "UnchangedNotShown",
          subject: change.name,
          message: "it goes, or is replaced, and which unchanged route tables lead to it is not seen",
        });
  }
}

const UNSEEN: Way = { kind: "unseen", key: "unseen", text: "a way that is not in this preview" };

function linksByTable({ links }: Network): ReadonlyMap<string, readonly Link[]> {
  const found = new Map<string, Link[]>();
  for (const link of links) {
    const key = `${link.table.key} ${link.service}`;
    found.set(key, [...(found.get(key) ?? []), link]);
  }
  return found;
}

function sameEndpoint(links: readonly Link[], endpoint: Reference): boolean {
  return links.some((link) => link.endpoint.key === endpoint.key);
}

function linkDirection(old: Link | undefined, next: Link | undefined): Direction {
  if (old === undefined) return "switch";
  if (next === undefined) return "withdraw";
  return old.endpoint.key === next.endpoint.key ? "remake" : "move";
}

function directionOf(from: Way, to: Way): Direction {
  if (from.kind === "none") return "gain";
  if (to.kind === "none") return "lose";
  if (from.kind === "endpoint") return to.kind === "endpoint" ? "move" : "withdraw";
  return to.kind === "endpoint" ? "switch" : "reroute";
}

/** A default route table is not made: it takes over the one that the VPC has. */
function isTaken({ type, before }: Change): boolean {
  return type.startsWith("aws:ec2/defaultRouteTable:") && before === undefined;
}

/** As a reader recognises it. */
export function shownReference({ id, isSecret, change }: Reference): string {
  if (id !== undefined) return id;
  if (isSecret) return "(its id is secret)";
  return change?.name ?? "(its id is known after deployment)";
}
