import type { Kind } from "./kind";
import type { NamedGroup } from "./networkInterface";
import { type Owned, ownerId } from "./owner";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html */
export interface VpcEndpoint extends Owned {
  readonly vpcEndpointId: string;
  readonly vpcEndpointType: "Gateway" | "Interface" | "GatewayLoadBalancer";
  readonly vpcId: string;
  readonly serviceName: string;
  /** AWS writes it with a small letter, whatever the API's page says. */
  readonly state: "available" | "pending" | "failed" | "partial" | "rejected" | "pendingAcceptance";
  readonly policyDocument: string;
  readonly routeTableIds: readonly string[];
  readonly ipAddressType: string;
  readonly requesterManaged: boolean;
  readonly creationTimestamp: string;
  /** What follows has an endpoint with interfaces only. */
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly networkInterfaceIds: readonly string[];
  readonly privateDnsEnabled: boolean;
  readonly dnsEntries: readonly { readonly dnsName: string; readonly hostedZoneId: string }[];
  readonly lastError?: { readonly code: string; readonly message: string };
}

/** An endpoint as it is described: its groups have their names. */
export interface DescribedVpcEndpoint extends VpcEndpoint {
  readonly groups: readonly NamedGroup[];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export const VPC_ENDPOINT: Kind<DescribedVpcEndpoint> = {
  what: "Vpc Endpoint ID",
  id: "vpcEndpointId",
  idPrefix: "vpce",
  notFound: "InvalidVpcEndpointId.NotFound",
  malformed: "InvalidVpcEndpointId.Malformed",
  pages: { least: 1, most: 1000 },
  filters: {
    "vpc-endpoint-id": "vpcEndpointId",
    "vpc-id": "vpcId",
    "owner-id": ownerId,
    "service-name": "serviceName",
    "vpc-endpoint-state": "state",
    "vpc-endpoint-type": "vpcEndpointType",
    "ip-address-type": "ipAddressType",
  },
};
