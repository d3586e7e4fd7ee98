import { createHash } from "node:crypto";
import { dnsSuffixOf } from "../../identifiers";
import { availabilityZonesOf } from "./availabilityZone";
import type { Kind } from "./kind";
import { prefixListsOf } from "./prefixList";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ServiceDetail.html */
export interface ServiceDetail {
  readonly serviceName: string;
  readonly serviceId: string;
  readonly serviceType: "Gateway" | "Interface" | "GatewayLoadBalancer";
  readonly baseEndpointDnsNames: readonly string[];
  readonly availabilityZones: readonly string[];
  readonly supportedIpAddressTypes: readonly ("ipv4" | "ipv6")[];
  /** Of an interface endpoint: the name that a private hosted zone of AWS's leads to it. */
  readonly privateDnsName?: string;
  readonly owner: string;
  readonly acceptanceRequired: boolean;
}

/** S3's gateway endpoints take IPv6 since November 2025; DynamoDB's are documented for IPv4 only. */
const GATEWAY_ADDRESSES: Readonly<Record<string, ServiceDetail["supportedIpAddressTypes"]>> = {
  dynamodb: ["ipv4"],
  s3: ["ipv4", "ipv6"],
};

/**
 * Services of AWS with interface endpoints; there are many more. DynamoDB's have no private name:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/privatelink-interface-endpoints.html
 */
const INTERFACE_SERVICES: Readonly<Record<string, boolean>> = {
  dynamodb: false,
  "dynamodb-streams": false,
  "ecr.api": true,
  "ecr.dkr": true,
  ec2: true,
  ecs: true,
  events: true,
  kinesis: true,
  "kinesis-streams": true,
  kms: true,
  lambda: true,
  logs: true,
  monitoring: true,
  s3: true,
  secretsmanager: true,
  sns: true,
  sqs: true,
  ssm: true,
  ssmmessages: true,
  sts: true,
};

/** AWS's services in a Region; of a service with both types, each has its own entry. */
export function endpointServicesOf(region: string): readonly ServiceDetail[] {
  const zones = availabilityZonesOf(region).map(({ zoneName }) => zoneName);
  const suffix = dnsSuffixOf(region);
  const common = { availabilityZones: zones, owner: "amazon", acceptanceRequired: false };
  const gateways = prefixListsOf(region).map(({ prefixListName: serviceName }): ServiceDetail => {
    const name = serviceName.split(".").at(-1) ?? "";
    return {
      ...common,
      serviceName,
      serviceId: serviceId(serviceName),
      serviceType: "Gateway",
      baseEndpointDnsNames: [`${name}.${region}.${suffix}`],
      supportedIpAddressTypes: GATEWAY_ADDRESSES[name] ?? ["ipv4"],
    };
  });
  const interfaces = Object.entries(INTERFACE_SERVICES).map(([name, hasPrivateName]): ServiceDetail => {
    const serviceName = `com.amazonaws.${region}.${name}`;
    return {
      ...common,
      serviceName,
      serviceId: serviceId(`${serviceName}/interface`),
      serviceType: "Interface",
      baseEndpointDnsNames: [`${name}.${region}.vpce.${suffix}`],
      supportedIpAddressTypes: ["ipv4", "ipv6"],
      ...(hasPrivateName && { privateDnsName: `${name}.${region}.${suffix}` }),
    };
  });
  return [...gateways, ...interfaces];
}

function serviceId(of: string): string {
  return `vpce-svc-0${createHash("sha256").update(of).digest("hex").slice(8, 24)}`;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
export const VPC_ENDPOINT_SERVICE: Kind<ServiceDetail> = {
  what: "Vpc Endpoint Service",
  id: "serviceName",
  notFound: "InvalidServiceName",
  pages: { least: 1, most: 1000 },
  untagged: true,
  filters: {
    owner: "owner",
    "service-name": "serviceName",
    "service-type": "serviceType",
    "supported-ip-address-types": "supportedIpAddressTypes",
  },
};
