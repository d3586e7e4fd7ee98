import { ApiError } from "../apiError";
import { type AvailabilityZone, zonesOf } from "./kinds/availabilityZone";
import { type Ec2Network, ec2Operations } from "./network";

/** All zones of a Region, those too that the account has not opted in to. */
export function allZones({ region, settings }: Ec2Network): readonly AvailabilityZone[] {
  return zonesOf(region, settings.get("zones")?.zoneGroups);
}

/** Those in which the account can have subnets. */
export function zonesForUse(network: Ec2Network): readonly AvailabilityZone[] {
  return allZones(network).filter(({ optInStatus }) => optInStatus !== "not-opted-in");
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyAvailabilityZoneGroup.html */
export const zoneOperations = ec2Operations((network) => {
  return {
    modifyAvailabilityZoneGroup: ({
      groupName,
      optInStatus,
    }: {
      readonly groupName: string;
      readonly optInStatus: string;
    }): void => {
      const isEdge = allZones(network).some(
        (zone) => zone.groupName === groupName && zone.zoneType !== "availability-zone",
      );
      if (!isEdge || optInStatus !== "opted-in") {
        throw new ApiError("InvalidParameterValue", `The zone group '${groupName}' cannot become ${optInStatus}.`);
      }
      const zoneGroups = [...new Set([...(network.settings.get("zones")?.zoneGroups ?? []), groupName])];
      network.settings.put("zones", { zoneGroups });
    },
  };
});
