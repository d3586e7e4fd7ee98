import { ApiError } from "../apiError";
import { type Identifiers, identifiers } from "../identifiers";
import type { Collection, Store } from "../store";
import type { InternetGateway, NatGateway, Address } from "./gateways";
import type { NetworkInterface } from "./networkInterfaces";
import type { RouteTable } from "./routeTables";
import type { SecurityGroup, SecurityGroupRule } from "./securityGroups";
import type { Subnet } from "./subnets";
import type { VpcEndpoint } from "./vpcEndpoints";
import type { Vpc } from "./vpcs";

export type Tags = Readonly<Record<string, string>>;

/**
 * Limits that an account can have raised, per Region.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
export interface Ec2Quotas {
  /** Default: 20 (L-1B52E74A). */
  gatewayEndpoints: number;
}

/** What EC2 knows of one Region. Its operations, file by file, work on this. */
export interface Ec2Network {
  readonly region: string;
  readonly newId: Identifiers["next"];
  readonly newDigits: Identifiers["nextDigits"];
  readonly quotas: Ec2Quotas;
  readonly vpcs: Collection<Vpc>;
  readonly subnets: Collection<Subnet>;
  readonly routeTables: Collection<RouteTable>;
  readonly endpoints: Collection<VpcEndpoint>;
  readonly internetGateways: Collection<InternetGateway>;
  readonly natGateways: Collection<NatGateway>;
  readonly addresses: Collection<Address>;
  readonly securityGroups: Collection<SecurityGroup>;
  readonly securityGroupRules: Collection<SecurityGroupRule>;
  readonly tags: Collection<Tags>;
  /** Those that other services have, for example Lambda for its functions. */
  readonly networkInterfaces: Collection<NetworkInterface>;
}

export function ec2Network(store: Store, region: string, quotas: Ec2Quotas): Ec2Network {
  const { next, nextDigits } = identifiers(store, region);
  const collection = <T>(name: string): Collection<T> => store.collection<T>(`${region}/ec2/${name}`);
  return {
    region,
    newId: next,
    newDigits: nextDigits,
    quotas,
    vpcs: collection("vpcs"),
    subnets: collection("subnets"),
    routeTables: collection("routeTables"),
    endpoints: collection("endpoints"),
    internetGateways: collection("internetGateways"),
    natGateways: collection("natGateways"),
    addresses: collection("addresses"),
    securityGroups: collection("securityGroups"),
    securityGroupRules: collection("securityGroupRules"),
    tags: collection("tags"),
    networkInterfaces: collection("networkInterfaces"),
  };
}

/** Declares some of EC2's operations on a Region's network. Their types are what the implementation says. */
export function ec2Operations<O>(declare: (network: Ec2Network) => O): (network: Ec2Network) => O {
  return declare;
}

/** The record, or the error with which EC2 answers an id it does not know. */
export function existing<T>(records: Collection<T>, id: string, code: string, what: string): T {
  const record = records.get(id);
  if (record === undefined) throw new ApiError(code, `The ${what} ID '${id}' does not exist`);
  return record;
}

/**
 * EC2's filters, each a field with the values it may have. An id list is an error for an unknown id, a filter is not.
 */
export type Filters = Readonly<Record<string, readonly string[]>>;

export interface DescribeRequest {
  readonly ids?: readonly string[];
  /** For example `{"vpc-id": ["vpc-0a1"], "tag:Name": ["private"]}`. */
  readonly filters?: Filters;
}

/** What a Describe action needs to know of the records it serves. */
export interface Description<T> {
  readonly records: Collection<T>;
  readonly notFound: { readonly code: string; readonly what: string };
  readonly idOf: (record: T) => string;
  /** The values of a record that a filter can ask for. */
  readonly filterable: Readonly<Record<string, (record: T) => readonly (string | undefined)[]>>;
}

export type Tagged<T> = T & { readonly tags: Tags };

/** Answers a Describe action: by ids, by filters, or everything; with the tags. */
export function describe<T>(
  network: Ec2Network,
  { records, notFound, idOf, filterable }: Description<T>,
  { ids, filters = {} }: DescribeRequest,
): readonly Tagged<T>[] {
  const asked = ids ? ids.map((id) => existing(records, id, notFound.code, notFound.what)) : records.all();
  return asked
    .map((record): Tagged<T> => ({ ...record, tags: network.tags.get(idOf(record)) ?? {} }))
    .filter((record) => Object.entries(filters).every(([name, values]) => passes(record, name, values, filterable)));
}

function passes<T>(
  record: Tagged<T>,
  name: string,
  values: readonly string[],
  filterable: Description<T>["filterable"],
): boolean {
  if (name.startsWith("tag:")) return values.includes(record.tags[name.slice("tag:".length)] ?? "");
  if (name === "tag-key") return values.some((key) => key in record.tags);
  const valuesOf = filterable[name];
  if (valuesOf === undefined) throw new ApiError("InvalidParameterValue", `The filter '${name}' is invalid`);
  return valuesOf(record).some((value) => value !== undefined && values.includes(value));
}

export function dependencyViolation(what: string, id: string): ApiError {
  return new ApiError("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted.`);
}
