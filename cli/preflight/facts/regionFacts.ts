import { Unjudged } from "../../exit";
import type * as cloudtrail from "./cloudtrail";
import type * as dynamodb from "./dynamodb";
import type * as ec2 from "./ec2";
import type * as ecs from "./ecs";
import type * as eks from "./eks";
import { FACT_NAMES, OBSERVED, SERVICES, SOURCES, type ServiceName } from "./sources";
import type { FactName, Facts, FactValues, Window } from "./facts";
import type * as iam from "./iam";
import type * as kms from "./kms";
import type * as lambda from "./lambda";
import { firstOf, laterOf } from "./later";
import type * as logs from "./logs";
import type * as organizations from "./organizations";
import type * as profiles from "./profiles";
import type * as quotas from "./quotas";
import type { Calls, Reading, ReadService, TableChoice } from "./reading";
import type * as resolver from "./resolver";
import type * as route53 from "./route53";
import type * as sts from "./sts";
import { isTold, type Told } from "./told";

/** What is known of one account and Region, and since when. */
export interface RegionFacts {
  readonly account: string;
  readonly region: string;
  /** ISO 8601. */
  readonly readAt: string;
  readonly facts: Facts;
}

export interface ReadRequest extends sts.SessionRequest {
  /** Absent: every VPC of the Region. */
  readonly vpcId?: string | undefined;
  readonly wanted: ReadonlySet<FactName>;
  readonly tables: TableChoice;
  readonly readAt: string;
  /** How long is looked back on who really calls; absent: nobody is asked who has called. */
  readonly observedHours?: number | undefined;
  readonly announce?: (text: string) => void;
}

/** Reads what is wanted of a Region. What one service does not tell is missing, and the others go on. */
export async function readRegion(
  { wanted: asked, tables, readAt, observedHours, announce = () => undefined, ...request }: ReadRequest,
  calls: Calls,
): Promise<RegionFacts> {
  const { settings, caller } = await load.sts().openSession(request, calls);
  const { vpcId } = request;
  const wanted = observedHours === undefined ? new Set([...asked].filter((name) => !OBSERVED.has(name))) : asked;
  const vpcs = await load.ec2().readVpcs(settings, calls, vpcId);
  if (vpcId !== undefined) requireVpc(vpcs, vpcId, settings.region);
  const reading: Reading = {
    wanted: firstOf(wanted),
    settings,
    calls,
    vpcId,
    vpcIds:
      vpcId !== undefined
        ? { value: [vpcId] }
        : isTold(vpcs)
          ? { value: vpcs.value.map(({ VpcId = "" }) => VpcId) }
          : vpcs,
    tables,
    window: windowOf(readAt, observedHours),
    facts: { ...notRead(), caller: { value: caller }, vpcs },
    announce,
  };
  const place = { account: caller.Account ?? "", region: settings.region };
  const first: Facts = { ...reading.facts, ...(await readServices(reading)), caller: { value: caller }, vpcs };
  const { named, known } = laterOf(wanted, first, place);
  const rest = new Set(Object.keys(named) as FactName[]);
  const later = await readServices({ ...reading, wanted: rest, named, facts: first });
  return { ...place, readAt, facts: { ...first, ...known, ...later } };
}

/** Of each service what is wanted of it, all at once. */
async function readServices(reading: Reading): Promise<Partial<Facts>> {
  const asked = SERVICES.filter((service) => FACT_NAMES.some((name) => isAsked(name, service, reading.wanted)));
  const answers = await Promise.all(asked.map((service) => READERS[service]()(reading)));
  return Object.assign({}, ...answers) as Partial<Facts>;
}

const HOUR_MILLIS = 3_600_000;

function windowOf(readAt: string, hours: number | undefined): Window {
  if (hours === undefined) return { from: readAt, to: readAt };
  return { from: new Date(Date.parse(readAt) - hours * HOUR_MILLIS).toISOString(), to: readAt };
}

function isAsked(name: FactName, service: ServiceName, wanted: ReadonlySet<FactName>): boolean {
  return wanted.has(name) && SOURCES[name].service === service && name !== "caller" && name !== "vpcs";
}

function requireVpc(vpcs: Told<FactValues["vpcs"]>, vpcId: string, region: string): void {
  const isNone = isTold(vpcs) ? vpcs.value.length === 0 : /InvalidVpcI[Dd]\./.test(vpcs.missing.message);
  if (isNone) throw noSuchVpc(vpcId, region);
}

export function noSuchVpc(vpcId: string, region: string): Unjudged {
  return new Unjudged(`there is no ${vpcId} in ${region}: is it another Region's, or another account's?`);
}

/** Nobody asked for them. */
export function notRead(message = "it was not asked for"): Facts {
  return Object.fromEntries(
    FACT_NAMES.map((name) => {
      const [permission = "sts:GetCallerIdentity"] = SOURCES[name].permissions;
      return [name, { missing: { permission, reason: "leftOut", message: `${name}: ${message}` } }];
    }),
  ) as unknown as Facts;
}

/* eslint-disable @typescript-eslint/no-require-imports -- each is a bundle of its own: half of a second in all */
const load = {
  sts: () => require("./sts") as typeof sts,
  ec2: () => require("./ec2") as typeof ec2,
};

const READERS: Readonly<Record<ServiceName, () => ReadService>> = {
  sts: () => () => Promise.resolve({}),
  ec2: () => load.ec2().readEc2,
  route53: () => (require("./route53") as typeof route53).readRoute53,
  resolver: () => (require("./resolver") as typeof resolver).readResolver,
  quotas: () => (require("./quotas") as typeof quotas).readQuotas,
  lambda: () => (require("./lambda") as typeof lambda).readLambda,
  ecs: () => (require("./ecs") as typeof ecs).readEcs,
  eks: () => (require("./eks") as typeof eks).readEks,
  dynamodb: () => (require("./dynamodb") as typeof dynamodb).readDynamoDb,
  iam: () => (require("./iam") as typeof iam).readIam,
  organizations: () => (require("./organizations") as typeof organizations).readOrganizations,
  kms: () => (require("./kms") as typeof kms).readKms,
  profiles: () => (require("./profiles") as typeof profiles).readProfiles,
  cloudtrail: () => (require("./cloudtrail") as typeof cloudtrail).readCloudTrail,
  logs: () => (require("./logs") as typeof logs).readLogs,
};
/* eslint-enable @typescript-eslint/no-require-imports */
