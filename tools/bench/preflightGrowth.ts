import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chooseScope } from "../../cli/preflight/chooseScope";
import type { Facts } from "../../cli/preflight/facts/facts";
import { factsOfVpc } from "../../cli/preflight/facts/ofVpc";
import { recordedFacts } from "../../cli/preflight/facts/recorded";
import type { RegionFacts } from "../../cli/preflight/facts/regionFacts";
import { isTold } from "../../cli/preflight/facts/told";
import { judge } from "../../cli/preflight/judge";
import { vpcReport } from "../../cli/preflight/report/vpcReport";
import { RULES } from "../../cli/preflight/rules/all";
import { spread, type Spread } from "./figures";

/** So many times as many interfaces, which are to cost no more than so many times as much, with some room. */
export const GROWTH = { times: 4, aim: 5 };

/** What a report of recorded facts takes with so many times as many interfaces, to what it takes as they are. */
export async function growth(record: (folder: string) => Promise<unknown>, rounds: number): Promise<Spread> {
  const folder = mkdtempSync(join(tmpdir(), "preflight-growth-"));
  try {
    await record(folder);
    const [region] = recordedFacts(folder, "--facts");
    if (region === undefined) throw new Error("nothing was recorded");
    const many = { ...region, facts: withMore(region.facts) };
    const ratios: number[] = [];
    // The first one finds its own code not compiled yet, and does not count.
    for (let round = -1; round < rounds; round++) {
      const [few, more] = [millisOf(region), millisOf(many)];
      if (round >= 0) ratios.push(more / few);
    }
    return spread(ratios);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withMore(facts: Facts): Facts {
  const { networkInterfaces: told } = facts;
  if (!isTold(told)) throw new Error("no interfaces were recorded");
  const copies = Array.from({ length: GROWTH.times }, (_, copy) =>
    told.value.map((each) => ({ ...each, NetworkInterfaceId: `${each.NetworkInterfaceId ?? ""}-${copy}` })),
  );
  return { ...facts, networkInterfaces: { value: copies.flat() } };
}

function millisOf({ account, region, facts }: RegionFacts): number {
  const began = performance.now();
  for (const { VpcId: vpcId = "" } of isTold(facts.vpcs) ? facts.vpcs.value : []) {
    const own = factsOfVpc(facts, vpcId);
    const scope = chooseScope(own, { account, region, vpcId, direction: "switch" });
    vpcReport(own, judge(own, scope, RULES, { acknowledgements: [], acceptedUnknown: new Map(), now: new Date() }));
  }
  return performance.now() - began;
}
