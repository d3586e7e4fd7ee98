import { join } from "node:path";

import { licenceIn } from "../licences.cjs";
import type { Shipped } from "./shipped";

/** The texts of the licences of what is shipped, which each of them asks to come along. */
export function licenceTexts(checkout: string, shipped: readonly Shipped[]): string {
  return shipped
    .map((each) => `${each.name} ${each.version} (${each.license})\n\n${textOf(checkout, each)}`)
    .join("\n");
}

function textOf(checkout: string, { name, path, license }: Shipped): string {
  const text = licenceIn(join(checkout, path), license);
  if (text === undefined) throw new Error(`${name} comes without the text of its licence`);
  return text;
}
