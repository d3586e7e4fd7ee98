import { ApiError } from "../apiError";
import { ACCOUNT_ID } from "../identifiers";
import type { Tags } from "../tags";
import { blackhole } from "./blackholes";
import { VPC } from "./kinds/vpc";
import { VPC_PEERING_CONNECTION, type VpcPeeringConnection } from "./kinds/vpcPeering";
import { ec2Operations, existing } from "./network";

export interface CreateVpcPeeringConnectionRequest {
  readonly vpcId: string;
  /** In another account or Region, any is taken to be there. */
  readonly peerVpcId: string;
  readonly peerOwnerId?: string;
  readonly peerRegion?: string;
  readonly tags?: Tags;
}

interface Named {
  readonly vpcPeeringConnectionId: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html */
export const vpcPeeringOperations = ec2Operations((network) => {
  const connectionOf = ({ vpcPeeringConnectionId }: Named): VpcPeeringConnection =>
    existing(network.peeringConnections, VPC_PEERING_CONNECTION, vpcPeeringConnectionId);
  return {
    createVpcPeeringConnection: ({
      vpcId,
      peerVpcId,
      peerOwnerId = ACCOUNT_ID,
      peerRegion = network.region,
      tags = {},
    }: CreateVpcPeeringConnectionRequest): VpcPeeringConnection => {
      const { cidrBlock } = existing(network.vpcs, VPC, vpcId);
      const isOurs = peerOwnerId === ACCOUNT_ID && peerRegion === network.region;
      const peer = isOurs ? { cidrBlock: existing(network.vpcs, VPC, peerVpcId).cidrBlock } : {};
      const connection: VpcPeeringConnection = {
        vpcPeeringConnectionId: network.newId("pcx"),
        requester: { vpcId, ownerId: ACCOUNT_ID, region: network.region, cidrBlock },
        accepter: { vpcId: peerVpcId, ownerId: peerOwnerId, region: peerRegion, ...peer },
        status: "pending-acceptance",
      };
      network.peeringConnections.put(connection.vpcPeeringConnectionId, connection);
      network.tags.put(connection.vpcPeeringConnectionId, tags);
      return connection;
    },

    acceptVpcPeeringConnection: (request: Named): VpcPeeringConnection => {
      const connection = connectionOf(request);
      if (connection.status !== "pending-acceptance" || connection.accepter.ownerId !== ACCOUNT_ID) {
        throw new ApiError("OperationNotPermitted", "The VPC peering connection cannot be accepted by this account.");
      }
      const accepted: VpcPeeringConnection = { ...connection, status: "active" };
      network.peeringConnections.put(request.vpcPeeringConnectionId, accepted);
      return accepted;
    },

    /** It stays visible. */
    deleteVpcPeeringConnection: (request: Named): void => {
      network.peeringConnections.put(request.vpcPeeringConnectionId, { ...connectionOf(request), status: "deleted" });
      blackhole(network, "vpcPeeringConnectionId", request.vpcPeeringConnectionId);
    },
  };
});
