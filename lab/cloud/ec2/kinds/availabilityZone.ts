import type { Kind } from "./kind";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html */
export interface AvailabilityZone {
  readonly zoneName: string;
  readonly zoneId: string;
  readonly groupName: string;
  readonly regionName: string;
  readonly zoneType: "availability-zone" | "local-zone" | "wavelength-zone";
  readonly optInStatus: "opt-in-not-required" | "opted-in" | "not-opted-in";
  readonly state: "available";
  readonly networkBorderGroup: string;
  readonly parentZoneName?: string;
  readonly parentZoneId?: string;
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
    networkBorderGroup: region,
  }));
}

/** The zones with one local zone and one Wavelength zone, which an account has to opt in to by their groups. */
export function zonesOf(region: string, optedIn: readonly string[] = []): readonly AvailabilityZone[] {
  const zones = availabilityZonesOf(region);
  const [city, short] = [region.startsWith("us-west") ? "lax" : "bos", abbreviated(region)];
  const edge = (groupName: string, zoneName: string, zoneId: string): AvailabilityZone => ({
    zoneName,
    zoneId,
    groupName,
    regionName: region,
    zoneType: groupName.includes("-wl1") ? "wavelength-zone" : "local-zone",
    optInStatus: optedIn.includes(groupName) ? "opted-in" : "not-opted-in",
    state: "available",
    networkBorderGroup: groupName.includes("-wl1") ? `${groupName}-${city}-wlz-1` : groupName,
    parentZoneName: zones[0]?.zoneName,
    parentZoneId: zones[0]?.zoneId,
  });
  return [
    ...zones,
    edge(`${region}-${city}-1`, `${region}-${city}-1a`, `${short}-${city}1-az1`),
    edge(`${region}-wl1`, `${region}-wl1-${city}-wlz-1`, `${short}-wl1-${city}-wlz1`),
  ];
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
  flags: ["allAvailabilityZones"],
  otherIds: { ZoneIds: { filter: "zone-id", notFound: "InvalidParameterValue" } },
  filters: {
    "group-name": "groupName",
    "opt-in-status": "optInStatus",
    "parent-zone-id": "parentZoneId",
    "parent-zone-name": "parentZoneName",
    "region-name": "regionName",
    state: "state",
    "zone-id": "zoneId",
    "zone-name": "zoneName",
    "zone-type": "zoneType",
  },
};
