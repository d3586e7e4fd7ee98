import type { Finding } from "../../finding";
import { ACCESS_FINDINGS, REVIEW_FINDINGS } from "../judge/findings";
import type { PolicyReview, Review, StackReview, Switch } from "../review";
import { code, marker } from "../../escape";
import { firstThatFits, fold, table } from "../../markdown";
import { picture } from "./picture";
import {
  accessText,
  announcedText,
  checkText,
  DIRECTION,
  operationsText,
  permissionText,
  stopText,
  isBreaking,
  othersText,
} from "./words";

/** More are told by stage, each by its name. */
const MOST_ROWS = 200;

/** Those about permissions say who it is, and by what. */
const WITH_EVIDENCE: ReadonlySet<string> = new Set(ACCESS_FINDINGS);

/** Findings whose texts are ours alone: others quote a policy, or what a component says with names in it. */
const OURS: ReadonlySet<string> = new Set<string>(
  REVIEW_FINDINGS.filter((id) => id !== "UpRefuses" && !WITH_EVIDENCE.has(id)),
);

/** What may be left out, in the order in which it goes. */
interface Detail {
  readonly picture: boolean;
  readonly folds: boolean;
  readonly counts: boolean;
  readonly findings: boolean;
  readonly rows: "each" | "by stage" | "names";
}

const LESS_AND_LESS: readonly ((full: Detail) => Detail)[] = [
  (full) => full,
  (full) => ({ ...full, picture: false }),
  (full) => ({ ...full, picture: false, folds: false }),
  (full) => ({ ...full, picture: false, folds: false, counts: false }),
  (full) => ({ ...full, picture: false, folds: false, counts: false, findings: false }),
  (full) => ({ ...full, picture: false, folds: false, counts: false, findings: false, rows: "by stage" }),
  (full) => ({ ...full, picture: false, folds: false, counts: false, findings: false, rows: "names" }),
];

/** A comment for a pull request, within what GitHub takes. `now` is when it is made. */
export function markdownOf(review: Review, options: { readonly picture: boolean; readonly now: string }): string {
  const full: Detail = { picture: options.picture, folds: true, counts: true, findings: true, rows: "each" };
  return firstThatFits(LESS_AND_LESS.map((less) => () => commentWith(review, less(full), options.now)));
}

function commentWith(review: Review, detail: Detail, now: string): string {
  const names = review.stacks.map(({ project, stack }) => marker(`${project}/${stack}`)).join(", ");
  const stacks = review.stacks.map((stack) => stackText(stack, detail, review.stacks.length > 1));
  return `${[`<!-- dynamodb-endpoint review: ${names} -->`, ...stacks, footer(review, now)].join("\n\n")}\n`;
}

function stackText(stack: StackReview, detail: Detail, isOneOfSeveral: boolean): string {
  const heading = isOneOfSeveral ? `### ${code(`${stack.project}/${stack.stack}`)}\n\n` : "";
  const sections = [
    failureText(stack),
    switchesText(stack, detail),
    ...stack.rollouts.map((rollout) => {
      const lines = stopText(rollout, isBreaking(stack), code);
      return lines.length === 0 ? "" : `${code(rollout.component)}: ${lines.join(" ")}`;
    }),
    detail.findings ? findingsText(stack.findings) : findingsCount(stack.findings),
    policiesText(stack.policies, detail),
    accessText(stack.access, stack.findings).map(code).join("<br>"),
    detail.picture ? fold("Stages", picture(stack.rollouts)) : "",
    detail.folds ? fold("What the components warn of", warningsText(stack.warnings)) : "",
    detail.counts ? countsText(stack, detail) : "",
  ];
  return `${heading}**${stack.verdict}**\n\n${sections.filter((each) => each !== "").join("\n\n")}`.trimEnd();
}

function failureText({ failure }: StackReview): string {
  if (failure === undefined) return "";
  const others = othersText(failure);
  return [...failure.errors.map(linesText), ...(others === undefined ? [] : [others])].join("\n\n");
}

