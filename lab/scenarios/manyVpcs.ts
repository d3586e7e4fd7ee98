import type { Region } from "../cloud/cloud";
import { site } from "./site";
import { threeZonesIn } from "./threeZones";

/** Twelve VPCs of one Region: every third has three zones with a NAT gateway each, the others no way out. */
export async function manyVpcs(region: Region): Promise<void> {
  for (let i = 0; i < 12; i++) {
    const vpc = await site(region, `team-${i + 1}`, `10.${100 + i}.0.0/16`);
    if (i % 3 === 0) await threeZonesIn(vpc, `10.${100 + i}`);
    else await vpc.routeTable("private", [await vpc.subnet("private-a", `10.${100 + i}.0.0/24`, "a")]);
  }
}
