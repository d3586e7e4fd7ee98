import { join } from "node:path";
import { accountOf } from "../arn";
import { isUnjudged, Unjudged } from "../exit";
import { accountsIn, type Account } from "./accounts";
import { Calls } from "./facts/reading";
import { isRecorded, recordedFacts, recordFacts } from "./facts/recorded";
import { readRegion, type RegionFacts } from "./facts/regionFacts";
import type { Progress } from "./progress";
import type { PreflightReport } from "./report/report";
import type { PreflightOptions, Settings } from "./settings";

/** What is known of every account and Region that was asked for. */
export interface Known {
  readonly regions: readonly RegionFacts[];
  readonly unread: PreflightReport["unread"];
}

/** From recorded facts, from the accounts of a file, or from one account and Region. */
export async function knownRegions(options: PreflightOptions, settings: Settings, progress: Progress): Promise<Known> {
  if (options.facts !== undefined) return { regions: recordedOf(options.facts, options.region), unread: [] };
  if (options.accounts !== undefined) return readAccounts(options.accounts, options, settings, progress);
  const { vpc: vpcId, region, profile } = options;
  const read = await readAs({ vpcId, region, profile }, settings, progress);
  if (options.record !== undefined) recordFacts(options.record, read);
  return { regions: [read], unread: [] };
}

function recordedOf(folder: string, region: string | undefined): readonly RegionFacts[] {
  const all = recordedFacts(folder, "--facts");
  const there = all.filter((each) => region === undefined || each.region === region);
  if (there.length > 0) return there;
  throw new Unjudged(`--facts ${folder}: it has ${all.map((each) => each.region).join(", ")}, and not ${region ?? ""}`);
}

type Request = Pick<Parameters<typeof readRegion>[0], "vpcId" | "region" | "profile" | "role">;

function readAs(request: Request, settings: Settings, progress: Progress): Promise<RegionFacts> {
  const { wanted, tables, observedHours, answers } = settings;
  const account = request.role && accountOf(request.role.arn);
  const what = ["reading", account, request.region].filter((each) => each !== undefined).join(" ");
  const calls = new Calls((permission, count) => progress.say(`${what}: ${permission}, call ${count}`));
  return readRegion(
    {
      ...request,
      wanted,
      tables,
      observedHours,
      readAt: answers.now.toISOString(),
      announce: (text) => progress.announce(text),
    },
    calls,
  );
}

/** As many accounts and Regions as are read side by side. */
const MOST_AT_ONCE = 4;

/** In the order of the file. What `--record` has already is not read again: a run that was cut off goes on. */
async function readAccounts(
  file: string,
  options: PreflightOptions,
  settings: Settings,
  progress: Progress,
): Promise<Known> {
  const places = accountsIn(file).flatMap((account) => account.regions.map((region) => ({ account, region })));
  const answers = new Map<number, RegionFacts | PreflightReport["unread"][number]>();
  const waiting = places.entries();
  const readOn = async (): Promise<void> => {
    for (const [i, { account, region }] of waiting)
      answers.set(i, await readOrWhyNot(account, region, options, settings, progress));
  };
  await Promise.all(Array.from({ length: MOST_AT_ONCE }, readOn));
  const inOrder = places.flatMap((_, i) => answers.get(i) ?? []);
  return {
    regions: inOrder.flatMap((each) => ("facts" in each ? [each] : [])),
    unread: inOrder.flatMap((each) => ("facts" in each ? [] : [each])),
  };
}

async function readOrWhyNot(
  account: Account,
  region: string,
  options: PreflightOptions,
  settings: Settings,
  progress: Progress,
): Promise<RegionFacts | PreflightReport["unread"][number]> {
  try {
    return await readAccount(account, region, options, settings, progress);
  } catch (error) {
    if (!isUnjudged(error)) throw error;
    return { account: accountOf(account.role), region, reason: error.message };
  }
}

async function readAccount(
  { role: arn, externalId }: Account,
  region: string,
  { record, profile }: PreflightOptions,
  settings: Settings,
  progress: Progress,
): Promise<RegionFacts> {
  const folder = record === undefined ? undefined : join(record, `${accountOf(arn)}-${region}`);
  const [recorded] = folder !== undefined && isRecorded(folder) ? recordedFacts(folder, "--record") : [];
  if (recorded !== undefined) return recorded;
  const read = await readAs({ region, profile, role: { arn, externalId } }, settings, progress);
  if (folder !== undefined) recordFacts(folder, read);
  return read;
}
