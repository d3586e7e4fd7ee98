import type { FrontDoor, Served } from "../frontDoor";
import { describeOperations } from "./descriptions";
import { addressOperations, internetGatewayOperations } from "./gateways";
import { instanceOperations } from "./instances";
import { natGatewayOperations } from "./natGateways";
import type { Ec2Network } from "./network";
import { networkAclEntryOperations, networkAclOperations } from "./networkAcls";
import { networkInterfaceOperations } from "./networkInterfaces";
import { managedPrefixListOperations } from "./prefixLists";
import { routeOperations, routeTableAssociationOperations, routeTableOperations } from "./routeTables";
import { securityGroupOperations, securityGroupRuleOperations } from "./securityGroups";
import { subnetOperations } from "./subnets";
import { tagOperations } from "./tags";
import { transitGatewayAttachmentOperations, transitGatewayOperations } from "./transitGateways";
import { vpcEndpointOperations } from "./vpcEndpoints";
import { vpcPeeringOperations } from "./vpcPeering";
import { vpcRangeOperations } from "./vpcRanges";
import {
  blockPublicAccessOperations,
  dhcpOptionsOperations,
  encryptionControlOperations,
  flowLogOperations,
} from "./vpcSettings";
import { egressOnlyOperations, propagationOperations, vpnGatewayOperations } from "./vpnGateways";
import { vpcOperations } from "./vpcs";
import { zoneOperations } from "./zones";

function operations(network: Ec2Network) {
  return {
    ...describeOperations(network),
    ...vpcOperations(network),
    ...subnetOperations(network),
    ...routeTableOperations(network),
    ...routeOperations(network),
    ...routeTableAssociationOperations(network),
    ...internetGatewayOperations(network),
    ...natGatewayOperations(network),
    ...addressOperations(network),
    ...securityGroupOperations(network),
    ...securityGroupRuleOperations(network),
    ...vpcEndpointOperations(network),
    ...networkInterfaceOperations(network),
    ...instanceOperations(network),
    ...networkAclOperations(network),
    ...networkAclEntryOperations(network),
    ...vpcRangeOperations(network),
    ...zoneOperations(network),
    ...managedPrefixListOperations(network),
    ...transitGatewayOperations(network),
    ...transitGatewayAttachmentOperations(network),
    ...vpcPeeringOperations(network),
    ...vpnGatewayOperations(network),
    ...propagationOperations(network),
    ...egressOnlyOperations(network),
    ...dhcpOptionsOperations(network),
    ...blockPublicAccessOperations(network),
    ...encryptionControlOperations(network),
    ...flowLogOperations(network),
    ...tagOperations(network),
  };
}

/** Amazon EC2 in one Region: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/ */
export type Ec2 = Served<ReturnType<typeof operations>>;

export function ec2Service(door: FrontDoor, network: Ec2Network): Ec2 {
  return door.serve(network.region, "ec2", operations(network));
}
