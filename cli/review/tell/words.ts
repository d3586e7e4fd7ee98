import type { Direction } from "../judge/breaks";
import type { Permissions } from "../../../components/policy/difference";
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

/** How many operations there are, in the order in which the engine tells them. */
export function operationsText(operations: StackReview["operations"]): string {
  const counts = Object.entries(operations).map(([operation, count]) => `${count} ${operation}`);
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

/** Where a run stops, and what comes next. */
export function stopText({ throughStage, stages, window }: RolloutReview): readonly string[] {
  const changing = stages.filter(({ state }) => state === "changes");
  const later = stages.filter(({ state }) => state === "later");
  const checked = changing.filter(({ routeTables }) => routeTables.some(({ isChecked }) => isChecked));
  return [
    ...(changing.length > 1 && checked.length > 0
      ? ["A stage begins when the checks of the one before have passed; where one fails, later stages stay untouched."]
      : []),
    ...(changing.length > 1 && checked.length === 0 ? ["No stage waits for a check of the one before."] : []),
    ...(later.length > 0 ? [`It ends with throughStage ${throughStage}: ${later.length} later.`] : []),
    ...(window === undefined ? [] : [`It switches only from ${window.opensAt} to ${window.closesAt}.`]),
  ];
}

export function permissionText({ who, actions, resources }: Permissions): string {
  return `${who}: ${actions.join(", ")} on ${resources.join(", ")}`;
}
