import { readFileSync } from "node:fs";
import { acceptedUnknown } from "../acceptedUnknown";
import { isColoured } from "../colour";
import { EXIT, exitCodeWhere, Unjudged, type ExitCode } from "../exit";
import { type FailOn, isAtOrAbove } from "../finding";
import { chooseScope } from "../preflight/chooseScope";
import type { FactName } from "../preflight/facts/facts";
import { factsOfVpc } from "../preflight/facts/ofVpc";
import { Calls } from "../preflight/facts/reading";
import { recordedFacts, recordFacts } from "../preflight/facts/recorded";
import { noSuchVpc, readRegion, type RegionFacts } from "../preflight/facts/regionFacts";
import { isTold } from "../preflight/facts/told";
import { NOBODY_ASKED, observedHours } from "../preflight/observed";
import { rolePolicy, statement } from "../preflight/rolePolicy";
import { requireRegions, tableChoice } from "../preflight/tableChoice";
import { separated } from "../words";
import type * as exporting from "./exportOrganization";
import { judgeAccess } from "./judge";
import { EXPORT_PERMISSIONS, ORGANIZATION_SCHEMA_VERSION, type Organization } from "./organization";
import { planIn } from "./plan";
import type { AccessReport } from "./report";
import { markdownOf } from "./tell/markdown";
import { terminalText } from "./tell/terminal";

export interface AccessOptions {
  readonly vpc?: string;
  readonly routeTables?: string;
  readonly roles?: string;
  readonly users?: string;
  readonly all?: boolean;
  readonly tables: string;
  readonly direction: "switch" | "withdraw";
  readonly organization?: string;
  readonly plan?: string;
  readonly showPolicies?: boolean;
  readonly region?: string;
  readonly profile?: string;
  readonly record?: string;
  readonly facts?: string;
  /** A number, as text. */
  readonly observedHours?: string;
  readonly failOn: FailOn;
  /** `ID=REASON` each. */
  readonly acceptUnknown: readonly string[];
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly printPolicy?: boolean;
  readonly color: boolean;
}

type AskedOptions = AccessOptions & Required<Pick<AccessOptions, "vpc">>;

/** What is read of an account to say whose permission flips. The VPC itself tells nothing that its parts do not. */
const WANTED: readonly FactName[] = [
  ...(["caller", "subnets", "routeTables", "natGateways", "prefixLists", "vpcEndpoints"] as const),
  ...(["functions", "instances", "ecs", "eks", "tableNames", "tables", "authorization", "organization"] as const),
];

/** Which organization it is an export says as well; who has called is asked where somebody says since when. */
function wantedFor({ organization, observedHours: hours }: AccessOptions): ReadonlySet<FactName> {
  const known = WANTED.filter((name) => name !== "organization" || organization === undefined);
  return new Set(hours === undefined ? known : [...known, "calls"]);
}

/** Whose permission flips when the route tables of a VPC are switched, or withdrawn. */
export async function run({ vpc, ...rest }: AccessOptions): Promise<ExitCode> {
  if (rest.printPolicy === true) {
    const { tables, region } = rest;
    return printed(rolePolicy({ wanted: wantedFor(rest), tables: tableChoice(tables), region }));
  }
  if (vpc === undefined) throw new Unjudged("which VPC? name it with --vpc");
  const options = { ...rest, vpc };
  // Which Node.js the SDK would rather have is no matter for who reads the report.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const accepted = acceptedUnknown(options.acceptUnknown);
  const exported = options.organization === undefined ? undefined : organizationIn(options.organization);
  const plan = options.plan === undefined ? undefined : planIn(options.plan);
  const { account, region, facts } = await factsFor(options);
  const own = factsOfVpc(facts, options.vpc);
  requireRegions(tableChoice(options.tables), [region]);
  // Every VPC has a route table.
  if (isTold(own.routeTables) && own.routeTables.value.length === 0) throw noSuchVpc(options.vpc, region);
  const place = { account, region, vpcId: options.vpc, direction: options.direction };
  const scope = chooseScope(own, place, options.routeTables === undefined ? undefined : separated(options.routeTables));
  const choice = {
    roles: separated(options.roles ?? ""),
    users: separated(options.users ?? ""),
    isForAll: options.all === true,
    plan,
    showsPolicies: options.showPolicies,
  };
  const report = judgeAccess({ facts: own, exported }, scope, choice);
  process.stdout.write(textOf(report, options));
  return exitCodeOf(report, options.failOn, accepted);
}

async function factsFor(options: AskedOptions): Promise<RegionFacts> {
  const { vpc, tables, region, profile, record, facts } = options;
  const hours = observedHours(options.observedHours);
  if (facts !== undefined && hours !== undefined) throw new Unjudged(NOBODY_ASKED);
  if (facts !== undefined) {
    const [first, ...others] = recordedFacts(facts, "--facts").filter((each) => hasVpc(each, vpc));
    if (first === undefined || others.length > 0)
      throw new Unjudged(
        `--facts ${facts}: ${vpc} is in ${first === undefined ? "none" : "more than one"} of its folders`,
      );
    return first;
  }
  const read = await readRegion(
    {
      region,
      profile,
      vpcId: vpc,
      wanted: wantedFor(options),
      tables: tableChoice(tables),
      readAt: new Date().toISOString(),
      observedHours: hours,
    },
    new Calls(),
  );
  if (record !== undefined) recordFacts(record, read);
  return read;
}

function hasVpc({ facts: { vpcs, routeTables } }: RegionFacts, vpcId: string): boolean {
  return [vpcs, routeTables].some((told) => isTold(told) && told.value.some(({ VpcId: id }) => id === vpcId));
}

function organizationIn(file: string): Organization {
  const read = ((): Partial<Organization> | null => {
    try {
      return JSON.parse(readFileSync(file, "utf8")) as Partial<Organization> | null;
    } catch (error) {
      throw new Unjudged(`--organization ${file}: ${(error as Error).message}`);
    }
  })();
  const { id, policies, accounts, schemaVersion } = read ?? {};
  const isWhole = typeof id === "string" && typeof policies === "object" && typeof accounts === "object";
  if (schemaVersion === ORGANIZATION_SCHEMA_VERSION && isWhole) return read as Organization;
  throw new Unjudged(`--organization ${file}: it is not what \`access export-organization\` of this version writes`);
}

function textOf(report: AccessReport, { json, markdown, color }: AccessOptions): string {
  if (json === true) return `${JSON.stringify(report, null, 2)}\n`;
  return markdown === true ? markdownOf(report) : terminalText(report, isColoured(color));
}

function exitCodeOf(
  { flips, unknown }: AccessReport,
  failOn: AccessOptions["failOn"],
  accepted: ReadonlyMap<string, string>,
) {
  return exitCodeWhere(isAtOrAbove(failOn, flips), [...flips, ...unknown], accepted);
}

/** Writes the policies of the organization to standard output. */
export async function runExport(options: Pick<AccessOptions, "profile" | "region" | "printPolicy">): Promise<ExitCode> {
  const { profile, region, printPolicy } = options;
  if (printPolicy === true)
    return printed({ Version: "2012-10-17", Statement: [statement("Read", EXPORT_PERMISSIONS)] });
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  // When it is called: nobody else waits for its client.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { exportedOrganization } = require("./exportOrganization") as typeof exporting;
  const organization = await exportedOrganization({ profile, region, now: new Date() });
  return printed(organization);
}

function printed(model: object): ExitCode {
  process.stdout.write(`${JSON.stringify(model, null, 2)}\n`);
  return EXIT.clean;
}
