import { code } from "../../escape";
import { firstThatFits, fold, table } from "../../markdown";
import { counted } from "../../words";
import { FAMILIES } from "../rules/rule";
import { argumentsToPaste } from "./argument";
import { byWhatToDoFirst, inWalkingOrder } from "./counts";
import { observedLines } from "./observedWords";
import type { PreflightFinding, PreflightReport, VpcReport } from "./report";
import {
  acknowledgedText,
  CALLS,
  FAMILY,
  headsOf,
  hourlyText,
  S3_TOO,
  tableText,
  totalText,
  vpcCells,
  WHERE_TO_PASTE,
  whoText,
} from "./words";

/** Of one kind of client. */
const MOST_NAMES = 8;

/** Of VPCs, and of what each has. */
const MOST_ROWS = 200;

/** What may be left out, in the order in which it goes. */
interface Detail {
  readonly passed: boolean;
  readonly clients: boolean;
  readonly evidence: boolean;
  /** Each VPC after the rows of all. */
  readonly each: boolean;
  readonly stages: "with arguments" | "listed";
}

const FULL: Detail = { passed: true, clients: true, evidence: true, each: true, stages: "with arguments" };

const LESS_AND_LESS: readonly Detail[] = [
  FULL,
  { ...FULL, passed: false },
  { ...FULL, passed: false, clients: false },
  { ...FULL, passed: false, clients: false, evidence: false },
  { ...FULL, passed: false, clients: false, evidence: false, stages: "listed" },
  { ...FULL, passed: false, clients: false, evidence: false, stages: "listed", each: false },
];

/** A comment for a pull request, within what GitHub takes. */
export function markdownOf(report: PreflightReport): string {
  return firstThatFits(LESS_AND_LESS.map((detail) => () => commentWith(report, detail)));
}

