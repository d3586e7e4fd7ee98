import { getRegionOutput } from "@pulumi/aws/getRegion";
import { output, type ComponentResource, type Input, type Output } from "@pulumi/pulumi";

/** The Region that is given, else the provider's. */
export function regionOf(component: ComponentResource, region: Input<string> | undefined): Output<string> {
  if (region === undefined) return regionOfProvider(component);
  return typeof region === "string"
    ? output(region)
    : output<string | undefined>(region).apply((known) => output(known ?? regionOfProvider(component)));
}

function regionOfProvider(component: ComponentResource): Output<string> {
  return getRegionOutput({}, { parent: component }).region;
}
