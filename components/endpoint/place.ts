import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { all, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";
import { regionOf } from "../engine/region";
import type { Place } from "../policy/presets";
import { partitionOf } from "../policy/regions";

/**
 * Where things are that are given by name. The partition is that of the Region: the provider's own is asked for only
 * with the provider's Region, which may be newer than this package. Under mocks, which know no account, it is any
 * account.
 */
export function placeOf(
  component: ComponentResource,
  region: Input<string> | undefined,
): Output<Place & Required<Pick<Place, "partition">>> {
  const account = getCallerIdentityOutput({}, { parent: component }).accountId.apply(
    (id) => (id as string | undefined) ?? "*",
  );
  const ofProvider = region === undefined ? getPartitionOutput({}, { parent: component }).partition : undefined;
  return all([ofProvider, account, regionOf(component, region)]).apply(([partition, id, name]) => ({
    partition: partition ?? partitionOf((name as string | undefined) ?? ""),
    account: id,
    region: name,
  }));
}
