import { createHash } from "node:crypto";
import { labMillis } from "../../time";
import { ApiError } from "../apiError";
import { ACCOUNT_ID, partitionOf } from "../identifiers";
import type { Tags } from "../tags";
import { INSTANCE, type Instance } from "./kinds/instance";
import { SUBNET } from "./kinds/subnet";
import { type Ec2Network, ec2Operations, existing } from "./network";
import { groupsIn, placeInterface, removeInterface } from "./networkInterfaces";

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/terminating-instances.html: "for a short while", about an hour. */
const VISIBLE_SECONDS = 60 * 60;

export interface RunInstancesRequest {
  readonly minCount: number;
  readonly maxCount: number;
  readonly imageId?: string;
  readonly instanceType?: string;
  readonly subnetId?: string;
  readonly securityGroupIds?: readonly string[];
  readonly privateIpAddress?: string;
  readonly iamInstanceProfile?: { readonly arn?: string; readonly name?: string };
  readonly tags?: Tags;
  readonly interfaceTags?: Tags;
}

/** Instances are there for their interfaces: nothing runs on them, and images are taken as they are. */
export const instanceOperations = ec2Operations((network) => {
  const forget = (instanceId: string): void => {
    setTimeout(() => {
      network.instances.remove(instanceId);
      network.tags.remove(instanceId);
    }, labMillis(VISIBLE_SECONDS)).unref();
  };
  for (const { instanceId, state } of network.instances.all()) if (state === "terminated") forget(instanceId);

  return {
    runInstances: (request: RunInstancesRequest): readonly Instance[] => {
      if (request.imageId === undefined) throw missing("ImageId");
      // Without it the default VPC is meant, and the lab has none.
      if (request.subnetId === undefined) throw new ApiError("MissingInput", "No subnets found for the default VPC");
      if (request.minCount < 1 || request.maxCount < request.minCount) {
        throw new ApiError("InvalidParameterValue", `The value for 'minCount' must be from 1 to 'maxCount'.`);
      }
      const reservationId = network.newId("r");
      return Array.from({ length: request.maxCount }, (_, index) => run(network, request, { reservationId, index }));
    },

    terminateInstances: ({ instanceIds }: { readonly instanceIds: readonly string[] }): readonly Instance[] => {
      const instances = instanceIds.map((id) => existing(network.instances, INSTANCE, id));
      for (const instance of instances) {
        if (instance.networkInterfaceId !== undefined) removeInterface(network, instance.networkInterfaceId);
        const gone = { networkInterfaceId: undefined, vpcId: undefined, subnetId: undefined };
        const terminated = { ...instance, ...gone, privateIpAddress: undefined, state: "terminated" as const };
        network.instances.put(instance.instanceId, terminated);
        forget(instance.instanceId);
      }
      return instances;
    },
  };
});

function run(
  network: Ec2Network,
  { subnetId = "", ...request }: RunInstancesRequest,
  { reservationId, index }: { readonly reservationId: string; readonly index: number },
): Instance {
  const { vpcId, availabilityZone } = existing(network.subnets, SUBNET, subnetId);
  const groupIds = groupsIn(network, vpcId, request.securityGroupIds);
  const instanceId = network.newId("i");
  const { networkInterfaceId, privateIpAddress } = placeInterface(network, {
    subnetId,
    groupIds,
    privateIpAddress: request.privateIpAddress,
    attachment: { instanceId, instanceOwnerId: ACCOUNT_ID },
  });
  network.tags.put(networkInterfaceId, request.interfaceTags ?? {});
  const profile = profileOf(network, request.iamInstanceProfile);
  const instance: Instance = {
    instanceId,
    reservationId,
    imageId: request.imageId ?? "",
    instanceType: request.instanceType ?? "m1.small",
    state: "running",
    launchTime: new Date().toISOString(),
    amiLaunchIndex: index,
    vpcId,
    subnetId,
    networkInterfaceId,
    privateIpAddress,
    availabilityZone,
    groupIds,
    sourceDestCheck: true,
    ...(profile && { iamInstanceProfile: profile }),
  };
  network.instances.put(instanceId, instance);
  network.tags.put(instanceId, request.tags ?? {});
  return instance;
}

/** The lab has no instance profiles of its own: the one that is named is taken to be there. */
function profileOf(
  { region }: Ec2Network,
  profile: RunInstancesRequest["iamInstanceProfile"],
): Instance["iamInstanceProfile"] {
  const { name, arn = name && `arn:${partitionOf(region)}:iam::${ACCOUNT_ID}:instance-profile/${name}` } =
    profile ?? {};
  if (arn === undefined) return undefined;
  return { arn, id: `AIPA${createHash("sha256").update(arn).digest("hex").slice(0, 16).toUpperCase()}` };
}

function missing(parameter: string): ApiError {
  return new ApiError("MissingParameter", `The request must contain the parameter ${parameter}`);
}
