import type * as ec2 from "@aws-sdk/client-ec2";
import type { Region } from "../../../cloud/cloud";
import { decapitalised, operation, type ServedOperations } from "../../operations";
import { making, needed } from "./changing";
import * as items from "./items";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpoint.html and its neighbours. */
export const ENDPOINT_CHANGES: ServedOperations = {
  CreateVpcEndpoint: making<ec2.CreateVpcEndpointRequest, ec2.CreateVpcEndpointResult>(
    "vpc-endpoint",
    [
      "VpcId",
      "ServiceName",
      "VpcEndpointType",
      "PolicyDocument",
      "RouteTableIds",
      "IpAddressType",
      "SubnetIds",
      "SecurityGroupIds",
      "PrivateDnsEnabled",
    ],
    async (region, request) => {
      const serviceName = needed("ServiceName", request.serviceName);
      const { vpcEndpointId } = await region.ec2.createVpcEndpoint({ ...request, serviceName });
      return { VpcEndpoint: await endpointItem(region, vpcEndpointId) };
    },
  ),
  ModifyVpcEndpoint: operation<ec2.ModifyVpcEndpointRequest, ec2.ModifyVpcEndpointResult>(
    [
      "VpcEndpointId",
      "AddRouteTableIds",
      "RemoveRouteTableIds",
      "PolicyDocument",
      "ResetPolicy",
      "IpAddressType",
      "AddSubnetIds",
      "RemoveSubnetIds",
      "AddSecurityGroupIds",
      "RemoveSecurityGroupIds",
      "PrivateDnsEnabled",
    ],
    async (region, input) => {
      await region.ec2.modifyVpcEndpoint(decapitalised(input));
      return { Return: true };
    },
  ),
  DeleteVpcEndpoints: operation<ec2.DeleteVpcEndpointsRequest, ec2.DeleteVpcEndpointsResult>(
    ["VpcEndpointIds"],
    async (region, { VpcEndpointIds: vpcEndpointIds }) => {
      const unsuccessful = await region.ec2.deleteVpcEndpoints({ vpcEndpointIds });
      return {
        Unsuccessful: unsuccessful.map(({ resourceId, error }) => ({
          ResourceId: resourceId,
          Error: { Code: error.code, Message: error.message },
        })),
      };
    },
  ),
};

async function endpointItem(region: Region, id: string): Promise<ec2.VpcEndpoint | undefined> {
  const [described] = await region.ec2.describeVpcEndpoints({ ids: [id] });
  return described && items.vpcEndpointItem(described, region.name);
}
