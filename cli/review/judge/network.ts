import type { Change, Preview } from "../read/preview";
import { isComponent, parseUrn } from "../read/urn";
import { isRecord, listIn, shownText, type JsonRecord } from "../read/values";
import { isMadeIn, type Reference, type References, type Side } from "./references";

/** To which service an endpoint leads; `unknown` of an endpoint that is not in the preview. */
export type Service = "DynamoDB" | "S3" | "unknown";

/** A route table is on an endpoint. */
export interface Link {
  readonly table: Reference;
  readonly endpoint: Reference;
  readonly service: Service;
  /** The association, or the endpoint that names the table itself. */
  readonly by: Change;
  /** Equal before and after only for a link that nothing takes away in between. */
  readonly key: string;
}

/** Where the default routes of a table lead. */
export interface DefaultRoutes {
  readonly table: Reference;
  /** Equal for the same way. */
  readonly key: string;
  /** As it may be shown: `nat-0a1`, `the new NAT gateway "nat"`. */
  readonly target: string;
  /** A route of them is made by this run, in place of the one before. */
  readonly isMadeAnew: boolean;
  readonly by: Change;
}

/** A subnet, or what of a VPC is associated nowhere, takes the routes of a table. */
export interface Place {
  readonly taker: Reference;
  readonly table: Reference;
  readonly by: Change;
}

/** What leads where, on one side of a preview. */
export interface Network {
  readonly links: readonly Link[];
  /** By the table's key; of both address families together. */
  readonly defaults: ReadonlyMap<string, DefaultRoutes>;
  /** By the subnet's key. */
  readonly subnets: ReadonlyMap<string, Place>;
  /** By the VPC's key: the table of subnets that are associated nowhere. */
  readonly mainTables: ReadonlyMap<string, Place>;
  /** The keys of the tables that are in the preview: what routes they have is seen. */
  readonly tables: ReadonlyMap<string, Reference>;
}

const VPC = /^(?:aws:ec2\/(?:vpc|defaultVpc):|aws-native:ec2:Vpc$)/;
const SUBNET = /^(?:aws:ec2\/(?:subnet|defaultSubnet):|aws-native:ec2:Subnet$)/;
const TABLE = /^(?:aws:ec2\/(?:routeTable|defaultRouteTable):|aws-native:ec2:RouteTable$)/;
const DEFAULT_TABLE = /^aws:ec2\/defaultRouteTable:/;
const ROUTE = /^(?:aws:ec2\/route:|aws-native:ec2:Route$)/;
const ASSOCIATION = /^aws:ec2\/vpcEndpointRouteTableAssociation:/;
const ENDPOINT = /^(?:aws:ec2\/vpcEndpoint:|aws-native:ec2:VpcEndpoint$)/;
const SUBNET_ASSOCIATION = /^(?:aws:ec2\/routeTableAssociation:|aws-native:ec2:SubnetRouteTableAssociation$)/;
const MAIN_ASSOCIATION = /^aws:ec2\/mainRouteTableAssociation:/;
const GATEWAY = /^(?:aws:ec2\/(?:natGateway|internetGateway|egressOnlyInternetGateway):|aws-native:ec2:\w+Gateway$)/;

/** The targets that a route may have, by the names of its properties. */
const TARGETS = [
  "natGatewayId",
  "gatewayId",
  "egressOnlyGatewayId",
  "egressOnlyInternetGatewayId",
  "transitGatewayId",
  "vpcPeeringConnectionId",
  "networkInterfaceId",
  "vpcEndpointId",
  "instanceId",
  "localGatewayId",
  "carrierGatewayId",
  "coreNetworkArn",
] as const;

/** Where "everything else" goes. */
const DEFAULTS: ReadonlySet<unknown> = new Set(["0.0.0.0/0", "::/0"]);

/** The network of a preview before, or after, what it plans. */
export function networkOf(preview: Preview, references: References, side: Side): Network {
  const changes = [...preview.changes.values()].filter((change) => change[side] !== undefined);
  const of = (types: RegExp): readonly Change[] => changes.filter(({ type }) => types.test(type));
  const reader = new NetworkReader(references, side);
  return {
    links: [
      ...of(ASSOCIATION).flatMap((change) => reader.association(change) ?? []),
      ...of(ENDPOINT).flatMap((change) => reader.inlineLinks(change)),
    ],
    defaults: reader.defaultRoutes(of(TABLE), of(ROUTE)),
    subnets: reader.places(of(SUBNET_ASSOCIATION), "subnetId", SUBNET),
    mainTables: reader.places(of(MAIN_ASSOCIATION), "vpcId", VPC),
    tables: new Map(
      of(TABLE)
        .map((change) => reader.table(change))
        .map((table) => [table.key, table]),
    ),
  };
}

class NetworkReader {
  constructor(
    readonly references: References,
    readonly side: Side,
  ) {}

  /** A default table is known by the id that it takes over. */
  table(change: Change): Reference {
    const taken = DEFAULT_TABLE.test(change.type)
      ? this.references.of(change, this.side, "defaultRouteTableId", VPC)
      : undefined;
    if (taken === undefined) return this.references.to(change, this.side);
    return taken.change === undefined ? { ...taken, change } : { ...taken, key: `${taken.key} default`, change };
  }

