import { type Finding, SEVERITIES } from "../../finding";
import type { Preview } from "../read/preview";
import { counted } from "../../words";
import type { AccessReview, Switch } from "../review";
import type { Direction } from "./breaks";

/** In which order, and in which words, a verdict counts what happens. */
const DIRECTIONS: readonly (readonly [direction: Direction, one: string, several: string])[] = [
  ["switch", "switches to an endpoint", "switch to an endpoint"],
  ["withdraw", "is withdrawn from its endpoint", "are withdrawn from their endpoint"],
  ["move", "moves to another endpoint", "move to another endpoint"],
  ["remake", "is taken off its endpoint and put back", "are taken off their endpoint and put back"],
  ["reroute", "gets another way", "get another way"],
  ["lose", "loses its way", "lose their way"],
];

/** The one line that is read by everybody. */
export function verdictOf(
  switches: readonly Switch[],
  findings: readonly Finding[],
  preview: Preview,
  access: AccessReview | undefined,
): string {
  const breaking = switches.filter(({ breaks }) => breaks);
  const unannounced = breaking.filter(({ isAnnounced }) => !isAnnounced);
  const unknown = findings.filter(({ severity }) => severity === "unknown").length;
  const questions = unknown === 0 ? "" : ` ${unknown} ${unknown === 1 ? "question is" : "questions are"} open.`;
  const besides = `${deniedText(access)}${foundText(findings)}${questions}`;
  if (breaking.length === 0) return `${quiet(unknown, preview)}${besides}`;
  const parts = DIRECTIONS.flatMap(([direction, one, several]) => {
    const count = breaking.filter((each) => each.direction === direction).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
  const announced =
    unannounced.length === 0
      ? "All of it is announced."
      : unannounced.length === breaking.length
        ? "Nothing announces it."
        : `${unannounced.length} of ${breaking.length} are not announced.`;
  return `Open connections of ${subjectsText(breaking)} break: ${parts.join(", ")}. ${announced}${besides}`;
}

/** ` 2 callers are denied what they are allowed today.` */
function deniedText(access: AccessReview | undefined): string {
  const count = access?.denied ?? 0;
  return count === 0 ? "" : ` ${counted(count, "caller")} ${count === 1 ? "is" : "are"} denied what is allowed today.`;
}

/** ` Findings: 2 high, 1 medium.` A quiet line above findings must not read as if there were none. */
function foundText(findings: readonly Finding[]): string {
  const counts = SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}`];
  });
  return counts.length === 0 ? "" : ` Findings: ${counts.join(", ")}.`;
}

function quiet(unknown: number, { hidesUnchanged, failure }: Preview): string {
  if (failure !== undefined) return "The preview failed; as far as it goes, no connection is seen to break.";
  if (hidesUnchanged)
    return "No connection is seen to break, in a preview without its unchanged resources (--show-sames shows them).";
  return unknown === 0 ? "No connection breaks." : "No connection is seen to break.";
}

/** `3 route tables and 1 subnet`. */
export function subjectsText(switches: readonly Switch[]): string {
  return (["route table", "subnet", "VPC"] as const)
    .flatMap((kind) => {
      const subjectsOfKind = new Set(
        switches.filter((each) => each.kind === kind).map(({ id, name, by }) => id ?? name ?? by.name),
      );
      const count = subjectsOfKind.size;
      return count === 0 ? [] : [`${count} ${kind}${count === 1 ? "" : "s"}`];
    })
    .join(" and ");
}
