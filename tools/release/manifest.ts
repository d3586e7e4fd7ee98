import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Origin } from "../addresses";

/** What a release needs of package.json. */
export interface Manifest extends Origin {
  readonly name: string;
  readonly license: string;
  readonly author?: string;
  readonly imports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(checkout: string): Manifest {
  return JSON.parse(readFileSync(join(checkout, "package.json"), "utf8")) as Manifest;
}

export function tagOf({ version }: Manifest): string {
  return `v${version}`;
}
