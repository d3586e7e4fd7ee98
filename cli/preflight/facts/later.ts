import type { FactName, Facts } from "./facts";
import type { Named } from "./reading";
import { isTold, type Told } from "./told";

/** A fact about what other facts name: it is read after them, and nobody is asked where they name nothing. */
interface Later {
  readonly madeOf: readonly FactName[];
  readonly names: (facts: Facts, place: Place) => Told<readonly string[]>;
  /** That there is nothing is told by whoever reads it. */
  readonly isReadAnyway?: boolean;
}

export interface Place {
  readonly account: string;
  readonly region: string;
}

const LATER: { readonly [N in FactName]?: Later } = {
  keys: { madeOf: ["tables"], names: keysHere },
  profileZones: { madeOf: ["profileResources"], names: zonesOfProfiles },
  flows: { madeOf: ["flowLogs", "subnets", "networkInterfaces"], names: flowLogsOf, isReadAnyway: true },
};

/** What is read at first, with what later facts are made of. */
export function firstOf(wanted: ReadonlySet<FactName>): ReadonlySet<FactName> {
  const all = new Set([...wanted, ...[...wanted].flatMap((name) => LATER[name]?.madeOf ?? [])]);
  return new Set([...all].filter((name) => LATER[name] === undefined));
}

/** What there is to be read then, and what is known of the rest already. */
export function laterOf(
  wanted: ReadonlySet<FactName>,
  facts: Facts,
  place: Place,
): { readonly named: Named; readonly known: Partial<Facts> } {
  const named: { [N in FactName]?: readonly string[] } = {};
  const known: Record<string, Told<unknown>> = {};
  for (const name of wanted) {
    const later = LATER[name];
    if (later === undefined) continue;
    const names = later.names(facts, place);
    if (isTold(names) && (names.value.length > 0 || later.isReadAnyway === true)) named[name] = names.value;
    else known[name] = names;
  }
  return { named, known: known };
}

/** Of other accounts and Regions nobody here may read a policy. */
function keysHere({ tables }: Facts, place: Place): Told<readonly string[]> {
  if (!isTold(tables)) return tables;
  const arns = tables.value.flatMap(({ SSEDescription }) => SSEDescription?.KMSMasterKeyArn ?? []);
  return { value: [...new Set(arns)].filter((arn) => isKeyHere(arn, place)).sort() };
}

function zonesOfProfiles({ profileResources }: Facts): Told<readonly string[]> {
  if (!isTold(profileResources)) return profileResources;
  return { value: [...new Set(profileResources.value.flatMap(({ ResourceArn }) => zoneIn(ResourceArn) ?? []))].sort() };
}

/** The id of the private hosted zone that an ARN, or a path of Route 53's, is of; `undefined` where it is of none. */
export function zoneIn(text = ""): string | undefined {
  return /[:/]hostedzone\/(\w+)$/.exec(text)?.[1];
}

function flowLogsOf({ flowLogs }: Facts): Told<readonly string[]> {
  return isTold(flowLogs) ? { value: flowLogs.value.map(({ FlowLogId = "" }) => FlowLogId) } : flowLogs;
}

/** Whether a key is of this account and Region: an id or an alias without an ARN is. */
export function isKeyHere(arn: string, { account, region }: Place): boolean {
  const [scheme, , , itsRegion, itsAccount] = arn.split(":");
  return scheme !== "arn" || (itsRegion === region && itsAccount === account);
}
