import type { Kind } from "./kind";
import { type Owned, ownerId } from "./owner";

/** As much of an instance as its interface needs: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html */
export interface Instance extends Owned {
  readonly instanceId: string;
  readonly reservationId: string;
  readonly imageId: string;
  readonly instanceType: string;
  readonly state: "running" | "terminated";
  readonly launchTime: string;
  readonly amiLaunchIndex: number;
  /** These are the interface's, and gone when it is. */
  readonly vpcId?: string;
  readonly subnetId?: string;
  readonly networkInterfaceId?: string;
  readonly privateIpAddress?: string;
  readonly availabilityZone: string;
  readonly groupIds: readonly string[];
  readonly sourceDestCheck: boolean;
  readonly iamInstanceProfile?: { readonly arn: string; readonly id: string };
}

const STATE_CODES = { running: 16, terminated: 48 } as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html */
export function instanceStateCode({ state }: Pick<Instance, "state">): number {
  return STATE_CODES[state];
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export const INSTANCE: Kind<Instance> = {
  what: "instance ID",
  id: "instanceId",
  idPrefix: "i",
  notFound: "InvalidInstanceID.NotFound",
  malformed: "InvalidInstanceID.Malformed",
  pages: { least: 5, most: 1000 },
  filters: {
    "instance-id": "instanceId",
    "reservation-id": "reservationId",
    "owner-id": ownerId,
    "image-id": "imageId",
    "instance-type": "instanceType",
    "instance-state-name": "state",
    "instance-state-code": (instance) => [instanceStateCode(instance)],
    "launch-time": "launchTime",
    "launch-index": "amiLaunchIndex",
    "vpc-id": "vpcId",
    "subnet-id": "subnetId",
    "availability-zone": "availabilityZone",
    "private-ip-address": "privateIpAddress",
    "source-dest-check": "sourceDestCheck",
    "instance.group-id": "groupIds",
    "network-interface.group-id": "groupIds",
    "network-interface.network-interface-id": "networkInterfaceId",
    "network-interface.subnet-id": "subnetId",
    "network-interface.vpc-id": "vpcId",
    "iam-instance-profile.arn": ({ iamInstanceProfile }) => [iamInstanceProfile?.arn],
    "iam-instance-profile.id": ({ iamInstanceProfile }) => [iamInstanceProfile?.id],
  },
};
