import { ApiError } from "../apiError";
import { canonicalCidr, canonicalIpv6Cidr, overlaps, parseCidr } from "./cidr";
import type { Route } from "./kinds/routeTable";
import { SUBNET, type Subnet } from "./kinds/subnet";
import { firstAssociationId, VPC, type Vpc } from "./kinds/vpc";
import { type Ec2Network, ec2Operations, existing } from "./network";

/** A range that was associated with a VPC after it was made. */
export type VpcRange = NonNullable<Vpc["moreCidrBlocks"]>[number] | Ipv6Range;

/** Of a VPC or of a subnet. */
type Ipv6Range = NonNullable<Vpc["ipv6CidrBlocks"]>[number];

export interface AssociateVpcCidrBlockRequest {
  readonly vpcId: string;
  readonly cidrBlock?: string;
  readonly amazonProvidedIpv6CidrBlock?: boolean;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html */
export const vpcRangeOperations = ec2Operations((network) => {
  return {
    associateVpcCidrBlock: ({ vpcId, ...request }: AssociateVpcCidrBlockRequest): VpcRange => {
      const vpc = existing(network.vpcs, VPC, vpcId);
      if ((request.cidrBlock === undefined) === (request.amazonProvidedIpv6CidrBlock !== true)) {
        throw new ApiError(
          "MissingParameter",
          "Either 'cidrBlock' or 'amazonProvidedIpv6CidrBlock' should be provided.",
        );
      }
      if (request.cidrBlock === undefined) return addIpv6(network, vpc);
      const range = { associationId: network.newId("vpc-cidr-assoc"), cidrBlock: freeRange(vpc, request.cidrBlock) };
      putRanges(network, { ...vpc, moreCidrBlocks: [...(vpc.moreCidrBlocks ?? []), range] });
      return range;
    },

    disassociateVpcCidrBlock: ({ associationId }: { readonly associationId: string }): VpcRange & { vpcId: string } => {
      const isAsked = (range: { readonly associationId: string }): boolean => range.associationId === associationId;
      for (const vpc of network.vpcs.all()) {
        const { vpcId, moreCidrBlocks = [], ipv6CidrBlocks = [] } = vpc;
        if (firstAssociationId(vpcId) === associationId) {
          throw new ApiError(
            "OperationNotPermitted",
            `The vpc CIDR block with association ID ${associationId} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
          );
        }
        const range = [...moreCidrBlocks, ...ipv6CidrBlocks].find(isAsked);
        if (range === undefined) continue;
        if (holdsSubnet(network, vpcId, range)) {
          throw new ApiError("InvalidCidrBlock.InUse", `The vpc ${vpcId} currently has a subnet within CIDR block`);
        }
        putRanges(network, {
          ...vpc,
          moreCidrBlocks: moreCidrBlocks.filter((each) => !isAsked(each)),
          ipv6CidrBlocks: ipv6CidrBlocks.filter((each) => !isAsked(each)),
        });
        return { ...range, vpcId };
      }
      throw new ApiError(
        "InvalidVpcCidrBlockAssociationID.NotFound",
        `The vpc CIDR block association ID '${associationId}' does not exist`,
      );
    },

    associateSubnetCidrBlock: ({
      subnetId,
      ipv6CidrBlock,
    }: {
      readonly subnetId: string;
      readonly ipv6CidrBlock: string;
    }): Ipv6Range => {
      const subnet = existing(network.subnets, SUBNET, subnetId);
      const range = ipv6RangeOf(network, subnet.vpcId, ipv6CidrBlock);
      network.subnets.put(subnetId, { ...subnet, ipv6CidrBlocks: [...(subnet.ipv6CidrBlocks ?? []), range] });
      return range;
    },
  };
});

/** Gives a VPC a range of AWS's own: the n-th of those that are set aside for documentation (RFC 3849). */
export function addIpv6(network: Ec2Network, vpc: Vpc): Ipv6Range {
  const digits = network.newDigits("ipv6", 4);
  const ipv6CidrBlock = canonicalIpv6Cidr(`2001:db8:${digits}::/56`) ?? "";
  const range = { associationId: network.newId("vpc-cidr-assoc"), ipv6CidrBlock };
  putRanges(network, { ...vpc, ipv6CidrBlocks: [...(vpc.ipv6CidrBlocks ?? []), range] });
  return range;
}

/** A /64 of the VPC's, for a subnet. */
export function ipv6RangeOf(network: Ec2Network, vpcId: string, asked: string): Ipv6Range {
  const ipv6CidrBlock = canonicalIpv6Cidr(asked);
  const { ipv6CidrBlocks = [] } = network.vpcs.get(vpcId) ?? {};
  const [address = ""] = asked.split("/");
  const isInside = ipv6CidrBlocks.some((range) => canonicalIpv6Cidr(`${address}/56`) === range.ipv6CidrBlock);
  if (ipv6CidrBlock === undefined || !ipv6CidrBlock.endsWith("/64") || !isInside) {
    throw new ApiError("InvalidSubnet.Range", `The CIDR '${asked}' is invalid.`);
  }
  const isTaken = network.subnets
    .all()
    .some((subnet) => subnet.ipv6CidrBlocks?.some((range) => range.ipv6CidrBlock === ipv6CidrBlock));
  if (isTaken) throw new ApiError("InvalidSubnet.Conflict", `The CIDR '${asked}' conflicts with another subnet`);
  return { associationId: network.newId("subnet-cidr-assoc"), ipv6CidrBlock };
}

/** Every table of a VPC leads to its own ranges. */
export function localRoutes({ cidrBlock, moreCidrBlocks = [], ipv6CidrBlocks = [] }: Vpc): readonly Route[] {
  const local = { gatewayId: "local", origin: "CreateRouteTable", state: "active" } as const;
  return [
    ...[cidrBlock, ...moreCidrBlocks.map((each) => each.cidrBlock)].map((destinationCidrBlock) => ({
      destinationCidrBlock,
      ...local,
    })),
    ...ipv6CidrBlocks.map(({ ipv6CidrBlock }) => ({ destinationIpv6CidrBlock: ipv6CidrBlock, ...local })),
  ];
}

function putRanges(network: Ec2Network, vpc: Vpc): void {
  network.vpcs.put(vpc.vpcId, vpc);
  for (const table of network.routeTables.all()) {
    if (table.vpcId !== vpc.vpcId) continue;
    const others = table.routes.filter(({ gatewayId }) => gatewayId !== "local");
    network.routeTables.put(table.routeTableId, { ...table, routes: [...localRoutes(vpc), ...others] });
  }
}

function freeRange({ cidrBlock, moreCidrBlocks = [] }: Vpc, asked: string): string {
  const range = parseCidr(asked);
  if (range === undefined || range.prefixLength < 16 || range.prefixLength > 28) {
    throw new ApiError("InvalidVpc.Range", `The CIDR '${asked}' is invalid.`);
  }
  for (const taken of [cidrBlock, ...moreCidrBlocks.map((each) => each.cidrBlock)]) {
    const other = parseCidr(taken);
    if (other === undefined || !overlaps(other, range)) continue;
    throw new ApiError("InvalidVpc.Range", `The CIDR '${asked}' overlaps with the CIDR '${taken}' of the VPC.`);
  }
  return canonicalCidr(range);
}

function holdsSubnet({ subnets }: Ec2Network, vpcId: string, range: VpcRange): boolean {
  const isIn = (subnet: Subnet): boolean => {
    if ("ipv6CidrBlock" in range) return (subnet.ipv6CidrBlocks ?? []).length > 0;
    const [outer, inner] = [parseCidr(range.cidrBlock), parseCidr(subnet.cidrBlock)];
    return outer !== undefined && inner !== undefined && overlaps(outer, inner);
  };
  return subnets.all().some((subnet) => subnet.vpcId === vpcId && isIn(subnet));
}
