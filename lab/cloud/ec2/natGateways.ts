import { labMillis } from "../../time";
import { ApiError } from "../apiError";
import type { Tags } from "../tags";
import { blackhole } from "./blackholes";
import { allocate, isAssociated } from "./gateways";
import { availabilityZonesOf } from "./kinds/availabilityZone";
import { type Address, ADDRESS, NAT_GATEWAY, type NatGateway, type NatGatewayZone } from "./kinds/gateway";
import { SUBNET } from "./kinds/subnet";
import { VPC } from "./kinds/vpc";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { AMAZON_AWS, elasticAddress, placeInterface, removeInterface } from "./networkInterfaces";

export interface CreateNatGatewayRequest {
  readonly availabilityMode?: string;
  /** Of a zonal one. */
  readonly subnetId?: string;
  readonly allocationId?: string;
  readonly privateIpAddress?: string;
  /** Of a regional one. */
  readonly vpcId?: string;
  readonly availabilityZoneAddresses?: readonly ZoneAddresses[];
  readonly connectivityType?: "public" | "private";
  readonly tags?: Tags;
}

interface ZoneAddresses {
  readonly availabilityZone?: string;
  readonly availabilityZoneId?: string;
  readonly allocationIds?: readonly string[];
}

/** How long a NAT gateway is being deleted: people see one to two minutes. */
const DELETING_SECONDS = 60;

/** https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html: seen for about an hour. */
const VISIBLE_SECONDS = 60 * 60;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
export const natGatewayOperations = ec2Operations((network) => {
  const soon = (seconds: number, change: () => void): void => void setTimeout(change, labMillis(seconds)).unref();
  const forget = (id: string): void => {
    soon(VISIBLE_SECONDS, () => {
      network.natGateways.remove(id);
      network.tags.remove(id);
    });
  };
  const letGo = (gateway: NatGateway): void => {
    soon(DELETING_SECONDS, () => {
      if (gateway.networkInterfaceId !== undefined) removeInterface(network, gateway.networkInterfaceId);
      network.natGateways.put(gateway.natGatewayId, { ...gateway, state: "deleted" });
      forget(gateway.natGatewayId);
    });
  };
  for (const gateway of network.natGateways.all()) {
    if (gateway.state === "deleting") letGo(gateway);
    if (gateway.state === "deleted") forget(gateway.natGatewayId);
  }

  return {
    createNatGateway: ({ availabilityMode = "zonal", tags = {}, ...request }: CreateNatGatewayRequest): NatGateway => {
      const gateway = availabilityMode === "regional" ? regional(network, request) : zonal(network, request);
      network.natGateways.put(gateway.natGatewayId, gateway);
      network.tags.put(gateway.natGatewayId, tags);
      return gateway;
    },

    deleteNatGateway: ({ natGatewayId }: { readonly natGatewayId: string }): void => {
      const gateway = existing(network.natGateways, NAT_GATEWAY, natGatewayId);
      if (gateway.state === "deleting" || gateway.state === "deleted") return;
      const deleting: NatGateway = { ...gateway, state: "deleting", deleteTime: new Date().toISOString() };
      network.natGateways.put(natGatewayId, deleting);
      blackhole(network, "natGatewayId", natGatewayId);
      letGo(deleting);
    },
  };
});

type Request = Omit<CreateNatGatewayRequest, "availabilityMode" | "tags">;

function zonal(network: Ec2Network, { connectivityType = "public", ...request }: Request): NatGateway {
  const { subnetId, allocationId, privateIpAddress } = request;
  refuse(request, ["vpcId", "availabilityZoneAddresses"], "zonal");
  if (subnetId === undefined) {
    throw new ApiError("MissingParameter", "The request must contain the parameter subnetId");
  }
  const { vpcId } = existing(network.subnets, SUBNET, subnetId);
  const address = connectivityType === "private" ? undefined : freeAddress(network, allocationId);
  const natGatewayId = network.newId("nat");
  const association = address && elasticAddress(address, network.newId("eipassoc"));
  const { networkInterfaceId, privateIpAddress: privateIp } = placeInterface(network, {
    subnetId,
    privateIpAddress,
    description: `Interface for NAT Gateway ${natGatewayId}`,
    interfaceType: "nat_gateway",
    requesterManaged: true,
    requesterId: AMAZON_AWS,
    sourceDestCheck: false,
    attachment: { instanceOwnerId: AMAZON_AWS },
    ...(association && { association }),
  });
  return {
    natGatewayId,
    vpcId,
    subnetId,
    connectivityType,
    availabilityMode: "zonal",
    ...(association && { allocationId, associationId: association.associationId, publicIp: association.publicIp }),
    privateIp,
    networkInterfaceId,
    state: "available",
    createTime: new Date().toISOString(),
  };
}

