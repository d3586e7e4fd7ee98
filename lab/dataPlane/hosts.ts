import type { CloudInside } from "../cloud/cloud";
import { dotted as addressOf } from "../cloud/ec2/cidr";
import type { Ec2Network } from "../cloud/ec2/network";
import { dnsSuffixOf } from "../cloud/identifiers";
import { dotted } from "../cloud/route53";
import { dynamoDbService, serviceAddress } from "./ways";

/** The name that an SDK asks for where nobody tells it otherwise. */
export function regionalHost(region: string): string {
  return `dynamodb.${region}.${dnsSuffixOf(region)}`;
}

/** Undefined: there is no such name. */
type Addresses = readonly string[] | undefined;

/**
 * What everybody gets for DynamoDB's names, as the SDK's rules make them, and for those of an interface endpoint.
 * Our assumption, which AWS does not document: the names of accounts, of dual-stack and of FIPS have addresses of the
 * same prefix list.
 */
export function publicAddresses({ networkOf }: CloudInside, region: string, name: string): Addresses {
  const [, rest] = /^(?:dynamodb|dynamodb-fips|\d{12}\.ddb)\.(.+)\.$/.exec(name) ?? [];
  const isOwn = rest === `${region}.${dnsSuffixOf(region)}` || rest === `${region}.${dualStackSuffixOf(region)}`;
  return isOwn ? [addressOf(serviceAddress(region))] : endpointAddresses(networkOf(region), name);
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html */
function dualStackSuffixOf(region: string): string {
  return region.startsWith("cn-") ? "api.amazonwebservices.com.cn" : "api.aws";
}

/** Its names are everybody's, and their addresses private: one a zone, which has a name of its own. */
function endpointAddresses(network: Ec2Network, name: string): Addresses {
  const endpoint = network.endpoints
    .all()
    .filter(({ serviceName }) => serviceName === dynamoDbService(network.region))
    .find(({ dnsEntries }) => dnsEntries.some(({ dnsName }) => dotted(dnsName) === name));
  if (endpoint === undefined) return undefined;
  const interfaces = endpoint.networkInterfaceIds.flatMap((id) => network.networkInterfaces.get(id) ?? []);
  const [first = ""] = name.split(".");
  const ofZone = interfaces.filter(({ availabilityZone }) => first.endsWith(`-${availabilityZone}`));
  return (ofZone.length > 0 ? ofZone : interfaces).map(({ privateIpAddress }) => privateIpAddress);
}
