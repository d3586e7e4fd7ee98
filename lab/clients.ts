import { ApiError } from "./cloud/apiError";
import type { CloudInside } from "./cloud/cloud";
import { roleOfArn } from "./cloud/rolePolicies";
import type { Credentials, DataPlane } from "./dataPlane/dataPlane";
import { policyPrincipal, rolePrincipal } from "./dataPlane/rolePrincipal";

/** A program that uses DynamoDB from a subnet of the lab. */
export interface ClientRequest {
  readonly subnetId: string;
  /** Default: the Region of a provider that names none. */
  readonly region?: string;
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
    subnetId,
    region,
    securityGroupIds,
    roleArn,
    policy = ALLOW_ALL,
    accountId,
  }: ClientRequest & { readonly region: string },
): Promise<Client> {
  const network = inside.networkOf(region);
  const vpc = network.vpcs.get(network.subnets.get(subnetId)?.vpcId ?? "");
  if (vpc === undefined) throw new ApiError("InvalidSubnetID.NotFound", `The subnet ID '${subnetId}' does not exist`);
  for (const id of securityGroupIds ?? []) {
    if (network.securityGroups.get(id) === undefined) {
      throw new ApiError("InvalidGroup.NotFound", `The security group '${id}' does not exist`);
    }
  }
  if (roleArn !== undefined && roleOfArn(inside.store, roleArn) === undefined) {
    throw new ApiError("NoSuchEntity", `The role with ARN ${roleArn} cannot be found.`, 404);
  }
  const principal =
    roleArn === undefined
      ? policyPrincipal(policy, "client", accountId)
      : rolePrincipal(inside.store, roleArn, "client");
  const owner = { region, subnetId, securityGroupIds: securityGroupIds ?? [vpc.defaultSecurityGroupId] };
  return { region, ...(await dataPlane.attach(owner, principal)) };
}
