import { writeFileSync } from "node:fs";
import { isColoured } from "../colour";
import { EXIT, exitCodeWhere, Unjudged, type ExitCode } from "../exit";
import { isAtOrAbove } from "../finding";
import { accountsIn } from "./accounts";
import { chooseScope } from "./chooseScope";
import { changesBetween } from "./facts/changes";
import { factsOfVpc } from "./facts/ofVpc";
import { recordedFacts } from "./facts/recorded";
import { noSuchVpc, type RegionFacts } from "./facts/regionFacts";
import { isTold } from "./facts/told";
import { judge, notesOn, type Judged } from "./judge";
import { plannedIn, type Planned } from "./planned";
import { Progress } from "./progress";
import { knownRegions, type Known } from "./regions";
import { markdownOf } from "./report/markdown";
import { htmlOf } from "./report/page";
import { PREFLIGHT_SCHEMA_VERSION, type PreflightReport, type VpcReport } from "./report/report";
import { sinceText } from "./report/since";
import { terminalText } from "./report/terminal";
import { vpcReport } from "./report/vpcReport";
import { isClean } from "./report/words";
import { rolePolicy } from "./rolePolicy";
import { RULES } from "./rules/all";
import type { Scope } from "./scope";
import { requireRegions } from "./tableChoice";
import { settingsOf, type PreflightOptions, type Settings } from "./settings";

/** Whether VPCs can be switched, in how many stages, and what will fail. */
export async function run(options: PreflightOptions): Promise<ExitCode> {
  // Which Node.js the SDK would rather have is no matter for who reads the report.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const settings = settingsOf(options, RULES, new Date());
  if (options.printPolicy === true) return printPolicy(options, settings);
  const report = await preflightOf(options, settings);
  tell(report, options);
  return exitCodeOf(report, options, settings);
}

/** The report, which nobody has been told yet. */
export async function preflightOf(options: PreflightOptions, settings: Settings): Promise<PreflightReport> {
  const planned = options.preview === undefined ? undefined : await plannedIn(options.preview);
  const before = options.since === undefined ? [] : recordedFacts(options.since, "--since");
  const progress = new Progress(process.stderr, options.quiet === true);
  const known = await knownRegions(options, settings, progress).finally(() => progress.end());
  requireRegions(
    settings.tables,
    known.regions.map(({ region }) => region),
  );
  const judged = known.regions.flatMap((region) => judgedIn(region, options, settings, planned));
  return reportOf(known, judged, before, settings, planned?.notes ?? [], options);
}

function printPolicy({ accounts, region }: PreflightOptions, { wanted, tables }: Settings): ExitCode {
  const roles = accounts === undefined ? [] : accountsIn(accounts).map(({ role }) => role);
  process.stdout.write(`${JSON.stringify(rolePolicy({ wanted, tables, region, roles }), null, 2)}\n`);
  if (wanted.has("dryRuns"))
    process.stderr.write(
      "note: DryRuns are permissions to make and change endpoints: AWS tells nobody else whether they have them. " +
        "--skip P3 prints a role that only reads.\n",
    );
  return EXIT.clean;
}

interface JudgedVpc {
  readonly judged: Judged;
  readonly report: VpcReport;
}

function judgedIn(
  { account, region, facts }: RegionFacts,
  options: PreflightOptions,
  { rules, routeTableIds, answers }: Settings,
  planned: Planned | undefined,
): readonly JudgedVpc[] {
  const asked =
    planned === undefined
      ? vpcsOf({ facts, region }, options).map((vpcId) => ({
          vpcId,
          direction: options.withdraw === true ? ("withdraw" as const) : ("switch" as const),
          named: routeTableIds,
        }))
      : plannedVpcs({ facts, region }, options, planned);
  return asked.map(({ vpcId, direction, named }) => {
    const own = factsOfVpc(facts, vpcId);
    const scope = chooseScope(own, { account, region, vpcId, direction }, named);
    const judged = judge(own, scope, rules, answers);
    return { judged, report: vpcReport(own, judged) };
  });
}

function vpcsOf(
  { facts, region }: Pick<RegionFacts, "facts" | "region">,
  { vpc }: PreflightOptions,
): readonly string[] {
  const { vpcs } = facts;
  if (!isTold(vpcs)) {
    if (vpc !== undefined) return [vpc];
    throw new Unjudged(`which VPCs there are is not known (${vpcs.missing.message}): name one with --vpc`);
  }
  const ids = vpcs.value.map(({ VpcId = "" }) => VpcId);
  if (vpc === undefined) return ids;
  if (ids.includes(vpc)) return [vpc];
  throw noSuchVpc(vpc, region);
}

