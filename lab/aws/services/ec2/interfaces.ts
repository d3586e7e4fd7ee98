import type * as ec2 from "@aws-sdk/client-ec2";
import { ApiError } from "../../../cloud/apiError";
import type { Region } from "../../../cloud/cloud";
import { ACCOUNT_ID } from "../../../cloud/identifiers";
import type { Tags } from "../../../cloud/tags";
import { decapitalised, operation, type ServedOperations } from "../../operations";
import { doing, making } from "./changing";
import * as items from "./items";
import { specifiedTags } from "./tagSpecifications";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html and its neighbours. */
const INTERFACES: ServedOperations = {
  CreateNetworkInterface: making<ec2.CreateNetworkInterfaceRequest, ec2.CreateNetworkInterfaceResult>(
    "network-interface",
    ["SubnetId", "Description", "PrivateIpAddress", "Groups", "ConnectionTrackingSpecification"],
    async (region, { connectionTrackingSpecification: tracking, ...request }) => {
      const connectionTrackingSpecification = tracking && decapitalised(tracking);
      const { networkInterfaceId } = await region.ec2.createNetworkInterface({
        ...request,
        connectionTrackingSpecification,
      });
      return { NetworkInterface: await interfaceItem(region, networkInterfaceId) };
    },
  ),
  ModifyNetworkInterfaceAttribute: operation<ec2.ModifyNetworkInterfaceAttributeRequest, object>(
    ["NetworkInterfaceId", "Description", "SourceDestCheck", "Groups", "ConnectionTrackingSpecification"],
    async (region, { NetworkInterfaceId: networkInterfaceId, ...attributes }) => {
      if (Object.keys(attributes).length !== 1) {
        throw new ApiError(
          "InvalidParameterCombination",
          Object.keys(attributes).length === 0
            ? "No attributes specified."
            : "Fields for multiple attribute types specified",
        );
      }
      const { Description: description, SourceDestCheck: check, Groups: groups } = attributes;
      const { ConnectionTrackingSpecification: tracking } = attributes;
      await region.ec2.modifyNetworkInterfaceAttribute({
        networkInterfaceId,
        ...(description && { description: description.Value ?? "" }),
        ...(check && { sourceDestCheck: check.Value }),
        ...(groups && { groups }),
        ...(tracking && { connectionTrackingSpecification: decapitalised(tracking) }),
      });
      return {};
    },
  ),
  DeleteNetworkInterface: doing<ec2.DeleteNetworkInterfaceRequest>(["NetworkInterfaceId"], (region, request) =>
    region.ec2.deleteNetworkInterface(request),
  ),
};

async function interfaceItem(region: Region, id: string): Promise<ec2.NetworkInterface | undefined> {
  const [described] = await region.ec2.describeNetworkInterfaces({ ids: [id] });
  return described && items.networkInterfaceItem(described, region.name);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html */
const INSTANCES: ServedOperations = {
  RunInstances: operation<ec2.RunInstancesRequest, ec2.Reservation>(
    [
      "MinCount",
      "MaxCount",
      "ImageId",
      "InstanceType",
      "SubnetId",
      "SecurityGroupIds",
      "PrivateIpAddress",
      "IamInstanceProfile",
      "TagSpecifications",
    ],
    async (region, { IamInstanceProfile: profile, TagSpecifications: specifications, ...input }) => {
      const { tags, interfaceTags } = tagsOf(specifications);
      const instances = await region.ec2.runInstances({
        ...decapitalised(input),
        ...(profile && { iamInstanceProfile: decapitalised(profile) }),
        tags,
        interfaceTags,
      });
      return {
        ReservationId: instances[0]?.reservationId,
        OwnerId: ACCOUNT_ID,
        Instances: instances.map((instance) => ({
          ...items.instanceItem({ ...instance, tags }, region.name),
          State: { Name: "pending", Code: 0 },
        })),
      };
    },
  ),
  TerminateInstances: operation<ec2.TerminateInstancesRequest, ec2.TerminateInstancesResult>(
    ["InstanceIds"],
    async (region, { InstanceIds: instanceIds }) => {
      const instances = await region.ec2.terminateInstances({ instanceIds });
      return {
        TerminatingInstances: instances.map(({ instanceId }) => ({
          InstanceId: instanceId,
          PreviousState: { Name: "running", Code: 16 },
          CurrentState: { Name: "shutting-down", Code: 32 },
        })),
      };
    },
  ),
};

function tagsOf(specifications: readonly ec2.TagSpecification[] = []): { tags: Tags; interfaceTags: Tags } {
  const ofInterface = specifications.filter(({ ResourceType: type }) => type === "network-interface");
  const others = specifications.filter(({ ResourceType: type }) => type !== "network-interface");
  return {
    tags: specifiedTags("instance", others),
    interfaceTags: specifiedTags("network-interface", ofInterface),
  };
}

export const INTERFACE_CHANGES: ServedOperations = { ...INTERFACES, ...INSTANCES };
