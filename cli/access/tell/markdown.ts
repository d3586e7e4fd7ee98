import { code } from "../../escape";
import { firstThatFits, fold, table } from "../../markdown";
import { counted } from "../../words";
import { listed } from "../../preflight/network";
import { callerText, historyText } from "../../preflight/seenWords";
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
/** Rows of a table. */
const MOST_FLIPS = 40;
/** Principals that were seen. */
const MOST_SEEN = 40;

interface Detail {
  readonly edits: boolean;
  readonly unknown: boolean;
}

/** What may be left out, in the order in which it goes. */
const EVER_SHORTER: readonly Detail[] = [
  { edits: true, unknown: true },
  { edits: true, unknown: false },
  { edits: false, unknown: false },
];

/** What `access` found, as a comment for a pull request. */
export function markdownOf(report: AccessReport): string {
  return firstThatFits(EVER_SHORTER.map((detail) => () => comment(report, detail)));
}

function comment(report: AccessReport, detail: Detail): string {
  const flips = (severity: FlipShown["severity"]): readonly FlipShown[] =>
    alikeFlips(report.flips.filter((flip) => flip.severity === severity));
  const blocks = [
    `### ${code(verdictText(report))}`,
    `${code(organizationText(report))} ${counted(report.callers, "caller")}, ${counted(report.tables, "table")}.`,
    flipTable("Denied then, and allowed today", flips("blocker")),
    flipTable("Allowed then, and denied today", flips("medium")),
    detail.edits ? fold("Edits that keep both ways allowed", editsText(flips("blocker"))) : "",
    detail.unknown ? fold("Not known", unknownText(report)) : "",
    fold("Ways", waysText(report)),
    fold("Seen in CloudTrail", observedText(report)),
    fold("Policies", policiesText(report)),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function flipTable(title: string, flips: readonly FlipShown[]): string {
  if (flips.length === 0) return "";
  const rest = flips.length - MOST_FLIPS;
  const rows = flips
    .slice(0, MOST_FLIPS)
    .map((flip) => [
      `${code(flip.caller)} ${code(workloadsText(flip, MOST_WORKLOADS))}`,
      code(listed(flip.actions)),
      code(listed(flip.resources)),
      flip.evidence.map(code).join("<br>"),
    ]);
  const more = rest > 0 ? `\n\n${counted(rest, "flip")} more: \`--json\` has them.` : "";
  return `**${title}**\n\n${table(["Caller", "Actions", "Tables", "Why"], rows)}${more}`;
}

function editsText(flips: readonly FlipShown[]): string {
  return flips
    .slice(0, MOST_FLIPS)
    .flatMap(({ caller, edits }) =>
      byPolicy(edits).flatMap((edited) => [
        `- ${code(edited.policy)}, for ${code(caller)}`,
        `  - while both ways are in use: ${code(edited.during.words)}; ${code(newlyAllowedText(edited.during))}: ${code(patchText(edited.during.patch))}`,
        `  - afterwards: ${code(afterwardsText(edited))}`,
      ]),
    )
    .join("\n");
}

function unknownText({ unknown, flips }: AccessReport): string {
  const open = flips.filter(({ severity }) => severity === "unknown");
  return [...open, ...unknown].map(({ subject, message }) => `- ${code(subject)}: ${code(message)}`).join("\n");
}

function observedText({ observed }: AccessReport): string {
  if (observed === undefined) return "";
  const rest = observed.callers.length - MOST_SEEN;
  const lines = observed.callers.slice(0, MOST_SEEN).map((caller) => `- ${code(callerText(caller))}`);
  const more = rest > 0 ? [`- ${rest} more: \`--json\` has them.`] : [];
  return [code(historyText(observed)), "", ...lines, ...more].join("\n");
}

function policiesText({ policies = [] }: AccessReport): string {
  return policies
    .map(({ name, document, planned }) => {
      const text = document === undefined ? "not known" : JSON.stringify(document);
      return `- ${code(name)}: ${code(text)}${planned === undefined ? "" : `; planned ${code(JSON.stringify(planned))}`}`;
    })
    .join("\n");
}

function waysText({ ways }: AccessReport): string {
  const rows = ways.map(({ routeTableIds, before, after, callers }) => [
    code(routeTableIds.join(", ")),
    code(before),
    code(after),
    String(callers.length),
  ]);
  return table(["Route tables", "Today", "Then", "Callers"], rows);
}
