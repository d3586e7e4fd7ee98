import { createHash } from "node:crypto";
import { availabilityZonesOf } from "./availabilityZone";
import type { Kind } from "./kind";

/**
 * An AWS-managed prefix list:
 * https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
 */
export interface PrefixList {
  readonly prefixListId: string;
  readonly prefixListName: string;
  readonly cidrs: readonly string[];
}

/** The services that gateway endpoints exist for, with ranges in the manner of the real ones. */
const GATEWAY_SERVICES: Readonly<Record<string, readonly string[]>> = {
  dynamodb: ["3.218.180.0/22", "52.94.0.0/22", "52.119.224.0/20"],
  s3: ["3.5.0.0/19", "52.216.0.0/15", "54.231.0.0/16"],
};

/** The prefix lists of one Region's gateway services. Their ids differ by Region, as AWS's do. */
export function prefixListsOf(region: string): readonly PrefixList[] {
  return Object.entries(GATEWAY_SERVICES).map(([service, cidrs]) => {
    const prefixListName = `com.amazonaws.${region}.${service}`;
    const digits = createHash("sha256").update(prefixListName).digest("hex").slice(0, 8);
    return { prefixListId: `pl-${digits}`, prefixListName, cidrs };
  });
}

export function prefixListOfService(region: string, serviceName: string): PrefixList | undefined {
  return prefixListsOf(region).find(({ prefixListName }) => prefixListName === serviceName);
}

export function isServicePrefixList(region: string, prefixListId: string | undefined): boolean {
  return prefixListsOf(region).some((known) => known.prefixListId === prefixListId);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html */
export interface ServiceDetail {
  readonly serviceName: string;
  readonly serviceId: string;
  readonly serviceType: "Gateway";
  readonly baseEndpointDnsNames: readonly string[];
  readonly availabilityZones: readonly string[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html */
export const PREFIX_LIST: Kind<PrefixList> = {
  what: "prefix list ID",
  id: "prefixListId",
  idPrefix: "pl",
  notFound: "InvalidPrefixListId.NotFound",
  malformed: "InvalidPrefixListId.Malformed",
  pages: { least: 1, most: 1000 },
  untagged: true,
  filters: { "prefix-list-id": "prefixListId", "prefix-list-name": "prefixListName" },
};

export function vpcEndpointServicesOf(region: string): readonly ServiceDetail[] {
  return prefixListsOf(region).map(({ prefixListName }) => ({
    serviceName: prefixListName,
    serviceId: `vpce-svc-0${createHash("sha256").update(prefixListName).digest("hex").slice(8, 24)}`,
    serviceType: "Gateway",
    baseEndpointDnsNames: [`${prefixListName.split(".").at(-1) ?? ""}.${region}.amazonaws.com`],
    availabilityZones: availabilityZonesOf(region).map(({ zoneName }) => zoneName),
  }));
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
export const VPC_ENDPOINT_SERVICE: Kind<ServiceDetail> = {
  what: "Vpc Endpoint Service",
  id: "serviceName",
  notFound: "InvalidServiceName",
  pages: { least: 1, most: 1000 },
  untagged: true,
  filters: { "service-name": "serviceName", "service-type": "serviceType" },
};
