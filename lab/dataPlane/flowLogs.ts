import type { CloudInside } from "../cloud/cloud";
import type { FlowLog } from "../cloud/ec2/kinds/vpcSettings";
import type { Ec2Network } from "../cloud/ec2/network";
import { ACCOUNT_ID } from "../cloud/identifiers";
import { logGroupsOf } from "../cloud/logs";
import type { NetworkInterface } from "./interfaces";
import type { Way } from "./ways";

/** What went over a connection with a request and its answer. */
export interface Exchange {
  readonly networkInterface: NetworkInterface;
  readonly way: Way | undefined;
  /** Of DynamoDB, and of the client's connection. */
  readonly serviceAddress: string;
  readonly clientPort: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Unit of both: milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** What a record says of the packets of one interface in one direction. */
type Fields = Readonly<Record<string, string>>;

/**
 * Writes the records of flow logs into their log groups: each exchange is an interval of its own, and is there at once.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
 */
export function writeFlows(inside: CloudInside, exchange: Exchange): void {
  const network = inside.networkOf(exchange.networkInterface.region);
  for (const { ids, records } of seenBy(network, exchange))
    for (const log of network.flowLogs.all()) {
      const { logGroupName, logDestinationType, trafficType, resourceId } = log;
      if (logDestinationType !== "cloud-watch-logs" || logGroupName === undefined || trafficType === "REJECT") continue;
      if (!ids.includes(resourceId)) continue;
      requireGroup(inside, network.region, logGroupName);
      for (const record of records)
        inside.logEventsOf(network.region).put(logGroupName, {
          logStreamName: `${record["interface-id"] ?? ""}-all`,
          timestamp: exchange.to,
          message: lineOf(log, record),
        });
    }
}

/** "If the log group does not exist, we create it." */
function requireGroup({ store }: CloudInside, region: string, logGroupName: string): void {
  const groups = logGroupsOf(store, region);
  if (groups.get(logGroupName) !== undefined) return;
  const arn = `arn:aws:logs:${region}:${ACCOUNT_ID}:log-group:${logGroupName}`;
  groups.put(logGroupName, { logGroupName, arn, logGroupClass: "STANDARD", tags: {} });
}

function lineOf({ logFormat }: FlowLog, record: Fields): string {
  return [...logFormat.matchAll(/\$\{([\w-]+)\}/g)].map(([, field = ""]) => record[field] ?? "-").join(" ");
}

interface Seen {
  /** Of the interface, its subnet and its VPC. */
  readonly ids: readonly string[];
  readonly records: readonly Fields[];
}

/** The interface of whoever sends, and that of the NAT gateway on the way, see the same packets. */
function seenBy(network: Ec2Network, exchange: Exchange): readonly Seen[] {
  const { way } = exchange;
  const own = interfaceIdOf(network, exchange.networkInterface);
  const nat = way?.kind === "natGateway" ? network.natGateways.get(way.natGatewayId)?.networkInterfaceId : undefined;
  return [own, nat].flatMap((id) => {
    const { networkInterfaceId, subnetId, vpcId, privateIpAddress } = network.networkInterfaces.get(id ?? "") ?? {};
    if (networkInterfaceId === undefined || subnetId === undefined || vpcId === undefined) return [];
    const isNat = networkInterfaceId === nat;
    const place = { "interface-id": networkInterfaceId, "subnet-id": subnetId, "vpc-id": vpcId };
    const path = isNat ? "8" : PATHS[way?.kind ?? "none"];
    const records = recordsOf(exchange, privateIpAddress ?? "", path).map((record) => ({ ...record, ...place }));
    return [{ ids: [networkInterfaceId, subnetId, vpcId], records }];
  });
}

/** A client's, where it is one of EC2's interfaces; a function's by what Lambda writes on it. */
function interfaceIdOf(network: Ec2Network, owner: NetworkInterface): string | undefined {
  const { networkInterfaceId, functionName, subnetId } = owner;
  if (networkInterfaceId !== undefined || functionName === undefined) return networkInterfaceId;
  return network.networkInterfaces
    .all()
    .find((each) => each.subnetId === subnetId && each.description.startsWith(`AWS Lambda VPC ENI-${functionName}-`))
    ?.networkInterfaceId;
}

/** `traffic-path`: through a gateway endpoint, through another resource in the VPC, or through an internet gateway. */
const PATHS: Readonly<Record<Way["kind"], string>> = {
  endpoint: "7",
  natGateway: "1",
  interfaceEndpoint: "1",
  internetGateway: "8",
  none: "-",
};

function recordsOf(exchange: Exchange, ownAddress: string, path: string): readonly Fields[] {
  const { serviceAddress, clientPort, bytesOut, bytesIn, from, to, networkInterface } = exchange;
  const both = {
    version: "5",
    "account-id": ACCOUNT_ID,
    protocol: "6",
    start: String(Math.floor(from / 1000)),
    end: String(Math.floor(to / 1000)),
    action: "ACCEPT",
    "log-status": "OK",
    type: "IPv4",
    region: networkInterface.region,
  };
  const addresses = (source: string, destination: string): Fields => ({
    srcaddr: source,
    dstaddr: destination,
    "pkt-srcaddr": source,
    "pkt-dstaddr": destination,
  });
  const ports = (source: number, destination: number): Fields => ({
    srcport: String(source),
    dstport: String(destination),
  });
  const amount = (bytes: number): Fields => ({ bytes: String(bytes), packets: String(Math.ceil(bytes / 1460) || 1) });
  return [
    {
      ...both,
      ...addresses(ownAddress, serviceAddress),
      ...ports(clientPort, 443),
      ...amount(bytesOut),
      "pkt-dst-aws-service": "DYNAMODB",
      "flow-direction": "egress",
      "traffic-path": path,
    },
    {
      ...both,
      ...addresses(serviceAddress, ownAddress),
      ...ports(443, clientPort),
      ...amount(bytesIn),
      "pkt-src-aws-service": "DYNAMODB",
      "flow-direction": "ingress",
    },
  ];
}
