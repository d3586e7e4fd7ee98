import type { Region } from "../cloud/cloud";
import { site, table } from "./site";
import { ZONES } from "./threeZones";

/** All private subnets have the same route table, which leads to the one NAT gateway of the VPC. */
export async function regionalNat(region: Region): Promise<void> {
  const media = await site(region, "media", "10.40.0.0/16");
  await media.internetGateway("internet");
  const subnetIds: string[] = [];
  for (const [i, zone] of ZONES.entries())
    subnetIds.push(await media.subnet(`private-${zone}`, `10.40.${i}.0/24`, zone));
  const natGatewayId = await media.regionalNatGateway("nat");
  await media.routeTable("private", subnetIds, { natGatewayId });
  await table(region, "clips");
  await media.lambda("transcode", subnetIds);
  for (const subnetId of subnetIds) {
    await region.scenarioData.placeInterface({ service: "ecsTask", subnetId });
    await region.scenarioData.placeInterface({ service: "elastiCache", name: "clips", subnetId });
  }
}
