import pc from "picocolors";
import type { Finding } from "../../finding";
import { shown, type Colours } from "../../terminal";
import { ACCESS_FINDINGS } from "../judge/findings";
import type { Review, StackReview, Switch } from "../review";
import {
  accessText,
  announcedText,
  checkText,
  DIRECTION,
  isBreaking,
  operationsText,
  othersText,
  permissionText,
  stopText,
} from "./words";

/** A review for people, on a terminal or in a log. */
export function terminalText(review: Review, isColoured: boolean): string {
  const colours = pc.createColors(isColoured);
  return `${review.stacks.map((stack) => stackText(stack, colours)).join("\n\n")}\n`;
}

function stackText(stack: StackReview, colours: Colours): string {
  const { verdict, switches, rollouts, findings, policies, access, operations, source, failure } = stack;
  const isDenied = findings.some(({ severity }) => severity === "blocker");
  const breaks = isDenied || switches.some((each) => each.breaks && !each.isAnnounced);
  return [
    colours.bold(`${shown(stack.project)}/${shown(stack.stack)}`),
    (breaks ? colours.red : colours.bold)(shown(verdict)),
    ...failureLines(failure),
    ...switchLines(switches),
    ...rollouts.flatMap((rollout) =>
      stopText(rollout, isBreaking(stack), shown).map((line) => `  ${shown(rollout.component)}: ${line}`),
    ),
    ...findings.flatMap((finding) => findingLines(finding, colours)),
    ...policies.flatMap(({ name, newlyAllowed, noLongerAllowed }) => [
      ...noLongerAllowed.map((each) => `  ${shown(name)} no longer allows ${shown(permissionText(each))}`),
      ...newlyAllowed.map((each) => `  ${shown(name)} newly allows ${shown(permissionText(each))}`),
    ]),
    ...accessText(access, findings).map((line) => `  ${shown(line)}`),
    colours.dim(
      `All that this preview plans: ${operationsText(operations, shown)}${
        source.showsUnchanged ? "" : "; what is unchanged is not in it"
      }. What lies in other stacks is not seen.`,
    ),
  ].join("\n");
}

/** Who it is, and by what. */
const WITH_EVIDENCE: ReadonlySet<string> = new Set(ACCESS_FINDINGS);

function failureLines(failure: StackReview["failure"]): readonly string[] {
  if (failure === undefined) return [];
  const others = othersText(failure);
  const quoted = failure.errors.flatMap((text) => text.trimEnd().split("\n"));
  return [...quoted, ...(others === undefined ? [] : [others])].map((line) => `  ${shown(line)}`);
}

function switchLines(switches: readonly Switch[]): readonly string[] {
  return switches.map((each) => {
    const { kind, name, id, isSecret, services, direction, detail, stage } = each;
    const identity = isSecret ? " (its id is secret)" : id === undefined || name === undefined ? "" : ` (${shown(id)})`;
    const what = `${kind === "route table" ? "" : `${kind} `}${shown(name ?? id ?? each.by.name)}${identity}`;
    const check = checkText(each);
    return [
      `  ${what} ${DIRECTION[direction]}: ${services.join(", ")}`,
      ...(detail === undefined ? [] : [shown(detail)]),
      ...(stage === undefined ? [] : [`stage ${shown(stage)}`]),
      ...(check === "–" ? [] : [check]),
      announcedText(each),
      `by ${shown(each.by.name)}`,
    ].join(", ");
  });
}

function findingLines(
  { id, severity, subject, message, evidence, remedy }: Finding,
  colours: Colours,
): readonly string[] {
  const colour = severity === "high" || severity === "blocker" ? colours.red : colours.yellow;
  return [
    `  ${colour(severity)} ${id} ${shown(subject)}: ${shown(message)}`,
    ...(WITH_EVIDENCE.has(id) ? evidence.map((each) => `      ${shown(each)}`) : []),
    ...(remedy === "" ? [] : [`    ${shown(remedy)}`]),
  ];
}