function commentWith(report: PreflightReport, detail: Detail): string {
  const { vpcs, unread, readAt } = report;
  const sorted = byWhatToDoFirst(vpcs);
  const isOne = vpcs.length === 1;
  const blocks = [
    "<!-- dynamodb-endpoint preflight -->",
    ...(isOne ? [] : [rowsOf(sorted)]),
    ...(isOne || detail.each ? sorted.flatMap((vpc) => vpcBlocks(vpc, detail, isOne)) : []),
    unreadText(unread),
    `<sub>Read ${code(readAt)}. What an account or a Region beside these has is not seen.</sub>`,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function rowsOf(sorted: readonly VpcReport[]): string {
  const rows = sorted.slice(0, MOST_ROWS).map((vpc) => vpcCells(vpc).map(code));
  const rest = sorted.length - rows.length;
  return [
    `**${totalText(sorted)}**`,
    "",
    table(headsOf(sorted), rows),
    ...(rest > 0 ? ["", `${counted(rest, "more VPC")}: \`--json\` has them.`] : []),
  ].join("\n");
}

function vpcBlocks(vpc: VpcReport, detail: Detail, isOne: boolean): readonly string[] {
  const { verdict, name, account, region, vpcId } = vpc;
  const where = [...(name === undefined || name === "" ? [] : [name]), account, region].map(code).join(", ");
  return [
    ...(isOne ? [] : [`### ${code(vpcId)}`]),
    `**${code(verdict.sentence)}**\n\n${where}`,
    stagesText(vpc, detail),
    leftOutText(vpc),
    ...FAMILIES.map((family) => familyText(vpc, family, detail)),
    detail.clients ? fold("Who is in these subnets", clientsText(vpc)) : "",
    detail.clients ? fold("Who really calls", observedText(vpc)) : "",
    detail.passed ? fold(`${counted(vpc.passed.length, "check")} passed`, passedText(vpc)) : "",
    natText(vpc),
    S3_TOO[String(vpc.lacksS3Endpoint)] ?? "",
  ];
}

function stagesText(vpc: VpcReport, { stages }: Detail): string {
  if (vpc.stages.length === 0) return "";
  const rows = vpc.stages.map(({ name, routeTableIds, why }) => [
    code(name),
    routeTableIds.map((id) => code(tableText(id, vpc.routeTables))).join(", "),
    code(why),
  ]);
  const listed = table(["Stage", "Route tables", "Why here"], rows);
  // Of visible ASCII, and a fence that no line of it can end.
  const pasted = fold(WHERE_TO_PASTE, `\`\`\`ts\n${argumentsToPaste(vpc)}\n\`\`\``);
  return stages === "listed" ? listed : `${listed}\n\n${pasted}`;
}

function leftOutText(vpc: VpcReport): string {
  if (vpc.leftOut.length === 0) return "";
  const rows = vpc.leftOut.map(({ routeTableId, reason }) => [
    code(tableText(routeTableId, vpc.routeTables)),
    code(reason),
  ]);
  return table(["In no stage", "Why"], rows);
}

function familyText(vpc: VpcReport, family: PreflightFinding["family"], { evidence }: Detail): string {
  const findings = inWalkingOrder(vpc.findings).filter((finding) => finding.family === family);
  if (findings.length === 0) return "";
  const lines = findings.slice(0, MOST_ROWS).map((finding) => findingText(finding, vpc, evidence));
  const rest = findings.length - lines.length;
  return [
    `**${FAMILY[family]}**`,
    "",
    ...lines,
    ...(rest > 0 ? [`- ${counted(rest, "more finding")}: \`--json\` has them.`] : []),
  ].join("\n");
}

function findingText(finding: PreflightFinding, { routeTables }: VpcReport, hasEvidence: boolean): string {
  const { id, severity, subject, message, remedy, evidence, routeTableIds, acknowledged, reference } = finding;
  const parts = [
    ...(acknowledged === undefined ? [] : [code(acknowledgedText(acknowledged))]),
    ...(hasEvidence && routeTableIds.length > 0
      ? [`concerns ${routeTableIds.map((each) => code(tableText(each, routeTables))).join(", ")}`]
      : []),
    ...(hasEvidence && evidence.length > 0 ? [evidence.map(code).join(", ")] : []),
    ...(remedy === "" ? [] : [`what helps: ${code(remedy)}`]),
    ...(hasEvidence && reference !== undefined ? [code(reference)] : []),
  ];
  const label = acknowledged === undefined ? `**${severity}**` : `*acknowledged*, ${severity}`;
  return [`- ${label} ${code(id)} ${code(subject)}: ${code(message)}`, ...parts].join("<br>");
}

function clientsText({ routeTables }: VpcReport): string | undefined {
  const rows = routeTables.flatMap((each) =>
    each.clients.map((group) => [
      code(tableText(each.routeTableId, [each])),
      code(each.wayToday),
      code(group.kind),
      String(group.interfaces),
      CALLS[group.callsDynamoDb],
      code(whoText(group, MOST_NAMES)),
    ]),
  );
  if (rows.length === 0) return undefined;
  return table(["Route table", "Way today", "Kind", "Interfaces", "Clients", "Who"], rows);
}

function observedText({ observed, routeTables }: VpcReport): string {
  if (observed === undefined) return "";
  return observedLines(observed, routeTables)
    .map((line) => `- ${code(line)}`)
    .join("\n");
}

function passedText({ passed }: VpcReport): string {
  return passed.map(({ id, title }) => `- ${code(id)}: ${code(title)}`).join("\n");
}

function natText(vpc: VpcReport): string {
  if (vpc.natGateways.length === 0) return "";
  return `${counted(vpc.natGateways.length, "NAT gateway")}; an hour: ${code(hourlyText(vpc))}`;
}

function unreadText(unread: PreflightReport["unread"]): string {
  if (unread.length === 0) return "";
  return table(
    ["Could not be read", "Region", "Why"],
    unread.map(({ account, region, reason }) => [
      account === undefined ? "–" : code(account),
      code(region),
      code(reason),
    ]),
  );
}
