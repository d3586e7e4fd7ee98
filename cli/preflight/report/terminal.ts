import pc from "picocolors";
import { printable } from "../../../components/args/printable";
import { columns, findingText, section, shown, type Colours } from "../../terminal";
import { counted } from "../../words";
import { FAMILIES } from "../rules/rule";
import { argumentsToPaste } from "./argument";
import { byWhatToDoFirst, inWalkingOrder } from "./counts";
import { observedLines, seenText } from "./observedWords";
import type { ObservedReport, PreflightReport, RouteTableReport, VpcReport } from "./report";
import {
  acknowledgedText,
  CALLS,
  FAMILY,
  headsOf,
  hourlyText,
  isClean,
  S3_TOO,
  tableText,
  totalText,
  VPC_NUMBERS,
  vpcCells,
  WHERE_TO_PASTE,
  whoText,
} from "./words";

/** Of one kind of client: more nobody reads in a line. */
const MOST_NAMES = 8;

export interface TerminalOptions {
  readonly isColoured: boolean;
  /** With the checks that passed; of many VPCs each in full. */
  readonly isVerbose: boolean;
  /** Nothing at all where nothing is to be told. */
  readonly isQuiet: boolean;
}

/** A preflight for people, on a terminal or in a log. */
export function terminalText(report: PreflightReport, { isColoured, isVerbose, isQuiet }: TerminalOptions): string {
  if (isQuiet && isClean(report)) return "";
  const colours = pc.createColors(isColoured);
  const { vpcs, unread } = report;
  const blocks = [
    ...(vpcs.length > 1 ? [rowsOf(vpcs)] : []),
    ...(vpcs.length === 1 || isVerbose ? byWhatToDoFirst(vpcs) : []).flatMap((vpc) =>
      vpcBlocks(vpc, isVerbose, colours),
    ),
    ...(vpcs.length > 1 && !isVerbose ? ["--vpc VPC tells all of one of them, --verbose of each."] : []),
    section(
      "could not be read",
      unread.map(
        ({ account, region, reason }) =>
          `  ${[account, region].flatMap((each) => (each === undefined ? [] : [shown(each)])).join(", ")}: ${shown(reason)}`,
      ),
    ),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function rowsOf(vpcs: readonly VpcReport[]): string {
  const rows = byWhatToDoFirst(vpcs).map((vpc) => vpcCells(vpc).map((cell) => printable(cell, 80)));
  return section(totalText(vpcs), columns([headsOf(vpcs).map((head) => head.toLowerCase()), ...rows], VPC_NUMBERS));
}

function vpcBlocks(vpc: VpcReport, isVerbose: boolean, colours: Colours): readonly string[] {
  return [
    headText(vpc, colours),
    stagesText(vpc, colours),
    section(
      "in no stage",
      vpc.leftOut.map(({ routeTableId, reason }) => `  ${tableIn(vpc, routeTableId)}: ${shown(reason)}`),
    ),
    ...familyBlocks(vpc, colours),
    section(
      "who is in these subnets",
      vpc.routeTables.flatMap((table) => clientLines(table, vpc)),
    ),
    section("who really calls", vpc.observed === undefined ? [] : observedText(vpc.observed, vpc)),
    passedText(vpc, isVerbose, colours),
    restText(vpc),
  ];
}

function headText({ name, account, region, verdict }: VpcReport, colours: Colours): string {
  const paint = { true: colours.green, false: colours.red, unknown: colours.magenta }[`${verdict.canSwitch}`];
  const where = [...(name === undefined || name === "" ? [] : [name]), account, region].map(shown).join(", ");
  return `${paint(colours.bold(shown(verdict.sentence)))}\n${where}`;
}

function stagesText(vpc: VpcReport, colours: Colours): string {
  if (vpc.stages.length === 0) return "";
  return [
    "stages",
    ...vpc.stages.flatMap(({ name, routeTableIds, why }) => [
      `  ${colours.bold(shown(name))}: ${routeTableIds.map((id) => tableIn(vpc, id)).join(", ")}`,
      `    ${shown(why)}`,
    ]),
    "",
    WHERE_TO_PASTE,
    "",
    argumentsToPaste(vpc).replace(/^/gm, "  "),
  ].join("\n");
}

function familyBlocks(vpc: VpcReport, colours: Colours): readonly string[] {
  const findings = inWalkingOrder(vpc.findings);
  return FAMILIES.map((family) =>
    section(
      FAMILY[family].toLowerCase(),
      findings
        .filter((finding) => finding.family === family)
        .map((finding) =>
          findingText(finding, colours, {
            note: finding.acknowledged === undefined ? undefined : colours.green("acknowledged"),
            details: [
              ...(finding.acknowledged === undefined ? [] : [shown(acknowledgedText(finding.acknowledged))]),
              ...(finding.routeTableIds.length === 0
                ? []
                : [`concerns ${finding.routeTableIds.map((id) => tableIn(vpc, id)).join(", ")}`]),
            ],
          }),
        ),
    ),
  );
}

function observedText(observed: ObservedReport, { routeTables }: VpcReport): readonly string[] {
  return observedLines(observed, routeTables).map((line) => `  ${shown(line)}`);
}

function clientLines(table: RouteTableReport, { observed }: VpcReport): readonly string[] {
  const { routeTableId, isMain, subnetIds, wayToday, wayAfter, clients } = table;
  const main = isMain ? ", the main route table" : "";
  const head = `  ${shown(tableText(routeTableId, [table]))}${main}: ${counted(subnetIds.length, "subnet")}, ${shown(wayToday)}; then ${shown(wayAfter)}`;
  if (clients.length === 0) return [head, "    no interfaces"];
  const rows = clients.map((group) => [
    printable(group.kind, 40),
    String(group.interfaces),
    CALLS[group.callsDynamoDb],
    shown(whoText(group, MOST_NAMES)),
  ]);
  const seen = seenText(routeTableId, observed);
  return [
    head,
    ...(seen === undefined ? [] : [`    ${shown(seen)}`]),
    ...columns(rows, [1]).map((line) => `  ${line}`),
  ];
}

function passedText({ passed }: VpcReport, isVerbose: boolean, colours: Colours): string {
  if (passed.length === 0) return "";
  const title = `${counted(passed.length, "check")} passed`;
  if (!isVerbose) return `${title}: --verbose names them.`;
  return section(
    title,
    passed.map(({ id, title: what }) => `  ${colours.green("passed")} ${printable(id, 40)}: ${shown(what)}`),
  );
}

function restText(vpc: VpcReport): string {
  const nat =
    vpc.natGateways.length === 0
      ? []
      : [`${counted(vpc.natGateways.length, "NAT gateway")}; an hour: ${hourlyText(vpc)}`];
  const s3 = S3_TOO[String(vpc.lacksS3Endpoint)];
  return [...nat, ...(s3 === undefined ? [] : [s3])].join("\n");
}

function tableIn({ routeTables }: VpcReport, id: string): string {
  return shown(tableText(id, routeTables));
}
