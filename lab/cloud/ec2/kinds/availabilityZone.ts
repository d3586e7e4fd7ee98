import type { Kind } from "./kind";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html */
export interface AvailabilityZone {
  readonly zoneName: string;
  readonly zoneId: string;
  readonly groupName: string;
  readonly regionName: string;
  readonly zoneType: "availability-zone";
  readonly optInStatus: "opt-in-not-required";
  readonly state: "available";
}

/** Every Region of the lab has three zones, `a` to `c`, whose ids are AWS's abbreviations (`use1-az1`). */
export function availabilityZonesOf(region: string): readonly AvailabilityZone[] {
  return ["a", "b", "c"].map((letter, i) => ({
    zoneName: `${region}${letter}`,
    zoneId: `${abbreviated(region)}-az${i + 1}`,
    groupName: `${region}-zg-1`,
    regionName: region,
    zoneType: "availability-zone",
    optInStatus: "opt-in-not-required",
    state: "available",
  }));
}

function abbreviated(region: string): string {
  const [area = "", direction = "", number = ""] = region.split("-").slice(-3);
  const [, northOrSouth = "", eastOrWest = ""] = /(north|south)?(east|west|central)?/.exec(direction) ?? [];
  return `${area}${northOrSouth.charAt(0)}${eastOrWest.charAt(0)}${number}`;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAvailabilityZones.html */
export const AVAILABILITY_ZONE: Kind<AvailabilityZone> = {
  what: "availability zone",
  id: "zoneName",
  notFound: "InvalidParameterValue",
  untagged: true,
  filters: {
    "group-name": "groupName",
    "opt-in-status": "optInStatus",
    "region-name": "regionName",
    state: "state",
    "zone-id": "zoneId",
    "zone-name": "zoneName",
    "zone-type": "zoneType",
  },
};
