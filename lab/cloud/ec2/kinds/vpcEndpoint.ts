import type { Kind } from "./kind";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html */
export interface VpcEndpoint {
  readonly vpcEndpointId: string;
  readonly vpcEndpointType: "Gateway";
  readonly vpcId: string;
  readonly serviceName: string;
  readonly state: "available";
  readonly policyDocument: string;
  readonly routeTableIds: readonly string[];
  readonly ipAddressType: string;
  readonly requesterManaged: boolean;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html */
export const VPC_ENDPOINT: Kind<VpcEndpoint> = {
  what: "Vpc Endpoint ID",
  id: "vpcEndpointId",
  idPrefix: "vpce",
  notFound: "InvalidVpcEndpointId.NotFound",
  malformed: "InvalidVpcEndpointId.Malformed",
  pages: { least: 1, most: 1000 },
  filters: {
    "vpc-endpoint-id": "vpcEndpointId",
    "vpc-id": "vpcId",
    "service-name": "serviceName",
    "vpc-endpoint-state": "state",
    "vpc-endpoint-type": "vpcEndpointType",
    "ip-address-type": "ipAddressType",
  },
};
