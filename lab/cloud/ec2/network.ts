import { ApiError } from "../apiError";
import { type Identifiers, identifiers } from "../identifiers";
import type { Collection, Store } from "../store";
import type { Tags } from "../tags";
import type { Address, EgressOnlyInternetGateway, InternetGateway, NatGateway, VpnGateway } from "./kinds/gateway";
import type { Instance } from "./kinds/instance";
import type { Kind } from "./kinds/kind";
import type { NetworkAcl } from "./kinds/networkAcl";
import type { NetworkInterface } from "./kinds/networkInterface";
import type { ManagedPrefixList } from "./kinds/prefixList";
import type { RouteTable } from "./kinds/routeTable";
import type { SecurityGroup, SecurityGroupRule } from "./kinds/securityGroup";
import type { Subnet } from "./kinds/subnet";
import type { TransitGateway, TransitGatewayAttachment } from "./kinds/transitGateway";
import type { Vpc } from "./kinds/vpc";
import type { VpcEndpoint } from "./kinds/vpcEndpoint";
import type { VpcPeeringConnection } from "./kinds/vpcPeering";
import type {
  BlockPublicAccess,
  BlockPublicAccessExclusion,
  DhcpOptions,
  EncryptionControl,
  FlowLog,
} from "./kinds/vpcSettings";

/**
 * Limits that an account can have raised, per Region.
 * https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
export interface Ec2Quotas {
  /** Default: 20 (L-1B52E74A). */
  gatewayEndpoints: number;
  /** Default: 50 (L-93826ACB), without the local ones. */
  routesPerTable: number;
}

interface RegionSetting {
  readonly blockPublicAccess?: BlockPublicAccess;
  readonly defaultDhcpOptionsId?: string;
  /** Groups of zones that the account has opted in to. */
  readonly zoneGroups?: readonly string[];
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
  readonly egressOnlyInternetGateways: Collection<EgressOnlyInternetGateway>;
  readonly vpnGateways: Collection<VpnGateway>;
  readonly transitGateways: Collection<TransitGateway>;
  readonly transitGatewayAttachments: Collection<TransitGatewayAttachment>;
  readonly peeringConnections: Collection<VpcPeeringConnection>;
  readonly securityGroups: Collection<SecurityGroup>;
  readonly securityGroupRules: Collection<SecurityGroupRule>;
  readonly tags: Collection<Tags>;
  /** Those of this account and of services, for example Lambda's for its functions. */
  readonly networkInterfaces: Collection<NetworkInterface>;
  readonly instances: Collection<Instance>;
  readonly networkAcls: Collection<NetworkAcl>;
  /** Those of customers. */
  readonly prefixLists: Collection<ManagedPrefixList>;
  readonly dhcpOptions: Collection<DhcpOptions>;
  readonly exclusions: Collection<BlockPublicAccessExclusion>;
  readonly encryptionControls: Collection<EncryptionControl>;
  readonly flowLogs: Collection<FlowLog>;
  /** What a Region has one of. */
  readonly settings: Collection<RegionSetting>;
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
    egressOnlyInternetGateways: collection("egressOnlyInternetGateways"),
    vpnGateways: collection("vpnGateways"),
    transitGateways: collection("transitGateways"),
    transitGatewayAttachments: collection("transitGatewayAttachments"),
    peeringConnections: collection("peeringConnections"),
    securityGroups: collection("securityGroups"),
    securityGroupRules: collection("securityGroupRules"),
    tags: collection("tags"),
    networkInterfaces: collection("networkInterfaces"),
    instances: collection("instances"),
    networkAcls: collection("networkAcls"),
    prefixLists: collection("prefixLists"),
    dhcpOptions: collection("dhcpOptions"),
    exclusions: collection("exclusions"),
    encryptionControls: collection("encryptionControls"),
    flowLogs: collection("flowLogs"),
    settings: collection("settings"),
  };
}

/** Declares some of EC2's operations on a Region's network. Their types are what the implementation says. */
export function ec2Operations<O>(declare: (network: Ec2Network) => O): (network: Ec2Network) => O {
  return declare;
}

/** The record, or the error with which EC2 answers an id it does not know, or that is no id of this kind. */
export function existing<T>(
  records: Pick<Collection<T>, "get">,
  kind: Pick<Kind<object>, "what" | "idPrefix" | "notFound" | "malformed">,
  id: string,
): T {
  const record = records.get(id);
  if (record !== undefined) return record;
  const { what, idPrefix, notFound, malformed } = kind;
  if (malformed !== undefined && idPrefix !== undefined && !new RegExp(`^${idPrefix}-[0-9a-f]+$`).test(id)) {
    throw new ApiError(malformed, `Invalid id: "${id}" (expecting "${idPrefix}-...")`);
  }
  throw new ApiError(notFound, `The ${what} '${id}' does not exist`);
}

export function dependencyViolation(what: string, id: string): ApiError {
  return new ApiError("DependencyViolation", `The ${what} '${id}' has dependencies and cannot be deleted.`);
}
