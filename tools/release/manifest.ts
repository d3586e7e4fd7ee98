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

/** The folders of the packages that a release publishes, with one version; the first is the components'. */
export const PACKAGES = ["", "cli"] as const;

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

export function tagOf({ version }: Manifest): string {
  return `v${version}`;
}
