import type { Tags } from "../tags";

export interface CreateVpcEndpointRequest {
  readonly vpcId: string;
  readonly serviceName: string;
  readonly vpcEndpointType?: string;
  readonly policyDocument?: string;
  readonly routeTableIds?: readonly string[];
  readonly ipAddressType?: string;
  readonly tags?: Tags;
  /** What follows is for endpoints with interfaces only. */
  readonly subnetIds?: readonly string[];
  readonly securityGroupIds?: readonly string[];
  readonly privateDnsEnabled?: boolean;
}

export interface ModifyVpcEndpointRequest {
  readonly vpcEndpointId: string;
  readonly addRouteTableIds?: readonly string[];
  readonly removeRouteTableIds?: readonly string[];
  readonly policyDocument?: string;
  readonly resetPolicy?: boolean;
  readonly ipAddressType?: string;
  readonly addSubnetIds?: readonly string[];
  readonly removeSubnetIds?: readonly string[];
  readonly addSecurityGroupIds?: readonly string[];
  readonly removeSecurityGroupIds?: readonly string[];
  readonly privateDnsEnabled?: boolean;
}
