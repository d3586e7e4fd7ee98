import { getRegionOutput } from "@pulumi/aws/getRegion";
import { output, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";

/** The Region that is given, else the provider's. */
export function regionOf(component: ComponentResource, region: Input<string> | undefined): Output<string> {
  return output(region ?? getRegionOutput({}, { parent: component }).region);
}
