import type { AccessContext } from "../../../components/policy/access/facts";
import { throughEndpoint, throughInternet } from "../../../components/policy/access/ways";
import { shownReference, type WayChange } from "../judge/breaks";
import { networkOf, type Network } from "../judge/network";
import { References, type Reference, type Side } from "../judge/references";
import type { Remarks } from "../judge/rollouts";
import type { Change, Preview } from "../read/preview";
import { isComponent, parseUrn } from "../read/urn";
import { shownText } from "../read/values";
import { type EndpointPolicies, endpointPolicyOn, placeOfEndpoint } from "./endpoints";
import type { InForce, KnownPolicy } from "./documents";
import type { Place } from "./place";

/** A way to DynamoDB on one side, as far as a preview shows it. */
export interface SeenWay {
  /** "NAT gateway nat-1 (198.51.100.7)". */
  readonly words: string;
  /** Of one that leads through an endpoint. */
  readonly endpoint?: { readonly policy: KnownPolicy; readonly region: string | undefined };
  readonly context: (inForce: InForce) => AccessContext;
  /** Whether requests look as they do from anywhere in the internet: no address is known. */
  readonly hidesAddress: boolean;
}

/** What requests from some route tables take before and after a run. */
export interface TwoWays {
  /** Names of route tables, subnets or VPCs. */
  readonly names: readonly string[];
  readonly before: SeenWay;
  readonly after: SeenWay;
  /** The resources that change it; none where it stays. */
  readonly by: readonly Change[];
}

/** All ways that change, and those that stay, of what is there before and after. */
export function waysIn(
  preview: Preview,
  changes: readonly WayChange[],
  {
    remarks,
    policies,
    place,
  }: {
    readonly remarks: ReadonlyMap<string, Remarks>;
    readonly policies: EndpointPolicies;
    readonly place: Place;
  },
): readonly TwoWays[] {
  return new WayReader(preview, policies, place).ways(changes, remarks);
}

const ELSEWHERE = "from elsewhere, through the internet";

/** Of requests from a pipeline, the console, another VPC. */
export const FROM_ELSEWHERE: SeenWay = {
  words: ELSEWHERE,
  context: () => unknownOrganization(throughInternet({})),
  hidesAddress: true,
};

class WayReader {
  readonly #references: References;
  readonly #networks: Readonly<Record<Side, Network>>;

  constructor(
    readonly preview: Preview,
    readonly policies: EndpointPolicies,
    readonly place: Place,
  ) {
    this.#references = new References(preview);
    this.#networks = {
      before: networkOf(preview, this.#references, "before"),
      after: networkOf(preview, this.#references, "after"),
    };
  }

  ways(changes: readonly WayChange[], remarks: ReadonlyMap<string, Remarks>): readonly TwoWays[] {
    const changing = changes.filter(({ service }) => service !== "S3");
    const keys = new Set(changing.map(({ subject }) => subject.reference.key));
    const names = new Set(changing.map(({ by }) => by.name));
    const ofTables = [
      ...changing.filter(({ breaks }) => breaks).flatMap((change) => this.#changed(change)),
      ...this.#staying(keys),
    ];
    const used = new Set(ofTables.flatMap(({ before, after }) => [before.endpoint?.policy, after.endpoint?.policy]));
    return [...ofTables, ...this.#ofEndpoints(used), ...later(remarks, names)];
  }

  #changed({ subject: { kind, reference }, direction, by }: WayChange): readonly TwoWays[] {
    const tables = (["before", "after"] as const).map((side) => {
      const network = this.#networks[side];
      if (kind === "route table") return reference;
      return (kind === "subnet" ? network.subnets : network.mainTables).get(reference.key)?.table;
    });
    const [before, after] = [this.#wayOf("before", tables[0]), this.#wayOf("after", tables[1])];
    // Whoever has no way afterwards asks for nothing.
    if (before === "none" || after === "none" || direction === "lose" || direction === "gain") return [];
    return [{ names: [nameOf(reference, by)], before, after, by: [by] }];
  }

  /** Of route tables that are on an endpoint already, and of those that are not switched. */
  #staying(changing: ReadonlySet<string>): readonly TwoWays[] {
    const { before, after } = this.#networks;
    const linked = after.links.filter(({ service }) => service !== "S3").map(({ table, by }) => [table, by] as const);
    const routed = [...after.defaults.values()].map(({ table, by }) => [table, by] as const);
    const tables = new Map([...linked, ...routed].map(([table, by]) => [table.key, [table, by] as const]));
    return [...tables.values()].flatMap(([table, by]) => {
      if (table.isMade || changing.has(table.key)) return [];
      const [was, is] = [this.#wayOf("before", table, before), this.#wayOf("after", table, after)];
      if (was === "none" || is === "none" || this.#isPublic(table)) return [];
      return [{ names: [nameOf(table, by)], before: was, after: is, by: [] }];
    });
  }

  /** Of endpoints whose policy changes: who uses them need not be in the preview. */
  #ofEndpoints(used: ReadonlySet<KnownPolicy | undefined>): readonly TwoWays[] {
    return this.policies.changing.flatMap(([endpoint, policy]) => {
      if (used.has(policy)) return [];
      const named =
        typeof endpoint === "string"
          ? { change: undefined, id: endpoint, key: endpoint }
          : { change: endpoint, id: endpoint.before?.id, key: endpoint.urn };
      const name = typeof endpoint === "string" ? endpoint : endpoint.name;
      const way = (side: Side): SeenWay => this.#throughEndpoint(side, named, undefined);
      return [{ names: [`whoever uses ${name}`], before: way("before"), after: way("after"), by: [] }];
    });
  }

  /** What is behind an internet gateway has public addresses, and no clients in most VPCs. */
  #isPublic({ key }: Reference): boolean {
    const { after } = this.#networks;
    const isLinked = after.links.some((link) => link.table.key === key && link.service !== "S3");
    return !isLinked && /\bigw-|internet gateway/.test(after.defaults.get(key)?.target ?? "");
  }

  #wayOf(side: Side, table: Reference | undefined, network = this.#networks[side]): SeenWay | "none" {
    const unseen = internetWay("a way that is not in this preview", undefined);
    if (table === undefined) return unseen;
    const link = network.links.find((each) => each.table.key === table.key && each.service !== "S3");
    if (link !== undefined) return this.#throughEndpoint(side, link.endpoint, table);
    const route = network.defaults.get(table.key);
    if (route !== undefined) return internetWay(route.target, this.#addressesOf(route.key));
    return network.tables.has(table.key) && !this.preview.hidesUnchanged && this.#saysRoutes(table) ? "none" : unseen;
  }

  /** A table whose routes are resources of their own may have some in another stack. */
  #saysRoutes({ change }: Reference): boolean {
    return change !== undefined && (change.after?.inputs.routes ?? change.before?.inputs.routes) !== undefined;
  }

  #addressesOf(key: string): readonly string[] | undefined {
    const gateways = key.split(" ").map((id) => this.#gateways.get(id));
    const addresses = gateways.flatMap((each) => shownText(each?.before?.outputs.publicIp) ?? []);
    return addresses.length === gateways.length && addresses.length > 0 ? addresses : undefined;
  }

  get #gateways(): ReadonlyMap<string, Change> {
    return new Map(
      [...this.preview.changes.values()].flatMap((change) =>
        /natGateway/i.test(change.type) && change.before?.id !== undefined ? [[change.before.id, change] as const] : [],
      ),
    );
  }

