import type { Rollout, RolloutWindow } from "../args/args";

/** The `throughStage` that switches nothing, and withdraws what is switched. */
export const SWITCH_NOTHING = "none";

/** A stage that is to be switched, with the route tables it moves, in the order in which they move. */
export interface PlannedStage {
  readonly name: string;
  readonly routeTables: readonly string[];
}

/** All stages of a roll-out, switched or not. A map's order does not survive the way from another language. */
export function allStages(routeTables: readonly string[], rollout: Rollout = {}): readonly PlannedStage[] {
  return rollout.stages ?? [...routeTables].sort().map((name) => ({ name, routeTables: [name] }));
}

/** The stages that `rollout` asks for, up to and including `throughStage`. */
export function plannedStages(routeTables: readonly string[], rollout: Rollout = {}): readonly PlannedStage[] {
  const stages = allStages(routeTables, rollout);
  if (rollout.throughStage === undefined) return stages;
  if (rollout.throughStage === SWITCH_NOTHING) return [];
  return stages.slice(0, stages.findIndex((stage) => stage.name === rollout.throughStage) + 1);
}

/** The time in which route tables may be switched: ISO 8601. */
export interface PlannedWindow {
  readonly opensAt: string;
  readonly closesAt: string;
}

/** The window that is asked for. Assumes that it is valid. */
export function plannedWindow(window: RolloutWindow | undefined): PlannedWindow | undefined {
  return window && { opensAt: instantText(window.opensAt), closesAt: instantText(window.closesAt) };
}

/** An instant as ISO 8601; what is none stays what it is. */
export function instantText(given: string | Date): string {
  return given instanceof Date && !Number.isNaN(given.getTime()) ? given.toISOString() : String(given);
}

/** Where a moment stands to a window: a switch is due only when it is `"open"`. */
export type WindowState = "before" | "open" | "after";

/** Without a window it is always open. */
export function windowState(window: PlannedWindow | undefined, atMillis: number): WindowState {
  if (window === undefined) return "open";
  if (atMillis < Date.parse(window.opensAt)) return "before";
  return atMillis < Date.parse(window.closesAt) ? "open" : "after";
}
