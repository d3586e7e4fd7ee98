import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError } from "../../../cloud/apiError";
import type { VpcRange } from "../../../cloud/ec2/vpcRanges";
import { NOT_SERVED } from "../../../cloud/rolePolicies";
import { capitalised, decapitalised, operation, type ServedOperations } from "../../operations";
import { tagMap } from "../../tags";
import { doing, making, missing, needed } from "./changing";
import * as gateways from "./gatewayItems";
import * as items from "./items";
import { specifiedTags } from "./tagSpecifications";

const VPCS: ServedOperations = {
  CreateVpc: operation<ec2.CreateVpcRequest, ec2.CreateVpcResult>(
    ["CidrBlock", "InstanceTenancy", "AmazonProvidedIpv6CidrBlock", "TagSpecifications"],
    async (region, { TagSpecifications: specifications, ...input }) => {
      const cidrBlock = needed("cidrBlock", input.CidrBlock);
      const tags = specifiedTags("vpc", specifications);
      const { vpcId } = await region.ec2.createVpc({ ...decapitalised(input), cidrBlock, tags });
      const [vpc] = await region.ec2.describeVpcs({ ids: [vpcId] });
      return { Vpc: vpc && items.vpcItem(vpc, region.name) };
    },
  ),
  DescribeVpcAttribute: operation<ec2.DescribeVpcAttributeRequest, ec2.DescribeVpcAttributeResult>(
    ["VpcId", "Attribute"],
    async (region, { VpcId: vpcId, Attribute: attribute }) => {
      const [vpc] = await region.ec2.describeVpcs({ ids: [vpcId] });
      if (!isVpcAttribute(attribute)) {
        throw new ApiError("InvalidParameterValue", `Value (${String(attribute)}) for parameter attribute is invalid.`);
      }
      return { VpcId: vpcId, [capital(attribute)]: { Value: vpc?.[attribute] } };
    },
  ),
  ModifyVpcAttribute: operation<ec2.ModifyVpcAttributeRequest, object>(
    ["VpcId", "EnableDnsSupport", "EnableDnsHostnames", "EnableNetworkAddressUsageMetrics"],
    async (region, { VpcId: vpcId, ...input }) => {
      const attributes = VPC_ATTRIBUTES.filter((attribute) => input[capital(attribute)]?.Value !== undefined);
      const [attribute] = attributes;
      if (attribute === undefined || attributes.length > 1) {
        throw new ApiError(
          "InvalidParameterCombination",
          attribute === undefined ? "No attributes specified." : "Fields for multiple attribute types specified",
        );
      }
      await region.ec2.modifyVpcAttribute({ vpcId, [attribute]: input[capital(attribute)]?.Value });
      return {};
    },
  ),
  AssociateVpcCidrBlock: operation<ec2.AssociateVpcCidrBlockRequest, ec2.AssociateVpcCidrBlockResult>(
    ["VpcId", "CidrBlock", "AmazonProvidedIpv6CidrBlock"],
    async (region, input) => {
      const range = await region.ec2.associateVpcCidrBlock(decapitalised(input));
      return { VpcId: input.VpcId, ...rangeAssociation(range, "associated", region.name) };
    },
  ),
  DisassociateVpcCidrBlock: operation<ec2.DisassociateVpcCidrBlockRequest, ec2.DisassociateVpcCidrBlockResult>(
    ["AssociationId"],
    async (region, input) => {
      const { vpcId, ...range } = await region.ec2.disassociateVpcCidrBlock(decapitalised(input));
      return { VpcId: vpcId, ...rangeAssociation(range, "disassociating", region.name) };
    },
  ),
  DeleteVpc: operation<ec2.DeleteVpcRequest, object>(["VpcId"], async (region, { VpcId: vpcId }) => {
    await region.ec2.deleteVpc({ vpcId });
    return {};
  }),
};

function rangeAssociation(range: VpcRange, state: ec2.VpcCidrBlockStateCode, region: string) {
  if (!("ipv6CidrBlock" in range)) {
    return { CidrBlockAssociation: { ...capitalised(range), CidrBlockState: { State: state } } };
  }
  const association = items.ipv6Association(range, region);
  return { Ipv6CidrBlockAssociation: { ...association, Ipv6CidrBlockState: { State: state } } };
}

const VPC_ATTRIBUTES = ["enableDnsSupport", "enableDnsHostnames", "enableNetworkAddressUsageMetrics"] as const;

function isVpcAttribute(name: string): name is (typeof VPC_ATTRIBUTES)[number] {
  return (VPC_ATTRIBUTES as readonly string[]).includes(name);
}

function capital<N extends string>(name: N): Capitalize<N> {
  return (name.charAt(0).toUpperCase() + name.slice(1)) as Capitalize<N>;
}

