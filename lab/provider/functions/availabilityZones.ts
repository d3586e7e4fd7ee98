import { functionType } from "../functionType";
import { computed, optional } from "../resourceType";
import { boolean, list, set, string } from "../shapes";
import { ec2Filters, filtersOf } from "./filters";

const criteria = {
  // No Region of the lab has other zones than those that need no opting in.
  allAvailabilityZones: optional(boolean),
  excludeNames: optional(set(string)),
  excludeZoneIds: optional(set(string)),
  filters: optional(filtersOf("index/getAvailabilityZonesFilter")),
  state: optional(string),
} as const;

export const getAvailabilityZones = functionType({
  token: "aws:index/getAvailabilityZones:getAvailabilityZones",
  arguments: criteria,
  results: {
    ...criteria,
    id: computed(string),
    groupNames: computed(set(string)),
    names: computed(list(string)),
    zoneIds: computed(list(string)),
  },
  run: async ({ aws, args }) => {
    const { excludeNames = [], excludeZoneIds = [], filters, state } = args;
    const described = await aws.ec2.describeAvailabilityZones({
      filters: ec2Filters({ filters, arguments: { state } }),
    });
    const zones = described
      .filter(({ zoneName, zoneId }) => !excludeNames.includes(zoneName) && !excludeZoneIds.includes(zoneId))
      .sort((one, other) => (one.zoneName < other.zoneName ? -1 : 1));
    return {
      ...args,
      id: aws.name,
      groupNames: [...new Set(zones.map(({ groupName }) => groupName))],
      names: zones.map(({ zoneName }) => zoneName),
      zoneIds: zones.map(({ zoneId }) => zoneId),
    };
  },
});
