import type * as ec2 from "@aws-sdk/client-ec2";
import type {
  EgressOnlyInternetGateway,
  InternetGateway,
  NatGateway,
  VpnGateway,
} from "../../../cloud/ec2/kinds/gateway";
import { ownerOf } from "../../../cloud/ec2/kinds/owner";
import type { TransitGateway, TransitGatewayAttachment } from "../../../cloud/ec2/kinds/transitGateway";
import type { PeeredVpc, VpcPeeringConnection } from "../../../cloud/ec2/kinds/vpcPeering";
import { ACCOUNT_ID, regionalArn } from "../../../cloud/identifiers";
import { capitalised } from "../../operations";
import { tagList } from "../../tags";
import { type Item, time } from "./item";

export const internetGatewayItem: Item<InternetGateway, ec2.InternetGateway> = ({ tags, ...gateway }) => ({
  InternetGatewayId: gateway.internetGatewayId,
  // AWS says so, though the API's page knows "attached" only.
  Attachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: "available" as "attached" }],
  OwnerId: ACCOUNT_ID,
  Tags: tagList(tags),
});

export const egressOnlyItem: Item<EgressOnlyInternetGateway, ec2.EgressOnlyInternetGateway> = ({
  tags,
  ...gateway
}) => ({
  EgressOnlyInternetGatewayId: gateway.egressOnlyInternetGatewayId,
  Attachments: [{ VpcId: gateway.vpcId, State: "attached" }],
  Tags: tagList(tags),
});

export const vpnGatewayItem: Item<VpnGateway, ec2.VpnGateway> = ({ tags, ...gateway }) => ({
  VpnGatewayId: gateway.vpnGatewayId,
  Type: gateway.type,
  State: gateway.state,
  AmazonSideAsn: gateway.amazonSideAsn,
  VpcAttachments: gateway.vpcId === undefined ? [] : [{ VpcId: gateway.vpcId, State: "attached" }],
  Tags: tagList(tags),
});

export const natGatewayItem: Item<NatGateway, ec2.NatGateway> = ({ tags, ...gateway }) => {
  const isRegional = gateway.availabilityMode === "regional";
  const automatic = gateway.isAutomatic ? "enabled" : "disabled";
  return {
    NatGatewayId: gateway.natGatewayId,
    VpcId: gateway.vpcId,
    SubnetId: gateway.subnetId,
    State: gateway.state,
    FailureCode: gateway.failureCode,
    FailureMessage: gateway.failureMessage,
    CreateTime: time(gateway.createTime),
    DeleteTime: time(gateway.deleteTime),
    ConnectivityType: gateway.connectivityType,
    AvailabilityMode: gateway.availabilityMode,
    ...(isRegional && {
      AutoScalingIps: automatic,
      AutoProvisionZones: automatic,
      RouteTableId: gateway.routeTableId,
    }),
    NatGatewayAddresses: isRegional ? regionalAddresses(gateway) : [zonalAddress(gateway)],
    AttachedAppliances: gateway.attachedAppliances?.map((appliance) => capitalised(appliance)),
    Tags: tagList(tags),
  };
};

function regionalAddresses({ zones = [] }: NatGateway): ec2.NatGatewayAddress[] {
  return zones.map((zone) => ({ ...capitalised(zone), Status: "succeeded" }));
}

function zonalAddress(gateway: NatGateway): ec2.NatGatewayAddress {
  return {
    AllocationId: gateway.allocationId,
    AssociationId: gateway.associationId,
    NetworkInterfaceId: gateway.networkInterfaceId,
    PrivateIp: gateway.privateIp,
    PublicIp: gateway.publicIp,
    IsPrimary: true,
    Status: gateway.state === "failed" ? "failed" : "succeeded",
  };
}

export const transitGatewayItem: Item<TransitGateway, ec2.TransitGateway> = ({ tags, ...gateway }, region) => ({
  TransitGatewayId: gateway.transitGatewayId,
  TransitGatewayArn: regionalArn(region, "ec2", `transit-gateway/${gateway.transitGatewayId}`),
  OwnerId: ownerOf(gateway),
  State: gateway.state,
  Description: gateway.description,
  CreationTime: time(gateway.creationTime),
  Tags: tagList(tags),
});

export const attachmentItem: Item<TransitGatewayAttachment, ec2.TransitGatewayAttachment> = ({
  tags,
  ...attachment
}) => ({
  TransitGatewayAttachmentId: attachment.transitGatewayAttachmentId,
  TransitGatewayId: attachment.transitGatewayId,
  TransitGatewayOwnerId: ACCOUNT_ID,
  ResourceOwnerId: ownerOf({ ownerId: attachment.resourceOwnerId }),
  ResourceType: attachment.resourceType,
  ResourceId: attachment.resourceId,
  State: attachment.state,
  CreationTime: time(attachment.creationTime),
  Tags: tagList(tags),
});

export const vpcAttachmentItem: Item<TransitGatewayAttachment, ec2.TransitGatewayVpcAttachment> = ({
  tags,
  ...attachment
}) => ({
  TransitGatewayAttachmentId: attachment.transitGatewayAttachmentId,
  TransitGatewayId: attachment.transitGatewayId,
  VpcId: attachment.resourceId,
  VpcOwnerId: ownerOf({ ownerId: attachment.resourceOwnerId }),
  State: attachment.state,
  SubnetIds: [...attachment.subnetIds],
  CreationTime: time(attachment.creationTime),
  Options: { DnsSupport: "enable", Ipv6Support: "disable", ApplianceModeSupport: "disable" },
  Tags: tagList(tags),
});

const STATUS_MESSAGES = {
  "pending-acceptance": (owner: string) => `Pending Acceptance by ${owner}`,
  active: () => "Active",
  deleted: (owner: string) => `Deleted by ${owner}`,
};

export const peeringItem: Item<VpcPeeringConnection, ec2.VpcPeeringConnection> = ({ tags, ...connection }) => ({
  VpcPeeringConnectionId: connection.vpcPeeringConnectionId,
  RequesterVpcInfo: peeredVpc(connection.requester),
  AccepterVpcInfo: peeredVpc(connection.accepter),
  Status: {
    Code: connection.status,
    Message: STATUS_MESSAGES[connection.status](connection.accepter.ownerId),
  },
  Tags: tagList(tags),
});

function peeredVpc(vpc: PeeredVpc): ec2.VpcPeeringConnectionVpcInfo {
  const ranges = vpc.cidrBlock === undefined ? [] : [{ CidrBlock: vpc.cidrBlock }];
  return { ...capitalised(vpc), CidrBlockSet: ranges };
}
