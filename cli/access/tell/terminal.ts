import pc from "picocolors";
import { findingText, section, shown, type Colours } from "../../terminal";
import { visible } from "../../escape";
import { callerText, historyText } from "../../preflight/seenWords";
import { counted } from "../../words";
import { alikeFlips } from "../findings";
import type { AccessReport, FlipShown } from "../report";
import {
  afterwardsText,
  byPolicy,
  newlyAllowedText,
  organizationText,
  patchText,
  verdictText,
  workloadsText,
} from "./words";

const MOST_WORKLOADS = 8;
/** Of one severity: more nobody reads. */
const MOST_FLIPS = 40;
/** Principals that were seen. */
const MOST_SEEN = 40;

/** What `access` found, for people. */
export function terminalText(report: AccessReport, isColoured: boolean): string {
  const colours = pc.createColors(isColoured);
  const flips = (severity: FlipShown["severity"]): readonly string[] => {
    const all = alikeFlips(report.flips.filter((flip) => flip.severity === severity));
    const shownOnes = all.slice(0, MOST_FLIPS).map((flip) => flipText(flip, colours));
    return all.length > MOST_FLIPS
      ? [...shownOnes, `  and ${all.length - MOST_FLIPS} more: --json has them`]
      : shownOnes;
  };
  const blocks = [
    headText(report, colours),
    section("denied then, and allowed today", flips("blocker")),
    section("allowed then, and denied today", flips("medium")),
    section("not known", [...flips("unknown"), ...report.unknown.map((finding) => findingText(finding, colours))]),
    section("of a reconnection check, as it is meant", flips("info")),
    section("ways", report.ways.map(wayLine)),
    section("seen in CloudTrail", observedLines(report)),
    policiesText(report),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function headText(report: AccessReport, colours: Colours): string {
  const { account, region, callers, tables, flips, unknown } = report;
  const paint = flips.some(({ severity }) => severity === "blocker")
    ? colours.red
    : unknown.length > 0
      ? colours.magenta
      : colours.green;
  return [
    paint(colours.bold(shown(verdictText(report)))),
    `${shown(account)}, ${shown(region)}; ${counted(callers, "caller")}, ${counted(tables, "table")}. ${shown(organizationText(report))}`,
  ].join("\n");
}

function flipText(flip: FlipShown, colours: Colours): string {
  const { edits, routeTableIds } = flip;
  const details = [
    workloadsText(flip, MOST_WORKLOADS),
    ...(routeTableIds.length === 0 ? [] : [`in subnets of ${routeTableIds.join(", ")}`]),
    ...byPolicy(edits).flatMap((edited) => [
      `${edited.policy}, while both ways are in use: ${edited.during.words}; ${newlyAllowedText(edited.during)}`,
      `  ${patchText(edited.during.patch)}`,
      `${edited.policy}, afterwards: ${afterwardsText(edited)}`,
    ]),
  ];
  return findingText(flip, colours, { details: details.map(shown) });
}

function observedLines({ observed }: AccessReport): readonly string[] {
  if (observed === undefined) return [];
  const rest = observed.callers.length - MOST_SEEN;
  return [
    historyText(observed),
    ...observed.callers.slice(0, MOST_SEEN).map(callerText),
    ...(rest > 0 ? [`and ${rest} more: --json has them`] : []),
  ].map((line) => `  ${shown(line)}`);
}

/** Documents as they are, where they were asked for. */
function policiesText({ policies = [] }: AccessReport): string {
  const lines = policies.flatMap(({ name, document, planned }) => [
    `  ${shown(name)}`,
    `    ${document === undefined ? "not known" : JSON.stringify(document)}`,
    ...(planned === undefined ? [] : [`    planned: ${JSON.stringify(planned)}`]),
  ]);
  return section("policies", lines.map(visible));
}

function wayLine({ routeTableIds, before, after, callers }: AccessReport["ways"][number]): string {
  return `  ${routeTableIds.length === 0 ? "" : `${shown(routeTableIds.join(", "))}: `}${shown(before)}; then ${shown(after)}; ${counted(callers.length, "caller")}`;
}