function switchesText({ switches }: StackReview, { rows }: Detail): string {
  if (switches.length === 0) return "";
  if (rows === "each" && switches.length <= MOST_ROWS)
    return table(
      ["What", "Happens", "To", "Stage", "Check", "Announced", "By"],
      switches.map((each) => [
        subjectText(each),
        each.detail === undefined ? DIRECTION[each.direction] : `${DIRECTION[each.direction]}: ${code(each.detail)}`,
        each.services.join(", "),
        each.stage === undefined ? "–" : code(each.stage),
        checkText(each),
        announcedText(each),
        code(each.by.name),
      ]),
    );
  return table(["Stage", "Happens", "Announced", "How many", "Which"], rowsByStage(switches, rows === "names"));
}

/** Every name is still in it. */
function rowsByStage(switches: readonly Switch[], namesAlone: boolean): readonly (readonly string[])[] {
  const groups = new Map<string, Switch[]>();
  for (const each of switches) {
    const key = JSON.stringify([each.stage, each.direction, each.breaks, each.isAnnounced]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group as [Switch];
    const named = group.map((each) => (namesAlone ? code(nameOf(each)) : subjectText(each))).join(", ");
    const stage = first.stage === undefined ? "–" : code(first.stage);
    return [stage, DIRECTION[first.direction], announcedText(first), String(group.length), named];
  });
}

function subjectText(each: Switch): string {
  const kind = each.kind === "route table" ? "" : `${each.kind} `;
  const id = each.isSecret
    ? " (its id is secret)"
    : each.id === undefined || each.name === undefined
      ? ""
      : ` ${code(each.id)}`;
  return `${kind}${code(nameOf(each))}${id}`;
}

function nameOf({ name, id, by }: Switch): string {
  return name ?? id ?? by.name;
}

function findingsText(findings: readonly Finding[]): string {
  if (findings.length === 0) return "";
  return findings.map(findingText).join("\n");
}

function findingText({ id, severity, subject, message, evidence, remedy }: Finding): string {
  const [what, fix] = OURS.has(id) ? [message, `*${capitalised(remedy)}*`] : [code(message), code(remedy)];
  const line = `- **${severity}** ${code(id)} ${code(subject)}: ${what}.${remedy === "" ? "" : ` ${fix}.`}`;
  return [line, ...(WITH_EVIDENCE.has(id) ? evidence.map((each) => `  - ${code(each)}`) : [])].join("\n");
}

function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function findingsCount(findings: readonly Finding[]): string {
  return findings.length === 0 ? "" : `${findings.length} findings: ${code("--json")} has them.`;
}

function policiesText(policies: readonly PolicyReview[], { folds }: Detail): string {
  const lines = policies.flatMap(({ name, newlyAllowed, noLongerAllowed }) => [
    ...noLongerAllowed.map((each) => `- ${code(name)} no longer allows ${code(permissionText(each))}`),
    ...newlyAllowed.map((each) => `- ${code(name)} newly allows ${code(permissionText(each))}`),
  ]);
  if (lines.length === 0) return "";
  return folds || lines.length <= 10
    ? ["What policies allow:", "", ...lines].join("\n")
    : `${lines.length} permissions change: \`--json\` has them.`;
}

function warningsText(warnings: readonly string[]): string {
  return warnings.map(linesText).join("\n\n");
}

function linesText(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(code)
    .join("<br>");
}

function countsText({ operations, steps, source }: StackReview, { folds }: Detail): string {
  const line = `All that this preview plans: ${operationsText(operations, code)}${
    source.showsUnchanged ? "" : "; what is unchanged is not in it"
  }.`;
  if (!folds || steps.length === 0) return line;
  const rows = steps.map(({ operation, type, count }) => [code(operation), code(type), String(count)]);
  return fold(line, table(["Operation", "Type", "How many"], rows));
}

function footer({ stacks, commit }: Review, now: string): string {
  const sources = stacks.map(
    ({ source }) => `${code(source.name)}${source.madeAt === undefined ? "" : `, a preview of ${source.madeAt}`}`,
  );
  return [
    `<sub>Read ${now}: ${sources.join("; ")}.`,
    ...(commit === undefined ? [] : [`Commit ${code(commit)}.`]),
    "What lies in other stacks is not seen.</sub>",
  ].join(" ");
}
