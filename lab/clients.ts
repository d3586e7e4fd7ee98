import { ApiError } from "./cloud/apiError";
import type { CloudInside } from "./cloud/cloud";
import { parseCidr } from "./cloud/ec2/cidr";
import { NETWORK_INTERFACE } from "./cloud/ec2/kinds/networkInterface";
import { SUBNET, type Subnet } from "./cloud/ec2/kinds/subnet";
import { TRANSIT_GATEWAY_VPC_ATTACHMENT } from "./cloud/ec2/kinds/transitGateway";
import { VPC } from "./cloud/ec2/kinds/vpc";
import { type Ec2Network, existing } from "./cloud/ec2/network";
import { NOT_SERVED, roleOfArn } from "./cloud/rolePolicies";
import { dotted } from "./cloud/route53";
import type { Credentials, DataPlane } from "./dataPlane/dataPlane";
import { publicAddresses, regionalHost } from "./dataPlane/hosts";
import { policyPrincipal, rolePrincipal } from "./dataPlane/rolePrincipal";

/** A program that uses DynamoDB from a subnet of the lab. */
export interface ClientRequest {
  /** Where it is: one of this and the two that follow. */
  readonly subnetId?: string;
  /** It is behind this interface of EC2's, and has its address: flow logs tell of those that EC2 has. */
  readonly networkInterfaceId?: string;
  /** It is in another network, behind this attachment of a VPC: its packets go on by the table of its subnet there. */
  readonly transitGatewayAttachmentId?: string;
  /** Default: the Region of a provider that names none. */
  readonly region?: string;
  /**
   * The name by which it asks for DynamoDB, an account's for example, or that of an interface endpoint; where it leads
   * the resolvers of its VPC say. Default: the Region's.
   */
  readonly host?: string;
  /** Default: the default security group of its VPC. */
  readonly securityGroupIds?: readonly string[];
  /** A role of the lab, whose policies count as they are when a request comes. Not together with `policy`. */
  readonly roleArn?: string;
  /** An identity policy as JSON. Default: one that allows everything. */
  readonly policy?: string;
  /** The account of whoever has that policy: another one's tables are named by their ARNs. Default: the lab's. */
  readonly accountId?: string;
}

/** What an AWS SDK in any process of this machine needs to be that program. */
export interface Client {
  readonly endpointUrl: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** Gives its network interface back; its connections end. */
  detach(): void;
}

const ALLOW_ALL = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
});

export async function attachClient(
  inside: CloudInside,
  dataPlane: DataPlane,
  {
    region,
    securityGroupIds,
    roleArn,
    policy = ALLOW_ALL,
    accountId,
    host = regionalHost(region),
    ...place
  }: ClientRequest & { readonly region: string },
): Promise<Client> {
  const network = inside.networkOf(region);
  const { transitGatewayAttachmentId, networkInterfaceId } = place;
  const { vpcId, subnetId, cidrBlock } = subnetOf(network, place);
  const vpc = existing(network.vpcs, VPC, vpcId);
  if (parseCidr(cidrBlock) === undefined) {
    throw new ApiError(NOT_SERVED, `The subnet ${subnetId} has IPv6 only: clients on IPv6 are not served by the lab.`);
  }
  for (const id of securityGroupIds ?? []) {
    if (network.securityGroups.get(id) === undefined) {
      throw new ApiError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
    }
  }
  if (roleArn !== undefined && roleOfArn(inside.store, roleArn) === undefined) {
    throw new ApiError("NoSuchEntity", `The role with ARN ${roleArn} cannot be found.`, 404);
  }
  if (publicAddresses(inside, region, dotted(host)) === undefined)
    throw new ApiError(NOT_SERVED, `The host ${host} is none of DynamoDB's in ${region} that the lab serves.`);
  const principal =
    roleArn === undefined
      ? policyPrincipal(policy, "client", accountId)
      : rolePrincipal(inside.store, roleArn, "client");
  const own = network.networkInterfaces.get(networkInterfaceId ?? "")?.groupIds;
  const groups = securityGroupIds ?? own ?? [vpc.defaultSecurityGroupId];
  const owner = { region, subnetId, host, securityGroupIds: groups, transitGatewayAttachmentId, networkInterfaceId };
  return { region, ...(await dataPlane.attach(owner, principal)) };
}

function subnetOf(
  network: Ec2Network,
  { subnetId, networkInterfaceId, transitGatewayAttachmentId: attachmentId }: ClientPlace,
): Subnet {
  if ([subnetId, networkInterfaceId, attachmentId].filter((id) => id !== undefined).length !== 1) {
    throw new Error("a client has a subnetId, a networkInterfaceId, or a transitGatewayAttachmentId");
  }
  const attachment =
    attachmentId && existing(network.transitGatewayAttachments, TRANSIT_GATEWAY_VPC_ATTACHMENT, attachmentId);
  const own = networkInterfaceId && existing(network.networkInterfaces, NETWORK_INTERFACE, networkInterfaceId);
  const id = own ? own.subnetId : attachment ? attachment.subnetIds[0] : subnetId;
  return existing(network.subnets, SUBNET, id ?? "");
}

type ClientPlace = Pick<ClientRequest, "subnetId" | "networkInterfaceId" | "transitGatewayAttachmentId">;
