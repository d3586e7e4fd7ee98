import type { CloudInside } from "../cloud/cloud";
import type { Impairments, Place } from "./impairments";
import { routeTableOfSubnet, sameWay, serviceAddress, type Way, wayOf } from "./ways";

/** A subnet whose way to an address of DynamoDB has changed. */
export interface Switch extends Destination {
  readonly way: Way;
}

/** An address, as a subnet reaches it. */
export interface Destination {
  readonly region: string;
  readonly subnetId: string;
  readonly address: number;
}

interface Watched extends Destination {
  /** What packets take, which lags behind the route tables where routes are late. */
  way: Way;
  /** What the route tables say and packets do not take yet. */
  coming?: { readonly way: Way; readonly delayMillis: number; readonly timer: NodeJS.Timeout | undefined };
}

/** The ways that packets take, subnet by subnet, and when they change. */
export class Routing {
  readonly #watched = new Map<string, Watched>();
  readonly #stopListening: () => void;

  constructor(
    readonly inside: CloudInside,
    readonly impairments: Impairments,
    readonly onSwitch: (change: Switch) => void,
  ) {
    this.#stopListening = inside.onAnswered(() => this.#follow());
    impairments.onChange(() => this.#follow());
  }

  /** The way from a subnet to an address. From the first question on, it is watched. */
  wayOf(destination: Destination): Way {
    return this.#watch(destination).way;
  }

  /** Where traffic of a subnet happens, so that a fault can be aimed at it. */
  placeOf(region: string, subnetId: string, functionName?: string): Place {
    const routeTableId = routeTableOfSubnet(this.inside.networkOf(region), subnetId)?.routeTableId;
    return { region, routeTableId, functionName };
  }

  stop(): void {
    this.#stopListening();
    for (const { coming } of this.#watched.values()) clearTimeout(coming?.timer);
  }

  #watch({ region, subnetId, address }: Destination): Watched {
    const key = `${region}/${subnetId}/${address}`;
    const known = this.#watched.get(key);
    if (known !== undefined) return known;
    const way = wayOf(this.inside.networkOf(region), subnetId, address);
    const watched: Watched = { region, subnetId, address, way };
    this.#watched.set(key, watched);
    return watched;
  }

  /** Compares what packets take with what the route tables say. */
  #follow(): void {
    // A late route can only be told from an old one where it was seen to come.
    if (this.impairments.any("lateRoute")) {
      for (const { region, subnets } of this.inside.networks()) {
        const address = serviceAddress(region);
        for (const { subnetId } of subnets.all()) this.#watch({ region, subnetId, address });
      }
    }
    for (const watched of this.#watched.values()) this.#compare(watched);
  }

  #compare(watched: Watched): void {
    const { region, subnetId, address } = watched;
    const way = wayOf(this.inside.networkOf(region), subnetId, address);
    const delayMillis = sameWay(way, watched.way) ? undefined : this.#delayOf(watched, way);
    if (delayMillis === undefined) this.#await(watched, undefined);
    else if (delayMillis === 0) this.#take(watched, way);
    else if (watched.coming?.delayMillis !== delayMillis || !sameWay(watched.coming.way, way)) {
      const timer = delayMillis === Infinity ? undefined : setTimeout(() => this.#take(watched, way), delayMillis);
      this.#await(watched, { way, delayMillis, timer });
    }
  }

  #await(watched: Watched, coming: Watched["coming"]): void {
    clearTimeout(watched.coming?.timer);
    watched.coming = coming;
  }

  #take(watched: Watched, way: Way): void {
    this.#await(watched, undefined);
    watched.way = way;
    const { region, subnetId, address } = watched;
    this.onSwitch({ region, subnetId, address, way });
  }

  /** Only routes of endpoints come late: it is their switch that the fault is about. */
  #delayOf({ region, subnetId, way: old }: Watched, way: Way): number {
    if (old.kind !== "endpoint" && way.kind !== "endpoint") return 0;
    return this.impairments.at("lateRoute", this.placeOf(region, subnetId))?.delayMillis ?? 0;
  }
}
