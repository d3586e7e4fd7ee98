import type { Region } from "../cloud/cloud";
import { site, table } from "./site";

/** No route leads out: nothing breaks when DynamoDB becomes reachable. */
export async function isolated(region: Region): Promise<void> {
  const vault = await site(region, "vault", "10.20.0.0/16");
  const subnetIds = [
    await vault.subnet("private-a", "10.20.0.0/24", "a"),
    await vault.subnet("private-b", "10.20.1.0/24", "b"),
  ];
  await vault.routeTable("private", subnetIds);
  await table(region, "ledger");
  await vault.lambda("ledger", subnetIds);
}
