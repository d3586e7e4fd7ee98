import type { FunctionType } from "./functionType";
import { getCallerIdentity, getPartition, getRegion } from "./functions/account";
import { getAvailabilityZones } from "./functions/availabilityZones";
import { getManagedPrefixList, getPrefixList, getVpcEndpoint, getVpcEndpointService } from "./functions/endpoints";
import { getRouteTable, getRouteTables, getSubnet, getSubnets, getVpc } from "./functions/network";
import { getPolicyDocument } from "./functions/policyDocument";
import type { ResourceType } from "./resourceType";
import { eip, internetGateway, natGateway } from "./resources/gateways";
import { role, rolePolicy, rolePolicyAttachment } from "./resources/iam";
import { invocation, lambdaFunction } from "./resources/lambda";
import { logGroup } from "./resources/logGroup";
import { mainRouteTableAssociation } from "./resources/mainRouteTableAssociation";
import { resourcePolicy } from "./resources/resourcePolicy";
import { route, routeTable, routeTableAssociation } from "./resources/routeTable";
import { securityGroup, securityGroupEgressRule, securityGroupIngressRule } from "./resources/securityGroup";
import { table } from "./resources/table";
import { subnet, vpc } from "./resources/vpc";
import { vpcEndpoint, vpcEndpointPolicy, vpcEndpointRouteTableAssociation } from "./resources/vpcEndpoint";

/** The resource types of the `aws` provider that the lab serves. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  vpc,
  subnet,
  routeTable,
  route,
  routeTableAssociation,
  mainRouteTableAssociation,
  internetGateway,
  natGateway,
  eip,
  securityGroup,
  securityGroupEgressRule,
  securityGroupIngressRule,
  vpcEndpoint,
  vpcEndpointRouteTableAssociation,
  vpcEndpointPolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  lambdaFunction,
  invocation,
  logGroup,
  table,
  resourcePolicy,
];

/** The functions of the `aws` provider that the lab serves. */
export const FUNCTIONS: readonly FunctionType[] = [
  getCallerIdentity,
  getPartition,
  getRegion,
  getAvailabilityZones,
  getPrefixList,
  getManagedPrefixList,
  getVpc,
  getVpcEndpoint,
  getVpcEndpointService,
  getRouteTable,
  getRouteTables,
  getSubnet,
  getSubnets,
  getPolicyDocument,
];

export function servedResource(token: string): ResourceType {
  return served(token, RESOURCE_TYPES);
}

export function servedFunction(token: string): FunctionType {
  return served(token, FUNCTIONS);
}

function served<T extends { readonly token: string }>(token: string, all: readonly T[]): T {
  const found = all.find((type) => type.token === token);
  if (found !== undefined) return found;
  throw new Error(
    `${token} is not served by the lab; it serves ${all
      .map((type) => type.token)
      .sort()
      .join(", ")}`,
  );
}
