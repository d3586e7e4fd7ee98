import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { run } from "./commands";
import { withoutPulumiSettings } from "./environment";
import type { Search } from "./search";

/** The engine that this package is developed and tested with, and the one that is fetched or built. */
export const ENGINE_VERSION = "3.259.0";

/** The oldest engine that is used: what package.json promises as the oldest SDK (peerDependencies). */
export const OLDEST_ENGINE_VERSION = "3.218.0";

/** Whether a version of numbers and dots is at least another; a pre-release counts as its release. */
export function atLeast(version: string, oldest: string): boolean {
  const [left, right] = [version, oldest].map((each) => each.replace(/^v/, "").split(/[-+]/, 1)[0]?.split(".") ?? []);
  for (const [i, part] of (right ?? []).entries()) {
    const difference = Number(left?.[i] ?? 0) - Number(part);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** Refuses an engine that says to be another than was asked for, whoever made it. */
export async function requireVersion(search: Search, pulumi: string, version: string): Promise<void> {
  const said = await versionOf(pulumi, search);
  if (said !== version) throw new Error(`the pulumi that was made says to be ${said}, not ${version}`);
}

/** What `pulumi version` says. It gets a home of its own: the user's is not touched, not even by a question. */
export async function versionOf(pulumi: string, search: Search): Promise<string> {
  const home = join(search.cacheFolder, "home");
  mkdirSync(home, { recursive: true });
  const version = await run(pulumi, ["version"], {
    environment: { ...withoutPulumiSettings(search.environment), PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
    folder: home,
    timeoutSeconds: 60,
  });
  if (!/^v?\d+\.\d+\.\d+/.test(version)) throw new Error(`${pulumi} does not say its version but "${version}"`);
  return version.replace(/^v/, "");
}
