import { licenceTextOf } from "../licences.cjs";
import type { Shipped } from "./shipped";

/** The texts of the licences of what is shipped, which each of them asks to come along. */
export function licenceTexts(checkout: string, shipped: readonly Shipped[]): string {
  return shipped
    .map(
      ({ name, path, version, license }) =>
        `${name} ${version} (${license})\n\n${licenceTextOf(checkout, path, license)}`,
    )
    .join("\n");
}
