import type * as ec2 from "@aws-sdk/client-ec2";
import { decapitalised, operation, type ServedOperations } from "../../operations";
import { doing, making, needed } from "./changing";
import * as items from "./gatewayItems";

const TRANSIT_GATEWAYS: ServedOperations = {
  CreateTransitGateway: making<ec2.CreateTransitGatewayRequest, ec2.CreateTransitGatewayResult>(
    "transit-gateway",
    ["Description"],
    async (region, request) => {
      const gateway = await region.ec2.createTransitGateway(request);
      return { TransitGateway: items.transitGatewayItem({ ...gateway, tags: request.tags }, region.name) };
    },
  ),
  DeleteTransitGateway: operation<ec2.DeleteTransitGatewayRequest, ec2.DeleteTransitGatewayResult>(
    ["TransitGatewayId"],
    async (region, input) => {
      const gateway = await region.ec2.deleteTransitGateway(decapitalised(input));
      const item = items.transitGatewayItem({ ...gateway, tags: {} }, region.name);
      return { TransitGateway: { ...item, State: "deleting" } };
    },
  ),
  CreateTransitGatewayVpcAttachment: making<
    ec2.CreateTransitGatewayVpcAttachmentRequest,
    ec2.CreateTransitGatewayVpcAttachmentResult
  >("transit-gateway-attachment", ["TransitGatewayId", "VpcId", "SubnetIds"], async (region, request) => {
    const attachment = await region.ec2.createTransitGatewayVpcAttachment(request);
    return {
      TransitGatewayVpcAttachment: items.vpcAttachmentItem({ ...attachment, tags: request.tags }, region.name),
    };
  }),
  DeleteTransitGatewayVpcAttachment: operation<
    ec2.DeleteTransitGatewayVpcAttachmentRequest,
    ec2.DeleteTransitGatewayVpcAttachmentResult
  >(["TransitGatewayAttachmentId"], async (region, input) => {
    const attachment = await region.ec2.deleteTransitGatewayVpcAttachment(decapitalised(input));
    const item = items.vpcAttachmentItem({ ...attachment, tags: {} }, region.name);
    return { TransitGatewayVpcAttachment: { ...item, State: "deleting" } };
  }),
};

const PEERING: ServedOperations = {
  CreateVpcPeeringConnection: making<ec2.CreateVpcPeeringConnectionRequest, ec2.CreateVpcPeeringConnectionResult>(
    "vpc-peering-connection",
    ["VpcId", "PeerVpcId", "PeerOwnerId", "PeerRegion"],
    async (region, request) => {
      const peerVpcId = needed("peerVpcId", request.peerVpcId);
      const connection = await region.ec2.createVpcPeeringConnection({ ...request, peerVpcId });
      return { VpcPeeringConnection: items.peeringItem({ ...connection, tags: request.tags }, region.name) };
    },
  ),
  AcceptVpcPeeringConnection: operation<ec2.AcceptVpcPeeringConnectionRequest, ec2.AcceptVpcPeeringConnectionResult>(
    ["VpcPeeringConnectionId"],
    async (region, input) => {
      const connection = await region.ec2.acceptVpcPeeringConnection(decapitalised(input));
      return { VpcPeeringConnection: items.peeringItem({ ...connection, tags: {} }, region.name) };
    },
  ),
  DeleteVpcPeeringConnection: doing<ec2.DeleteVpcPeeringConnectionRequest>(
    ["VpcPeeringConnectionId"],
    (region, request) => region.ec2.deleteVpcPeeringConnection(request),
    { Return: true },
  ),
};

const VPN_GATEWAYS: ServedOperations = {
  CreateVpnGateway: making<ec2.CreateVpnGatewayRequest, ec2.CreateVpnGatewayResult>(
    "vpn-gateway",
    ["Type", "AmazonSideAsn"],
    async (region, request) => {
      const gateway = await region.ec2.createVpnGateway(request);
      return { VpnGateway: items.vpnGatewayItem({ ...gateway, tags: request.tags }, region.name) };
    },
  ),
  AttachVpnGateway: operation<ec2.AttachVpnGatewayRequest, ec2.AttachVpnGatewayResult>(
    ["VpnGatewayId", "VpcId"],
    async (region, input) => {
      await region.ec2.attachVpnGateway(decapitalised(input));
      return { VpcAttachment: { VpcId: input.VpcId, State: "attached" } };
    },
  ),
  DetachVpnGateway: doing<ec2.DetachVpnGatewayRequest>(["VpnGatewayId", "VpcId"], (region, request) =>
    region.ec2.detachVpnGateway(request),
  ),
  DeleteVpnGateway: doing<ec2.DeleteVpnGatewayRequest>(["VpnGatewayId"], (region, request) =>
    region.ec2.deleteVpnGateway(request),
  ),
  EnableVgwRoutePropagation: doing<ec2.EnableVgwRoutePropagationRequest>(
    ["RouteTableId", "GatewayId"],
    (region, request) => region.ec2.enableVgwRoutePropagation(request),
  ),
  DisableVgwRoutePropagation: doing<ec2.DisableVgwRoutePropagationRequest>(
    ["RouteTableId", "GatewayId"],
    (region, request) => region.ec2.disableVgwRoutePropagation(request),
  ),
};

const EGRESS_ONLY: ServedOperations = {
  CreateEgressOnlyInternetGateway: making<
    ec2.CreateEgressOnlyInternetGatewayRequest,
    ec2.CreateEgressOnlyInternetGatewayResult
  >("egress-only-internet-gateway", ["VpcId"], async (region, request) => {
    const gateway = await region.ec2.createEgressOnlyInternetGateway(request);
    return { EgressOnlyInternetGateway: items.egressOnlyItem({ ...gateway, tags: request.tags }, region.name) };
  }),
  DeleteEgressOnlyInternetGateway: doing<ec2.DeleteEgressOnlyInternetGatewayRequest>(
    ["EgressOnlyInternetGatewayId"],
    (region, request) => region.ec2.deleteEgressOnlyInternetGateway(request),
    { ReturnCode: true },
  ),
};

/** What ties a VPC to other networks. */
export const NETWORK_CHANGES: ServedOperations = { ...TRANSIT_GATEWAYS, ...PEERING, ...VPN_GATEWAYS, ...EGRESS_ONLY };