  association(change: Change): Link | undefined {
    const table = this.references.of(change, this.side, "routeTableId", TABLE);
    const endpoint = this.references.of(change, this.side, "vpcEndpointId", ENDPOINT);
    if (table === undefined || endpoint === undefined) return undefined;
    return this.#link(change, table, endpoint, isOfComponent(change) ? "DynamoDB" : this.#serviceOf(endpoint.change));
  }

  inlineLinks(change: Change): readonly Link[] {
    const service = this.#serviceOf(change);
    const { inputs = {}, outputs = {} } = change[this.side] ?? {};
    const kind = inputs.vpcEndpointType ?? outputs.vpcEndpointType ?? "Gateway";
    if (service === "unknown" || kind !== "Gateway") return [];
    const endpoint = this.references.to(change, this.side);
    // Taken out of a program altogether they stay as they are: the provider computes them.
    const side = inputs.routeTableIds === undefined && this.side === "after" ? "before" : this.side;
    return this.references
      .listOf(change, side, "routeTableIds", TABLE)
      .map((table) => this.#link(change, table, endpoint, service));
  }

  /** What takes the routes of a table: the subnet, or the VPC, that `property` names. By its key. */
  places(changes: readonly Change[], property: string, types: RegExp): ReadonlyMap<string, Place> {
    const found = changes.flatMap((change) => this.#place(change, property, types) ?? []);
    return new Map(found.map((place) => [place.taker.key, place]));
  }

  #place(change: Change, property: string, types: RegExp): Place | undefined {
    const taker = this.references.of(change, this.side, property, types);
    const table = this.references.of(change, this.side, "routeTableId", TABLE);
    return taker === undefined || table === undefined ? undefined : { taker, table, by: change };
  }

  /** Of routes by themselves, and of those that stand in tables. */
  defaultRoutes(tables: readonly Change[], routes: readonly Change[]): Network["defaults"] {
    const found = new Map<string, DefaultRoutes>();
    const add = (table: Reference, by: Change, target: Reference): void => {
      const earlier = found.get(table.key);
      const text = targetText(target);
      found.set(table.key, {
        table,
        by,
        isMadeAnew: (earlier?.isMadeAnew ?? false) || (ROUTE.test(by.type) && isMadeIn(by, this.side)),
        key: earlier === undefined ? target.key : [earlier.key, target.key].sort().join(" "),
        target: earlier === undefined || earlier.target === text ? text : `${earlier.target}, ${text}`,
      });
    };
    for (const route of routes) {
      const table = this.references.of(route, this.side, "routeTableId", TABLE);
      const target = this.#targetOf(route, route[this.side]?.inputs ?? {}, "");
      if (table === undefined || target === undefined) continue;
      add(table, route, target);
    }
    const apart = new Set(found.keys());
    for (const change of tables) {
      const table = this.table(change);
      if (apart.has(table.key)) continue;
      for (const route of this.#inlineRoutes(change)) {
        const target = this.#targetOf(change, route, "routes");
        if (target !== undefined) add(table, change, target);
      }
    }
    return found;
  }

  /** Not what the program gives no routes for: those are the routes that were seen at last. */
  #inlineRoutes(change: Change): readonly JsonRecord[] {
    const routes = change[this.side]?.inputs.routes ?? change.before?.outputs.routes;
    return listIn(routes).filter(isRecord);
  }

  #targetOf(change: Change, route: JsonRecord, property: string): Reference | undefined {
    const destinations = [
      route.destinationCidrBlock,
      route.destinationIpv6CidrBlock,
      route.cidrBlock,
      route.ipv6CidrBlock,
    ];
    if (!destinations.some((each) => DEFAULTS.has(each))) return undefined;
    const name = TARGETS.find((each) => route[each] !== undefined && route[each] !== "" && route[each] !== null);
    if (name === undefined) return undefined;
    return this.references.target(change, this.side, route[name], property === "" ? name : property, GATEWAY);
  }

  #link(by: Change, table: Reference, endpoint: Reference, service: Service): Link {
    const isNext = isMadeIn(by, this.side);
    return { table, endpoint, service, by, key: `${by.urn}${isNext ? " new" : ""} ${table.key} ${endpoint.key}` };
  }

  #serviceOf(endpoint: Change | undefined): Service {
    const { inputs = {}, outputs = {} } = endpoint?.[this.side] ?? {};
    const name = shownText(inputs.serviceName) ?? shownText(outputs.serviceName);
    if (name?.endsWith(".dynamodb") === true) return "DynamoDB";
    if (name?.endsWith(".s3") === true) return "S3";
    return endpoint !== undefined && isOfComponent(endpoint) ? "DynamoDB" : "unknown";
  }
}

function isOfComponent({ parent }: Change): boolean {
  return parent !== undefined && isComponent(parseUrn(parent));
}

function targetText({ id, isSecret, change }: Reference): string {
  if (isSecret) return "a target whose id is secret";
  if (id !== undefined) return id;
  return change === undefined
    ? "a target that is known after deployment"
    : `the new ${kindText(change)} ${change.name}`;
}

function kindText({ type }: Change): string {
  if (/natGateway/i.test(type)) return "NAT gateway";
  return /internetGateway/i.test(type) ? "internet gateway" : "gateway";
}
