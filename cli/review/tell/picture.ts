import type { RolloutReview } from "../review";
import { label } from "../../escape";

/** More would not be read. */
const MOST_NODES = 30;

const STATE = { changes: "in this run", switched: "switched before", later: "later" } as const;

/** The stages of roll-outs as a Mermaid flowchart; nothing where there is nothing to see, or too much. */
export function picture(rollouts: readonly RolloutReview[]): string | undefined {
  const shown = rollouts.filter(({ stages }) => stages.some(({ state }) => state === "changes"));
  const count = shown.reduce((sum, { stages }) => sum + stages.length, 0);
  if (count < 2 || count > MOST_NODES) return undefined;
  return ["```mermaid", "flowchart LR", ...shown.flatMap(linesOf), "```"].join("\n");
}

function linesOf({ component, stages }: RolloutReview, i: number): readonly string[] {
  const node = (at: number): string => `s${i}x${at}`;
  const lines = stages.map(({ name, routeTables, state }, at) => {
    const checked = routeTables.filter(({ isChecked }) => isChecked).length;
    const tables = `${routeTables.length} route table${routeTables.length === 1 ? "" : "s"}, ${checked} checked`;
    return `    ${node(at)}["${label(name)}<br/>${tables}<br/>${STATE[state]}"]:::${state}`;
  });
  const arrows = stages.slice(1).map((_, at) => `    ${node(at)} --> ${node(at + 1)}`);
  return [
    `  subgraph c${i}["${label(component)}"]`,
    ...lines,
    ...arrows,
    "  end",
    "  classDef changes stroke-width:3px",
    "  classDef later stroke-dasharray:4 4",
  ];
}
