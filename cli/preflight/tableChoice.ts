import { Unjudged } from "../exit";
import { separated } from "../words";
import type { TableChoice } from "./facts/reading";

/** As many clusters as are asked about where tables are named. */
const MOST_CLUSTERS = 50;

/** What `--tables` names, or how many it allows at most. */
export function tableChoice(given: string): TableChoice {
  if (/^\d+$/.test(given)) return { most: Number(given) };
  const names = separated(given);
  const [wrong] = names.filter((name) => !/^[\w.-]{3,255}$/.test(name));
  if (wrong !== undefined) throw new Unjudged(`--tables ${wrong}: names of tables are asked for, or how many at most`);
  return { names, most: MOST_CLUSTERS };
}
