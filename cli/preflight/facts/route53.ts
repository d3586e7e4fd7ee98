// A bundle of its own, loaded when Route 53 is asked.
import {
  type HostedZone,
  ListHostedZonesByVPCCommand,
  ListHostedZonesCommand,
  Route53Client,
  type VPCRegion,
} from "@aws-sdk/client-route-53";
import type { Facts } from "./facts";
import { zoneIn } from "./later";
import { allOf, readWanted, requireTold, type Reading } from "./reading";

/** The private hosted zones that a VPC sees by itself. The service is global, and is told the VPC's Region. */
export async function readRoute53({ wanted, settings, calls, vpcIds, named }: Reading): Promise<Partial<Facts>> {
  const client = new Route53Client(settings);
  const inVpc = async (VPCId: string): Promise<readonly object[]> => {
    const zones = await calls.pages(
      "route53:ListHostedZonesByVPC",
      (NextToken) =>
        client.send(new ListHostedZonesByVPCCommand({ VPCId, VPCRegion: settings.region as VPCRegion, NextToken })),
      { items: (page) => page.HostedZoneSummaries, next: (page) => page.NextToken },
    );
    return zones.map((zone) => ({ ...zone, VpcId: VPCId }));
  };
  /** Many at a time, and of this account alone: there may be hundreds, which one call each would be too many for. */
  const own = (): Promise<readonly HostedZone[]> =>
    calls.pages("route53:ListHostedZones", (Marker) => client.send(new ListHostedZonesCommand({ Marker })), {
      items: (page) => page.HostedZones,
      next: (page) => page.NextMarker,
    });
  try {
    return await readWanted(wanted, {
      hostedZones: async () => (await allOf(requireTold(vpcIds).map(inVpc))).flat(),
      profileZones: async () => {
        const ids = new Set(named?.profileZones);
        const zones = (await own()).map(({ Id, Name }) => ({ Id: zoneIn(Id) ?? Id, Name }));
        return zones.filter(({ Id = "" }) => ids.has(Id));
      },
    });
  } finally {
    client.destroy();
  }
}
