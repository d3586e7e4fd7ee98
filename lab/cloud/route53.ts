import { isIPv4 } from "node:net";
import { ApiError } from "./apiError";
import type { Ec2Network } from "./ec2/network";
import type { FrontDoor, Served } from "./frontDoor";
import { identifiers } from "./identifiers";
import type { Collection, Store } from "./store";

export interface ZoneVpc {
  readonly vpcRegion: string;
  readonly vpcId: string;
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html */
export interface RecordSet {
  /** With a dot at its end. */
  readonly name: string;
  readonly type: string;
  readonly ttl?: number;
  readonly values: readonly string[];
  readonly aliasTarget?: {
    readonly hostedZoneId: string;
    readonly dnsName: string;
    readonly evaluateTargetHealth: boolean;
  };
}

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_HostedZone.html */
export interface HostedZone {
  readonly id: string;
  readonly name: string;
  readonly callerReference: string;
  readonly comment?: string;
  readonly vpcs: readonly ZoneVpc[];
  readonly records: readonly RecordSet[];
}

export interface RecordChange {
  readonly action: string;
  readonly record: RecordSet;
}

export function hostedZonesOf(store: Store): Collection<HostedZone> {
  return store.collection("route53/hostedZones");
}

interface CreateHostedZoneRequest extends Pick<HostedZone, "name" | "callerReference" | "comment"> {
  readonly vpc?: ZoneVpc;
}

function operations(store: Store, networkOf: (region: string) => Ec2Network) {
  const zones = hostedZonesOf(store);
  const { nextDigits } = identifiers(store, "route53");
  const zoneOf = (id: string): HostedZone => {
    const zone = zones.get(id.replace(/^\/hostedzone\//, ""));
    if (zone !== undefined) return zone;
    throw new ApiError("NoSuchHostedZone", `No hosted zone found with ID: ${id}`, 404);
  };
  const requireVpc = ({ vpcRegion, vpcId }: ZoneVpc, name: string): void => {
    if (networkOf(vpcRegion).vpcs.get(vpcId) === undefined)
      throw new ApiError("InvalidVPCId", `The VPC: ${vpcId} that you specified doesn't exist.`);
    const other = zones.all().find((zone) => zone.name === name && zone.vpcs.some((vpc) => vpc.vpcId === vpcId));
    if (other === undefined) return;
    const what = `The VPC ${vpcId} in region ${vpcRegion} has already been associated with the hosted zone ${other.id}`;
    throw new ApiError("ConflictingDomainExists", `${what} with the same domain name.`);
  };
  return {
    createHostedZone: ({ vpc, ...request }: CreateHostedZoneRequest): HostedZone => {
      const name = dotted(request.name);
      requireNewReference(zones, request.callerReference);
      if (vpc !== undefined) requireVpc(vpc, name);
      const id = `Z${nextDigits("zone", 20).toUpperCase()}`;
      const zone: HostedZone = {
        ...request,
        id,
        name,
        vpcs: vpc === undefined ? [] : [vpc],
        records: ownRecords(name),
      };
      zones.put(id, zone);
      return zone;
    },
    associateVPCWithHostedZone: ({ hostedZoneId, vpc }: { readonly hostedZoneId: string; readonly vpc: ZoneVpc }) => {
      const zone = zoneOf(hostedZoneId);
      if (zone.vpcs.length === 0) {
        throw new ApiError("PublicZoneVPCAssociation", "You're trying to associate a VPC with a public hosted zone.");
      }
      requireVpc(vpc, zone.name);
      zones.put(zone.id, { ...zone, vpcs: [...zone.vpcs, vpc] });
    },
    deleteHostedZone: ({ id }: { readonly id: string }): void => {
      const zone = zoneOf(id);
      if (zone.records.length > ownRecords(zone.name).length) {
        throw new ApiError(
          "HostedZoneNotEmpty",
          "The specified hosted zone contains non-required resource record sets and so cannot be deleted.",
        );
      }
      zones.remove(zone.id);
    },
    getHostedZone: ({ id }: { readonly id: string }): HostedZone => zoneOf(id),
    listHostedZones: (): readonly HostedZone[] => zones.all(),
    listHostedZonesByVPC: ({ vpcId, vpcRegion }: ZoneVpc): readonly HostedZone[] =>
      zones.all().filter(({ vpcs }) => vpcs.some((vpc) => vpc.vpcId === vpcId && vpc.vpcRegion === vpcRegion)),
    ...recordOperations(zones, zoneOf),
  };
}

function recordOperations(zones: Collection<HostedZone>, zoneOf: (id: string) => HostedZone) {
  return {
    listResourceRecordSets: ({ hostedZoneId }: { readonly hostedZoneId: string }): readonly RecordSet[] =>
      zoneOf(hostedZoneId).records,
    changeResourceRecordSets: (request: {
      readonly hostedZoneId: string;
      readonly changes: readonly RecordChange[];
    }): void => {
      const zone = zoneOf(request.hostedZoneId);
      zones.put(zone.id, { ...zone, records: request.changes.reduce(changed(zone.name), zone.records) });
    },
  };
}

function requireNewReference(zones: Collection<HostedZone>, reference: string): void {
  if (!zones.all().some(({ callerReference }) => callerReference === reference)) return;
  const message = "A hosted zone has already been created with the specified caller reference.";
  throw new ApiError("HostedZoneAlreadyExists", message, 409);
}

export function dotted(name: string): string {
  return `${name.replace(/\.$/, "").toLowerCase()}.`;
}

/** Those that every zone has. */
function ownRecords(name: string): readonly RecordSet[] {
  const servers = [0, 512, 1024, 1536].map((n) => `ns-${n}.awsdns-00.${n === 1024 ? "org" : "com"}.`);
  const authority = `${servers[0] ?? ""} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
  return [
    { name, type: "NS", ttl: 172_800, values: servers },
    { name, type: "SOA", ttl: 900, values: [authority] },
  ];
}

/** `CREATE`, `DELETE` or `UPSERT` of a record: all changes of a batch are made, or none. */
function changed(zone: string): (records: readonly RecordSet[], change: RecordChange) => readonly RecordSet[] {
  return (records, { action, record }) => {
    const isSame = (other: RecordSet): boolean => other.name === record.name && other.type === record.type;
    const refuse = (why: string): ApiError => {
      const what = `Tried to ${action.toLowerCase()} resource record set [name='${record.name}', type='${record.type}']`;
      return new ApiError("InvalidChangeBatch", `[${what} but ${why}]`);
    };
    if (!covers(zone, record.name)) throw refuse("it is not in the zone");
    if (action !== "DELETE") requireRecord(zone, record, records);
    const before = records.find(isSame);
    if (action === "CREATE" && before !== undefined) throw refuse("it already exists");
    if (action === "DELETE" && before === undefined) throw refuse("it was not found");
    const others = records.filter((other) => !isSame(other));
    return action === "DELETE" ? others : [...others, record];
  };
}

/** https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html */
function requireRecord(zone: string, { name, type, values }: RecordSet, records: readonly RecordSet[]): void {
  const refuse = (why: string): ApiError => new ApiError("InvalidChangeBatch", `[${why}]`);
  const others = records.filter((other) => other.name === name && other.type !== type);
  if (type === "CNAME" && name === zone)
    throw refuse(`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone}`);
  if (others.some((other) => [type, other.type].includes("CNAME"))) {
    const what = `RRSet of type ${type} with DNS name ${name} is not permitted as it conflicts with other records`;
    throw refuse(`${what} with the same DNS name in zone ${zone}`);
  }
  const wrong = type === "A" ? values.find((value) => !isIPv4(value)) : undefined;
  if (wrong !== undefined)
    throw refuse(
      "Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) " +
        `encountered with '${wrong}''`,
    );
}

/**
 * The most specific private zone that covers a name, of a VPC and of those that profiles bring to it: it alone decides.
 * Of two of one name the VPC's own does: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
 */
export function privateZoneOf(
  store: Store,
  vpcId: string,
  brought: ReadonlySet<string>,
  name: string,
): HostedZone | undefined {
  const isOwn = ({ vpcs }: HostedZone): boolean => vpcs.some((vpc) => vpc.vpcId === vpcId);
  return hostedZonesOf(store)
    .all()
    .filter((zone) => (isOwn(zone) || brought.has(zone.id)) && covers(zone.name, name))
    .sort((one, other) => other.name.length - one.name.length || Number(isOwn(other)) - Number(isOwn(one)))[0];
}

/** Whether a name is a domain's, or below it. Both have a dot at their end. */
export function covers(domain: string, name: string): boolean {
  return `.${name}`.endsWith(`.${domain}`);
}

/**
 * A zone's records of a name, of whichever type: its own, or those of a wildcard where the name is not there. That is
 * where neither it nor a name below it has a record, and the wildcard stands below the nearest name that is there.
 * Our assumption: as RFC 4592 has it, of which AWS says nothing.
 * https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html#domain-name-format-asterisk
 */
export function recordsFor({ name: zone, records }: HostedZone, name: string): readonly RecordSet[] {
  const named = (wanted: string): readonly RecordSet[] => records.filter((record) => record.name === wanted);
  const isThere = (wanted: string): boolean => wanted === zone || records.some((each) => covers(wanted, each.name));
  if (isThere(name)) return named(name);
  let nearest = parentOf(name);
  while (!isThere(nearest)) nearest = parentOf(nearest);
  return named(`*.${nearest}`);
}

function parentOf(name: string): string {
  return name.replace(/^[^.]*\./, "");
}

/** Amazon Route 53, which is global: https://docs.aws.amazon.com/Route53/latest/APIReference/ */
export type Route53 = Served<ReturnType<typeof operations>>;

export function route53Service(door: FrontDoor, store: Store, networkOf: (region: string) => Ec2Network): Route53 {
  return door.serve("us-east-1", "route53", operations(store, networkOf));
}
