import type { BlockPublicAccess } from "./kinds/vpcSettings";
import type { Ec2Network } from "./network";

/** What a Region's Block Public Access is set to. */
export function internetAccessOf({ settings }: Ec2Network): BlockPublicAccess {
  return (
    settings.get("blockPublicAccess")?.blockPublicAccess ?? {
      internetGatewayBlockMode: "off",
      state: "default-state",
    }
  );
}

/** What is blocked for a VPC, or for a subnet of it: an exclusion of either takes some of it away. */
export function blockModeOf(
  network: Ec2Network,
  { vpcId, subnetId }: { readonly vpcId: string; readonly subnetId?: string },
): BlockPublicAccess["internetGatewayBlockMode"] {
  const mode = internetAccessOf(network).internetGatewayBlockMode;
  if (mode === "off") return mode;
  const exclusion = network.exclusions.all().find(({ resourceId }) => [vpcId, subnetId].includes(resourceId));
  switch (exclusion?.internetGatewayExclusionMode) {
    case "allow-bidirectional":
      return "off";
    case "allow-egress":
      return "block-ingress";
    default:
      return mode;
  }
}
