import { setTimeout as sleep } from "node:timers/promises";
import { isApiError } from "../cloud/apiError";
import type { Region } from "../cloud/cloud";
import { labMillis } from "../time";

/**
 * The provider's own limits: internal/service/ec2/vpc_network_interface.go and vpc_security_group.go of
 * terraform-provider-aws.
 */
const LAMBDA_INTERFACE_SECONDS = 45 * 60;
const DEPENDENT_SECONDS = 15 * 60;

const PAUSE_MILLIS = 5;

/**
 * Waits until Lambda has removed its interfaces from what is to be deleted, as the provider does before it deletes a
 * subnet or a security group. One that Lambda has let go of the provider would detach and delete; Lambda does it here.
 */
export async function withoutLambdaInterfaces(
  { ec2 }: Region,
  filter: { readonly "group-id": string[] } | { readonly "subnet-id": string[] },
  deleting: string,
): Promise<void> {
  const giveUpAt = Date.now() + labMillis(LAMBDA_INTERFACE_SECONDS);
  for (;;) {
    const interfaces = await ec2.describeNetworkInterfaces({ filters: { ...filter } });
    const left = interfaces.find(({ description }) => description.startsWith("AWS Lambda VPC ENI"));
    if (left === undefined) return;
    if (Date.now() > giveUpAt) {
      throw new Error(
        `${deleting}: waiting for Lambda ENI (${left.networkInterfaceId}) to become available for detachment: ` +
          `timeout while waiting for state to become 'available' (last state: '${left.status}', timeout: 45m0s)`,
      );
    }
    await sleep(PAUSE_MILLIS);
  }
}

/** Asks again to delete or to detach what something still depends on. */
export async function onceIndependent(remove: () => Promise<void>): Promise<void> {
  const giveUpAt = Date.now() + labMillis(DEPENDENT_SECONDS);
  for (;;) {
    try {
      await remove();
      return;
    } catch (error) {
      if (!isApiError(error, "DependencyViolation") || Date.now() > giveUpAt) throw error;
      await sleep(PAUSE_MILLIS);
    }
  }
}
