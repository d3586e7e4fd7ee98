import { labMillis } from "../time";
import { ApiError, isApiError } from "./apiError";
import type { Ec2Network } from "./ec2/network";
import { AMAZON_AWS, placeInterface, removeInterface } from "./ec2/networkInterfaces";
import { ACCOUNT_ID } from "./identifiers";
import type { FunctionSettings } from "./functionConfiguration";
import { NOT_SERVED, roleMay, roleOfArn } from "./rolePolicies";
import type { Collection, Store } from "./store";

/**
 * How long Lambda keeps an interface that no function uses any more: people see 20 minutes and more, and the provider
 * waits for up to 45 (https://github.com/hashicorp/terraform-provider-aws/issues/10329).
 */
const LINGERING_SECONDS = 20 * 60;

/** https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html */
const MOST_SECURITY_GROUPS = 5;

/** The role with whose sessions Lambda makes interfaces. */
const LAMBDA_ROLE_ID = "AROAEXAMPLELAMBDAROLE";

/** What Lambda knows of an interface that it has made. */
interface Placed {
  readonly networkInterfaceId: string;
  /** Absent: no function any more. */
  readonly usedBy?: string;
  /** With the permissions of this role it is removed. */
  readonly role: string;
  /** When Lambda comes to remove it. */
  readonly leavesAt?: number;
}

type Placement = Pick<FunctionSettings, "role" | "vpcConfig">;
type VpcConfig = NonNullable<Placement["vpcConfig"]>;

/**
 * The network interfaces of the functions in one Region. One that no function uses any more stays for a while, and
 * holds its subnet and its security groups. Lambda then removes it with the permissions of the function's role; where
 * these are gone by then, it stays for ever.
 */
export class FunctionInterfaces {
  readonly #store: Store;
  readonly #network: Ec2Network;
  readonly #placed: Collection<Placed>;

  constructor(store: Store, network: Ec2Network) {
    this.#store = store;
    this.#network = network;
    this.#placed = store.collection(`${network.region}/lambda/interfaces`);
    for (const placed of this.#placed.all()) this.#expectRemoval(placed);
  }

  /** Gives a function its interfaces, and answers with the VPC they lie in. `before` is where it has had them. */
  place(functionName: string, { role, vpcConfig }: Placement, before?: Placement): string | undefined {
    const wanted = vpcConfig !== undefined && vpcConfig.subnetIds.length > 0 ? vpcConfig : undefined;
    const vpcId = wanted && vpcOf(this.#network, wanted);
    for (const placed of this.#usedBy(functionName)) this.#placed.put(placed.networkInterfaceId, { ...placed, role });
    if (before !== undefined && isSame(before.vpcConfig, vpcConfig)) return vpcId;
    this.release(functionName);
    for (const subnetId of wanted?.subnetIds ?? []) {
      const networkInterfaceId = this.#network.newId("eni");
      const description = `AWS Lambda VPC ENI-${functionName}-${networkInterfaceId}`;
      placeInterface(this.#network, {
        networkInterfaceId,
        description,
        subnetId,
        groupIds: wanted?.securityGroupIds ?? [],
        interfaceType: "lambda",
        requesterManaged: true,
        requesterId: `${LAMBDA_ROLE_ID}:${functionName}`,
        attachment: { instanceOwnerId: AMAZON_AWS },
      });
      this.#placed.put(networkInterfaceId, { networkInterfaceId, usedBy: functionName, role });
    }
    return vpcId;
  }

  /** The function does not use its interfaces any more. */
  release(functionName: string): void {
    for (const { networkInterfaceId, role } of this.#usedBy(functionName)) {
      const leaving = { networkInterfaceId, role, leavesAt: Date.now() + labMillis(LINGERING_SECONDS) };
      this.#placed.put(networkInterfaceId, leaving);
      this.#expectRemoval(leaving);
    }
  }

  #usedBy(functionName: string): readonly Placed[] {
    return this.#placed.all().filter(({ usedBy }) => usedBy === functionName);
  }

  #expectRemoval(placed: Placed): void {
    if (placed.leavesAt === undefined) return;
    setTimeout(() => this.#remove(placed), Math.max(0, placed.leavesAt - Date.now())).unref();
  }

  #remove({ networkInterfaceId, role }: Placed): void {
    if (!this.#mayRemove(role)) return;
    removeInterface(this.#network, networkInterfaceId);
    this.#placed.remove(networkInterfaceId);
  }

  /** A role of another account is none of the lab's, and what the lab has no document of is taken to allow it. */
  #mayRemove(roleArn: string): boolean {
    if (!roleArn.includes(`::${ACCOUNT_ID}:`)) return true;
    const role = roleOfArn(this.#store, roleArn);
    try {
      return role !== undefined && roleMay(this.#store, role, "ec2:DeleteNetworkInterface", "*");
    } catch (error) {
      if (isApiError(error, NOT_SERVED)) return true;
      throw error;
    }
  }
}

function isSame(one: VpcConfig | undefined, other: VpcConfig | undefined): boolean {
  const parts = (config: VpcConfig | undefined): string =>
    JSON.stringify([[...(config?.subnetIds ?? [])].sort(), [...(config?.securityGroupIds ?? [])].sort()]);
  return parts(one) === parts(other);
}

function vpcOf(network: Ec2Network, { subnetIds, securityGroupIds }: VpcConfig): string | undefined {
  if (securityGroupIds.length > MOST_SECURITY_GROUPS) {
    throw new ApiError(
      "ValidationException",
      "1 validation error detected: Value at 'vpcConfig.securityGroupIds' failed to satisfy constraint: Member must " +
        `have length less than or equal to ${MOST_SECURITY_GROUPS}`,
    );
  }
  const refuse = (message: string): never => {
    throw new ApiError(
      "InvalidParameterValueException",
      `Error occurred while DescribeSubnets. EC2 Error Message: ${message}`,
    );
  };
  const subnets = subnetIds.map((id) => network.subnets.get(id) ?? refuse(`The subnet ID '${id}' does not exist`));
  for (const id of securityGroupIds) {
    if (network.securityGroups.get(id) === undefined) refuse(`The security group '${id}' does not exist`);
  }
  return subnets[0]?.vpcId;
}