interface AskedVpc {
  readonly vpcId: string;
  readonly direction: Scope["direction"];
  readonly named: readonly string[] | undefined;
}

/** The VPCs of the tables that a preview switches, and of those that it withdraws. */
function plannedVpcs(
  { facts, region }: Pick<RegionFacts, "facts" | "region">,
  { preview = "", vpc }: PreflightOptions,
  { tables }: Planned,
): readonly AskedVpc[] {
  const { routeTables } = facts;
  if (!isTold(routeTables))
    throw new Unjudged(`the VPCs of this preview's route tables are not known (${routeTables.missing.message})`);
  const vpcOf = new Map(routeTables.value.map(({ RouteTableId, VpcId }) => [RouteTableId, VpcId]));
  return (["switch", "withdraw"] as const).flatMap((direction) => {
    const named = new Map<string, string[]>();
    for (const id of tables[direction]) {
      const vpcId = vpcOf.get(id);
      if (vpcId === undefined)
        throw new Unjudged(
          `--preview ${preview}: ${id} is not in ${vpc ?? region}: is it another Region's, or account's?`,
        );
      named.set(vpcId, [...(named.get(vpcId) ?? []), id]);
    }
    return [...named].map(([vpcId, ids]) => ({ vpcId, direction, named: ids }));
  });
}

function reportOf(
  { regions, unread }: Known,
  vpcs: readonly JudgedVpc[],
  before: readonly RegionFacts[],
  { answers }: Settings,
  notes: readonly string[],
  { vpc }: PreflightOptions,
): PreflightReport {
  const readAt = regions.map((each) => each.readAt).sort()[0] ?? answers.now.toISOString();
  const since = before.length === 0 ? undefined : sinceOf(before, regions, vpc);
  return {
    schemaVersion: PREFLIGHT_SCHEMA_VERSION,
    command: "preflight",
    readAt,
    vpcs: vpcs.map(({ report }) => report),
    unread,
    ...(since !== undefined && { since }),
    notes: [
      ...notes,
      ...notesOn(
        vpcs.map(({ judged }) => judged),
        answers,
      ),
    ],
  };
}

/** Of the same accounts and Regions and, where one is asked for, of the same VPC. */
function sinceOf(
  before: readonly RegionFacts[],
  now: readonly RegionFacts[],
  vpcId: string | undefined,
): PreflightReport["since"] {
  const own = ({ facts }: RegionFacts): RegionFacts["facts"] =>
    vpcId === undefined ? facts : factsOfVpc(facts, vpcId);
  const changes = now.flatMap((region) => {
    const then = before.find((each) => each.account === region.account && each.region === region.region);
    if (then === undefined)
      throw new Unjudged(`--since: nothing of ${region.account} in ${region.region} is recorded there`);
    return changesBetween(own(then), own(region));
  });
  return { readAt: before.map(({ readAt }) => readAt).sort()[0] ?? "", changes };
}

function tell(report: PreflightReport, options: PreflightOptions): void {
  const { json, markdown, html, quiet, verbose, color } = options;
  for (const note of report.notes) process.stderr.write(`note: ${note}\n`);
  if (html !== undefined) writePage(html, report);
  const isQuiet = quiet === true;
  if (isQuiet && isClean(report)) return;
  process.stdout.write(
    json === true
      ? `${JSON.stringify(report, null, 2)}\n`
      : markdown === true
        ? markdownOf(report)
        : terminalText(report, { isColoured: isColoured(color), isVerbose: verbose === true, isQuiet }) +
          sinceText(report),
  );
}

function writePage(file: string, report: PreflightReport): void {
  try {
    writeFileSync(file, htmlOf(report));
  } catch (error) {
    throw new Unjudged(`--html ${file}: ${(error as Error).message}`);
  }
}

function exitCodeOf({ vpcs, unread }: PreflightReport, { failOn }: PreflightOptions, { answers }: Settings): ExitCode {
  const findings = vpcs.flatMap((each) => each.findings);
  const open = findings.filter(({ acknowledged }) => acknowledged === undefined);
  const code = exitCodeWhere(isAtOrAbove(failOn, open), findings, answers.acceptedUnknown);
  return code === EXIT.clean && unread.length > 0 ? EXIT.unjudged : code;
}
