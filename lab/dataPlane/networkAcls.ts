import { contains, type Ipv4Network, parseCidr } from "../cloud/ec2/cidr";
import type { NetworkAcl } from "../cloud/ec2/kinds/networkAcl";
import type { Ec2Network } from "../cloud/ec2/network";
import { aclOfSubnet } from "../cloud/ec2/networkAcls";
import type { Way } from "./ways";

const TCP = "6";
const ANY_PROTOCOL = "-1";
const HTTPS_PORT = 443;

/** A packet of a subnet: to or from a peer, with the port at which it arrives. */
interface Packet {
  readonly egress: boolean;
  readonly peer: Ipv4Network;
  readonly port: number;
}

/** What a connection is to the networks that it passes. */
interface Passing {
  readonly subnetId: string;
  readonly way: Way;
  /** Of DynamoDB, as its name has resolved. */
  readonly address: number;
  readonly clientPort: number;
}

/**
 * Whether requests to DynamoDB and its answers get past the network ACLs on their way: that of the subnet, both ways,
 * and that of a NAT gateway's subnet, which both pass twice, or of an interface endpoint's. Answers come to the port
 * that the client's own system has chosen for the connection.
 * https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports
 */
export function aclsPass(network: Ec2Network, { subnetId, way, address, clientPort }: Passing): boolean {
  const service = addressRange(address);
  const there: Packet = { egress: true, peer: service, port: HTTPS_PORT };
  const back: Packet = { egress: false, peer: service, port: clientPort };
  // Within one subnet no ACL is asked.
  if (way.kind === "interfaceEndpoint" && way.subnetId === subnetId) return true;
  if (!passes(aclOfSubnet(network, subnetId), [there, back])) return false;
  const farSubnetId = farSubnetOf(network, way);
  if (farSubnetId === undefined || farSubnetId === subnetId) return true;
  const client = parseCidr(network.subnets.get(subnetId)?.cidrBlock ?? "") ?? service;
  return passes(aclOfSubnet(network, farSubnetId), [
    ...(way.kind === "natGateway" ? [there, back] : []),
    { egress: false, peer: client, port: HTTPS_PORT },
    { egress: true, peer: client, port: clientPort },
  ]);
}

/** Where packets enter another subnet: a regional NAT gateway lies in none. */
function farSubnetOf({ natGateways }: Ec2Network, way: Way): string | undefined {
  if (way.kind === "natGateway") return natGateways.get(way.natGatewayId)?.subnetId;
  return way.kind === "interfaceEndpoint" ? way.subnetId : undefined;
}

function passes(acl: NetworkAcl | undefined, packets: readonly Packet[]): boolean {
  return acl === undefined || packets.every((packet) => isAllowed(acl, packet));
}

/** The rule with the lowest number that fits decides. */
function isAllowed({ entries }: NetworkAcl, { egress, peer, port }: Packet): boolean {
  const [first] = entries
    .filter((entry) => {
      const range = parseCidr(entry.cidrBlock ?? "");
      const { from = 0, to = 65_535 } = entry.portRange ?? {};
      return (
        entry.egress === egress &&
        [TCP, ANY_PROTOCOL].includes(entry.protocol) &&
        range !== undefined &&
        contains(range, peer) &&
        (entry.protocol === ANY_PROTOCOL || (from <= port && port <= to))
      );
    })
    .sort((one, other) => one.ruleNumber - other.ruleNumber);
  return first?.ruleAction === "allow";
}

function addressRange(address: number): Ipv4Network {
  return { first: address, last: address, prefixLength: 32 };
}
