import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { getRegionOutput } from "@pulumi/aws/getRegion";
import { output, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";
import type { Place } from "./policy/presets";

/** The Region that is given, else the provider's. */
export function regionOf(component: ComponentResource, region: Input<string> | undefined): Output<string> {
  return output(region ?? getRegionOutput({}, { parent: component }).region);
}

/** Where things are that are given by name. Under mocks, which know no account, it is any account. */
export function placeOf(component: ComponentResource, region: Input<string> | undefined): Output<Place> {
  const account = getCallerIdentityOutput({}, { parent: component }).accountId.apply((id) => (id as string | undefined) ?? "*");
  const { partition } = getPartitionOutput({}, { parent: component });
  return output({ partition, account, region: regionOf(component, region) });
}
