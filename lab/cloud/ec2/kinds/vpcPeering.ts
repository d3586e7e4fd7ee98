import type { Kind } from "./kind";

/** One of the two VPCs: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnectionVpcInfo.html */
export interface PeeredVpc {
  readonly vpcId: string;
  readonly ownerId: string;
  readonly region: string;
  /** What is known of a VPC of the lab's only. */
  readonly cidrBlock?: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcPeeringConnection.html */
export interface VpcPeeringConnection {
  readonly vpcPeeringConnectionId: string;
  readonly requester: PeeredVpc;
  readonly accepter: PeeredVpc;
  readonly status: "pending-acceptance" | "active" | "deleted";
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html */
export const VPC_PEERING_CONNECTION: Kind<VpcPeeringConnection> = {
  what: "vpcPeeringConnection ID",
  id: "vpcPeeringConnectionId",
  idPrefix: "pcx",
  notFound: "InvalidVpcPeeringConnectionID.NotFound",
  malformed: "InvalidVpcPeeringConnectionId.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "vpc-peering-connection-id": "vpcPeeringConnectionId",
    "status-code": "status",
    ...ofVpc("requester"),
    ...ofVpc("accepter"),
  },
};

function ofVpc(side: "requester" | "accepter"): Kind<VpcPeeringConnection>["filters"] {
  return {
    [`${side}-vpc-info.vpc-id`]: (connection) => [connection[side].vpcId],
    [`${side}-vpc-info.owner-id`]: (connection) => [connection[side].ownerId],
    [`${side}-vpc-info.cidr-block`]: (connection) => [connection[side].cidrBlock],
  };
}
