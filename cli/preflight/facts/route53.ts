// A bundle of its own, loaded when Route 53 is asked.
import { ListHostedZonesByVPCCommand, Route53Client, type VPCRegion } from "@aws-sdk/client-route-53";
import type { Facts } from "./facts";
import { allOf, readWanted, requireTold, type Reading } from "./reading";

/** The private hosted zones that a VPC sees. The service is global, and is told the VPC's Region. */
export async function readRoute53({ wanted, settings, calls, vpcIds }: Reading): Promise<Partial<Facts>> {
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
  try {
    return await readWanted(wanted, {
      hostedZones: async () => (await allOf(requireTold(vpcIds).map(inVpc))).flat(),
    });
  } finally {
    client.destroy();
  }
}
