import type { Inputs, ResourceOptions, ResourceTransform } from "@pulumi/pulumi";
import { withSecretsMarked } from "./plannedValues";

type Changed = ResourceOptions | undefined;

/**
 * A transform that changes a resource's options by what its properties have settled to; `undefined` changes nothing.
 */
export function changingOptions(
  change: (opts: ResourceOptions, props: Inputs) => Changed | Promise<Changed>,
): ResourceTransform {
  return async ({ props, opts }) => {
    const changed = await change(opts, props);
    return changed && { props: await withSecretsMarked(props), opts: changed };
  };
}
