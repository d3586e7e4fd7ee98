import { switchesIn } from "../review/judge/reviewPreview";
import { readFilePreview } from "../review/read/readPreview";
import { Unjudged } from "../exit";
import type { Scope } from "./scope";

/** What a preview is about to switch. */
export interface Planned {
  /** The ids of route tables, by what happens to them. */
  readonly tables: Readonly<Record<Scope["direction"], readonly string[]>>;
  /** What it switches besides, which is not judged. */
  readonly notes: readonly string[];
}

const DIRECTIONS: Readonly<Record<string, Scope["direction"]>> = {
  switch: "switch",
  gain: "switch",
  withdraw: "withdraw",
};

/** The route tables whose way to DynamoDB changes between the public path and an endpoint. */
export async function plannedIn(file: string): Promise<Planned> {
  const preview = await readFilePreview(file);
  const { switches } = switchesIn(preview);
  const tables = { switch: new Set<string>(), withdraw: new Set<string>() };
  const notes: string[] = [];
  if (preview.failure !== undefined)
    notes.push(`${file}: this preview failed, and may not show all that it would switch`);
  for (const { kind, id, name, services, direction } of switches) {
    const to = DIRECTIONS[direction];
    if (!services.some((service) => service.includes("DynamoDB"))) continue;
    if (kind === "route table" && id !== undefined && to !== undefined) tables[to].add(id);
    else notes.push(`${file}: ${kind} ${name ?? id ?? "?"} is left out: ${whyNot(id, to)}`);
  }
  if (tables.switch.size + tables.withdraw.size === 0)
    throw new Unjudged(`--preview ${file}: it switches no route table that there is already`);
  return { tables: { switch: [...tables.switch], withdraw: [...tables.withdraw] }, notes };
}

function whyNot(id: string | undefined, direction: Scope["direction"] | undefined): string {
  if (direction === undefined) return "its way changes, but not between the public path and an endpoint";
  return id === undefined ? "it has no id before it is made" : "its route table is told by itself";
}