/**
 * A NAT gateway of a whole VPC: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html. Without
 * addresses AWS finds the zones and the addresses: here, those of the VPC's subnets at this moment.
 */
function regional(network: Ec2Network, { connectivityType = "public", ...request }: Request): NatGateway {
  refuse(request, ["subnetId", "allocationId", "privateIpAddress"], "regional");
  if (connectivityType === "private") {
    throw new ApiError(
      "InvalidParameterCombination",
      "A regional NAT gateway cannot have the connectivity type private",
    );
  }
  const { vpcId = "", availabilityZoneAddresses } = request;
  if (vpcId === "") throw new ApiError("MissingParameter", "The request must contain the parameter vpcId");
  existing(network.vpcs, VPC, vpcId);
  if (!network.internetGateways.all().some((gateway) => gateway.vpcId === vpcId)) {
    throw new ApiError("Gateway.NotAttached", `Network ${vpcId} has no Internet gateway attached`);
  }
  const zones = availabilityZoneAddresses ?? automaticZones(network, vpcId);
  return {
    natGatewayId: network.newId("nat"),
    vpcId,
    connectivityType,
    availabilityMode: "regional",
    zones: zones.flatMap((zone) => zoneAddresses(network, zone)),
    isAutomatic: availabilityZoneAddresses === undefined,
    routeTableId: network.newId("rtb"),
    state: "available",
    createTime: new Date().toISOString(),
  };
}

function automaticZones(network: Ec2Network, vpcId: string): readonly ZoneAddresses[] {
  const subnets = network.subnets.all().filter((subnet) => subnet.vpcId === vpcId);
  return [...new Set(subnets.map(({ availabilityZone }) => availabilityZone))].sort().map((availabilityZone) => ({
    availabilityZone,
    allocationIds: [allocate(network, {}).allocationId],
  }));
}

function zoneAddresses(
  network: Ec2Network,
  { allocationIds = [], ...asked }: ZoneAddresses,
): readonly NatGatewayZone[] {
  const name = asked.availabilityZone ?? asked.availabilityZoneId ?? "";
  const zone = availabilityZonesOf(network.region).find(({ zoneName, zoneId }) => [zoneName, zoneId].includes(name));
  if (zone === undefined) throw new ApiError("InvalidParameterValue", `Invalid availability zone: [${name}]`);
  return allocationIds.map((id) => {
    const { allocationId, publicIp } = freeAddress(network, id);
    const associationId = network.newId("eipassoc");
    const { zoneName: availabilityZone, zoneId: availabilityZoneId } = zone;
    return { availabilityZone, availabilityZoneId, allocationId, publicIp, associationId };
  });
}

function refuse(request: Request, parameters: readonly (keyof Request)[], mode: string): void {
  const given = parameters.find((parameter) => request[parameter] !== undefined);
  if (given === undefined) return;
  const name = given.charAt(0).toUpperCase() + given.slice(1);
  throw new ApiError("InvalidParameterCombination", `${name} cannot be specified for a ${mode} NAT gateway`);
}

function freeAddress(network: Ec2Network, allocationId: string | undefined): Address {
  if (allocationId === undefined) {
    throw new ApiError(
      "MissingParameter",
      "The request must include the AllocationId parameter. Add the required parameter and retry the request.",
    );
  }
  const address = existing(network.addresses, ADDRESS, allocationId);
  if (isAssociated(network, allocationId)) {
    throw new ApiError("Resource.AlreadyAssociated", `Elastic IP address [${allocationId}] is already associated`);
  }
  return address;
}

/** The public address behind which a subnet's packets are that a NAT gateway sends on. */
export function publicIpOf({ publicIp, zones = [] }: NatGateway, availabilityZone: string): string | undefined {
  if (publicIp !== undefined) return publicIp;
  return (zones.find((zone) => zone.availabilityZone === availabilityZone) ?? zones[0])?.publicIp;
}