  #throughEndpoint(
    side: Side,
    endpoint: Pick<Reference, "change" | "id" | "key">,
    table: Reference | undefined,
  ): SeenWay {
    const policy = this.policies.of(endpoint);
    const { vpcId = this.#vpcOf(table), region } = placeOfEndpoint(endpoint.change, side);
    const name = endpoint.change?.name ?? endpoint.id ?? "an endpoint";
    return {
      words: `the endpoint ${name}`,
      endpoint: { policy, region },
      hidesAddress: false,
      context: (inForce) => {
        const {
          keys,
          unknown = [],
          ...context
        } = throughEndpoint({
          vpcId: vpcId ?? "",
          vpcEndpointId: endpoint.id,
          policy: endpointPolicyOn(policy, inForce),
          addressRanges: this.#rangesOf(side, table),
          account: this.place.account,
        });
        const { "aws:SourceVpc": vpc, ...others } = keys;
        return unknownOrganization(
          vpcId === undefined
            ? { ...context, keys: others, unknown: [...unknown, "aws:SourceVpc"] }
            : { ...context, keys: { ...others, ...(vpc !== undefined && { "aws:SourceVpc": vpc }) }, unknown },
        );
      },
    };
  }

  #vpcOf(table: Reference | undefined): string | undefined {
    const state = table?.change?.before ?? table?.change?.after;
    return shownText(state?.inputs.vpcId) ?? shownText(state?.outputs.vpcId);
  }

  /** Of the subnets that use a table; absent where a subnet is not seen. */
  #rangesOf(side: Side, table: Reference | undefined): readonly string[] | undefined {
    const places = [...this.#networks[side].subnets.values()].filter((each) => each.table.key === table?.key);
    const ranges = places.flatMap(({ taker }) => shownText(taker.change?.before?.inputs.cidrBlock) ?? []);
    return ranges.length === places.length && ranges.length > 0 ? ranges : undefined;
  }
}

function internetWay(words: string, addresses: readonly string[] | undefined): SeenWay {
  return {
    words: addresses === undefined ? words : `${words} (${addresses.join(", ")})`,
    context: () => unknownOrganization(throughInternet({ addresses })),
    hidesAddress: addresses === undefined,
  };
}

/** Stages of roll-outs that are still to come: their route tables stay where they are. */
function later(remarks: ReadonlyMap<string, Remarks>, changing: ReadonlySet<string>): readonly TwoWays[] {
  return [...remarks].flatMap(([component, { stages, throughStage, isolated }]) => {
    const last = stages.findIndex(({ name }) => name === throughStage);
    const names = stages.slice(last + 1).flatMap(({ routeTables }) => routeTables);
    const way = internetWay("the default route, as today", undefined);
    return names
      .filter((name) => !isolated.includes(name) && !changing.has(`${parseUrn(component).name}-${name}`))
      .map((name) => ({ names: [name], before: way, after: way, by: [] }));
  });
}

function nameOf(reference: Reference, by: Change): string {
  const id = shownReference(reference);
  const component = parseUrn(by.parent ?? "");
  const isNamed = isComponent(component) && by.name.startsWith(`${component.name}-`);
  const name = isNamed ? by.name.slice(component.name.length + 1) : (reference.change?.name ?? by.name);
  return reference.id === undefined || name === id ? name : `${name} (${id})`;
}

/** Which organization an account is in, if any, no preview says. */
function unknownOrganization(context: AccessContext): AccessContext {
  return { ...context, unknown: [...(context.unknown ?? []), ...OF_ORGANIZATIONS] };
}

const OF_ORGANIZATIONS = ["aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:ResourceOrgID", "aws:ResourceOrgPaths"];