const SUBNETS: ServedOperations = {
  CreateSubnet: operation<ec2.CreateSubnetRequest, ec2.CreateSubnetResult>(
    [
      "VpcId",
      "CidrBlock",
      "Ipv6CidrBlock",
      "Ipv6Native",
      "AvailabilityZone",
      "AvailabilityZoneId",
      "TagSpecifications",
    ],
    async (region, { TagSpecifications: specifications, ...input }) => {
      const tags = specifiedTags("subnet", specifications);
      const { subnetId } = await region.ec2.createSubnet({ ...decapitalised(input), tags });
      const [subnet] = await region.ec2.describeSubnets({ ids: [subnetId] });
      return { Subnet: subnet && items.subnetItem(subnet, region.name) };
    },
  ),
  ModifySubnetAttribute: operation<ec2.ModifySubnetAttributeRequest, object>(
    ["SubnetId", "MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "EnableDns64"],
    async (region, { SubnetId: subnetId, ...attributes }) => {
      const given = Object.entries(attributes as Readonly<Record<string, ec2.AttributeBooleanValue>>).map(
        ([name, { Value: value }]) => [name, value] as const,
      );
      if (given.length !== 1) {
        throw new ApiError(
          "InvalidParameterCombination",
          given.length === 0 ? "No attributes specified." : "Fields for multiple attribute types specified",
        );
      }
      await region.ec2.modifySubnetAttribute({ subnetId, ...decapitalised(Object.fromEntries(given)) });
      return {};
    },
  ),
  AssociateSubnetCidrBlock: operation<ec2.AssociateSubnetCidrBlockRequest, ec2.AssociateSubnetCidrBlockResult>(
    ["SubnetId", "Ipv6CidrBlock"],
    async (region, { SubnetId: subnetId, Ipv6CidrBlock: given }) => {
      const ipv6CidrBlock = needed("ipv6CidrBlock", given);
      const range = await region.ec2.associateSubnetCidrBlock({ subnetId, ipv6CidrBlock });
      const Ipv6CidrBlockAssociation = { ...capitalised(range), Ipv6CidrBlockState: { State: "associated" as const } };
      return { SubnetId: subnetId, Ipv6CidrBlockAssociation };
    },
  ),
  DeleteSubnet: operation<ec2.DeleteSubnetRequest, object>(["SubnetId"], async (region, { SubnetId: subnetId }) => {
    await region.ec2.deleteSubnet({ subnetId });
    return {};
  }),
};

/** The targets and destinations of routes that the lab has. */
const ROUTE: readonly (keyof ec2.CreateRouteRequest & keyof ec2.ReplaceRouteRequest)[] = [
  "RouteTableId",
  "DestinationCidrBlock",
  "DestinationIpv6CidrBlock",
  "DestinationPrefixListId",
  "GatewayId",
  "NatGatewayId",
  "NetworkInterfaceId",
  "InstanceId",
  "TransitGatewayId",
  "VpcPeeringConnectionId",
  "EgressOnlyInternetGatewayId",
  "VpcEndpointId",
  "LocalGatewayId",
  "CarrierGatewayId",
  "CoreNetworkArn",
];

const ROUTES: ServedOperations = {
  CreateRouteTable: operation<ec2.CreateRouteTableRequest, ec2.CreateRouteTableResult>(
    ["VpcId", "TagSpecifications"],
    async (region, { VpcId: vpcId, TagSpecifications: specifications }) => {
      const tags = specifiedTags("route-table", specifications);
      const table = await region.ec2.createRouteTable({ vpcId, tags });
      return { RouteTable: items.routeTableItem({ ...table, tags }, region.name) };
    },
  ),
  DeleteRouteTable: operation<ec2.DeleteRouteTableRequest, object>(
    ["RouteTableId"],
    async (region, { RouteTableId: routeTableId }) => {
      await region.ec2.deleteRouteTable({ routeTableId });
      return {};
    },
  ),
  CreateRoute: operation<ec2.CreateRouteRequest, ec2.CreateRouteResult>(ROUTE, async (region, input) => {
    await region.ec2.createRoute(decapitalised(input));
    return { Return: true };
  }),
  ReplaceRoute: operation<ec2.ReplaceRouteRequest, object>(ROUTE, async (region, input) => {
    await region.ec2.replaceRoute(decapitalised(input));
    return {};
  }),
  DeleteRoute: operation<ec2.DeleteRouteRequest, object>(
    ["RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"],
    async (region, input) => {
      await region.ec2.deleteRoute(decapitalised(input));
      return {};
    },
  ),
  AssociateRouteTable: operation<ec2.AssociateRouteTableRequest, ec2.AssociateRouteTableResult>(
    ["RouteTableId", "SubnetId", "GatewayId"],
    async (region, input) => {
      const { routeTableAssociationId } = await region.ec2.associateRouteTable(decapitalised(input));
      return { AssociationId: routeTableAssociationId, AssociationState: { State: "associated" } };
    },
  ),
  ReplaceRouteTableAssociation: operation<
    ec2.ReplaceRouteTableAssociationRequest,
    ec2.ReplaceRouteTableAssociationResult
  >(["AssociationId", "RouteTableId"], async (region, input) => {
    const { routeTableAssociationId } = await region.ec2.replaceRouteTableAssociation(decapitalised(input));
    return { NewAssociationId: routeTableAssociationId, AssociationState: { State: "associated" } };
  }),
  DisassociateRouteTable: operation<ec2.DisassociateRouteTableRequest, object>(
    ["AssociationId"],
    async (region, { AssociationId: associationId }) => {
      await region.ec2.disassociateRouteTable({ associationId });
      return {};
    },
  ),
};

const GATEWAYS: ServedOperations = {
  CreateInternetGateway: operation<ec2.CreateInternetGatewayRequest, ec2.CreateInternetGatewayResult>(
    ["TagSpecifications"],
    async (region, { TagSpecifications: specifications }) => {
      const tags = specifiedTags("internet-gateway", specifications);
      const gateway = await region.ec2.createInternetGateway({ tags });
      return { InternetGateway: gateways.internetGatewayItem({ ...gateway, tags }, region.name) };
    },
  ),
  AttachInternetGateway: operation<ec2.AttachInternetGatewayRequest, object>(
    ["InternetGatewayId", "VpcId"],
    async (region, input) => {
      await region.ec2.attachInternetGateway(decapitalised(input));
      return {};
    },
  ),
  DetachInternetGateway: operation<ec2.DetachInternetGatewayRequest, object>(
    ["InternetGatewayId", "VpcId"],
    async (region, input) => {
      await region.ec2.detachInternetGateway(decapitalised(input));
      return {};
    },
  ),
  DeleteInternetGateway: operation<ec2.DeleteInternetGatewayRequest, object>(
    ["InternetGatewayId"],
    async (region, { InternetGatewayId: internetGatewayId }) => {
      await region.ec2.deleteInternetGateway({ internetGatewayId });
      return {};
    },
  ),
  AllocateAddress: operation<ec2.AllocateAddressRequest, ec2.AllocateAddressResult>(
    ["Domain", "TagSpecifications"],
    async (region, { Domain: domain = "vpc", TagSpecifications: specifications }) => {
      if (domain !== "vpc") throw new ApiError(NOT_SERVED, `The domain ${domain} is not served by the lab.`);
      const address = await region.ec2.allocateAddress({ tags: specifiedTags("elastic-ip", specifications) });
      return { ...capitalised(address), PublicIpv4Pool: "amazon", NetworkBorderGroup: region.name };
    },
  ),
  ReleaseAddress: operation<ec2.ReleaseAddressRequest, object>(
    ["AllocationId"],
    async (region, { AllocationId: allocationId }) => {
      if (allocationId === undefined) throw missing("allocationId");
      await region.ec2.releaseAddress({ allocationId });
      return {};
    },
  ),
  CreateNatGateway: making<ec2.CreateNatGatewayRequest, ec2.CreateNatGatewayResult>(
    "natgateway",
    [
      "SubnetId",
      "AllocationId",
      "ConnectivityType",
      "PrivateIpAddress",
      "AvailabilityMode",
      "VpcId",
      "AvailabilityZoneAddresses",
    ],
    async (region, { availabilityZoneAddresses: zones, ...request }) => {
      const availabilityZoneAddresses = zones?.map((zone) => decapitalised(zone));
      const gateway = await region.ec2.createNatGateway({ ...request, availabilityZoneAddresses });
      return { NatGateway: gateways.natGatewayItem({ ...gateway, tags: request.tags }, region.name) };
    },
  ),
  DeleteNatGateway: operation<ec2.DeleteNatGatewayRequest, ec2.DeleteNatGatewayResult>(
    ["NatGatewayId"],
    async (region, { NatGatewayId: natGatewayId }) => {
      await region.ec2.deleteNatGateway({ natGatewayId });
      return { NatGatewayId: natGatewayId };
    },
  ),
};

const TAGS: ServedOperations = {
  CreateTags: operation<ec2.CreateTagsRequest, object>(
    ["Resources", "Tags"],
    async (region, { Resources: resources, Tags: tags }) => {
      await region.ec2.createTags({ resources, tags: tagMap(tags) });
      return {};
    },
  ),
  DeleteTags: operation<ec2.DeleteTagsRequest, object>(
    ["Resources", "Tags"],
    async (region, { Resources: resources, Tags: tags }) => {
      await region.ec2.deleteTags({
        resources,
        tagKeys: tags?.map(({ Key: key = "" }) => key),
        values: tagMap(tags?.filter(({ Value: value }) => value !== undefined)),
      });
      return {};
    },
  ),
};

const ZONES: ServedOperations = {
  ModifyAvailabilityZoneGroup: doing<ec2.ModifyAvailabilityZoneGroupRequest>(
    ["GroupName", "OptInStatus"],
    (region, request) => region.ec2.modifyAvailabilityZoneGroup(request),
    { Return: true },
  ),
};

/** What changes something in EC2, but for security groups, and the attributes that are asked for in the same way. */
export const CHANGES: ServedOperations = { ...VPCS, ...SUBNETS, ...ROUTES, ...GATEWAYS, ...TAGS, ...ZONES };
