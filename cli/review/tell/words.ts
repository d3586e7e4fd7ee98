import type { Direction } from "../judge/breaks";
import type { Permissions } from "../../../components/policy/difference";
import { counted } from "../../words";
import type { RolloutReview, StackReview, Switch } from "../review";

/** What happens, as a row says it. */
export const DIRECTION: Readonly<Record<Direction, string>> = {
  switch: "switches to the endpoint",
  withdraw: "is withdrawn",
  move: "moves to another endpoint",
  remake: "is taken off and put back",
  reroute: "gets another way",
  lose: "loses its way",
  gain: "gains access",
};

/** How somebody else's text is shown. */
export type Shown = (text: string) => string;

/** How many operations there are, in the order in which the engine tells them. */
export function operationsText(operations: StackReview["operations"], shown: Shown): string {
  const counts = Object.entries(operations).map(([operation, count]) => `${count} ${shown(operation)}`);
  return counts.length === 0 ? "no resources" : counts.join(", ");
}

export function checkText({ isChecked, breaks }: Switch): string {
  if (isChecked === undefined) return "–";
  if (isChecked) return "checked afterwards";
  return breaks ? "not checked" : "–";
}

export function announcedText({ breaks, isAnnounced }: Switch): string {
  if (!breaks) return "nothing breaks";
  return isAnnounced ? "announced" : "NOT announced";
}

export function isBreaking({ switches }: StackReview): boolean {
  return switches.some(({ breaks }) => breaks);
}

/** Errors that are not ours: they may show an input's value. */
export function othersText({ others }: NonNullable<StackReview["failure"]>): string | undefined {
  if (others === 0) return undefined;
  return `${others} error${others === 1 ? " is" : "s are"} not quoted: the preview has them.`;
}

/** Where a run stops, and what comes next; `breaks` is whether anything breaks: if not, no stage has to wait. */
export function stopText(
  { throughStage, stages, window }: RolloutReview,
  breaks: boolean,
  shown: Shown,
): readonly string[] {
  const changing = breaks ? stages.filter(({ state }) => state === "changes") : [];
  const later = stages.filter(({ state }) => state === "later");
  const checked = changing.filter(({ routeTables }) => routeTables.some(({ isChecked }) => isChecked));
  return [
    ...(changing.length > 1 && checked.length > 0
      ? ["A stage begins when the checks of the one before have passed; where one fails, later stages stay untouched."]
      : []),
    ...(changing.length > 1 && checked.length === 0 ? ["No stage waits for a check of the one before."] : []),
    ...(later.length > 0
      ? [
          `This run ends with throughStage ${shown(throughStage)}; later: ${later.map(({ name }) => shown(name)).join(", ")}.`,
        ]
      : []),
    ...(window === undefined ? [] : [`It switches only from ${shown(window.opensAt)} to ${shown(window.closesAt)}.`]),
  ];
}

export function permissionText({ who, actions, resources }: Permissions): string {
  return `${who}: ${actions.join(", ")} on ${resources.join(", ")}`;
}

/** By what permissions were judged, where no finding says it. */
export function accessText(access: StackReview["access"], findings: StackReview["findings"]): readonly string[] {
  if (access === undefined || findings.some(({ id }) => id === "PermissionsNotSeen")) return [];
  const granted = access.flips.filter(({ where, after }) => where === "everywhere" && after.outcome === "allowed");
  const count = new Set(granted.map(({ caller }) => caller)).size;
  return [
    ...(count > 0 ? [`${counted(count, "caller")} newly allowed something on every way: --json has it.`] : []),
    `Permissions are those that this preview knows of. Not known: ${access.notSeen.join("; ")}. ` +
      "`dynamodb-endpoint access` reads them in AWS.",
  ];
}
