import { describe, type DescribeRequest, ec2Operations, type Tagged } from "./network";

/**
 * What other services have in a VPC: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html
 */
export interface NetworkInterface {
  readonly networkInterfaceId: string;
  readonly description: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly groupIds: readonly string[];
  readonly status: "in-use";
}

const INTERFACE_NOT_FOUND = { code: "InvalidNetworkInterfaceID.NotFound", what: "networkInterface" } as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const networkInterfaceOperations = ec2Operations((network) => {
  return {
    describeNetworkInterfaces: (request: DescribeRequest): readonly Tagged<NetworkInterface>[] =>
      describe(
        network,
        {
          records: network.networkInterfaces,
          notFound: INTERFACE_NOT_FOUND,
          idOf: ({ networkInterfaceId }) => networkInterfaceId,
          filterable: {
            "group-id": ({ groupIds }) => groupIds,
            "subnet-id": ({ subnetId }) => [subnetId],
            "vpc-id": ({ vpcId }) => [vpcId],
            status: ({ status }) => [status],
          },
        },
        request,
      ),
  };
});
