import type { Region } from "../cloud/cloud";
import { site, table } from "./site";
import { threeZonesIn } from "./threeZones";

/** The account with which the subnets are shared. */
export const PARTICIPANT = "444455556666";

/** A VPC of this account's, in whose subnets another one runs tasks and functions. */
export async function sharedVpc(region: Region): Promise<void> {
  const platform = await site(region, "platform", "10.70.0.0/16");
  const subnetIds = await threeZonesIn(platform, "10.70");
  await table(region, "platform");
  for (const subnetId of subnetIds) {
    for (let i = 0; i < 4; i++)
      await region.scenarioData.placeInterface({ service: "ecsTask", subnetId, ownerId: PARTICIPANT });
    await region.scenarioData.placeInterface({ service: "rds", subnetId, ownerId: PARTICIPANT });
  }
}
