import { createHash } from "node:crypto";
import { dotted, parseCidr } from "../cloud/ec2/cidr";
import type { Ec2Network } from "../cloud/ec2/network";
import { takenAddresses } from "../cloud/ec2/networkInterfaces";

/** What has a network interface: a client or a function. Without a subnet it is a function outside any VPC. */
export interface InterfaceOwner {
  readonly region: string;
  readonly subnetId?: string;
  readonly securityGroupIds: readonly string[];
  readonly functionName?: string;
  /** The name by which it asks for DynamoDB. */
  readonly host: string;
  /** EC2's interface that it is behind, where it is behind one of those. */
  readonly networkInterfaceId?: string;
  /** It is not in the subnet itself, but comes there by a transit gateway. */
  readonly transitGatewayAttachmentId?: string;
}

/** A network interface: who has it, and its addresses. */
export interface NetworkInterface extends InterfaceOwner {
  readonly vpcId?: string;
  /** What DynamoDB sees through the endpoint. */
  readonly privateAddress?: string;
  /** What DynamoDB sees through an internet gateway. Functions in a VPC never have one. */
  readonly publicAddress?: string;
  /** Where the lab listens for it. */
  readonly loopbackAddress: string;
}

/**
 * The first four addresses of a subnet are AWS's own:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
const RESERVED_ADDRESSES = 4;

/** Hands out the addresses of network interfaces, the same whenever interfaces are attached in the same order. */
export class Addresses {
  readonly #taken = new Set<string>();
  #publicCount = 0;

  interfaceOf(network: Ec2Network, owner: InterfaceOwner): NetworkInterface {
    const subnet = owner.subnetId === undefined ? undefined : network.subnets.get(owner.subnetId);
    if (owner.subnetId === undefined || subnet === undefined) {
      return { ...owner, publicAddress: this.#nextPublic(), loopbackAddress: loopbackAddress(owner.region, "", "") };
    }
    const known = network.networkInterfaces.get(owner.networkInterfaceId ?? "")?.privateIpAddress;
    const privateAddress = known ?? this.#nextPrivate(network, owner.subnetId, subnet.cidrBlock);
    const isPublic = subnet.mapPublicIpOnLaunch && !owner.functionName && !owner.transitGatewayAttachmentId;
    return {
      ...owner,
      vpcId: subnet.vpcId,
      privateAddress,
      publicAddress: isPublic ? this.#nextPublic() : undefined,
      loopbackAddress: loopbackAddress(subnet.vpcId, owner.subnetId, privateAddress),
    };
  }

  release({ subnetId, privateAddress }: NetworkInterface): void {
    this.#taken.delete(`${subnetId ?? ""}/${privateAddress ?? ""}`);
  }

  #nextPrivate(network: Ec2Network, subnetId: string, cidrBlock: string): string {
    const { first = 0, last = 0 } = parseCidr(cidrBlock) ?? {};
    const others = takenAddresses(network, subnetId);
    for (let address = first + RESERVED_ADDRESSES; address < last; address++) {
      const text = dotted(address);
      const key = `${subnetId}/${text}`;
      if (this.#taken.has(key) || others.has(text)) continue;
      this.#taken.add(key);
      return text;
    }
    throw new Error(`the subnet ${subnetId} has no free address`);
  }

  /** 192.0.2.0/24 is set aside for documentation (RFC 5737), and Elastic IP addresses of the lab lie elsewhere. */
  #nextPublic(): string {
    return `192.0.2.${(this.#publicCount++ % 254) + 1}`;
  }
}

/** An address for each VPC, subnet and interface. Only Linux has the whole of 127.0.0.0/8 without further ado. */
function loopbackAddress(vpcId: string, subnetId: string, privateAddress: string): string {
  if (process.platform !== "linux") return "127.0.0.1";
  const part = (text: string): number => ((createHash("sha256").update(text).digest()[0] ?? 0) % 254) + 1;
  return `127.${part(vpcId)}.${part(subnetId)}.${part(privateAddress)}`;
}
